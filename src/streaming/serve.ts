/**
 * Where the payee meets the world: one port for plain WebSockets, for socket.io (where it is installed), and for the encrypted parts over HTTP.
 */
import type { RequestListener } from 'node:http';
import { toHex } from '../bytes.ts';
import { type PacketFrame, packetTransport } from '../packets.ts';
import type { ConnectionInfo, Listener, Transport } from '../transport.ts';
import { type ContentRoutes, contentRoutes } from './content/routes.ts';
import type { Show as EncryptedShow } from './content/show.ts';
import { Payees, type PayeesOptions, type Show } from './payees.ts';

/** An encrypted stream, and what it costs. */
export interface PricedShow {
  readonly show: EncryptedShow;
  /** What one part costs, in the smallest unit. */
  readonly price: bigint | string;
  /** The name of the smallest unit. Default: `nano`. */
  readonly unit?: string;
  /** Milliseconds between two demands; 0, the default for what is not played, asks as fast as it is paid. */
  readonly partMs?: number;
  /** Parts that are given before they are paid. Default: 0. */
  readonly credit?: number;
}

export interface PayeeServerOptions extends Omit<PayeesOptions, 'shows'> {
  readonly shows: readonly PricedShow[];
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** PEM texts: then it listens for `wss://` and `https://`. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** The `Origin`s of browsers that may connect. Default: all. */
  readonly origins?: readonly string[];
  /** Milliseconds between pings. Default: 20 s. */
  readonly liveness?: number;
  /** Answers the plain HTTP requests that are for no part. */
  readonly http?: RequestListener;
}

/** A payee that listens. */
export interface PayeeServer {
  /** `ws://…`; with `http://` in its place for socket.io. */
  readonly url: string;
  readonly payees: Payees;
  /** Takes no more sockets and closes those that are open. The channels stay in the store. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const base = '/content/';

function priced({ show, price, unit = 'nano', partMs = 0, credit = 0 }: PricedShow): Show {
  const { stream, parts } = show.manifest;
  return {
    offer: {
      stream,
      price: `${price}`,
      unit,
      partMs,
      parts: parts.length,
      commitment: show.commitment,
      content: `${base}${stream}/`,
      credit,
    },
    key: (part) => toHex(show.key(part)),
  };
}

/**
 * Starts a payee. Channels that the store holds go on.
 *
 * ```ts
 * const show = await prepare({ kind: 'boxes', stream: 'movie', file: 'movie.mp4', cut: { partBytes: 65_536 } }, { directory: 'shows' });
 * const server = await payeeServer({ shows: [{ show, price: 10n }], signer, wallet, store, scheme: plain, settlement: new Trust('1000') });
 * console.log(server.url);
 * ```
 * @throws ConnectionLost `listenFailed`
 * @throws StoreFailed
 */
export async function payeeServer(options: PayeeServerOptions): Promise<PayeeServer> {
  const { listenWs } = await import('../../adapters/ws.ts');
  const socketIo = await import('../../adapters/socketio.ts').catch(() => undefined);
  const payees = new Payees({ ...options, shows: options.shows.map(priced) });
  await payees.restore();
  const shows = new Map(options.shows.map(({ show }) => [show.manifest.stream, show]));
  const routes = contentRoutes((stream) => shows.get(stream), { base });
  const connection = (transport: Transport<PacketFrame>, info: ConnectionInfo) => payees.accept(transport, info);
  const shared = { ...options, maxFrame: payees.limits.maxFrame, admit: (info: ConnectionInfo) => payees.admit(info) };
  const listener: Listener = await listenWs({
    ...shared,
    http: answer(routes, options.http),
    connection: (transport, info) => connection(packetTransport(transport), info),
    ...(socketIo === undefined
      ? {}
      : { except: ['/socket.io/'], attach: (http) => socketIo.attachSocketIo({ ...shared, http, connection }) }),
  });
  const close = async () => {
    const stopped = listener.stop();
    await payees.close();
    listener.cut();
    await stopped;
  };
  return { url: listener.url, payees, close, [Symbol.asyncDispose]: close };
}

function answer(routes: ContentRoutes, other: RequestListener | undefined): RequestListener {
  return (request, response) => {
    if (routes(request, response)) return;
    if (other === undefined) response.writeHead(404).end('Not here.\n');
    else other(request, response);
  };
}

export { prepare } from './content/library.ts';
export { memoryShow } from './content/show.ts';
export {
  defaultPayeeLimits,
  type PayeeLimits,
  type PayeeNotice,
  type PayeeStats,
  Payees,
  type PayeesOptions,
  type Show,
} from './payees.ts';
