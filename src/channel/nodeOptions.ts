/** What a node is given, what it grants, and what it tells. */
import type { EmittedFrom } from 'xstate';
import type { Dialect } from '../../machines/channel/messages.ts';
import type { node } from '../../machines/channel/node.ts';
import type { HostOptions } from '../host.ts';
import type { NoticesOf } from '../role.ts';
import type { Store } from '../store.ts';
import type { Chain } from './chain.ts';

/** What a node grants. */
export interface NodeLimits {
  /** The largest frame, in bytes. */
  readonly maxFrame: number;
  /** Sockets in all. */
  readonly connections: number;
  /** Sockets from one network address; 0: no limit. */
  readonly connectionsPerIp: number;
  /** Channels at once. */
  readonly channels: number;
  /** Messages of one socket a second, over time; 0: no limit. Who is faster is read more slowly. */
  readonly messagesPerSecond: number;
  /** Messages that make no sense after which a socket is closed. */
  readonly violations: number;
  /** Bytes that may wait for a party that does not read; then its socket is cut. */
  readonly queue: number;
  /** Updates of a party that wait while its own is under way. */
  readonly postponed: number;
  /** Messages that wait for a party that cannot take them. */
  readonly held: number;
  /** Characters of all that waits at a channel. */
  readonly waiting: number;
  /** Milliseconds that a party which was not there when its channel ended can come for the last words. */
  readonly lingerTimeout: number;
}

export const defaultNodeLimits: NodeLimits = {
  maxFrame: 65_536,
  connections: 10_000,
  connectionsPerIp: 1_000,
  channels: 10_000,
  messagesPerSecond: 1_000,
  violations: 100,
  queue: 1_048_576,
  postponed: 16,
  held: 16,
  waiting: 131_072,
  lingerTimeout: 600_000,
};

export interface NodesOptions extends HostOptions {
  readonly store: Store;
  readonly chain: Chain;
  /** Speaks so to everybody, whatever the query says. */
  readonly dialect?: Dialect;
  /** For signatures of today. Default: `ae_devnet`. */
  readonly networkId?: string;
  /** Blocks on top of the one that includes the create transaction, where no party says. Default: 4. */
  readonly minimumDepth?: number;
  /** What a create transaction costs, and closing. Default: 1 each; with a client of today 2 · 10^13, since it signs nothing cheaper. */
  readonly createFee?: bigint;
  readonly closeFee?: bigint;
  /** What a deposit or a withdrawal costs who wants it. Default: the same. */
  readonly changeFee?: bigint;
  readonly limits?: Partial<NodeLimits>;
  /** Milliseconds that the timers of a restored channel wait for its parties. Default: 10 s. */
  readonly grace?: number;
  /** Is told what happens. */
  readonly notify?: (notice: NodeNotice) => void;
}

export type NodeNotice = NoticesOf<EmittedFrom<typeof node>>;

/** What was counted since the start. */
export interface NodeStats {
  connections: number;
  channels: number;
  updates: number;
  conflicts: number;
  violations: number;
}
