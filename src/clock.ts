/**
 * Time as something that is handed in. Machines never read it; sessions and hosts read only this, so that tests turn it by hand.
 */

/** A source of time and of timers. Milliseconds throughout. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `fire` once after `delay` ms; what it returns is given to `clear`. */
  set(fire: () => void, delay: number): TimerHandle;
  clear(handle: TimerHandle): void;
}

/** What a clock gives out for a running timer. */
export type TimerHandle = ReturnType<typeof setTimeout> | number;

/** The machine's own clock. Timers longer than a 32-bit count of milliseconds are not supported by the platform (24.8 days). */
export const systemClock: Clock = {
  now: () => Date.now(),
  set: (fire, delay) => setTimeout(fire, delay),
  clear: (handle) => clearTimeout(handle),
};
