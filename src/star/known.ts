/**
 * Who is there: the addresses that servers have told of, and the changes since an app began to look, for as many as look.
 *
 * A server of old tells every so often who is there, and never who has left: what it has not told of for some time has.
 */
import type { Clock, TimerHandle } from '../clock.ts';

/** A change of who is there. */
export interface PeerChange {
  readonly type: 'found' | 'left';
  readonly address: string;
}

export interface KnownOptions {
  readonly clock: Clock;
  /** Addresses that are kept, at most; further ones are not told of. */
  readonly most: number;
  /** Bytes of them all together, at most: the servers choose how long an address is. */
  readonly mostBytes: number;
  readonly changed: (change: PeerChange) => void;
}

/** Which servers tell of an address, and when each did so last. */
type Tellers = Map<string, number>;

const bytesOf = (address: string): number => 2 * address.length;

/** The peers that are known to be there. */
export class KnownPeers implements AsyncIterable<PeerChange> {
  readonly #options: KnownOptions;
  readonly #addresses = new Map<string, Tellers>();
  readonly #watchers = new Set<Watcher>();
  /** By server, where it must be watched for what it does not say. */
  readonly #timers = new Map<string, TimerHandle>();
  #bytes = 0;
  #hasEnded = false;

  constructor(options: KnownOptions) {
    this.#options = options;
  }

  /** The addresses that are known now. */
  list(): string[] {
    return [...this.#addresses.keys()];
  }

  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** Whether this server tells of the address. */
  isToldBy(teller: string, address: string): boolean {
    return this.#addresses.get(address)?.has(teller) === true;
  }

  found(teller: string, addresses: readonly string[]): void {
    const now = this.#options.clock.now();
    for (const address of addresses) {
      const tellers = this.#addresses.get(address);
      if (tellers !== undefined) tellers.set(teller, now);
      else if (this.#hasRoomFor(address)) {
        this.#bytes += bytesOf(address);
        this.#addresses.set(address, new Map([[teller, now]]));
        this.#tell({ type: 'found', address });
      }
    }
  }

  left(teller: string, addresses: Iterable<string>): void {
    for (const address of addresses) {
      const tellers = this.#addresses.get(address);
      if (tellers?.delete(teller) !== true || tellers.size > 0) continue;
      this.#addresses.delete(address);
      this.#bytes -= bytesOf(address);
      this.#tell({ type: 'left', address });
    }
  }

  /** This server is gone, and what it knew with it. */
  forget(teller: string): void {
    this.left(teller, this.list());
  }

  /** From now on what this server has not told of for `after` milliseconds has left. */
  expire(teller: string, after: number): void {
    if (this.#hasEnded || this.#timers.has(teller)) return;
    const look = () => {
      this.#timers.delete(teller);
      const oldest = this.#options.clock.now() - after;
      this.left(
        teller,
        this.list().filter((address) => (this.#addresses.get(address)?.get(teller) ?? oldest) < oldest),
      );
      this.expire(teller, after);
    };
    this.#timers.set(teller, this.#options.clock.set(look, after / 4));
  }

  end(): void {
    this.#hasEnded = true;
    for (const timer of this.#timers.values()) this.#options.clock.clear(timer);
    this.#timers.clear();
    for (const watcher of this.#watchers) watcher.end();
    this.#watchers.clear();
  }

  /** Those that are there as found, then every change. Ends with the node, or with the signal. */
  watch(signal?: AbortSignal): AsyncIterableIterator<PeerChange> {
    const watcher = new Watcher(this.list(), () => this.#watchers.delete(watcher));
    if (this.#hasEnded || signal?.aborted === true) watcher.end();
    else {
      this.#watchers.add(watcher);
      signal?.addEventListener('abort', () => void watcher.return(), { once: true });
    }
    return watcher;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<PeerChange> {
    return this.watch();
  }

  #hasRoomFor(address: string): boolean {
    const { most, mostBytes } = this.#options;
    return this.#addresses.size < most && this.#bytes + bytesOf(address) <= mostBytes;
  }

  #tell(change: PeerChange): void {
    for (const watcher of this.#watchers) watcher.tell(change);
    this.#options.changed(change);
  }
}

/** One who looks. What it has not taken yet is at most one change for an address: to come and to go again is no change. */
class Watcher implements AsyncIterableIterator<PeerChange> {
  readonly #changes = new Map<string, PeerChange>();
  readonly #forget: () => void;
  #waiting: ((result: IteratorResult<PeerChange>) => void)[] = [];
  #hasEnded = false;

  constructor(addresses: readonly string[], forget: () => void) {
    this.#forget = forget;
    for (const address of addresses) this.#changes.set(address, { type: 'found', address });
  }

  tell(change: PeerChange): void {
    const give = this.#waiting.shift();
    if (give !== undefined) give({ done: false, value: change });
    else if (!this.#changes.delete(change.address)) this.#changes.set(change.address, change);
  }

  end(): void {
    this.#hasEnded = true;
    for (const give of this.#waiting) give({ done: true, value: undefined });
    this.#waiting = [];
  }

  next(): Promise<IteratorResult<PeerChange>> {
    for (const [address, value] of this.#changes) {
      this.#changes.delete(address);
      return Promise.resolve({ done: false, value });
    }
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  return(): Promise<IteratorResult<PeerChange>> {
    this.#forget();
    this.#changes.clear();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<PeerChange> {
    return this;
  }
}
