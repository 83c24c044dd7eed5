/**
 * Where the board's server meets the world: one port for plain WebSockets, and for socket.io where it is installed.
 */
import type { RequestListener } from 'node:http';
import { type PacketFrame, packetTransport } from '../packets.ts';
import type { ConnectionInfo, Listener, Transport } from '../transport.ts';
import { Board } from './server.ts';
import type { BoardOptions } from './serverOptions.ts';

export interface BoardServerOptions extends Omit<BoardOptions, 'store'> {
  /** Default: in memory; then a restart forgets the proposals. */
  readonly store?: BoardOptions['store'];
  /** Where to listen. Default: 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** PEM texts: then it listens for `wss://` and `https://`. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** The `Origin`s of browsers that may connect. Default: all. */
  readonly origins?: readonly string[];
  /** Milliseconds between pings. Default: 20 s. */
  readonly liveness?: number;
  /** Answers plain HTTP requests on the same port. */
  readonly http?: (board: Board) => RequestListener;
}

/** A board that listens. */
export interface BoardServer {
  /** `ws://…`; with `http://` in its place for socket.io. */
  readonly url: string;
  readonly board: Board;
  /** Takes no more connections, settles what is under way, and resolves when the last client is gone. The proposals stay in the store. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a board. Proposals that the store holds are there again.
 *
 * ```ts
 * const server = await boardServer({ port: 8003, store });
 * console.log(server.url);
 * await server.close();
 * ```
 * @throws ConnectionLost `listenFailed`
 * @throws StoreFailed
 */
export async function boardServer(options: BoardServerOptions = {}): Promise<BoardServer> {
  const { listenWs } = await import('../../adapters/ws.ts');
  const socketIo = await import('../../adapters/socketio.ts').catch(() => undefined);
  const store = options.store ?? new (await import('../../adapters/memoryStore.ts')).MemoryStore();
  const board = new Board({ ...options, store });
  await board.restore();
  const connection = (transport: Transport<PacketFrame>, info: ConnectionInfo) => board.accept(transport, info);
  const { http, ...rest } = options;
  const shared = { ...rest, maxFrame: board.limits.maxFrame, admit: (info: ConnectionInfo) => board.admit(info) };
  const listener: Listener = await listenWs({
    ...shared,
    ...(http === undefined ? {} : { http: http(board) }),
    connection: (transport, info) => connection(packetTransport(transport), info),
    ...(socketIo === undefined
      ? {}
      : { except: ['/socket.io/'], attach: (http) => socketIo.attachSocketIo({ ...shared, http, connection }) }),
  });
  board.listensAt(new URL(listener.url).host);
  const close = async () => {
    const stopped = listener.stop();
    await board.close();
    listener.cut();
    await stopped;
  };
  return { url: listener.url, board, close, [Symbol.asyncDispose]: close };
}

export { Directory, type Takeover, type Target } from './directory.ts';
export { Board } from './server.ts';
export {
  type BoardLimits,
  type BoardLog,
  type BoardOptions,
  type BoardStats,
  defaultBoardLimits,
} from './serverOptions.ts';
