/**
 * socket.io's listening side, on an HTTP server that is there already: clients of version 2, 3 and 4, over WebSocket and over long polling.
 *
 * Of socket.io it keeps the engine, the opening and the pulse. Only its own path is taken; everything else on the port belongs to others.
 */
import { type Server as HttpServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { Server, type Socket } from 'socket.io';
import { WebSocketServer } from 'ws';
import type { PacketFrame } from '../src/packets.ts';
import { PerIp } from '../src/perIp.ts';
import { socketIoParser } from '../src/socketioPackets.ts';
import type { ConnectionInfo, Transport } from '../src/transport.ts';
import { cutEngine, type Engine, SocketIoTransport } from './socketioTransport.ts';

const defaultMaxFrame = 1_048_576;
const defaultLiveness = 20_000;
const defaultOpenTimeout = 10_000;
/** Lines that have shaken hands and not named their namespace: nobody has counted them yet, and each is kept for `openTimeout`. Of one network address, and of one that many share. */
const mostOpening = { alone: 256, shared: 4_096 };
/** Answers of the engine and of socket.io to one client (to its pings, to namespaces that there are not) that nothing has taken yet. */
const mostAnswers = 256;
/** Pings of lines that are to take the place of one client's long polling: one is enough. */
const mostProbes = 16;

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
  /** Milliseconds for a peer to name its namespace. */
  readonly openTimeout?: number;
  /** Whether many peers come from this network address, as through a proxy: its limits are not those of one. */
  readonly isShared?: (address: string) => boolean;
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
  const { openTimeout = defaultOpenTimeout } = options;
  let isStopped = false;
  const opening = new Opening(openTimeout);

  const refusalOf = (request: IncomingMessage): number | undefined => {
    if (isStopped) return 503;
    if (origins !== undefined) {
      const { origin } = request.headers;
      // A script tag names no origin, and can read what comes as JSONP.
      const isScript = new URL(request.url ?? '', 'http://localhost').searchParams.has('j');
      if (origin === undefined ? isScript : !origins.includes(origin)) return 403;
    }
    const info = infoOf(request);
    const most = options.isShared?.(info.address) === true ? mostOpening.shared : mostOpening.alone;
    return opening.count(info.address) >= most ? 429 : options.admit?.(info);
  };

  const io = new Server(http, {
    path,
    serveClient: false,
    destroyUpgrade: false,
    allowEIO3: true,
    // Ours comes first: socket.io's would wait for half a minute for a poller that does not poll.
    connectTimeout: 2 * openTimeout,
    pingInterval: liveness,
    pingTimeout: liveness,
    maxHttpBufferSize: maxFrame,
    // Ours cuts who sends pings and does not read the answers.
    wsEngine: WebSocketServer,
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
    boundAnswers(engine);
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
    const info = infoOf(socket.request);
    forgetOpening(socket);
    options.connection(new SocketIoTransport(socket), info);
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

/** What is answered without asking us is kept until it is read, and nobody counts it: who asks and does not read is cut. */
function boundAnswers(engine: Engine): void {
  let answers = 0;
  engine.on('flush', () => {
    answers = 0;
  });
  engine.on('packetCreate', ({ type, data }: { readonly type: string; readonly data?: unknown }) => {
    if (type !== 'pong' && !isRefusal(data)) return;
    answers += 1;
    if (answers === mostAnswers) setImmediate(() => cutEngine(engine));
  });
  let probes = 0;
  engine.on('upgrading', (transport: Engine['transport']) => {
    probes += 1;
    if (probes === mostProbes) cutEngine(engine, transport);
  });
}

/** A namespace is refused; what we send ourselves is none of that. */
const isRefusal = (data: unknown): boolean => typeof data === 'string' && data.startsWith('4');

/** What a line was opened with is kept by socket.io and its engine for as long as the line lives, some kilobytes each; nobody asks for it any more. */
function forgetOpening(socket: Socket): void {
  Reflect.set(socket.conn, 'request', undefined);
  Reflect.set(socket, 'handshake', undefined);
}

interface Opened {
  readonly address: string;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Engines that wait for their client to name its namespace, counted by network address. Who does not in time is cut: socket.io would close a poller that does not poll half a minute later. */
class Opening {
  readonly #timeout: number;
  readonly #engines = new Map<Engine, Opened>();
  readonly #counts = new PerIp();

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  count(address: string): number {
    return this.#counts.of(address);
  }

  add(engine: Engine): void {
    const { remoteAddress = '' } = engine;
    this.#engines.set(engine, {
      address: remoteAddress,
      timer: setTimeout(() => cutEngine(engine), this.#timeout),
    });
    this.#counts.add(remoteAddress);
  }

  delete(engine: Engine): void {
    const opened = this.#engines.get(engine);
    if (opened === undefined) return;
    const { address, timer } = opened;
    clearTimeout(timer);
    this.#engines.delete(engine);
    this.#counts.remove(address);
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
