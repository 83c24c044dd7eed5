/**
 * The chain that the embedded node brings along: a mempool, and a block from time to time. As a development chain it gives money to whoever is seen
 * first; unlike one it keeps what it has in a store. What a transaction needs and does is in `chainRules.ts`.
 *
 * What it must never do: move a unit without the signature of whom it belongs to, or make or lose one: balances, what lies in channels, fees and what
 * was burnt are what was given out, always.
 */
import { toHex } from '../bytes.ts';
import { type Clock, systemClock, type TimerHandle } from '../clock.ts';
import { StoreFailed } from '../errors.ts';
import type { Store, StoreChange } from '../store.ts';
import { nextBlock, tried, type Waiting } from './chainBlock.ts';
import { Refusal, Sheet } from './chainBooks.ts';
import { keptKey } from './chainNonces.ts';
import { type Posting, readPosting } from './chainPosting.ts';
import { type ChannelEvent, change, changes, headChange, prefix } from './chainRecords.ts';
import { carryOut, checkSignatures, nonceOf } from './chainRules.ts';
import { type ChainAccount, type ChainChannel, ChainState, type ChainTransaction } from './chainState.ts';
import { ChainWatches } from './chainWatches.ts';
import { accountKey } from './encoding.ts';
import { Undecodable } from './undecodable.ts';

export interface ChainOptions {
  readonly store: Store;
  readonly clock?: Clock;
  /** Milliseconds between two blocks; 0: only on command. Default: 1 s. */
  readonly blockMs?: number;
  /** What accounts have to begin with, by `ak_…` or `ak$…`. With it no other account has anything. */
  readonly accounts?: Readonly<Record<string, bigint | string>>;
  /** What an account has that is seen first, where `accounts` are not given. Default: 10^24. */
  readonly gift?: bigint;
  /** For signatures of today. Default: `ae_devnet`. */
  readonly networkId?: string;
  /** Is told of a block that could not be written. */
  readonly report?: (error: unknown) => void;
}

const defaultGift = 10n ** 24n;
const defaultBlockMs = 1_000;
/** Transactions of the mempool. All of them are in the next block, so that nobody keeps a slash out with a crowd: this many take longer to post. */
const mostWaiting = 10_000;

/** A chain of one node. */
export class Chain {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #blockMs: number;
  readonly #report: (error: unknown) => void;
  /** What the blocks say. */
  readonly #state: ChainState;
  readonly #mempool = new Map<string, Waiting>();
  readonly #watches: ChainWatches;
  /** And what they will say once they include what waits. */
  #next: Sheet;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: TimerHandle | undefined;
  #hasStopped = false;
  /** For signatures of today: what stands before what is signed. */
  readonly networkId: string;

  constructor(options: ChainOptions) {
    this.#store = options.store;
    this.#clock = options.clock ?? systemClock;
    this.#blockMs = options.blockMs ?? defaultBlockMs;
    this.#state = new ChainState(options.accounts ?? options.gift ?? defaultGift);
    this.#next = new Sheet(this.#state);
    this.networkId = options.networkId ?? 'ae_devnet';
    this.#report = options.report ?? (() => {});
    this.#watches = new ChainWatches(this.#report);
  }

  /**
   * Goes on from what the store holds, and makes blocks from now on.
   * @throws StoreFailed
   */
  async start(): Promise<this> {
    await this.#state.load(this.#store);
    for (const [hash, { tx, order }] of this.#state.waiting) this.#mempool.set(hash, { ...readPosting(tx), order });
    this.#lookAhead();
    this.#tick();
    return this;
  }

  /** Makes no more blocks, and waits for what is being written. */
  async stop(): Promise<void> {
    this.#hasStopped = true;
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    await this.#turn.catch(() => {});
  }

  get height(): number {
    return this.#state.head.height;
  }

  /** Of the last block, hexadecimal. */
  get topHash(): string {
    return this.#state.head.hash;
  }

  /** How many transactions wait for a block. */
  get waiting(): number {
    return this.#mempool.size;
  }

  /** What was taken as fees so far. */
  get fees(): bigint {
    return this.#state.head.fees;
  }

  /** What was given out so far. */
  get given(): bigint {
    return this.#state.head.given;
  }

  /** What was in channels and nobody's when they were settled: it is gone. */
  get burnt(): bigint {
    return this.#state.head.burnt;
  }

  /** What lies in channels. */
  get locked(): bigint {
    return this.#state.locked;
  }

  /**
   * What an account has outside of channels.
   * @param account `ak_…` or `ak$…`
   * @throws Undecodable
   */
  balance(account: string): bigint {
    return this.account(account).balance;
  }

  /**
   * An account. Everybody has one.
   * @param account `ak_…` or `ak$…`
   * @throws Undecodable
   */
  account(account: string): ChainAccount {
    const { balance, nonce } = this.#state.account(toHex(accountKey(account)));
    return { balance, nonce };
  }

  /**
   * A channel that is in a block, until it is closed by both or settled.
   * @param id hexadecimal
   */
  channel(id: string): ChainChannel | undefined {
    const known = this.#state.channel(id);
    return known === undefined ? undefined : { id, ...known, state: known.lockedUntil === 0n ? 'open' : 'closing' };
  }

  /**
   * The last transaction of a channel that a block includes, also of one that is no more.
   * @param id of the channel, hexadecimal
   */
  lastOf(id: string): ChannelEvent | undefined {
    return this.#state.lastOf(id);
  }

  /**
   * Tells of each transaction of a channel, once a block includes it. What was before stands in `lastOf`.
   * @param id of the channel, hexadecimal
   * @returns a function that gives it up
   */
  watchChannel(id: string, listener: (event: ChannelEvent) => void): () => void {
    return this.#watches.listen(id, listener);
  }

  /**
   * A transaction that was posted, or `undefined`.
   * @param hash `th_…` or `th$…`
   */
  transaction(hash: string): ChainTransaction | undefined {
    return this.#state.transaction(hash);
  }

  /** Makes so many blocks. The transactions of the mempool are in the first of them. */
  async mine(blocks = 1): Promise<void> {
    for (let block = 0; block < blocks; block += 1) await this.#alone(() => this.#makeBlock());
  }

  /**
   * The next nonce of an account that nobody uses and that is kept for nobody.
   * @param account its key, hexadecimal
   */
  nextNonce(account: string): bigint {
    const { nonce, ahead } = this.#next.account(account);
    const taken = new Set([...ahead, ...this.#state.kept.of(account)]);
    let free = nonce + 1n;
    while (taken.has(free)) free += 1n;
    return free;
  }

  /**
   * The next free nonce of an account, kept for one purpose: asked again, it is the same.
   * @param account its key, hexadecimal
   */
  reserve(account: string, purpose: string): Promise<bigint> {
    return this.#alone(async () => {
      const known = this.#state.kept.get(account, purpose);
      if (known !== undefined) return known;
      const kept = { account, purpose, nonce: this.nextNonce(account) };
      await this.#store.write([{ key: `${prefix}reserved/${keptKey(kept)}`, value: `${kept.nonce}` }]);
      this.#state.kept.add(kept);
      return kept.nonce;
    });
  }

  /** What was reserved for purposes that begin so is free again. */
  release(purpose: string): Promise<void> {
    return this.#alone(async () => {
      const kept = this.#state.kept.beginning(purpose);
      if (kept.length === 0) return;
      await this.#store.write(kept.map((one) => change('reserved', keptKey(one), undefined)));
      for (const one of kept) this.#state.kept.delete(one);
    });
  }

  /**
   * Puts a signed transaction into the mempool. One that is there already stays there.
   *
   * @returns why it was not taken, as a sentence, or `undefined`
   * @throws StoreFailed
   */
  post(tx: string): Promise<string | undefined> {
    return this.#alone(async () => {
      try {
        const posting = readPosting(tx);
        if (this.#state.entry(posting.hash) === undefined) await this.#take(posting);
        return undefined;
      } catch (error) {
        if (error instanceof Refusal) return error.message;
        if (error instanceof Undecodable) return `The transaction cannot be read: ${error.message}`;
        throw error;
      }
    });
  }

  /** Tells once when so many blocks are on top of the one that includes a transaction. @returns a function that gives it up */
  watch(tx: string, depth: number, reached: () => void, dropped: (reason: string) => void): () => void {
    const forget = this.#watches.add({ hash: readPosting(tx).hash, depth, reached, dropped });
    void this.#alone(async () => this.#watches.look((hash) => this.#state.confirmationsOf(hash)));
    return forget;
  }

  #tick(): void {
    if (this.#blockMs === 0 || this.#hasStopped) return;
    this.#timer = this.#clock.set(() => {
      this.mine()
        .catch(this.#report)
        .finally(() => this.#tick());
    }, this.#blockMs);
  }

  /** One thing after the other: what is read stays true until it is written. */
  #alone<Value>(deed: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(deed, deed);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #write(what: readonly StoreChange[]): Promise<void> {
    try {
      await this.#store.write(what);
    } catch (cause) {
      throw new StoreFailed('The store did not keep the chain.', { code: 'writeFailed', cause });
    }
  }

  /** @throws Refusal, StoreFailed */
  async #take(posting: Posting): Promise<void> {
    const { hash, tx, channel, deed, signed } = posting;
    if (this.#mempool.size >= mostWaiting) throw new Refusal('Too many transactions wait for a block.');
    const known = this.#state.channel(channel);
    if (deed !== 'create' && known === undefined) throw new Refusal('There is no such channel.');
    if (known !== undefined && this.#next.channel(channel) === undefined)
      throw new Refusal('The channel is being closed already.');
    const sheet = new Sheet(this.#next);
    carryOut(sheet, posting, this.#state.head.height + 1);
    await checkSignatures(posting, this.#next, this.networkId);
    const order = this.#state.head.order + 1;
    const entry = { tx, height: 0, order };
    const head = { ...this.#state.head, order };
    const { owner, nonce } = nonceOf(signed.transaction, known);
    const used = this.#state.kept.withNonce(owner, nonce);
    await this.#write([
      change('tx', hash, entry),
      headChange(head),
      ...used.map((one) => change('reserved', keptKey(one), undefined)),
    ]);
    this.#state.head = head;
    this.#state.putEntry(hash, entry);
    this.#mempool.set(hash, { ...posting, order });
    this.#next.take(sheet);
    for (const one of used) this.#state.kept.delete(one);
  }

  /** Carries out what waits, on a sheet of its own. Whatever is not possible any more is found when the next block is made. */
  #lookAhead(): void {
    this.#next = new Sheet(this.#state);
    for (const posting of this.#mempool.values()) tried(this.#next, posting, this.#state.head.height + 1);
  }

  async #makeBlock(): Promise<void> {
    const isKnown = (account: string) => this.#state.isKnown(account);
    const block = nextBlock(this.#state, this.#state.head, this.#mempool.values(), isKnown);
    const { head, sheet, entries, events, dropped } = block;
    const last = new Map(
      events.map(({ channel, hash, kind, round, height }) => [channel, { hash, kind, round, height }]),
    );
    await this.#write([
      headChange(head),
      ...changes('account', sheet.accounts),
      ...changes('channel', sheet.channels),
      ...changes('last', last),
      ...changes('tx', entries),
    ]);
    this.#state.take(block, last);
    for (const hash of entries.keys()) this.#mempool.delete(hash);
    this.#lookAhead();
    this.#watches.look((hash) => this.#state.confirmationsOf(hash), dropped);
    for (const { channel, ...event } of events) this.#watches.tell(channel, event);
  }
}
