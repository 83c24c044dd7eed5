/**
 * A clock that stands still until it is turned.
 */
import type { Clock, TimerHandle } from '../clock.ts';

interface Alarm {
  readonly at: number;
  readonly fire: () => void;
}

/** Simulated time: timers fire only within `advance` and `next`, in the order in which they are due. */
export class SimulatedClock implements Clock {
  readonly #alarms = new Map<number, Alarm>();
  #now: number;
  #handles = 0;

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  set(fire: () => void, delay: number): TimerHandle {
    this.#handles += 1;
    this.#alarms.set(this.#handles, { at: this.#now + Math.max(0, delay), fire });
    return this.#handles;
  }

  clear(handle: TimerHandle): void {
    this.#alarms.delete(Number(handle));
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** Lets `ms` pass and fires what becomes due, also what is set meanwhile. */
  advance(ms: number): void {
    const end = this.#now + ms;
    while (this.#fireUntil(end));
    this.#now = end;
  }

  /** Jumps to the next timer and fires it. @returns whether there was one */
  next(): boolean {
    return this.#fireUntil(Number.POSITIVE_INFINITY);
  }

  #fireUntil(end: number): boolean {
    let first: number | undefined;
    let due = end;
    for (const [handle, { at }] of this.#alarms) {
      if (at < due || (first === undefined && at === due)) [first, due] = [handle, at];
    }
    const alarm = first === undefined ? undefined : this.#alarms.get(first);
    if (first === undefined || alarm === undefined) return false;
    this.#alarms.delete(first);
    this.#now = Math.max(this.#now, alarm.at);
    alarm.fire();
    return true;
  }
}
