/**
 * Where durable roles are kept for real: LevelDB in Node, IndexedDB in a browser, both through `level`.
 *
 * A disk syncs some hundred or thousand times per second, however little it is given. So while one batch is being synced, all writes that come in
 * are gathered into the next one, in their order: a thousand sessions share one sync. It is one chained batch of strings because that costs a
 * quarter of what an array of operations does (3 µs of JavaScript per write of 800 bytes, against 13; buffers in place of strings gain nothing).
 *
 * After a write that the database could not keep, the end of LevelDB's log is unknown: a torn record may lie there, and what is appended to it is lost
 * at the next opening although its sync went well. (Tried: a disk that was full for a moment, then fifty acknowledged writes; all fifty were gone, in 30
 * tries of 30.) So this store takes no further writes then. Who opens it anew gets a new log, and reads what is really there, which may or may not hold
 * the failed batch (whole, in any case).
 */
import { Level } from 'level';
import { StoreFailed } from '../src/errors.ts';
import type { Store, StoreChange } from '../src/store.ts';

/** Characters of keys and values in one batch, at most; a single write that is larger goes alone. LevelDB's own buffer is of this size. */
const defaultMaxBatch = 4_194_304;

/** What is needed of a database: an opened `Level<string, string>` is one. */
export interface LevelDatabase {
  batch(): LevelBatch;
  get(key: string): Promise<string | undefined>;
  keys(range: { readonly gte: string }): AsyncIterable<string>;
  close(): Promise<void>;
}

/** Changes that the database makes all at once. */
export interface LevelBatch {
  put(key: string, value: string): unknown;
  del(key: string): unknown;
  write(options: { readonly sync: boolean }): Promise<void>;
}

export interface LevelStoreOptions {
  /** Characters of keys and values that are synced at once, at most. Default 4,194,304. */
  readonly maxBatch?: number;
}

/** Writes that are synced together and share their fate. */
class Batch {
  readonly changes: StoreChange[] = [];
  writes = 0;
  size = 0;
  keep: () => void = () => {};
  refuse: (error: StoreFailed) => void = () => {};
  readonly settled = new Promise<void>((resolve, reject) => {
    this.keep = resolve;
    this.refuse = reject;
  });
}

/**
 * A store on the disk. A write's promise resolves once its batch was synced; a read sees at least what was written by then (and either value while a
 * write of its key is under way). Keys come in the order of their UTF-8 bytes.
 *
 * In a browser the promise resolves when IndexedDB's transaction is complete. That is weaker: browsers relax durability by default, so that what was
 * written survives the end of the page and of the browser, but perhaps not a power failure; and a browser that is short of space may evict it all
 * unless `navigator.storage.persist()` was granted. What bundles it for a browser must find the npm package `events`, which `level` builds on.
 *
 * @example
 * const store = await LevelStore.open('./channels');
 * await store.write([{ key: 'a', value: '1' }]);
 * await store.close();
 */
export class LevelStore implements Store {
  readonly #database: LevelDatabase;
  readonly #maxBatch: number;
  readonly #unlock: () => void;
  #waiting: Batch[] = [];
  #committing: Promise<void> | undefined;
  #broken: StoreFailed | undefined;
  #closing: Promise<void> | undefined;
  #syncs = 0;
  #writes = 0;

  /** A store on a database that is open and that nobody else uses; it is closed with the store. Mostly you want `LevelStore.open`. */
  constructor(database: LevelDatabase, options: LevelStoreOptions = {}, unlock: () => void = () => {}) {
    this.#database = database;
    this.#maxBatch = options.maxBatch ?? defaultMaxBatch;
    this.#unlock = unlock;
  }

  /**
   * Opens the database in the folder `location` (in a browser: the one of that name), or makes a new one.
   * @throws StoreFailed `storeLocked` when somebody has it open already, in this process or another (in a browser: in any page of the origin, as
   * far as it has Web Locks), `storeNotOpened` when it cannot be opened for another reason.
   */
  static async open(location: string, options?: LevelStoreOptions): Promise<LevelStore> {
    const unlock = 'indexedDB' in globalThis ? await lockPage(location) : undefined;
    try {
      const database = new Level<string, string>(location);
      await database.open();
      return new LevelStore(database, options, unlock);
    } catch (cause) {
      unlock?.();
      if (isLocked(cause)) throw locked(location, cause);
      const sentence = `The database at ${location} could not be opened; see the cause.`;
      throw new StoreFailed(sentence, { code: 'storeNotOpened', cause });
    }
  }

  /** Batches that were synced so far. */
  get syncs(): number {
    return this.#syncs;
  }

  /** Writes that were kept so far. */
  get writes(): number {
    return this.#writes;
  }

  /** @throws StoreFailed `storeClosed`, `readFailed` */
  async read(key: string): Promise<string | undefined> {
    if (this.#closing !== undefined) throw closed();
    try {
      return await this.#database.get(key);
    } catch (cause) {
      throw unread(cause);
    }
  }

  /**
   * All of the changes or none of them. Writes are kept in the order in which they were given.
   * @throws StoreFailed `writeFailed` when the database did not keep the batch with this write; whether it is there after a restart is unknown.
   * `storeBroken` when an earlier batch was not kept: nothing of this one was written. Open the database anew. `storeClosed` after `close`.
   */
  write(changes: readonly StoreChange[]): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    let size = 0;
    for (const { key, value } of changes) size += key.length + (value?.length ?? 0);
    let batch = this.#waiting.at(-1);
    if (batch === undefined || batch.size + size > this.#maxBatch) {
      batch = new Batch();
      this.#waiting.push(batch);
    }
    for (const change of changes) batch.changes.push(change);
    batch.size += size;
    batch.writes += 1;
    this.#committing ??= this.#commitAll();
    return batch.settled;
  }

  /** @throws StoreFailed `storeClosed`, `readFailed` */
  async *keys(prefix: string): AsyncIterable<string> {
    if (this.#closing !== undefined) throw closed();
    try {
      for await (const key of this.#database.keys({ gte: prefix })) {
        if (!key.startsWith(prefix)) return;
        yield key;
      }
    } catch (cause) {
      throw unread(cause);
    }
  }

  /** Waits for the writes that are under way, then gives the database free. Later writes and reads are refused. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#committing;
    try {
      await this.#database.close();
    } finally {
      this.#unlock();
    }
  }

  /** One batch after the other, as long as there are any. */
  async #commitAll(): Promise<void> {
    // What is written in this turn shares the first batch.
    await Promise.resolve();
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      try {
        await this.#commit(batch);
      } catch (cause) {
        this.#break(batch, cause);
        break;
      }
      this.#syncs += 1;
      this.#writes += batch.writes;
      batch.keep();
    }
    this.#committing = undefined;
  }

  #commit({ changes }: Batch): Promise<void> {
    const batch = this.#database.batch();
    for (const { key, value } of changes) {
      if (value === undefined) batch.del(key);
      else batch.put(key, value);
    }
    return batch.write({ sync: true });
  }

  /** Who waits behind a failed batch may have built on it: nobody is kept any more. */
  #break(batch: Batch, cause: unknown): void {
    const sentence = 'The database did not keep a write; whether it is there after a restart is unknown.';
    batch.refuse(new StoreFailed(sentence, { code: 'writeFailed', cause }));
    const later = 'The database did not keep an earlier write, so nothing more is written: open it anew.';
    this.#broken = new StoreFailed(later, { code: 'storeBroken', cause });
    for (const waiting of this.#waiting) waiting.refuse(this.#broken);
    this.#waiting = [];
  }
}

/**
 * IndexedDB lets any number of pages have the same database open, and two of them would run the same session twice: so a page holds a Web Lock, which
 * ends with it. Where there are none (in an insecure context), nothing is locked.
 * @returns what gives the lock free
 */
async function lockPage(location: string): Promise<(() => void) | undefined> {
  const { locks } = navigator;
  if (locks === undefined) return undefined;
  return new Promise((resolve, reject) => {
    const holding = locks.request(`statewire/${location}`, { ifAvailable: true }, (lock) => {
      if (lock === null) throw locked(location);
      return new Promise<void>((unlock) => resolve(unlock));
    });
    holding.catch(reject);
  });
}

function isLocked(error: unknown): boolean {
  if (error === null || typeof error !== 'object') return false;
  return ('code' in error && error.code === 'LEVEL_LOCKED') || ('cause' in error && isLocked(error.cause));
}

function locked(location: string, cause?: unknown): StoreFailed {
  const sentence = `Somebody has the database at ${location} open already: only one may, so close it there first.`;
  return new StoreFailed(sentence, { code: 'storeLocked', cause });
}

function closed(): StoreFailed {
  return new StoreFailed('The store was closed: open it anew.', { code: 'storeClosed' });
}

function unread(cause: unknown): StoreFailed {
  return new StoreFailed('The database could not be read; see the cause.', { code: 'readFailed', cause });
}
