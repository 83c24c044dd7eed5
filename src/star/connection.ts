/**
 * A connection between two peers, as an app uses it: two byte streams in the platform's own form, each of which ends by itself.
 *
 * `readable` holds nothing of its own and is asked only for what is read; `writable` takes the next chunk when this one has been handed on. So a reader
 * that is slow makes the writer slow, as far as the wire can tell.
 */
import { LocalMisuse } from '../errors.ts';
import { streamFault } from './faults.ts';
import type { Stream } from './streams.ts';

/** What goes in one piece: servers of old close a connection on a message of more than 1 MB. */
const largestChunk = 65_536;
const longestReason = 1_024;

/** A duplex byte stream to another peer. Made by `StarNode.dial` and `StarNode.incoming`. For Node's streams: `Readable.fromWeb`, `Writable.fromWeb`. */
export class StarConnection {
  /** The dial's id, which both peers and the server know. */
  readonly id: string;
  /** The other peer's addresses, as we know them: the one that we dialled, or the one that it dialled from. */
  readonly observed: readonly string[];
  /** What the other peer writes. A failure is a `StreamCut`, a `ConnectionLost` or a `DeadlinePassed`; to cancel it tells the other, where the wire can. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What the other peer is to read. To close it is half a close: the other direction goes on. */
  readonly writable: WritableStream<Uint8Array>;
  /** Resolves when both directions have ended, well or not. */
  readonly closed: Promise<void>;
  readonly #reader: Stream;
  readonly #writer: Stream;

  constructor(id: string, observed: string, reader: Stream, writer: Stream) {
    this.id = id;
    this.observed = [observed];
    this.#reader = reader;
    this.#writer = writer;
    this.readable = readableOf(reader);
    this.writable = writableOf(writer);
    this.closed = Promise.all([reader.ended(), writer.ended()]).then(() => {});
  }

  /**
   * Ends both directions: what was written still goes, what still comes is not wanted. Resolves when both have ended. Never rejects. A writer that has locked
   * `writable` should have awaited its writes: what waits in its queue is not sent any more.
   */
  async close(): Promise<void> {
    this.#reader.abort('The reader has closed the connection.');
    // What has ended already cannot be closed, and need not be.
    if (!this.writable.locked) await this.writable.close().catch(() => {});
    await this.#writer.end();
    await this.closed;
  }

  /** Ends both directions at once, and tells the other peer why. What waits is thrown away. */
  abort(reason?: unknown): void {
    const why = textOf(reason);
    this.#writer.abort(why);
    this.#reader.abort(why);
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function readableOf(stream: Stream): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await stream.read();
        if (bytes !== undefined) controller.enqueue(bytes);
        else {
          const fault = stream.output === undefined ? undefined : streamFault(stream.output);
          if (fault === undefined) controller.close();
          else controller.error(fault);
        }
      },
      cancel: (reason) => stream.abort(textOf(reason)),
    },
    { highWaterMark: 0 },
  );
}

function writableOf(stream: Stream): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>(
    {
      start(controller) {
        void stream.ended().then(() => {
          const fault = stream.output === undefined ? undefined : streamFault(stream.output);
          if (fault !== undefined) controller.error(fault);
        });
      },
      async write(chunk: unknown) {
        if (!(chunk instanceof Uint8Array))
          throw new LocalMisuse('Only a Uint8Array can be written.', { code: 'notBytes' });
        for (let at = 0; at < chunk.length; at += largestChunk) {
          await stream.write(chunk.subarray(at, at + largestChunk));
          check(stream);
        }
      },
      async close() {
        await stream.end();
        check(stream);
      },
      abort: (reason) => stream.abort(textOf(reason)),
    },
    { highWaterMark: 1 },
  );
}

/** @throws why the stream has failed, if it has */
function check({ output }: Stream): void {
  const fault = output === undefined ? undefined : streamFault(output);
  if (fault !== undefined) throw fault;
}

function textOf(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : '';
  return (text === '' ? 'The stream was given up.' : text).slice(0, longestReason);
}
