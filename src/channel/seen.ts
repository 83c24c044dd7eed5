/**
 * A transaction as a role machine sees it: read once, by the wire, into plain JSON. Keys, ids and hashes are lower-case hexadecimal, numbers are
 * decimal strings: whichever era a text is of, what it says is compared in one spelling.
 */
import { toHex } from '../bytes.ts';
import { accountKey, type Era } from './encoding.ts';
import { channelId, unsignedHash } from './hashes.ts';
import { Recent } from './recent.ts';
import { encodeTransaction } from './serialization.ts';
import { unsigned } from './signatures.ts';
import type {
  ChannelCloseMutual,
  ChannelCloseSolo,
  ChannelCreate,
  ChannelDeposit,
  ChannelOffchain,
  ChannelSettle,
  ChannelSlash,
  ChannelWithdraw,
} from './transactions.ts';
import { readTransaction, type Written } from './transactionText.ts';
import { Undecodable } from './undecodable.ts';

interface Common {
  /** How it was written. */
  readonly era: Era;
  /** The text that was read. */
  readonly tx: string;
  /** The hash of what is signed, without the signatures: it names the transaction, whoever has signed it. */
  readonly id: string;
  readonly signatures: readonly string[];
}

export interface SeenCreate extends Common {
  readonly kind: 'create';
  /** Of the channel that it opens. */
  readonly channelId: string;
  readonly initiator: string;
  readonly responder: string;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  readonly channelReserve: string;
  readonly lockPeriod: string;
  readonly ttl: string;
  readonly fee: string;
  readonly nonce: string;
  readonly stateHash: string;
}

/** What an off-chain transaction says has changed; only that of 2018 says it. */
export interface SeenUpdate {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
}

export interface SeenOffchain extends Common {
  readonly kind: 'offchain';
  readonly channelId: string;
  readonly round: string;
  readonly stateHash: string;
  /** Null where the transaction does not say. */
  readonly updates: readonly SeenUpdate[] | null;
}

export interface SeenClose extends Common {
  readonly kind: 'close';
  readonly channelId: string;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  readonly ttl: string;
  readonly fee: string;
  readonly nonce: string;
}

interface Funding extends Common {
  readonly channelId: string;
  readonly amount: string;
  readonly ttl: string;
  readonly fee: string;
  readonly stateHash: string;
  readonly round: string;
  readonly nonce: string;
}

/** More for the channel, out of the account `party`. */
export interface SeenDeposit extends Funding {
  readonly kind: 'deposit';
  readonly party: string;
}

/** Less for the channel, into the account `party`. */
export interface SeenWithdraw extends Funding {
  readonly kind: 'withdraw';
  readonly party: string;
}

/** What one party alone posts: it closes, answers a closing with a later state, or has the rest paid out. */
export interface SeenAlone extends Common {
  readonly kind: 'closeSolo' | 'slash' | 'settle';
  readonly channelId: string;
  readonly ttl: string;
  readonly fee: string;
  readonly nonce: string;
}

/** What is no transaction, or none that belongs here. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

export type Seen = SeenCreate | SeenOffchain | SeenClose | SeenDeposit | SeenWithdraw | SeenAlone | Unreadable;

const unreadable = (reason: string): Unreadable => ({ kind: 'unreadable', reason });

function seenCreate(common: Common, create: ChannelCreate): Seen {
  if (create.era === 'old') return unreadable('It is a create transaction of a form that no node takes any more.');
  if (create.era === 'today' && create.initiatorDelegates.length + create.responderDelegates.length > 0)
    return unreadable('It lets somebody else act for a party.');
  return {
    ...common,
    kind: 'create',
    channelId: toHex(channelId(create.initiator, create.nonce, create.responder)),
    initiator: toHex(create.initiator),
    responder: toHex(create.responder),
    initiatorAmount: `${create.initiatorAmount}`,
    responderAmount: `${create.responderAmount}`,
    channelReserve: `${create.channelReserve}`,
    lockPeriod: `${create.lockPeriod}`,
    ttl: `${create.ttl}`,
    fee: `${create.fee}`,
    nonce: `${create.nonce}`,
    stateHash: toHex(create.stateHash),
  };
}

function seenOffchain(common: Common, offchain: ChannelOffchain): Seen {
  if (offchain.era === 'old')
    return unreadable('It is an off-chain transaction of a form that no node takes any more.');
  if (offchain.era === '2018' && offchain.updates.some(({ op }) => op !== 'transfer')) {
    return unreadable('It changes what is in the channel, which an off-chain transaction cannot do by itself.');
  }
  return {
    ...common,
    kind: 'offchain',
    channelId: toHex(offchain.channelId),
    round: `${offchain.round}`,
    stateHash: toHex(offchain.stateHash),
    updates:
      offchain.era === 'today'
        ? null
        : offchain.updates.map(({ from, to, amount }) => ({ from: toHex(from), to: toHex(to), amount: `${amount}` })),
  };
}

const seenClose = (common: Common, close: ChannelCloseMutual): SeenClose => ({
  ...common,
  kind: 'close',
  channelId: toHex(close.channelId),
  initiatorAmount: `${close.initiatorAmount}`,
  responderAmount: `${close.responderAmount}`,
  ttl: `${close.ttl}`,
  fee: `${close.fee}`,
  nonce: `${close.nonce}`,
});

const funding = (common: Common, tx: ChannelDeposit | ChannelWithdraw): Funding => ({
  ...common,
  channelId: toHex(tx.channelId),
  amount: `${tx.amount}`,
  ttl: `${tx.ttl}`,
  fee: `${tx.fee}`,
  stateHash: toHex(tx.stateHash),
  round: `${tx.round}`,
  nonce: `${tx.nonce}`,
});

const alone = (
  common: Common,
  { channelId: id, ttl, fee, nonce }: ChannelCloseSolo | ChannelSlash | ChannelSettle,
) => ({
  ...common,
  channelId: toHex(id),
  ttl: `${ttl}`,
  fee: `${fee}`,
  nonce: `${nonce}`,
});

/** Reads an encoded transaction, whatever a peer may have sent. Never throws. */
export function see(tx: string): Seen {
  let read: Written;
  try {
    read = readTransaction(tx);
  } catch (error) {
    if (error instanceof Undecodable) return unreadable(error.message);
    throw error;
  }
  const { era, transaction } = read;
  const inner = unsigned(transaction);
  const common: Common = {
    era,
    tx,
    id: toHex(unsignedHash(encodeTransaction(inner))),
    signatures: transaction.type === 'signed' ? transaction.signatures.map(toHex) : [],
  };
  switch (inner.type) {
    case 'channelCreate':
      return seenCreate(common, inner);
    case 'channelOffchain':
      return seenOffchain(common, inner);
    case 'channelCloseMutual':
      return seenClose(common, inner);
    case 'channelDeposit':
      return { ...funding(common, inner), kind: 'deposit', party: toHex(inner.from) };
    case 'channelWithdraw':
      return { ...funding(common, inner), kind: 'withdraw', party: toHex(inner.to) };
    case 'channelCloseSolo':
      return { ...alone(common, inner), kind: 'closeSolo' };
    case 'channelSlash':
      return { ...alone(common, inner), kind: 'slash' };
    case 'channelSettle':
      return { ...alone(common, inner), kind: 'settle' };
    default:
      return unreadable(`A ${inner.type} transaction has no place here.`);
  }
}

/** Accounts that were read last: who pays names the same two each time, and base58 takes as long as an assignment and its guards. */
const recent = new Recent<string>();

/** The key of an account as lower-case hexadecimal, or `undefined` for what is no account. */
export function keyOf(account: string): string | undefined {
  const known = recent.get(account);
  if (known !== undefined) return known;
  try {
    return recent.keep(account, toHex(accountKey(account)));
  } catch (error) {
    if (error instanceof Undecodable) return undefined;
    throw error;
  }
}
