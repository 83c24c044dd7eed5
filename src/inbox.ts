import type { Closure, TransportEvents } from './transport.ts';

/** Frames that were given before the rest moves up: one by one, 100,000 cost seconds (12.6 s measured, 0.05 s so). */
const givenAtMost = 1_024;

/**
 * What a transport keeps for an owner who is not there yet, or has paused: frames in order, and the end after them. Starts paused; to attach resumes it.
 */
export class Inbox<Frame> {
  readonly #overhead: number;
  readonly #held: { readonly frame: Frame; readonly size: number }[] = [];
  /** Frames at the front of `#held` that were given already. */
  #given = 0;
  #size = 0;
  #events: TransportEvents<Frame> | undefined;
  #closure: Closure | undefined;
  #isPaused = true;
  #isCut = false;

  /** @param overhead bytes that every frame counts beside its own */
  constructor(overhead = 0) {
    this.#overhead = overhead;
  }

  /** Bytes that wait here. */
  get size(): number {
    return this.#size;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  attach(events: TransportEvents<Frame>): void {
    this.#events = events;
    this.resume();
  }

  frame(frame: Frame, size: number): void {
    if (this.#closure !== undefined || this.#isCut) return;
    if (!this.#isPaused && this.#held.length === 0) {
      this.#events?.frame(frame);
      return;
    }
    this.#held.push({ frame, size });
    this.#size += size + this.#overhead;
  }

  drained(): void {
    this.#events?.drained?.();
  }

  closed(closure: Closure): void {
    this.#closure ??= closure;
    if (this.#held.length === 0) this.#tellClosure();
  }

  pause(): void {
    this.#isPaused = true;
  }

  /** Gives what waits, as far as it is not paused again meanwhile. */
  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused) {
      const next = this.#held[this.#given];
      if (next === undefined) break;
      this.#given += 1;
      this.#size -= next.size + this.#overhead;
      if (this.#given === this.#held.length) this.#forget();
      else if (this.#given === givenAtMost) {
        this.#held.splice(0, givenAtMost);
        this.#given = 0;
      }
      this.#events?.frame(next.frame);
    }
    if (this.#held.length === 0) this.#tellClosure();
  }

  /** Gives nothing more but the end: neither what waits nor what still comes, which would stand before the end of a paused owner for ever. */
  cut(): void {
    this.#isCut = true;
    this.#forget();
    this.#tellClosure();
  }

  #forget(): void {
    this.#held.length = 0;
    this.#given = 0;
    this.#size = 0;
  }

  #tellClosure(): void {
    const events = this.#events;
    if (events === undefined || this.#closure === undefined) return;
    this.#events = undefined;
    events.closed(this.#closure);
  }
}
