/**
 * What the payer knows and reckons: its types, and pure functions about offers, demands, promises and states. The machine is in `payer.ts`.
 *
 * What they must never do: find a demand right that is not exactly what the offer makes due.
 */
import { isMore, minus, plus } from '../../src/money.ts';
import type { ConnectionFact, Consult, Malformed, Misused, Request, Send, Violated } from '../../src/role.ts';
import type { Channel, Party, Standing, Statement } from '../../src/streaming/scheme.ts';
import type { Proof } from '../../src/streaming/settlement.ts';
import {
  type Fault,
  hasPart,
  type Need,
  type Offer,
  type Range,
  type Received,
  type State,
  type ToPayee,
  type ToPayer,
} from './messages.ts';

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

export interface PayerContext extends PayerInput {
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
  readonly attempt: number;
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
  | (Request & { readonly type: 'requestConnection'; readonly attempt: number })
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
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
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
  | { readonly type: 'disconnected'; readonly reason: string }
  | Violated
  | Misused;

export interface PayerOutput {
  /** Empty when the channel was closed as the app wanted. */
  readonly reason: string;
  readonly blamed: Blamed;
}

export const nothing: Payment = { sequence: 0, sent: '0', signature: '' };
export const none: readonly never[] = [];
/** More streams than these do not play at once. */
export const mostStreams = 8;

export const noChannel = {
  channel: null,
  address: '',
  deposit: '0',
  isFunded: false,
  refund: '',
  agreed: nothing,
  promised: null,
  owed: '0',
  asked: null,
  held: null,
  isPausing: false,
  wanted: '',
  closing: null,
  judged: null,
  shown: null,
} as const;

/** The last state that we have signed, or are about to. */
export const latestOf = ({ agreed, promised }: PayerContext): Payment => promised ?? agreed;

/** The last state that we have signed. */
export const signedOf = ({ agreed, promised }: PayerContext): Payment =>
  promised !== null && promised.signature !== '' ? promised : agreed;

/** What nobody but the two sides of a channel can tell about it. */
export const channelOf = ({ channel }: PayerContext): Channel => {
  if (channel === null) throw new Error('There is no channel.');
  return channel;
};

/** How far the session's budget goes in this channel, cumulative. */
export function budgeted({ agreed, promised, spent, budget }: PayerContext): string {
  const { sent } = promised ?? agreed;
  return plus(sent, minus(budget.session, spent));
}

export const standing = (deposit: string, { sequence, sent }: Omit<Payment, 'signature'>): Standing => ({
  deposit,
  sent,
  sequence,
});

export function stateOf(context: PayerContext, { sequence, sent, signature }: Payment): State {
  const { payer, address, deposit } = context;
  return {
    channel_id: channelOf(context).id,
    channel_address: address,
    client_wallet_address: payer.wallet,
    client_public_key: payer.publicKey,
    client_balance: minus(deposit, sent),
    server_balance: sent,
    client_sequence_number: sequence,
    client_signature: signature === '' ? null : signature,
  };
}

/** A request for a signature is about what is signed, and nothing else. */
export const aboutSignature = (
  statement: Statement,
  context: PayerContext,
  { sequence, sent }: Omit<Payment, 'signature'>,
) => `${statement}/${context.channel?.id ?? ''}/${sequence}/${sent}`;
export const aboutFunding = (context: PayerContext, deposit: string) => `fund/${context.channel?.id ?? ''}/${deposit}`;
export const aboutWithdrawal = (context: PayerContext) => `withdraw/${context.channel?.id ?? ''}`;
export const aboutPart = ({ asked }: PayerContext) => `part/${asked?.stream ?? ''}/${asked?.part ?? 0}`;
export const aboutKey = ({ asked }: PayerContext) => `key/${asked?.stream ?? ''}/${asked?.part ?? 0}`;

/** "If the resulting balance is zero, the state is signed as a final state." */
export const statementOf = (deposit: string, sent: string): Statement => (sent === deposit ? 'close' : 'state');

export const playingOf = ({ streams }: Pick<PayerContext, 'streams'>, name: string | undefined) =>
  streams.find(({ stream }) => stream === name);

/** A payee that knows only the text asks without saying for what: it can only be the next part, at the agreed price. */
export function demandOf(context: PayerContext, need: Need | undefined): Need {
  if (need !== undefined) return need;
  const [first] = context.streams;
  const { sent } = latestOf(context);
  const required = context.promised === null ? plus(context.owed, first?.offer.price ?? '0') : sent;
  return {
    stream: first?.stream ?? '',
    part: first?.next ?? 0,
    required,
    accepted: context.agreed.sent,
    deposit: context.deposit,
  };
}

/** What a payee that has accepted our promise says by the way; of a promise that brings no money, a proof of the key, an amount says nothing. */
export function acknowledged(context: PayerContext, accepted: string): Pick<PayerContext, 'agreed' | 'promised'> {
  const { agreed, promised } = context;
  return promised !== null && promised.signature !== '' && promised.sent === accepted && isMore(accepted, agreed.sent)
    ? { agreed: promised, promised: null }
    : { agreed, promised };
}

/** What parts may be given for before they are paid. */
const creditOf = ({ price, credit }: Offer): string => `${BigInt(price) * BigInt(credit)}`;

/** Whether the key of a part tells that our promise was accepted, or may just as well have been given on credit. */
export function tellsAcceptance({ agreed, owed, asked, isTextOnly, ...context }: PayerContext): boolean {
  const offer = playingOf(context, asked?.stream)?.offer;
  if (offer === undefined || isTextOnly) return true;
  // What was given before is given again for a proof of the key only.
  if (asked !== null && !isMore(asked.required, agreed.sent)) return true;
  return isMore(minus(plus(owed, offer.price), agreed.sent), creditOf(offer));
}

/** The stream whose next part has been given, where our reckoning allows the credit for it. */
export function creditedOf(context: PayerContext, event: PayerEvent): Playing | undefined {
  if (event.type !== 'received.secret' || event.message.about === undefined) return undefined;
  const { stream, part } = event.message.about;
  const playing = playingOf(context, stream);
  if (playing === undefined || playing.next + playing.keys !== part || hasPart(playing.received, part))
    return undefined;
  const waiting = context.streams.reduce((sum, { offer, keys }) => sum + BigInt(offer.price) * BigInt(keys), 0n);
  const unpaid = minus(plus(plus(context.owed, `${waiting}`), playing.offer.price), latestOf(context).sent);
  return isMore(unpaid, creditOf(playing.offer)) ? undefined : playing;
}

/** The same streams, with a key more that waits to be opened. */
export const withKey = ({ streams }: PayerContext, at: Pick<Need, 'stream' | 'part'> | undefined) =>
  streams.map((each) =>
    each.stream === at?.stream && each.next + each.keys === at.part ? { ...each, keys: each.keys + 1 } : each,
  );

export const withoutKeys = (streams: readonly Playing[]) => streams.map((each) => ({ ...each, keys: 0 }));

/** Whether a demand is for a part that has come meanwhile, or of a stream that was over by then. */
export function isOutdated(context: PayerContext, { stream, part, required }: Need): boolean {
  const playing = playingOf(context, stream);
  if (playing === undefined) return true;
  return isMore(required, latestOf(context).sent) && hasPart(playing.received, part);
}

/** What the parts are worth once this one is counted. One that is given again and that we have no record of may be paid for already. */
export function countedOf({ owed, agreed, streams }: PayerContext, { stream, part, required }: Need): string {
  const playing = playingOf({ streams }, stream);
  if (playing === undefined || hasPart(playing.received, part)) return owed;
  const { price } = playing.offer;
  const known = streams.reduce((sum, { offer, received }) => sum + BigInt(offer.price) * countOf(received), 0n);
  const isGivenAgain = !isMore(required, agreed.sent) && !isMore(agreed.sent, owed);
  return isGivenAgain && !isMore(price, minus(owed, `${known}`)) ? owed : plus(owed, price);
}

const countOf = (ranges: readonly Range[]) => ranges.reduce((sum, [from, to]) => sum + BigInt(to - from), 0n);

/** The offer of a `publicKey` answer, or what was agreed elsewhere. */
export const offerOf = (context: PayerContext, event: PayerEvent): Offer | null =>
  event.type === 'received.publicKey' ? (event.message.offer ?? context.terms) : null;

/** Why an offer is not acceptable; empty when it is. */
export function objection(context: PayerContext, offer: Offer | null): string {
  if (offer === null) return 'The payee makes no offer, and no terms were agreed elsewhere.';
  const { budget, schemes } = context;
  if (offer.price === '0') return 'The payee asks for nothing: there is nothing to pay, and no channel to pay from.';
  if (isMore(offer.price, budget.part)) return `A part costs ${offer.price}; the budget allows ${budget.part}.`;
  if (!schemes.includes(offer.scheme)) return `The payee wants states signed as "${offer.scheme}".`;
  const pinned = playingOf(context, offer.stream)?.offer;
  if (pinned === undefined) return '';
  const isSame =
    pinned.price === offer.price &&
    pinned.unit === offer.unit &&
    pinned.partMs === offer.partMs &&
    pinned.commitment === offer.commitment &&
    pinned.scheme === offer.scheme;
  return isSame ? '' : 'The payee has changed its offer within the session.';
}

/** The message's state, if it is one of our channel. */
export function isOurState(context: PayerContext, state: State | null): state is State {
  return (
    state !== null &&
    state.channel_id === context.channel?.id &&
    state.client_public_key === context.payer.publicKey &&
    plus(state.client_balance, state.server_balance) === (isTopUp(context, state) ? context.wanted : context.deposit)
  );
}

export const isTopUp = ({ wanted }: PayerContext, { client_balance, server_balance }: State) =>
  wanted !== '' && plus(client_balance, server_balance) === wanted;

export const isAt = (payment: Payment | null, state: State) =>
  payment !== null && payment.sequence === state.client_sequence_number && payment.sent === state.server_balance;

export const wanted = (stream: string | undefined) => (stream === undefined || stream === '' ? {} : { stream });

export function playMessage({ payer: { publicKey } }: PayerContext, stream: string, part: number): Send<ToPayee> {
  return { type: 'send', message: { event: 'play', publicKey, at: { stream, part } } };
}

/** The demand that is being met. */
export function demanded({ asked }: PayerContext): Need {
  if (asked === null) throw new Error('Nothing was asked.');
  return asked;
}

/** What is wrong with the demand that is being decided on; empty when it is what was agreed. */
export function wrongIn(context: PayerContext): string {
  const need = demanded(context);
  const playing = playingOf(context, need.stream);
  if (playing === undefined) return 'The payee asks for a stream that does not play.';
  if (need.part !== playing.next) return `The payee asks for part ${need.part}; the next one is ${playing.next}.`;
  const { sent } = latestOf(context);
  if (!isMore(need.required, sent)) {
    return sent === '0' && playing.offer.credit === 0 ? 'The payee asks for nothing.' : '';
  }
  if (context.promised !== null) return '';
  if (hasPart(playing.received, need.part)) return 'The payee asks twice for a part that was paid.';
  const due = plus(context.owed, playing.offer.price);
  return need.required === due ? '' : `The payee asks for ${need.required} in all; by its offer it is ${due}.`;
}

/** What the payee shows, as a channel of ours. */
export function adoptedOf({ shown, payer: own, payee }: PayerContext) {
  if (shown === null || payee === null) throw new Error('Nothing is shown.');
  const payment: Payment = {
    sequence: shown.client_sequence_number,
    sent: shown.server_balance,
    signature: shown.client_signature ?? '',
  };
  const channel: Channel = { id: shown.channel_id, payer: own, payee };
  return {
    channel,
    address: shown.channel_address,
    deposit: plus(shown.client_balance, shown.server_balance),
    payment,
  };
}

/** A state under our key, of a channel that we have no record of. */
export function isAdoptable({ channel, payer: own }: PayerContext, event: PayerEvent): boolean {
  if (event.type !== 'received.latestState' || event.message.state === null || channel !== null) return false;
  const { client_public_key, client_signature } = event.message.state;
  return client_public_key === own.publicKey && client_signature !== null;
}

/** What a signature of the payee, or one of ours that it shows, is judged under. */
export function judgedId({ judged, shown }: PayerContext): string {
  if (shown !== null) return `shown/${shown.channel_id}/${shown.client_sequence_number}`;
  return judged === null ? '' : `judged/${judged.sequence}/${judged.signature}`;
}

export function consultationOf(
  statement: Statement,
  context: PayerContext,
): Extract<PayerEmitted, { readonly type: 'consultSignature' }> {
  const judged = context.judged ?? nothing;
  return {
    type: 'consultSignature',
    id: judgedId(context),
    statement,
    channel: channelOf(context),
    standing: standing(context.deposit, judged),
    publicKey: context.payee?.publicKey ?? '',
    signature: judged.signature,
  };
}
