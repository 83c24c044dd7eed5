/** Who waits for something on the chain: for a transaction to be deep enough, or for anything that is done with a channel. */
import type { ChannelEvent } from './chainRecords.ts';

interface Watch {
  /** Of the transaction, hexadecimal. */
  readonly hash: string;
  /** How many blocks there are to be on top of the one that includes it. */
  readonly depth: number;
  readonly reached: () => void;
  readonly dropped: (reason: string) => void;
}

type Listener = (event: ChannelEvent) => void;

const tooLate = 'The transaction was not included in time: its ttl is over.';

export class ChainWatches {
  readonly #watches = new Set<Watch>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #report: (error: unknown) => void;

  /** @param report is told of what a listener throws */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Waits for a transaction. @returns a function that gives it up */
  add(watch: Watch): () => void {
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }

  /** Waits for what is done with a channel. @returns a function that gives it up */
  listen(channel: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#listeners.delete(channel);
    };
  }

  /**
   * Tells those whose transaction is deep enough, or gone.
   *
   * @param confirmations how many blocks a transaction has, its own counted, or `undefined` where it is not there
   * @param reasons why it is not, where that is known
   */
  look(confirmations: (hash: string) => number | undefined, reasons: ReadonlyMap<string, string> = new Map()): void {
    for (const watch of this.#watches) {
      const had = confirmations(watch.hash);
      if (had !== undefined && had <= watch.depth) continue;
      this.#watches.delete(watch);
      if (had === undefined) watch.dropped(reasons.get(watch.hash) ?? tooLate);
      else watch.reached();
    }
  }

  /** Tells of something that was done with a channel. A listener that throws keeps nobody else from hearing it. */
  tell(channel: string, event: ChannelEvent): void {
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
