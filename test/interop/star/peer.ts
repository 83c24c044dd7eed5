/** A peer of the star, whoever wrote it, as the checks need it. */
import { createHash } from 'node:crypto';

/** A dialled connection. */
export interface Conn extends AsyncIterable<Uint8Array> {
  observed(): Promise<readonly string[]>;
  /** Writes, and ends its direction. */
  write(chunks: Iterable<Uint8Array>): Promise<void>;
  /** Gives back what comes. */
  echo(): void;
}

/** A peer that has joined. */
export interface Peer {
  readonly address: string;
  readonly incoming: Incoming;
  /** Resolves when it has been told of this peer, at once if it has. */
  finds(address: string): Promise<void>;
  /** From now on it has been told of nobody. */
  forget(): void;
  dial(address: string): Promise<Conn>;
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** Connections that others have dialled; nobody has taken them yet. */
export class Incoming {
  readonly #waiting: Conn[] = [];
  #handle: ((conn: Conn) => void) | undefined;

  add(conn: Conn): void {
    if (this.#handle === undefined) this.#waiting.push(conn);
    else this.#handle(conn);
  }

  /** Takes all that come from now on. */
  handle(handle: (conn: Conn) => void): void {
    this.#handle = handle;
    for (const conn of this.#waiting.splice(0)) handle(conn);
  }

  next(): Promise<Conn> {
    return new Promise((resolve) =>
      this.handle((conn) => {
        this.#handle = undefined;
        resolve(conn);
      }),
    );
  }
}

/** All that comes until the end. */
export async function all(conn: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of conn) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The hash and the length of what comes until the end. */
export async function digest(conn: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of conn) {
    hash.update(chunk);
    length += chunk.length;
  }
  return `${length} ${hash.digest('hex')}`;
}

/** So many bytes that differ from place to place. */
export function* chunksOf(length: number, size = 65_536): Generator<Uint8Array> {
  for (let at = 0; at < length; at += size)
    yield Uint8Array.from({ length: Math.min(size, length - at) }, (_, n) => (at + n * 31 + (n >> 8)) & 0xff);
}

export function digestOf(chunks: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  let length = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    length += chunk.length;
  }
  return `${length} ${hash.digest('hex')}`;
}
