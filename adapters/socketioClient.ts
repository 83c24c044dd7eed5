/**
 * socket.io's connecting side, in Node and in a page: one connection that does not connect again by itself. It speaks to servers of version 3 and 4.
 *
 * Packets go past socket.io's emitters, through our own parser (see `socketIoParser`). A page can neither pause reading nor limit a message nor cut; what
 * comes while it is paused is kept, and when that is too much the connection ends.
 */
import { Manager, NodeWebSocket, NodeXHR, type Socket } from 'socket.io-client';
import { ConnectionLost, LocalMisuse } from '../src/errors.ts';
import { Inbox } from '../src/inbox.ts';
import type { PacketFrame } from '../src/packets.ts';
import { folded, frameOverhead, socketIoParser } from '../src/socketioPackets.ts';
import type { Closure, ConnectOptions, Transport, TransportEvents } from '../src/transport.ts';

const defaultMaxFrame = 1_048_576;
const defaultTimeout = 10_000;
/** Milliseconds for the peer to answer a closing frame. */
const closeTimeout = 3_000;
/** Milliseconds between looks at `bufferedAmount` while somebody waits for it. */
const lookEvery = 10;
/** Bytes that wait for a paused owner before the peer feels it, and those that end a line whose peer cannot be made to. */
const heldBeforePause = 262_144;
const heldAtMost = 8_388_608;

type EnginePacket = Parameters<NodeWebSocket['doWrite']>[0];

const closed = 3;

/** What `ws` has beside a page's WebSocket. */
type RawSocket = WebSocket & { pause?(): void; resume?(): void; terminate?(): void; readonly isPaused?: boolean };

class OverWebSocket extends NodeWebSocket {
  raw: RawSocket | undefined;

  override createSocket(uri: string, protocols: string | string[] | undefined, options: object): RawSocket {
    const raw: RawSocket = super.createSocket(uri, protocols, { ...options, perMessageDeflate: false });
    this.raw = raw;
    return raw;
  }

  protected override onPacket(packet: EnginePacket): void {
    if (isInOrder(packet, this.query)) super.onPacket(packet);
    else this.onError('it is no server of socket.io', undefined);
  }
}

class OverPolling extends NodeXHR {
  protected override onPacket(packet: EnginePacket): void {
    if (isInOrder(packet, this.query)) super.onPacket(packet);
    else this.onError('it is no server of socket.io', undefined);
  }
}

/** The engine believes every opening, and throws where nobody can catch it when there is something wrong with one. */
function isInOrder({ type, data }: EnginePacket, query: Readonly<Record<string, string>>): boolean {
  if (type !== 'open') return true;
  if (query['sid'] !== undefined) return false;
  try {
    const { sid, upgrades, pingInterval, pingTimeout } = JSON.parse(data);
    return (
      typeof sid === 'string' && Array.isArray(upgrades) && upgrades.length < 8 && pingInterval > 0 && pingTimeout > 0
    );
  } catch {
    return false;
  }
}

class SocketIoClientTransport implements Transport<PacketFrame> {
  readonly #manager: Manager;
  readonly #socket: Socket;
  readonly #inbox = new Inbox<PacketFrame>(frameOverhead);
  #ending: Closure | undefined;
  #lost: Closure | undefined;
  #waiting: ((ok: boolean) => void)[] = [];
  #waitingBytes = 0;
  #isCongested = false;
  #isLooking = false;

  constructor({ protocol, host, pathname, searchParams }: URL, options: SocketIoConnectOptions) {
    const { timeout = defaultTimeout, maxFrame = defaultMaxFrame, headers } = options;
    const { transports = ['websocket', 'polling'] } = options;
    this.#manager = new Manager(`${protocol}//${host}`, {
      autoConnect: false,
      reconnection: false,
      timeout,
      path: pathname === '/' ? (options.path ?? '/socket.io/') : pathname,
      query: Object.fromEntries(searchParams),
      transports: transports.map((name) => (name === 'websocket' ? OverWebSocket : OverPolling)),
      tryAllTransports: true,
      transportOptions: { websocket: { maxPayload: maxFrame } },
      ...(headers === undefined ? {} : { extraHeaders: { ...headers } }),
      parser: socketIoParser(maxFrame, (frame, size) => this.#received(frame, size)),
    });
    this.#socket = this.#manager.socket('/');
    this.#socket.on('disconnect', (reason, details) => {
      this.#lost ??= reason === 'io server disconnect' ? { code: 1000, reason } : lostBy(reason, details);
    });
  }

  /** Resolves when the server has opened the namespace. */
  open(signal: AbortSignal | undefined, timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        socket.off('connect', opened);
        socket.off('connect_error', fail);
        socket.off('disconnect', lost);
      };
      const fail = (error: Error) => {
        settle();
        this.terminate();
        reject(error);
      };
      const abort = () => fail(new Error('aborted', { cause: signal?.reason }));
      const lost = () => fail(new Error(this.#lost?.reason ?? 'lost'));
      const opened = () => {
        settle();
        resolve();
      };
      const timer = setTimeout(() => fail(new Error('no answer in time')), timeout);
      signal?.addEventListener('abort', abort, { once: true });
      socket.on('connect_error', fail);
      socket.on('disconnect', lost);
      socket.on('connect', opened);
      socket.connect();
      const { engine } = this.#manager;
      engine.on('packetCreate', ({ data }: { readonly data?: string | Uint8Array }) => {
        this.#waitingBytes += data?.length ?? 0;
      });
      engine.on('drain', () => {
        this.#waitingBytes = 0;
        this.#look();
      });
      engine.on('close', () => this.#finish());
      if (signal?.aborted === true) abort();
    });
  }

  get #raw(): RawSocket | undefined {
    const { transport } = this.#manager.engine;
    return transport instanceof OverWebSocket ? transport.raw : undefined;
  }

  attach(events: TransportEvents<PacketFrame>): void {
    this.#inbox.attach(events);
    if (!this.#inbox.isPaused) resume(this.#raw);
  }

  send(packet: PacketFrame, handedOver?: (ok: boolean) => void): boolean {
    if (packet.type === 'bad' || this.#ending !== undefined || !this.#socket.connected) {
      handedOver?.(false);
      return false;
    }
    this.#socket.emit(folded, packet);
    this.#isCongested = true;
    if (handedOver !== undefined) this.#waiting.push(handedOver);
    return true;
  }

  get bufferedAmount(): number {
    // What the engine has written in this turn is in both.
    return Math.max(this.#waitingBytes, this.#raw?.bufferedAmount ?? 0);
  }

  pause(): void {
    this.#inbox.pause();
  }

  resume(): void {
    this.#inbox.resume();
    if (!this.#inbox.isPaused) resume(this.#raw);
  }

  close(code = 1000, reason = ''): void {
    if (this.#ending !== undefined) return;
    this.#ending = { code, reason };
    this.resume();
    this.#socket.disconnect();
  }

  /** (A request of long polling cannot be taken back: in Node its library dies of that. The server is told good-bye then, and the answer ignored.) */
  terminate(): void {
    this.#ending ??= { code: 1006, reason: '' };
    this.#inbox.cut();
    const raw = this.#raw;
    raw?.terminate?.();
    this.#socket.disconnect();
    if (raw?.terminate === undefined) this.#end();
  }

  #received(frame: PacketFrame, size: number): void {
    this.#inbox.frame(frame, size);
    if (this.#inbox.size < heldBeforePause) return;
    const raw = this.#raw;
    if (raw?.pause !== undefined) raw.pause();
    else if (this.#inbox.size > heldAtMost) {
      this.#ending ??= { code: 1006, reason: 'more came than can wait for a paused reader' };
      this.terminate();
    }
  }

  /** Tells what has left, once nothing waits any more. */
  #look(): void {
    if (!this.#isCongested || this.#isLooking) return;
    if (this.bufferedAmount > 0) {
      this.#isLooking = true;
      setTimeout(() => {
        this.#isLooking = false;
        this.#look();
      }, lookEvery);
      return;
    }
    this.#isCongested = false;
    this.#settle(true);
    this.#inbox.drained();
  }

  #settle(ok: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const handedOver of waiting) handedOver(ok);
  }

  /** The engine is done; the WebSocket may still be at its closing handshake. */
  #finish(): void {
    const raw = this.#raw;
    if (raw === undefined || raw.readyState === closed) {
      // socket.io says why a moment after the engine has said that.
      queueMicrotask(() => this.#end());
      return;
    }
    const timer = setTimeout(() => (raw.terminate === undefined ? this.#end() : raw.terminate()), closeTimeout);
    raw.addEventListener('close', () => {
      clearTimeout(timer);
      this.#end();
    });
    resume(raw);
  }

  #end(): void {
    this.#isCongested = false;
    this.#settle(this.#ending?.code !== 1006 && this.#ending !== undefined && this.bufferedAmount === 0);
    this.#inbox.closed(this.#ending ?? this.#lost ?? { code: 1006, reason: '' });
  }
}

/** (`ws` throws when what never was open is resumed.) */
function resume(raw: RawSocket | undefined): void {
  if (raw?.isPaused === true) raw.resume?.();
}

/** The socket may say more than why: an error of the transport, or the closing of the WebSocket. */
function lostBy(reason: string, details: unknown): Closure {
  const said = `${reason}${detailOf(details)}`;
  return { code: said.includes('Max payload size') ? 1009 : 1006, reason: said };
}

function detailOf(details: unknown): string {
  if (typeof details !== 'object' || details === null) return '';
  const { message, description } = details as { readonly message?: unknown; readonly description?: unknown };
  const said = typeof message === 'string' && message !== '' ? `: ${message}` : '';
  // Long polling describes what is wrong by the HTTP status.
  const isPlain = typeof description === 'string' || typeof description === 'number';
  return said + (isPlain ? `: ${description}` : detailOf(description));
}

/** What the connecting side takes beside what all take. */
export interface SocketIoConnectOptions extends ConnectOptions {
  /** Where socket.io is on the server, unless the URL has a path. Default: `/socket.io/`. */
  readonly path?: string;
  /** What is tried, in this order. Default: WebSocket, then long polling. */
  readonly transports?: readonly ('websocket' | 'polling')[];
  /** Request headers, in Node. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Opens a socket.io connection: `ws:`, `wss:`, `http:` and `https:` mean the same, a query goes to the server, a path is where socket.io is.
 * @throws ConnectionLost `connectFailed`: nobody there, refused, no socket.io, timed out. The reason is in the sentence.
 * @throws LocalMisuse `badUrl`
 */
export async function connectSocketIo(
  url: string,
  options: SocketIoConnectOptions = {},
): Promise<Transport<PacketFrame>> {
  if (!URL.canParse(url) || !/^(ws|http)s?:\/\/[^#]*$/i.test(url))
    throw new LocalMisuse(`${url} is not the URL of a socket.io server.`, { code: 'badUrl' });
  const transport = new SocketIoClientTransport(new URL(url), options);
  try {
    await transport.open(options.signal, options.timeout ?? defaultTimeout);
  } catch (cause) {
    throw new ConnectionLost(`No connection to ${url}${detailOf(cause)}`, { code: 'connectFailed', cause });
  }
  return transport;
}
