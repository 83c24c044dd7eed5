/**
 * What a client knows to be proposed: a map that is kept up with the board, and can be waited on.
 */
import { keyOf, type Proposal } from '../../machines/board/messages.ts';

/** What became of the map. */
export interface Changes {
  proposed(proposal: Proposal): void;
  /** `gone`: the board lists it no more, and did not say why. */
  ended(proposal: Proposal, reason: EndReason): void;
}

export type EndReason = 'withdrawn' | 'expired' | 'left' | 'gone';

/**
 * The proposals by id, in the order in which they came. `for await` gives those that there are, then each new one, until the client ends; what
 * ended before it was taken is left out.
 */
export class Proposals implements AsyncIterable<Proposal>, Iterable<Proposal> {
  readonly #changes: Changes;
  readonly #known = new Map<string, Proposal>();
  readonly #readers = new Set<Reader>();
  /** A list that has begun to come and is not whole yet. */
  #coming: Map<string, Proposal> | undefined;
  #hasEnded = false;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  get size(): number {
    return this.#known.size;
  }

  /** The proposal with this id. The number 1 and the string "1" are two ids. */
  get(id: Proposal['id']): Proposal | undefined {
    return this.#known.get(keyOf(id));
  }

  has(id: Proposal['id']): boolean {
    return this.#known.has(keyOf(id));
  }

  [Symbol.iterator](): IterableIterator<Proposal> {
    return this.#known.values();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Proposal> {
    return this.iterate();
  }

  /** As `for await`; an aborted signal ends it without an error. */
  iterate(signal?: AbortSignal): AsyncIterableIterator<Proposal> {
    const reader = new Reader(this.#known, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    if (this.#hasEnded) reader.end();
    if (signal?.aborted === true) reader.leave();
    else signal?.addEventListener('abort', () => reader.leave(), { once: true });
    const iterator: AsyncIterableIterator<Proposal> = {
      next: () => reader.next(),
      return: async () => {
        reader.leave();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /** A page of the list. Until the last one has come, what was known stays known. */
  listed(proposals: readonly Proposal[], begins: boolean, ends: boolean): void {
    if (begins || this.#coming === undefined) this.#coming = new Map();
    for (const proposal of proposals) this.#coming.set(keyOf(proposal.id), proposal);
    if (!ends) return;
    const list = this.#coming;
    this.#coming = undefined;
    for (const [key, proposal] of [...this.#known]) if (!list.has(key)) this.#forget(key, proposal, 'gone');
    for (const proposal of list.values()) this.#enter(proposal);
  }

  proposed(proposal: Proposal): void {
    this.#coming?.set(keyOf(proposal.id), proposal);
    this.#enter(proposal);
  }

  ended(id: Proposal['id'], reason: EndReason): void {
    const key = keyOf(id);
    this.#coming?.delete(key);
    const known = this.#known.get(key);
    if (known !== undefined) this.#forget(key, known, reason);
  }

  /** No more will come. */
  end(): void {
    this.#hasEnded = true;
    for (const reader of [...this.#readers]) reader.end();
  }

  #enter(proposal: Proposal): void {
    const key = keyOf(proposal.id);
    const known = this.#known.get(key);
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(proposal)) return;
    this.#known.set(key, proposal);
    for (const reader of this.#readers) reader.put(key, proposal);
    this.#changes.proposed(proposal);
  }

  #forget(key: string, proposal: Proposal, reason: EndReason): void {
    this.#known.delete(key);
    for (const reader of this.#readers) reader.drop(key);
    this.#changes.ended(proposal, reason);
  }
}

type Result = IteratorResult<Proposal, undefined>;
const over: Result = { done: true, value: undefined };

/** Somebody who waits for proposals. What waits for it is never more than what is proposed. */
class Reader {
  readonly #fresh: Map<string, Proposal>;
  readonly #left: () => void;
  #waiting: ((result: Result) => void)[] = [];
  #hasEnded = false;

  constructor(known: ReadonlyMap<string, Proposal>, left: () => void) {
    this.#fresh = new Map(known);
    this.#left = left;
  }

  next(): Promise<Result> {
    for (const [key, value] of this.#fresh) {
      this.#fresh.delete(key);
      return Promise.resolve({ done: false, value });
    }
    if (this.#hasEnded) return Promise.resolve(over);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  put(key: string, proposal: Proposal): void {
    const give = this.#waiting.shift();
    if (give === undefined) this.#fresh.set(key, proposal);
    else give({ done: false, value: proposal });
  }

  drop(key: string): void {
    this.#fresh.delete(key);
  }

  /** What is there can still be taken. */
  end(): void {
    this.#hasEnded = true;
    for (const give of this.#waiting) give(over);
    this.#waiting = [];
    this.#left();
  }

  leave(): void {
    this.#fresh.clear();
    this.end();
  }
}
