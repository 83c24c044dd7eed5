/** Chunks that wait, the oldest first. */
import { overhead } from '../../machines/star/stream.ts';
import type { Packet } from '../packet.ts';

/** A chunk, and the packet in which it came, if it came over a line. */
export interface Held {
  readonly bytes: Uint8Array;
  readonly packet: Packet | undefined;
}

const nothing: Held = { bytes: new Uint8Array(0), packet: undefined };
/** Chunks that were taken before the rest moves up: one by one, many small ones cost seconds. */
const movedUpAfter = 256;

/** Chunks that wait, and what they cost. */
export class Backlog {
  #chunks: Held[] = [];
  /** Chunks at the front that were taken already. */
  #taken = 0;
  #size = 0;

  get isEmpty(): boolean {
    return this.#taken === this.#chunks.length;
  }

  /** Bytes, with `overhead` for each chunk. */
  get size(): number {
    return this.#size;
  }

  put(bytes: Uint8Array, packet: Packet | undefined): void {
    this.#chunks.push({ bytes, packet });
    this.#size += bytes.length + overhead;
  }

  /** The oldest; an empty one where none is left. */
  take(): Held {
    const first = this.#chunks[this.#taken];
    if (first === undefined) return nothing;
    this.#chunks[this.#taken] = nothing;
    this.#taken += 1;
    this.#size -= first.bytes.length + overhead;
    if (this.#taken === this.#chunks.length || this.#taken === movedUpAfter) {
      this.#chunks = this.#chunks.slice(this.#taken);
      this.#taken = 0;
    }
    return first;
  }

  clear(): void {
    this.#chunks = [];
    this.#taken = 0;
    this.#size = 0;
  }
}
