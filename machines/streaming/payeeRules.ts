/**
 * What the payee knows and reckons: its types, and pure functions about demands, claims and released parts. The machine is in `payee.ts`.
 *
 * What they must never do: take a figure from a message where the channel's own figures give it.
 */
import { isMore, minus, plus } from '../../src/money.ts';
import type { ConnectionFact, Consult, Misused, Request, Send, Violated } from '../../src/role.ts';
import type { Channel, Standing, Statement } from '../../src/streaming/scheme.ts';
import type { Proof } from '../../src/streaming/settlement.ts';
import {
  type Fault,
  hasPart,
  type Offer,
  type Range,
  type Received,
  type State,
  type ToPayee,
  type ToPayer,
  withPart,
} from './messages.ts';

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

export const none: readonly never[] = [];
export const first: Accepted = { sequence: 0, sent: '0', signature: '' };

/** Whether the payer has proven its key on this channel: one that has not must not keep the key from another channel. */
export const isProven = ({ accepted }: Pick<PayeeContext, 'accepted'>): boolean => accepted.sequence > 0;

export function stateOf({ channel, address, deposit, accepted }: PayeeContext): State {
  return {
    channel_id: channel.id,
    channel_address: address,
    client_wallet_address: channel.payer.wallet,
    client_public_key: channel.payer.publicKey,
    client_balance: minus(deposit, accepted.sent),
    server_balance: accepted.sent,
    client_sequence_number: accepted.sequence,
    client_signature: accepted.signature === '' ? null : accepted.signature,
  };
}

export const termsOf = ({ terms }: PayeeContext, stream: string | undefined): Terms | undefined =>
  stream === undefined ? terms[0] : terms.find((each) => each.stream === stream);

export const isReleased = ({ released }: PayeeContext, { stream, part }: Pick<Play, 'stream' | 'part'>): boolean =>
  hasPart(released[stream] ?? none, part);

/** What the payer must have sent in all before this part is released. */
export function requiredFor(context: PayeeContext, play: Pick<Play, 'stream' | 'part'>): string {
  const { accepted, owed } = context;
  if (isReleased(context, play)) return accepted.sent;
  const due = plus(owed, termsOf(context, play.stream)?.price ?? '0');
  return isMore(due, accepted.sent) ? due : accepted.sent;
}

/** The stream that the next payment of a socket is for. */
export const askedOf = ({ plays }: PayeeContext, from: string): Play | undefined =>
  plays.find((play) => play.from === from && play.isAsked);

/** The stream of the payer whose turn has come. */
export const turnOf = ({ plays, proven }: PayeeContext): Play | undefined =>
  plays.find(({ from, isAsked }) => from === proven && !isAsked);

export const isPaidFor = (context: PayeeContext, play: Play): boolean =>
  !isMore(requiredFor(context, play), context.accepted.sent);

export function demandFor(context: PayeeContext, play: Play): Send<ToPayer> & { readonly to: string } {
  const { accepted, deposit } = context;
  const { stream, part } = play;
  const need = { stream, part, required: requiredFor(context, play), accepted: accepted.sent, deposit };
  return { type: 'send', to: play.from, message: { event: 'pay', need } };
}

/** The plays with room for one more: of those who have not paid the oldest gives way, since anybody can play with a key that it only knows. */
export function roomIn({ plays, proven, maxPlays }: PayeeContext): readonly Play[] {
  if (plays.length < maxPlays) return plays;
  const oldest = plays.findIndex(({ from }) => from !== proven);
  return plays.filter((_, at) => at !== oldest);
}

/** The play that a message asks for. */
export function playIn(context: PayeeContext, event: PayeeEvent): Play | undefined {
  if (event.type !== 'received.play') return undefined;
  const { at } = event.message;
  const terms = termsOf(context, at?.stream);
  if (terms === undefined) return undefined;
  const { stream, parts } = terms;
  const part = at?.part ?? context.next[stream] ?? 0;
  if (parts !== null && part >= parts) return undefined;
  const { from } = event;
  const isAsked = !context.plays.some((play) => play.from === from && play.isAsked && play.stream !== stream);
  return { from, stream, part, isAsked };
}

export const isSamePlay = (one: Play, other: Play) => one.from === other.from && one.stream === other.stream;

/** What a payment says, as worked out here. A payer that knows only the text sends a signature and nothing else: it can only be of the next state. */
export function claimIn(context: PayeeContext, event: PayeeEvent): Claim | undefined {
  if (event.type !== 'received.pay' && event.type !== 'received.close') return undefined;
  const { from, message } = event;
  const { accepted, deposit } = context;
  const isClosing = event.type === 'received.close';
  const asked = askedOf(context, from);
  const next = { sequence: accepted.sequence + 1, sent: asked === undefined ? '0' : requiredFor(context, asked) };
  const { sequence, sent } = message.signed ?? next;
  const statement = isClosing || sent === deposit ? 'close' : 'state';
  return { from, statement, sequence, sent, deposit, signature: message.signature, isClosing };
}

/** Whether a claim that was found well signed still says what it did: nothing was accepted meanwhile, and an end is of the channel as it is. */
export const isStillRight = ({ accepted, deposit }: PayeeContext, claim: Claim): boolean =>
  (claim.isClosing ? claim.sequence > accepted.sequence : claim.sequence === accepted.sequence + 1) &&
  (claim.statement === 'state' || claim.deposit === deposit);

/** A claim is judged once, however often it is made. */
export const aboutClaim = ({ from, sequence, signature }: Claim) => `claim/${from}/${sequence}/${signature}`;
export const aboutSignature = (statement: Statement, { channel, accepted }: PayeeContext) =>
  `${statement}/${channel.id}/${accepted.sequence}/${accepted.sent}`;

export const standingOf = (
  { deposit }: PayeeContext,
  { sequence, sent }: Pick<Claim, 'sequence' | 'sent'>,
): Standing => ({
  deposit,
  sent,
  sequence,
});

/** The signature under which a channel ends: both sides', or what only we can show. */
export const endStatement = ({ isTogether }: PayeeContext): Statement => (isTogether ? 'close' : 'refund');

export function refusal(event: PayeeEvent, fault: Fault): Send<ToPayer> & { readonly to: string } {
  const to = 'claim' in event ? event.claim.from : 'from' in event ? (event.from ?? '') : '';
  const about =
    event.type === 'verified' ? (event.claim.isClosing ? 'close' : 'pay') : event.type.slice('received.'.length);
  return { type: 'send', to, message: { event: 'refused', about, fault } };
}

/** The same with a part released: its key is told, and the stream goes to the end of the queue. */
export function released(context: PayeeContext, play: Play): Partial<PayeeContext> {
  const terms = termsOf(context, play.stream);
  const next = play.part + 1;
  const others = context.plays.filter((other) => other !== play);
  const isOver = terms?.parts != null && next >= terms.parts;
  return {
    owed: isReleased(context, play) ? context.owed : plus(context.owed, terms?.price ?? '0'),
    released: {
      ...context.released,
      [play.stream]: withPart(context.released[play.stream] ?? none, play.part),
    },
    next: { ...context.next, [play.stream]: next },
    plays: isOver ? others : [...others, { ...play, part: next, isAsked: play.from !== context.proven }],
  };
}

export function secretOf({ from, stream, part }: Play): Send<ToPayer> & { readonly to: string } {
  return { type: 'send', to: from, message: { event: 'secret', secret: '', about: { stream, part } } };
}

export const payerOf = (event: PayeeEvent): string =>
  'from' in event ? (event.from ?? '') : 'claim' in event ? event.claim.from : '';
