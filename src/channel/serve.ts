/**
 * Where the node meets the world: one port for the parties' WebSockets (`/channel`) and for looking at the chain over HTTP.
 */
import type { RequestListener } from 'node:http';
import type { Store } from '../store.ts';
import type { ConnectionInfo, Listener } from '../transport.ts';
import { Chain, type ChainOptions } from './chain.ts';
import { chainRoutes } from './chainRoutes.ts';
import type { NodesOptions } from './nodeOptions.ts';
import { Nodes } from './nodes.ts';

export interface ChannelServerOptions
  extends Omit<NodesOptions, 'store' | 'chain' | 'report'>,
    Omit<ChainOptions, 'store' | 'clock' | 'report'> {
  /** Where channels and chain are kept. Default: in memory, gone with the process. */
  readonly store?: Store;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** PEM texts: then it listens for `wss://` and `https://`. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** The `Origin`s of browsers that may connect. Default: all. */
  readonly origins?: readonly string[];
  /** Milliseconds between pings; who has not answered by the next one is cut. Default: 20 s. */
  readonly liveness?: number;
  /** Answers the plain HTTP requests that are not about the chain. */
  readonly http?: (nodes: Nodes) => RequestListener;
  /** Is told of defects. Default: `console.error`. */
  readonly report?: (error: unknown) => void;
}

/** A node that listens. */
export interface ChannelServer {
  /** `ws://…`, without the path `/channel`. */
  readonly url: string;
  readonly chain: Chain;
  readonly nodes: Nodes;
  /** Takes no more sockets and closes those that are open. Channels and chain stay in the store. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const path = '/channel';

const isChannel = ({ target }: ConnectionInfo) => target === path || target.startsWith(`${path}?`);

/**
 * Starts a node with its chain. What the store holds goes on.
 *
 * ```ts
 * const server = await channelServer({ port: 3014, blockMs: 3_000 });
 * console.log(server.url); // ws://127.0.0.1:3014
 * ```
 * @throws ConnectionLost `listenFailed`
 * @throws StoreFailed
 */
export async function channelServer(options: ChannelServerOptions = {}): Promise<ChannelServer> {
  const { listenWs } = await import('../../adapters/ws.ts');
  const store = options.store ?? new (await import('../../adapters/memoryStore.ts')).MemoryStore();
  const report = options.report ?? ((error: unknown) => console.error(error));
  const chain = new Chain({ ...options, store, report });
  await chain.start();
  const nodes = new Nodes({ ...options, store, chain, report });
  const stop = async () => {
    await nodes.close();
    await chain.stop();
  };
  let listener: Listener;
  try {
    await nodes.restore();
    listener = await listenWs({
      ...options,
      maxFrame: nodes.limits.maxFrame,
      admit: (info) => (isChannel(info) ? nodes.admit(info) : 404),
      http: chainRoutes(chain, report, options.http?.(nodes)),
      connection: (transport, info) => nodes.accept(transport, info),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const close = async () => {
    const stopped = listener.stop();
    await stop();
    listener.cut();
    await stopped;
  };
  return { url: listener.url, chain, nodes, close, [Symbol.asyncDispose]: close };
}

export { Chain, type ChainOptions } from './chain.ts';
export type { ChannelObject } from './chainBooks.ts';
export type { ChannelDeed } from './chainPosting.ts';
export type { ChannelEvent } from './chainRecords.ts';
export type { ChainAccount, ChainChannel, ChainTransaction } from './chainState.ts';
export {
  defaultNodeLimits,
  type NodeLimits,
  type NodeNotice,
  type NodeStats,
  type NodesOptions,
} from './nodeOptions.ts';
export { Nodes } from './nodes.ts';
