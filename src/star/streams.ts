/**
 * Where the bytes of streams go: from an app to a connection, from a connection to an app, and, on the server, from one connection to another.
 *
 * The machine of a stream decides what may be done with a chunk; here it is done. While the machine's state is tagged `takes` it is not told of each
 * chunk: they are handed on as the sink takes them, what it does not take is held and counted, and the machine is told at the marks. A test shows that
 * a machine that is told of every chunk (`stepped`) sends the same frames.
 */
import type { EmittedFrom } from 'xstate';
import {
  type End,
  isChunk,
  overhead,
  queued,
  type StreamEvent,
  type StreamInput,
  type StreamOutput,
  stream,
} from '../../machines/star/stream.ts';
import type { Host } from '../host.ts';
import { Kernel } from '../kernel.ts';
import type { Packet } from '../packet.ts';
import type { NoticesOf, OrdersOf, SendsOf, Violated } from '../role.ts';
import { Session } from '../session.ts';
import { Backlog, type Held } from './backlog.ts';
import type { Carried, StreamPort } from './port.ts';
import { type StreamLimits, streamLimitsOf } from './streamLimits.ts';

type Emitted = EmittedFrom<typeof stream>;

export interface StreamOptions {
  /** Once, when it has come to its end. */
  readonly ended: (output: StreamOutput) => void;
  readonly violated?: (notice: Violated) => void;
}

export interface StreamPlaces {
  /** Left out where the app is. */
  readonly source?: StreamPort;
  readonly sink?: StreamPort;
}

/** Starts streams. */
export class Streams {
  readonly host: Host;
  readonly limits: StreamLimits;
  /** The machines are told of every chunk: for tests. */
  readonly isStepped: boolean;
  readonly kernel = new Kernel(stream);

  constructor(host: Host, limits: Partial<StreamLimits> = {}, isStepped = false) {
    this.host = host;
    this.limits = streamLimitsOf(limits);
    this.isStepped = isStepped;
  }

  /** One direction of a dial. A connection must not have a stream of this name on the same side already: ask `has`. */
  start(id: string, places: StreamPlaces, options: StreamOptions): Stream {
    return new Stream(this, id, places, options).start();
  }
}

/** Bytes by which an app's chunk may go beyond the credit before it is divided: else the last bytes of a window would go by themselves. */
const excess = 1_024;

const endOf = (port: StreamPort | undefined): End => port?.dialect ?? 'app';

/** One direction of a dial, here. */
export class Stream implements Carried {
  readonly id: string;
  readonly #session: Session<typeof stream>;
  readonly #limits: StreamLimits;
  readonly #isStepped: boolean;
  readonly #source: StreamPort | undefined;
  readonly #sink: StreamPort | undefined;
  readonly #options: StreamOptions;
  /** Chunks that a machine that is told of each has not judged yet. */
  readonly #coming: Held[] = [];
  /** Chunks that wait for the sink. */
  readonly #held: Backlog;
  /** What the sink may be sent, and what the source may send. */
  #credit = Number.POSITIVE_INFINITY;
  #granted = Number.POSITIVE_INFINITY;
  /** What was granted and has not left: credit, and what is held for it. */
  #promised = 0;
  #takes = true;
  #flows: boolean;
  #isCrowded = false;
  #isPaused = false;
  #awaitsDrain = false;
  #output: StreamOutput | undefined;
  #taker: ((bytes: Uint8Array | undefined) => void) | undefined;
  #writers: (() => void)[] = [];
  #enders: (() => void)[] = [];

  constructor({ host, limits, kernel, isStepped }: Streams, id: string, places: StreamPlaces, options: StreamOptions) {
    this.id = id;
    this.#limits = limits;
    this.#isStepped = isStepped;
    this.#source = places.source;
    this.#sink = places.sink;
    this.#options = options;
    this.#flows = places.sink === undefined;
    this.#held = new Backlog(places.source?.holding);
    const isCounted = places.source?.dialect === 'ours';
    const granted = isCounted ? this.#allowance : limits.window;
    const input: StreamInput = {
      id,
      source: endOf(places.source),
      sink: endOf(places.sink),
      window: granted,
      acceptTimeout: limits.acceptTimeout,
      stallTimeout: limits.stallTimeout,
      sinkHearsOfLoss: places.sink?.hearsOfEnds === true,
      sourceKnowsAbort: places.source?.hearsOfEnds === true,
    };
    if (isCounted) {
      this.#granted = 0;
      this.#grant(granted);
    }
    this.#session = new Session(
      {
        id: `star.stream/${id}`,
        kernel,
        clock: host.clock,
        report: host.report,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect }),
        outside: {
          send: (effect) => this.#send(effect),
          order: (order) => this.#order(order),
          notify: (notice) => this.#notify(notice),
          ended: (output) => this.#end(output),
          failed: (error) => {
            host.report(error);
            this.#end({ error: error.message, cause: 'failed' });
          },
        },
      },
      input,
    );
  }

  /** For `Streams`. */
  start(): this {
    this.#source?.join('source', this);
    this.#sink?.join('sink', this);
    this.#session.start();
    const lost = { type: 'connection.lost', code: 1006, reason: '' } as const;
    if (this.#sink?.isLost === true) this.tell({ ...lost, from: 'sink' });
    if (this.#source?.isLost === true) this.tell({ ...lost, from: 'source' });
    return this;
  }

  /** How it ended, once it has. */
  get output(): StreamOutput | undefined {
    return this.#output;
  }

  /** Bytes that are held here, with what each chunk costs. */
  get heldBytes(): number {
    return this.#held.size;
  }

  /** Gives the stream up, for both ends. What is held is thrown away. */
  abort(reason: string): void {
    this.tell({ type: 'command.abort', reason });
  }

  /** The app's next chunk. Resolves when it has been handed on; from then on the bytes may be changed. Look at `output` then. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#output !== undefined) return Promise.resolve();
    this.take(bytes);
    if (this.#held.isEmpty || this.#output !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#writers.push(resolve);
    });
  }

  /** The app has no more. Resolves when everything has been handed on, or never will be: look at `output` then. */
  end(): Promise<void> {
    this.tell({ type: 'command.end' });
    return this.ended();
  }

  /** Resolves when the stream has come to its end. */
  ended(): Promise<void> {
    if (this.#output !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#enders.push(resolve);
    });
  }

  /** The next chunk for the app; `undefined` after the last: look at `output` then. One at a time. */
  read(): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      this.#taker = resolve;
      if (this.#output !== undefined) this.#give(undefined);
      else this.pump();
    });
  }

  /** For ports: tells the machine. */
  tell(event: StreamEvent): void {
    this.#session.tell(event);
    this.#look();
  }

  /** For holdings: more is held than may be. */
  overrun(): void {
    this.tell({ type: 'overrun' });
  }

  /** For ports: a chunk has come. */
  take(bytes: Uint8Array, packet?: Packet): void {
    const cost = bytes.length + overhead;
    if (this.#granted <= 0) {
      this.overrun();
      return;
    }
    this.#granted -= cost;
    if (this.#takes && !this.#isStepped) {
      this.#pass(bytes, packet);
      return;
    }
    this.#coming.push({ bytes, packet });
    this.tell(
      this.#source === undefined ? { type: 'command.write', bytes: bytes.length } : queued(this.id, bytes.length),
    );
    // What no state took is nobody's.
    this.#coming.length = 0;
  }

  /** For ports: hands on what is held, as far as the sink takes it. */
  pump(): void {
    if (this.#output !== undefined) return;
    while (!this.#held.isEmpty && this.#isReady()) {
      const { bytes, packet } = this.#held.take(this.#fitting);
      this.#handOn(bytes, packet);
    }
    if (!this.#held.isEmpty) {
      if (this.#sink?.hasRoom === false) this.#sink.block(this);
      return;
    }
    this.#isCrowded = false;
    this.#release();
    if (!this.#awaitsDrain) return;
    this.#awaitsDrain = false;
    this.tell({ type: 'drained' });
  }

  #isReady(): boolean {
    if (!this.#flows) return false;
    return this.#sink === undefined ? this.#taker !== undefined : this.#credit > 0 && this.#sink.hasRoom;
  }

  #pass(bytes: Uint8Array, packet: Packet | undefined): void {
    const isNext = this.#held.isEmpty && this.#isReady();
    if (isNext && bytes.length <= this.#fitting) this.#handOn(bytes, packet);
    else this.#hold(bytes, packet);
    if (isNext && !this.#held.isEmpty) this.pump();
  }

  /** The largest chunk that goes on in one piece. Only an app's is divided: others are handed on as they came. */
  get #fitting(): number {
    return this.#source === undefined ? this.#credit - overhead + excess : Number.POSITIVE_INFINITY;
  }

  /** The machine has judged the oldest of what has come. */
  #passNext(): void {
    const next = this.#coming.shift();
    if (next !== undefined) this.#pass(next.bytes, next.packet);
  }

  #hold(bytes: Uint8Array, packet: Packet | undefined): void {
    this.#held.put(bytes, packet);
    if (this.#flows && this.#sink?.hasRoom === false) this.#sink.block(this);
    const source = this.#source;
    const isTooMuch = this.#held.size > this.#limits.mostHeld && source?.dialect === 'old';
    if (isTooMuch || source?.holding?.isOver === true) this.overrun();
    else if (!this.#isCrowded && (this.#held.size > this.#limits.window || source?.holding?.isCrowded === true)) {
      this.#isCrowded = true;
      this.tell({ type: 'crowded' });
    }
    source?.holding?.relieve();
  }

  #handOn(bytes: Uint8Array, packet: Packet | undefined): void {
    const cost = bytes.length + overhead;
    if (this.#sink === undefined) this.#give(bytes);
    else {
      this.#credit -= cost;
      this.#sink.carry(this.id, bytes, packet);
    }
    // What it was handed to may have ended it.
    if (this.#source?.dialect !== 'ours' || this.#output !== undefined) return;
    this.#promise(-cost);
    const allowance = this.#allowance;
    const room = allowance - this.#promised;
    if (room < allowance / 2) return;
    this.#grant(room);
    this.tell({ type: 'room', bytes: room });
  }

  /** What its source may have of credit and held bytes together. */
  get #allowance(): number {
    const { window } = this.#limits;
    return this.#source?.holding?.allowance(this.#promised, window) ?? window;
  }

  #grant(bytes: number): void {
    this.#granted += bytes;
    this.#promise(bytes);
  }

  #promise(bytes: number): void {
    this.#promised += bytes;
    this.#source?.holding?.promise(bytes);
  }

  #give(bytes: Uint8Array | undefined): void {
    const taker = this.#taker;
    this.#taker = undefined;
    taker?.(bytes);
  }

  /** What the state lets us do without asking. */
  #look(): void {
    this.#takes = this.#session.snapshot.hasTag('takes');
  }

  #release(): void {
    const writers = this.#writers;
    if (writers.length === 0) return;
    this.#writers = [];
    for (const written of writers) written();
  }

  #send({ to, message }: SendsOf<Emitted>): void {
    if (isChunk(message)) this.#passNext();
    else (to === 'source' ? this.#source : this.#sink)?.send(message);
  }

  #order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'orderHold':
        this.#passNext();
        break;
      case 'orderFlow':
        this.#flows = true;
        this.#credit = order.credit ?? Number.POSITIVE_INFINITY;
        this.pump();
        break;
      case 'orderCredit':
        this.#credit += order.bytes;
        this.pump();
        break;
      case 'orderPause':
        if (this.#source?.dialect !== 'old' || this.#isPaused) break;
        this.#isPaused = true;
        this.#source.pause();
        break;
      case 'orderResume':
        this.#resume();
        break;
      case 'orderDrain':
        this.#awaitsDrain = true;
        this.pump();
        break;
    }
  }

  #notify(notice: NoticesOf<Emitted>): void {
    if (notice.type === 'readable') this.#passNext();
    else if (notice.type === 'violated') this.#options.violated?.(notice);
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#source?.resume();
  }

  #end(output: StreamOutput): void {
    this.#output = output;
    this.#takes = false;
    this.#held.clear();
    this.#promise(-this.#promised);
    this.#source?.leave('source', this);
    this.#sink?.leave('sink', this);
    this.#resume();
    this.#give(undefined);
    this.#release();
    const enders = this.#enders;
    this.#enders = [];
    for (const ended of enders) ended();
    this.#options.ended(output);
  }
}
