/** Reads who sends too fast more slowly: nothing of it is lost. */

import { TokenBucket } from './bucket.ts';
import type { Clock, TimerHandle } from './clock.ts';

export interface PaceOptions {
  /** Frames a second that may come, with a burst of twice as many. 0: as many as come. */
  readonly perSecond: number;
  readonly clock: Clock;
  readonly transport: { pause(): void; resume(): void };
  /** Is told when reading pauses. */
  readonly hurried?: () => void;
}

/** The pace of one connection. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #bucket: TokenBucket | undefined;
  #resumption: TimerHandle | undefined;

  constructor(options: PaceOptions) {
    const { perSecond, clock } = options;
    this.#options = options;
    if (perSecond > 0) this.#bucket = new TokenBucket(perSecond, 2 * perSecond, clock.now());
  }

  /** A frame has come. */
  count(): void {
    if (this.#bucket === undefined) return;
    const { clock, transport, hurried } = this.#options;
    const wait = this.#bucket.take(clock.now());
    if (wait === 0 || this.#resumption !== undefined) return;
    hurried?.();
    transport.pause();
    this.#resumption = clock.set(() => {
      this.#resumption = undefined;
      transport.resume();
    }, wait);
  }

  /** The connection is closed. */
  end(): void {
    if (this.#resumption !== undefined) this.#options.clock.clear(this.#resumption);
  }
}
