/** What the blocks of a chain say, and the transactions that wait for one: all that lies in the store, and how it is shown. */
import { fromHex, toHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { isAmount } from '../money.ts';
import type { Store } from '../store.ts';
import { type Block, blockHash } from './chainBlock.ts';
import type { Account, Books, ChannelObject } from './chainBooks.ts';
import { KeptNonces } from './chainNonces.ts';
import {
  accountOf,
  type ChannelEvent,
  channelOf,
  type Entry,
  entryOf,
  eventOf,
  type Head,
  headOf,
  prefix,
  readRecord,
} from './chainRecords.ts';
import { accountKey, decode, encode } from './encoding.ts';
import { Undecodable } from './undecodable.ts';

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

/** What accounts have that no block has named: those that are listed what the list says, and others nothing; or all of them a gift. */
export type Endowment = Readonly<Record<string, bigint | string>> | bigint;

/** The books of a chain. They change by what was written to the store, and by nothing else. */
export class ChainState implements Books {
  readonly #gift: bigint;
  readonly #genesis: ReadonlyMap<string, bigint>;
  readonly #accounts = new Map<string, Account>();
  readonly #channels = new Map<string, ChannelObject>();
  /** The last transaction of each channel, also of those that are no more. */
  readonly #last = new Map<string, ChannelEvent>();
  readonly #entries = new Map<string, Entry>();
  /** Nonces that are kept for somebody. */
  readonly kept = new KeptNonces();
  head: Head = { height: 0, hash: '00'.repeat(32), order: 0, fees: 0n, given: 0n, burnt: 0n };

  /** @throws LocalMisuse `badAmount`; Undecodable */
  constructor(endowment: Endowment) {
    const isGift = typeof endowment === 'bigint';
    this.#gift = isGift ? endowment : 0n;
    this.#genesis = isGift ? new Map() : genesis(endowment);
  }

  /** @throws StoreFailed */
  async load(store: Store): Promise<void> {
    for await (const key of store.keys(prefix)) {
      const text = await store.read(key);
      if (text !== undefined) this.#load(key.slice(prefix.length), text);
    }
  }

  account(key: string): Account {
    return this.#accounts.get(key) ?? { balance: this.#genesis.get(key) ?? this.#gift, nonce: 0n, ahead: [] };
  }

  /** Whether a block has named this account. */
  isKnown(key: string): boolean {
    return this.#accounts.has(key);
  }

  channel(id: string): ChannelObject | undefined {
    return this.#channels.get(id);
  }

  lastOf(id: string): ChannelEvent | undefined {
    return this.#last.get(id);
  }

  entry(hash: string): Entry | undefined {
    return this.#entries.get(hash);
  }

  putEntry(hash: string, entry: Entry): void {
    this.#entries.set(hash, entry);
  }

  /** What no block includes yet, in the order in which it was posted. */
  get waiting(): readonly (readonly [hash: string, entry: Entry])[] {
    return [...this.#entries]
      .filter(([, { height }]) => height === 0)
      .sort(([, one], [, other]) => one.order - other.order);
  }

  /** What lies in channels. */
  get locked(): bigint {
    let sum = 0n;
    for (const { amount } of this.#channels.values()) sum += amount;
    return sum;
  }

  /** How many blocks a transaction has, its own counted; `undefined` where there is no such transaction. */
  confirmationsOf(hash: string): number | undefined {
    const entry = this.#entries.get(hash);
    return entry === undefined ? undefined : this.#confirmations(entry);
  }

  /**
   * As the chain shows it.
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

  /** A block that was written. @param last of each channel, what it does with it last */
  take({ head, sheet, entries }: Block, last: ReadonlyMap<string, ChannelEvent>): void {
    this.head = head;
    merge(this.#accounts, sheet.accounts);
    merge(this.#channels, sheet.channels);
    merge(this.#last, last);
    merge(this.#entries, entries);
  }

  #load(key: string, text: string): void {
    const [kind = '', first = '', ...rest] = key.split('/');
    if (kind === 'reserved') this.kept.add({ account: first, purpose: rest.join('/'), nonce: BigInt(text) });
    if (kind === 'head') this.head = readRecord(text, headOf);
    if (kind === 'account') this.#accounts.set(first, readRecord(text, accountOf));
    if (kind === 'tx') this.#entries.set(first, readRecord(text, entryOf));
    if (kind === 'channel') this.#channels.set(first, readRecord(text, channelOf));
    if (kind === 'last') this.#last.set(first, readRecord(text, eventOf));
  }

  #confirmations({ height }: Entry): number {
    return height === 0 ? 0 : this.head.height - height + 1;
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
