/**
 * What the node of a channel knows, is told, and tells: the types of its machine.
 */
import type { Era } from '../../../src/channel/encoding.ts';
import type { Seen } from '../../../src/channel/seen.ts';
import type { ToNodeEvent } from '../../../src/channel/wire.ts';
import type { Consult, Misused, Request, Send, Violated } from '../../../src/role.ts';
import type { Dialect, FromNode, Party } from '../messages.ts';

/** What both parties have said about the channel that they want. Keys are hexadecimal, amounts canonical decimal strings. */
export interface Terms {
  readonly initiator: string;
  readonly responder: string;
  /** The accounts as they were written. */
  readonly initiatorName: string;
  readonly responderName: string;
  /** How they were written, and so how everything of the channel is. */
  readonly era: Era;
  readonly port: number;
  readonly lockPeriod: string;
  readonly pushAmount: string;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  readonly channelReserve: string;
  readonly ttl: string;
}

/** The timers of the node of its time, by the names that a query gives them (`timeout_sign`). Milliseconds. */
export const timeoutNames = [
  'open',
  'accept',
  'funding_create',
  'funding_sign',
  'funding_lock',
  'idle',
  'sign',
  'awaiting_open',
  'initialized',
] as const;
export type TimeoutName = (typeof timeoutNames)[number];
export type Timeouts = Readonly<Partial<Record<TimeoutName, number>>>;

export interface NodeInput {
  readonly terms: Terms;
  /** Blocks on top of the one that includes the create transaction, where neither party says. */
  readonly minimumDepth: number;
  /** Fees; empty: what the clients of the channel take. */
  readonly createFee: string;
  readonly closeFee: string;
  /** For a deposit or a withdrawal, from the account of who wants it. */
  readonly changeFee: string;
  /** By party: what it shows to take its place again. Nobody else is told. */
  readonly fsmIds: Readonly<Record<Party, string>>;
  /** Updates and closings that wait while one is under way. */
  readonly maxPostponed: number;
  /** Messages that wait for a party that cannot take them now. */
  readonly maxHeld: number;
  /** Characters of all that waits. */
  readonly maxWaiting: number;
  /** Milliseconds that a party which was not there can come for the last words. */
  readonly lingerTimeout: number;
}

/** A state that both have signed. */
export interface Agreed {
  readonly round: number;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  /** The co-signed transaction. */
  readonly tx: string;
  /** Of what is signed, without the signatures. */
  readonly id: string;
}

/** A change of keys, not of names. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
}

/** More for the channel or less, out of the account of who wants it or into it. */
export type ChangeKind = 'deposit' | 'withdraw';

/** What a party wants. */
export type Wish =
  | (Transfer & { readonly kind: 'update'; readonly meta: readonly string[] })
  | { readonly kind: ChangeKind; readonly amount: string }
  | { readonly kind: 'close' | 'leave' };

/** The transaction that is being signed: what it says, and how far it is. */
export interface Proposal {
  readonly kind: 'create' | 'update' | ChangeKind | 'close';
  /** Who began, and so signs first. */
  readonly starter: Party;
  /** The hash of what is signed. */
  readonly id: string;
  /** What is signed, hexadecimal. */
  readonly bytes: string;
  /** The same as text, as it is sent to be signed. */
  readonly tx: string;
  readonly round: number;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  readonly update: Transfer | null;
  /** Of a deposit or a withdrawal. */
  readonly amount: string;
  /** What the starter's app says of it. */
  readonly meta: readonly string[];
  /** Of the account that posts it; empty for an update. */
  readonly nonce: string;
  /** Whether the one who is asked to sign now has answered, however well. */
  readonly isAnswered: boolean;
  /** Signatures that came with the starter's answer: the other's may be among them. */
  readonly given: readonly string[];
  /** The starter's signature, once it was found to be one. */
  readonly signature: string;
  /** With both signatures. */
  readonly whole: string;
  /** Whether the chain has taken it. */
  readonly isPosted: boolean;
}

export interface Attendance {
  /** As the party spoke last. */
  readonly dialect: Dialect;
  readonly isHere: boolean;
  /** Whether it asks for what the text does not have: the co-signed states, codes, what happens on the chain. */
  readonly takesMore: boolean;
  /** Whether it wants to stay when the other leaves. */
  readonly keepsRunning: boolean;
  /** Whether it has left the channel, and has not come back since. */
  readonly hasLeft: boolean;
  /** Whether it has stayed when the other left, who has not come back since. */
  readonly isAlone: boolean;
}

/** What was proposed and is void. */
export interface Void {
  readonly id: string;
  /** Why: of the conflict that was told. */
  readonly code: number;
}

/** What a party wants next, and has to wait for. */
export interface Postponed {
  readonly from: Party;
  readonly wish: Wish;
  /** The frame, for an error to repeat. */
  readonly request: string;
}

export interface Held {
  readonly from: Party;
  readonly info: string;
  readonly to: string;
}

/** Closed by both here, on the chain without us, dead, dead of a timer; or not ended. */
export type Ending = 'mutual' | 'settled' | 'died' | 'timeout' | '';

export interface NodeContext extends NodeInput {
  readonly parties: Readonly<Record<Party, Attendance>>;
  readonly askedDepth: number | null;
  readonly timeouts: Timeouts;
  readonly channelId: string;
  readonly agreed: Agreed | null;
  readonly proposed: Proposal | null;
  /** Who wants to close. */
  readonly closer: Party;
  /** The deposit or withdrawal that waits for its nonce. */
  readonly wanted: Postponed | null;
  /** The transaction with which one party has closed alone, and the round that it shows. */
  readonly dispute: { readonly tx: string; readonly round: number } | null;
  /** The transaction that has ended the channel. */
  readonly closingTx: string;
  readonly postponed: readonly Postponed[];
  readonly held: readonly Held[];
  /** By party: the void transaction that it must answer before it can be told so. */
  readonly owing: Readonly<Record<Party, string>>;
  /** Transactions of updates that are void: an answer to one is late, and no fault. */
  readonly voided: readonly Void[];
  /** By party: those that were void when it came back, of which it may not have heard. */
  readonly unheardVoid: Readonly<Record<Party, readonly Void[]>>;
  /** By party: the code of the conflict that has made void what it had begun, while it was away; else 0. */
  readonly unheardConflict: Readonly<Record<Party, number>>;
  /** How it has ended, and who has not heard of it yet. */
  readonly ended: Ending;
  readonly unheard: Readonly<Record<Party, boolean>>;
  readonly reason: string;
}

export type From<Event> = Event & { readonly from: Party };

/** The verdict on a reply; `signature` is the party's own among those of the reply. */
interface Verified {
  readonly type: 'verified';
  readonly id: string;
  /** Which transaction it is about, and whose reply it was. */
  readonly about: string;
  readonly from: Party;
  readonly signature: string | null;
}

/** What a transaction does with a channel that is open. */
export type Deed = 'change' | 'dispute' | 'end';

export type NodeEvent =
  | From<ToNodeEvent>
  /** A party has come, or has come back. */
  | {
      readonly type: 'joined';
      readonly from: Party;
      readonly dialect: Dialect;
      readonly takesMore: boolean;
      readonly keepsRunning: boolean;
      readonly minimumDepth: number | null;
      readonly timeouts: Timeouts;
      /** Whether it comes back to a channel that it has left. */
      readonly isReestablishing: boolean;
    }
  /** A party's socket is gone, with the code that the WebSocket was closed with; without `from`, both. */
  | { readonly type: 'left'; readonly code: number; readonly from?: Party }
  /** The other party has come with other terms. */
  | { readonly type: 'disagreed'; readonly reason: string }
  | { readonly type: `command.${string}` }
  | Verified
  /** `balance` is what the account has outside of channels. */
  | { readonly type: 'reserved'; readonly id: string; readonly nonce: string; readonly balance: string }
  /** A block has a transaction of this channel, whoever has posted it. `round` is what the chain knows since. */
  | { readonly type: 'included'; readonly deed: Deed; readonly seen: Seen; readonly tx: string; readonly round: number }
  | { readonly type: 'posted'; readonly id: string }
  | { readonly type: 'rejected'; readonly id: string; readonly reason: string }
  | { readonly type: 'reached'; readonly id: string };

export type NodeEmitted =
  | (Send<FromNode> & { readonly to: Party })
  | (Consult & {
      readonly type: 'consultSignatures';
      readonly about: string;
      readonly from: Party;
      /** Whose signature it must be. */
      readonly account: string;
      readonly era: Era;
      /** What is signed, as hexadecimal digits. */
      readonly bytes: string;
      readonly signatures: readonly string[];
    })
  /** The next free nonce of an account; the same request has the same answer. */
  | (Request & { readonly type: 'requestNonce'; readonly account: string })
  /** Posting twice is posting once. */
  | (Request & { readonly type: 'requestPosting'; readonly tx: string })
  /** So many blocks on top of the one that includes the transaction. */
  | (Request & { readonly type: 'requestDepth'; readonly tx: string; readonly depth: number })
  /** What was reserved and not used is free again. */
  | { readonly type: 'orderRelease' }
  | { readonly type: 'orderClose'; readonly to: Party; readonly code: number; readonly reason: string }
  | { readonly type: 'opened'; readonly channel: string }
  | { readonly type: 'updated'; readonly channel: string; readonly agreed: Agreed }
  /** A deposit or a withdrawal is deep enough in the chain. */
  | { readonly type: 'changed'; readonly channel: string; readonly agreed: Agreed }
  | { readonly type: 'conflicted'; readonly channel: string; readonly round: number }
  | { readonly type: 'departed'; readonly channel: string }
  | { readonly type: 'disputed'; readonly channel: string; readonly round: number }
  | { readonly type: 'closed'; readonly channel: string; readonly tx: string }
  | { readonly type: 'died'; readonly channel: string; readonly reason: string }
  | (Violated & { readonly from: Party })
  | Misused;

export interface NodeOutput {
  readonly ended: Ending;
  readonly agreed: Agreed | null;
  readonly reason: string;
}

export type Sent = Send<FromNode> & { readonly to: Party };
