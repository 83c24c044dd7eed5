/**
 * socket.io's connecting side for servers of version 1 and 2, and for later ones that still take clients of these: version 3 of the engine's protocol and 4
 * of socket.io's, over any WebSocket, in Node and in a page. One connection that does not connect again by itself; no long polling, no library.
 *
 * Before version 4 it is the client that pings, the server opens the only namespace unasked, and a byte array has the type of its packet before it.
 */
import { ConnectionLost, LocalMisuse } from '../src/errors.ts';
import { Inbox } from '../src/inbox.ts';
import type { PacketFrame } from '../src/packets.ts';
import { encodeSocketIo, frameOverhead, socketIoParser } from '../src/socketioPackets.ts';
import type { Closure, Connect, Transport, TransportEvents } from '../src/transport.ts';

type Frame = string | Uint8Array;

const defaultMaxFrame = 1_048_576;
const defaultTimeout = 10_000;
/** The engine's packet types, as the first character of a text and the first byte of bytes. */
const types = { open: '0', close: '1', ping: '2', pong: '3', message: '4' } as const;
const messageByte = 4;
const leave = '41';
/** Milliseconds that a server may ask for between pings. */
const bounds = { least: 100, most: 86_400_000 };

/** How the engine is to be kept alive, as the server says it. */
interface Pulse {
  readonly pingInterval: number;
  readonly pingTimeout: number;
}

class Engine3Transport implements Transport<PacketFrame> {
  readonly #line: Transport<Frame>;
  readonly #inbox = new Inbox<PacketFrame>(frameOverhead);
  readonly #decoder;
  readonly #opened: (failed?: Error) => void;
  #pulse: Pulse | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;
  #isPaused = false;
  #ending: Closure | undefined;

  /** @param opened is called once: when the server has opened the namespace, or with why it never will */
  constructor(line: Transport<Frame>, maxFrame: number, opened: (failed?: Error) => void) {
    this.#line = line;
    this.#opened = opened;
    const { Decoder } = socketIoParser(maxFrame, (frame, size) => this.#inbox.frame(frame, size));
    this.#decoder = new Decoder();
    this.#decoder.on('decoded', ({ type }) => this.#told(type));
  }

  /** Begins to listen to the server. */
  open(): void {
    this.#line.attach({
      frame: (frame) => this.#received(frame),
      drained: () => this.#inbox.drained(),
      closed: (closure) => this.#closed(closure),
    });
  }

  attach(events: TransportEvents<PacketFrame>): void {
    this.#inbox.attach(events);
    if (!this.#inbox.isPaused) this.resume();
  }

  send(packet: PacketFrame, handedOver?: (ok: boolean) => void): boolean {
    if (packet.type === 'bad' || this.#ending !== undefined) {
      handedOver?.(false);
      return false;
    }
    const parts = encodeSocketIo(packet);
    const last = parts.length - 1;
    let isTaken = true;
    for (const [at, part] of parts.entries())
      isTaken = this.#line.send(engineFrame(part), at === last ? handedOver : undefined);
    return isTaken;
  }

  get bufferedAmount(): number {
    return this.#line.bufferedAmount;
  }

  pause(): void {
    this.#isPaused = true;
    this.#inbox.pause();
    this.#line.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#inbox.resume();
    if (this.#inbox.isPaused) return;
    this.#line.resume();
    // What has come meanwhile says that the server lives, and nothing else does.
    if (this.#pulse !== undefined) this.#beat(this.#pulse);
  }

  close(code = 1000, reason = ''): void {
    if (this.#ending !== undefined) return;
    this.#ending = { code, reason };
    this.#line.send(leave);
    this.resume();
    this.#line.resume();
    this.#line.close(1000, '');
  }

  terminate(): void {
    this.#ending ??= { code: 1006, reason: '' };
    this.#inbox.cut();
    this.#line.terminate();
  }

  #received(frame: Frame): void {
    if (this.#ending !== undefined) return;
    try {
      if (typeof frame !== 'string') this.#bytes(frame);
      else this.#text(frame[0] ?? '', frame);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #text(type: string, frame: string): void {
    if (this.#pulse === undefined) {
      if (type !== types.open) throw new Error('it is no server of socket.io');
      this.#beat(pulseIn(frame.slice(1)));
    } else if (type === types.message) this.#decoder.add(frame.slice(1));
    else if (type === types.pong) this.#beat(this.#pulse);
    else if (type === types.close) this.#end({ code: 1000, reason: 'the server has closed the engine' });
  }

  #bytes(frame: Uint8Array): void {
    if (this.#pulse === undefined || frame[0] !== messageByte) throw new Error('its bytes are no message');
    this.#decoder.add(frame.subarray(1));
  }

  /** Something of socket.io's own: the opening, the end, a refusal. */
  #told(type: number): void {
    if (type === 0) {
      if (this.#isOpen) return;
      this.#isOpen = true;
      // Nothing is lost between now and `attach`.
      this.#line.pause();
      this.#opened();
    } else if (type === 1) this.#end({ code: 1000, reason: 'io server disconnect' });
    else throw new Error('it refuses the namespace');
  }

  /** The next ping, and a cut when no pong follows. While we are paused its pong cannot be read, and is not missed. */
  #beat(pulse: Pulse): void {
    this.#pulse = pulse;
    clearTimeout(this.#timer);
    if (this.#ending !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#line.send(types.ping);
      this.#timer = setTimeout(() => {
        if (!this.#isPaused) this.#fail('ping timeout');
      }, pulse.pingTimeout);
    }, pulse.pingInterval);
  }

  #fail(reason: string): void {
    this.#ending ??= { code: 1006, reason };
    this.#line.terminate();
  }

  #end(closure: Closure): void {
    this.#ending ??= closure;
    this.#line.close(1000, '');
  }

  #closed(closure: Closure): void {
    clearTimeout(this.#timer);
    const ending = this.#ending ?? { ...closure, code: closure.code === 1009 ? 1009 : 1006 };
    this.#ending = ending;
    if (!this.#isOpen) this.#opened(new Error(ending.reason === '' ? 'it was closed at once' : ending.reason));
    this.#inbox.closed(ending);
  }
}

function engineFrame(part: Frame): Frame {
  if (typeof part === 'string') return `${types.message}${part}`;
  const frame = new Uint8Array(part.length + 1);
  frame[0] = messageByte;
  frame.set(part, 1);
  return frame;
}

function pulseIn(opening: string): Pulse {
  const said: unknown = JSON.parse(opening);
  if (typeof said !== 'object' || said === null) throw new Error('it is no server of socket.io');
  const pingInterval: unknown = Reflect.get(said, 'pingInterval');
  const pingTimeout: unknown = Reflect.get(said, 'pingTimeout');
  if (!isDuration(pingInterval) || !isDuration(pingTimeout)) throw new Error('it is no server of socket.io');
  return { pingInterval, pingTimeout };
}

const isDuration = (value: unknown): value is number =>
  typeof value === 'number' && value >= bounds.least && value <= bounds.most;

/** The request target at which the engine is. */
function engineUrl(url: string): string {
  if (!URL.canParse(url) || !/^(ws|http)s?:\/\/[^#]*$/i.test(url))
    throw new LocalMisuse(`${url} is not the URL of a socket.io server.`, { code: 'badUrl' });
  const target = new URL(url.replace(/^http/i, 'ws'));
  if (target.pathname === '/') target.pathname = '/socket.io/';
  target.searchParams.set('EIO', '3');
  target.searchParams.set('transport', 'websocket');
  return target.href;
}

/**
 * Opens socket.io connections of the old kind: `ws:`, `wss:`, `http:` and `https:` mean the same, a query goes to the server, a path is where socket.io is.
 * @param connect opens WebSockets: that of `adapters/ws` or `adapters/websocket`
 * @returns what opens a connection, or throws `ConnectionLost` `connectFailed`: nobody there, refused, no socket.io, timed out; or `LocalMisuse` `badUrl`
 */
export function engine3(connect: Connect<Frame>): Connect<PacketFrame> {
  return async (url, options) => {
    const { signal, timeout = defaultTimeout, maxFrame = defaultMaxFrame } = options;
    const line = await connect(engineUrl(url), { ...options, timeout, maxFrame });
    return new Promise((resolve, reject) => {
      const abort = () => opened(new Error('aborted', { cause: signal?.reason }));
      const timer = setTimeout(() => opened(new Error('no answer in time')), timeout);
      const opened = (failed?: Error) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        if (failed === undefined) return resolve(transport);
        transport.terminate();
        const sentence = `No connection to ${url}: ${failed.message}`;
        reject(new ConnectionLost(sentence, { code: 'connectFailed', cause: failed }));
      };
      const transport = new Engine3Transport(line, maxFrame, opened);
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted === true) abort();
      else transport.open();
    });
  };
}
