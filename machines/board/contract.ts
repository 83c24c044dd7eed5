/**
 * Sketch of the board's two roles as types: what each is told and what it tells. It is for writing `messages.ts`, `client.ts` and `server.ts`
 * against, and is replaced by them. Nothing here runs.
 *
 * - A proposal is durable, a connection is not. The book of proposals is the host's: it answers `listed` only once its batch is on disk, so
 *   that a crash before the broadcast loses nothing: whoever reconnects gets the whole state.
 * - Messages lie under `message`: the wire's own `id` and `fromAddress` never meet the contract's `id` and `from`.
 * - `client`: one per joined board, named by the app. `server`: one per connection, named by the host; owns nothing but its own registration.
 */
import type { Ask, Do, Says, Told } from '../../src/contract.ts';
import type {
  Broadcast,
  ConnectionFact,
  HandedOver,
  Malformed,
  Misused,
  Send,
  Violated,
  Withdraw,
} from '../../src/role.ts';

// The wire. Amounts are decimal strings; what is marked "ours" is only said to a peer that has said `ours` itself.

export interface Proposal {
  readonly marginBalance: string;
  readonly quotePrice: string;
  readonly unpublishedTradeSize: string;
  readonly address: string;
  /** The proposer's; the original sends `Math.random()`. Compared as its JSON text, which is also how contexts and requests name it. */
  readonly id: string | number;
}
/** `ours`: the server knows pages, replies and withdrawals; its nonce, where not empty, is to be signed. */
export type RequestAddresses = Says<'requestAddresses', { ours?: { nonce: string } }>;
export interface RegisterAddresses {
  readonly event: 'registerAddresses';
  readonly addresses: readonly string[];
  /** Ours: one signature for each address, over board, nonce and address. */
  readonly proofs?: readonly string[];
}
export interface ReceiveChannels {
  readonly event: 'receiveChannels';
  /**
   * By id. To the server's machine the page is only a name: the host holds it encoded, once for all newcomers, and the wire puts it in place.
   * So 1,000 proposals pass a machine as 40 bytes.
   */
  readonly channels: Held | Readonly<Record<string, Proposal>>;
  /** Ours: there is more; ask with this cursor. */
  readonly next?: string;
}
/** Encoded content that the host holds; a machine knows its name and size. */
export interface Held {
  readonly held: string;
  readonly bytes: number;
}
export type ProposeChannel = Says<'proposeChannel', { channelData: Proposal; callback?: string }>;
export type ReceiveChannelProposal = Says<'receiveChannelProposal', { proposal: Proposal }>;
export interface IndicateInterest {
  readonly event: 'indicateInterest';
  readonly channel: Proposal;
  readonly fromAddress: string;
  readonly callback?: string;
}
export type ReceiveIndicator = Says<'receiveIndicator', { fromAddress: string; otherData: string }>;
export type Pinger = Says<'pinger', { msg: string }>;
export type Ponger = Says<'ponger', { msg: string }>;
/** Ours. */
export type NextChannels = Says<'nextChannels', { cursor: string }>;
export type WithdrawChannel = Says<'withdrawChannel', { id: string; callback?: string }>;
export type ChannelEnded = Says<'channelEnded', { id: string; reason: 'withdrawn' | 'expired' | 'left' }>;
/**
 * A socket.io callback, called. `callback` on a message asks for it by a name of the asker's choosing (a command's id); `replyTo` echoes it.
 * The original's server never calls one: a client on its dialect settles by what it knows and not by waiting.
 */
export type Reply<To extends string> = {
  readonly event: `${To}.reply`;
  readonly replyTo: string;
  readonly error?: BoardFault;
};
/** Ours, to a sender who gave no callback. */
export type BoardError = Says<'boardError', { error: BoardFault; about: string }>;
export type BoardFault =
  | 'malformed'
  | 'unknownAddress'
  | 'unknownChannel'
  | 'ownChannel'
  | 'duplicateId'
  | 'addressTaken'
  | 'badProof'
  | 'tooMany'
  | 'closing';

export type ToServer = RegisterAddresses | ProposeChannel | IndicateInterest | NextChannels | WithdrawChannel | Pinger;
export type Replies = Reply<'proposeChannel'> | Reply<'indicateInterest'> | Reply<'withdrawChannel'>;
export type Announcements = ReceiveChannelProposal | ReceiveChannels | ChannelEnded;
export type ToClient = RequestAddresses | Announcements | ReceiveIndicator | Ponger | Replies | BoardError;
type Received<M extends { event: string }> = M extends M ? Told<`received.${M['event']}`, { message: M }> : never;

// The client: nothing durable. It registers anew on every connection; the list of all proposals is the façade's, told piece by piece, since a
// context does not hold 1,000 of them.

export interface ClientInput {
  readonly addresses: readonly string[];
  readonly attempts: number;
  readonly addressTimeout: number;
  readonly closeTimeout: number;
}
/** Any order of `requestAddresses` and `receiveChannels` leads from `opening` to `open`: what is still missing names the state. */
export type ClientState =
  | 'idle'
  | 'opening.connecting'
  | 'opening.awaitingRequestAddresses'
  | 'opening.awaitingProofs'
  | 'opening.awaitingChannels'
  | 'opening.reconnecting'
  | 'open'
  | 'closing.settling'
  | 'closing.disconnecting'
  | 'closed'
  | 'failed';
export interface ClientContext extends ClientInput {
  readonly attempt: number;
  /** The server's nonce; empty when it asks for no proof. */
  readonly nonce: string;
  /** As many as `addresses`, once signed. */
  readonly proofs: readonly string[];
  /** Commands under way; bounded by the window of the façade. */
  readonly pending: readonly string[];
  readonly hasChannels: boolean;
  readonly reason: string;
}
export type ClientEvent =
  | Told<'command.connect' | 'command.close'>
  | Told<'command.propose', { id: string; proposal: Proposal }>
  | Told<'command.withdraw', { id: string; proposal: string }>
  | Told<'command.indicateInterest', { id: string; channel: Proposal; fromAddress: string }>
  | Received<ToClient>
  | Malformed
  | ConnectionFact
  | HandedOver
  /** The answers to `requestSignature`; `id` is the nonce and the address. A new nonce withdraws the old request. */
  | Told<'signed', { id: string; signature: string }>
  | Told<'refused', { id: string; reason: string }>;
export type ClientEmitted =
  | Send<ToServer>
  | Ask<'requestConnection', { attempt: number }>
  | Ask<'requestSignature', { address: string; nonce: string }>
  | Do<'orderClose', { code: number; reason: string }>
  | Withdraw
  | Told<'joined'>
  /** `proposals` of a whole page; `first` begins the list anew, so that the view equals the server's after a reconnect. */
  | Told<'listed', { proposals: Proposal[]; first: boolean }>
  | Told<'ended', { proposal: string; reason: ChannelEnded['reason'] }>
  | Told<'interested', { fromAddress: string; otherData: string }>
  /** A command has ended. `sent`: it has left, and this server tells no more. */
  | Told<'settled', { id: string; outcome: 'done' | 'sent' | 'unknown' | BoardFault }>
  | Told<'disconnected', { reason: string }>
  | Violated
  | Misused;
export type ClientOutput = { readonly reason: string };

// The server's side of one connection: nothing durable.

export interface ServerInput {
  /** Made by the host for this connection; a next one comes with each registration. Empty: no proof is asked for. */
  readonly nonce: string;
  readonly maxAddresses: number;
  readonly maxPending: number;
  readonly maxViolations: number;
  readonly closeTimeout: number;
}
/** Starts open: the transport is. The newcomer's state is told beside these, in no order with them. */
export type ServerState =
  | 'open.awaitingAddresses'
  | 'open.awaitingVerdict'
  | 'open.registered'
  | 'closing.settling'
  | 'closing.disconnecting'
  | 'closed';
export interface ServerContext extends ServerInput {
  readonly addresses: readonly string[];
  /** Addresses whose proof is being verified. */
  readonly claimed: readonly string[];
  /** Requests of this client under way (callback names or proposal ids), at most `maxPending`. */
  readonly pending: readonly string[];
  readonly violations: number;
}
export type ServerEvent =
  /** `fresh` is the nonce of the next registration. */
  | (Received<RegisterAddresses> & { readonly fresh: string })
  | Received<Exclude<ToServer, RegisterAddresses>>
  | Malformed
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  | Told<'command.close'>
  | Told<'verified', { id: string; ok: boolean }>
  /** The directory has them, or another socket holds one and the policy keeps it there. */
  | Told<'claimed' | 'taken', { id: string }>
  /** The newcomer is in the group, and this is the state at that very moment: no proposal falls between. */
  | Told<'enrolled', { id: string; channels: Held; next?: string }>
  /** The book has kept the change: only now is it told to anyone. `channels` is the state with it. */
  | Told<'listed' | 'unlisted', { id: string; channels: Held }>
  | Told<'indicated', { id: string }>
  | Told<'denied', { id: string; error: BoardFault }>
  /** Another connection's interest in a proposal of this one. */
  | Told<'indicate', { fromAddress: string; otherData: string }>;
export type ServerEmitted =
  | Send<ToClient>
  /** One encoding per wire for 5,000 receivers. `original` gets the whole state after each proposal, as it expects; `ours` does not. */
  | (Broadcast<Announcements> & { readonly group: 'original' | 'ours' })
  | Ask<'requestVerification', { address: string; nonce: string; proof: string }>
  | Ask<'requestClaim', { addresses: string[] }>
  /** The host unlists only what still leads to this connection: an old socket's late end harms no newer one. */
  | Do<'orderRelease', { addresses: string[] }>
  | Ask<'requestEnrolment', { group: 'original' | 'ours'; cursor: string }>
  | Ask<'requestListing', { proposal: Proposal }>
  | Do<'orderUnlisting', { proposal: string }>
  | Ask<'requestIndication', { proposal: string; to: string; fromAddress: string }>
  | Do<'orderClose', { code: number; reason: string }>
  | Withdraw
  | Violated
  | Misused;
export type ServerOutput = undefined;
