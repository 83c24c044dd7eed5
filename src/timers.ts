/**
 * The timers of one session, as absolute due times, so that they can be stored and go on after a restart.
 *
 * Those that were overdue on restore are held: they fire once the role has had its chance to connect (`release`), or after a grace.
 */
import type { EventObject } from 'xstate';
import type { Clock, TimerHandle } from './clock.ts';

/** A timer as it lies in the store. */
export interface StoredTimer {
  readonly id: string;
  readonly event: EventObject;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

/** A timer that runs, or has fired and waits for its turn. */
export interface RunningTimer extends StoredTimer {
  readonly handle: TimerHandle;
  /** It was overdue on restore. */
  readonly isHeld: boolean;
}

/** A timer that the machine starts on entering a state with `after`, or cancels on leaving it. */
export type TimerChange =
  | { readonly type: 'start'; readonly id: string; readonly delay: number; readonly event: EventObject }
  | { readonly type: 'cancel'; readonly id: string };

const none: readonly never[] = [];

/** A session's timers by id: a machine has one for each state with `after` that it is in. */
export class Timers {
  readonly #clock: Clock;
  readonly #fired: (timer: RunningTimer) => void;
  /** A list, not a map: there are one or two, or none in most of a server's sessions. */
  #running: readonly RunningTimer[] = none;
  /** Whether a timer was started, was cancelled or has fired since this was last set to false. */
  hasChanged = false;

  /** @param fired is told when a timer is due; it counts only if `settle` says so when its turn has come */
  constructor(clock: Clock, fired: (timer: RunningTimer) => void) {
    this.#clock = clock;
    this.#fired = fired;
  }

  apply(changes: readonly TimerChange[]): void {
    for (const change of changes) {
      this.hasChanged = true;
      if (change.type === 'cancel') this.#stop(change.id);
      else this.#start({ id: change.id, event: change.event, dueAt: this.#clock.now() + change.delay });
    }
  }

  /** Goes on with stored timers. What is overdue waits for `release`, `grace` milliseconds at most. */
  restore(timers: readonly StoredTimer[], grace: number): void {
    const now = this.#clock.now();
    for (const timer of timers) {
      const isHeld = timer.dueAt <= now;
      this.#start(timer, isHeld ? now + grace : timer.dueAt, isHeld);
    }
  }

  /** What was held fires now. */
  release(): void {
    for (const timer of this.#running) if (timer.isHeld) this.#start(timer, this.#clock.now());
  }

  /** Whether a timer that has fired still counts, now that its turn has come. If so, it is over. */
  settle(timer: RunningTimer): boolean {
    this.hasChanged = true;
    const isRunning = this.#running.includes(timer);
    if (isRunning) this.#forget(timer);
    return isRunning;
  }

  stopAll(): void {
    for (const { handle } of this.#running) this.#clock.clear(handle);
    this.#running = none;
  }

  /** What to store. */
  stored(): StoredTimer[] {
    return this.#running.map(({ id, event, dueAt }) => ({ id, event, dueAt }));
  }

  #start({ id, event, dueAt }: StoredTimer, at = dueAt, isHeld = false): void {
    this.#stop(id);
    const fire = () => this.#fired(timer);
    const handle = this.#clock.set(fire, Math.max(0, at - this.#clock.now()));
    const timer: RunningTimer = { id, event, dueAt, handle, isHeld };
    this.#running = [...this.#running, timer];
  }

  #stop(id: string): void {
    const timer = this.#running.find((each) => each.id === id);
    if (timer === undefined) return;
    this.#clock.clear(timer.handle);
    this.#forget(timer);
  }

  #forget(timer: RunningTimer): void {
    this.#running = this.#running.length === 1 ? none : this.#running.filter((each) => each !== timer);
  }
}
