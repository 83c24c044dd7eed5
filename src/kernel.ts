/**
 * The kernel: steps a role machine on plain snapshots and hands back, as data, what the machine told and which timers it wants.
 *
 * The one file that touches XState's pure API (`machine.transition` with one shared scope, three to four times faster than the exported
 * `transition()`, which makes an actor a call), for what `compiled.ts` leaves to it. It must never run a side effect, read a clock or keep a snapshot.
 *
 * The rule that holds it together: a step of the kernel and an event sent to a live actor of the same machine lead to the same state, with the
 * same emitted events in the same order, throwing guards and events after the end included.
 */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createEmptyActor,
  type EmittedFrom,
  type EventFromLogic,
  type EventObject,
  type ExecutableActionObject,
  type InputFrom,
  type SnapshotFrom,
} from 'xstate';
import { Compiled } from './compiled.ts';
import { MachineFailed, StoreFailed } from './errors.ts';
import type { TimerChange } from './timers.ts';

/** What one step came to. */
export interface Stepped<Machine extends AnyStateMachine> {
  readonly snapshot: SnapshotFrom<Machine>;
  /** What the machine told, in order. */
  readonly emitted: readonly EmittedFrom<Machine>[];
  readonly timers: readonly TimerChange[];
}

/** A snapshot as it lies in a store: plain JSON, stamped with the machine that it belongs to. */
export interface StoredSnapshot {
  readonly machine: string;
  readonly version: string;
  readonly snapshot: unknown;
}

/** Turns a snapshot of an older version into one of the machine's version, or throws. */
export type Migrate = (stored: StoredSnapshot) => StoredSnapshot;

/** What the kernel uses of a machine: XState's own signatures, with the types that belong to this machine. */
interface PureMachine<Machine extends AnyStateMachine> {
  transition(snapshot: SnapshotFrom<Machine>, event: EventFromLogic<Machine>, scope: Scope): SnapshotFrom<Machine>;
  getInitialSnapshot(scope: Scope, input: InputFrom<Machine>): SnapshotFrom<Machine>;
  getPersistedSnapshot(snapshot: SnapshotFrom<Machine>): unknown;
  restoreSnapshot(stored: unknown, scope: Scope): SnapshotFrom<Machine>;
}

/** An actor scope that runs nothing: actions are collected as data. */
type Scope = ReturnType<typeof inertScope>;

function inertScope(collect: (action: ExecutableActionObject) => void) {
  const self = createEmptyActor();
  return {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger() {},
    defer() {},
    stopChild() {},
    emit() {},
    actionExecutor: collect,
  };
}

/** XState's own view of a snapshot whose machine is not known here. */
const plain = (snapshot: unknown) => snapshot as AnyMachineSnapshot;

/** Whether two snapshots of one machine are in the same state with the same context. */
function isSame(one: unknown, other: unknown): boolean {
  const [before, after] = [plain(one), plain(other)];
  if (before.context !== after.context || after.status !== 'active' || before.historyValue !== after.historyValue)
    return false;
  const nodes = after._nodes;
  return nodes.length === before._nodes.length && before._nodes.every((node, index) => node === nodes[index]);
}

/** What XState's `getPersistedSnapshot` gives for a role without history: it walks the whole context in search of actors, and a role has none. */
function saved({ status, output, error, value, historyValue, context }: AnyMachineSnapshot): unknown {
  for (const _ in historyValue) return undefined;
  return { status, output, error, value, historyValue, context, children: {} };
}

const nothing: readonly never[] = [];

/** Steps one machine. Holds no instance: a server has one kernel for all its connections. */
export class Kernel<Machine extends AnyStateMachine> {
  readonly machine: Machine;
  readonly #pure: PureMachine<Machine>;
  readonly #scope: Scope;
  readonly #compiled: Compiled | undefined;
  /** The first snapshot that XState made, without what belonged to its instance. */
  #any: AnyMachineSnapshot | undefined;
  #emitted: EmittedFrom<Machine>[] = [];
  #timers: TimerChange[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
    this.#pure = machine as unknown as PureMachine<Machine>;
    this.#scope = inertScope((action) => this.#collect(action));
    this.#compiled = Compiled.of(machine, this.#scope);
  }

  /**
   * The machine's first snapshot, and what it told on entering it.
   * @throws MachineFailed `machineFailed` when the context cannot be made from this input.
   */
  start(input: InputFrom<Machine>): Stepped<Machine> {
    const begun = this.#any === undefined ? undefined : this.#compiled?.start(this.#any, input);
    if (begun !== undefined) return begun as unknown as Stepped<Machine>;
    this.#emitted = [];
    this.#timers = [];
    const snapshot = this.#pure.getInitialSnapshot(this.#scope, input);
    const { status, error } = plain(snapshot);
    if (status === 'error') {
      throw new MachineFailed(`${this.machine.id} cannot be started with this input.`, {
        code: 'machineFailed',
        cause: error,
      });
    }
    this.#any ??= { ...plain(snapshot), context: {}, output: undefined } as AnyMachineSnapshot;
    return { snapshot, emitted: this.#emitted, timers: this.#timers };
  }

  /**
   * One event. A snapshot that is done or failed stays as it is and tells nothing. A throwing guard or assignment ends in a snapshot with
   * `status: 'error'` and tells nothing, as in a live actor.
   */
  step(snapshot: SnapshotFrom<Machine>, event: EventFromLogic<Machine>): Stepped<Machine> {
    if (plain(snapshot).status !== 'active') return { snapshot, emitted: nothing, timers: nothing };
    const outcome = this.#compiled?.step(plain(snapshot), event);
    if (outcome !== undefined) return outcome as unknown as Stepped<Machine>;
    try {
      this.#emitted = [];
      this.#timers = [];
      const next = this.#pure.transition(snapshot, event, this.#scope);
      // XState makes a new snapshot for every event. Where it says the same as the one before, that one stays: a server's sessions then hold on
      // to no young garbage, which is what collecting costs (a third of a small message's time with 1,000 connections).
      return { snapshot: isSame(snapshot, next) ? snapshot : next, emitted: this.#emitted, timers: this.#timers };
    } catch (error) {
      const failed = { ...plain(snapshot), status: 'error', error, output: undefined };
      return { snapshot: failed as SnapshotFrom<Machine>, emitted: nothing, timers: nothing };
    }
  }

  /** The snapshot as plain JSON with the machine's id and version. */
  save(snapshot: SnapshotFrom<Machine>): StoredSnapshot {
    return {
      machine: this.machine.id,
      version: this.#version(),
      snapshot: saved(plain(snapshot)) ?? this.#pure.getPersistedSnapshot(snapshot),
    };
  }

  /**
   * A snapshot that `save` made, by this version of the machine or by an older one that `migrate` knows.
   * @throws StoreFailed `foreignSnapshot` when it belongs to another machine, or to a version that nothing migrates.
   */
  load(stored: StoredSnapshot, migrate?: Migrate): SnapshotFrom<Machine> {
    const known = stored.version === this.#version() || migrate === undefined ? stored : migrate(stored);
    if (known.machine !== this.machine.id || known.version !== this.#version()) {
      throw new StoreFailed(
        `The stored snapshot is of ${known.machine} version ${known.version}, this machine is ${this.machine.id} version ${this.#version()}: give a migration, or keep the old version to end the session.`,
        { code: 'foreignSnapshot' },
      );
    }
    return this.#pure.restoreSnapshot(structuredClone(known.snapshot), this.#scope);
  }

  #version(): string {
    return this.machine.version ?? '0';
  }

  #collect(action: ExecutableActionObject): void {
    const params: unknown = action.params;
    switch (action.type) {
      case 'xstate.emit':
        this.#emitted.push((params as { event: EmittedFrom<Machine> }).event);
        break;
      case 'xstate.raise': {
        // A raise without a delay is applied already and only listed here.
        const { event, id, delay } = params as {
          event: EventObject;
          id: string | undefined;
          delay: number | undefined;
        };
        if (delay !== undefined) this.#timers.push({ type: 'start', id: id ?? event.type, delay, event });
        break;
      }
      case 'xstate.cancel':
        this.#timers.push({ type: 'cancel', id: (params as { sendId: string }).sendId });
        break;
      default:
        // Role machines have no other actions (a test holds every machine to it).
        break;
    }
  }
}
