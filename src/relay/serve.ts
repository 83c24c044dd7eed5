/**
 * Where the relay's server meets the world: Node's WebSockets.
 */
import type { RequestListener } from 'node:http';
import type { Listener } from '../transport.ts';
import { Relay, type RelayOptions } from './server.ts';

export interface RelayServerOptions extends RelayOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** PEM texts: then it listens for `wss://`. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** The `Origin`s of browsers that may connect. Default: all. */
  readonly origins?: readonly string[];
  /** Milliseconds between pings; who has not answered by the next one is cut. Default: 20 s. */
  readonly liveness?: number;
  /** Answers plain HTTP requests on the same port. */
  readonly http?: (relay: Relay) => RequestListener;
}

/** A relay that listens. */
export interface RelayServer {
  readonly url: string;
  readonly relay: Relay;
  /** Takes no more connections, lets every client finish, and resolves when the last is gone. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a relay.
 *
 * ```ts
 * const server = await relayServer({ port: 8001 });
 * console.log(server.url);
 * await server.close();
 * ```
 * @throws ConnectionLost `listenFailed`
 */
export async function relayServer(options: RelayServerOptions = {}): Promise<RelayServer> {
  const { listenWs } = await import('../../adapters/ws.ts');
  const { http, ...rest } = options;
  const relay = new Relay(rest);
  const listener: Listener = await listenWs({
    ...rest,
    ...(http === undefined ? {} : { http: http(relay) }),
    maxFrame: relay.limits.maxFrame,
    admit: (info) => relay.admit(info),
    connection: (transport, info) => relay.accept(transport, info),
  });
  const close = async () => {
    const stopped = listener.stop();
    await relay.close();
    listener.cut();
    await stopped;
  };
  return { url: listener.url, relay, close, [Symbol.asyncDispose]: close };
}

export type { Log } from '../log.ts';
export { defaultLimits, Relay, type RelayLimits, type RelayOptions, type RelayStats } from './server.ts';
