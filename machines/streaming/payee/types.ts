/**
 * What the payee knows, is told, and tells: the types of its machine. Amounts are canonical decimal strings, in the smallest unit.
 */
import type { ConnectionFact, Consult, Misused, Request, Send, Violated } from '../../../src/role.ts';
import type { Channel, Standing, Statement } from '../../../src/streaming/scheme.ts';
import type { Proof } from '../../../src/streaming/settlement.ts';
import type { Offer, Range, Received, ToPayee, ToPayer } from '../messages.ts';

/** What of an offer decides on money and time; pinned for the life of the channel. */
export type Terms = Pick<Offer, 'stream' | 'price' | 'partMs' | 'parts' | 'credit' | 'commitment'>;

export interface PayeeInput {
  readonly channel: Channel;
  /** Where the channel lies, as the payer says; the host has compared it with the scheme's. */
  readonly address: string;
  readonly deposit: string;
  /** The streams that can be played; the first is the one of a payer that names none. */
  readonly terms: readonly Terms[];
  /** Sequence numbers beyond this cannot be settled. */
  readonly maxSequence: number;
  readonly canTopUp: boolean;
  /** Milliseconds that a part is asked for before the one before it ends; at most half of its length. */
  readonly lead: number;
  /** Milliseconds for a payment; then the channel falls idle. */
  readonly payTimeout: number;
  /** Milliseconds for a new channel to be funded and announced; then it is forgotten. */
  readonly openTimeout: number;
  /** Milliseconds that a channel that is used up stays for its last part to be had again. */
  readonly lingerTimeout: number;
  /** Sockets and streams that may wait at once. */
  readonly maxPlays: number;
}

/** A state that was accepted: worked out here, and found well signed. */
export interface Accepted {
  readonly sequence: number;
  readonly sent: string;
  readonly signature: string;
}

/** A stream that a socket has played. */
export interface Play {
  readonly from: string;
  readonly stream: string;
  /** The part that is to be released next. */
  readonly part: number;
  /** Whether its payment was asked for. */
  readonly isAsked: boolean;
}

/** A signature that is being judged: who sent it, and what it would say. */
export interface Claim {
  readonly from: string;
  readonly statement: Statement;
  readonly sequence: number;
  readonly sent: string;
  /** What the channel held when it was made. */
  readonly deposit: string;
  readonly signature: string;
  /** Whether the payer wants to end the channel with it. */
  readonly isClosing: boolean;
}

export interface PayeeContext extends PayeeInput {
  readonly accepted: Accepted;
  /** What the released parts are worth, cumulative. */
  readonly owed: string;
  /** What was released of each stream, and what comes next for a payer that does not say. */
  readonly released: Readonly<Record<string, readonly Range[]>>;
  readonly next: Readonly<Record<string, number>>;
  /** Waiting streams, the next one first. */
  readonly plays: readonly Play[];
  /** The socket of the last valid payment. */
  readonly proven: string;
  /** The socket that an answer is owed to: of a refund, an announcement, a top-up, a receipt, a closing. */
  readonly asker: string;
  /** The deposit that is being looked for, when the payer says it is more. */
  readonly wanted: string;
  /** Whether the payer has signed how the channel ends. */
  readonly isTogether: boolean;
  /** Our own signature of how it ends. */
  readonly signature: string;
  readonly reason: string;
}

export type From<Event> = Event & { readonly from: string };

export type PayeeEvent =
  | From<Received<ToPayee>>
  /** A socket is gone; without `from`, all of them. */
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  | { readonly type: 'command.close' }
  | { readonly type: `command.${string}` }
  /** The verdict on a claim. */
  | { readonly type: 'verified'; readonly id: string; readonly ok: boolean; readonly claim: Claim }
  | { readonly type: 'signed'; readonly id: string; readonly signature: string }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string }
  /** After a restart: what is offered now. */
  | { readonly type: 'offered'; readonly terms: readonly Terms[] }
  /** What the place of settlement shows in the channel. */
  | { readonly type: 'deposited'; readonly id: string; readonly deposit: string }
  | { readonly type: 'settled'; readonly id: string }
  | { readonly type: 'unsettled'; readonly id: string; readonly reason: string }
  /** Somebody closes the channel alone, with a state in which this was sent; or it is paid out. */
  | { readonly type: 'closingSeen'; readonly sent: string }
  | { readonly type: 'closedSeen' };

export type PayeeEmitted =
  | (Send<ToPayer> & { readonly to: string })
  | (Consult & {
      readonly type: 'consultClaim';
      readonly channel: Channel;
      readonly standing: Standing;
      readonly claim: Claim;
    })
  | (Request & {
      readonly type: 'requestSignature';
      readonly statement: Statement;
      readonly channel: Channel;
      readonly standing: Standing;
    })
  | (Consult & { readonly type: 'consultDeposit'; readonly channel: Channel })
  | (Request & {
      readonly type: 'requestSettlement';
      readonly channel: Channel;
      readonly proof: Proof;
      readonly alone: boolean;
    })
  | { readonly type: 'orderChallenge'; readonly channel: Channel; readonly proof: Proof }
  /** The payer may open another channel from now on. */
  | { readonly type: 'ending'; readonly channel: string }
  | { readonly type: 'opened'; readonly channel: string; readonly deposit: string }
  | { readonly type: 'paid'; readonly sequence: number; readonly amount: string; readonly sent: string }
  | { readonly type: 'released'; readonly stream: string; readonly part: number; readonly unpaid: boolean }
  | { readonly type: 'idled'; readonly channel: string }
  | { readonly type: 'challenged'; readonly sent: string }
  | { readonly type: 'closed'; readonly channel: string; readonly sent: string }
  | { readonly type: 'unsettled'; readonly reason: string }
  | Violated
  | Misused;

export interface PayeeOutput {
  readonly sent: string;
  readonly reason: string;
}
