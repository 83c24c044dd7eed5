/**
 * A world for one session: a disk that keeps only what was synced, a clock that is turned by hand, and a journal of everything that happens, in
 * order. A process in it can be killed at any point; what it does afterwards reaches nobody.
 */
import type { AnyStateMachine, InputFrom } from 'xstate';
import type { StepRecord } from '../../src/inspect.ts';
import { Kernel } from '../../src/kernel.ts';
import { isDurable, type Outside, Session, type SessionOptions } from '../../src/session.ts';
import type { Store, StoreChange } from '../../src/store.ts';
import { SimulatedClock } from '../../src/testing/index.ts';

/** Lets everything run that can run without time passing. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const never = new Promise<never>(() => {});

/** One line of the journal for what a machine told: `sends pay p1`. */
function line(verb: string, effect: unknown): string {
  const { type, id } = fields(effect);
  const message = fields(fields(effect)['message']);
  return [verb, message['type'] ?? type, message['id'] ?? id]
    .filter((word) => word !== undefined && word !== '')
    .join(' ');
}

export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? { ...value } : {};
}

/** What outlives a process. */
export class World {
  readonly clock = new SimulatedClock(1_000_000);
  /** What was synced. */
  readonly disk = new Map<string, string>();
  /** Everything that happened. */
  readonly journal: string[] = [];
  /** Notices in full. */
  readonly notices: unknown[] = [];
  readonly records: StepRecord[] = [];
  /** Is called with each line of the journal, from within what the session is doing. */
  react: (line: string) => void = () => {};
  /** Makes writes fail. */
  isFailing = false;
  /** Points at which a process can be killed that were passed so far, and the one at which it is. */
  points = 0;
  killAt: number | undefined;
  #held: Promise<void> | undefined;

  /** Lines of the journal that start with one of these words. */
  lines(...verbs: readonly string[]): string[] {
    return this.journal.filter((each) => verbs.some((verb) => each.startsWith(`${verb} `) || each === verb));
  }

  /** Forgets the journal so far. */
  turnPage(): void {
    this.journal.length = 0;
    this.notices.length = 0;
    this.records.length = 0;
  }

  /** Lets writes wait until the function that it gives is called. */
  holdWrites(): () => void {
    let release = () => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.#held = undefined;
      release();
    };
  }

  get held(): Promise<void> | undefined {
    return this.#held;
  }

  /** The one session record on the disk, parsed. */
  get record(): Readonly<Record<string, unknown>> {
    const [key] = [...this.disk.keys()].filter((each) => each.startsWith('session/'));
    return fields(JSON.parse(this.disk.get(key ?? '') ?? '{}'));
  }

  /** A context on the disk. */
  get durableContext(): Readonly<Record<string, unknown>> {
    return fields(fields(fields(this.record['stored'])['snapshot'])['context']);
  }

  /** Starts a process with one session, which is not started yet. */
  boot<Machine extends AnyStateMachine>(
    machine: Machine,
    input: InputFrom<Machine>,
    options: Partial<SessionOptions<Machine>> = {},
  ): Process<Machine> {
    return new Process(this, machine, input, options);
  }
}

/** A process: it lives until it is killed. */
export class Process<Machine extends AnyStateMachine> {
  readonly session: Session<Machine>;
  readonly #world: World;
  #isDead = false;

  constructor(world: World, machine: Machine, input: InputFrom<Machine>, options: Partial<SessionOptions<Machine>>) {
    this.#world = world;
    this.session = new Session<Machine>(
      {
        id: 's1',
        kernel: new Kernel(machine),
        clock: world.clock,
        outside: this.#outside(),
        ...(isDurable(machine) ? { store: this.#store() } : {}),
        inspect: (record) => {
          if (!this.#isDead) world.records.push(record);
          this.#happen('steps');
        },
        ...options,
      },
      input,
    );
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Ends the process without any warning. */
  kill(): void {
    this.#isDead = true;
    // The process's timers go with it.
    this.session.stop();
  }

  #outside(): Outside<Machine> {
    return {
      send: (effect) => this.#do(line('sends', effect)),
      request: (effect) => this.#do(line('asks', effect)),
      order: (effect) => this.#do(line('orders', effect)),
      notify: (notice) => {
        if (!this.#isDead) this.#world.notices.push(notice);
        this.#do(line('notifies', notice));
      },
      ended: () => this.#do('ends'),
      failed: (error) => this.#do(`fails ${error.name} ${error.code}`),
    };
  }

  /** A deed, with the points before and after it. */
  #do(text: string): void {
    this.#point();
    this.#happen(text);
    this.#point();
  }

  #happen(text: string): void {
    if (this.#isDead) return;
    this.#world.journal.push(text);
    this.#world.react(text);
  }

  #point(): void {
    if (this.#isDead) return;
    if (this.#world.points === this.#world.killAt) this.#isDead = true;
    this.#world.points += 1;
  }

  #store(): Store {
    const { disk } = this.#world;
    return {
      read: async (key) => disk.get(key),
      write: (changes) => this.#write(changes),
      keys: async function* (prefix) {
        yield* [...disk.keys()].filter((key) => key.startsWith(prefix));
      },
      close: async () => {},
    };
  }

  async #write(changes: readonly StoreChange[]): Promise<void> {
    this.#point();
    this.#happen('writes');
    await this.#world.held;
    // Until here it lies in a buffer: a process that dies now has written nothing.
    await Promise.resolve();
    if (this.#isDead) return never;
    if (this.#world.isFailing) throw new Error('The disk is full.');
    for (const { key, value } of changes) {
      if (value === undefined) this.#world.disk.delete(key);
      else this.#world.disk.set(key, value);
    }
    this.#happen('has written');
    this.#point();
    if (this.#isDead) return never;
  }
}
