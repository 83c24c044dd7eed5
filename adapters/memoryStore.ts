/**
 * A store in memory: atomic, ordered, and gone with the process. For tests, and for trying a durable role out.
 */
import type { Store, StoreChange } from '../src/store.ts';

/** A store that lives as long as the object does. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, string>();

  async read(key: string): Promise<string | undefined> {
    return this.#values.get(key);
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    for (const { key, value } of changes) {
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
    }
  }

  async *keys(prefix: string): AsyncIterable<string> {
    yield* [...this.#values.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async close(): Promise<void> {}
}
