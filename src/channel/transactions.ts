/**
 * The transactions of a channel, as objects. Eras, where a transaction has more than one form:
 *
 * - `old`: node v0.13 to v0.15, with raw keys, of secp256k1 in updates. Some examples of the protocol text are in it. Only for reading: `sign` refuses it.
 * - `2018`: node v0.16 and v0.17, the nodes of the protocol text
 * - `delegates`: node v0.18 to the Lima protocol
 * - `today`: since the Iris protocol
 *
 * Numbers are whole, from 0 to 2^256 - 1; amounts and fees are in the chain's smallest unit, a `ttl` is a height or 0 for none. Keys and ids are
 * 32 bytes without their tag.
 */

interface ChannelCreateTerms {
  readonly type: 'channelCreate';
  /** Ed25519 key of 32 bytes, in every era. */
  readonly initiator: Uint8Array;
  readonly initiatorAmount: bigint;
  readonly responder: Uint8Array;
  readonly responderAmount: bigint;
  /** What both must keep in the channel. */
  readonly channelReserve: bigint;
  /** Blocks between closing alone and settling. */
  readonly lockPeriod: bigint;
  readonly ttl: bigint;
  readonly fee: bigint;
  /** Of the initiator's account. */
  readonly nonce: bigint;
}

/** `channel_create_tx` of version 1 with raw keys. For reading. */
export interface ChannelCreateOld extends ChannelCreateTerms {
  readonly era: 'old';
}

/** `channel_create_tx` of version 1, as in the protocol text. */
export interface ChannelCreate2018 extends ChannelCreateTerms {
  readonly era: '2018';
  /** Of the first state, 32 bytes. */
  readonly stateHash: Uint8Array;
}

/** `channel_create_tx` of version 1 with delegates. */
export interface ChannelCreateDelegates extends ChannelCreateTerms {
  readonly era: 'delegates';
  readonly delegates: readonly Uint8Array[];
  readonly stateHash: Uint8Array;
}

/** `channel_create_tx` of version 2. */
export interface ChannelCreateToday extends ChannelCreateTerms {
  readonly era: 'today';
  /** Accounts that may act for the initiator when the channel is disputed. */
  readonly initiatorDelegates: readonly Uint8Array[];
  readonly responderDelegates: readonly Uint8Array[];
  readonly stateHash: Uint8Array;
}

/** Opens a channel; signed by both. */
export type ChannelCreate = ChannelCreateOld | ChannelCreate2018 | ChannelCreateDelegates | ChannelCreateToday;

/** A transfer of the old off-chain transaction; keys of 65 bytes. */
export interface OldTransfer {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly amount: bigint;
}

/** `channel_offchain_tx` of version 1 with secp256k1 keys of 65 bytes. For reading. */
export interface ChannelOffchainOld {
  readonly type: 'channelOffchain';
  readonly era: 'old';
  readonly channelId: Uint8Array;
  readonly previousRound: bigint;
  readonly round: bigint;
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  readonly updates: readonly OldTransfer[];
  readonly state: Uint8Array;
}

/** What an off-chain transaction of 2018 says that has changed since the last state. Of a deposit or a withdrawal both keys are the same. */
export interface OffchainUpdate {
  readonly op: 'transfer' | 'withdraw' | 'deposit';
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly amount: bigint;
}

/** `channel_offchain_tx` of version 1, which says what has changed. */
export interface ChannelOffchain2018 {
  readonly type: 'channelOffchain';
  readonly era: '2018';
  readonly channelId: Uint8Array;
  /** One more than the last state's. */
  readonly round: bigint;
  readonly updates: readonly OffchainUpdate[];
  readonly stateHash: Uint8Array;
}

/** `channel_offchain_tx` of version 2, which says no more than the hash of the new state. */
export interface ChannelOffchainToday {
  readonly type: 'channelOffchain';
  readonly era: 'today';
  readonly channelId: Uint8Array;
  readonly round: bigint;
  readonly stateHash: Uint8Array;
}

/** The next state of a channel; signed by both, and never posted. */
export type ChannelOffchain = ChannelOffchainOld | ChannelOffchain2018 | ChannelOffchainToday;

interface Closing {
  readonly channelId: Uint8Array;
  /** What the initiator gets. */
  readonly initiatorAmount: bigint;
  /** What the responder gets. */
  readonly responderAmount: bigint;
  readonly ttl: bigint;
  readonly fee: bigint;
  readonly nonce: bigint;
}

/** `channel_close_mutual_tx` of 2018, for the initiator's account. */
export interface ChannelCloseMutual2018 extends Closing {
  readonly type: 'channelCloseMutual';
  readonly era: '2018';
}

/** `channel_close_mutual_tx`. */
export interface ChannelCloseMutualToday extends Closing {
  readonly type: 'channelCloseMutual';
  readonly era: 'today';
  /** Whose nonce it is. */
  readonly from: Uint8Array;
}

/** Ends a channel; signed by both. */
export type ChannelCloseMutual = ChannelCloseMutual2018 | ChannelCloseMutualToday;

interface Funding {
  readonly channelId: Uint8Array;
  readonly amount: bigint;
  readonly ttl: bigint;
  readonly fee: bigint;
  /** Of the state with the new balances. */
  readonly stateHash: Uint8Array;
  readonly round: bigint;
  readonly nonce: bigint;
}

/** `channel_deposit_tx`: more for the channel; signed by both. */
export interface ChannelDeposit extends Funding {
  readonly type: 'channelDeposit';
  readonly from: Uint8Array;
}

/** `channel_withdraw_tx`: less for the channel; signed by both. */
export interface ChannelWithdraw extends Funding {
  readonly type: 'channelWithdraw';
  readonly to: Uint8Array;
}

interface Dispute {
  readonly channelId: Uint8Array;
  readonly from: Uint8Array;
  /** The bytes of a co-signed off-chain transaction, or none where the last state is one that the chain has seen. */
  readonly payload: Uint8Array;
  /** The bytes of the proof of inclusion of both balances in that state. */
  readonly poi: Uint8Array;
  readonly ttl: bigint;
  readonly fee: bigint;
  readonly nonce: bigint;
}

/** `channel_close_solo_tx`: one party closes with a state of its choice; signed by that party. */
export interface ChannelCloseSolo extends Dispute {
  readonly type: 'channelCloseSolo';
}

/** `channel_slash_tx`: the answer, with a later state. */
export interface ChannelSlash extends Dispute {
  readonly type: 'channelSlash';
}

/** `channel_snapshot_solo_tx`: tells the chain of a later state and closes nothing; signed by one. */
export interface ChannelSnapshotSolo extends Omit<Dispute, 'poi' | 'payload'> {
  readonly type: 'channelSnapshotSolo';
  /** The bytes of a co-signed off-chain transaction. */
  readonly payload: Uint8Array;
}

/** `channel_settle_tx`: pays out once the lock period is over; signed by one. */
export interface ChannelSettle extends Closing {
  readonly type: 'channelSettle';
  readonly from: Uint8Array;
}

/** What is signed. */
export type Unsigned =
  | ChannelCreate
  | ChannelOffchain
  | ChannelCloseMutual
  | ChannelDeposit
  | ChannelWithdraw
  | ChannelCloseSolo
  | ChannelSlash
  | ChannelSettle
  | ChannelSnapshotSolo;

/** `signed_tx`: a transaction and its signatures, which are of the bytes of the transaction in it. */
export interface Signed<T extends Unsigned = Unsigned> {
  readonly type: 'signed';
  /**
   * Ed25519, 64 bytes each, none twice; DER of up to 72 bytes for the old off-chain transaction. Chains keep them in bytewise order, and hash them
   * so: `inOrder` puts them so. They are read in the order in which they come, since known clients add their own at the end.
   */
  readonly signatures: readonly Uint8Array[];
  readonly transaction: T;
}

/** Any transaction of a channel. */
export type Transaction = Unsigned | Signed;
