/**
 * How every transaction of a channel is written, each form said once for both ways. The order of the fields is the wire's.
 */
import {
  account,
  bytes,
  bytesUpTo,
  channel,
  type Field,
  group,
  int,
  list,
  type Pass,
  reading,
  writing,
} from './fields.ts';
import { encodeRlp, type Item } from './rlp.ts';
import type {
  ChannelCloseMutual2018,
  ChannelCloseMutualToday,
  ChannelCloseSolo,
  ChannelCreate,
  ChannelCreate2018,
  ChannelCreateDelegates,
  ChannelCreateOld,
  ChannelCreateToday,
  ChannelDeposit,
  ChannelOffchain,
  ChannelOffchain2018,
  ChannelOffchainOld,
  ChannelOffchainToday,
  ChannelSettle,
  ChannelSlash,
  ChannelSnapshotSolo,
  ChannelWithdraw,
  OffchainUpdate,
  OldTransfer,
  Unsigned,
} from './transactions.ts';
import { Undecodable } from './undecodable.ts';

const hash = bytes(32);
const key = bytes(32);
const oldKey = bytes(65);
/** Bytes that are not looked into: as many as a transaction can hold. */
const data = bytesUpTo(65_536);
const delegates = list(account, 64);

const oldTransfer = group<OldTransfer>(3, (pass, transfer) => ({
  from: pass(oldKey, transfer?.from),
  to: pass(oldKey, transfer?.to),
  amount: pass(int, transfer?.amount),
}));

const ops = ['transfer', 'withdraw', 'deposit'] as const;

const op: Field<OffchainUpdate['op']> = {
  read(item) {
    const named = ops[Number(int.read(item))];
    if (named === undefined) throw new Undecodable('wrongField', 'An update is no transfer, withdrawal or deposit.');
    return named;
  },
  // A name that is none has the index -1, which is no number of the wire.
  write: (value) => int.write(BigInt(ops.indexOf(value))),
};

const update = group<OffchainUpdate>(4, (pass, given) => ({
  op: pass(op, given?.op),
  from: pass(key, given?.from),
  to: pass(key, given?.to),
  amount: pass(int, given?.amount),
}));

const oldTransfers = list(oldTransfer, 256);
const updates = list(update, 256);

/** One form of one transaction. What it reads has as many fields as its `count` says. */
export interface Form<T> {
  readonly tag: number;
  readonly version: number;
  /** How many fields follow the version. */
  readonly count: number;
  read(fields: readonly Item[]): T;
  write(transaction: T): Uint8Array;
}

/** A form whose fields `pass` goes over, in their order on the wire. */
export function form<T>(
  tag: number,
  version: number,
  count: number,
  pass: (pass: Pass, transaction?: T) => T,
): Form<T> {
  return {
    tag,
    version,
    count,
    read: (fields) => pass(reading(fields), undefined),
    write(transaction) {
      const items = [int.write(BigInt(tag)), int.write(BigInt(version))];
      pass(writing(items), transaction);
      return encodeRlp(items);
    },
  };
}

const createOld = form<ChannelCreateOld>(50, 1, 9, (pass, tx) => ({
  type: 'channelCreate',
  era: 'old',
  initiator: pass(key, tx?.initiator),
  initiatorAmount: pass(int, tx?.initiatorAmount),
  responder: pass(key, tx?.responder),
  responderAmount: pass(int, tx?.responderAmount),
  channelReserve: pass(int, tx?.channelReserve),
  lockPeriod: pass(int, tx?.lockPeriod),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  nonce: pass(int, tx?.nonce),
}));

const create2018 = form<ChannelCreate2018>(50, 1, 10, (pass, tx) => ({
  type: 'channelCreate',
  era: '2018',
  initiator: pass(account, tx?.initiator),
  initiatorAmount: pass(int, tx?.initiatorAmount),
  responder: pass(account, tx?.responder),
  responderAmount: pass(int, tx?.responderAmount),
  channelReserve: pass(int, tx?.channelReserve),
  lockPeriod: pass(int, tx?.lockPeriod),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  stateHash: pass(hash, tx?.stateHash),
  nonce: pass(int, tx?.nonce),
}));

const createDelegates = form<ChannelCreateDelegates>(50, 1, 11, (pass, tx) => ({
  type: 'channelCreate',
  era: 'delegates',
  initiator: pass(account, tx?.initiator),
  initiatorAmount: pass(int, tx?.initiatorAmount),
  responder: pass(account, tx?.responder),
  responderAmount: pass(int, tx?.responderAmount),
  channelReserve: pass(int, tx?.channelReserve),
  lockPeriod: pass(int, tx?.lockPeriod),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  delegates: pass(delegates, tx?.delegates),
  stateHash: pass(hash, tx?.stateHash),
  nonce: pass(int, tx?.nonce),
}));

const createToday = form<ChannelCreateToday>(50, 2, 12, (pass, tx) => ({
  type: 'channelCreate',
  era: 'today',
  initiator: pass(account, tx?.initiator),
  initiatorAmount: pass(int, tx?.initiatorAmount),
  responder: pass(account, tx?.responder),
  responderAmount: pass(int, tx?.responderAmount),
  channelReserve: pass(int, tx?.channelReserve),
  lockPeriod: pass(int, tx?.lockPeriod),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  initiatorDelegates: pass(delegates, tx?.initiatorDelegates),
  responderDelegates: pass(delegates, tx?.responderDelegates),
  stateHash: pass(hash, tx?.stateHash),
  nonce: pass(int, tx?.nonce),
}));

const offchainOld = form<ChannelOffchainOld>(57, 1, 9, (pass, tx) => ({
  type: 'channelOffchain',
  era: 'old',
  channelId: pass(hash, tx?.channelId),
  previousRound: pass(int, tx?.previousRound),
  round: pass(int, tx?.round),
  initiator: pass(oldKey, tx?.initiator),
  responder: pass(oldKey, tx?.responder),
  initiatorAmount: pass(int, tx?.initiatorAmount),
  responderAmount: pass(int, tx?.responderAmount),
  updates: pass(oldTransfers, tx?.updates),
  state: pass(data, tx?.state),
}));

const offchain2018 = form<ChannelOffchain2018>(57, 1, 4, (pass, tx) => ({
  type: 'channelOffchain',
  era: '2018',
  channelId: pass(channel, tx?.channelId),
  round: pass(int, tx?.round),
  updates: pass(updates, tx?.updates),
  stateHash: pass(hash, tx?.stateHash),
}));

const offchainToday = form<ChannelOffchainToday>(57, 2, 3, (pass, tx) => ({
  type: 'channelOffchain',
  era: 'today',
  channelId: pass(channel, tx?.channelId),
  round: pass(int, tx?.round),
  stateHash: pass(hash, tx?.stateHash),
}));

const closeMutual2018 = form<ChannelCloseMutual2018>(53, 1, 6, (pass, tx) => ({
  type: 'channelCloseMutual',
  era: '2018',
  channelId: pass(channel, tx?.channelId),
  initiatorAmount: pass(int, tx?.initiatorAmount),
  responderAmount: pass(int, tx?.responderAmount),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  nonce: pass(int, tx?.nonce),
}));

const closeMutualToday = form<ChannelCloseMutualToday>(53, 1, 7, (pass, tx) => ({
  type: 'channelCloseMutual',
  era: 'today',
  channelId: pass(channel, tx?.channelId),
  from: pass(account, tx?.from),
  initiatorAmount: pass(int, tx?.initiatorAmount),
  responderAmount: pass(int, tx?.responderAmount),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  nonce: pass(int, tx?.nonce),
}));

const deposit = form<ChannelDeposit>(51, 1, 8, (pass, tx) => ({
  type: 'channelDeposit',
  channelId: pass(channel, tx?.channelId),
  from: pass(account, tx?.from),
  amount: pass(int, tx?.amount),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  stateHash: pass(hash, tx?.stateHash),
  round: pass(int, tx?.round),
  nonce: pass(int, tx?.nonce),
}));

const withdraw = form<ChannelWithdraw>(52, 1, 8, (pass, tx) => ({
  type: 'channelWithdraw',
  channelId: pass(channel, tx?.channelId),
  to: pass(account, tx?.to),
  amount: pass(int, tx?.amount),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  stateHash: pass(hash, tx?.stateHash),
  round: pass(int, tx?.round),
  nonce: pass(int, tx?.nonce),
}));

const closeSolo = form<ChannelCloseSolo>(54, 1, 7, (pass, tx) => ({
  type: 'channelCloseSolo',
  channelId: pass(channel, tx?.channelId),
  from: pass(account, tx?.from),
  payload: pass(data, tx?.payload),
  poi: pass(data, tx?.poi),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  nonce: pass(int, tx?.nonce),
}));

const slash = form<ChannelSlash>(55, 1, 7, (pass, tx) => ({
  type: 'channelSlash',
  channelId: pass(channel, tx?.channelId),
  from: pass(account, tx?.from),
  payload: pass(data, tx?.payload),
  poi: pass(data, tx?.poi),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  nonce: pass(int, tx?.nonce),
}));

const settle = form<ChannelSettle>(56, 1, 7, (pass, tx) => ({
  type: 'channelSettle',
  channelId: pass(channel, tx?.channelId),
  from: pass(account, tx?.from),
  initiatorAmount: pass(int, tx?.initiatorAmount),
  responderAmount: pass(int, tx?.responderAmount),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  nonce: pass(int, tx?.nonce),
}));

const snapshotSolo = form<ChannelSnapshotSolo>(59, 1, 6, (pass, tx) => ({
  type: 'channelSnapshotSolo',
  channelId: pass(channel, tx?.channelId),
  from: pass(account, tx?.from),
  payload: pass(data, tx?.payload),
  ttl: pass(int, tx?.ttl),
  fee: pass(int, tx?.fee),
  nonce: pass(int, tx?.nonce),
}));

/** Every form of what is signed. */
export const unsignedForms: readonly Pick<Form<Unsigned>, 'tag' | 'version' | 'count' | 'read'>[] = [
  createOld,
  create2018,
  createDelegates,
  createToday,
  deposit,
  withdraw,
  closeMutual2018,
  closeMutualToday,
  closeSolo,
  slash,
  settle,
  snapshotSolo,
  offchainOld,
  offchain2018,
  offchainToday,
];

function writeCreate(transaction: ChannelCreate): Uint8Array {
  switch (transaction.era) {
    case 'old':
      return createOld.write(transaction);
    case '2018':
      return create2018.write(transaction);
    case 'delegates':
      return createDelegates.write(transaction);
    case 'today':
      return createToday.write(transaction);
  }
}

function writeOffchain(transaction: ChannelOffchain): Uint8Array {
  switch (transaction.era) {
    case 'old':
      return offchainOld.write(transaction);
    case '2018':
      return offchain2018.write(transaction);
    case 'today':
      return offchainToday.write(transaction);
  }
}

/** @throws LocalMisuse `wrongField` */
export function writeUnsigned(transaction: Unsigned): Uint8Array {
  switch (transaction.type) {
    case 'channelCreate':
      return writeCreate(transaction);
    case 'channelOffchain':
      return writeOffchain(transaction);
    case 'channelCloseMutual':
      return transaction.era === '2018' ? closeMutual2018.write(transaction) : closeMutualToday.write(transaction);
    case 'channelDeposit':
      return deposit.write(transaction);
    case 'channelWithdraw':
      return withdraw.write(transaction);
    case 'channelCloseSolo':
      return closeSolo.write(transaction);
    case 'channelSlash':
      return slash.write(transaction);
    case 'channelSettle':
      return settle.write(transaction);
    case 'channelSnapshotSolo':
      return snapshotSolo.write(transaction);
  }
}
