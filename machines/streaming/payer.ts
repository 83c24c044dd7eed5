/**
 * The payer: finds or opens a channel with a payee, pays for each part that is asked for, and is told that its key has come.
 *
 * What it must never do: sign two amounts for one sequence number, pay more than the offer and its budget say, or pay for a part before it is here
 * and is the one that was promised. It keeps what it is about to sign before it asks for the signature, and answers with that same state until the
 * payee has it: a crash, a lost line or a payee that asks twice costs nothing twice. It holds no key: neither the one it signs with nor those of the parts.
 * Carries: the client's side of "Idle state" and "Streaming state". A payee that knows only the text is served if `terms` say what was agreed elsewhere.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import { isMore, minus, plus } from '../../src/money.ts';
import type { ConnectionFact, Consult, Malformed, Misused, Request, RoleMeta, Send, Violated } from '../../src/role.ts';
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
  withPart,
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
}

interface PayerContext extends PayerInput {
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
}

type Verified = { readonly type: 'verified'; readonly id: string; readonly ok: boolean };

export type PayerEvent =
  /** Play a stream from a part on. `session` is the app's: a new one begins a new budget. */
  | {
      readonly type: 'command.play';
      readonly stream: string;
      readonly part: number;
      readonly session: string;
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
  /** Not connected any more, and not for a while; the channel stays. */
  | { readonly type: 'stopped'; readonly reason: string }
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
}

const nothing: Payment = { sequence: 0, sent: '0', signature: '' };
const none: readonly never[] = [];
/** More streams than these do not play at once. */
const mostStreams = 8;

const noChannel = {
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
  wanted: '',
  closing: null,
  judged: null,
  shown: null,
} as const;

/** The last state that we have signed, or are about to. */
const latestOf = ({ agreed, promised }: PayerContext): Payment => promised ?? agreed;

/** The last state that we have signed. */
const signedOf = ({ agreed, promised }: PayerContext): Payment =>
  promised !== null && promised.signature !== '' ? promised : agreed;

/** What nobody but the two sides of a channel can tell about it. */
const channelOf = ({ channel }: PayerContext): Channel => {
  if (channel === null) throw new Error('There is no channel.');
  return channel;
};

const standing = (deposit: string, { sequence, sent }: Omit<Payment, 'signature'>): Standing => ({
  deposit,
  sent,
  sequence,
});

function stateOf(context: PayerContext, { sequence, sent, signature }: Payment): State {
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
const aboutSignature = (statement: Statement, context: PayerContext, { sequence, sent }: Omit<Payment, 'signature'>) =>
  `${statement}/${context.channel?.id ?? ''}/${sequence}/${sent}`;
const aboutFunding = (context: PayerContext, deposit: string) => `fund/${context.channel?.id ?? ''}/${deposit}`;
const aboutWithdrawal = (context: PayerContext) => `withdraw/${context.channel?.id ?? ''}`;
const aboutPart = ({ asked }: PayerContext) => `part/${asked?.stream ?? ''}/${asked?.part ?? 0}`;
const aboutKey = ({ asked }: PayerContext) => `key/${asked?.stream ?? ''}/${asked?.part ?? 0}`;

/** "If the resulting balance is zero, the state is signed as a final state." */
const statementOf = (deposit: string, sent: string): Statement => (sent === deposit ? 'close' : 'state');

const playingOf = ({ streams }: PayerContext, name: string | undefined) =>
  streams.find(({ stream }) => stream === name);

/** A payee that knows only the text asks without saying for what: it can only be the next part, at the agreed price. */
function demandOf(context: PayerContext, need: Need | undefined): Need {
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

/** What a payee that has accepted our promise says by the way. */
function acknowledged(context: PayerContext, accepted: string): Pick<PayerContext, 'agreed' | 'promised'> {
  const { agreed, promised } = context;
  return promised !== null && promised.signature !== '' && promised.sent === accepted
    ? { agreed: promised, promised: null }
    : { agreed, promised };
}

/** The offer of a `publicKey` answer, or what was agreed elsewhere. */
const offerOf = (context: PayerContext, event: PayerEvent): Offer | null =>
  event.type === 'received.publicKey' ? (event.message.offer ?? context.terms) : null;

/** Why an offer is not acceptable; empty when it is. */
function objection(context: PayerContext, offer: Offer | null): string {
  if (offer === null) return 'The payee makes no offer, and no terms were agreed elsewhere.';
  const { budget, schemes } = context;
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
function isOurState(context: PayerContext, state: State | null): state is State {
  return (
    state !== null &&
    state.channel_id === context.channel?.id &&
    state.client_public_key === context.payer.publicKey &&
    plus(state.client_balance, state.server_balance) === (isTopUp(context, state) ? context.wanted : context.deposit)
  );
}

const isTopUp = ({ wanted }: PayerContext, { client_balance, server_balance }: State) =>
  wanted !== '' && plus(client_balance, server_balance) === wanted;

const isAt = (payment: Payment | null, state: State) =>
  payment !== null && payment.sequence === state.client_sequence_number && payment.sent === state.server_balance;

const wanted = (stream: string | undefined) => (stream === undefined || stream === '' ? {} : { stream });

function playMessage({ payer: { publicKey } }: PayerContext, stream: string, part: number): Send<ToPayee> {
  return { type: 'send', message: { event: 'play', publicKey, at: { stream, part } } };
}

/** The demand that is being met. */
function demanded({ asked }: PayerContext): Need {
  if (asked === null) throw new Error('Nothing was asked.');
  return asked;
}

/** What is wrong with the demand that is being decided on; empty when it is what was agreed. */
function wrongIn(context: PayerContext): string {
  const need = demanded(context);
  const playing = playingOf(context, need.stream);
  if (playing === undefined) return 'The payee asks for a stream that does not play.';
  if (need.part !== playing.next) return `The payee asks for part ${need.part}; the next one is ${playing.next}.`;
  const { sent } = latestOf(context);
  if (!isMore(need.required, sent)) {
    return sent === '0' ? 'The payee asks for nothing.' : '';
  }
  if (context.promised !== null) return '';
  if (hasPart(playing.received, need.part)) return 'The payee asks twice for a part that was paid.';
  const due = plus(context.owed, playing.offer.price);
  return need.required === due ? '' : `The payee asks for ${need.required} in all; by its offer it is ${due}.`;
}

/** What the payee shows, as a channel of ours. */
function adoptedOf({ shown, payer: own, payee }: PayerContext) {
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
function isAdoptable({ channel, payer: own }: PayerContext, event: PayerEvent): boolean {
  if (event.type !== 'received.latestState' || event.message.state === null || channel !== null) return false;
  const { client_public_key, client_signature } = event.message.state;
  return client_public_key === own.publicKey && client_signature !== null;
}

/** What a signature of the payee, or one of ours that it shows, is judged under. */
function judgedId({ judged, shown }: PayerContext): string {
  if (shown !== null) return `shown/${shown.channel_id}/${shown.client_sequence_number}`;
  return judged === null ? '' : `judged/${judged.sequence}/${judged.signature}`;
}

function consultationOf(
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

const clause = {
  idle: 'Idle state 1',
  publicKey: 'Idle state 2: publicKey',
  latestState: 'Idle state 3, 5: latestState',
  buy: 'Idle state 4.1',
  newChannel: 'Idle state 4.2: newChannel',
  play: 'Idle state 6: play',
  pay: 'Streaming state 1, 2: pay',
  secret: 'Streaming state 3: secret',
  final: 'Streaming state 4',
};

/** The payer's side of one channel after the other, with one payee. */
export const payer = setup({
  types: {} as {
    context: PayerContext;
    input: PayerInput;
    output: PayerOutput;
    events: PayerEvent;
    emitted: PayerEmitted;
    tags: 'usable' | 'waiting' | 'settled' | 'unpaid';
    meta: RoleMeta;
  },
  actions: {
    requestConnection: emit(({ context }) => ({
      type: 'requestConnection',
      id: 'connection',
      attempt: context.attempt,
    })),
    withdrawConnection: emit(() => ({ type: 'withdraw', request: 'requestConnection', id: 'connection' })),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    orderClose: emit(() => ({ type: 'orderClose', code: 1000, reason: '' })),
    keepFailure: assign(({ event }) => {
      assertEvent(event, ['connection.failed', 'connection.lost']);
      return { reason: event.reason };
    }),
    keepSilence: assign({ reason: 'The payee did not answer in time.' }),
    keepObjection: assign(({ context, event }) => ({ reason: objection(context, offerOf(context, event)) })),
    keepForeignPayee: assign({ reason: 'The payee has another key than the one that our channel is with.' }),
    keepForeignState: assign({ reason: 'The payee shows a state that is not ours.' }),
    keepUnknownChannel: assign({ reason: 'The payee does not know our channel any more.' }),
    keepBadRefund: assign({ reason: 'The payee did not sign the refund.' }),
    keepRefusal: assign(({ event }) => {
      assertEvent(event, 'received.refused');
      return { reason: `The payee refused ${event.message.about}: ${event.message.fault}.` };
    }),
    keepUnwithdrawn: assign(({ event }) => {
      assertEvent(event, 'unwithdrawn');
      return { reason: event.reason };
    }),
    disconnected: emit(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { type: 'disconnected', reason: event.reason };
    }),
    stopped: emit(({ context }) => ({ type: 'stopped', reason: context.reason })),

    keepWish: assign(({ context, event }) => {
      assertEvent(event, 'command.play');
      const { stream, part, session } = event;
      const wishes = [...context.wishes.filter((wish) => wish.stream !== stream), { stream, part }];
      return session === context.session ? { wishes } : { wishes, session, spent: '0', streams: none };
    }),
    sendPublicKey: emit(({ context }) => ({
      type: 'send',
      message: {
        event: 'publicKey',
        hello: {
          extensions: true,
          ...wanted(context.wishes.at(-1)?.stream ?? context.streams[0]?.stream),
        },
      },
    })),
    keepPayee: assign(({ context, event }) => {
      assertEvent(event, 'received.publicKey');
      const { publicKey, wallet, offer } = event.message;
      return { payee: context.payee ?? { publicKey, wallet }, isTextOnly: offer === undefined };
    }),
    keepOffer: assign(({ context, event }) => {
      const offer = offerOf(context, event);
      if (offer === null) return {};
      const known = playingOf(context, offer.stream);
      const wish = context.wishes.find(({ stream }) => stream === offer.stream || stream === '');
      const playing: Playing = {
        stream: offer.stream,
        offer,
        next: wish?.part ?? known?.next ?? 0,
        received: known?.received ?? none,
      };
      return {
        streams: [...context.streams.filter(({ stream }) => stream !== offer.stream), playing],
        wishes: context.wishes.filter((other) => other !== wish),
      };
    }),
    startAgain: assign(({ context, event }) => {
      assertEvent(event, 'command.play');
      return {
        streams: context.streams.map((playing) =>
          playing.stream === event.stream ? { ...playing, next: event.part } : playing,
        ),
      };
    }),
    playing: emit(({ context }) => {
      const last = context.streams.at(-1);
      if (last === undefined) throw new Error('No stream plays.');
      return { type: 'playing', stream: last.stream, part: last.next, offer: last.offer };
    }),
    sendLatestState: emit(({ context }) => ({
      type: 'send',
      message: { event: 'latestState', publicKey: context.payer.publicKey },
    })),
    keepAcknowledgement: assign(({ context, event }) => {
      assertEvent(event, 'received.latestState');
      const { state } = event.message;
      if (state === null) return {};
      // A payee that only knows the text gives no part twice: what it has been paid for and we did not get is lost.
      const isLost = context.isTextOnly && isAt(context.promised, state);
      return {
        ...acknowledged(context, state.server_balance),
        ...(isTopUp(context, state) ? { deposit: context.wanted, wanted: '' } : {}),
        ...(isLost
          ? {
              owed: state.server_balance,
              streams: context.streams.map((playing, index) =>
                index === 0 ? { ...playing, next: playing.next + 1 } : playing,
              ),
            }
          : {}),
      };
    }),
    keepShown: assign(({ event }) => {
      assertEvent(event, 'received.latestState');
      return { shown: event.message.state };
    }),
    consultShownState: emit(({ context }) => {
      const { channel, deposit, payment } = adoptedOf(context);
      const statement = statementOf(deposit, payment.sent);
      return {
        type: 'consultSignature',
        id: `shown/${channel.id}/${payment.sequence}`,
        statement,
        channel,
        standing: standing(deposit, payment),
        publicKey: context.payer.publicKey,
        signature: payment.signature,
      };
    }),
    adoptShown: assign(({ context }) => {
      const { channel, address, deposit, payment } = adoptedOf(context);
      return {
        channel,
        address,
        deposit,
        isFunded: true,
        agreed: payment,
        promised: null,
        owed: payment.sent,
        shown: null,
      };
    }),

    purchaseNeeded: emit(({ context }) => {
      const offer = playingOf(context, context.asked?.stream)?.offer ?? context.streams.at(-1)?.offer;
      if (offer === undefined) throw new Error('No stream plays.');
      return {
        type: 'purchaseNeeded',
        offer,
        required: context.asked?.required ?? offer.price,
        deposit: context.deposit,
      };
    }),
    keepChannel: assign(({ context, event }) => {
      assertEvent(event, 'command.buy');
      const { payee, payer: own } = context;
      if (payee === null) return {};
      return {
        ...noChannel,
        channel: { id: event.fresh, payer: own, payee },
        address: event.address,
        deposit: event.deposit,
      };
    }),
    forgetChannel: assign(noChannel),
    sendRefund: emit(({ context }) => ({
      type: 'send',
      message: { event: 'refund', state: stateOf(context, nothing) },
    })),
    keepJudged: assign(({ event }) => {
      assertEvent(event, ['received.refund', 'received.closed', 'received.receipt']);
      const { message } = event;
      const { sequence, sent } = message.event === 'refund' ? nothing : message.signed;
      return { judged: { sequence, sent, signature: message.signature } };
    }),
    consultRefund: emit(({ context }) => consultationOf('refund', context)),
    keepRefund: assign(({ context }) => ({ refund: context.judged?.signature ?? '', judged: null })),
    requestFunding: emit(({ context }) => ({
      type: 'requestFunding',
      id: aboutFunding(context, context.deposit),
      channel: channelOf(context),
      deposit: context.deposit,
    })),
    keepFunded: assign({ isFunded: true }),
    declined: emit(({ event }) => {
      assertEvent(event, ['unfunded', 'refused']);
      return { type: 'declined', reason: event.reason };
    }),
    declinedStream: emit(({ context, event }) => ({
      type: 'declined',
      reason: objection(context, offerOf(context, event)),
    })),
    declinedMore: emit(() => ({ type: 'declined', reason: `No more than ${mostStreams} streams play at once.` })),
    declinedTopUp: emit(() => ({ type: 'declined', reason: 'The channel is at its last payment; buy a new one.' })),
    sendNewChannel: emit(({ context }) => ({
      type: 'send',
      message: { event: 'newChannel', state: stateOf(context, nothing) },
    })),
    bought: emit(({ context }) => ({ type: 'bought', channel: channelOf(context).id, deposit: context.deposit })),

    sendPlays: enqueueActions(({ context, enqueue }) => {
      for (const { stream, next } of context.streams) enqueue.emit(playMessage(context, stream, next));
    }),
    sendLastPlay: emit(({ context, event }) => {
      const name = 'session' in event ? event.stream : context.streams.at(-1)?.stream;
      const playing = playingOf(context, name);
      return playMessage(context, playing?.stream ?? '', playing?.next ?? 0);
    }),
    connectedAgain: assign({ attempt: 0, asked: null, held: null }),
    keepDemand: assign(({ context, event }) => {
      assertEvent(event, 'received.pay');
      const asked = demandOf(context, event.message.need);
      return { asked, held: null, ...acknowledged(context, asked.accepted) };
    }),
    holdDemand: assign(({ context, event }) => {
      assertEvent(event, 'received.pay');
      return { held: event.message.need ?? demandOf(context, undefined) };
    }),
    takeHeld: assign(({ context }) => ({
      asked: context.held,
      held: null,
      ...acknowledged(context, context.held?.accepted ?? ''),
    })),
    forgetDemand: assign({ asked: null, held: null }),
    violatedDemand: emit(({ context }) => ({ type: 'violated', event: 'received.pay', reason: wrongIn(context) })),
    overBudget: emit(({ context }) => ({
      type: 'overBudget',
      ...demanded(context),
      required: demanded(context).required,
    })),
    consultPart: emit(({ context }) => {
      const { stream, part } = demanded(context);
      return { type: 'consultPart', id: aboutPart(context), stream, part };
    }),
    keepPromise: assign(({ context }) => {
      const { required } = demanded(context);
      const { sequence, sent } = context.agreed;
      return {
        promised: { sequence: sequence + 1, sent: required, signature: '' },
        spent: plus(context.spent, minus(required, sent)),
      };
    }),
    requestSignature: emit(({ context }) => {
      const { deposit } = context;
      const latest = latestOf(context);
      const statement = statementOf(deposit, latest.sent);
      return {
        type: 'requestSignature',
        id: aboutSignature(statement, context, latest),
        statement,
        channel: channelOf(context),
        standing: standing(deposit, latest),
      };
    }),
    withdrawUnsigned: enqueueActions(({ context, event, enqueue }) => {
      if (event.type === 'signed' || event.type === 'refused') return;
      const latest = latestOf(context);
      const id = aboutSignature(statementOf(context.deposit, latest.sent), context, latest);
      enqueue.emit({ type: 'withdraw', request: 'requestSignature', id });
    }),
    keepSignature: assign(({ context, event }) => {
      assertEvent(event, 'signed');
      const { promised } = context;
      return promised === null ? {} : { promised: { ...promised, signature: event.signature } };
    }),
    sendPayment: emit(({ context }) => {
      const { sequence, sent, signature } = signedOf(context);
      return { type: 'send', message: { event: 'pay', signature, signed: { sequence, sent } } };
    }),
    paid: emit(({ context }) => {
      const { stream, part } = demanded(context);
      const { sent } = latestOf(context);
      return {
        type: 'paid',
        stream,
        part,
        amount: minus(sent, context.agreed.sent),
        sent,
        left: minus(context.deposit, sent),
      };
    }),
    acknowledge: assign(({ context }) => ({
      agreed: signedOf(context),
      promised: null,
    })),
    keepCredit: assign(({ context, event }) => {
      assertEvent(event, 'received.secret');
      const { about } = event.message;
      if (about === undefined) return {};
      const { agreed, deposit, owed } = context;
      const required = plus(owed, playingOf(context, about.stream)?.offer.price ?? '0');
      return { asked: { ...about, required, accepted: agreed.sent, deposit } };
    }),
    consultKey: emit(({ context }) => {
      const { stream, part } = demanded(context);
      return { type: 'consultKey', id: aboutKey(context), stream, part };
    }),
    unlocked: emit(({ context }) => {
      const { stream, part } = demanded(context);
      return { type: 'unlocked', stream, part };
    }),
    advance: assign(({ context }) => {
      const { stream, part, required } = demanded(context);
      return {
        asked: null,
        owed: isMore(required, context.owed) ? required : context.owed,
        streams: context.streams
          .map((each) =>
            each.stream === stream ? { ...each, next: part + 1, received: withPart(each.received, part) } : each,
          )
          .filter((each) => each.offer.parts === null || each.next < each.offer.parts),
      };
    }),
    streamEnded: enqueueActions(({ context, enqueue }) => {
      const { stream, part } = demanded(context);
      const parts = playingOf(context, stream)?.offer.parts;
      if (parts !== undefined && parts !== null && part + 1 >= parts) enqueue.emit({ type: 'streamEnded', stream });
    }),
    partMissing: emit(({ context, event }) => {
      assertEvent(event, 'missing');
      const { stream, part } = demanded(context);
      return { type: 'partLost', stream, part, why: 'missing', reason: event.reason };
    }),
    partWithheld: emit(({ context }) => {
      const { stream, part } = demanded(context);
      const reason = 'The payee took the payment and did not send the key in time.';
      return { type: 'partLost', stream, part, why: 'withheld', reason };
    }),
    partCorrupt: emit(({ context, event }) => {
      assertEvent(event, 'corrupt');
      const { stream, part } = demanded(context);
      return { type: 'partLost', stream, part, why: 'corrupt', reason: event.reason };
    }),
    emptied: emit(({ context }) => ({ type: 'emptied', channel: channelOf(context).id })),
    sendPause: emit(({ context }) => ({
      type: 'send',
      message: { event: 'pause', publicKey: context.payer.publicKey },
    })),

    keepWanted: assign(({ event }) => {
      assertEvent(event, 'command.topUp');
      return { wanted: event.deposit };
    }),
    requestTopUp: emit(({ context }) => ({
      type: 'requestFunding',
      id: aboutFunding(context, context.wanted),
      channel: channelOf(context),
      deposit: context.wanted,
    })),
    forgetWanted: assign({ wanted: '' }),
    sendTopUp: emit(({ context }) => ({
      type: 'send',
      message: { event: 'topUp', publicKey: context.payer.publicKey, deposit: context.wanted },
    })),
    toppedUp: emit(({ context }) => ({
      type: 'toppedUp',
      channel: channelOf(context).id,
      deposit: context.wanted,
    })),

    sendReceiptRequest: emit(({ context }) => ({
      type: 'send',
      message: { event: 'receipt', publicKey: context.payer.publicKey },
    })),
    consultReceipt: emit(({ context }) => consultationOf('receipt', context)),
    receipted: emit(({ context }) => ({ type: 'receipted', ...(context.judged ?? nothing) })),
    forgetJudged: assign({ judged: null }),

    keepCommand: assign(({ event }) => {
      assertEvent(event, 'command.close');
      return { command: event.id };
    }),
    keepClosing: assign(({ context }) => {
      const { sequence, sent } = signedOf(context);
      const owed = isMore(context.owed, sent) ? context.owed : sent;
      return { closing: { sequence: sequence + 1, sent: owed, signature: '' } };
    }),
    requestClosing: emit(({ context }) => {
      const closing = context.closing ?? nothing;
      return {
        type: 'requestSignature',
        id: aboutSignature('close', context, closing),
        statement: 'close',
        channel: channelOf(context),
        standing: standing(context.deposit, closing),
      };
    }),
    keepClosingSignature: assign(({ context, event }) => {
      assertEvent(event, 'signed');
      return context.closing === null ? {} : { closing: { ...context.closing, signature: event.signature } };
    }),
    sendClose: emit(({ context }) => {
      const { sequence, sent, signature } = context.closing ?? nothing;
      const { publicKey } = context.payer;
      return { type: 'send', message: { event: 'close', publicKey, signature, signed: { sequence, sent } } };
    }),
    consultClosed: emit(({ context }) => consultationOf('close', context)),
    settledTogether: emit(({ context }) => ({ type: 'settled', id: context.command, how: 'together' })),
    requestWithdrawal: emit(({ context }) => {
      const latest = signedOf(context);
      return {
        type: 'requestWithdrawal',
        id: aboutWithdrawal(context),
        channel: channelOf(context),
        proof: {
          standing: standing(context.deposit, latest),
          payerSignature: latest.signature,
          payeeSignature: context.refund,
        },
      };
    }),
    settledAlone: emit(({ context }) => ({ type: 'settled', id: context.command, how: 'alone' })),
    forgetReason: assign({ reason: '' }),

    refusedBy: emit(({ event }) => {
      assertEvent(event, 'received.refused');
      return { type: 'refusedBy', about: event.message.about, fault: event.message.fault };
    }),
    violatedSignature: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payee sent a signature that is not its own.',
    })),
    violatedState: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payee showed a state that is not ours.',
    })),
    violatedSecret: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payee sent a key for a part that was not asked for.',
    })),
    violatedShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return { type: 'violated', event: event.type, reason: `The payee sent what is no message: ${event.reason}.` };
    }),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payee sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    hasChannel: ({ context }) => context.channel !== null,
    mayRetry: ({ context }) => context.attempt < context.attempts,
    isForeignPayee: ({ context, event }) =>
      event.type === 'received.publicKey' &&
      context.payee !== null &&
      context.channel !== null &&
      context.payee.publicKey !== event.message.publicKey,
    isUnacceptable: ({ context, event }) => objection(context, offerOf(context, event)) !== '',
    isWished: ({ context, event }) =>
      event.type === 'received.publicKey' &&
      context.wishes.some(({ stream }) => stream === event.message.offer?.stream),
    isNone: ({ event }) => event.type === 'received.latestState' && event.message.state === null,
    isUnannounced: ({ context, event }) =>
      event.type === 'received.latestState' &&
      event.message.state === null &&
      context.channel !== null &&
      latestOf(context).sequence === 0,
    isForgotten: ({ context, event }) =>
      event.type === 'received.latestState' && event.message.state === null && context.channel !== null,
    /** "Upon transferring all the balance … starts a new channel". And one in which nothing was paid may be anybody's. */
    isOfNoUse: ({ context, event }) =>
      event.type === 'received.latestState' &&
      context.channel === null &&
      (event.message.state?.client_balance === '0' || event.message.state?.client_sequence_number === 0),
    isOurs: ({ context, event }) =>
      event.type === 'received.latestState' &&
      isOurState(context, event.message.state) &&
      (isAt(context.agreed, event.message.state) || isAt(context.promised, event.message.state)),
    isOurFirst: ({ context, event }) =>
      event.type === 'received.latestState' &&
      isOurState(context, event.message.state) &&
      isAt(nothing, event.message.state),
    isAdoptable: ({ context, event }) => isAdoptable(context, event),
    confirmsTopUp: ({ context, event }) =>
      event.type === 'received.latestState' &&
      isOurState(context, event.message.state) &&
      isTopUp(context, event.message.state),
    isGood: ({ context, event }) => event.type === 'verified' && event.id === judgedId(context) && event.ok,
    isBad: ({ context, event }) => event.type === 'verified' && event.id === judgedId(context) && !event.ok,
    isFunded: ({ context }) => context.isFunded,
    mayFund: ({ context }) => context.refund !== '' || context.isTextOnly,
    isOurFunding: ({ context, event }) =>
      (event.type === 'funded' || event.type === 'unfunded') && event.id === aboutFunding(context, context.deposit),
    isOurTopUp: ({ context, event }) =>
      (event.type === 'funded' || event.type === 'unfunded') &&
      context.wanted !== '' &&
      event.id === aboutFunding(context, context.wanted),
    isPlaying: ({ context, event }) =>
      'session' in event && event.session === context.session && playingOf(context, event.stream) !== undefined,
    playsTooMany: ({ context }) => context.streams.length + context.wishes.length >= mostStreams,
    playsNothing: ({ context }) => context.streams.length === 0,
    isTextOnly: ({ context }) => context.isTextOnly,

    isWrong: ({ context }) => wrongIn(context) !== '',
    /** The promise was kept before a crash, and its signature is not here yet. */
    owesSignature: ({ context }) => context.promised !== null && context.promised.signature === '',
    isAnswered: ({ context }) => context.promised !== null || !isMore(demanded(context).required, context.agreed.sent),
    isUnaffordable: ({ context }) =>
      isMore(demanded(context).required, context.deposit) ||
      // While a top-up is under way nothing is signed as final.
      (context.wanted !== '' && demanded(context).required === context.deposit),
    isOverBudget: ({ context }) =>
      isMore(plus(context.spent, minus(demanded(context).required, context.agreed.sent)), context.budget.session),
    answersPart: ({ context, event }) =>
      (event.type === 'available' || event.type === 'missing') && event.id === aboutPart(context),
    answersSignature: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') &&
      event.id === aboutSignature(statementOf(context.deposit, latestOf(context).sent), context, latestOf(context)),
    answersKey: ({ context, event }) =>
      (event.type === 'opened' || event.type === 'corrupt') && event.id === aboutKey(context),
    answersClosing: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') &&
      context.closing !== null &&
      event.id === aboutSignature('close', context, context.closing),
    answersWithdrawal: ({ context, event }) =>
      (event.type === 'withdrawn' || event.type === 'unwithdrawn') && event.id === aboutWithdrawal(context),
    isForAsked: ({ context, event }) =>
      event.type === 'received.secret' &&
      (event.message.about === undefined ||
        (event.message.about.stream === context.asked?.stream && event.message.about.part === context.asked.part)),
    isOnCredit: ({ context, event }) => {
      if (event.type !== 'received.secret' || event.message.about === undefined) return false;
      const { stream, part } = event.message.about;
      const playing = playingOf(context, stream);
      if (playing === undefined || playing.next !== part || hasPart(playing.received, part)) return false;
      const unpaid = minus(plus(context.owed, playing.offer.price), latestOf(context).sent);
      return !isMore(unpaid, `${BigInt(playing.offer.price) * BigInt(playing.offer.credit)}`);
    },
    isAskedAgain: ({ context, event }) =>
      event.type === 'received.pay' && !isMore(demandOf(context, event.message.need).required, latestOf(context).sent),
    isSpent: ({ context }) => context.channel !== null && context.agreed.sent === context.deposit,
    hasHeld: ({ context }) => context.held !== null,
    isLastPayment: ({ context }) => context.wanted !== '' || latestOf(context).sent === context.deposit,
    isNoMore: ({ context, event }) => 'deposit' in event && !isMore(event.deposit, context.deposit),
    isOurClosing: ({ context, event }) =>
      event.type === 'received.closed' &&
      event.message.signed.sequence === context.closing?.sequence &&
      event.message.signed.sent === context.closing.sent,
    isOurReceipt: ({ context, event }) =>
      event.type === 'received.receipt' &&
      [context.agreed, context.promised].some(
        (payment) => payment?.sequence === event.message.signed.sequence && payment.sent === event.message.signed.sent,
      ),
  },
  delays: {
    answerTimeout: ({ context }) => context.answerTimeout,
    secretTimeout: ({ context }) => context.secretTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
    /** The payee asks once in every part; when it does not, it may have fallen idle. */
    quiet: ({ context }) => Math.max(0, ...context.streams.map(({ offer }) => offer.partMs)) + context.answerTimeout,
  },
}).createMachine({
  id: 'streaming.payer',
  version: '1',
  options: { maxIterations: 100 },
  description: 'Pays for each part, and only for what it got',
  meta: { clause: 'Overview', durable: true },
  context: ({ input }) => ({
    ...input,
    ...noChannel,
    payee: null,
    streams: none,
    wishes: none,
    spent: '0',
    session: '',
    attempt: 0,
    command: '',
    isTextOnly: false,
    reason: '',
  }),
  initial: 'idle',
  states: {
    idle: {
      id: 'idle',
      description: 'Not connected; the channel, if there is one, stays',
      meta: { clause: clause.idle },
      on: {
        'command.play': { target: 'opening', actions: 'keepWish' },
        'command.leave': { description: 'Has left already' },
        'command.close': [
          { guard: 'hasChannel', target: 'closing.connecting', actions: 'keepCommand' },
          { target: 'closed', actions: 'keepCommand' },
        ],
      },
    },
    opening: {
      description: 'On the way to a channel that both sides know',
      tags: ['waiting'],
      initial: 'connecting',
      on: {
        'command.play': { actions: 'keepWish' },
        'command.leave': { target: 'idle', actions: ['withdrawConnection', 'orderClose'] },
        'command.close': [
          {
            guard: 'hasChannel',
            target: 'closing.connecting',
            actions: ['keepCommand', 'withdrawConnection', 'orderClose'],
          },
          { target: 'closed', actions: ['keepCommand', 'withdrawConnection', 'orderClose'] },
        ],
        'connection.lost': [
          { guard: 'mayRetry', target: '.reconnecting', actions: 'disconnected' },
          { target: '.stopping', actions: ['keepFailure', 'disconnected'] },
        ],
        'received.refused': { target: '.stopping', actions: ['refusedBy', 'keepRefusal'] },
        funded: { guard: 'isOurFunding', actions: 'keepFunded' },
      },
      states: {
        connecting: {
          description: 'The first connection',
          entry: 'requestConnection',
          on: {
            'connection.opened': 'awaitingPublicKey',
            'connection.failed': { target: 'stopping', actions: 'keepFailure' },
          },
        },
        awaitingPublicKey: {
          description: 'Whom do we pay, and for what?',
          meta: { clause: clause.publicKey },
          entry: 'sendPublicKey',
          on: {
            'received.publicKey': [
              { guard: 'isForeignPayee', target: 'stopping', actions: 'keepForeignPayee' },
              { guard: 'isUnacceptable', target: 'stopping', actions: 'keepObjection' },
              { target: 'awaitingLatestState', actions: ['keepPayee', 'keepOffer'] },
            ],
          },
          after: { answerTimeout: { target: 'stopping', actions: 'keepSilence' } },
        },
        awaitingLatestState: {
          id: 'latestState',
          description: 'Is there a channel already?',
          meta: { clause: clause.latestState },
          entry: 'sendLatestState',
          on: {
            'received.latestState': [
              { guard: 'isUnannounced', target: 'choosing' },
              { guard: 'isForgotten', target: 'stopping', actions: 'keepUnknownChannel' },
              { guard: 'isNone', target: 'awaitingPurchase' },
              { guard: 'isOfNoUse', target: 'awaitingPurchase' },
              {
                guard: 'isOurs',
                target: '#streaming',
                actions: ['keepAcknowledgement', 'connectedAgain', 'playing', 'sendPlays'],
              },
              { guard: 'isAdoptable', target: 'verifying', actions: 'keepShown' },
              { target: 'stopping', actions: ['violatedState', 'keepForeignState'] },
            ],
          },
          after: { answerTimeout: { target: 'stopping', actions: 'keepSilence' } },
        },
        verifying: {
          description: 'Have we signed what the payee shows?',
          meta: { clause: clause.latestState },
          entry: 'consultShownState',
          on: {
            verified: [
              {
                guard: 'isGood',
                target: '#streaming',
                actions: ['adoptShown', 'connectedAgain', 'playing', 'sendPlays'],
              },
              { guard: 'isBad', target: 'stopping', actions: ['violatedState', 'keepForeignState'] },
            ],
          },
        },
        awaitingPurchase: {
          description: 'Asking to buy',
          meta: { clause: clause.buy },
          tags: ['unpaid'],
          entry: 'purchaseNeeded',
          on: { 'command.buy': { target: 'choosing', actions: 'keepChannel' } },
        },
        choosing: {
          description: 'How far has the new channel come?',
          meta: { clause: clause.newChannel },
          always: [
            { guard: 'isFunded', target: 'awaitingAcceptance' },
            { guard: 'mayFund', target: 'awaitingFunding' },
            { target: 'awaitingRefund' },
          ],
        },
        awaitingRefund: {
          description: 'No money goes in before the way back is signed',
          meta: { clause: clause.newChannel },
          entry: 'sendRefund',
          on: {
            'received.refund': { target: 'verifyingRefund', actions: 'keepJudged' },
            'received.refused': { target: 'stopping', actions: ['refusedBy', 'keepRefusal', 'forgetChannel'] },
          },
          after: { answerTimeout: { target: 'stopping', actions: ['keepSilence', 'forgetChannel'] } },
        },
        verifyingRefund: {
          description: "Is the refund the payee's word?",
          meta: { clause: clause.newChannel },
          entry: 'consultRefund',
          on: {
            verified: [
              { guard: 'isGood', target: 'awaitingFunding', actions: 'keepRefund' },
              {
                guard: 'isBad',
                target: 'stopping',
                actions: ['violatedSignature', 'keepBadRefund', 'forgetChannel'],
              },
            ],
          },
        },
        awaitingFunding: {
          description: 'Creating the channel',
          meta: { clause: clause.newChannel },
          entry: 'requestFunding',
          on: {
            funded: { guard: 'isOurFunding', target: 'awaitingAcceptance', actions: 'keepFunded' },
            unfunded: { guard: 'isOurFunding', target: 'awaitingPurchase', actions: ['declined', 'forgetChannel'] },
          },
        },
        awaitingAcceptance: {
          description: 'The payee looks whether the money is there',
          meta: { clause: clause.newChannel },
          entry: 'sendNewChannel',
          on: {
            'received.latestState': [
              {
                guard: 'isOurFirst',
                target: '#streaming',
                actions: ['bought', 'connectedAgain', 'playing', 'sendPlays'],
              },
              { target: 'stopping', actions: ['violatedState', 'keepForeignState'] },
            ],
          },
          after: { answerTimeout: { target: 'stopping', actions: 'keepSilence' } },
        },
        reconnecting: {
          description: 'The line broke; what was promised stays promised',
          entry: ['countAttempt', 'requestConnection'],
          on: {
            'connection.opened': 'awaitingPublicKey',
            'connection.failed': [
              { guard: 'mayRetry', target: 'reconnecting', reenter: true },
              { target: 'stopping', actions: 'keepFailure' },
            ],
          },
        },
        stopping: {
          description: 'It does not go on; a channel is not forgotten for that',
          entry: 'orderClose',
          always: [
            { guard: 'hasChannel', target: '#idle', actions: ['stopped', 'connectedAgain'] },
            { target: '#failed' },
          ],
        },
      },
    },
    streaming: {
      id: 'streaming',
      description: 'Both sides know the channel',
      meta: { clause: clause.play },
      tags: ['usable'],
      initial: 'awaitingPay',
      on: {
        'command.play': [
          { guard: 'isPlaying', target: '.awaitingPay', actions: ['startAgain', 'sendLastPlay'] },
          { guard: 'playsTooMany', actions: 'declinedMore' },
          { actions: ['keepWish', 'sendPublicKey'] },
        ],
        'received.publicKey': [
          { guard: 'isForeignPayee', actions: 'violated' },
          { guard: 'isUnacceptable', actions: 'declinedStream' },
          { guard: 'isWished', target: '.awaitingPay', actions: ['keepOffer', 'playing', 'sendLastPlay'] },
          { actions: 'violated' },
        ],
        'command.pause': { target: '.paused', actions: ['forgetDemand', 'sendPause'] },
        'command.leave': { target: 'idle', actions: ['forgetDemand', 'orderClose'] },
        'command.close': { target: 'closing', actions: 'keepCommand' },
        'command.topUp': [
          { guard: 'isLastPayment', actions: 'declinedTopUp' },
          { guard: 'isNoMore', actions: 'misused' },
          { actions: ['keepWanted', 'requestTopUp'] },
        ],
        funded: { guard: 'isOurTopUp', actions: 'sendTopUp' },
        unfunded: { guard: 'isOurTopUp', actions: ['declined', 'forgetWanted'] },
        'command.receipt': { actions: 'sendReceiptRequest' },
        'received.receipt': [
          { guard: 'isOurReceipt', actions: ['keepJudged', 'consultReceipt'] },
          { actions: 'violatedState' },
        ],
        verified: [
          { guard: 'isGood', actions: ['receipted', 'forgetJudged'] },
          { guard: 'isBad', actions: ['violatedSignature', 'forgetJudged'] },
        ],
        'received.latestState': [
          { guard: 'confirmsTopUp', actions: ['toppedUp', 'keepAcknowledgement'] },
          { description: 'Says nothing new' },
        ],
        'connection.lost': [
          { guard: 'mayRetry', target: 'opening.reconnecting', actions: ['forgetDemand', 'disconnected'] },
          { target: 'opening.stopping', actions: ['forgetDemand', 'keepFailure', 'disconnected'] },
        ],
      },
      states: {
        awaitingPay: {
          description: 'The payee has not asked yet',
          meta: { clause: clause.pay },
          always: { guard: 'playsNothing', target: 'paused' },
          on: {
            'received.pay': { target: 'deciding', actions: 'keepDemand' },
            'received.secret': [
              { guard: 'isOnCredit', target: 'awaitingKeyVerdict', actions: 'keepCredit' },
              { actions: 'violatedSecret' },
            ],
          },
          after: { quiet: { target: 'awaitingPay', reenter: true, actions: 'sendPlays' } },
        },
        deciding: {
          description: 'Is it what was agreed, and can we?',
          meta: { clause: clause.pay },
          always: [
            { guard: 'isWrong', target: 'awaitingPay', actions: ['violatedDemand', 'forgetDemand'] },
            { guard: 'owesSignature', target: 'awaitingSignature' },
            { guard: 'isAnswered', target: 'awaitingSecret', actions: 'sendPayment' },
            { guard: 'isUnaffordable', target: 'awaitingTopUp', actions: 'purchaseNeeded' },
            { guard: 'isOverBudget', target: 'paused', actions: ['overBudget', 'forgetDemand', 'sendPause'] },
            { target: 'awaitingPart' },
          ],
        },
        awaitingPart: {
          description: 'Is the encrypted part here, and the one that was promised?',
          meta: { clause: clause.pay },
          entry: 'consultPart',
          on: {
            available: { guard: 'answersPart', target: 'awaitingSignature', actions: 'keepPromise' },
            missing: {
              guard: 'answersPart',
              target: 'paused',
              actions: ['partMissing', 'forgetDemand', 'sendPause'],
            },
            'received.pay': { actions: 'holdDemand' },
          },
        },
        awaitingSignature: {
          description: 'What is to be signed is kept before it is signed',
          meta: { clause: clause.pay },
          entry: 'requestSignature',
          exit: 'withdrawUnsigned',
          on: {
            signed: {
              guard: 'answersSignature',
              target: 'awaitingSecret',
              actions: ['keepSignature', 'sendPayment', 'paid'],
            },
            refused: {
              guard: 'answersSignature',
              target: 'paused',
              actions: ['declined', 'forgetDemand', 'sendPause'],
            },
            'received.pay': { actions: 'holdDemand' },
          },
        },
        awaitingSecret: {
          description: 'Paid; at most this part can be lost',
          meta: { clause: clause.secret },
          on: {
            'received.secret': [
              { guard: 'isForAsked', target: 'awaitingKeyVerdict', actions: 'acknowledge' },
              { actions: 'violatedSecret' },
            ],
            'received.pay': [
              { guard: 'isAskedAgain', description: 'The payment was lost', actions: 'sendPayment' },
              { actions: 'holdDemand' },
            ],
            'received.refused': { target: 'paused', actions: ['refusedBy', 'forgetDemand'] },
          },
          after: {
            secretTimeout: { target: 'paused', actions: ['partWithheld', 'forgetDemand', 'sendPause'] },
          },
        },
        awaitingKeyVerdict: {
          description: 'Does the key open the part?',
          meta: { clause: clause.secret },
          entry: 'consultKey',
          on: {
            opened: {
              guard: 'answersKey',
              target: 'awaitingNextDemand',
              actions: ['unlocked', 'streamEnded', 'advance'],
            },
            corrupt: { guard: 'answersKey', target: 'paused', actions: ['partCorrupt', 'forgetDemand', 'sendPause'] },
            'received.pay': { actions: 'holdDemand' },
          },
        },
        awaitingNextDemand: {
          description: 'What comes after a part',
          meta: { clause: clause.final },
          always: [
            { guard: 'isSpent', target: '#idle', actions: ['emptied', 'forgetChannel', 'orderClose'] },
            { guard: 'hasHeld', target: 'deciding', actions: 'takeHeld' },
            { target: 'awaitingPay' },
          ],
        },
        paused: {
          description: 'Nothing is paid until the app says so',
          meta: { clause: clause.play },
          tags: ['unpaid'],
          on: {
            'command.pause': { description: 'Is paused already' },
            'command.resume': [
              { guard: 'playsNothing', actions: 'misused' },
              { guard: 'isTextOnly', target: '#latestState' },
              { target: 'awaitingPay', actions: 'sendPlays' },
            ],
            'received.pay': { description: 'Was on its way; it comes again on resume' },
            'received.secret': { description: 'Was on its way; it comes again on resume' },
          },
        },
        awaitingTopUp: {
          description: 'The channel does not hold enough for the next part',
          meta: { clause: clause.buy },
          tags: ['unpaid'],
          on: {
            'received.pay': { description: 'Is known' },
            'received.latestState': [
              {
                guard: 'confirmsTopUp',
                target: 'awaitingPay',
                actions: ['toppedUp', 'keepAcknowledgement', 'forgetDemand', 'sendPlays'],
              },
              { description: 'Says nothing new' },
            ],
          },
        },
      },
    },
    closing: {
      description: 'The channel ends: together, or alone',
      tags: ['waiting'],
      initial: 'awaitingSignature',
      on: {
        'command.close': { description: 'Is closing already' },
        'connection.lost': { target: '.withdrawing', actions: 'disconnected' },
        'received.pay': { description: 'Was on its way' },
        'received.secret': { description: 'Was on its way' },
        'received.latestState': { description: 'Was on its way' },
      },
      states: {
        connecting: {
          description: 'Back to the payee, to close together',
          entry: 'requestConnection',
          on: {
            'connection.opened': 'awaitingPublicKey',
            'connection.failed': 'withdrawing',
          },
        },
        awaitingPublicKey: {
          description: 'Is it our payee?',
          meta: { clause: clause.publicKey },
          entry: 'sendPublicKey',
          on: {
            'received.publicKey': [
              { guard: 'isForeignPayee', target: 'withdrawing', actions: 'orderClose' },
              { target: 'awaitingSignature' },
            ],
          },
          after: { closeTimeout: { target: 'withdrawing', actions: 'orderClose' } },
        },
        awaitingSignature: {
          description: 'Our signature of the last state',
          always: { guard: 'isTextOnly', target: 'withdrawing', actions: 'orderClose' },
          entry: ['keepClosing', 'requestClosing'],
          on: {
            signed: {
              guard: 'answersClosing',
              target: 'awaitingClosed',
              actions: ['keepClosingSignature', 'sendClose'],
            },
            refused: { guard: 'answersClosing', target: '#idle', actions: ['declined', 'orderClose'] },
          },
        },
        awaitingClosed: {
          description: "The payee's signature of the last state",
          on: {
            'received.closed': [
              { guard: 'isOurClosing', target: 'verifyingClosed', actions: 'keepJudged' },
              { target: 'withdrawing', actions: ['violatedState', 'orderClose'] },
            ],
            'received.refused': { target: 'withdrawing', actions: ['refusedBy', 'orderClose'] },
          },
          after: { closeTimeout: { target: 'withdrawing', actions: 'orderClose' } },
        },
        verifyingClosed: {
          description: "Is it the payee's word?",
          entry: 'consultClosed',
          on: {
            verified: [
              {
                guard: 'isGood',
                target: '#closed',
                actions: ['settledTogether', 'orderClose', 'forgetReason'],
              },
              { guard: 'isBad', target: 'withdrawing', actions: ['violatedSignature', 'orderClose'] },
            ],
          },
        },
        withdrawing: {
          description: 'Alone, with the last state and the refund',
          entry: 'requestWithdrawal',
          on: {
            'connection.lost': { description: 'Is of no use any more' },
            withdrawn: {
              guard: 'answersWithdrawal',
              target: '#closed',
              actions: ['settledAlone', 'forgetReason'],
            },
            unwithdrawn: {
              guard: 'answersWithdrawal',
              target: '#idle',
              actions: ['keepUnwithdrawn', 'stopped'],
            },
          },
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'The channel is settled', tags: ['settled'] },
    failed: { id: 'failed', type: 'final', description: 'No channel came about', tags: ['settled'] },
  },
  output: ({ context }) => ({ reason: context.reason }),
  on: {
    verified: { description: 'To a question that is not asked any more' },
    signed: { description: 'To a question that is not asked any more' },
    refused: { description: 'To a question that is not asked any more' },
    funded: { description: 'To a question that is not asked any more' },
    unfunded: { description: 'To a question that is not asked any more' },
    withdrawn: { description: 'To a question that is not asked any more' },
    unwithdrawn: { description: 'To a question that is not asked any more' },
    available: { description: 'To a question that is not asked any more' },
    missing: { description: 'To a question that is not asked any more' },
    opened: { description: 'To a question that is not asked any more' },
    corrupt: { description: 'To a question that is not asked any more' },
    'received.refused': { actions: 'refusedBy' },
    'received.malformed': { actions: 'violatedShape' },
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
