/** Addresses with proposals that nobody has registered: once that has lasted, the proposals end, if whoever runs the board wants that. */
import type { Clock, TimerHandle } from '../clock.ts';

export interface AbsencesOptions {
  readonly clock: Clock;
  /** Milliseconds that an absence may last. Default: it lasts. */
  readonly most: number | undefined;
  /** Whether the address has any proposals. */
  readonly matters: (address: string) => boolean;
  /** Nobody has come back to the address. */
  readonly over: (address: string) => void;
}

/** The longest time that a timer can wait: 24.8 days. */
const longestTimer = 2 ** 31 - 1;

/** Who has gone, and until when they may come back. */
export class Absences {
  readonly #options: AbsencesOptions;
  readonly #timers = new Map<string, TimerHandle>();
  #isClosed = false;

  constructor(options: AbsencesOptions) {
    this.#options = options;
  }

  /** Nobody has registered the address. */
  begin(address: string): void {
    const { clock, most, matters, over } = this.#options;
    if (most === undefined || this.#isClosed || this.#timers.has(address) || !matters(address)) return;
    const timer = clock.set(
      () => {
        this.#timers.delete(address);
        over(address);
      },
      Math.min(most, longestTimer),
    );
    this.#timers.set(address, timer);
  }

  /** Somebody has registered the address. */
  end(address: string): void {
    const timer = this.#timers.get(address);
    if (timer !== undefined) this.#options.clock.clear(timer);
    this.#timers.delete(address);
  }

  /** No absence ends anything any more. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers.values()) this.#options.clock.clear(timer);
    this.#timers.clear();
  }
}
