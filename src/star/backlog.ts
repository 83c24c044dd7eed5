/** Chunks that wait, the oldest first. */
import { overhead } from '../../machines/star/stream.ts';
import type { Packet } from '../packet.ts';

/** A chunk, and the packet in which it came, if it came over a line. */
export interface Held {
  readonly bytes: Uint8Array;
  readonly packet: Packet | undefined;
}

/** Where what waits is summed. */
export interface Account {
  /** So many bytes more, or fewer. */
  count(bytes: number): void;
}

const nothing: Held = { bytes: new Uint8Array(0), packet: undefined };
/** Chunks that were taken before the rest moves up: one by one, many small ones cost seconds. */
const movedUpAfter = 256;

/** Chunks that wait, and what they cost. */
export class Backlog {
  readonly #account: Account | undefined;
  #chunks: Held[] = [];
  /** Chunks at the front that were taken already. */
  #taken = 0;
  #size = 0;

  constructor(account?: Account) {
    this.#account = account;
  }

  get isEmpty(): boolean {
    return this.#taken === this.#chunks.length;
  }

  /** Bytes, with `overhead` for each chunk. */
  get size(): number {
    return this.#size;
  }

  put(bytes: Uint8Array, packet: Packet | undefined): void {
    // A small chunk lies in all that was read with it, 64 KiB: who is summed does not keep that.
    const isPart = this.#account !== undefined && bytes.buffer.byteLength > 2 * (bytes.length + overhead);
    this.#chunks.push(isPart ? { bytes: new Uint8Array(bytes), packet: undefined } : { bytes, packet });
    this.#count(bytes.length + overhead);
  }

  /** The oldest, or of a larger one the first `most` bytes; an empty one where none is left. */
  take(most = Number.POSITIVE_INFINITY): Held {
    const first = this.#chunks[this.#taken];
    if (first === undefined) return nothing;
    if (first.bytes.length > most) {
      this.#chunks[this.#taken] = { bytes: first.bytes.subarray(most), packet: undefined };
      this.#count(-most);
      return { bytes: first.bytes.subarray(0, most), packet: undefined };
    }
    this.#chunks[this.#taken] = nothing;
    this.#taken += 1;
    this.#count(-first.bytes.length - overhead);
    if (this.#taken === this.#chunks.length || this.#taken === movedUpAfter) {
      this.#chunks = this.#chunks.slice(this.#taken);
      this.#taken = 0;
    }
    return first;
  }

  clear(): void {
    this.#chunks = [];
    this.#taken = 0;
    this.#count(-this.#size);
  }

  #count(bytes: number): void {
    this.#size += bytes;
    this.#account?.count(bytes);
  }
}
