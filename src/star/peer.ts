/**
 * A peer at one rendezvous server: its connection, the listener that owns it, the dials that go over it, and their streams.
 */
import type { EmittedFrom } from 'xstate';
import { type DialerOutput, dialer, directionsOf, isOfDial, type StreamPlace } from '../../machines/star/dialer.ts';
import { type ListenerInput, type ListenerOutput, listener } from '../../machines/star/listener.ts';
import { isOfStream, type StreamOutput } from '../../machines/star/stream.ts';
import { toHex } from '../bytes.ts';
import { type Backoff, Connector } from '../connector.ts';
import { LocalMisuse } from '../errors.ts';
import type { Host } from '../host.ts';
import { stateName } from '../inspect.ts';
import { Kernel } from '../kernel.ts';
import type { PacketFrame } from '../packets.ts';
import type { NoticesOf, OrdersOf, RequestsOf, Start } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Connect } from '../transport.ts';
import { StarConnection } from './connection.ts';
import { dialFault } from './faults.ts';
import type { Identity } from './identity.ts';
import { StreamPort } from './port.ts';
import type { Stream, Streams } from './streams.ts';
import { chunkIn, chunkPacket, clientLine } from './wire.ts';

type Emitted = EmittedFrom<typeof listener>;
type Notice = NoticesOf<Emitted>;

/** How a server is reached. */
export interface Reach {
  /** As the app has named it. */
  readonly url: string;
  /** What is opened: with what our client says of itself. */
  readonly target: string;
  readonly connect: Connect<PacketFrame>;
  /** Whether the wire knows credit, abort and the differences of the list. */
  readonly dialect: 'old' | 'ours';
}

export interface PeerOptions {
  readonly host: Host;
  readonly reach: Reach;
  readonly streams: Streams;
  readonly identity: Identity | undefined;
  readonly input: ListenerInput;
  /** Milliseconds for a dial to be taken. */
  readonly dialTimeout: number;
  readonly backoff?: Backoff;
  readonly maxFrame: number;
  /** What the machine tells, and the end of it. */
  readonly notify: (notice: Exclude<Notice, { readonly type: 'dialled' | 'misused' }>) => void;
  /** Another peer has dialled. `taken` is to be called when the app looks at it. */
  readonly dialled: (connection: StarConnection, taken: () => void) => void;
  readonly ended: (output: ListenerOutput) => void;
}

interface Dial {
  readonly session: Session<typeof dialer>;
}

const listenerKernel = new Kernel(listener);
const dialerKernel = new Kernel(dialer);

/** One listener, and what goes over its connection. */
export class StarPeer {
  readonly #options: PeerOptions;
  readonly #host: Host;
  readonly #session: Session<typeof listener>;
  readonly #connector: Connector<PacketFrame>;
  readonly #dials = new Map<string, Dial>();
  /** Streams of dials that were taken and have not been told to the app yet, by their names. */
  readonly #starting = new Map<string, Stream>();
  #line = clientLine();
  #port: StreamPort;
  #signing: AbortController | undefined;
  #awaitsQuiet: string | undefined;

  constructor(options: PeerOptions) {
    this.#options = options;
    const { host, reach, input, maxFrame, backoff } = options;
    this.#host = host;
    this.#connector = new Connector({
      url: reach.target,
      connect: reach.connect,
      clock: host.clock,
      random: host.random,
      maxFrame,
      timeout: input.joinTimeout,
      ...(backoff === undefined ? {} : { backoff }),
      frame: (packet) => this.#received(packet),
      drained: () => this.#port.drained(),
      fact: (fact) => {
        if (fact.type === 'connection.opened') this.#opened();
        else if (fact.type === 'connection.lost') this.#lost(fact.code, fact.reason);
        this.#session.tell(fact);
      },
    });
    this.#port = this.#newPort();
    this.#session = new Session(
      {
        id: `star.listener/${host.freshId().slice(0, 8)}`,
        kernel: listenerKernel,
        outside: this.#outside(),
        clock: host.clock,
        report: host.report,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect }),
      },
      input,
    ).start();
  }

  get url(): string {
    return this.#options.reach.url;
  }

  get address(): string {
    return this.#options.input.address;
  }

  /** The state of the listener's machine, as a path: `open.joined`. */
  get state(): string {
    return stateName(this.#session.snapshot.value);
  }

  get isJoined(): boolean {
    return this.state === 'open.joined';
  }

  get hasEnded(): boolean {
    return this.#session.ended;
  }

  /** Streams that go over the connection now. */
  get streams(): number {
    return this.#port.size;
  }

  listen(): void {
    this.#session.tell({ type: 'command.listen' });
  }

  leave(): void {
    this.#session.tell({ type: 'command.leave' });
  }

  close(): void {
    this.#session.tell({ type: 'command.close' });
  }

  /**
   * Dials another peer of this server.
   * @throws StarRefused, DeadlinePassed, ConnectionLost, or the signal's reason
   */
  dial(to: string, signal: AbortSignal | undefined, timeout = this.#options.dialTimeout): Promise<StarConnection> {
    signal?.throwIfAborted();
    const dialId = uuidOf(this.#host.freshId());
    const { toListener, toDialer } = directionsOf(dialId);
    const port = this.#port;
    return new Promise((resolve, reject) => {
      const streams = new Map<string, Stream>();
      const abort = () => void session.tell({ type: 'command.abort', reason: 'The dial was given up.' });
      const session: Session<typeof dialer> = new Session(
        {
          id: `star.dialer/${dialId}`,
          kernel: dialerKernel,
          clock: this.#host.clock,
          report: this.#host.report,
          ...(this.#host.inspect === undefined ? {} : { inspect: this.#host.inspect }),
          outside: {
            send: ({ message }) => this.#connector.send(this.#line.encode(message)),
            order: (order) => {
              if (order.type === 'start') {
                const ended = (output: StreamOutput) =>
                  void session.tell({ type: 'ended', role: 'stream', id: order.id, output });
                streams.set(order.id, this.#start(order, port, ended));
              } else if (order.type === 'tell') streams.get(order.id)?.tell(order.event);
              else streams.get(order.id)?.abort('The dial was given up.');
            },
            notify: (notice) => {
              const [reader, writer] = [streams.get(toDialer), streams.get(toListener)];
              if (notice.type !== 'connected' || reader === undefined || writer === undefined) return;
              signal?.removeEventListener('abort', abort);
              resolve(new StarConnection(dialId, notice.observed, reader, writer));
            },
            ended: (output) => {
              this.#forget(dialId);
              signal?.removeEventListener('abort', abort);
              reject(this.#faultOf(output, signal));
            },
            failed: (error) => {
              this.#forget(dialId);
              this.#host.report(error);
              reject(error);
            },
          },
        },
        { dialId, from: this.address, to, dialTimeout: timeout },
      );
      this.#dials.set(dialId, { session });
      signal?.addEventListener('abort', abort, { once: true });
      session.start();
    });
  }

  #faultOf(output: DialerOutput, signal: AbortSignal | undefined): unknown {
    return output.cause === 'aborted' && signal?.aborted === true ? signal.reason : dialFault(output);
  }

  #forget(dialId: string): void {
    this.#dials.delete(dialId);
    this.#line.forget(dialId);
  }

  #newPort(): StreamPort {
    const connector = this.#connector;
    const line = this.#line;
    return new StreamPort(
      {
        dialect: this.#options.reach.dialect,
        // A server of ours understands that a reader gives up, whatever the wire; the original's hear nothing in it.
        hearsOfEnds: true,
        send: (message) => connector.send(line.encode(message)),
        chunk: (stream, bytes, packet) => connector.send(packet ?? chunkPacket(stream, bytes)),
        get bufferedAmount() {
          return connector.bufferedAmount;
        },
        pause: () => connector.pause(),
        resume: () => connector.resume(),
      },
      this.#options.streams.limits,
    );
  }

  #opened(): void {
    this.#line = clientLine();
    this.#port = this.#newPort();
  }

  /** Everything that went over the connection ends with it. */
  #lost(code: number, reason: string): void {
    this.#port.lost(code, reason);
    for (const { session } of [...this.#dials.values()]) session.tell({ type: 'connection.lost', code, reason });
  }

  #received(packet: PacketFrame): void {
    const chunked = chunkIn(packet);
    if (chunked !== undefined && packet.type === 'event') {
      // What comes for a stream that is over was on its way.
      this.#port.chunk(chunked.stream, chunked.bytes);
      return;
    }
    const event = this.#line.event(packet);
    if (event.type === 'received.malformed') this.#session.tell(event);
    else if (isOfStream(event)) this.#port.receive(event);
    else if (isOfDial(event)) this.#dials.get(event.message.replyTo)?.session.tell(event);
    else this.#session.tell(event);
  }

  #start({ id, input }: Start<StreamPlace>, port: StreamPort, ended: (output: StreamOutput) => void): Stream {
    return this.#options.streams.start(id, input.app === 'source' ? { sink: port } : { source: port }, {
      ended: (output) => {
        ended(output);
        this.#lookQuiet();
      },
      violated: (notice) => this.#options.notify(notice),
    });
  }

  #outside(): Outside<typeof listener> {
    return {
      send: ({ message }) => this.#connector.send(this.#line.encode(message)),
      request: (request) => this.#ask(request),
      order: (order) => this.#order(order),
      notify: (notice) => this.#notify(notice),
      ended: (output) => this.#ended(output),
      failed: (error) => {
        this.#host.report(error);
        this.#connector.terminate();
        this.#ended({ cause: 'lost', reason: error.message });
      },
    };
  }

  #ask(request: RequestsOf<Emitted>): void {
    switch (request.type) {
      case 'requestConnection':
        // A connection that did not let us join is given up, and with it nothing: nobody could dial.
        this.#connector.request(request.attempt);
        break;
      case 'requestSignature':
        void this.#sign(request.id);
        break;
      case 'requestQuiet':
        this.#awaitsQuiet = request.id;
        this.#lookQuiet();
        break;
    }
  }

  #lookQuiet(): void {
    const id = this.#awaitsQuiet;
    if (id === undefined || this.#port.size > 0) return;
    this.#awaitsQuiet = undefined;
    this.#session.tell({ type: 'quiet', id });
  }

  async #sign(nonce: string): Promise<void> {
    const signing = new AbortController();
    this.#signing = signing;
    try {
      const { identity } = this.#options;
      if (identity === undefined) throw new LocalMisuse('There is no identity.', { code: 'noIdentity' });
      const signature = await identity.sign(new TextEncoder().encode(nonce), signing.signal);
      this.#session.tell({ type: 'signed', id: nonce, signature: toHex(signature) });
    } catch (error) {
      if (signing.signal.aborted) return;
      this.#session.tell({
        type: 'refused',
        id: nonce,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'withdraw':
        if (order.request === 'requestConnection') this.#connector.withdraw();
        else if (order.request === 'requestSignature') this.#signing?.abort();
        else this.#awaitsQuiet = undefined;
        break;
      case 'orderClose':
        this.#connector.close(order.code, order.reason);
        break;
      case 'orderTermination':
        this.#connector.terminate();
        break;
      case 'start': {
        const stream = this.#start(order, this.#port, () => {});
        this.#starting.set(order.id, stream);
        break;
      }
    }
  }

  #notify(notice: Notice): void {
    if (notice.type === 'dialled') this.#dialled(notice.dialId, notice.from);
    else if (notice.type === 'misused')
      this.#host.report(new LocalMisuse(`The command ${notice.command} is not for now.`, { code: 'misused' }));
    else this.#options.notify(notice);
  }

  #dialled(id: string, from: string): void {
    const { toListener, toDialer } = directionsOf(id);
    const [reader, writer] = [this.#starting.get(toListener), this.#starting.get(toDialer)];
    this.#starting.delete(toListener);
    this.#starting.delete(toDialer);
    if (reader === undefined || writer === undefined) return;
    const connection = new StarConnection(id, from, reader, writer);
    void connection.closed.then(() => this.#session.tell({ type: 'ended', id }));
    this.#options.dialled(connection, () => this.#session.tell({ type: 'taken', id }));
  }

  #ended(output: ListenerOutput): void {
    this.#connector.close(1000, '');
    this.#signing?.abort();
    this.#lost(1000, output.reason === '' ? 'The peer was closed.' : output.reason);
    this.#options.ended(output);
  }
}

/** 128 random bits as a UUID of version 4, as dials are named by the clients of old. */
function uuidOf(hex: string): string {
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) & 3];
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
