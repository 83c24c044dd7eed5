/** The memory of a process that passes other people's bytes along. */
import { setFlagsFromString } from 'node:v8';

/** Bytes; above the largest frame. */
const mapped = 16_777_216;

/**
 * Fits memory to a server: little lives in its heap, and large buffers pass by.
 *
 * - V8 marks and compacts its whole heap when the old generation has reached a limit. It sets the limit by how fast that
 *   generation grows; buffers that die young have no part in this, and yet count against the limit. So a server with a small heap would
 *   collect all of it for every 8 MB of frames. Here the heap may always grow to four times what lives in it, V8's own upper bound.
 * - The young generation stays as large as it is: many connections at once would make it grow to 32 MB, for ever.
 * - glibc gives the top of its heap back to the system as soon as 128 KB are free there, and frames fault every page
 *   in again. Once it has freed a block that it had mapped, it keeps twice the block's size (`M_MMAP_THRESHOLD` in mallopt(3)).
 */
export function fitMemoryToServer(): void {
  setFlagsFromString('--heap-growing-percent=300');
  setFlagsFromString('--semi-space-growth-factor=1');
  Buffer.allocUnsafeSlow(mapped);
}
