/**
 * socket.io's listening side, on an HTTP server that is there already: clients of version 2, 3 and 4, over WebSocket and over long polling.
 *
 * Of socket.io it keeps the engine, the opening and the pulse. Packets go past its emitters, through our own parser, so that no input reaches code that
 * spreads it over the stack or keeps a callback for it. Only its own path is taken; everything else on the port belongs to others.
 */
import { type Server as HttpServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Socket as IoSocket, Server } from 'socket.io';
import { Inbox } from '../src/inbox.ts';
import type { Forms, Packet } from '../src/packet.ts';
import type { PacketFrame } from '../src/packets.ts';
import { deliverTo, encodeSocketIo, frameOverhead, socketIoParser } from '../src/socketioPackets.ts';
import type { Bundle, Closure, ConnectionInfo, Transport, TransportEvents } from '../src/transport.ts';

type Engine = IoSocket['conn'];

const defaultMaxFrame = 1_048_576;
const defaultLiveness = 20_000;
/** Milliseconds for a peer to name its namespace, and to answer a closing frame. */
const openTimeout = 10_000;
const closeTimeout = 3_000;
/** Lines from one network address that have shaken hands and not named their namespace: nobody has counted them yet, and each is kept for `openTimeout`. */
const mostOpening = 256;
/** Bytes that wait for a paused owner before the peer feels it, and those that end a line whose peer cannot be made to. */
const heldBeforePause = 262_144;
const heldAtMost = 8_388_608;

/** What we need of the WebSocket below, when there is one. */
interface RawSocket {
  readonly bufferedAmount: number;
  readonly readyState: number;
  pause(): void;
  resume(): void;
  terminate(): void;
  once(event: 'close', listener: () => void): void;
}

const closed = 3;
/** "Service restart": the peer is to come back. */
const restart = 1012;
/** The engine's name for a packet that is a message, before a text, and before bytes where the peer is of version 2. */
const messageOfText = 0x34;
const messageOfBytes = 4;
const asItIs = { compress: false } as const;

class SocketIoTransport implements Transport<PacketFrame> {
  readonly #socket: IoSocket;
  readonly #engine: Engine;
  readonly #inbox = new Inbox<PacketFrame>(frameOverhead);
  /** How the line ends, when we know it before it has. */
  #ending: Closure | undefined;
  /** What the engine has not given to the network yet: messages, and their bytes. */
  #waiting: ((ok: boolean) => void)[] = [];
  #waitingMessages = 0;
  #waitingBytes = 0;
  /** What it has given, and nothing is known of yet. */
  #leaving: ((ok: boolean) => void)[] = [];
  #isLeaving: boolean;
  #isCongested = false;

  constructor(socket: IoSocket) {
    this.#socket = socket;
    const engine = socket.conn;
    this.#engine = engine;
    this.#isLeaving = !engine.transport.writable;
    const isDirect = deliverTo(Reflect.get(socket.client, 'decoder'), (frame, size) => this.#received(frame, size));
    if (!isDirect) socket.onAny((_, frame: PacketFrame, size: number) => this.#received(frame, size));
    socket.on('disconnect', (reason) => {
      if (engine.readyState !== 'open' || this.#ending !== undefined) return;
      // The peer has left the namespace: there is nothing else on this line.
      this.#ending = { code: 1000, reason };
      engine.close(true);
    });
    engine.on('packetCreate', ({ data }: { readonly data?: string | Uint8Array }) => {
      this.#waitingMessages += 1;
      this.#waitingBytes += data?.length ?? 0;
    });
    engine.on('flush', () => {
      if (this.#waiting.length > 0) {
        this.#leaving = this.#leaving.concat(this.#waiting);
        this.#waiting = [];
      }
      this.#waitingMessages = 0;
      this.#waitingBytes = 0;
      this.#isLeaving = true;
      this.#cork();
    });
    engine.transport.on('drain', () => this.#drained());
    engine.on('upgrade', (transport: Engine['transport']) => transport.on('drain', () => this.#drained()));
    // A turn later, for what came before the end is still on its way through socket.io.
    engine.once('close', (reason: string, error?: Error) => process.nextTick(() => this.#finish(reason, error)));
  }

  get #raw(): RawSocket | undefined {
    const raw: unknown = Reflect.get(this.#engine.transport, 'socket');
    return isRawSocket(raw) ? raw : undefined;
  }

  attach(events: TransportEvents<PacketFrame>): void {
    this.#inbox.attach(events);
    if (!this.#inbox.isPaused) this.#raw?.resume();
  }

  send(packet: PacketFrame, handedOver?: (ok: boolean) => void): boolean {
    if (packet.type === 'bad' || this.#ending !== undefined || this.#engine.readyState !== 'open') {
      handedOver?.(false);
      return false;
    }
    this.#write(packet);
    if (this.bufferedAmount > 0) this.#isCongested = true;
    if (handedOver === undefined) return true;
    if (this.#waitingMessages > 0) this.#waiting.push(handedOver);
    else if (this.#isLeaving) this.#leaving.push(handedOver);
    else handedOver(true);
    return true;
  }

  /** 128 events of 115 bytes in one write cost what one costs. */
  sendAll(bundle: Bundle<PacketFrame>): boolean {
    if (this.#ending !== undefined || this.#engine.readyState !== 'open') return false;
    if (this.#raw === undefined) {
      for (const frame of bundle.frames) this.send(frame);
      return true;
    }
    bundle.forms.engine ??= { compress: false, wsPreEncodedFrame: [Buffer.concat(bundle.frames.map(frameBytes))] };
    this.#waitingBytes += bundle.forms.engine.wsPreEncodedFrame[0]?.length ?? 0;
    this.#engine.write('', bundle.forms.engine);
    if (this.bufferedAmount > 0) this.#isCongested = true;
    return true;
  }

  get bufferedAmount(): number {
    return this.#waitingBytes + (this.#raw?.bufferedAmount ?? 0);
  }

  pause(): void {
    this.#inbox.pause();
  }

  resume(): void {
    this.#inbox.resume();
    if (!this.#inbox.isPaused) this.#raw?.resume();
  }

  close(code = 1000, reason = ''): void {
    if (this.#ending !== undefined) return;
    this.#ending = { code, reason };
    this.resume();
    // A client of socket.io that is told to leave never comes back by itself.
    if (code !== restart) this.#socket.disconnect(true);
    this.#engine.close();
  }

  terminate(): void {
    this.#ending ??= { code: 1006, reason: '' };
    this.#inbox.cut();
    const raw = this.#raw;
    if (raw !== undefined) {
      raw.terminate();
      return;
    }
    const { transport } = this.#engine;
    this.#engine.close(true);
    // Of a poller that is to close in an orderly way already the engine would wait for half a minute.
    if (this.#engine.readyState !== 'closed') transport.emit('close');
  }

  /**
   * Past socket.io, which would look for bytes in everything, and encode for each what many are sent: there text and frame are made once (16 µs a
   * receiver in place of 26, measured). An event with bytes is one packet of the engine and not two, and its bytes are not copied.
   */
  #write(packet: Packet): void {
    const engine = this.#engine;
    const [text, ...attached] = encodeSocketIo(packet);
    if (typeof text !== 'string') return;
    const [bytes] = attached;
    if (bytes === undefined) {
      if (packet.type === 'answer' || packet.forms === undefined) engine.write(text, { ...asItIs });
      else {
        packet.forms.engine ??= { compress: false, wsPreEncodedFrame: [textFrame(text)] };
        engine.write(text, packet.forms.engine);
      }
    } else if (attached.length === 1 && typeof bytes !== 'string' && this.#raw !== undefined) {
      const frames = framesOfBytes(text, bytes, engine.protocol === 3);
      this.#waitingBytes += frames[0].length + bytes.length;
      const options: NonNullable<Forms['engine']> = { ...asItIs, wsPreEncodedFrame: frames };
      engine.write('', options);
    } else {
      engine.write(text, { ...asItIs });
      for (const part of attached) engine.write(Buffer.from(part), { ...asItIs });
    }
  }

  /** All that the engine writes in this turn becomes one write. */
  #cork(): void {
    const socket: unknown = Reflect.get(this.#raw ?? this, '_socket');
    if (!(socket instanceof Socket) || socket.writableCorked > 0) return;
    socket.cork();
    process.nextTick(() => socket.uncork());
  }

  #received(frame: PacketFrame, size: number): void {
    this.#inbox.frame(frame, size);
    if (this.#inbox.size < heldBeforePause) return;
    const raw = this.#raw;
    if (raw !== undefined) raw.pause();
    else if (this.#inbox.size > heldAtMost) {
      this.#ending ??= { code: 1006, reason: 'more came than can wait for a paused reader' };
      this.terminate();
    }
  }

  #drained(): void {
    this.#isLeaving = false;
    if (this.#leaving.length > 0) {
      const left = this.#leaving;
      this.#leaving = [];
      for (const handedOver of left) handedOver(true);
    }
    if (!this.#isCongested || this.#waitingMessages > 0) return;
    this.#isCongested = false;
    this.#inbox.drained();
  }

  /** The engine is done; the WebSocket may still be at its closing handshake. */
  #finish(reason: string, error?: Error): void {
    const raw = this.#raw;
    const end = () => {
      for (const handedOver of this.#leaving.concat(this.#waiting)) handedOver(false);
      this.#inbox.closed(this.#ending ?? closureOf(reason, error));
    };
    if (raw === undefined || raw.readyState === closed) {
      end();
      return;
    }
    const timer = setTimeout(() => raw.terminate(), closeTimeout);
    raw.once('close', () => {
      clearTimeout(timer);
      end();
    });
    raw.resume();
  }
}

/** An event for many as the WebSocket frame that it is. */
function frameBytes(packet: PacketFrame): Uint8Array {
  if (packet.type !== 'event' || packet.forms === undefined) return new Uint8Array();
  const [text] = encodeSocketIo(packet);
  if (typeof text !== 'string') return new Uint8Array();
  packet.forms.engine ??= { compress: false, wsPreEncodedFrame: [textFrame(text)] };
  return packet.forms.engine.wsPreEncodedFrame[0] ?? new Uint8Array();
}

/** First bytes of WebSocket frames as a server sends them: final, not masked. */
const kinds = { text: 0x81, bytes: 0x82 } as const;

const headerLength = (length: number) => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

/** @returns where the frame's payload begins */
function writeHeader(frame: Buffer, at: number, kind: number, length: number): number {
  frame[at] = kind;
  if (length < 126) {
    frame[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    frame[at + 1] = 126;
    return frame.writeUInt16BE(length, at + 2);
  }
  frame[at + 1] = 127;
  return frame.writeBigUInt64BE(BigInt(length), at + 2);
}

/** @returns where the frame ends */
function writeText(frame: Buffer, text: string, length: number): number {
  const start = writeHeader(frame, 0, kinds.text, length);
  frame[start] = messageOfText;
  return start + 1 + frame.write(text, start + 1);
}

function textFrame(text: string): Uint8Array {
  const length = Buffer.byteLength(text) + 1;
  const frame = Buffer.allocUnsafe(headerLength(length) + length);
  writeText(frame, text, length);
  return frame;
}

/** A text and what is attached to it, as two WebSocket frames: all that goes before the bytes, and these as they are. */
function framesOfBytes(text: string, bytes: Uint8Array, isOld: boolean): readonly [Uint8Array, Uint8Array] {
  const length = Buffer.byteLength(text) + 1;
  const size = bytes.length + (isOld ? 1 : 0);
  const head = Buffer.allocUnsafe(headerLength(length) + length + headerLength(size) + (isOld ? 1 : 0));
  const start = writeHeader(head, writeText(head, text, length), kinds.bytes, size);
  if (isOld) head[start] = messageOfBytes;
  return [head, bytes];
}

const isRawSocket = (raw: unknown): raw is RawSocket => typeof raw === 'object' && raw !== null && 'terminate' in raw;

function closureOf(reason: string, error?: Error): Closure {
  const said = error === undefined ? reason : `${reason}: ${error.message}`;
  return { code: said.includes('Max payload size') ? 1009 : 1006, reason: said };
}

export interface SocketIoOptions {
  /** Has its listener for requests already; it may listen before or after. */
  readonly http: HttpServer | HttpsServer;
  /** The start of the request targets that are socket.io's, with a slash at the end. */
  readonly path?: string;
  /** The largest message that is accepted, in bytes, and the most that the byte arrays of one packet may have together. */
  readonly maxFrame?: number;
  /** Milliseconds between pings; a peer that has not answered by the next one is cut. While we are paused and much waits, its answers wait too: a pause longer than this and the next ping then counts as silence. */
  readonly liveness?: number;
  /** The `Origin`s of browsers that may connect; others get 403. Clients that name no origin are no browsers and may. */
  readonly origins?: readonly string[];
  /** Asked before each connection: a number is the HTTP status with which it is refused. */
  readonly admit?: (info: ConnectionInfo) => number | undefined;
  readonly connection: (transport: Transport<PacketFrame>, info: ConnectionInfo) => void;
}

/** What was added to an HTTP server. */
export interface Attached {
  /** Takes no more connections. */
  stop(): void;
  /** Ends what is still open, at once. */
  cut(): void;
}

/** Listens for socket.io beside what else is on the server. */
export function attachSocketIo(options: SocketIoOptions): Attached {
  const { http, path = '/socket.io/', maxFrame = defaultMaxFrame, liveness = defaultLiveness, origins } = options;
  let isStopped = false;
  const opening = new Opening();

  const refusalOf = (request: IncomingMessage): number | undefined => {
    if (isStopped) return 503;
    if (origins !== undefined) {
      const { origin } = request.headers;
      // A script tag names no origin, and can read what comes as JSONP.
      const isScript = new URL(request.url ?? '', 'http://localhost').searchParams.has('j');
      if (origin === undefined ? isScript : !origins.includes(origin)) return 403;
    }
    const info = infoOf(request);
    return opening.count(info.address) >= mostOpening ? 429 : options.admit?.(info);
  };

  const io = new Server(http, {
    path,
    serveClient: false,
    destroyUpgrade: false,
    allowEIO3: true,
    connectTimeout: openTimeout,
    pingInterval: liveness,
    pingTimeout: liveness,
    maxHttpBufferSize: maxFrame,
    perMessageDeflate: false,
    httpCompression: false,
    cors: { origin: origins === undefined ? true : [...origins], credentials: true },
    parser: socketIoParser(maxFrame),
    allowRequest: (request, admit) => {
      const refusal = refusalOf(request);
      if (refusal === undefined) admit(null, true);
      else refuse(request, refusal);
    },
  });

  const engines = new Set<Engine>();
  const upgraded = new Set<Duplex>();
  const served = new WeakSet<Engine>();
  io.engine.on('connection', (engine: Engine) => {
    engines.add(engine);
    opening.add(engine);
    engine.once('close', () => {
      engines.delete(engine);
      opening.delete(engine);
    });
  });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (request.url?.startsWith(path) !== true) return;
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
  });
  io.on('connection', (socket) => {
    // Whoever opens the namespace twice would be two connections for the price of one.
    if (served.has(socket.conn)) return socket.conn.close(true);
    served.add(socket.conn);
    opening.delete(socket.conn);
    options.connection(new SocketIoTransport(socket), infoOf(socket.request));
  });

  return {
    stop: () => {
      isStopped = true;
    },
    cut: () => {
      for (const engine of engines) engine.close(true);
      for (const socket of upgraded) socket.destroy();
    },
  };
}

/** Engines that wait for their client to name its namespace, counted by network address. */
class Opening {
  readonly #addresses = new Map<Engine, string>();
  readonly #counts = new Map<string, number>();

  count(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  add(engine: Engine): void {
    const { remoteAddress = '' } = engine;
    this.#addresses.set(engine, remoteAddress);
    this.#counts.set(remoteAddress, this.count(remoteAddress) + 1);
  }

  delete(engine: Engine): void {
    const address = this.#addresses.get(engine);
    if (address === undefined) return;
    this.#addresses.delete(engine);
    const left = this.count(address) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}

function refuse(request: IncomingMessage, status: number): void {
  const response: unknown = Reflect.get(request, 'res');
  if (response instanceof ServerResponse) {
    response.writeHead(status).end();
    return;
  }
  const { socket } = request;
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function infoOf(request: IncomingMessage): ConnectionInfo {
  return { address: request.socket.remoteAddress ?? '', target: request.url ?? '/', headers: request.headers };
}
