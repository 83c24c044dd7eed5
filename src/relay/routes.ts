/**
 * The routes of one client that are under way, and those that wait for their turn: no more at once than was agreed on, first in, first out for each
 * address.
 */
import type { Outcome } from '../../machines/relay/client.ts';

/** A route, and who wants to know what became of it. */
export interface Waiting {
  readonly to: string;
  settle: (outcome: Outcome) => void;
}

export interface RoutesOptions {
  /** Gives a route to the machine. @returns whether it listens */
  readonly tell: (id: string, to: string, msg: string) => boolean;
  /** How many may be under way now. */
  readonly window: () => number;
}

/** What a client has promised to tell of its routes. */
export class Routes {
  readonly #options: RoutesOptions;
  readonly #underWay = new Map<string, Waiting>();
  readonly #perAddress = new Map<string, number>();
  readonly #turns = new Map<string, (() => void)[]>();
  #begun = 0;

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  /** Routes at once, or behind those who wait to route to the same address. `isWanted` is asked when the turn has come. */
  route(waiting: Waiting, msg: string, isWanted: () => boolean = () => true): void {
    const { to } = waiting;
    const begin = () => {
      if (isWanted()) this.#begin(waiting, msg);
    };
    const before = this.#turns.get(to);
    if (before !== undefined) before.push(begin);
    else if (this.#isFull(to)) this.#turns.set(to, [begin]);
    else begin();
  }

  /** These have ended; others have their turn. */
  settle(ids: Iterable<string>, outcome: Outcome): void {
    for (const id of ids) {
      const waiting = this.#underWay.get(id);
      if (waiting === undefined) continue;
      this.#underWay.delete(id);
      const left = (this.#perAddress.get(waiting.to) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(waiting.to);
      else this.#perAddress.set(waiting.to, left);
      waiting.settle(outcome);
    }
    for (const [to, turns] of this.#turns) {
      while (turns.length > 0 && !this.#isFull(to)) turns.shift()?.();
      if (turns.length === 0) this.#turns.delete(to);
    }
  }

  /** The machine has ended: what is under way is unknown, what waits is told so by `tell`. */
  end(): void {
    this.settle([...this.#underWay.keys()], { outcome: 'unknown' });
  }

  #begin(waiting: Waiting, msg: string): void {
    const { to } = waiting;
    this.#begun += 1;
    const id = `${this.#begun}`;
    this.#perAddress.set(to, (this.#perAddress.get(to) ?? 0) + 1);
    this.#underWay.set(id, waiting);
    if (!this.#options.tell(id, to, msg)) this.settle([id], { outcome: 'failed', reason: 'notOpen' });
  }

  /** Half of the window may be under way to one address: a receiver that is stuck leaves room for others. */
  #isFull(to: string): boolean {
    const window = this.#options.window();
    return this.#underWay.size >= window || (this.#perAddress.get(to) ?? 0) >= Math.ceil(window / 2);
  }
}
