/**
 * A stream from an app over two lines to another app, with all three places of it: writer, server, reader. The lines are in memory: they carry what a
 * connection would, hold what is not read, and are as fast as the test says.
 */
import type { Received, StreamMessage } from '../../../machines/star/messages.ts';
import type { StreamOutput } from '../../../machines/star/stream.ts';
import { Host } from '../../../src/host.ts';
import { type Carrier, StreamPort } from '../../../src/star/port.ts';
import type { StreamLimits } from '../../../src/star/streamLimits.ts';
import { type Stream, Streams } from '../../../src/star/streams.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';

/** One frame, as a test compares it. */
export type Frame = readonly [event: string, what: unknown];

/** What is at the end of a line: one of old, one of ours, or one of ours on the wire of old, which knows of it how a stream ends. */
export type Kind = 'old' | 'half ours' | 'ours';

/** One way of a line: what was sent and has not been read. */
class Way {
  readonly frames: (() => void)[] = [];
  /** What was sent, all of it. */
  readonly sent: Frame[] = [];
  bytes = 0;
  isPaused = false;
}

/** A line between two ports. */
export class Line {
  /** By who reads. */
  readonly #ways = { left: new Way(), right: new Way() };
  readonly left: StreamPort;
  readonly right: StreamPort;

  constructor(kind: Kind, limits: Pick<StreamLimits, 'socketBuffer'>) {
    const { left, right } = this.#ways;
    this.left = new StreamPort(
      this.#carrier(kind, left, right, () => this.right),
      limits,
    );
    this.right = new StreamPort(
      this.#carrier(kind, right, left, () => this.left),
      limits,
    );
  }

  #carrier(kind: Kind, own: Way, other: Way, reader: () => StreamPort): Carrier {
    return {
      dialect: kind === 'ours' ? 'ours' : 'old',
      hearsOfEnds: kind === 'half ours',
      send: (message) => {
        const { event, stream: _, ...rest } = message;
        other.sent.push([event, rest]);
        other.frames.push(() => this.#deliver(reader(), message));
      },
      chunk: (stream, bytes) => {
        const copy = Uint8Array.from(bytes);
        other.sent.push(['queue', copy.length]);
        other.bytes += copy.length;
        other.frames.push(() => {
          other.bytes -= copy.length;
          reader().chunk(stream, copy);
        });
        return true;
      },
      get bufferedAmount() {
        return other.bytes;
      },
      pause: () => {
        own.isPaused = true;
      },
      resume: () => {
        own.isPaused = false;
      },
    };
  }

  #deliver(port: StreamPort, message: StreamMessage): void {
    port.receive(received(message));
  }

  /** Lets up to `most` frames of each way arrive. @returns whether one did */
  carry(most: number): boolean {
    let any = false;
    for (const [way, writer] of [
      [this.#ways.right, this.left],
      [this.#ways.left, this.right],
    ] as const) {
      for (let at = 0; at < most && !way.isPaused && way.frames.length > 0; at += 1) {
        way.frames.shift()?.();
        any = true;
      }
      if (way.bytes === 0) writer.drained();
    }
    return any;
  }

  /** What was sent to the right, and to the left. */
  get sent(): { readonly right: readonly Frame[]; readonly left: readonly Frame[] } {
    return { right: this.#ways.right.sent, left: this.#ways.left.sent };
  }

  /** Bytes on their way to the right. */
  get underWay(): number {
    return this.#ways.right.bytes;
  }

  get isReadPaused(): boolean {
    return this.#ways.right.isPaused;
  }

  cut(): void {
    this.left.lost(1006, 'cut');
    this.right.lost(1006, 'cut');
  }
}

export interface ChainOptions {
  readonly writer: Kind;
  readonly reader: Kind;
  readonly limits?: Partial<StreamLimits>;
  readonly isStepped?: boolean;
  /** Frames that a line carries before the others have their turn. */
  readonly pace?: number;
}

function received<M extends StreamMessage>(message: M): Received<M>;
function received(message: StreamMessage) {
  return { type: `received.${message.event}`, message };
}

const id = 'd.dialer';

/** Writer, server and reader of one stream. */
export class Chain {
  readonly clock = new SimulatedClock();
  readonly first: Line;
  readonly second: Line;
  readonly writer: Stream;
  readonly server: Stream;
  readonly reader: Stream;
  readonly ends: { readonly place: string; readonly output: StreamOutput }[] = [];
  readonly #pace: number;

  constructor({ writer, reader, limits = {}, isStepped = false, pace = 4 }: ChainOptions) {
    const streams = new Streams(
      new Host({
        clock: this.clock,
        report: (error) => {
          throw error;
        },
      }),
      limits,
      isStepped,
    );
    this.#pace = pace;
    this.first = new Line(writer, streams.limits);
    this.second = new Line(reader, streams.limits);
    const ended = (place: string) => ({
      ended: (output: StreamOutput) => void this.ends.push({ place, output }),
    });
    // In the order of a dial: whoever is to be accepted is there first.
    this.writer = streams.start(id, { sink: this.first.left }, ended('writer'));
    this.server = streams.start(id, { source: this.first.right, sink: this.second.left }, ended('server'));
    this.reader = streams.start(id, { source: this.second.right }, ended('reader'));
  }

  /** Lets everything happen that can happen without time passing. */
  async settle(): Promise<void> {
    for (;;) {
      const moved = [this.first.carry(this.#pace), this.second.carry(this.#pace)].includes(true);
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (!moved) return;
    }
  }

  /** What is held in this process, in all places and lines. */
  get heldBytes(): number {
    return (
      this.writer.heldBytes + this.server.heldBytes + this.reader.heldBytes + this.first.underWay + this.second.underWay
    );
  }

  /** Reads to the end. */
  async readAll(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (let bytes = await this.reader.read(); bytes !== undefined; bytes = await this.reader.read())
      chunks.push(bytes);
    return Buffer.concat(chunks);
  }
}

/** Every pair of kinds that differ in how bytes flow. */
export const pairs = [
  ['old', 'old'],
  ['old', 'ours'],
  ['ours', 'old'],
  ['ours', 'ours'],
] as const;

/** Every pair of kinds that differ in how a stream ends. */
export const endings = (['old', 'half ours', 'ours'] as const).flatMap((writer) =>
  (['old', 'half ours', 'ours'] as const).map((reader) => [writer, reader] as const),
);
