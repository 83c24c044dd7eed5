/** How the chain lies in its store: one record for the head, each account, channel and transaction, and each nonce that is kept for somebody. */
import { StoreFailed } from '../errors.ts';
import type { StoreChange } from '../store.ts';
import type { Account, ChannelObject } from './chainBooks.ts';
import type { ChannelDeed } from './chainPosting.ts';

/** A transaction of a channel that a block includes. */
export interface ChannelEvent {
  /** Of the transaction, hexadecimal. */
  readonly hash: string;
  readonly kind: ChannelDeed;
  /** Of the last state that the chain has seen then. */
  readonly round: bigint;
  /** Of the block. */
  readonly height: number;
}

/** A transaction, in a block or waiting for one. */
export interface Entry {
  readonly tx: string;
  /** 0: in the mempool. */
  readonly height: number;
  /** In which order it was posted. */
  readonly order: number;
}

export interface Head {
  readonly height: number;
  readonly hash: string;
  readonly order: number;
  readonly fees: bigint;
  readonly given: bigint;
  readonly burnt: bigint;
}

/** What all keys of the chain begin with. */
export const prefix = 'chain/';

/** What a key of the chain can be of. */
export type RecordKind = 'account' | 'channel' | 'last' | 'tx' | 'reserved';

/** BigInts as strings, and the other way round where it is known what they are. */
const write = (value: object): string =>
  JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${member}` : member));

export const headChange = (head: Head): StoreChange => ({ key: `${prefix}head`, value: write(head) });

/** A record, or none any more. */
export const change = (kind: RecordKind, key: string, value: object | undefined): StoreChange => ({
  key: `${prefix}${kind}/${key}`,
  value: value === undefined ? undefined : write(value),
});

export const changes = (kind: RecordKind, changed: ReadonlyMap<string, object | undefined>): StoreChange[] =>
  [...changed].map(([key, value]) => change(kind, key, value));

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' ? { ...value } : {};

const digits = (value: unknown): bigint => BigInt(String(value));

export function headOf(value: unknown): Head {
  const { height, hash, order, fees, given, burnt } = fieldsOf(value);
  return {
    height: Number(height),
    hash: String(hash),
    order: Number(order),
    fees: digits(fees),
    given: digits(given),
    burnt: digits(burnt),
  };
}

export function accountOf(value: unknown): Account {
  const { balance, nonce, ahead } = fieldsOf(value);
  return { balance: digits(balance), nonce: digits(nonce), ahead: Array.isArray(ahead) ? ahead.map(digits) : [] };
}

export function entryOf(value: unknown): Entry {
  const { tx, height, order } = fieldsOf(value);
  return { tx: String(tx), height: Number(height), order: Number(order) };
}

export function channelOf(value: unknown): ChannelObject {
  const fields = fieldsOf(value);
  return {
    initiator: String(fields['initiator']),
    responder: String(fields['responder']),
    stateHash: String(fields['stateHash']),
    amount: digits(fields['amount']),
    channelReserve: digits(fields['channelReserve']),
    lockPeriod: digits(fields['lockPeriod']),
    round: digits(fields['round']),
    soloRound: digits(fields['soloRound']),
    initiatorAmount: digits(fields['initiatorAmount']),
    responderAmount: digits(fields['responderAmount']),
    lockedUntil: digits(fields['lockedUntil']),
  };
}

const kinds: readonly ChannelDeed[] = [
  'create',
  'deposit',
  'withdraw',
  'closeMutual',
  'closeSolo',
  'slash',
  'settle',
  'snapshotSolo',
];

export function eventOf(value: unknown): ChannelEvent {
  const { hash, kind, round, height } = fieldsOf(value);
  const known = kinds.find((one) => one === kind);
  if (known === undefined) throw new TypeError(`${kind} is nothing that is done with a channel.`);
  return { hash: String(hash), kind: known, round: digits(round), height: Number(height) };
}

/** @throws StoreFailed `brokenRecord` */
export function readRecord<Value>(text: string, of: (value: unknown) => Value): Value {
  try {
    return of(JSON.parse(text));
  } catch (cause) {
    throw new StoreFailed('The store holds no readable record of the chain.', { code: 'brokenRecord', cause });
  }
}
