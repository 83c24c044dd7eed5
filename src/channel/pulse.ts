/** Asks a silent peer whether it is still there, and tells when it is not: a line can be dead without a word, in browsers above all. */
import type { Clock, TimerHandle } from '../clock.ts';

export interface PulseOptions {
  readonly clock: Clock;
  /** Milliseconds of silence after which the peer is asked; after as many more, and half of it, the line is dead. */
  readonly every: number;
  readonly ask: () => void;
  readonly dead: () => void;
}

/** The pulse of one line. It beats from `start` to `stop`. */
export class Pulse {
  readonly #options: PulseOptions;
  #timer: TimerHandle | undefined;

  constructor(options: PulseOptions) {
    this.#options = options;
  }

  /** The line is new, or the peer has said something. */
  start(): void {
    const { every, ask } = this.#options;
    this.#after(every, () => {
      this.#after(every * 1.5, this.#options.dead);
      ask();
    });
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #after(ms: number, act: () => void): void {
    this.stop();
    this.#timer = this.#options.clock.set(act, ms);
  }
}
