/**
 * A session: one running instance of a role. The one place where what a machine told becomes a deed.
 *
 * ┌────────────────────────────────────────────────────────────────────────────┐
 * │  For each event: step; then PERSIST; then SEND; then NOTIFY. In this order. │
 * └────────────────────────────────────────────────────────────────────────────┘
 *
 * What is persisted is one record: snapshot, timers, requests that wait for an answer, and the outbox of messages that were not yet handed to
 * the transport. A crash before the write has sent nothing; a crash after it loses nothing, since the restored session sends the outbox again
 * and asks its requests again (receivers are idempotent). A store that fails freezes the session where it last was durable.
 * A role without durable state has no store, and its events are carried out at once, within `tell`.
 */
import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  EmittedFrom,
  EventFromLogic,
  EventObject,
  InputFrom,
  OutputFrom,
  SnapshotFrom,
} from 'xstate';
import type { Clock, TimerHandle } from './clock.ts';
import { MachineFailed, StoreFailed } from './errors.ts';
import { clauseOf, type Inspect, type StepRecord, seen, stateName } from './inspect.ts';
import type { Kernel, Migrate, Stepped, StoredSnapshot, TimerChange } from './kernel.ts';
import { classOf, type NoticesOf, type RequestsOf, type SendsOf } from './role.ts';
import { redact } from './secrets.ts';
import type { Store } from './store.ts';

/** The world outside of a session: who carries out what its machine tells. None of these may throw for a peer's fault. */
export interface Outside<Machine extends AnyStateMachine> {
  send(effect: SendsOf<EmittedFrom<Machine>>): void;
  /** An answer is an event that echoes the request's `id`, given to `session.tell`. */
  request(effect: RequestsOf<EmittedFrom<Machine>>): void;
  notify(notice: NoticesOf<EmittedFrom<Machine>>): void;
  /** The machine has reached a final state, and everything that it told is done. */
  ended?(output: OutputFrom<Machine>): void;
  /** The session stands still: its machine threw (`MachineFailed`) or its store did (`StoreFailed`). */
  failed(error: MachineFailed | StoreFailed): void;
}

export interface SessionOptions<Machine extends AnyStateMachine> {
  readonly id: string;
  readonly kernel: Kernel<Machine>;
  readonly outside: Outside<Machine>;
  readonly clock: Clock;
  /** Required by a durable role. The session's record lies under its id. */
  readonly store?: Store;
  readonly inspect?: Inspect;
  /** Names of fields that an observer must not see. */
  readonly secrets?: ReadonlySet<string>;
  /** Milliseconds that a restored session waits with overdue timers for its connection, at most. */
  readonly grace?: number;
}

/** What lies in the store for one session. */
interface SessionRecord {
  readonly stored: StoredSnapshot;
  readonly timers: readonly { readonly id: string; readonly event: EventObject; readonly dueAt: number }[];
  readonly requests: readonly unknown[];
  readonly outbox: readonly unknown[];
}

interface Timer {
  readonly event: EventObject;
  readonly dueAt: number;
  readonly handle: TimerHandle;
}

/** What a durable session must not forget. */
interface Pending<Machine extends AnyStateMachine> {
  readonly requests: Map<string, RequestsOf<EmittedFrom<Machine>>>;
  outbox: SendsOf<EmittedFrom<Machine>>[];
}

const none: never[] = [];
const noSecrets: ReadonlySet<string> = new Set();
const defaultGrace = 10_000;

/** One running instance of a role. */
export class Session<Machine extends AnyStateMachine> {
  readonly id: string;
  readonly #kernel: Kernel<Machine>;
  readonly #outside: Outside<Machine>;
  readonly #clock: Clock;
  readonly #store: Store | undefined;
  readonly #inspect: Inspect | undefined;
  readonly #secrets: ReadonlySet<string>;
  readonly #grace: number;
  #first: Stepped<Machine> | undefined;
  #snapshot: SnapshotFrom<Machine>;
  #queue: EventFromLogic<Machine>[] | undefined;
  #timers: Map<string, Timer> | undefined;
  #pending: Pending<Machine> | undefined;
  #busy = false;
  #ended = false;
  #held: string[] = none;

  /**
   * An instance in its machine's first state. Nothing is carried out before `start` or `restore`, so that what carries it out can know the session.
   * @throws StoreFailed `noStore` when the machine calls itself durable and there is no store.
   * @throws MachineFailed `machineFailed` when the machine cannot be started with this input.
   */
  constructor(options: SessionOptions<Machine>, input: InputFrom<Machine>) {
    this.id = options.id;
    this.#kernel = options.kernel;
    this.#outside = options.outside;
    this.#clock = options.clock;
    this.#store = options.store;
    this.#inspect = options.inspect;
    this.#secrets = options.secrets ?? noSecrets;
    this.#grace = options.grace ?? defaultGrace;
    if (options.store === undefined && isDurable(options.kernel.machine)) {
      throw new StoreFailed(`${options.kernel.machine.id} is durable: give its session a store.`, { code: 'noStore' });
    }
    this.#first = options.kernel.start(input);
    this.#snapshot = this.#first.snapshot;
  }

  /** Carries out what the machine told on entering its first state. */
  start(): this {
    const first = this.#first;
    if (first === undefined) return this;
    this.#first = undefined;
    this.#busy = true;
    if (this.#store !== undefined) {
      void this.#runDurably([first]);
    } else {
      this.#apply(first);
      this.#drain();
    }
    return this;
  }

  /**
   * Goes on from what the store holds under the session's id. The outbox goes out again and the requests are asked again; timers that became due
   * in the meantime fire once the role has had its chance to connect: after the first `connection.*` event, or after `grace`.
   * @returns `false` when the store holds nothing: then `start`.
   * @throws StoreFailed `foreignSnapshot`, or what the store threw.
   */
  async restore(migrate?: Migrate): Promise<boolean> {
    const text = await this.#store?.read(keyOf(this.id));
    if (text === undefined) return false;
    const record: SessionRecord = JSON.parse(text);
    this.#first = undefined;
    this.#snapshot = this.#kernel.load(record.stored, migrate);
    this.#ended = plain(this.#snapshot).status !== 'active';
    const now = this.#clock.now();
    for (const { id, event, dueAt } of record.timers) {
      const isOverdue = dueAt <= now;
      if (isOverdue) this.#held = [...this.#held, id];
      this.#startTimer(id, event, isOverdue ? now + this.#grace : dueAt);
    }
    for (const effect of record.requests as RequestsOf<EmittedFrom<Machine>>[]) this.#remember(effect);
    for (const effect of record.outbox as SendsOf<EmittedFrom<Machine>>[]) this.#outside.send(effect);
    for (const effect of record.requests as RequestsOf<EmittedFrom<Machine>>[]) this.#outside.request(effect);
    return true;
  }

  /** The machine's state now. For a durable role it may be ahead of what is stored while a write is under way. */
  get snapshot(): SnapshotFrom<Machine> {
    return this.#snapshot;
  }

  /** Whether the machine is in a final state or the session has failed. Nothing that is told then has an effect. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Tells the machine an event. Never throws. Events that are told from within (an answer given at once) wait for their turn.
   * @returns whether anybody listens: `false` once the session has ended.
   */
  tell(event: EventFromLogic<Machine>): boolean {
    if (this.#ended) return false;
    if (this.#busy) {
      if (this.#queue === undefined) this.#queue = [event];
      else this.#queue.push(event);
      return true;
    }
    this.#busy = true;
    if (this.#store !== undefined) {
      void this.#runDurably([this.#step(event)]);
      return true;
    }
    this.#apply(this.#step(event));
    this.#drain();
    return true;
  }

  /** Ends the session without a word: timers stop, nothing is sent. A durable one can be restored. */
  stop(): void {
    this.#ended = true;
    this.#queue = undefined;
    for (const id of this.#timers?.keys() ?? []) this.#stopTimer(id);
  }

  #drain(): void {
    for (let queue = this.#queue; queue !== undefined; queue = this.#queue) {
      this.#queue = undefined;
      for (const event of queue) if (!this.#ended) this.#apply(this.#step(event));
    }
    this.#busy = false;
  }

  /** Everything told so far becomes one write; then it is sent; then it is told on. */
  async #runDurably(first: readonly Stepped<Machine>[]): Promise<void> {
    for (let steps = first; steps.length > 0; ) {
      const emitted: EmittedFrom<Machine>[] = [];
      for (const step of steps) {
        emitted.push(...step.emitted);
        for (const change of step.timers) this.#change(change);
      }
      const failure = steps.find(({ snapshot }) => plain(snapshot).status === 'error');
      if (failure !== undefined) return this.#fail(this.#defect(failure.snapshot));
      for (const effect of emitted) this.#remember(effect);
      try {
        await this.#store?.write([{ key: keyOf(this.id), value: JSON.stringify(this.#record()) }]);
      } catch (cause) {
        const sentence =
          'The store did not keep the session; nothing was sent since its last durable state. Restore it from there.';
        return this.#fail(new StoreFailed(sentence, { code: 'writeFailed', cause }));
      }
      if (this.#ended) return;
      if (this.#pending !== undefined) this.#pending.outbox = [];
      this.#carryOut(emitted);
      if (this.#settleEnd()) return;
      const queue = this.#queue ?? none;
      this.#queue = undefined;
      steps = queue.map((event) => this.#step(event));
    }
    this.#busy = false;
  }

  #apply(step: Stepped<Machine>): void {
    for (const change of step.timers) this.#change(change);
    if (step.emitted.length > 0) this.#carryOut(step.emitted);
    this.#settleEnd();
  }

  #carryOut(emitted: readonly EmittedFrom<Machine>[]): void {
    let hasNotices = false;
    for (const effect of emitted) {
      const kind = classOf(effect.type);
      if (kind === 'send') this.#outside.send(effect as SendsOf<EmittedFrom<Machine>>);
      else if (kind === 'request') this.#outside.request(effect as RequestsOf<EmittedFrom<Machine>>);
      else hasNotices = true;
    }
    if (!hasNotices) return;
    for (const effect of emitted) {
      if (classOf(effect.type) === 'notice')
        this.#outside.notify(this.#explained(effect) as NoticesOf<EmittedFrom<Machine>>);
    }
  }

  /** A root transition cannot know in which state it was taken; the session can. */
  #explained(notice: EmittedFrom<Machine>): EmittedFrom<Machine> {
    if (notice.type !== 'violated' && notice.type !== 'misused') return notice;
    const snapshot = plain(this.#snapshot);
    return { ...notice, state: stateName(snapshot.value), clause: clauseOf(snapshot) };
  }

  #step(event: EventFromLogic<Machine>): Stepped<Machine> {
    if (this.#held.length > 0 && event.type.startsWith('connection.')) this.#releaseHeld();
    const before = this.#snapshot;
    const step = this.#kernel.step(before, event);
    this.#snapshot = step.snapshot;
    if (this.#pending !== undefined && 'id' in event) this.#pending.requests.delete(String(event['id']));
    if (this.#inspect !== undefined) this.#report(event, before, step);
    return step;
  }

  #report(event: EventFromLogic<Machine>, before: SnapshotFrom<Machine>, step: Stepped<Machine>): void {
    const { machine } = this.#kernel;
    const record: StepRecord = {
      session: this.id,
      machine: machine.id,
      at: this.#clock.now(),
      event: redact(event, this.#secrets),
      before: seen(plain(before), this.#secrets),
      after: seen(plain(step.snapshot), this.#secrets),
      emitted: step.emitted.map((effect) => redact(effect, this.#secrets)),
      timers: step.timers,
    };
    this.#inspect?.(record, machine);
  }

  /** @returns whether the machine has come to its end, which is told once. */
  #settleEnd(): boolean {
    if (this.#ended) return true;
    const snapshot = plain(this.#snapshot);
    if (snapshot.status === 'active') return false;
    if (snapshot.status === 'error') {
      this.#fail(this.#defect(this.#snapshot));
      return true;
    }
    this.stop();
    this.#outside.ended?.(snapshot.output as OutputFrom<Machine>);
    return true;
  }

  #defect(snapshot: SnapshotFrom<Machine>): MachineFailed {
    return new MachineFailed(`${this.#kernel.machine.id} threw in a guard or an assignment: a defect of the machine.`, {
      code: 'machineFailed',
      cause: plain(snapshot).error,
    });
  }

  #fail(error: MachineFailed | StoreFailed): void {
    this.stop();
    this.#outside.failed(error);
  }

  #record(): SessionRecord {
    return {
      stored: this.#kernel.save(this.#snapshot),
      timers: [...(this.#timers ?? [])].map(([id, { event, dueAt }]) => ({ id, event, dueAt })),
      requests: [...(this.#pending?.requests.values() ?? [])],
      outbox: this.#pending?.outbox ?? [],
    };
  }

  #remember(effect: EmittedFrom<Machine>): void {
    if (this.#store === undefined) return;
    this.#pending ??= { requests: new Map(), outbox: [] };
    const kind = classOf(effect.type);
    if (kind === 'send') this.#pending.outbox.push(effect as SendsOf<EmittedFrom<Machine>>);
    if (kind !== 'request') return;
    if (effect.type === 'withdraw') this.#pending.requests.delete(effect['id']);
    else this.#pending.requests.set(effect['id'], effect as RequestsOf<EmittedFrom<Machine>>);
  }

  #change(change: TimerChange): void {
    if (change.type === 'cancel') this.#stopTimer(change.id);
    else this.#startTimer(change.id, change.event, this.#clock.now() + change.delay);
  }

  #startTimer(id: string, event: EventObject, dueAt: number): void {
    this.#stopTimer(id);
    this.#timers ??= new Map();
    const fire = () => {
      this.#timers?.delete(id);
      this.tell(event as EventFromLogic<Machine>);
    };
    this.#timers.set(id, { event, dueAt, handle: this.#clock.set(fire, Math.max(0, dueAt - this.#clock.now())) });
  }

  #stopTimer(id: string): void {
    const timer = this.#timers?.get(id);
    if (timer === undefined) return;
    this.#clock.clear(timer.handle);
    this.#timers?.delete(id);
  }

  /** The role has had its chance to connect: what was overdue fires now. */
  #releaseHeld(): void {
    const held = this.#held;
    this.#held = none;
    for (const id of held) {
      const timer = this.#timers?.get(id);
      if (timer !== undefined) this.#startTimer(id, timer.event, this.#clock.now());
    }
  }
}

/** XState's own view of a snapshot whose machine is not known here. */
const plain = (snapshot: unknown) => snapshot as AnyMachineSnapshot;

const keyOf = (id: string) => `session/${id}`;

/** Whether the role says that it must survive a crash. */
export function isDurable(machine: AnyStateMachine): boolean {
  const meta: unknown = machine.root.meta;
  return meta !== null && typeof meta === 'object' && 'durable' in meta && meta.durable === true;
}
