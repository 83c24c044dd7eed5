/**
 * What a server holds for streams, in sums: of each connection that writes, of each network address, and of all together.
 *
 * A window bounds one stream, and a connection has up to a thousand. So credit is given out of the connection's sum: half of it to whoever asks, a fair
 * part each; and a quarter in small shares, one for each stream that there may be, so that readers who do not read never keep their writer from the
 * one who does. Who keeps to its credit stays below the bound and is never cut; the last quarter is for chunks that go beyond it.
 * Nobody makes everybody wait from one network address alone: what comes from there has a bound far below half of all.
 */
import { PerIp } from '../perIp.ts';

/** The bounds of the sums, in bytes; each chunk costs its bytes and 64. */
export interface HoldingLimits {
  /** What may be held of all writers together. From half of it on they have a quarter of their windows, and sockets of old wait; beyond it the largest stream of whoever has most is cut. Default: 256 MiB. */
  readonly held: number;
  /** What may be held of all writers of one network address. From half of it on its writers wait as if the server held too much, beyond it the largest stream of whichever has most is cut. 0: no limit. Default: 64 MiB. */
  readonly heldPerIp: number;
  /** What may be held of one connection that writes. From half of it on it has little credit, or its socket of old waits; beyond it the stream that brings more is cut. Default: 16 MiB. */
  readonly heldPerSocket: number;
}

/** A stream, as its sum knows it. */
export interface Holder {
  readonly heldBytes: number;
  /** It is cut, and what it holds is thrown away. */
  overrun(): void;
}

type Streams = ReadonlyMap<string, Holder>;

/** The least credit that a stream has. */
const leastShare = 1_024;
/** How many times smaller windows are while the server holds much. */
const narrower = 4;

/** What a server holds. */
export class Holdings {
  readonly #limits: HoldingLimits;
  readonly #mostPerIp: number;
  readonly #share: number;
  readonly #byIp = new PerIp();
  /** Of whom something is held. */
  readonly #filled = new Set<Holding>();
  #size = 0;

  constructor(limits: HoldingLimits & { readonly dialsPerSocket: number }) {
    this.#limits = limits;
    this.#mostPerIp = limits.heldPerIp === 0 ? Number.POSITIVE_INFINITY : limits.heldPerIp;
    this.#share = Math.max(leastShare, Math.floor(limits.heldPerSocket / 4 / limits.dialsPerSocket));
  }

  /**
   * The sum of one more connection, whose streams these are.
   * @param ip where it comes from, unless many are behind that
   */
  open(streams: Streams, ip?: string): Holding {
    return new Holding(this, streams, this.#limits.heldPerSocket, this.#share, ip);
  }

  /** What is held now, in bytes. */
  get size(): number {
    return this.#size;
  }

  /** For holdings: this writer is to wait, with all others or with those from where it comes from. */
  isCrowdedFor({ ip }: Holding): boolean {
    return this.#size > this.#limits.held / 2 || (ip !== undefined && this.#byIp.of(ip) > this.#mostPerIp / 2);
  }

  /** For holdings. */
  count(holding: Holding, bytes: number): void {
    this.#size += bytes;
    if (holding.ip !== undefined) this.#byIp.add(holding.ip, bytes);
    if (holding.size > 0) this.#filled.add(holding);
    else this.#filled.delete(holding);
  }

  /** For holdings: bytes may have come although writers are to wait. */
  relieve({ ip }: Holding): void {
    while (ip !== undefined && this.#byIp.of(ip) > this.#mostPerIp) {
      const there = [...this.#filled].filter((each) => each.ip === ip);
      if (!this.#cutLargest(there)) break;
    }
    while (this.#size > this.#limits.held && this.#cutLargest(this.#filled));
  }

  /** @returns whether that was of any use */
  #cutLargest(holdings: Iterable<Holding>): boolean {
    const before = this.#size;
    largest(holdings, ({ size }) => size)?.cutLargest();
    return this.#size < before;
  }
}

/** What is held of one connection, and what it was promised to be held. */
export class Holding {
  /** Where it comes from; left out where many do. */
  readonly ip: string | undefined;
  readonly #all: Holdings;
  readonly #most: number;
  readonly #share: number;
  readonly #streams: Streams;
  #size = 0;
  #promised = 0;

  constructor(all: Holdings, streams: Streams, most: number, share: number, ip: string | undefined) {
    this.ip = ip;
    this.#all = all;
    this.#streams = streams;
    this.#most = most;
    this.#share = share;
  }

  /** What is held now, in bytes. */
  get size(): number {
    return this.#size;
  }

  /** The writer is to wait. */
  get isCrowded(): boolean {
    return this.#size > this.#most / 2 || this.#all.isCrowdedFor(this);
  }

  /** More has come than may be held. */
  get isOver(): boolean {
    return this.#size > this.#most;
  }

  /** So many bytes are held more, or fewer. */
  count(bytes: number): void {
    this.#size += bytes;
    this.#all.count(this, bytes);
  }

  /** Credit was given, or what it was for has left. */
  promise(bytes: number): void {
    this.#promised += bytes;
  }

  /** What a stream may have of credit and held bytes together, if it has `own` of them. */
  allowance(own: number, window: number): number {
    const half = this.#most / 2;
    const most = this.#all.isCrowdedFor(this) ? window / narrower : window;
    const fair = half / Math.max(1, this.#streams.size);
    const free = half - (this.#promised - own);
    return Math.floor(Math.max(Math.min(window, this.#share), Math.min(most, fair, free)));
  }

  /** What has come may be too much for the server, or from one place. */
  relieve(): void {
    this.#all.relieve(this);
  }

  /** For all holdings. */
  cutLargest(): void {
    largest(this.#streams.values(), ({ heldBytes }) => heldBytes)?.overrun();
  }
}

function largest<Item>(items: Iterable<Item>, sizeOf: (item: Item) => number): Item | undefined {
  let found: Item | undefined;
  for (const item of items) if (found === undefined || sizeOf(item) > sizeOf(found)) found = item;
  return found;
}
