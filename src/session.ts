/**
 * A session: one running instance of a role. The one place where what a machine told becomes a deed.
 *
 * ┌──────────────────────────────────────────────────────────────────────────┐
 * │ For each event: step; then PERSIST; then SEND; then NOTIFY. In this order. │
 * └──────────────────────────────────────────────────────────────────────────┘
 *
 * What is persisted is one record: snapshot, timers, requests that wait for an answer, and the outbox of messages and orders that were not yet
 * carried out. A crash before the write has sent nothing; a crash after it loses nothing: the restored machine is told that its connections are
 * lost, its requests are asked again, and what was in the outbox goes out once it is connected (receivers are idempotent). Notices are told at
 * most once. A store that fails freezes the session where it last was durable.
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
import type { Clock } from './clock.ts';
import { MachineFailed, StoreFailed } from './errors.ts';
import { clauseOf, type Inspect, type StepRecord, seen, stateName } from './inspect.ts';
import type { Kernel, Migrate, Stepped } from './kernel.ts';
import { Ledger } from './ledger.ts';
import { classOf, type EmittedClass, type NoticesOf, type OrdersOf, type RequestsOf, type SendsOf } from './role.ts';
import { redact } from './secrets.ts';
import type { Store } from './store.ts';
import { type RunningTimer, Timers } from './timers.ts';

/** The world outside of a session: who carries out what its machine tells. None of these may throw for a peer's fault. */
export interface Outside<Machine extends AnyStateMachine> {
  send(effect: SendsOf<EmittedFrom<Machine>>): void;
  /** The answer is an event that echoes the request's `id`, given once to `session.tell`. A role without requests has none. */
  request?(request: RequestsOf<EmittedFrom<Machine>>): void;
  order(order: OrdersOf<EmittedFrom<Machine>>): void;
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
  /** Is told when the observer throws, or who carries something out. */
  readonly report?: (error: unknown) => void;
  /** Names of fields that an observer must not see. */
  readonly secrets?: ReadonlySet<string>;
  /** Milliseconds that a restored session waits with overdue timers for its connection, at most. */
  readonly grace?: number;
}

/** An event that waits for its turn. A timer's event is dropped when the timer was cancelled meanwhile. */
interface Queued<Machine extends AnyStateMachine> {
  readonly event: EventFromLogic<Machine>;
  readonly timer?: RunningTimer;
}

const ignore = () => {};
const noSecrets: ReadonlySet<string> = new Set();
const defaultGrace = 10_000;

/** One running instance of a role. */
export class Session<Machine extends AnyStateMachine> {
  readonly id: string;
  readonly #kernel: Kernel<Machine>;
  readonly #outside: Outside<Machine>;
  readonly #clock: Clock;
  readonly #inspect: Inspect | undefined;
  readonly #secrets: ReadonlySet<string>;
  readonly #report: (error: unknown) => void;
  readonly #grace: number;
  /** Only a durable session has one. */
  readonly #ledger: Ledger<Machine> | undefined;
  #first: Stepped<Machine> | undefined;
  #snapshot: SnapshotFrom<Machine>;
  #queue: Queued<Machine>[] | undefined;
  #timers: Timers | undefined;
  /** Until `start` or `restore` is done, whatever is told waits. */
  #busy = true;
  #ended = false;
  #isRestoring = false;
  /** Whether anything has happened since the last write that a crash must not undo. */
  #mustWrite = false;
  /** What the machine threw: what was told before it is still carried out, then the session fails. */
  #thrown: MachineFailed | undefined;

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
    this.#inspect = options.inspect;
    this.#secrets = options.secrets ?? noSecrets;
    this.#report = options.report ?? ignore;
    this.#grace = options.grace ?? defaultGrace;
    if (options.store === undefined && isDurable(options.kernel.machine)) {
      throw new StoreFailed(`${options.kernel.machine.id} is durable: give its session a store.`, { code: 'noStore' });
    }
    if (options.store !== undefined) this.#ledger = new Ledger(options.store, options.kernel, options.id);
    this.#first = options.kernel.start(input);
    this.#snapshot = this.#first.snapshot;
  }

  /** Carries out what the machine told on entering its first state. */
  start(): this {
    const first = this.#first;
    if (first === undefined || this.#ended) return this;
    this.#first = undefined;
    this.#book(first);
    if (this.#ledger !== undefined) {
      void this.#runDurably(this.#ledger, [first]);
    } else {
      this.#apply(first);
      this.#drain();
    }
    return this;
  }

  /**
   * Goes on from what the store holds under the session's id. The machine is told first that its connection is gone (or `facts`, for a role with
   * several). Its requests are asked again. Timers that became due in the meantime fire once it has had its chance to connect: after the next
   * `connection.*` event, or after `grace`; what was in the outbox goes out when it is connected.
   * @returns `false` when the store holds nothing: then `start`.
   * @throws StoreFailed `foreignSnapshot`, or what the store threw.
   */
  async restore(migrate?: Migrate, facts?: readonly EventFromLogic<Machine>[]): Promise<boolean> {
    const ledger = this.#ledger;
    const record = await ledger?.read();
    if (ledger === undefined || record === undefined || this.#ended) return false;
    this.#first = undefined;
    this.#snapshot = this.#kernel.load(record.stored, migrate);
    this.#clockwork().restore(record.timers, this.#grace);
    const knows = (type: string) => this.#kernel.machine.events.includes(type);
    ledger.resume(record, knows('connection.opened'));
    const lost = {
      type: 'connection.lost',
      code: 1006,
      reason: 'The process that had it is gone.',
    } as unknown as EventFromLogic<Machine>;
    this.#isRestoring = true;
    const steps = (facts ?? (knows('connection.lost') ? [lost] : [])).map((fact) => this.#step(fact));
    this.#isRestoring = false;
    if (!knows('connection.opened')) this.#perform(record.outbox);
    else if (plain(this.#snapshot).status !== 'active') this.#perform(ledger.takeOutbox());
    for (const request of record.requests) if (ledger.isPending(request)) this.#carryOut('request', request);
    if (steps.length > 0 || !this.#settleEnd()) void this.#runDurably(ledger, steps);
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
    if (this.#ended || plain(this.#snapshot).status !== 'active') return false;
    if (this.#busy) this.#enqueue({ event });
    else this.#run(event);
    return true;
  }

  /** Ends the session without a word: timers stop, nothing is sent. A durable one can be restored. */
  stop(): void {
    this.#ended = true;
    this.#queue = undefined;
    this.#timers?.stopAll();
  }

  #enqueue(queued: Queued<Machine>): void {
    if (this.#queue === undefined) this.#queue = [queued];
    else this.#queue.push(queued);
  }

  #run(event: EventFromLogic<Machine>): void {
    this.#busy = true;
    if (this.#ledger !== undefined) {
      void this.#runDurably(this.#ledger, [this.#step(event)]);
      return;
    }
    this.#apply(this.#step(event));
    this.#drain();
  }

  #drain(): void {
    for (let queue = this.#queue; queue !== undefined; queue = this.#queue) {
      this.#queue = undefined;
      for (const queued of queue) if (!this.#ended && this.#isCurrent(queued)) this.#apply(this.#step(queued.event));
    }
    this.#busy = false;
  }

  /** Everything told so far becomes one write; then it is sent; then it is told on. */
  async #runDurably(ledger: Ledger<Machine>, first: readonly Stepped<Machine>[]): Promise<void> {
    for (let steps = first; ; ) {
      if (this.#ended) return;
      const emitted = steps.flatMap((step) => step.emitted);
      try {
        // What changes nothing in the world needs no write: after a crash it is as if it had not been asked.
        if (ledger.durable === undefined || this.#mustWrite) {
          this.#mustWrite = false;
          await ledger.persist(this.#snapshot, emitted, this.#clockwork());
        }
      } catch (cause) {
        if (this.#ended) return;
        if (ledger.durable !== undefined) this.#snapshot = ledger.durable;
        const sentence =
          'The store did not keep the session; nothing was sent since its last durable state. Restore it from there.';
        return this.#fail(new StoreFailed(sentence, { code: 'writeFailed', cause }));
      }
      if (this.#ended) return;
      if (plain(this.#snapshot).status !== 'active') this.#perform(ledger.takeOutbox());
      this.#perform(emitted);
      if (this.#settleEnd()) return;
      const queue = this.#queue;
      if (queue === undefined) break;
      this.#queue = undefined;
      const next: Stepped<Machine>[] = [];
      for (const queued of queue)
        if (this.#thrown === undefined && this.#isCurrent(queued)) next.push(this.#step(queued.event));
      steps = next;
    }
    this.#busy = false;
  }

  #apply(step: Stepped<Machine>): void {
    if (this.#ended) return;
    if (step.emitted.length > 0) this.#perform(step.emitted);
    this.#settleEnd();
  }

  /** First everything that leaves for the world, then what the app is told. Nobody who throws keeps another effect from being carried out. */
  #perform(emitted: readonly EventObject[]): void {
    let hasNotices = false;
    for (const effect of emitted) {
      const kind = classOf(effect.type);
      if (kind === 'notice') hasNotices = true;
      else this.#carryOut(kind, effect);
    }
    if (!hasNotices) return;
    for (const effect of emitted) {
      const kind = classOf(effect.type);
      if (kind === 'notice') this.#carryOut(kind, effect);
    }
  }

  #carryOut(kind: EmittedClass, effect: EventObject): void {
    if (this.#ended) return;
    try {
      switch (kind) {
        case 'send':
          this.#outside.send(effect as SendsOf<EmittedFrom<Machine>>);
          break;
        case 'order':
          this.#outside.order(effect as OrdersOf<EmittedFrom<Machine>>);
          break;
        case 'request':
        case 'consult':
          this.#outside.request?.(effect as RequestsOf<EmittedFrom<Machine>>);
          break;
        case 'notice':
          this.#outside.notify(effect as NoticesOf<EmittedFrom<Machine>>);
          break;
        case 'keep':
          break;
      }
    } catch (error) {
      this.#report(error);
    }
  }

  #step(event: EventFromLogic<Machine>): Stepped<Machine> {
    if (event.type.startsWith('connection.')) this.#connected(event);
    const before = this.#snapshot;
    const told = this.#kernel.step(before, event);
    if (plain(told.snapshot).status === 'error') this.#thrown = this.#defect(told.snapshot);
    else this.#snapshot = told.snapshot;
    const step = told.emitted.some(isComplaint)
      ? { ...told, emitted: told.emitted.map((effect) => explained(effect, plain(before))) }
      : told;
    this.#ledger?.settle(event);
    this.#mustWrite ||= this.#ledger !== undefined && Ledger.mustWrite(event, told.emitted);
    if (this.#inspect !== undefined) {
      try {
        this.#record(this.#inspect, event, before, step);
      } catch (error) {
        this.#report(error);
      }
    }
    if (!this.#ended) this.#book(step);
    return step;
  }

  /** Takes the step's timers, and a durable session's requests, into account. */
  #book({ timers, emitted }: Stepped<Machine>): void {
    if (timers.length > 0) this.#clockwork().apply(timers);
    this.#ledger?.book(emitted);
  }

  #record(
    inspect: Inspect,
    event: EventFromLogic<Machine>,
    before: SnapshotFrom<Machine>,
    step: Stepped<Machine>,
  ): void {
    const { machine } = this.#kernel;
    const record: StepRecord = {
      session: this.id,
      machine: machine.id,
      at: this.#clock.now(),
      event: redact(event, this.#secrets),
      before: seen(plain(before), this.#secrets),
      after: seen(plain(step.snapshot), this.#secrets),
      emitted: step.emitted.map((effect) =>
        redact(effect.type === 'keep' ? { ...effect, value: '[redacted]' } : effect, this.#secrets),
      ),
      timers: step.timers,
    };
    inspect(record, machine);
  }

  /** @returns whether the machine has come to its end, which is told once. */
  #settleEnd(): boolean {
    if (this.#ended) return true;
    if (this.#thrown !== undefined) {
      this.#fail(this.#thrown);
      return true;
    }
    const snapshot = plain(this.#snapshot);
    if (snapshot.status === 'active') return false;
    this.stop();
    this.#say(() => this.#outside.ended?.(snapshot.output as OutputFrom<Machine>));
    // What has ended and was told so needs no record; a crash before this line tells it once more.
    this.#ledger?.forget().catch((cause: unknown) => {
      const sentence = 'The store did not forget a session that has ended.';
      this.#say(() => this.#outside.failed(new StoreFailed(sentence, { code: 'writeFailed', cause })));
    });
    return true;
  }

  /** The last words, to somebody who may throw. */
  #say(words: () => void): void {
    try {
      words();
    } catch (error) {
      this.#report(error);
    }
  }

  #defect(snapshot: SnapshotFrom<Machine>): MachineFailed {
    return new MachineFailed(`${this.#kernel.machine.id} threw in a guard or an assignment: a defect of the machine.`, {
      code: 'machineFailed',
      cause: plain(snapshot).error,
    });
  }

  #fail(error: MachineFailed | StoreFailed): void {
    this.stop();
    this.#say(() => this.#outside.failed(error));
  }

  /** Most sessions of a server never have a timer. */
  #clockwork(): Timers {
    this.#timers ??= new Timers(this.#clock, (timer) => {
      const queued = { event: timer.event as EventFromLogic<Machine>, timer };
      if (this.#busy) this.#enqueue(queued);
      else if (this.#isCurrent(queued)) this.#run(queued.event);
    });
    return this.#timers;
  }

  #isCurrent({ timer }: Queued<Machine>): boolean {
    return timer === undefined || this.#clockwork().settle(timer);
  }

  /** The role has had its chance to connect: what was overdue fires now, and what was not sent goes out. */
  #connected({ type }: EventObject): void {
    if (this.#isRestoring) return;
    this.#timers?.release();
    if (type === 'connection.opened' && this.#ledger !== undefined) this.#perform(this.#ledger.takeOutbox());
  }
}

const isComplaint = ({ type }: EventObject) => type === 'violated' || type === 'misused';

/** A root transition cannot know in which state it was taken; the session can. */
function explained<Effect extends EventObject>(notice: Effect, before: AnyMachineSnapshot): Effect {
  if (!isComplaint(notice)) return notice;
  return { ...notice, state: stateName(before.value), clause: clauseOf(before) };
}

/** XState's own view of a snapshot whose machine is not known here. */
const plain = (snapshot: unknown) => snapshot as AnyMachineSnapshot;

/** Whether the role says that it must survive a crash. */
export function isDurable(machine: AnyStateMachine): boolean {
  const meta: unknown = machine.root.meta;
  return meta !== null && typeof meta === 'object' && 'durable' in meta && meta.durable === true;
}
