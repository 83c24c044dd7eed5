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
import type { Clock, TimerHandle } from './clock.ts';
import { MachineFailed, StoreFailed } from './errors.ts';
import { clauseOf, type Inspect, type StepRecord, seen, stateName } from './inspect.ts';
import type { Kernel, Migrate, Stepped, StoredSnapshot, TimerChange } from './kernel.ts';
import { classOf, type EmittedClass, type NoticesOf, type OrdersOf, type RequestsOf, type SendsOf } from './role.ts';
import { redact } from './secrets.ts';
import type { Store, StoreChange } from './store.ts';

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

/** What lies in the store for one session. */
interface SessionRecord {
  readonly stored: StoredSnapshot;
  readonly timers: readonly { readonly id: string; readonly event: EventObject; readonly dueAt: number }[];
  readonly requests: readonly EmittedRequest[];
  readonly outbox: readonly EventObject[];
}

/** A request as it lies in the store. */
interface EmittedRequest extends EventObject {
  readonly id: string;
}

interface Timer {
  readonly event: EventObject;
  readonly dueAt: number;
  readonly handle: TimerHandle;
}

/** An event that waits for its turn. A timer's event is dropped when the timer was cancelled meanwhile. */
interface Queued<Machine extends AnyStateMachine> {
  readonly event: EventFromLogic<Machine>;
  readonly timer?: { readonly id: string; readonly timer: Timer };
}

const none: never[] = [];
const ignore = () => {};
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
  readonly #report: (error: unknown) => void;
  readonly #grace: number;
  #first: Stepped<Machine> | undefined;
  #snapshot: SnapshotFrom<Machine>;
  #queue: Queued<Machine>[] | undefined;
  #timers: Map<string, Timer> | undefined;
  /** Requests that wait for their answer; only a durable session needs to know. */
  #requests: Map<string, EmittedRequest> | undefined;
  /** What a restored session has still to send and to order, once it is connected. */
  #outbox: EventObject[] = none;
  /** What the store holds, without the timers' and the outbox's part: nothing is written when nothing has changed. */
  #written = '';
  /** Until `start` or `restore` is done, whatever is told waits. */
  #busy = true;
  #ended = false;
  #isRestoring = false;
  /** Timers that were overdue on restore and wait for the role's chance to connect. */
  #held: Set<string> | undefined;
  /** The snapshot of the last record that the store has kept. */
  #durable: SnapshotFrom<Machine> | undefined;
  /** Whether a timer was started, cancelled or has fired since the last record. */
  #hasTimers = false;
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
    this.#store = options.store;
    this.#inspect = options.inspect;
    this.#secrets = options.secrets ?? noSecrets;
    this.#report = options.report ?? ignore;
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
    if (first === undefined || this.#ended) return this;
    this.#first = undefined;
    this.#book(first);
    if (this.#store !== undefined) {
      void this.#runDurably([first]);
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
    const text = await this.#store?.read(this.#key());
    if (text === undefined || this.#ended) return false;
    const record = recordOf(text);
    this.#first = undefined;
    this.#snapshot = this.#kernel.load(record.stored, migrate);
    const now = this.#clock.now();
    const held = new Set<string>();
    this.#held = held;
    for (const { id, event, dueAt } of record.timers) {
      const isOverdue = dueAt <= now;
      this.#startTimer(id, event, dueAt, isOverdue ? now + this.#grace : dueAt);
      if (isOverdue) held.add(id);
    }
    this.#requests = new Map(record.requests.map((request) => [request.id, request]));
    const knows = (type: string) => this.#kernel.machine.events.includes(type);
    const lost = { type: 'connection.lost', code: 1006, reason: 'Restored.' } as unknown as EventFromLogic<Machine>;
    this.#isRestoring = true;
    const steps = (facts ?? (knows('connection.lost') ? [lost] : [])).map((fact) => this.#step(fact));
    this.#isRestoring = false;
    if (knows('connection.opened') && plain(this.#snapshot).status === 'active') this.#outbox = [...record.outbox];
    else this.#perform(record.outbox);
    for (const request of record.requests) {
      if (this.#requests.get(request.id) === request)
        this.#outside.request?.(request as unknown as RequestsOf<EmittedFrom<Machine>>);
    }
    if (steps.length > 0) void this.#runDurably(steps);
    else if (!this.#settleEnd()) void this.#runDurably([]);
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
    for (const id of this.#timers?.keys() ?? []) this.#stopTimer(id);
  }

  #enqueue(queued: Queued<Machine>): void {
    if (this.#queue === undefined) this.#queue = [queued];
    else this.#queue.push(queued);
  }

  #run(event: EventFromLogic<Machine>): void {
    this.#busy = true;
    if (this.#store !== undefined) {
      void this.#runDurably([this.#step(event)]);
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
  async #runDurably(first: readonly Stepped<Machine>[]): Promise<void> {
    for (let steps = first; ; ) {
      if (this.#ended) return;
      const emitted = steps.flatMap((step) => step.emitted);
      try {
        await this.#persist(emitted);
      } catch (cause) {
        if (this.#ended) return;
        if (this.#durable !== undefined) this.#snapshot = this.#durable;
        const sentence =
          'The store did not keep the session; nothing was sent since its last durable state. Restore it from there.';
        return this.#fail(new StoreFailed(sentence, { code: 'writeFailed', cause }));
      }
      if (this.#ended) return;
      if (plain(this.#snapshot).status !== 'active') this.#performOutbox();
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

  /** One atomic write of the record and of what the machine wants kept; none when there is nothing to lose. */
  async #persist(emitted: readonly EmittedFrom<Machine>[]): Promise<void> {
    const outbox: EventObject[] = [...this.#outbox];
    const changes: StoreChange[] = [];
    this.#requests ??= new Map();
    for (const effect of emitted) {
      const kind = classOf(effect.type);
      if (kind === 'send' || kind === 'order') outbox.push(effect);
      if (kind === 'keep') changes.push({ key: effect['key'], value: effect['value'] });
    }
    const requests = [...this.#requests.values()];
    const written = JSON.stringify([this.#kernel.save(this.#snapshot), requests]);
    if (written === this.#written && outbox.length === 0 && changes.length === 0 && !this.#hasTimers) return;
    this.#hasTimers = false;
    const snapshot = this.#snapshot;
    const timers = [...(this.#timers ?? [])].map(([id, { event, dueAt }]) => ({ id, event, dueAt }));
    const record: SessionRecord = { stored: this.#kernel.save(this.#snapshot), timers, requests, outbox };
    await this.#store?.write([{ key: this.#key(), value: JSON.stringify(record) }, ...changes]);
    this.#written = written;
    this.#durable = snapshot;
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
    if (this.#requests !== undefined) {
      if (isAnswer(event)) this.#requests.delete(event.id);
      if (event.type === 'connection.opened' || event.type === 'connection.failed')
        for (const [id, { type }] of this.#requests) if (type === 'requestConnection') this.#requests.delete(id);
    }
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
  #book(step: Stepped<Machine>): void {
    for (const change of step.timers) this.#change(change);
    if (this.#store === undefined) return;
    this.#requests ??= new Map();
    for (const effect of step.emitted) {
      if (classOf(effect.type) === 'request') this.#requests.set(effect['id'], effect as unknown as EmittedRequest);
      if (effect.type === 'withdraw') this.#requests.delete(effect['id']);
    }
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
    this.#outside.ended?.(snapshot.output as OutputFrom<Machine>);
    // What has ended and was told so needs no record; a crash before this line tells it once more.
    this.#store?.write([{ key: this.#key(), value: undefined }]).catch((cause: unknown) => {
      this.#outside.failed(
        new StoreFailed('The store did not forget a session that has ended.', { code: 'writeFailed', cause }),
      );
    });
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

  #key(): string {
    return `session/${this.#kernel.machine.id}/${this.id}`;
  }

  #change(change: TimerChange): void {
    this.#hasTimers = true;
    if (change.type === 'cancel') this.#stopTimer(change.id);
    else this.#startTimer(change.id, change.event, this.#clock.now() + change.delay);
  }

  #startTimer(id: string, event: EventObject, dueAt: number, at = dueAt): void {
    this.#stopTimer(id);
    this.#timers ??= new Map();
    const fire = () => {
      if (this.#busy) this.#enqueue({ event: event as EventFromLogic<Machine>, timer: { id, timer } });
      else if (this.#isCurrent({ timer: { id, timer } })) this.#run(event as EventFromLogic<Machine>);
    };
    const timer: Timer = { event, dueAt, handle: this.#clock.set(fire, Math.max(0, at - this.#clock.now())) };
    this.#timers.set(id, timer);
  }

  /** Whether a timer that has fired still counts; if so, it is over with this. */
  #isCurrent({ timer }: Pick<Queued<Machine>, 'timer'>): boolean {
    if (timer === undefined) return true;
    this.#hasTimers = true;
    return this.#timers?.get(timer.id) === timer.timer && this.#timers.delete(timer.id);
  }

  #stopTimer(id: string): void {
    this.#held?.delete(id);
    const timer = this.#timers?.get(id);
    if (timer === undefined) return;
    this.#clock.clear(timer.handle);
    this.#timers?.delete(id);
  }

  /** The role has had its chance to connect: what was overdue fires now, and what was not sent goes out. */
  #connected({ type }: EventObject): void {
    if (this.#isRestoring) return;
    for (const id of [...(this.#held ?? none)]) {
      const timer = this.#timers?.get(id);
      if (timer !== undefined) this.#startTimer(id, timer.event, timer.dueAt, this.#clock.now());
    }
    if (type === 'connection.opened') this.#performOutbox();
  }

  #performOutbox(): void {
    const outbox = this.#outbox;
    this.#outbox = none;
    this.#perform(outbox);
  }
}

const isComplaint = ({ type }: EventObject) => type === 'violated' || type === 'misused';

/** A root transition cannot know in which state it was taken; the session can. */
function explained<Effect extends EventObject>(notice: Effect, before: AnyMachineSnapshot): Effect {
  if (!isComplaint(notice)) return notice;
  return { ...notice, state: stateName(before.value), clause: clauseOf(before) };
}

function recordOf(text: string): SessionRecord {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StoreFailed('The store holds no readable record of the session.', { code: 'brokenRecord', cause });
  }
}

/** XState's own view of a snapshot whose machine is not known here. */
const plain = (snapshot: unknown) => snapshot as AnyMachineSnapshot;

/** An answer, by its form: not a command, a message or a fact of the connection, and about something. */
function isAnswer(event: EventObject): event is EmittedRequest {
  return (
    'id' in event &&
    typeof event['id'] === 'string' &&
    !/^((command|received|connection)\.|(handedOver|ended)$)/.test(event.type)
  );
}

/** Whether the role says that it must survive a crash. */
export function isDurable(machine: AnyStateMachine): boolean {
  const meta: unknown = machine.root.meta;
  return meta !== null && typeof meta === 'object' && 'durable' in meta && meta.durable === true;
}
