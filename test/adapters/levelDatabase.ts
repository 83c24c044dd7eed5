/** Databases for the tests of the level store: real ones in a folder of their own, and one whose disk is held by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LevelBatch, LevelDatabase } from '../../adapters/level.ts';
import type { Store, StoreChange } from '../../src/store.ts';

/** A folder for every test of the file, gone after it. */
export function useFolder(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statewire-level-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  return () => folder;
}

export async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.keys(prefix)) keys.push(key);
  return keys;
}

/** What became of promises so far, by their index: `kept`, or the code of the error. */
export function fates(promises: readonly Promise<unknown>[]): Map<number, unknown> {
  const settled = new Map<number, unknown>();
  promises.forEach((promise, index) => {
    promise.then(
      () => settled.set(index, 'kept'),
      (error) => settled.set(index, error.code),
    );
  });
  return settled;
}

/** A sync that waits for the test. */
interface HeldSync {
  readonly changes: readonly StoreChange[];
  readonly isSynced: boolean;
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
}

/** A database that syncs when it is told to. */
export class HeldDatabase implements LevelDatabase {
  readonly syncs: HeldSync[] = [];
  isClosed = false;

  batch(): LevelBatch {
    const changes: StoreChange[] = [];
    return {
      put: (key, value) => changes.push({ key, value }),
      del: (key) => changes.push({ key, value: undefined }),
      write: ({ sync }) =>
        new Promise((succeed, fail) => {
          this.syncs.push({ changes, isSynced: sync, succeed, fail });
        }),
    };
  }

  async get(): Promise<undefined> {}

  async *keys(): AsyncIterable<string> {}

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** Lets everything run that can run without the disk. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
