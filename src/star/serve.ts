/**
 * Where the star's server meets the world: one port for plain WebSockets at `/star`, and for socket.io at `/socket.io/` where it is installed.
 */
import type { RequestListener } from 'node:http';
import type { PacketFrame } from '../packets.ts';
import type { ConnectionInfo, Listener, Transport } from '../transport.ts';
import { plainPath, plainTransport } from './plainWire.ts';
import { Star } from './server.ts';
import type { Leaving, StarOptions } from './starOptions.ts';

export interface StarServerOptions extends StarOptions {
  /** Where to listen. Default: 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** PEM texts: then it listens for `wss://` and `https://`. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** The `Origin`s of browsers that may connect. Default: all. */
  readonly origins?: readonly string[];
  /** Milliseconds between pings; who has not answered by the next one is cut. Default: 20 s. */
  readonly liveness?: number;
  /** Answers plain HTTP requests on the same port. */
  readonly http?: (star: Star) => RequestListener;
}

/** A star that listens. */
export interface StarServer {
  /** `ws://…`; with `http://` in its place for socket.io. */
  readonly url: string;
  readonly star: Star;
  readonly stats: Star['stats'];
  /** Whether clients of old are served too: the package `socket.io` is installed. */
  readonly hasSocketIo: boolean;
  /** Takes no more connections, ends all streams, and resolves when the last client is gone. */
  close(leaving?: Leaving): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a rendezvous server.
 *
 * ```ts
 * const server = await starServer({ port: 9090 });
 * console.log(server.url);
 * await server.close();
 * ```
 * @throws ConnectionLost `listenFailed`
 * @throws LocalMisuse `badCertificate`
 */
export async function starServer(options: StarServerOptions = {}): Promise<StarServer> {
  const { listenWs } = await import('../../adapters/ws.ts');
  const socketIo = await import('../../adapters/socketio.ts').catch(() => undefined);
  const star = new Star(options);
  const connection = (transport: Transport<PacketFrame>, info: ConnectionInfo) => star.accept(transport, info);
  const { http, ...rest } = options;
  const shared = { ...rest, maxFrame: star.limits.maxFrame };
  const admit = (info: ConnectionInfo) => star.admit(info);
  const listener: Listener = await listenWs({
    ...shared,
    ...(http === undefined ? {} : { http: http(star) }),
    admit: (info) => (isPlain(info.target) ? admit(info) : 404),
    connection: (transport, info) => connection(plainTransport(transport), info),
    ...(socketIo === undefined
      ? {}
      : {
          except: ['/socket.io/'],
          attach: (server) =>
            socketIo.attachSocketIo({
              ...shared,
              http: server,
              isShared: (address) => star.ips.isExempt(address),
              admit,
              connection,
            }),
        }),
  });
  star.listensAt(new URL(listener.url).host);
  const close = async (leaving?: Leaving) => {
    // Who polls must still be able to, or would not hear of the end. Newcomers are refused by the star.
    await star.close(leaving);
    const stopped = listener.stop();
    listener.cut();
    await stopped;
  };
  return {
    url: listener.url,
    star,
    stats: star.stats,
    hasSocketIo: socketIo !== undefined,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

const isPlain = (target: string): boolean => target.split('?')[0] === plainPath;

export { defaultStarLimits, type StarLimits } from './limits.ts';
export { Star } from './server.ts';
export type { Asker, Leaving, Outcomes, StarLog, StarOptions, StarStats } from './starOptions.ts';
