/**
 * Where durable roles are kept. A write is atomic and, once its promise resolves, it survives a crash.
 */

/** One change of a batch: a value to keep, or `undefined` to forget the key. */
export interface StoreChange {
  readonly key: string;
  readonly value: string | undefined;
}

/** A store of strings by key. */
export interface Store {
  read(key: string): Promise<string | undefined>;
  /** All of the changes or none of them; durable when the promise resolves. */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** The keys that start with `prefix`, in order. */
  keys(prefix: string): AsyncIterable<string>;
  close(): Promise<void>;
}
