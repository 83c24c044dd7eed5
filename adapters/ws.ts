/**
 * WebSockets in Node, on the `ws` library: a connecting side and a listening side with plain HTTP routes beside it.
 *
 * Writes are corked: all frames that go to one socket within a turn of the event loop become one write. Deflate is off (clients of old die of
 * what it does to fragments, and it costs a third of a small message's time). Liveness is a ping every so often and a cut when no pong follows.
 */
import { createServer, type Server as HttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { ConnectionLost, LocalMisuse } from '../src/errors.ts';
import type { Closure, Connect, ConnectionInfo, Listener, Transport, TransportEvents } from '../src/transport.ts';

type Frame = string | Uint8Array;

const defaultMaxFrame = 1_048_576;
const defaultLiveness = 20_000;
/** Milliseconds for a peer to answer a closing frame before its connection is cut. */
const closeTimeout = 3_000;
/** What both sides are opened with. (`closeTimeout` is not in the types of `ws` yet.) */
const common = { perMessageDeflate: false, closeTimeout };

/** The close codes with which `ws` answers a frame that breaks the WebSocket protocol. */
const faults: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_INVALID_CLOSE_CODE: 1002,
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: 1002,
  WS_ERR_INVALID_OPCODE: 1002,
  WS_ERR_EXPECTED_FIN: 1002,
  WS_ERR_EXPECTED_MASK: 1002,
  WS_ERR_UNEXPECTED_MASK: 1002,
  WS_ERR_UNEXPECTED_RSV_1: 1002,
  WS_ERR_UNEXPECTED_RSV_2_3: 1002,
};

/** Characters or bytes below which a frame waits for others: a large one gains nothing, and its receiver could be at work already. */
const corkBelow = 8_192;

/** Sockets that were written to in this turn of the event loop. */
let corked: Duplex[] = [];

function uncorkAll(): void {
  const sockets = corked;
  corked = [];
  for (const socket of sockets) socket.uncork();
}

/** Everything that is alive in this process and must answer pings, with one timer for all that share an interval. */
class Liveness {
  readonly #transports = new Set<WsTransport>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(interval: number) {
    // After a stall of this process the pongs of healthy peers wait to be read: they are, before anybody is judged.
    this.#timer = setInterval(() => setImmediate(() => this.#checkAll()), interval);
    this.#timer.unref();
  }

  add(transport: WsTransport): void {
    this.#transports.add(transport);
  }

  delete(transport: WsTransport): void {
    this.#transports.delete(transport);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #checkAll(): void {
    for (const transport of this.#transports) transport.checkPulse();
  }
}

class WsTransport implements Transport<Frame> {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #liveness: Liveness;
  #events: TransportEvents<Frame> | undefined;
  #closure: Closure | undefined;
  #fault: Closure | undefined;
  #isAlive = true;

  constructor(ws: WebSocket, socket: Duplex, liveness: Liveness) {
    this.#ws = ws;
    this.#socket = socket;
    this.#liveness = liveness;
    ws.on('message', (data, isBinary) => this.#events?.frame(isBinary ? bytesOf(data) : data.toString()));
    ws.on('pong', () => {
      this.#isAlive = true;
    });
    // When we close for the peer's fault, `ws` says 1006 afterwards: the reason is in the error before it.
    ws.on('error', (error: NodeJS.ErrnoException) => {
      this.#fault = { code: faults[error.code ?? ''] ?? 1006, reason: error.message };
    });
    ws.on('close', (code, reason) => this.#closed(this.#fault ?? { code, reason: reason.toString() }));
    liveness.add(this);
  }

  attach(events: TransportEvents<Frame>): void {
    this.#events = events;
    if (events.drained !== undefined) this.#socket.on('drain', () => this.#events?.drained?.());
    if (this.#closure !== undefined) events.closed(this.#closure);
    else if (this.#ws.isPaused) this.#ws.resume();
  }

  send(frame: Frame, handedOver?: (ok: boolean) => void): boolean {
    if (this.#ws.readyState !== WebSocket.OPEN) {
      handedOver?.(false);
      return false;
    }
    if (frame.length < corkBelow) this.#cork();
    else if (this.#socket.writableCorked > 0) this.#socket.uncork();
    if (handedOver === undefined) this.#ws.send(frame);
    else this.#ws.send(frame, (error) => handedOver(error === undefined || error === null));
    return true;
  }

  #cork(): void {
    const socket = this.#socket;
    if (socket.writableCorked > 0) return;
    socket.cork();
    if (corked.push(socket) === 1) setImmediate(uncorkAll);
  }

  get bufferedAmount(): number {
    return this.#ws.bufferedAmount;
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  close(code = 1000, reason = ''): void {
    // A paused socket would never see the peer's closing frame.
    this.#ws.resume();
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** Cuts a connection that has not answered the last ping, and sends the next one. */
  checkPulse(): void {
    if (!this.#isAlive && !this.#ws.isPaused) {
      this.#ws.terminate();
      return;
    }
    this.#isAlive = false;
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  #closed(closure: Closure): void {
    this.#liveness.delete(this);
    this.#closure = closure;
    this.#events?.closed(closure);
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

let clientLiveness: Liveness | undefined;

/**
 * Opens a WebSocket.
 * @throws ConnectionLost `connectFailed`: nobody there, refused, not a WebSocket, timed out. The reason is in the sentence.
 */
export const connect: Connect<Frame> = (url, { signal, timeout = 10_000, maxFrame = defaultMaxFrame }) =>
  new Promise((resolve, reject) => {
    let ws: WebSocket;
    let socket: Socket | undefined;
    const fail = (why: string, cause?: unknown) =>
      reject(new ConnectionLost(`No connection to ${url}: ${why}`, { code: 'connectFailed', cause }));
    try {
      ws = new WebSocket(url, {
        ...common,
        handshakeTimeout: timeout,
        maxPayload: maxFrame,
      });
    } catch (cause) {
      reject(new LocalMisuse(`${url} is not the URL of a WebSocket.`, { code: 'badUrl', cause }));
      return;
    }
    const abort = () => {
      ws.terminate();
      fail('aborted', signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    ws.once('upgrade', (response) => {
      socket = response.socket;
    });
    ws.once('error', (error) => {
      signal?.removeEventListener('abort', abort);
      fail(describe(error), error);
    });
    ws.once('open', () => {
      signal?.removeEventListener('abort', abort);
      if (socket === undefined) return fail('no socket');
      // Nothing is lost between now and `attach`.
      ws.pause();
      clientLiveness ??= new Liveness(defaultLiveness);
      resolve(new WsTransport(ws, socket, clientLiveness));
    });
    if (signal?.aborted === true) abort();
  });

/** `localhost` may fail twice at once; Node then gives an error of errors with no sentence of its own. */
function describe(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map(String).join('; ');
  return error.message;
}

export interface ListenOptions {
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port?: number;
  /** PEM texts. With them it listens for `wss://`. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** The largest frame that is accepted, in bytes; one that is larger closes its connection with 1009. */
  readonly maxFrame?: number;
  /** Milliseconds between pings; a peer that has not answered by the next one is cut. */
  readonly liveness?: number;
  /** The `Origin`s of browsers that may connect; others get 403. Clients that name no origin are no browsers and may. */
  readonly origins?: readonly string[];
  /** Asked before each connection: a number is the HTTP status with which it is refused. */
  readonly admit?: (info: ConnectionInfo) => number | undefined;
  /** Answers plain HTTP requests. */
  readonly http?: RequestListener;
  /** Starts of the request targets whose upgrades are somebody else's. */
  readonly except?: readonly string[];
  /** Puts another listener on the same port, before the port is open. */
  readonly attach?: (http: HttpServer | HttpsServer) => Attached;
  readonly connection: (transport: Transport<Frame>, info: ConnectionInfo) => void;
}

/** What stops, and is cut, together with the listener. */
export interface Attached {
  stop(): void;
  cut(): void;
}

/**
 * Listens for WebSockets.
 * @throws ConnectionLost `listenFailed` when the address cannot be had.
 * @throws LocalMisuse `badCertificate`
 */
export async function listenWs(options: ListenOptions): Promise<Listener> {
  const { host = '127.0.0.1', port = 0, tls, origins, except = [], admit, connection } = options;
  const http = tls === undefined ? createServer() : secureServer(tls);
  http.on(
    'request',
    options.http ?? ((_, response) => response.writeHead(426, { Upgrade: 'websocket' }).end('This is a WebSocket.\n')),
  );
  const liveness = new Liveness(options.liveness ?? defaultLiveness);
  const server = new WebSocketServer({
    ...common,
    noServer: true,
    // No subprotocol is promised that is not spoken.
    handleProtocols: () => false,
    maxPayload: options.maxFrame ?? defaultMaxFrame,
  });

  http.on('upgrade', (request, socket, head) => {
    if (except.some((start) => request.url?.startsWith(start))) return;
    socket.on('error', destroy);
    const info = infoOf(request);
    const { origin } = request.headers;
    const isForeign = origins !== undefined && origin !== undefined && !origins.includes(origin);
    const refusal = isForeign ? 403 : admit?.(info);
    if (refusal !== undefined) {
      socket.once('finish', () => socket.destroy());
      socket.end(`HTTP/1.1 ${refusal} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(request, socket, head, (ws) => {
      // From here on `ws` listens. A listener that stays would hold on to the request, some kilobytes for each connection.
      socket.off('error', destroy);
      ws.pause();
      connection(new WsTransport(ws, socket, liveness), info);
    });
  });

  // Before it has shaken hands a line of TLS is none of HTTP's: the server would wait for it, up to two minutes, and not cut it.
  const lines = new Set<Socket>();
  if (tls !== undefined)
    http.on('connection', (line: Socket) => {
      lines.add(line);
      line.once('close', () => lines.delete(line));
    });

  const attached = options.attach?.(http);

  await new Promise<void>((resolve, reject) => {
    const failed = (cause: Error) => {
      liveness.stop();
      reject(new ConnectionLost(`Cannot listen on ${host}:${port}: ${cause.message}`, { code: 'listenFailed', cause }));
    };
    http.once('error', failed);
    http.listen(port, host, () => {
      http.off('error', failed);
      resolve();
    });
  });
  const bound = http.address();
  const boundPort = bound !== null && typeof bound === 'object' ? bound.port : port;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls === undefined ? 'ws' : 'wss'}://${name}:${boundPort}`,
    cut: () => {
      // Lines on which nobody has asked for a WebSocket, and those that have one.
      http.closeAllConnections();
      for (const ws of server.clients) ws.terminate();
      attached?.cut();
      for (const line of lines) line.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        attached?.stop();
        http.close(() => {
          liveness.stop();
          resolve();
        });
        http.closeIdleConnections();
      }),
  };
}

function secureServer(tls: NonNullable<ListenOptions['tls']>): ReturnType<typeof createTlsServer> {
  try {
    return createTlsServer(tls);
  } catch (cause) {
    throw new LocalMisuse('The certificate and the key are no pair of PEM texts.', { code: 'badCertificate', cause });
  }
}

function destroy(this: Duplex): void {
  this.destroy();
}

function infoOf(request: IncomingMessage): ConnectionInfo {
  return { address: request.socket.remoteAddress ?? '', target: request.url ?? '/', headers: request.headers };
}
