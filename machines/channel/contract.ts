/**
 * Sketch of the channel's three roles as types: what each is told and what it tells. It is for writing `messages.ts` and the three machines
 * against, and is replaced by them. Nothing here runs.
 *
 * - `initiator`, `responder`: durable; one per channel, named by the app. Each owns the last co-signed state and what it has signed since:
 *   one transaction a round, unless a conflict took the round back. They differ in `opening` only.
 * - `node`: durable; one per channel, named by a hash of both keys, the parameters and the host's fresh salt (the channel id comes later, and
 *   leads to it through the directory). It owns the channel's state and speaks with both parties: `from` and `to` are `initiator` or `responder`.
 *   Which socket a party is on is the host's knowledge; who is `present` is not true any more after a restart, and has to be told as lost.
 * - A crash between persisting and sending: the restored side sends nothing by itself. On `connection.opened` of a party each role says again what
 *   its state owes that party (the node its sign request, a party its signed reply); a reply that comes twice is known by its hash.
 * - Restored timers: a state that waits for a peer is entered again on `connection.opened`, and its time with it. What must not be
 *   postponed so (confirmations, locks) is counted in blocks.
 */
import type { Ask, Do, Told } from '../../src/contract.ts';
import type { ConnectionFact, Misused, Send, Violated, Withdraw } from '../../src/role.ts';

// The wire, as in the text. Amounts are decimal strings here and JSON integers of any size on the wire.

export type Party = 'initiator' | 'responder';
export type Dialect = 'text' | 'epoch';
export interface Update {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
}
type Tx = { readonly tx: string };
export type OpeningInfo =
  | 'channel_accept'
  | 'channel_open'
  | 'funding_created'
  | 'funding_signed'
  | 'own_funding_locked'
  | 'funding_locked'
  | 'open';
export type Info = OpeningInfo | 'update' | 'update_finalized' | 'close_mutual' | 'died';
/** The node of its time says `*_sign` where the text says `*_signed`; a party echoes what it was given. */
export type CreateTag = `${Party}_signed` | `${Party}_sign`;
export type SignTag = CreateTag | 'update' | 'update_ack' | 'shutdown_sign' | 'shutdown_sign_ack';
export type FromNode =
  | { readonly action: 'info'; readonly payload: { readonly event: Info } }
  | { readonly action: 'sign'; readonly tag: SignTag; readonly payload: Tx }
  | { readonly action: 'on_chain_tx'; readonly payload: Tx }
  /** Of the node of its time: an update is finished, or the channel is open. */
  | { readonly action: 'update'; readonly payload: { readonly state: string } }
  | { readonly action: 'error'; readonly payload: { reason: string; request: unknown } | { message: string } }
  | { readonly action: 'conflict'; readonly payload: { readonly channel_id: string; readonly round: number } }
  | { readonly action: 'message'; readonly payload: { readonly message: Envelope } };
export interface Envelope {
  readonly channel_id: string;
  readonly from: string;
  readonly to: string;
  readonly info: string;
}
export type ToNode =
  | { readonly action: CreateTag | 'update_ack' | 'shutdown_sign' | 'shutdown_sign_ack'; readonly payload: Tx }
  | { readonly action: 'update'; readonly tag: 'new'; readonly payload: Update }
  | { readonly action: 'update'; readonly payload: Tx }
  | { readonly action: 'shutdown' }
  | { readonly action: 'message'; readonly payload: { readonly info: string; readonly to: string } };

/** The event's name says what the message is about, so that the chart does: `received.info.open`, `received.sign.update`. */
type Received<M> = M extends { readonly action: infer A extends string } ? Told<NameOf<M, A>, { message: M }> : never;
type NameOf<M, A extends string> = M extends { readonly payload: { readonly event: infer E extends string } }
  ? `received.${A}.${E}`
  : M extends { readonly tag: infer T extends string }
    ? `received.${A}.${T}`
    : `received.${A}`;
/** `received.info.unknown` is noticed and ignored. */
type Malformed = Told<'received.malformed' | 'received.info.unknown', { reason: string }>;
type OrderClose = Do<'orderClose', { code: number; reason: string }>;

/** A state that both have signed. */
export interface Agreed {
  readonly round: number;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  /** The co-signed transaction: what closes the channel alone. */
  readonly tx: string;
}

// The parties.

export interface PartyInput {
  readonly initiator: string;
  readonly responder: string;
  readonly lock_period: number;
  readonly push_amount: string;
  readonly initiator_amount: string;
  readonly responder_amount: string;
  readonly channel_reserve: string;
  readonly ttl: number;
  readonly minimum_depth: number;
  readonly attempts: number;
  readonly answerTimeout: number;
  readonly signTimeout: number;
  readonly closeTimeout: number;
}
/** After `opening` both are the same. `awaitingSignature` waits for our signer, all other states for the node. */
type OpenState =
  | `open.${'ready' | 'awaitingUpdateSign' | 'awaitingSignature' | 'awaitingFinalized' | 'awaitingAckSign' | 'awaitingAckSignature' | 'awaitingAckFinalized'}`
  | 'open.reconnecting'
  | `closing.${'awaitingShutdownSign' | 'awaitingSignature' | 'awaitingOnChainTx' | 'awaitingDied' | 'disconnecting' | 'reconnecting'}`;
type Locking =
  | 'awaitingOnChainTx'
  | 'awaitingOwnFundingLocked'
  | 'awaitingFundingLocked'
  | 'awaitingOpen'
  | 'reconnecting';
export type InitiatorState =
  | 'idle'
  | `opening.${'connecting' | 'awaitingChannelAccept' | 'awaitingSign' | 'awaitingSignature' | 'awaitingFundingSigned' | Locking}`
  | OpenState
  | 'closed'
  | 'failed';
export type ResponderState =
  | 'idle'
  | `opening.${'connecting' | 'awaitingChannelOpen' | 'awaitingFundingCreated' | 'awaitingSign' | 'awaitingSignature' | Locking}`
  | OpenState
  | 'closed'
  | 'failed';
export interface PartyContext extends PartyInput {
  readonly channelId: string;
  readonly agreed: Agreed | null;
  /** What we have signed over `agreed` and sent. A conflict drops it; a reconnect sends it again; the same request is answered with it again. */
  readonly promised: {
    readonly round: number;
    readonly hash: string;
    readonly tag: SignTag;
    readonly tx: string;
  } | null;
  /** What the state is about: whose update, the command to settle (empty: the other's), and the signature that is waited for. */
  readonly underWay: {
    readonly command: string;
    readonly update: Update | null;
    readonly hash: string;
    readonly tag: SignTag;
  } | null;
  readonly attempt: number;
  readonly reason: string;
}
export type PartyEvent =
  | Told<'command.open' | 'command.shutdown' | 'command.disconnect', { id: string }>
  | Told<'command.update', { id: string; update: Update }>
  | Told<'command.message', { id: string; info: string; to: string }>
  | Received<FromNode>
  | Malformed
  | ConnectionFact
  | Told<'handedOver', { id: string; ok: boolean }>
  /**
   * The signer's answers. `id` is the hash of the unsigned transaction. A conflict leaves the state, which withdraws the request; a signature that
   * comes all the same names a hash that nobody waits for, and ends at the root without a word on the wire.
   */
  | Told<'signed', { id: string; tx: string }>
  | Told<'refused', { id: string; reason: string }>;
export type PartyEmitted =
  | Send<ToNode>
  | Ask<'requestConnection', { attempt: number }>
  /** The machine has compared `tx` with what was announced; `inspected` is what the app's own policy, or a person, is shown. */
  | Ask<'requestSignature', { tag: SignTag; tx: string; inspected: Omit<Agreed, 'tx'> }>
  | OrderClose
  | Withdraw
  | Told<'progressed', { info: OpeningInfo | 'on_chain_tx' }>
  | Told<'opened', { id: string; channelId: string }>
  /** `id` is empty where the other party began. */
  | Told<'updated', { id: string; agreed: Agreed }>
  | Told<'failed', { id: string; reason: 'refused' | 'conflict' | 'timeout' | 'lost' | 'died' | 'notOpen' }>
  | Told<'conflicted', { round: number }>
  | Told<'messaged', { message: Envelope }>
  | Told<'handed' | 'shutDown', { id: string }>
  | Told<'disconnected', { reason: string }>
  | Violated
  | Misused;
export type PartyOutput = {
  readonly ended: 'mutual' | 'died' | 'failed';
  readonly reason: string;
  readonly agreed: Agreed | null;
};

// The node.

export interface NodeInput extends Omit<PartyInput, 'attempts'> {
  readonly maxPostponed: number;
}
/** Starter and acknowledger are roles of an update, so they are in the context and not in the names of states. */
export type NodeState =
  | `opening.${'awaitingParties' | 'awaitingInitiatorSignature' | 'awaitingResponderSignature' | 'awaitingVerdict' | 'awaitingConfirmations'}`
  | `open.${'ready' | 'awaitingStarterSignature' | 'awaitingStarterVerdict' | 'awaitingAcknowledgerSignature' | 'awaitingAcknowledgerVerdict'}`
  /** The update is void already; an `epoch` client must answer its sign request before it can be told. */
  | 'open.awaitingVoidSignature'
  | `closing.${'awaitingStarterSignature' | 'awaitingStarterVerdict' | 'awaitingAcknowledgerSignature' | 'awaitingAcknowledgerVerdict' | 'awaitingMempool'}`
  | 'closed'
  | 'failed';
export interface NodeContext extends NodeInput {
  readonly channelId: string;
  readonly agreed: Agreed | null;
  /** The transaction that is being signed, by whom already, and who began. */
  readonly proposed: {
    readonly starter: Party;
    readonly hash: string;
    readonly tx: string;
    readonly signed: readonly Party[];
  } | null;
  readonly confirmations: number;
  /** A party's next updates while its own is under way: the node of its time puts them off. At most `maxPostponed`. */
  readonly postponed: readonly { readonly from: Party; readonly update: Update }[];
  /** The dialect of each party that is here now; a party may come back with another. */
  readonly present: Readonly<Partial<Record<Party, Dialect>>>;
}
export type NodeEvent =
  | (Received<ToNode> & { readonly from: Party })
  | (Malformed & { readonly from: Party })
  /** A party's newest socket. An older one of the same party is closed by the host and not told of. */
  | (Extract<ConnectionFact, { type: 'connection.opened' }> & { readonly from: Party; readonly dialect: Dialect })
  | (Extract<ConnectionFact, { type: 'connection.lost' }> & { readonly from: Party })
  | Told<'command.stop'>
  /** `id` is the hash of the signed transaction: a verdict that was overtaken by a conflict is nobody's. */
  | Told<'verified', { id: string; ok: boolean }>
  /** The chain's answers: to `requestPosting` once, to each `requestDepth` once. */
  | Told<'posted' | 'rejected' | 'reached', { id: string; reason?: string }>;
export type NodeEmitted =
  /** One machine, two parties. What ends an update goes to the acknowledger first: the order of emission is the order of sending. */
  | (Send<FromNode> & { readonly to: Party })
  | Ask<'requestVerification', { tx: string; by: string[] }>
  /** Posting twice is posting once: the chain knows the hash. */
  | Ask<'requestPosting', { tx: string }>
  /** `id` is the hash and the depth. One request for each block: each answered once, so that a restart asks for exactly what is missing. */
  | Ask<'requestDepth', { depth: number }>
  /** The channel id leads to this instance from now on. */
  | Ask<'requestListing'>
  /** Close the socket of the party `id`. */
  | OrderClose
  | Withdraw
  | Told<'opened' | 'updated', { agreed: Agreed }>
  | Told<'conflicted', { round: number }>
  | (Violated & { readonly from: Party })
  | Misused;
export type NodeOutput = { readonly ended: 'mutual' | 'died'; readonly agreed: Agreed | null };
