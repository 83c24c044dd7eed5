/**
 * What a star grants its clients, and how fast they may be: by socket, and by network address for whoever opens many.
 */
import { TokenBucket } from '../bucket.ts';
import { PerIp } from '../perIp.ts';
import type { HoldingLimits } from './holdings.ts';
import { defaultStreamLimits, type StreamLimits, streamLimitsOf } from './streamLimits.ts';

/** What a star grants its clients. 0 is no limit, where it says so. */
export interface StarLimits extends StreamLimits, HoldingLimits {
  /** The largest message, in bytes; one that is larger closes its connection. A chunk is a message. */
  readonly maxFrame: number;
  /** Connections in all; one more is refused with 503. 0: no limit. */
  readonly connections: number;
  /** Connections from one network address; one more is refused with 429. 0: no limit. */
  readonly connectionsPerIp: number;
  /** Addresses in all. 0: no limit. */
  readonly peers: number;
  /** Addresses that one socket may join. */
  readonly addresses: number;
  /** Joins a second, with a burst of ten times as many: of one socket, and of one network address. 0: no limit. */
  readonly joinsPerSecond: number;
  readonly joinsPerSecondPerIp: number;
  /** Dials a second, with a burst of ten times as many. 0: no limit. */
  readonly dialsPerSecond: number;
  readonly dialsPerSecondPerIp: number;
  /** Wrong answers to a challenge a minute, with a burst of as many; who has more must wait to join again. 0: no limit. */
  readonly wrongAnswersPerMinute: number;
  readonly wrongAnswersPerMinutePerIp: number;
  /** Dials of one socket that may wait for an answer, and dials to it. */
  readonly pendingDials: number;
  /** Dials that may be open between two sockets. */
  readonly dialsPerPair: number;
  /** Dials that may be open at one socket. */
  readonly dialsPerSocket: number;
  /** Bytes that may go one way through one dial. 0: no limit. */
  readonly streamBytes: number;
  /** Milliseconds for which a dial may last. 0: no limit. */
  readonly dialDuration: number;
  /** Milliseconds for a dialled peer to answer. */
  readonly dialTimeout: number;
  /** Milliseconds for which a nonce may be signed. */
  readonly nonceTimeout: number;
  /** Addresses in the answer to a join; the others follow by themselves. */
  readonly listed: number;
  /** Announcements a second, to all together; each tells of up to 128 addresses. */
  readonly announcementsPerSecond: number;
  /** Bytes that may wait for a client that does not read, with 512 for each message; then it is cut. */
  readonly queue: number;
  /** Invalid messages after which a connection is closed with 1008. */
  readonly violations: number;
  /** Milliseconds for closing a connection. */
  readonly closeTimeout: number;
}

/** Sane limits for a star on the open internet. */
export const defaultStarLimits: StarLimits = {
  ...defaultStreamLimits,
  maxFrame: 1_048_576,
  connections: 20_000,
  connectionsPerIp: 500,
  peers: 50_000,
  addresses: 16,
  joinsPerSecond: 50,
  joinsPerSecondPerIp: 200,
  dialsPerSecond: 1_000,
  dialsPerSecondPerIp: 2_000,
  wrongAnswersPerMinute: 10,
  wrongAnswersPerMinutePerIp: 60,
  pendingDials: 64,
  dialsPerPair: 128,
  dialsPerSocket: 1_024,
  streamBytes: 0,
  dialDuration: 0,
  dialTimeout: 10_000,
  nonceTimeout: 30_000,
  listed: 1_000,
  announcementsPerSecond: 20_000,
  // 32 streams with whole windows, and 4 KiB for each of 1,024; of an address: four writers who do their worst; all: four addresses.
  heldPerSocket: 16_777_216,
  heldPerIp: 67_108_864,
  held: 268_435_456,
  queue: 8_388_608,
  violations: 50,
  closeTimeout: 5_000,
};

/** The limits of a star, where only some are given: the sums hold what one stream may, and more. */
export function starLimitsOf(given: Partial<StarLimits>): StarLimits {
  const streams = streamLimitsOf(given, given.maxFrame);
  const heldPerSocket = given.heldPerSocket ?? Math.max(defaultStarLimits.heldPerSocket, 2 * streams.mostHeld);
  const heldPerIp = given.heldPerIp ?? Math.max(defaultStarLimits.heldPerIp, 2 * heldPerSocket);
  const held = Math.max(defaultStarLimits.held, 2 * heldPerSocket, 2 * heldPerIp);
  return { ...defaultStarLimits, heldPerSocket, heldPerIp, held, ...given, ...streams };
}

/** How fast somebody may be. */
export interface Pace {
  readonly joins: number;
  readonly dials: number;
  /** A minute. */
  readonly wrongAnswers: number;
}

const burst = 10;
const unlimited: Pace = { joins: 0, dials: 0, wrongAnswers: 0 };

/** What one socket, or one network address, has used of its rates. */
export class Rates {
  readonly #joins: TokenBucket | undefined;
  readonly #dials: TokenBucket | undefined;
  readonly #wrong: TokenBucket | undefined;

  constructor({ joins, dials, wrongAnswers }: Pace, now: number) {
    if (joins > 0) this.#joins = new TokenBucket(joins, burst * joins, now);
    if (dials > 0) this.#dials = new TokenBucket(dials, burst * dials, now);
    if (wrongAnswers > 0) this.#wrong = new TokenBucket(wrongAnswers / 60, wrongAnswers, now);
  }

  mayJoin(now: number): boolean {
    return this.#wrong?.isEmpty(now) !== true && this.#joins?.allows(now) !== false;
  }

  mayDial(now: number): boolean {
    return this.#dials?.allows(now) !== false;
  }

  wasWrong(now: number): void {
    this.#wrong?.allows(now);
  }

  /** Whether it is as if nothing had been used. */
  isFresh(now: number): boolean {
    return [this.#joins, this.#dials, this.#wrong].every((bucket) => bucket?.isFull(now) !== false);
  }
}

/** The rates of network addresses, which outlive their connections until they are fresh again. */
export class RatesByIp {
  readonly #pace: Pace;
  readonly #exempt: ReadonlySet<string>;
  readonly #rates = new Map<string, Rates>();
  readonly #connections = new PerIp();

  /** @param exempt the network addresses that may do as they like: behind them are many */
  constructor(pace: Pace, exempt: readonly string[]) {
    this.#pace = pace;
    this.#exempt = new Set(exempt);
  }

  /** Whether many are behind this network address. */
  isExempt(ip: string): boolean {
    return this.#exempt.has(ip);
  }

  /** Those that count against the limit of one network address. */
  connections(ip: string): number {
    return this.#exempt.has(ip) ? 0 : this.#connections.of(ip);
  }

  of(ip: string, now: number): Rates {
    const known = this.#rates.get(ip);
    if (known !== undefined) return known;
    const rates = new Rates(this.#exempt.has(ip) ? unlimited : this.#pace, now);
    this.#rates.set(ip, rates);
    if (this.#rates.size > mostIps) this.#forget(now);
    return rates;
  }

  connected(ip: string): void {
    this.#connections.add(ip);
  }

  gone(ip: string, now: number): void {
    this.#connections.remove(ip);
    if (this.#connections.of(ip) > 0) return;
    if (this.#rates.get(ip)?.isFresh(now) === true) this.#rates.delete(ip);
  }

  /** Those that are fresh again; and if that is not enough, the oldest. */
  #forget(now: number): void {
    for (const [ip, rates] of this.#rates) if (rates.isFresh(now)) this.#rates.delete(ip);
    for (const ip of this.#rates.keys()) {
      if (this.#rates.size <= mostIps / 2) return;
      this.#rates.delete(ip);
    }
  }
}

/** Network addresses whose rates are remembered. */
const mostIps = 20_000;
