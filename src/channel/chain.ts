/**
 * The chain that the embedded node brings along: accounts, a mempool, blocks. As a development chain it gives money to whoever is seen first; unlike
 * one it keeps what it has in a store.
 *
 * What it must never do: take a transaction that not both have signed, or make or lose a unit: balances, what lies in channels and fees are what was
 * given out, always.
 */
import { fromHex, toHex } from '../bytes.ts';
import { type Clock, systemClock, type TimerHandle } from '../clock.ts';
import { LocalMisuse, StoreFailed } from '../errors.ts';
import { isAmount } from '../money.ts';
import type { Store, StoreChange } from '../store.ts';
import { accountKey, decode, type Era, encode } from './encoding.ts';
import { blake2b256, channelId, transactionHash } from './hashes.ts';
import { joined } from './joined.ts';
import { type SigningForm, signedBy } from './signing.ts';
import { type ChannelCloseMutual, type ChannelCreate, decodeSigned, type Signed } from './transactions.ts';
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

interface Account {
  readonly balance: bigint;
  /** Every nonce up to this one is used. */
  readonly nonce: bigint;
  /** Those beyond it that are. */
  readonly ahead: readonly bigint[];
}

interface Entry {
  readonly tx: string;
  /** 0: in the mempool. */
  readonly height: number;
  /** In which order it was posted. */
  readonly order: number;
}

interface Locked {
  readonly initiator: string;
  readonly responder: string;
  readonly amount: bigint;
}

interface Head {
  readonly height: number;
  readonly hash: string;
  readonly order: number;
  readonly fees: bigint;
  readonly given: bigint;
}

type Posted = Signed<ChannelCreate | ChannelCloseMutual>;

interface Watch {
  readonly hash: string;
  readonly depth: number;
  readonly reached: () => void;
  readonly dropped: (reason: string) => void;
}

const prefix = 'chain/';
const defaultGift = 10n ** 24n;
const defaultBlockMs = 1_000;
/** Transactions of one block. */
const mostInBlock = 1_000;

const signingForms: Readonly<Record<Era, readonly SigningForm[]>> = {
  legacy: ['raw'],
  modern: ['network', 'networkHash'],
};

/** BigInts as strings, and the other way round where it is known what they are. */
const write = (value: object): string =>
  JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${member}` : member));

class Refusal extends Error {}

/** A chain of one node. */
export class Chain {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #blockMs: number;
  readonly #gift: bigint;
  readonly #genesis: ReadonlyMap<string, bigint> | undefined;
  readonly #networkId: string;
  readonly #report: (error: unknown) => void;
  readonly #accounts = new Map<string, Account>();
  readonly #entries = new Map<string, Entry>();
  readonly #channels = new Map<string, Locked>();
  /** By account and purpose. */
  readonly #reserved = new Map<string, { readonly account: string; readonly nonce: bigint }>();
  #head: Head = { height: 0, hash: '00'.repeat(32), order: 0, fees: 0n, given: 0n };
  readonly #watches = new Map<string, Watch>();
  #turn: Promise<unknown> = Promise.resolve();
  #timer: TimerHandle | undefined;
  #hasStopped = false;

  constructor(options: ChainOptions) {
    this.#store = options.store;
    this.#clock = options.clock ?? systemClock;
    this.#blockMs = options.blockMs ?? defaultBlockMs;
    this.#gift = options.accounts === undefined ? (options.gift ?? defaultGift) : 0n;
    this.#genesis = options.accounts === undefined ? undefined : genesis(options.accounts);
    this.#networkId = options.networkId ?? 'ae_devnet';
    this.#report = options.report ?? (() => {});
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

  /** What was taken as fees so far. */
  get fees(): bigint {
    return this.#head.fees;
  }

  /** What was given out so far. */
  get given(): bigint {
    return this.#head.given;
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
    return this.#account(toHex(accountKey(account))).balance;
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
   * The next free nonce of an account, kept for one purpose: asked again, it is the same.
   * @param account its key, hexadecimal
   */
  reserve(account: string, purpose: string): Promise<bigint> {
    return this.#alone(async () => {
      const key = `${account}/${purpose}`;
      const known = this.#reserved.get(key);
      if (known !== undefined) return known.nonce;
      const { nonce, ahead } = this.#account(account);
      const taken = new Set(ahead);
      for (const each of this.#reserved.values()) if (each.account === account) taken.add(each.nonce);
      for (const { transaction } of this.#mempool())
        if (nonceOwner(transaction, this.#channels) === account) taken.add(transaction.nonce);
      let free = nonce + 1n;
      while (taken.has(free)) free += 1n;
      await this.#store.write([{ key: `${prefix}reserved/${key}`, value: `${free}` }]);
      this.#reserved.set(key, { account, nonce: free });
      return free;
    });
  }

  /** What was reserved for purposes that begin so is free again. */
  release(purpose: string): Promise<void> {
    return this.#alone(async () => {
      const keys = [...this.#reserved].filter(([key, { account }]) => key.startsWith(`${account}/${purpose}`));
      if (keys.length === 0) return;
      await this.#store.write(keys.map(([key]) => ({ key: `${prefix}reserved/${key}`, value: undefined })));
      for (const [key] of keys) this.#reserved.delete(key);
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
        const { hash, signed, era } = readPosted(tx);
        if (this.#entries.has(hash)) return undefined;
        await this.#check(signed, era);
        const entry = { tx, height: 0, order: this.#head.order + 1 };
        const head = { ...this.#head, order: entry.order };
        const used = this.#usedReservation(signed.transaction);
        await this.#write([
          { key: `${prefix}tx/${hash}`, value: write(entry) },
          { key: `${prefix}head`, value: write(head) },
          ...used.map((key) => ({ key: `${prefix}reserved/${key}`, value: undefined })),
        ]);
        this.#head = head;
        this.#entries.set(hash, entry);
        for (const key of used) this.#reserved.delete(key);
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
    const { hash } = readPosted(tx);
    const id = `${hash}/${depth}/${this.#watches.size}/${this.#head.height}`;
    this.#watches.set(id, { hash, depth, reached, dropped });
    void this.#alone(async () => this.#notify());
    return () => this.#watches.delete(id);
  }

  #load(key: string, text: string): void {
    const [kind = '', first = '', ...rest] = key.split('/');
    if (kind === 'reserved') {
      this.#reserved.set([first, ...rest].join('/'), { account: first, nonce: BigInt(text) });
      return;
    }
    try {
      const value: unknown = JSON.parse(text);
      if (kind === 'head') this.#head = headOf(value);
      if (kind === 'account') this.#accounts.set(first, accountOf(value));
      if (kind === 'tx') this.#entries.set(first, entryOf(value));
      if (kind === 'channel') this.#channels.set(first, lockedOf(value));
    } catch (cause) {
      throw new StoreFailed('The store holds no readable record of the chain.', { code: 'brokenRecord', cause });
    }
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

  async #write(changes: readonly StoreChange[]): Promise<void> {
    try {
      await this.#store.write(changes);
    } catch (cause) {
      throw new StoreFailed('The store did not keep the chain.', { code: 'writeFailed', cause });
    }
  }

  #account(key: string): Account {
    return this.#accounts.get(key) ?? { balance: this.#genesis?.get(key) ?? this.#gift, nonce: 0n, ahead: [] };
  }

  #mempool(): Posted[] {
    return this.#waiting().map(({ tx }) => readPosted(tx).signed);
  }

  #waiting(): (Entry & { readonly hash: string })[] {
    return [...this.#entries]
      .filter(([, { height }]) => height === 0)
      .map(([hash, entry]) => ({ hash, ...entry }))
      .sort((one, other) => one.order - other.order);
  }

  #confirmations({ height }: Entry): number {
    return height === 0 ? 0 : this.#head.height - height + 1;
  }

  #usedReservation(transaction: ChannelCreate | ChannelCloseMutual): string[] {
    const owner = nonceOwner(transaction, this.#channels);
    return [...this.#reserved]
      .filter(([, { account, nonce }]) => account === owner && nonce === transaction.nonce)
      .map(([key]) => key);
  }

  /** @throws Refusal */
  async #check(signed: Posted, era: Era): Promise<void> {
    const { transaction } = signed;
    const { ttl, nonce } = transaction;
    if (ttl !== 0n && ttl <= BigInt(this.#head.height))
      throw new Refusal('The transaction is too late: its ttl is over.');
    const owner = nonceOwner(transaction, this.#channels);
    const pending = this.#mempool();
    const isUsed =
      this.#isUsed(owner, nonce) ||
      pending.some(
        (each) => nonceOwner(each.transaction, this.#channels) === owner && each.transaction.nonce === nonce,
      );
    if (isUsed || nonce === 0n) throw new Refusal(`The nonce ${nonce} of the initiator is used already.`);
    const [initiator, responder] =
      transaction.type === 'channelCreate'
        ? this.#checkCreate(transaction, pending)
        : this.#checkClose(transaction, pending);
    if (signed.signatures.length !== 2) throw new Refusal('The transaction has not two signatures.');
    for (const key of [initiator, responder]) {
      const form = await signedBy(signed, fromHex(key), this.#networkId);
      if (form === undefined || !signingForms[era].includes(form))
        throw new Refusal('Not both have signed the transaction.');
    }
  }

  #isUsed(key: string, nonce: bigint): boolean {
    const account = this.#account(key);
    return nonce <= account.nonce || account.ahead.includes(nonce);
  }

  #checkCreate(create: ChannelCreate, pending: readonly Posted[]): readonly [string, string] {
    const [initiator, responder] = [toHex(create.initiator), toHex(create.responder)];
    if (initiator === responder) throw new Refusal('The initiator and the responder are the same.');
    if (create.era === 'old') throw new Refusal('That form of the transaction is not taken any more.');
    if (create.initiatorAmount < create.channelReserve || create.responderAmount < create.channelReserve)
      throw new Refusal('The amounts are less than the reserve of the channel.');
    const spent = (key: string) =>
      pending.reduce((sum, { transaction }) => sum + debit(transaction, key), 0n) + debit(create, key);
    if (spent(initiator) > this.#account(initiator).balance) throw new Refusal('The initiator has not enough.');
    if (spent(responder) > this.#account(responder).balance) throw new Refusal('The responder has not enough.');
    return [initiator, responder];
  }

  #checkClose(close: ChannelCloseMutual, pending: readonly Posted[]): readonly [string, string] {
    const id = toHex(close.channelId);
    const locked = this.#channels.get(id);
    if (locked === undefined) throw new Refusal('There is no such channel.');
    const isClosing = pending.some(
      ({ transaction }) => transaction.type === 'channelCloseMutual' && toHex(transaction.channelId) === id,
    );
    if (isClosing) throw new Refusal('The channel is being closed already.');
    if (close.initiatorAmount + close.responderAmount + close.fee !== locked.amount)
      throw new Refusal('The amounts are not what lies in the channel.');
    if (close.era === 'today' && toHex(close.from) !== locked.initiator)
      throw new Refusal('The closing is not from the initiator.');
    return [locked.initiator, locked.responder];
  }

  async #makeBlock(): Promise<void> {
    const height = this.#head.height + 1;
    const accounts = new Map<string, Account>();
    const channels = new Map<string, Locked | undefined>();
    const entries = new Map<string, Entry | undefined>();
    let { fees, given } = this.#head;
    const account = (key: string) => accounts.get(key) ?? this.#account(key);
    const change = (key: string, by: bigint) => {
      const isNew = !accounts.has(key) && !this.#accounts.has(key);
      const before = account(key);
      if (isNew) given += before.balance;
      accounts.set(key, { ...before, balance: before.balance + by });
    };
    for (const { hash, ...entry } of this.#waiting().slice(0, mostInBlock)) {
      const { signed } = readPosted(entry.tx);
      const { transaction } = signed;
      if (transaction.ttl !== 0n && transaction.ttl < BigInt(height)) {
        entries.set(hash, undefined);
        continue;
      }
      const owner = nonceOwner(transaction, this.#channels);
      if (transaction.type === 'channelCreate') {
        const [initiator, responder] = [toHex(transaction.initiator), toHex(transaction.responder)];
        change(initiator, -debit(transaction, initiator));
        change(responder, -debit(transaction, responder));
        const id = toHex(channelId(transaction.initiator, transaction.nonce, transaction.responder));
        channels.set(id, { initiator, responder, amount: transaction.initiatorAmount + transaction.responderAmount });
      } else {
        const id = toHex(transaction.channelId);
        const locked = this.#channels.get(id);
        if (locked === undefined) continue;
        change(locked.initiator, transaction.initiatorAmount);
        change(locked.responder, transaction.responderAmount);
        channels.set(id, undefined);
      }
      accounts.set(owner, used(account(owner), transaction.nonce));
      fees += transaction.fee;
      entries.set(hash, { ...entry, height });
    }
    const head = { ...this.#head, height, hash: toHex(blockHash(height)), fees, given };
    await this.#write([
      { key: `${prefix}head`, value: write(head) },
      ...changesOf('account', accounts),
      ...changesOf('channel', channels),
      ...changesOf('tx', entries),
    ]);
    this.#head = head;
    merge(this.#accounts, accounts);
    merge(this.#channels, channels);
    merge(this.#entries, entries);
    this.#notify();
  }

  #notify(): void {
    for (const [id, { hash, depth, reached, dropped }] of this.#watches) {
      const entry = this.#entries.get(hash);
      if (entry === undefined) {
        this.#watches.delete(id);
        dropped('The transaction was not included in time: its ttl is over.');
      } else if (this.#confirmations(entry) > depth) {
        this.#watches.delete(id);
        reached();
      }
    }
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

/** @throws Refusal, Undecodable */
function readPosted(tx: string): { readonly hash: string; readonly era: Era; readonly signed: Posted } {
  const { era, bytes } = decode(tx, 'tx');
  const { signatures, transaction } = decodeSigned(bytes);
  if (transaction.type !== 'channelCreate' && transaction.type !== 'channelCloseMutual')
    throw new Refusal('The transaction is none that is posted here.');
  return { hash: toHex(transactionHash(bytes)), era, signed: { type: 'signed', signatures, transaction } };
}

/** Whose nonce a transaction has: of a closing of 2018 the channel tells. */
function nonceOwner(transaction: ChannelCreate | ChannelCloseMutual, channels: ReadonlyMap<string, Locked>): string {
  if (transaction.type === 'channelCreate') return toHex(transaction.initiator);
  if (transaction.era === 'today') return toHex(transaction.from);
  return channels.get(toHex(transaction.channelId))?.initiator ?? '';
}

/** What a transaction takes out of an account. */
function debit(transaction: ChannelCreate | ChannelCloseMutual, key: string): bigint {
  if (transaction.type !== 'channelCreate') return 0n;
  if (toHex(transaction.initiator) === key) return transaction.initiatorAmount + transaction.fee;
  return toHex(transaction.responder) === key ? transaction.responderAmount : 0n;
}

function used({ balance, nonce, ahead }: Account, also: bigint): Account {
  const rest = new Set([...ahead, also]);
  let next = nonce;
  while (rest.delete(next + 1n)) next += 1n;
  return { balance, nonce: next, ahead: [...rest] };
}

const blockHash = (height: number): Uint8Array =>
  blake2b256(joined(new TextEncoder().encode('statewire block'), new TextEncoder().encode(`${height}`)));

const changesOf = (kind: string, changed: ReadonlyMap<string, object | undefined>): StoreChange[] =>
  [...changed].map(([key, value]) => ({
    key: `${prefix}${kind}/${key}`,
    value: value === undefined ? undefined : write(value),
  }));

function merge<Value>(into: Map<string, Value>, changed: ReadonlyMap<string, Value | undefined>): void {
  for (const [key, value] of changed) {
    if (value === undefined) into.delete(key);
    else into.set(key, value);
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' ? { ...value } : {};

const digits = (value: unknown): bigint => BigInt(String(value));

function headOf(value: unknown): Head {
  const { height, hash, order, fees, given } = fieldsOf(value);
  return { height: Number(height), hash: String(hash), order: Number(order), fees: digits(fees), given: digits(given) };
}

function accountOf(value: unknown): Account {
  const { balance, nonce, ahead } = fieldsOf(value);
  return { balance: digits(balance), nonce: digits(nonce), ahead: Array.isArray(ahead) ? ahead.map(digits) : [] };
}

function entryOf(value: unknown): Entry {
  const { tx, height, order } = fieldsOf(value);
  return { tx: String(tx), height: Number(height), order: Number(order) };
}

function lockedOf(value: unknown): Locked {
  const { initiator, responder, amount } = fieldsOf(value);
  return { initiator: String(initiator), responder: String(responder), amount: digits(amount) };
}
