/** What a party of a channel knows, is told, and tells: the types of the machines of both. */
import type { Era } from '../../../src/channel/encoding.ts';
import type { SeenUpdate } from '../../../src/channel/seen.ts';
import type { FromNodeEvent } from '../../../src/channel/wire.ts';
import type { ConnectionFact, HandedOver, Misused, Request, Send, Violated, Withdraw } from '../../../src/role.ts';
import type { Envelope, Info, Party, SignTag, ToNode, Update } from '../messages.ts';

/** What both have: how much each, as canonical decimal strings. */
export interface Shares {
  readonly initiatorAmount: string;
  readonly responderAmount: string;
}

/** How often each has paid: nodes of v0.16 counted a payment as a transaction of the payer, and their state hashes tell. */
export type Payments = Readonly<Record<Party, number>>;

/** What has led to a state: the opening, a payment, or a change of what is in the channel. All but payments are on the chain. */
export type StateKind = 'create' | 'update' | 'deposit' | 'withdraw';

/** A state that both have signed. */
export interface Agreed extends Shares {
  readonly kind: StateKind;
  /** 1 for the create transaction's. */
  readonly round: number;
  readonly payments: Payments;
  /** Of the transaction, whoever has signed it. */
  readonly id: string;
  /** The transaction as text. */
  readonly tx: string;
  /** Whether the signatures of both were seen on `tx`; else it has ours, and the node's word for the other. */
  readonly isCoSigned: boolean;
}

/** What we have promised to sign, or have signed: one transaction a round, unless a conflict took the round back. */
export interface Commitment extends Shares {
  readonly tag: SignTag;
  readonly id: string;
  /** The state's; of a closing that of the last state. */
  readonly round: number;
  readonly payments: Payments;
  /** The transaction as it came. */
  readonly unsigned: string;
  /** With our signature; empty until it was given. */
  readonly tx: string;
}

/** What we have signed and what is void: signed by the other after all, it may still count. */
export interface Rival extends Shares {
  readonly kind: StateKind;
  /** Whether our own app has started it. */
  readonly isOwn: boolean;
  readonly round: number;
  readonly payments: Payments;
  readonly id: string;
  /** With our signature. */
  readonly tx: string;
}

/** A state that both have signed, and that our app is told of once no rival can take its place any more. */
export interface Held {
  /** The command to settle; empty where the other party began. */
  readonly command: string;
  readonly agreed: Agreed;
}

/** A state with the signatures of both of which we do not know yet what each has: a text of today tells only its hash. */
export interface Unlearned {
  readonly kind: StateKind;
  readonly channelId: string;
  readonly round: number;
  readonly stateHash: string;
  readonly id: string;
  readonly tx: string;
}

/** What our own app has started, until it is finished or void. */
export interface Started {
  /** The command to settle. */
  readonly command: string;
  readonly kind: 'update' | 'deposit' | 'withdraw' | 'shutdown' | 'leave';
  /** Of an update. */
  readonly update: Update | null;
  /** Of a deposit or a withdrawal; else empty. */
  readonly amount: string;
  /** Whether the line has broken since the node was told. */
  readonly isCut: boolean;
}

export interface PartyInput {
  readonly role: Party;
  /** Which encoding the node is spoken to in, as the keys that came in. */
  readonly era: Era;
  /** Both parties' keys, 32 bytes in lower-case hexadecimal. */
  readonly keys: Readonly<Record<Party, string>>;
  /** Both parties' keys as they are written to the node. */
  readonly accounts: Readonly<Record<Party, string>>;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  readonly pushAmount: string;
  readonly channelReserve: string;
  readonly lockPeriod: number;
  /** The create transaction's; null takes any. */
  readonly ttl: number | null;
  /** The most that opening may cost, and closing, both parts together, and each deposit or withdrawal. */
  readonly maxFee: string;
  /** Puts what is not right to the app's policy, with the reason, instead of refusing it at once. For wires whose transactions say nothing. */
  readonly isLenient: boolean;
  /** Whether the node is known to understand that we do not sign; else it shows it with `fsm_up`. */
  readonly mayAbort: boolean;
  /** Whether we stay when the other party leaves, as a node can be asked to let us. */
  readonly keepsRunning: boolean;
  /** Whether somebody looks at the chain for us, and can keep a void deposit or withdrawal from being posted later. */
  readonly isWatched: boolean;
  /** Comes back to this channel, of which nothing else is kept, instead of opening one. */
  readonly existing: Unlearned | null;
  /** Tries to get a lost connection back before giving up. */
  readonly attempts: number;
  /** Milliseconds for the whole opening, with the blocks that it needs; for a deposit or a withdrawal likewise. */
  readonly openTimeout: number;
  /** Milliseconds for the node's answer to what we started. */
  readonly answerTimeout: number;
  /** Milliseconds for our signer, and for our app's policy. */
  readonly signTimeout: number;
  /** Milliseconds for the other party, once we have signed. */
  readonly finishTimeout: number;
  /** Milliseconds of rest before we begin an update of nothing, where a void signature of ours could take the last state's place. */
  readonly settleTimeout: number;
  /** Milliseconds for each step of ending the connection. */
  readonly closeTimeout: number;
}

export interface PartyContext extends PartyInput {
  /** Empty until the create transaction is known. */
  readonly channelId: string;
  readonly isOpened: boolean;
  readonly agreed: Agreed | null;
  readonly promised: Commitment | null;
  /** What may still count instead of `agreed`, or be posted: of its round, or later. */
  readonly rivals: readonly Rival[];
  readonly held: Held | null;
  /** How often we have begun an update of nothing since the last state. */
  readonly nothings: number;
  readonly started: Started | null;
  /** A newer state than `agreed`. */
  readonly unlearned: Unlearned | null;
  /** What was put to us while we learn: it is looked at then. */
  readonly asked: SignEvent | null;
  /** By which the node knows us again; empty where it gives none. */
  readonly fsmId: string;
  /** Both have left: the node wants the last state from who comes back. */
  readonly isLeft: boolean;
  /** The other party has left, and the node has not said yet that it lets us stay. */
  readonly isLeftBehind: boolean;
  /** Somebody closes alone. */
  readonly isDisputed: boolean;
  /** The command to open that waits; empty where there is none. */
  readonly opening: string;
  readonly attempt: number;
  readonly ended: PartyOutput['ended'];
  readonly reason: string;
  /** Whether that is the node's: it does not want us. */
  readonly isTurnedAway: boolean;
}

/** Why a command came to nothing. */
export type Failure =
  /** Our signer or our policy did not want it. Nothing was signed. */
  | 'refused'
  /** What the node put to us was not what was announced: `detail` says what is wrong. Nothing was signed. */
  | 'wrong'
  /** Both started an update at once; the state is the last one that both signed. */
  | 'conflict'
  /** The other party, or the chain, did not want it; `code` says why. The state is the last one that both signed. */
  | 'aborted'
  /** The node says why: `detail` is its reason. Nothing was signed. */
  | 'rejected'
  /** Nobody answered in time. What was signed before may still be carried out. */
  | 'timeout'
  /** The connection is lost for good. What was signed before may still be carried out. */
  | 'lost'
  /** Likewise: the node does not want it, and says why. */
  | 'turnedAway'
  /** The node has ended the channel. */
  | 'died'
  /** Somebody closes the channel alone: nothing is agreed on any more. */
  | 'disputed'
  /** Our app went away, or the other party has left. */
  | 'left';

export type SignEvent = Extract<FromNodeEvent, { readonly type: `received.sign.${string}` }>;
type InfoEvent = Extract<FromNodeEvent, { readonly type: `received.info.${Info}` }>;
/** What shows a transaction with the signatures of both. */
type ShownEvent = Extract<FromNodeEvent, { readonly type: `received.${'update' | 'on_chain_tx' | 'leave'}` }>;
/** The host has looked whether both have signed it. */
interface Looked {
  readonly isCoSigned: boolean;
}

export type PartyEvent =
  | { readonly type: 'command.open'; readonly id: string }
  | {
      readonly type: 'command.update';
      readonly id: string;
      readonly update: Update;
      /** What the app says of it to the other's. */
      readonly meta?: readonly string[];
    }
  | { readonly type: 'command.deposit'; readonly id: string; readonly amount: string }
  | { readonly type: 'command.withdraw'; readonly id: string; readonly amount: string }
  | { readonly type: 'command.message'; readonly id: string; readonly info: string; readonly to: string }
  | { readonly type: 'command.shutdown'; readonly id: string }
  /** Both are to leave; the channel stays, and either comes back with the next `command.open`. */
  | { readonly type: 'command.leave'; readonly id: string }
  /** This void deposit or withdrawal can be posted no more: the chain knows a state that is as late. */
  | { readonly type: 'command.bury'; readonly rival: string }
  /** Whether somebody looks at the chain for us: a process before this one may have had it otherwise. */
  | { readonly type: 'command.guard'; readonly isWatched: boolean }
  /** Go away; the channel stays, for the next `command.open`. */
  | { readonly type: 'command.disconnect' }
  | { readonly type: `command.${string}`; readonly id?: string }
  | Exclude<FromNodeEvent, InfoEvent | ShownEvent>
  | (ShownEvent & Looked)
  | ({ readonly type: InfoEvent['type'] } & Pick<InfoEvent, 'fsmId' | 'seen'> & Partial<Looked>)
  | ConnectionFact
  | HandedOver
  /** Our signature is on it: `tx` is the signed transaction as text. */
  | { readonly type: 'signed'; readonly id: string; readonly tx: string }
  /** `code`, from 1 to 65535, is what the other party's app is told. */
  | { readonly type: 'refused'; readonly id: string; readonly reason: string; readonly code?: number };

/** What was compared, for the app's policy or a person to look at. */
export interface Inspected extends Shares {
  readonly channelId: string;
  readonly round: number;
  /** What has changed; null where the transaction is no update, or nobody says. */
  readonly updates: readonly SeenUpdate[] | null;
  /** What the other's app says of the update. Nobody signs it. */
  readonly meta: readonly string[];
  readonly fee: string;
  /** Empty, unless what is not right is to be put to the app. */
  readonly objection: string;
}

/** How a party comes back to a channel: as the one that the node knows, or with the last state. */
export type Return =
  | { readonly channelId: string; readonly fsmId: string }
  | { readonly channelId: string; readonly tx: string };

/** Of what the node tells: the opening, or a deposit or a withdrawal on its way. */
export type Step = Info | 'on_chain_tx';

export type PartyEmitted =
  | Send<ToNode>
  | (Request & {
      readonly type: 'requestConnection';
      readonly attempt: number;
      /** Null: with the terms of the channel. */
      readonly comesBack: Return | null;
    })
  /** `id` names the transaction, `tx` is its text without our signature. */
  | (Request & {
      readonly type: 'requestSignature';
      readonly tag: SignTag;
      readonly tx: string;
      readonly inspected: Inspected;
    })
  | Withdraw
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  /** How far the opening has come, or a deposit or a withdrawal. `tx` is the transaction that is on its way to the chain, where it is told. */
  | { readonly type: 'progressed'; readonly step: Step; readonly tx: string }
  /** The channel is open; `id` is that of the command, empty after a restart. */
  | { readonly type: 'opened'; readonly id: string; readonly channelId: string }
  /** The line is back, and what is owed was said. */
  | { readonly type: 'resumed' }
  /** Both are back, after both had left, or the other had. */
  | { readonly type: 'reestablished' }
  /** The other party has left, and we stay. */
  | { readonly type: 'leftBehind' }
  /** The next update may be started. */
  | { readonly type: 'readied' }
  /** The last state is another, or has now been seen with both signatures. */
  | { readonly type: 'agreed'; readonly agreed: Agreed }
  /** Both have signed a new state. `id` is empty where the other party began. */
  | { readonly type: 'updated'; readonly id: string; readonly agreed: Agreed }
  /** Likewise; but what we had signed before it, and was void, may still take its place. `updated` follows when it cannot any more. */
  | { readonly type: 'contested'; readonly id: string; readonly agreed: Agreed }
  /** Both have signed a new state, and this party did not know. */
  | { readonly type: 'missed'; readonly agreed: Agreed }
  /** The closing is on its way to the chain. */
  | { readonly type: 'shutDown'; readonly id: string; readonly tx: string }
  /** A command came to nothing; `code` is 0 where nobody has given one. */
  | {
      readonly type: 'failed';
      readonly id: string;
      readonly reason: Failure;
      readonly detail: string;
      readonly code: number;
    }
  /** We did not sign what the node put to us. */
  | { readonly type: 'declined'; readonly tag: SignTag; readonly reason: string }
  /** What was under way is void: the state is that of `round`. `code` as of `failed`. */
  | { readonly type: 'conflicted'; readonly round: number; readonly code: number }
  | { readonly type: 'messaged'; readonly message: Envelope }
  | { readonly type: 'handed'; readonly id: string; readonly ok: boolean }
  /** The node reports an error; `reason` is empty where it has only a sentence. */
  | { readonly type: 'reported'; readonly reason: string; readonly detail: string }
  /** The node says something that changes nothing here. */
  | { readonly type: 'noticed'; readonly event: string }
  | { readonly type: 'disconnected'; readonly reason: string }
  /** It does not go on for now; the channel stays in the store. */
  | { readonly type: 'stopped'; readonly reason: string; readonly isTurnedAway: boolean }
  /** Both have left; with `tx`, the last state, either comes back. `id` is empty where the other party wanted it. */
  | { readonly type: 'left'; readonly id: string; readonly tx: string }
  /** Our app has gone away. */
  | { readonly type: 'departed' }
  /** Somebody closes the channel alone; `tx` is the transaction of the chain. */
  | { readonly type: 'disputed'; readonly info: string; readonly tx: string }
  /** The chain has paid out. */
  | { readonly type: 'settled'; readonly tx: string }
  | { readonly type: 'died' }
  | Violated
  | Misused;

export interface PartyOutput {
  readonly ended: 'not' | 'closed' | 'died' | 'failed';
  readonly reason: string;
  readonly agreed: Agreed | null;
}
