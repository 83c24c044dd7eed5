/** What a star is told when it starts, and what it counts. */
import type { HostOptions } from '../host.ts';
import type { Log } from '../log.ts';
import type { StarLimits } from './limits.ts';

export type { Log as StarLog } from '../log.ts';

/** Who asks to join or to dial. */
export interface Asker {
  readonly ip: string;
  readonly namespace: string;
}

export interface StarOptions extends HostOptions {
  /** Whether an address must be proven by the key of the peer that it names. Default: yes. */
  readonly challenge?: boolean;
  /** Whether addresses must have the star's own format. Default: yes; otherwise any multiaddr will do. */
  readonly strict?: boolean;
  /** The server's name in challenges. Default: where it listens, `host:port`. One behind a proxy should be told. */
  readonly name?: string;
  /** Milliseconds in which clients of old are told of everybody again; 0: never. Default: 10 s, as in the text. */
  readonly refreshMs?: number;
  /** Milliseconds that news wait for others to go with them. Default: 100. */
  readonly batchMs?: number;
  /** Who has an address that two sockets join. Default: `newest`, as in the original; the other one may not dial from it any more. */
  readonly takeover?: 'newest' | 'oldest';
  readonly limits?: Partial<StarLimits>;
  /** The network addresses to which the limits of one address do not apply. Default: this machine's own, where tests and proxies come from. */
  readonly exempt?: readonly string[];
  /** The namespaces that there are. Default: any. The one of the clients of old has no name. */
  readonly namespaces?: readonly string[];
  /** Asked before an address is joined; its proof has been seen. */
  readonly mayJoin?: (address: string, asker: Asker) => boolean;
  /** Asked before a dial goes out. */
  readonly mayDial?: (from: string, to: string, asker: Asker) => boolean;
  readonly log?: Log;
}

/** What came of something. */
export interface Outcomes {
  success: number;
  failure: number;
}

/** What a star has counted since it started. */
export interface StarStats {
  accepted: number;
  refused: number;
  readonly joins: Outcomes;
  readonly dials: Outcomes;
  /** Wrong answers to challenges. */
  wrongAnswers: number;
  /** Addresses that were told. */
  announcements: number;
  /** Bytes that went through. */
  bytes: number;
  /** Streams that did not come to a good end. */
  cut: number;
  /** Messages of streams that were not there, or not any more, or not the sender's. */
  strays: number;
  violations: number;
}

/** How a star ends. */
export interface Leaving {
  /** Tells clients of socket.io to leave (`41`): they do not come back by themselves then, as they do after a restart. Default: no. */
  readonly farewell?: boolean;
}
