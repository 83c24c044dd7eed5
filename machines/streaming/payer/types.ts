/**
 * What the payer knows, is told, and tells: the types of its machine. Amounts are canonical decimal strings, in the smallest unit.
 */
import type { ConnectionFact, Consult, Malformed, Misused, Request, Send, Violated } from '../../../src/role.ts';
import type { Channel, Party, Standing, Statement } from '../../../src/streaming/scheme.ts';
import type { Proof } from '../../../src/streaming/settlement.ts';
import type { Disconnected, OrderClose, RequestConnection, Tries } from '../../../src/vocabulary.ts';
import type { Fault, Need, Offer, Range, Received, State, ToPayee, ToPayer } from '../messages.ts';

/** What the payer lets itself be asked for. Amounts in the smallest unit. */
export interface Budget {
  /** The highest price of a part. */
  readonly part: string;
  /** What may be paid in one session, all streams together. */
  readonly session: string;
}

export interface PayerInput {
  /** Our own side. */
  readonly payer: Party;
  readonly budget: Budget;
  /** What was agreed elsewhere with a payee that makes no offer; null refuses such a payee. It signs no refund and commits to nothing. */
  readonly terms: Offer | null;
  /** Encodings that our side can sign. */
  readonly schemes: readonly string[];
  /** Tries to get the connection back before giving up. */
  readonly attempts: number;
  /** Milliseconds for an answer while opening. */
  readonly answerTimeout: number;
  /** Milliseconds for the key of a part that was paid. */
  readonly secretTimeout: number;
  /** Milliseconds for the payee's part in closing; then we close alone. */
  readonly closeTimeout: number;
}

/** A state that we have signed, or are about to. `signature` is empty until then, and in the first state. */
export interface Payment {
  readonly sequence: number;
  readonly sent: string;
  readonly signature: string;
}

/** A stream that plays. */
export interface Playing {
  readonly stream: string;
  readonly offer: Offer;
  /** The part that is wanted next. */
  readonly next: number;
  /** The parts whose keys we have been given. */
  readonly received: readonly Range[];
  /** Keys that have come for the parts from `next` on and are not opened yet, the one that is being opened included. */
  readonly keys: number;
}

export interface PayerContext extends PayerInput, Tries {
  /** Who is paid. Pinned with the first channel. */
  readonly payee: Party | null;
  readonly channel: Channel | null;
  readonly address: string;
  readonly deposit: string;
  readonly isFunded: boolean;
  /** The payee's signature of the refund; empty without one. */
  readonly refund: string;
  /** The last state that the payee is known to have. */
  readonly agreed: Payment;
  /** A later one that is signed, or about to be, and perhaps sent. */
  readonly promised: Payment | null;
  /** What the parts that we have got are worth, cumulative. */
  readonly owed: string;
  readonly streams: readonly Playing[];
  /** Streams whose offer has not come yet. */
  readonly wishes: readonly { readonly stream: string; readonly part: number }[];
  /** The demand that is being met, and one that came meanwhile. */
  readonly asked: Need | null;
  readonly held: Need | null;
  /** Whether the app wants to pause as soon as the part that is being opened is counted. */
  readonly isPausing: boolean;
  /** What was promised in this session, and which one it is. */
  readonly spent: string;
  readonly session: string;
  /** The command that `closed` or `failed` settles. */
  readonly command: string;
  /** What a payee shows us of a channel that we do not know, while it is judged. */
  readonly shown: State | null;
  /** What the channel shall hold, while it is being topped up; empty otherwise. */
  readonly wanted: string;
  /** Our closing state, and a payee's signature that is being judged. */
  readonly closing: Payment | null;
  readonly judged: Payment | null;
  /** Whether the payee knows only the text. */
  readonly isTextOnly: boolean;
  readonly reason: string;
  /** Whether it is the payee's fault that it does not go on. */
  readonly blamed: Blamed;
}

export type Blamed = 'payee' | 'nobody';

export type Verified = { readonly type: 'verified'; readonly id: string; readonly ok: boolean };

export type PayerEvent =
  /** Play a stream from a part on. `session` is the app's: a new one begins with its own budget. */
  | {
      readonly type: 'command.play';
      readonly stream: string;
      readonly part: number;
      readonly session: string;
      readonly budget: Budget;
    }
  /** Put this much into a new channel. `fresh`: 128 random bits, hexadecimal; `address` is the channel's. */
  | {
      readonly type: 'command.buy';
      readonly deposit: string;
      readonly fresh: string;
      readonly address: string;
    }
  /** Put more into the channel, so that it holds `deposit`. */
  | { readonly type: 'command.topUp'; readonly deposit: string }
  | { readonly type: 'command.pause' }
  | { readonly type: 'command.resume' }
  /** Go away; the channel stays for the next time. */
  | { readonly type: 'command.leave' }
  /** End the channel: what is left comes back. */
  | { readonly type: 'command.close'; readonly id: string }
  | { readonly type: 'command.receipt' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received<ToPayer>
  | Malformed
  | ConnectionFact
  | Verified
  | { readonly type: 'signed'; readonly id: string; readonly signature: string }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string }
  | { readonly type: 'funded' | 'withdrawn'; readonly id: string }
  | { readonly type: 'unfunded' | 'unwithdrawn'; readonly id: string; readonly reason: string }
  /** The encrypted part is here and is the one that the offer commits to, or it is not. */
  | { readonly type: 'available'; readonly id: string }
  | { readonly type: 'missing'; readonly id: string; readonly reason: string }
  /** The key opened the part, or it did not. */
  | { readonly type: 'opened'; readonly id: string }
  | { readonly type: 'corrupt'; readonly id: string; readonly reason: string };

export type PayerEmitted =
  | Send<ToPayee>
  | RequestConnection
  /** Sign this statement. The answer is `signed` or `refused`. */
  | (Request & {
      readonly type: 'requestSignature';
      readonly statement: Statement;
      readonly channel: Channel;
      readonly standing: Standing;
    })
  /** Is this the payee's signature of this statement (or our own, of a state that the payee shows)? */
  | (Consult & {
      readonly type: 'consultSignature';
      readonly statement: Statement;
      readonly channel: Channel;
      readonly standing: Standing;
      readonly publicKey: string;
      readonly signature: string;
    })
  | (Request & { readonly type: 'requestFunding'; readonly channel: Channel; readonly deposit: string })
  /** Close alone: the payee does not answer. */
  | (Request & { readonly type: 'requestWithdrawal'; readonly channel: Channel; readonly proof: Proof })
  | (Consult & { readonly type: 'consultPart'; readonly stream: string; readonly part: number })
  /** Open the part with the key that has just come. */
  | (Consult & { readonly type: 'consultKey'; readonly stream: string; readonly part: number })
  | { readonly type: 'withdraw'; readonly request: Request['type']; readonly id: string }
  | OrderClose
  /** There is no channel, or not enough in it: `required` is what it would have to hold. */
  | {
      readonly type: 'purchaseNeeded';
      readonly offer: Offer;
      readonly required: string;
      readonly deposit: string;
    }
  /** A channel is open: the payee knows it. */
  | { readonly type: 'bought' | 'toppedUp'; readonly channel: string; readonly deposit: string }
  | { readonly type: 'playing'; readonly stream: string; readonly part: number; readonly offer: Offer }
  /** A payment is signed and on its way. `left` is what the channel still holds. */
  | {
      readonly type: 'paid';
      readonly stream: string;
      readonly part: number;
      /** The number of the state that was signed. */
      readonly sequence: number;
      readonly amount: string;
      readonly sent: string;
      readonly left: string;
    }
  /** The part is open. */
  | { readonly type: 'unlocked'; readonly stream: string; readonly part: number }
  /** What was asked for is not paid: `reason` says which limit it breaks. */
  | { readonly type: 'overBudget'; readonly stream: string; readonly part: number; readonly required: string }
  | {
      readonly type: 'partLost';
      readonly stream: string;
      readonly part: number;
      readonly why: 'missing' | 'withheld' | 'corrupt';
      readonly reason: string;
    }
  /** Our own side said no: the signer, the place of settlement, or a limit. */
  | { readonly type: 'declined'; readonly reason: string }
  /** Gone, as the app wanted. */
  | { readonly type: 'left' }
  /** Not connected any more, and not for a while; the channel stays. */
  | { readonly type: 'stopped'; readonly reason: string; readonly blamed: Blamed }
  /** The whole stream was unlocked. */
  | { readonly type: 'streamEnded'; readonly stream: string }
  /** The channel is used up, and forgotten: the next play buys a new one. */
  | { readonly type: 'emptied'; readonly channel: string }
  | { readonly type: 'receipted'; readonly sequence: number; readonly sent: string; readonly signature: string }
  | { readonly type: 'refusedBy'; readonly about: string; readonly fault: Fault }
  | { readonly type: 'settled'; readonly id: string; readonly how: 'together' | 'alone' }
  | Disconnected
  | Violated
  | Misused;

export interface PayerOutput {
  /** Empty when the channel was closed as the app wanted. */
  readonly reason: string;
  readonly blamed: Blamed;
}
