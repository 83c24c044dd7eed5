/**
 * The commands of an app that are under way at a client's machine, and those that wait for their turn: no more at once than the window, first in, first
 * out in each lane. Each ends once, with what is known of it, however many end at the same moment.
 */

export interface TurnsOptions<Outcome> {
  /** How many may be under way now. */
  readonly window: () => number;
  /** The share of the window that one lane may have: a lane that is stuck leaves room for others. Default: all of it. */
  readonly share?: number;
  /** How a command ends that the machine does not listen to any more. */
  readonly notOpen: Outcome;
  /** How one ends that was under way when the machine ended. */
  readonly unknown: Outcome;
}

export interface TurnOptions {
  /** Whose turn it is among whom. Default: all are in one lane. */
  readonly lane?: string;
  /** Stops waiting. What the machine was told stays under way until it ends. */
  readonly signal?: AbortSignal | undefined;
}

/** A command, and who wants to know what became of it: nobody, once they have stopped waiting. */
interface Waiting<Outcome> {
  readonly lane: string;
  readonly tell: (id: string) => boolean;
  settle: ((outcome: Outcome) => void) | undefined;
}

/** What a client has promised to tell of its app's commands. */
export class Turns<Outcome> {
  readonly #options: TurnsOptions<Outcome>;
  readonly #underWay = new Map<string, Waiting<Outcome>>();
  readonly #perLane = new Map<string, number>();
  readonly #lanes = new Map<string, Waiting<Outcome>[]>();
  #begun = 0;
  #isTurning = false;
  #isDue = false;

  constructor(options: TurnsOptions<Outcome>) {
    this.#options = options;
  }

  /**
   * Gives a command to the machine at once, or behind those of its lane that wait.
   * @param tell gives it under this id, and says whether the machine listens
   * @returns how it ended
   * @throws the signal's reason
   */
  take(tell: (id: string) => boolean, { lane = '', signal }: TurnOptions = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        waiting.settle = undefined;
        reject(signal?.reason);
      };
      const settle = (outcome: Outcome) => {
        signal?.removeEventListener('abort', abort);
        resolve(outcome);
      };
      const waiting: Waiting<Outcome> = { lane, tell, settle };
      signal?.addEventListener('abort', abort, { once: true });
      const before = this.#lanes.get(lane);
      if (before !== undefined) before.push(waiting);
      else if (this.#isFull(lane)) this.#lanes.set(lane, [waiting]);
      else this.#begin(waiting);
    });
  }

  /** These have ended; others have their turn. */
  settle(ids: Iterable<string>, outcome: Outcome): void {
    for (const id of ids) {
      const waiting = this.#underWay.get(id);
      if (waiting === undefined) continue;
      this.#underWay.delete(id);
      const left = (this.#perLane.get(waiting.lane) ?? 1) - 1;
      if (left === 0) this.#perLane.delete(waiting.lane);
      else this.#perLane.set(waiting.lane, left);
      waiting.settle?.(outcome);
    }
    this.#turn();
  }

  /** The machine has ended: what is under way is unknown, what waits is told so by `tell`. */
  end(): void {
    this.settle([...this.#underWay.keys()], this.#options.unknown);
  }

  /** What ends as soon as it begins makes room within the same loop: ten thousand of them are no deeper than one. */
  #turn(): void {
    this.#isDue = true;
    if (this.#isTurning) return;
    this.#isTurning = true;
    try {
      while (this.#isDue) {
        this.#isDue = false;
        for (const [lane, turns] of this.#lanes) {
          while (turns.length > 0 && !this.#isFull(lane)) {
            const next = turns.shift();
            if (next?.settle !== undefined) this.#begin(next);
          }
          if (turns.length === 0) this.#lanes.delete(lane);
        }
      }
    } finally {
      this.#isTurning = false;
    }
  }

  #begin(waiting: Waiting<Outcome>): void {
    const { lane, tell } = waiting;
    this.#begun += 1;
    const id = `${this.#begun}`;
    this.#perLane.set(lane, (this.#perLane.get(lane) ?? 0) + 1);
    this.#underWay.set(id, waiting);
    if (!tell(id)) this.settle([id], this.#options.notOpen);
  }

  #isFull(lane: string): boolean {
    const { window, share = 1 } = this.#options;
    const most = window();
    return this.#underWay.size >= most || (this.#perLane.get(lane) ?? 0) >= Math.ceil(most * share);
  }
}
