/**
 * Sketch of the payer, the payee and the payee's desk as types: what each is told and what it tells. It is for writing `messages.ts` and the
 * machines against, and is replaced by them. Nothing here runs.
 *
 * - `payer`: durable; one per own key and payee, whatever the connections. Owns what it has signed: never two amounts for one sequence number.
 * - `payee`: durable; one per channel, named by the channel id, whatever the sockets. Owns the last accepted state and the parts it has released.
 * - `desk`: one per socket, not durable. A socket says who it is only in its second message, and asks for the public key before; so
 *   something must answer before there is a channel. It starts payees, finds them, and passes on.
 * - Crash between persisting and sending: nothing old is sent again. The restored payer connects, plays, and answers the next `pay`
 *   with the state it has already signed; the payee takes an equal payment for the same one and releases the same part again.
 */
import type { Ask, Do, Says, Told } from '../../src/contract.ts';
import type { ConnectionFact, Malformed, Misused, Send, Start, Violated, Withdraw } from '../../src/role.ts';

// The wire. Balances are decimal strings of the smallest unit, keys and signatures hexadecimal; sequence numbers stay below 2^32.

export interface State {
  readonly channel_id: string;
  readonly channel_address: string;
  readonly client_wallet_address: string;
  readonly client_public_key: string;
  readonly client_balance: string;
  readonly server_balance: string;
  readonly client_sequence_number: number;
  readonly client_signature: string | null;
}
/** Ours: the price of a part and what is promised with it; pinned for the session. */
export interface Offer {
  readonly price: string;
  readonly unit: string;
  readonly partMs: number;
  /** Hash over the list of part and key hashes. */
  readonly commitment: string;
  /** Parts that may be released unpaid. */
  readonly credit: number;
}
export type ToPayee =
  | Says<'publicKey', { ours?: true }>
  | Says<'latestState' | 'play', { publicKey: string }>
  | Says<'newChannel', { state: State }>
  | Says<'pay', { state: State }>
  /** Ours. */
  | Says<'refund' | 'topUp' | 'close', { state: State }>
  | Says<'pause' | 'resume'>;
export type ToPayer =
  | Says<'publicKey', { publicKey: string; walletAddress: string; offer?: Offer }>
  | Says<'latestState', { state: State | null }>
  | Says<'pay', { required?: string; accepted?: string; deposit?: string; part?: number }>
  | Says<'secret', { secret: string; part?: number; receipt?: string }>
  /** Ours. */
  | Says<'refund' | 'closed', { state: State; signature: string }>
  | Says<'error', { reason: PayeeFault; about: string }>;
export type PayeeFault =
  | 'malformed'
  | 'unknownKey'
  | 'weakKey'
  | 'badSignature'
  | 'wrongState'
  | 'overdraft'
  | 'duplicateChannel'
  | 'unfunded'
  | 'tooMany';
type Received<M extends { event: string }> = M extends M ? Told<`received.${M['event']}`, { message: M }> : never;
type Verified = Told<'verified', { id: string; ok: boolean }>;
type Signed = Told<'signed', { id: string; signature: string }>;
type Refused = Told<'refused', { id: string; reason: string }>;
/** Asks for the platform's verdict, which may come late. `id` is the hash of state and signature: a verdict belongs to what it judged. */
type RequestVerification = Ask<'requestVerification', { state: State; signature: string; key: string }>;
/** `id` is the hash of what is to be signed: an answer to an overtaken request names another hash. */
type RequestSignature = Ask<
  'requestSignature',
  { purpose: 'state' | 'final' | 'refund' | 'close' | 'receipt'; state: State }
>;
type OrderClose = Do<'orderClose', { code: number; reason: string }>;

// The payer.

export interface PayerInput {
  readonly publicKey: string;
  readonly walletAddress: string;
  readonly budget: { readonly part: string; readonly session: string };
  readonly attempts: number;
  readonly answerTimeout: number;
  /** Also the patience for a secret: one unreleased part is the most that can be lost. */
  readonly secretTimeout: number;
}
export type PayerState =
  | 'idle'
  | `opening.${'connecting' | 'awaitingPublicKey' | 'awaitingLatestState' | 'awaitingVerdict' | 'awaitingPurchase'}`
  | `opening.${'awaitingRefund' | 'awaitingRefundVerdict' | 'awaitingFunding' | 'awaitingFirstSignature' | 'awaitingAcceptance' | 'reconnecting'}`
  | `streaming.${'awaitingPay' | 'awaitingSignature' | 'awaitingSecret' | 'awaitingDelivery' | 'paused' | 'awaitingTopUp'}`
  | `closing.${'awaitingSignature' | 'awaitingClosed' | 'awaitingWithdrawal' | 'disconnecting'}`
  | 'closed'
  | 'failed';
export interface PayerContext extends PayerInput {
  readonly payee: { readonly publicKey: string; readonly walletAddress: string } | null;
  readonly offer: Offer | null;
  /** What the payee has acknowledged last, or the first state. */
  readonly agreed: State | null;
  /** Signed and perhaps sent. Kept before it leaves, and answered with again until a later one is acknowledged. */
  readonly promised: State | null;
  readonly refund: string;
  readonly spent: string;
  readonly part: number;
  readonly attempt: number;
  /** The command that a notice will settle: `play` or `close`. */
  readonly command: string;
  readonly reason: string;
}
export type PayerEvent =
  | Told<'command.play' | 'command.close', { id: string }>
  /** `fresh`: 128 random bits for the channel id. */
  | Told<'command.buy' | 'command.topUp', { id: string; amount: string; fresh: string }>
  | Told<'command.pause' | 'command.resume'>
  | Received<ToPayer>
  | Malformed
  | ConnectionFact
  | Verified
  | Signed
  | Refused
  | Told<'funded' | 'unfunded' | 'withdrawn', { id: string }>
  /** The key opened the part that the offer commits to, or it did not: what decides on the next payment. `id` is the part. */
  | Told<'opened' | 'corrupt', { id: string }>;
export type PayerEmitted =
  | Send<ToPayee>
  | Ask<'requestConnection', { attempt: number }>
  | RequestSignature
  | RequestVerification
  /** `id` is the channel id: the host's chain funds it once, however often it is asked. */
  | Ask<'requestFunding' | 'requestWithdrawal', { state: State; refund: string }>
  /** `secret` is redacted wherever it is seen, and in no context. */
  | Ask<'requestOpening', { secret: string }>
  | OrderClose
  | Withdraw
  | Told<'purchaseNeeded', { offer: Offer | null }>
  | Told<'paid', { part: number; amount: string; left: string }>
  | Told<'overBudget', { required: string }>
  | Told<'partLost', { part: number; reason: 'withheld' | 'corrupt' }>
  | Told<'emptied' | 'bought' | 'toppedUp' | 'settled', { id: string }>
  | Told<'disconnected', { reason: string }>
  | Violated
  | Misused;
export type PayerOutput = { readonly reason: string; readonly left: string };

// The payee. Every message comes with `from`, the socket it came on; every answer goes `to` that socket and no other.

export interface PayeeInput {
  readonly offer: Offer;
  readonly first: State;
  readonly maxCallers: number;
  readonly payTimeout: number;
  readonly closeTimeout: number;
}
/** `opening` is the refund, the deposit and the first verdict; `idle` is the text's: nobody plays. */
export type PayeeState =
  | `opening.${'awaitingRefundSignature' | 'awaitingNewChannel' | 'awaitingVerdict' | 'awaitingDeposit'}`
  | 'idle'
  | `streaming.${'awaitingPayment' | 'awaitingVerdict' | 'awaitingKey' | 'awaitingNextPart' | 'paused'}`
  | `closing.${'awaitingVerdict' | 'awaitingSignature' | 'awaitingChain' | 'disputing'}`
  | 'closed'
  | 'failed';
export interface PayeeContext extends PayeeInput {
  /** The last state that this side worked out itself and found well signed; a peer's fields are compared with it and never kept. */
  readonly accepted: State;
  readonly deposit: string;
  readonly released: number;
  /** Sockets that said `play` and have proven nothing, at most `maxCallers`. A stranger among them is asked to pay, and cannot. */
  readonly callers: readonly string[];
  /** The socket of the last valid payment: the secret goes there. After a restart each of these names has to be told as lost. */
  readonly proven: string;
  /** Whose payment is being judged. Any other payment meanwhile waits for nothing: its sender is asked again afterwards. */
  readonly judging: { readonly id: string; readonly from: string } | null;
}
export type PayeeEvent =
  | (Received<ToPayee> & { readonly from: string })
  /** A socket is gone. The channel goes on with the others, or idles. */
  | (Extract<ConnectionFact, { readonly type: 'connection.lost' }> & { readonly from: string })
  | Told<'command.close', { id: string }>
  | Verified
  | Signed
  | Refused
  | Told<'deposited', { id: string; amount: string }>
  /** `secret` is redacted; only this event and the `secret` it becomes carry it. `id` is the part. */
  | Told<'keyed', { id: string; secret: string }>
  | Told<'contentEnded'>
  /** The chain shows a close with this state: stale ones are challenged. */
  | Told<'closeSeen' | 'closeFinal', { id: string; sequence: number }>;
export type PayeeEmitted =
  | (Send<ToPayer> & { readonly to: string })
  | RequestVerification
  | RequestSignature
  /** `id` is the channel id and the amount: answered once, when the chain shows at least so much. */
  | Ask<'requestDeposit', { amount: string }>
  | Ask<'requestKey', { part: number }>
  | Ask<'requestChallenge' | 'requestSettlement', { state: State }>
  | Withdraw
  | Told<'opened' | 'idled'>
  | Told<'paid', { sequence: number; amount: string }>
  | Told<'underpaid', { from: string; fault: PayeeFault }>
  | Told<'released', { part: number }>
  | (Violated & { readonly from?: string })
  | Misused;
export type PayeeOutput = { readonly last: State; readonly reason: string };

// The desk: one socket at the payee, before and beside its channels.

export interface DeskInput {
  readonly publicKey: string;
  readonly walletAddress: string;
  readonly offer: Offer;
  readonly maxViolations: number;
}
export type DeskState =
  | 'open.awaitingName'
  | 'open.awaitingPayee'
  | 'open.attached'
  | 'closing.disconnecting'
  | 'closed';
export interface DeskContext extends DeskInput {
  readonly channel: string;
  readonly asked: string;
  readonly violations: number;
}
export type DeskEvent =
  | Received<ToPayee>
  | Malformed
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  | Told<'command.close'>
  /** `id` is the payer's public key; `channel` is empty where there is none. The same key on two sockets is told the same channel. */
  | Told<'found', { id: string; channel: string }>;
export type DeskEmitted =
  | Send<ToPayer>
  | Ask<'requestPayee'>
  /** Passes a message on to the channel's payee, which knows this socket by the `from` that the host adds. */
  | Told<'tell', { id: string; role: 'payee'; event: Received<ToPayee> }>
  | (Start<PayeeInput> & { readonly role: 'payee' })
  | OrderClose
  | Violated
  | Misused;
export type DeskOutput = undefined;
