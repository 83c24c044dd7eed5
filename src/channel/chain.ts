/**
 * The chain that the embedded node brings along: accounts, channels, a mempool, blocks. As a development chain it gives money to whoever is seen
 * first; unlike one it keeps what it has in a store. What a transaction needs and does is in `chainRules.ts`.
 *
 * What it must never do: move a unit without the signature of whom it belongs to, or make or lose one: balances, what lies in channels, fees and what
 * was burnt are what was given out, always.
 */
import { fromHex, toHex } from '../bytes.ts';
import { type Clock, systemClock, type TimerHandle } from '../clock.ts';
import { LocalMisuse, StoreFailed } from '../errors.ts';
import { isAmount } from '../money.ts';
import type { Store, StoreChange } from '../store.ts';
import { blockHash, nextBlock, tried, type Waiting } from './chainBlock.ts';
import { type Account, type Books, type ChannelObject, Refusal, Sheet } from './chainBooks.ts';
import { KeptNonces, keptKey } from './chainNonces.ts';
import { type Posting, readPosting } from './chainPosting.ts';
import {
  accountOf,
  type ChannelEvent,
  change,
  changes,
  channelOf,
  type Entry,
  entryOf,
  eventOf,
  type Head,
  headChange,
  headOf,
  prefix,
  readRecord,
} from './chainRecords.ts';
import { carryOut, checkSignatures, nonceOf } from './chainRules.ts';
import { ChainWatches } from './chainWatches.ts';
import { accountKey, decode, encode } from './encoding.ts';
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

/** A transaction as the chain shows it. */
export interface ChainTransaction {
  /** `th_…` or `th$…`, as the transaction was written. */
  readonly hash: string;
  /** As it was posted. */
  readonly tx: string;
  /** `none` while it is in the mempool. */
  readonly blockHash: string;
  readonly blockHeight: number | undefined;
  /** The block that includes it counts as the first. */
  readonly confirmations: number;
}

/** A channel that is open or closing, as the chain knows it. */
export interface ChainChannel extends ChannelObject {
  /** Hexadecimal. */
  readonly id: string;
  /** `closing` once one party has closed it alone, until it is settled. */
  readonly state: 'open' | 'closing';
}

/** An account as the chain shows it. */
export interface ChainAccount {
  readonly balance: bigint;
  /** The highest nonce up to which all are used. */
  readonly nonce: bigint;
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
  readonly #gift: bigint;
  readonly #genesis: ReadonlyMap<string, bigint> | undefined;
  readonly #report: (error: unknown) => void;
  readonly #accounts = new Map<string, Account>();
  readonly #channels = new Map<string, ChannelObject>();
  /** The last transaction of each channel, also of those that are no more. */
  readonly #last = new Map<string, ChannelEvent>();
  readonly #entries = new Map<string, Entry>();
  readonly #mempool = new Map<string, Waiting>();
  readonly #kept = new KeptNonces();
  readonly #watches: ChainWatches;
  /** What the blocks say. */
  readonly #books: Books = {
    account: (key) =>
      this.#accounts.get(key) ?? { balance: this.#genesis?.get(key) ?? this.#gift, nonce: 0n, ahead: [] },
    channel: (id) => this.#channels.get(id),
  };
  /** And what they will say once they include what waits. */
  #next = new Sheet(this.#books);
  #head: Head = { height: 0, hash: '00'.repeat(32), order: 0, fees: 0n, given: 0n, burnt: 0n };
  #turn: Promise<unknown> = Promise.resolve();
  #timer: TimerHandle | undefined;
  #hasStopped = false;
  /** For signatures of today: what stands before what is signed. */
  readonly networkId: string;

  constructor(options: ChainOptions) {
    this.#store = options.store;
    this.#clock = options.clock ?? systemClock;
    this.#blockMs = options.blockMs ?? defaultBlockMs;
    this.#gift = options.accounts === undefined ? (options.gift ?? defaultGift) : 0n;
    this.#genesis = options.accounts === undefined ? undefined : genesis(options.accounts);
    this.networkId = options.networkId ?? 'ae_devnet';
    this.#report = options.report ?? (() => {});
    this.#watches = new ChainWatches(this.#report);
  }

  /**
   * Goes on from what the store holds, and makes blocks from now on.
   * @throws StoreFailed
   */
  async start(): Promise<this> {
    for await (const key of this.#store.keys(prefix)) {
      const text = await this.#store.read(key);
      if (text !== undefined) this.#load(key.slice(prefix.length), text);
    }
    const waiting = [...this.#entries].filter(([, { height }]) => height === 0);
    for (const [hash, { tx, order }] of waiting.sort(([, one], [, other]) => one.order - other.order))
      this.#mempool.set(hash, { ...readPosting(tx), order });
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
    return this.#head.height;
  }

  /** Of the last block, hexadecimal. */
  get topHash(): string {
    return this.#head.hash;
  }

  /** How many transactions wait for a block. */
  get waiting(): number {
    return this.#mempool.size;
  }

  /** What was taken as fees so far. */
  get fees(): bigint {
    return this.#head.fees;
  }

  /** What was given out so far. */
  get given(): bigint {
    return this.#head.given;
  }

  /** What was in channels and nobody's when they were settled: it is gone. */
  get burnt(): bigint {
    return this.#head.burnt;
  }

  /** What lies in channels. */
  get locked(): bigint {
    let sum = 0n;
    for (const { amount } of this.#channels.values()) sum += amount;
    return sum;
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
    const { balance, nonce } = this.#books.account(toHex(accountKey(account)));
    return { balance, nonce };
  }

  /**
   * A channel that is in a block, until it is closed by both or settled.
   * @param id hexadecimal
   */
  channel(id: string): ChainChannel | undefined {
    const known = this.#channels.get(id);
    return known === undefined ? undefined : { id, ...known, state: known.lockedUntil === 0n ? 'open' : 'closing' };
  }

  /**
   * The last transaction of a channel that a block includes, also of one that is no more.
   * @param id of the channel, hexadecimal
   */
  lastOf(id: string): ChannelEvent | undefined {
    return this.#last.get(id);
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
    let id: string;
    try {
      id = toHex(decode(hash, 'th').bytes);
    } catch (error) {
      if (error instanceof Undecodable) return undefined;
      throw error;
    }
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const { era } = decode(entry.tx, 'tx');
    return {
      hash: encode('th', era, fromHex(id)),
      tx: entry.tx,
      blockHash: entry.height === 0 ? 'none' : encode('kh', era, blockHash(entry.height)),
      blockHeight: entry.height === 0 ? undefined : entry.height,
      confirmations: this.#confirmations(entry),
    };
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
    const taken = new Set([...ahead, ...this.#kept.of(account)]);
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
      const known = this.#kept.get(account, purpose);
      if (known !== undefined) return known;
      const kept = { account, purpose, nonce: this.nextNonce(account) };
      await this.#store.write([{ key: `${prefix}reserved/${keptKey(kept)}`, value: `${kept.nonce}` }]);
      this.#kept.add(kept);
      return kept.nonce;
    });
  }

  /** What was reserved for purposes that begin so is free again. */
  release(purpose: string): Promise<void> {
    return this.#alone(async () => {
      const kept = this.#kept.beginning(purpose);
      if (kept.length === 0) return;
      await this.#store.write(kept.map((one) => change('reserved', keptKey(one), undefined)));
      for (const one of kept) this.#kept.delete(one);
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
        if (!this.#entries.has(posting.hash)) await this.#take(posting);
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
    void this.#alone(async () => this.#watches.look((hash) => this.#confirmationsOf(hash)));
    return forget;
  }

  #load(key: string, text: string): void {
    const [kind = '', first = '', ...rest] = key.split('/');
    if (kind === 'reserved') this.#kept.add({ account: first, purpose: rest.join('/'), nonce: BigInt(text) });
    if (kind === 'head') this.#head = readRecord(text, headOf);
    if (kind === 'account') this.#accounts.set(first, readRecord(text, accountOf));
    if (kind === 'tx') this.#entries.set(first, readRecord(text, entryOf));
    if (kind === 'channel') this.#channels.set(first, readRecord(text, channelOf));
    if (kind === 'last') this.#last.set(first, readRecord(text, eventOf));
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

  #confirmations({ height }: Entry): number {
    return height === 0 ? 0 : this.#head.height - height + 1;
  }

  #confirmationsOf(hash: string): number | undefined {
    const entry = this.#entries.get(hash);
    return entry === undefined ? undefined : this.#confirmations(entry);
  }

  /** @throws Refusal, StoreFailed */
  async #take(posting: Posting): Promise<void> {
    const { hash, tx, channel, deed, signed } = posting;
    if (this.#mempool.size >= mostWaiting) throw new Refusal('Too many transactions wait for a block.');
    const known = this.#channels.get(channel);
    if (deed !== 'create' && known === undefined) throw new Refusal('There is no such channel.');
    if (known !== undefined && this.#next.channel(channel) === undefined)
      throw new Refusal('The channel is being closed already.');
    const sheet = new Sheet(this.#next);
    carryOut(sheet, posting, this.#head.height + 1);
    await checkSignatures(posting, this.#next, this.networkId);
    const order = this.#head.order + 1;
    const entry = { tx, height: 0, order };
    const head = { ...this.#head, order };
    const { owner, nonce } = nonceOf(signed.transaction, known);
    const used = this.#kept.withNonce(owner, nonce);
    await this.#write([
      change('tx', hash, entry),
      headChange(head),
      ...used.map((one) => change('reserved', keptKey(one), undefined)),
    ]);
    this.#head = head;
    this.#entries.set(hash, entry);
    this.#mempool.set(hash, { ...posting, order });
    this.#next.take(sheet);
    for (const one of used) this.#kept.delete(one);
  }

  /** Carries out what waits, on a sheet of its own. Whatever is not possible any more is found when the next block is made. */
  #lookAhead(): void {
    this.#next = new Sheet(this.#books);
    for (const posting of this.#mempool.values()) tried(this.#next, posting, this.#head.height + 1);
  }

  async #makeBlock(): Promise<void> {
    const isKnown = (account: string) => this.#accounts.has(account);
    const block = nextBlock(this.#books, this.#head, this.#mempool.values(), isKnown);
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
    this.#head = head;
    merge(this.#accounts, sheet.accounts);
    merge(this.#channels, sheet.channels);
    merge(this.#last, last);
    merge(this.#entries, entries);
    for (const hash of entries.keys()) this.#mempool.delete(hash);
    this.#lookAhead();
    this.#watches.look((hash) => this.#confirmationsOf(hash), dropped);
    for (const { channel, ...event } of events) this.#watches.tell(channel, event);
  }
}

function genesis(accounts: Readonly<Record<string, bigint | string>>): ReadonlyMap<string, bigint> {
  return new Map(
    Object.entries(accounts).map(([name, balance]): [string, bigint] => {
      if (!isAmount(`${balance}`)) {
        throw new LocalMisuse(`${name} was to be given ${balance}, which is no amount.`, { code: 'badAmount' });
      }
      return [toHex(accountKey(name)), BigInt(balance)];
    }),
  );
}

function merge<Value>(into: Map<string, Value>, changed: ReadonlyMap<string, Value | undefined>): void {
  for (const [key, value] of changed) {
    if (value === undefined) into.delete(key);
    else into.set(key, value);
  }
}
