/** What the servers of the star's bench have in common: they say where they are, and answer `memory` with what they hold. They end with their input. */
import { createInterface } from 'node:readline';

/** Says that it listens, and then answers. Give `--expose-gc` to the process. */
export function serveBench(url: string): void {
  process.stdout.write(`${JSON.stringify({ ready: true, url, pid: process.pid })}\n`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    process.stdout.write(`${JSON.stringify({ held: heapUsed + arrayBuffers, rss })}\n`);
  });
  lines.on('close', () => process.exit());
}
