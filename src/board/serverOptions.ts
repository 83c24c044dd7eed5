/**
 * What a board grants its clients, is told by whoever runs it, and counts.
 */
import type { Fault } from '../../machines/board/messages.ts';
import type { HostOptions } from '../host.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import type { Takeover } from './directory.ts';
import type { VerifyAddress } from './proof.ts';

/** What a board grants its clients. */
export interface BoardLimits {
  /** The largest frame, in bytes. */
  readonly maxFrame: number;
  /** Connections in all; one more is refused with 503. 0: no limit. */
  readonly connections: number;
  /** Connections from one network address; one more is refused with 429. 0: no limit. */
  readonly connectionsPerIp: number;
  /** Addresses that one connection may register. */
  readonly addresses: number;
  /** Proposals in all. */
  readonly proposals: number;
  /** Proposals that the addresses of one client may have together. */
  readonly proposalsPerClient: number;
  /** Requests of one connection that may be under way. */
  readonly pending: number;
  /** Messages a second that one connection may send, with a burst of twice as many. A faster one is told so, and read more slowly. 0: no limit. */
  readonly messagesPerSecond: number;
  /** Bytes that may wait for a client that does not read; then it is cut. */
  readonly queue: number;
  /** Proposals on a page of the list, for clients that know pages. The original's get all at once. */
  readonly page: number;
  /** Characters after which a page ends, however few proposals it has. */
  readonly pageLength: number;
  /** Bytes of the list up to which the original's clients get it after every change; a larger one they get once a second at most. */
  readonly promptList: number;
  /** Invalid messages after which a connection is closed with 1008. */
  readonly violations: number;
  /** Milliseconds for each step of closing a connection. */
  readonly closeTimeout: number;
}

/** Sane limits for a board on the open internet. */
export const defaultBoardLimits: BoardLimits = {
  maxFrame: 1_048_576,
  connections: 20_000,
  connectionsPerIp: 100,
  addresses: 64,
  proposals: 10_000,
  proposalsPerClient: 100,
  pending: 64,
  messagesPerSecond: 50,
  queue: 8_388_608,
  page: 1_000,
  pageLength: 262_144,
  promptList: 65_536,
  violations: 50,
  closeTimeout: 5_000,
};

export type { Log as BoardLog } from '../log.ts';

export interface BoardOptions extends HostOptions {
  /** Where the proposals are kept. */
  readonly store: Store;
  readonly limits?: Partial<BoardLimits>;
  /** The board's name in proofs. Default: where it listens, `host:port`. A board behind a proxy must be told. */
  readonly name?: string;
  /** Whether every address must be proven. Default: `offered`, which verifies the proofs that come. */
  readonly proof?: 'offered' | 'required';
  /** What proves an address. Default: addresses are Ed25519 public keys, in hexadecimal. */
  readonly verifyAddress?: VerifyAddress;
  /**
   * Who has an address that two sockets register, both proven or both not. Default: `newest`, as in the original; the other one is told. What is
   * proven goes before what is not, always.
   */
  readonly takeover?: Takeover;
  /** Milliseconds after which a proposal ends, at most; 0: never by itself. Default: 7 days. */
  readonly lasts?: number;
  /** Ends the proposals of an address that nobody has registered for so many milliseconds, 24.8 days at most. Default: they stay, as in the original. */
  readonly endsWhenGone?: number;
  readonly log?: Log;
}

/** What a board has counted since it started. */
export interface BoardStats {
  accepted: number;
  refused: number;
  listed: number;
  ended: number;
  indicated: number;
  violations: number;
  faults: Partial<Record<Fault, number>>;
}
