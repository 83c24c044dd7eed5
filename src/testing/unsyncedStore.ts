/**
 * A disk for crash tests: what was written but not synced is lost in a crash, or a part of it is. Whole writes only, and in their order.
 *
 * Crashes are enumerated: play a story once and count its `writes`, then play it again for each of `crashPoints(writes)`, each time going on after the
 * crash with `reopen()`. From the store's view these are all there are: what a process does between two writes is done when it is killed before the
 * second one, and not yet done when it is killed after the first.
 *
 * A process that has crashed does nothing more. The store cannot stop it, it can only never answer again; so let `crashed` take its timers and lines.
 */
import { StoreFailed } from '../errors.ts';
import type { Store, StoreChange } from '../store.ts';

/** A moment at which a process is killed. */
export interface CrashPoint {
  /** The write at which it happens, counted from 1. */
  readonly crashAt: number;
  /** `before`: nothing of the write is on the disk. `after`: it was synced, but who wrote it does not know. */
  readonly when: 'before' | 'after';
}

export interface UnsyncedStoreOptions extends Partial<CrashPoint> {
  /**
   * When writes are synced: `atOnce`, in the same turn of the event loop, all that were written by then; or `byHand`, with `sync`. Default `atOnce`.
   */
  readonly syncs?: 'atOnce' | 'byHand';
  /**
   * What a crash looks like to who writes: `hangs`, since a dead process hears no answer; or `throws`, for a disk that fails under a process that goes on
   * living. With `throws` and `after`, the write that fails is on the disk all the same, as it can be after a failed sync. Default `hangs`.
   */
  readonly fault?: 'hangs' | 'throws';
  /** Writes, the oldest ones first, that reach the disk in the crash although they were not synced. Default 0. */
  readonly keep?: number;
  /** Is told at the crash, before anything else happens. */
  readonly crashed?: () => void;
}

/** All moments of a story with so many writes at which it can be killed: before and after each. */
export function* crashPoints(writes: number): Generator<CrashPoint> {
  for (let crashAt = 1; crashAt <= writes; crashAt += 1) {
    yield { crashAt, when: 'before' };
    yield { crashAt, when: 'after' };
  }
}

interface Write {
  readonly number: number;
  readonly changes: readonly StoreChange[];
  readonly done: () => void;
  readonly fail: (error: StoreFailed) => void;
}

/**
 * A store in memory with a disk that can crash.
 *
 * @example
 * const store = new UnsyncedStore({ syncs: 'byHand' });
 * void store.write([{ key: 'a', value: '1' }]);
 * void store.write([{ key: 'b', value: '2' }]);
 * store.crash(1);
 * const next = store.reopen();
 * await next.read('a'); // '1'
 * await next.read('b'); // undefined
 */
export class UnsyncedStore implements Store {
  readonly #options: UnsyncedStoreOptions;
  readonly #disk = new Map<string, string>();
  #unsynced: Write[] = [];
  #writes = 0;
  #lastWrite: Promise<void> = Promise.resolve();
  #hasCrashed = false;
  #isClosed = false;

  constructor(options: UnsyncedStoreOptions = {}) {
    this.#options = options;
  }

  /** Writes that were begun so far. */
  get writes(): number {
    return this.#writes;
  }

  /** Writes that were not synced yet. */
  get unsynced(): number {
    return this.#unsynced.length;
  }

  get hasCrashed(): boolean {
    return this.#hasCrashed;
  }

  /** What was synced. */
  get disk(): ReadonlyMap<string, string> {
    return this.#disk;
  }

  /**
   * What was synced under the key.
   * @throws StoreFailed `storeClosed`; `crashed`, if that is what a crash looks like
   */
  async read(key: string): Promise<string | undefined> {
    await this.#alive();
    return this.#disk.get(key);
  }

  /** @throws StoreFailed `storeClosed`; `crashed`, if that is what a crash looks like */
  async write(changes: readonly StoreChange[]): Promise<void> {
    if (this.#isClosed || this.#hasCrashed) return this.#alive();
    const number = this.#writes + 1;
    if (this.#isPoint(number, 'before')) {
      this.crash();
      return this.#alive();
    }
    this.#writes = number;
    this.#lastWrite = new Promise((done, fail) => {
      this.#unsynced.push({ number, changes: [...changes], done, fail });
    });
    if (this.#options.syncs !== 'byHand') queueMicrotask(() => this.sync());
    return this.#lastWrite;
  }

  async *keys(prefix: string): AsyncIterable<string> {
    await this.#alive();
    yield* [...this.#disk.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  /** Waits for the writes that are under way. Later ones are refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#lastWrite;
  }

  /** Syncs the oldest `count` writes, or all: they are on the disk, and their promises resolve. */
  sync(count = this.#unsynced.length): void {
    for (let left = count; left > 0; left -= 1) {
      const write = this.#unsynced.shift();
      if (write === undefined) return;
      this.#settle(write);
    }
  }

  /** The process is killed, or the power fails. Of what was not synced, the oldest `keep` writes have reached the disk all the same. */
  crash(keep = this.#options.keep ?? 0): void {
    if (this.#hasCrashed) return;
    this.#hasCrashed = true;
    this.#options.crashed?.();
    const lost = this.#unsynced.splice(0);
    for (const write of lost.slice(0, keep)) this.#put(write);
    for (const write of lost) this.#lose(write);
  }

  /** What the next process finds: a new store, with only what is on the disk. This one, if it has not crashed yet, does now. */
  reopen(options: UnsyncedStoreOptions = {}): UnsyncedStore {
    this.crash();
    const next = new UnsyncedStore(options);
    for (const [key, value] of this.#disk) next.#disk.set(key, value);
    return next;
  }

  #settle(write: Write): void {
    this.#put(write);
    if (this.#isPoint(write.number, 'after')) {
      this.crash();
      this.#lose(write);
    } else {
      write.done();
    }
  }

  #put({ changes }: Write): void {
    for (const { key, value } of changes) {
      if (value === undefined) this.#disk.delete(key);
      else this.#disk.set(key, value);
    }
  }

  /** Who wrote it hears nothing any more, or that it failed. */
  #lose({ fail }: Write): void {
    if (this.#options.fault === 'throws') fail(crashed());
  }

  #isPoint(number: number, when: CrashPoint['when']): boolean {
    return number === this.#options.crashAt && when === (this.#options.when ?? 'before');
  }

  /** Goes on only as long as the store does. */
  async #alive(): Promise<void> {
    if (this.#hasCrashed) {
      if (this.#options.fault === 'throws') throw crashed();
      await never;
    }
    if (this.#isClosed) throw new StoreFailed('The store was closed: reopen it.', { code: 'storeClosed' });
  }
}

const never = new Promise<never>(() => {});

function crashed(): StoreFailed {
  return new StoreFailed('The disk has crashed, as the test wanted it: reopen the store.', { code: 'crashed' });
}
