/**
 * The proposals of a board: kept in a store before anybody hears of them, in the order in which they came, until they end.
 *
 * It must never tell of a proposal that a restart would lose, nor keep one past its time: ends are reckoned by the wall clock, and a time that passed while
 * the board was down has passed.
 */
import { keyOf, Proposal } from '../../machines/board/messages.ts';
import type { Clock, TimerHandle } from '../clock.ts';
import { StoreFailed } from '../errors.ts';
import type { Store } from '../store.ts';

/** A proposal that is listed. */
export interface Listed {
  readonly proposal: Proposal;
  /** Its place in the order of all that were ever listed here. */
  readonly place: number;
  /** When it ends, in milliseconds since the epoch; 0: it does not by itself. */
  readonly until: number;
}

export interface BookOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Is told when a proposal's time has come; then it is gone already. */
  readonly expired: (proposal: Proposal) => void;
  readonly report: (error: unknown) => void;
}

const prefix = 'board/proposal/';
/** The longest time that a timer can wait. */
const longestTimer = 2 ** 31 - 1;

/** What is proposed now. */
export class Book {
  readonly #options: BookOptions;
  /** By id as JSON text, in order of their places. */
  readonly #listed = new Map<string, Listed>();
  readonly #perAddress = new Map<string, number>();
  /** Those whose write is under way. */
  readonly #pending = new Set<string>();
  readonly #removing = new Set<string>();
  /** Settles when everything that was begun is written, or was not. */
  #written: Promise<unknown> = Promise.resolve();
  #places = 0;
  #timer: TimerHandle | undefined;
  #wakes = Number.POSITIVE_INFINITY;
  #isClosed = false;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /**
   * Reads what the store holds. What has expired meanwhile is forgotten.
   * @throws StoreFailed `foreignRecord`, or what the store throws
   */
  async restore(): Promise<void> {
    const { store, clock } = this.#options;
    const found: Listed[] = [];
    for await (const key of store.keys(prefix)) {
      const text = await store.read(key);
      if (text !== undefined) found.push(listedIn(key, text));
    }
    found.sort((one, other) => one.place - other.place);
    const now = clock.now();
    const expired = found.filter(({ until }) => until !== 0 && until <= now);
    if (expired.length > 0)
      await store.write(expired.map(({ proposal }) => ({ key: prefix + keyOf(proposal.id), value: undefined })));
    for (const listed of found) {
      this.#places = Math.max(this.#places, listed.place);
      if (!expired.includes(listed)) this.#enter(listed);
    }
    this.#arm();
  }

  get size(): number {
    return this.#listed.size;
  }

  /** How many proposals there are or will be, once what is being written is kept. */
  get claimed(): number {
    return this.#listed.size + this.#pending.size;
  }

  /** What is listed, in order of their places. */
  list(): IterableIterator<Listed> {
    return this.#listed.values();
  }

  get(key: string): Proposal | undefined {
    return this.#listed.get(key)?.proposal;
  }

  /** Whether the id is in use, or is about to be. */
  has(key: string): boolean {
    return this.#listed.has(key) || this.#pending.has(key) || this.#removing.has(key);
  }

  /** How many proposals an address has. */
  countOf(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  /** The proposals of an address. */
  *of(address: string): IterableIterator<Proposal> {
    if (this.countOf(address) === 0) return;
    for (const { proposal } of this.#listed.values()) if (proposal.address === address) yield proposal;
  }

  /**
   * Keeps a proposal, then lists it.
   * @param lasts milliseconds; 0: it does not end by itself
   * @throws StoreFailed and lists nothing then
   */
  async keep(proposal: Proposal, lasts: number): Promise<void> {
    const key = keyOf(proposal.id);
    const { store, clock } = this.#options;
    this.#places += 1;
    const listed = { proposal, place: this.#places, until: lasts === 0 ? 0 : clock.now() + lasts };
    this.#pending.add(key);
    this.#count(proposal.address, 1);
    const before = this.#written;
    const written = store.write([{ key: prefix + key, value: JSON.stringify(listed) }]);
    this.#written = Promise.allSettled([before, written]);
    try {
      // In the order of their places, whatever the store does first.
      await before;
      await written;
    } catch (cause) {
      this.#count(proposal.address, -1);
      throw new StoreFailed('The store did not keep a proposal; nobody was told of it.', {
        code: 'writeFailed',
        cause,
      });
    } finally {
      this.#pending.delete(key);
    }
    this.#count(proposal.address, -1);
    this.#enter(listed);
    if (listed.until !== 0 && listed.until < this.#wakes) this.#arm();
  }

  /**
   * Forgets a proposal, then unlists it.
   * @returns it, or `undefined` where there is none, or another has begun to remove it
   * @throws StoreFailed and it stays listed then
   */
  async remove(key: string): Promise<Proposal | undefined> {
    const listed = this.#listed.get(key);
    if (listed === undefined || this.#removing.has(key)) return undefined;
    this.#removing.add(key);
    try {
      await this.#options.store.write([{ key: prefix + key, value: undefined }]);
    } catch (cause) {
      throw new StoreFailed('The store did not forget a proposal; it stays.', { code: 'writeFailed', cause });
    } finally {
      this.#removing.delete(key);
    }
    this.#listed.delete(key);
    this.#count(listed.proposal.address, -1);
    return listed.proposal;
  }

  /** No timer runs any more. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer !== undefined) this.#options.clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #enter(listed: Listed): void {
    this.#listed.set(keyOf(listed.proposal.id), listed);
    this.#count(listed.proposal.address, 1);
  }

  #count(address: string, more: number): void {
    const count = this.countOf(address) + more;
    if (count === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, count);
  }

  /** One timer, for the next end. */
  #arm(): void {
    const { clock } = this.#options;
    let next = Number.POSITIVE_INFINITY;
    for (const { until } of this.#listed.values()) if (until !== 0 && until < next) next = until;
    if (this.#isClosed || next === this.#wakes) return;
    if (this.#timer !== undefined) clock.clear(this.#timer);
    this.#timer = undefined;
    this.#wakes = next;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = clock.set(() => void this.#expire(), Math.min(longestTimer, Math.max(0, next - clock.now())));
  }

  async #expire(): Promise<void> {
    this.#timer = undefined;
    this.#wakes = Number.POSITIVE_INFINITY;
    const { clock, expired, report } = this.#options;
    const now = clock.now();
    for (const [key, { until }] of [...this.#listed]) {
      if (until === 0 || until > now) continue;
      try {
        const proposal = await this.remove(key);
        if (proposal !== undefined && !this.#isClosed) expired(proposal);
      } catch (error) {
        report(error);
        // It is over all the same; the next start forgets it.
        const listed = this.#listed.get(key);
        if (listed === undefined || !this.#listed.delete(key)) continue;
        this.#count(listed.proposal.address, -1);
        if (!this.#isClosed) expired(listed.proposal);
      }
    }
    this.#arm();
  }
}

function listedIn(key: string, text: string): Listed {
  const record: unknown = JSON.parse(text);
  if (typeof record === 'object' && record !== null && 'proposal' in record && 'place' in record && 'until' in record) {
    const { place, until } = record;
    const proposal = Proposal.safeParse(record.proposal);
    if (proposal.success && typeof place === 'number' && typeof until === 'number')
      return { proposal: proposal.data, place, until };
  }
  throw new StoreFailed(`The store holds what is no proposal: ${key}.`, { code: 'foreignRecord' });
}
