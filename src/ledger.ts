/**
 * What a durable session must not forget, and its one record in the store: snapshot, timers, requests that wait for an answer, and the outbox of
 * messages and orders that were not yet carried out.
 */
import type { AnyStateMachine, EmittedFrom, EventObject, SnapshotFrom } from 'xstate';
import { StoreFailed } from './errors.ts';
import type { Kernel, StoredSnapshot } from './kernel.ts';
import { classOf } from './role.ts';
import type { Store, StoreChange } from './store.ts';
import type { StoredTimer, Timers } from './timers.ts';

/** What lies in the store for one session. */
export interface SessionRecord {
  readonly stored: StoredSnapshot;
  readonly timers: readonly StoredTimer[];
  readonly requests: readonly PendingRequest[];
  readonly outbox: readonly EventObject[];
}

/** A request that waits for its answer. */
export interface PendingRequest extends EventObject {
  readonly id: string;
}

const none: readonly never[] = [];

/** The books of one durable session. */
export class Ledger<Machine extends AnyStateMachine> {
  readonly #store: Store;
  readonly #id: string;
  readonly #kernel: Kernel<Machine>;
  #requests: readonly PendingRequest[] = none;
  #outbox: readonly EventObject[] = none;
  /** Whether requests have come or gone since the last record. */
  #hasChanged = false;
  /** The snapshot of the last record that the store has kept. */
  durable: SnapshotFrom<Machine> | undefined;

  constructor(store: Store, kernel: Kernel<Machine>, id: string) {
    this.#store = store;
    this.#kernel = kernel;
    this.#id = id;
  }

  /** Made anew each time: it is long, and a server has many that are idle. */
  get #key(): string {
    return `session/${this.#kernel.machine.id}/${this.#id}`;
  }

  /**
   * The session's record, or `undefined`.
   * @throws StoreFailed `brokenRecord`, or what the store threw
   */
  async read(): Promise<SessionRecord | undefined> {
    const text = await this.#store.read(this.#key);
    if (text === undefined) return undefined;
    const record = recordOf(text);
    if (record !== undefined) return record;
    throw new StoreFailed('The store holds no readable record of the session.', { code: 'brokenRecord' });
  }

  /** Takes up the requests of a record; its outbox too, if it can still go out later. */
  resume({ requests, outbox }: SessionRecord, keepsOutbox: boolean): void {
    this.#requests = requests;
    // What ordered the end of a connection was of one that is gone.
    this.#outbox = keepsOutbox ? outbox.filter(({ type }) => type !== 'orderClose' && type !== 'orderTermination') : [];
  }

  /** Whether this very request still waits. */
  isPending(request: PendingRequest): boolean {
    return this.#requests.includes(request);
  }

  /** An event may be the answer to a request. */
  settle(event: EventObject): void {
    if (isAnswer(event)) this.#drop(({ id }) => id === event.id);
    if (event.type === 'connection.opened' || event.type === 'connection.failed') {
      this.#drop(({ type }) => type === 'requestConnection');
    }
  }

  /** What a step asks for, and what it does not want any more. */
  book(emitted: readonly EventObject[]): void {
    for (const effect of emitted) {
      if (!isPendingRequest(effect)) continue;
      const kind = classOf(effect.type);
      const isAsked = kind === 'request' || kind === 'consult';
      if (isAsked || effect.type === 'withdraw') this.#drop(({ id }) => id === effect.id);
      if (!isAsked) continue;
      this.#requests = [...this.#requests, effect];
      this.#hasChanged = true;
    }
  }

  #drop(isGone: (request: PendingRequest) => boolean): void {
    if (!this.#requests.some(isGone)) return;
    this.#requests = this.#requests.length === 1 ? none : this.#requests.filter((request) => !isGone(request));
    this.#hasChanged = true;
  }

  /**
   * Whether a step that told this must be written: all but those that only consult, and those that tell nothing of a peer's message. After a crash it
   * is as if the message had been lost with the line, and its sender has no answer that says otherwise.
   */
  static mustWrite({ type }: EventObject, emitted: readonly EventObject[]): boolean {
    if (emitted.length === 0) return !type.startsWith('received.');
    return emitted.some((effect) => classOf(effect.type) !== 'consult');
  }

  /** One atomic write of the record and of what the machine wants kept; none when there is nothing to lose. */
  async persist(
    snapshot: SnapshotFrom<Machine>,
    emitted: readonly EmittedFrom<Machine>[],
    timers: Timers,
  ): Promise<void> {
    const outbox: EventObject[] = [...this.#outbox];
    const changes: StoreChange[] = [];
    for (const effect of emitted) {
      const kind = classOf(effect.type);
      if (kind === 'send' || kind === 'order') outbox.push(effect);
      if (kind === 'keep') changes.push({ key: effect['key'], value: effect['value'] });
    }
    const isSame = snapshot === this.durable && !this.#hasChanged && !timers.hasChanged;
    if (isSame && outbox.length === 0 && changes.length === 0) return;
    timers.hasChanged = false;
    this.#hasChanged = false;
    const record: SessionRecord = {
      stored: this.#kernel.save(snapshot),
      requests: this.#requests,
      timers: timers.stored(),
      outbox,
    };
    const value = JSON.stringify(record);
    await this.#store.write([{ key: this.#key, value }, ...changes]);
    this.durable = snapshot;
  }

  /** The outbox, which is handed over with this. */
  takeOutbox(): readonly EventObject[] {
    const outbox = this.#outbox;
    this.#outbox = none;
    return outbox;
  }

  /** The session has ended and said so: its record is not needed any more. */
  forget(): Promise<void> {
    return this.#store.write([{ key: this.#key, value: undefined }]);
  }
}

function recordOf(text: string): SessionRecord | undefined {
  try {
    const record: Partial<SessionRecord> | null = JSON.parse(text);
    const { stored, timers, requests, outbox } = record ?? {};
    return stored && timers && requests && outbox ? { stored, timers, requests, outbox } : undefined;
  } catch {
    return undefined;
  }
}

function isPendingRequest(effect: EventObject): effect is PendingRequest {
  return 'id' in effect && typeof effect['id'] === 'string';
}

/** An answer, by its form: about something, and not a command, a message, a fact of the connection or of another instance. */
function isAnswer(event: EventObject): event is PendingRequest {
  return isPendingRequest(event) && !/^((command|received|connection)\.|(handedOver|ended)$)/.test(event.type);
}
