/** A transaction as it is posted: read once, with what is in it, before anything is decided about it. */
import { toHex } from '../bytes.ts';
import { Refusal } from './chainBooks.ts';
import { decode, type Era, encode } from './encoding.ts';
import { channelId, transactionHash } from './hashes.ts';
import { type Proof, readProof } from './poi.ts';
import { decodeSigned, encodeTransaction } from './serialization.ts';
import { inOrder } from './signatures.ts';
import type {
  ChannelCreateOld,
  ChannelOffchain,
  ChannelOffchain2018,
  ChannelOffchainToday,
  Signed,
  Unsigned,
} from './transactions.ts';

/** What is posted. */
export type OnChain = Exclude<Unsigned, ChannelCreateOld | ChannelOffchain>;

/** What a transaction does with its channel. */
export type ChannelDeed =
  | 'create'
  | 'deposit'
  | 'withdraw'
  | 'closeMutual'
  | 'closeSolo'
  | 'slash'
  | 'settle'
  | 'snapshotSolo';

const deeds: Readonly<Record<OnChain['type'], ChannelDeed>> = {
  channelCreate: 'create',
  channelDeposit: 'deposit',
  channelWithdraw: 'withdraw',
  channelCloseMutual: 'closeMutual',
  channelCloseSolo: 'closeSolo',
  channelSlash: 'slash',
  channelSettle: 'settle',
  channelSnapshotSolo: 'snapshotSolo',
};

/** A state that both have signed off the chain. */
export type OffchainState = Signed<ChannelOffchain2018 | ChannelOffchainToday>;

export interface Posting {
  /** Of the transaction with its signatures in order, hexadecimal: the same however they were put. */
  readonly hash: string;
  /** So, as text. */
  readonly tx: string;
  readonly era: Era;
  readonly signed: Signed<OnChain>;
  readonly deed: ChannelDeed;
  /** Of its channel, hexadecimal. */
  readonly channel: string;
  /** What a party that acts alone shows: none where the last state on the chain is meant. */
  readonly state: OffchainState | undefined;
  /** What both have in that state. */
  readonly proof: Proof | undefined;
}

/** @throws Refusal */
function onChain(transaction: Unsigned): OnChain {
  if (transaction.type === 'channelOffchain') throw new Refusal('An off-chain transaction is not posted.');
  if (transaction.type === 'channelCreate' && transaction.era === 'old')
    throw new Refusal('That form of the transaction is not taken any more.');
  return transaction;
}

/** @throws Refusal, Undecodable */
function stateOf(transaction: OnChain): OffchainState | undefined {
  if (!('payload' in transaction) || transaction.payload.length === 0) return undefined;
  const { signatures, transaction: state } = decodeSigned(transaction.payload);
  if (state.type !== 'channelOffchain' || state.era === 'old')
    throw new Refusal('What is shown as a state is no off-chain transaction.');
  return { type: 'signed', signatures, transaction: state };
}

const channelOf = (transaction: OnChain): Uint8Array =>
  transaction.type === 'channelCreate'
    ? channelId(transaction.initiator, transaction.nonce, transaction.responder)
    : transaction.channelId;

/**
 * Reads what somebody wants to post.
 * @throws Refusal, Undecodable
 */
export function readPosting(text: string): Posting {
  const { era, bytes } = decode(text, 'tx');
  const { signatures, transaction: read } = decodeSigned(bytes);
  const transaction = onChain(read);
  const signed = inOrder({ type: 'signed', signatures, transaction });
  const ordered = encodeTransaction(signed);
  return {
    hash: toHex(transactionHash(ordered)),
    tx: encode('tx', era, ordered),
    era,
    signed,
    deed: deeds[transaction.type],
    channel: toHex(channelOf(transaction)),
    state: stateOf(transaction),
    proof: 'poi' in transaction ? readProof(transaction.poi) : undefined,
  };
}
