/**
 * A queue between a producer that is pushed and a consumer that pulls, with marks at which the producer is asked to wait and to go on.
 */

export interface QueueOptions {
  /** Items at which the producer is asked to pause. It is asked to resume at half of them. 0: what nobody waits for is dropped. */
  readonly high: number;
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Items in order, for one or several consumers; each item goes to one of them. */
export class AsyncQueue<Item> implements AsyncIterable<Item> {
  readonly #options: QueueOptions;
  readonly #items: Item[] = [];
  readonly #waiting = new Set<(result: IteratorResult<Item>) => void>();
  #hasEnded = false;
  #high: number;
  #isPaused = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#high = options.high;
  }

  push(item: Item): void {
    if (this.#hasEnded) return;
    for (const give of this.#waiting) {
      this.#waiting.delete(give);
      give({ done: false, value: item });
      return;
    }
    if (this.#high === 0) return;
    this.#items.push(item);
    if (this.#items.length >= this.#high && !this.#isPaused) {
      this.#isPaused = true;
      this.#options.pause();
    }
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** What still comes must be read, so that the line can end. */
  release(): void {
    this.#high = Number.POSITIVE_INFINITY;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#options.resume();
  }

  /** No more will come. What is there can still be taken. */
  end(): void {
    this.#hasEnded = true;
    for (const give of this.#waiting) give({ done: true, value: undefined });
    this.#waiting.clear();
  }

  /** The items from here on. An aborted signal ends the iteration without an error; who leaves takes no item along. */
  iterate(signal?: AbortSignal): AsyncIterableIterator<Item> {
    const left = new AbortController();
    const ends = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
    const iterator: AsyncIterableIterator<Item> = {
      next: () => this.#next(ends),
      return: async () => {
        left.abort();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Item> {
    return this.iterate();
  }

  #next(signal: AbortSignal): Promise<IteratorResult<Item>> {
    if (signal.aborted) return Promise.resolve({ done: true, value: undefined });
    const item = this.#items.shift();
    if (item !== undefined) {
      if (this.#isPaused && this.#items.length <= this.#options.high / 2) {
        this.#isPaused = false;
        this.#options.resume();
      }
      return Promise.resolve({ done: false, value: item });
    }
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      const abort = () => {
        this.#waiting.delete(give);
        resolve({ done: true, value: undefined });
      };
      const give = (result: IteratorResult<Item>) => {
        signal.removeEventListener('abort', abort);
        resolve(result);
      };
      this.#waiting.add(give);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
