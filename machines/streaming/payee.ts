/**
 * The payee of one channel: asks for each part, works out for itself what the next state must be, and releases the part's key when it is signed.
 *
 * One instance a channel, whatever the number of sockets: the channel's money is one. What it must never do: keep a peer's figures in place of its own,
 * take less than it asked for or more than the deposit holds, or release more parts unpaid than its credit says. `play` moves no money and needs no
 * proof of the key; the first valid payment is the proof, and until then a socket costs one entry in a short list. A stranger who plays is asked to
 * pay, cannot, and has disturbed nobody. It holds no content keys: `secret` is told without one, and whoever carries it out fills it in.
 * Carries: the server's side of "Idle state" and "Streaming state".
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import { acceptsKey } from '../../src/keys/policy.ts';
import { isMore, minus, plus } from '../../src/money.ts';
import type { ConnectionFact, Consult, Misused, Request, RoleMeta, Send, Violated } from '../../src/role.ts';
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
  /** Milliseconds that a part is asked for before the one before it ends. */
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
  readonly signature: string;
  /** Whether the payer wants to end the channel with it. */
  readonly isClosing: boolean;
}

interface PayeeContext extends PayeeInput {
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

const none: readonly never[] = [];
const first: Accepted = { sequence: 0, sent: '0', signature: '' };

/** Whether the payer has proven its key on this channel: one that has not must not keep the key from another channel. */
export const isProven = ({ accepted }: Pick<PayeeContext, 'accepted'>): boolean => accepted.sequence > 0;

function stateOf({ channel, address, deposit, accepted }: PayeeContext): State {
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

const termsOf = ({ terms }: PayeeContext, stream: string | undefined): Terms | undefined =>
  stream === undefined ? terms[0] : terms.find((each) => each.stream === stream);

const isReleased = ({ released }: PayeeContext, { stream, part }: Pick<Play, 'stream' | 'part'>): boolean =>
  hasPart(released[stream] ?? none, part);

/** What the payer must have sent in all before this part is released. */
function requiredFor(context: PayeeContext, play: Pick<Play, 'stream' | 'part'>): string {
  const { accepted, owed } = context;
  if (isReleased(context, play)) return accepted.sent;
  const due = plus(owed, termsOf(context, play.stream)?.price ?? '0');
  return isMore(due, accepted.sent) ? due : accepted.sent;
}

/** The stream that the next payment of a socket is for. */
const askedOf = ({ plays }: PayeeContext, from: string): Play | undefined =>
  plays.find((play) => play.from === from && play.isAsked);

/** The stream of the payer whose turn has come. */
const turnOf = ({ plays, proven }: PayeeContext): Play | undefined =>
  plays.find(({ from, isAsked }) => from === proven && !isAsked);

const isPaidFor = (context: PayeeContext, play: Play): boolean =>
  !isMore(requiredFor(context, play), context.accepted.sent);

function demandFor(context: PayeeContext, play: Play): Send<ToPayer> & { readonly to: string } {
  const { accepted, deposit } = context;
  const { stream, part } = play;
  const need = { stream, part, required: requiredFor(context, play), accepted: accepted.sent, deposit };
  return { type: 'send', to: play.from, message: { event: 'pay', need } };
}

/** The play that a message asks for. */
function playIn(context: PayeeContext, event: PayeeEvent): Play | undefined {
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

const isSamePlay = (one: Play, other: Play) => one.from === other.from && one.stream === other.stream;

/** What a payment says, as worked out here. A payer that knows only the text sends a signature and nothing else: it can only be of the next state. */
function claimIn(context: PayeeContext, event: PayeeEvent): Claim | undefined {
  if (event.type !== 'received.pay' && event.type !== 'received.close') return undefined;
  const { from, message } = event;
  const { accepted, deposit } = context;
  const isClosing = event.type === 'received.close';
  const asked = askedOf(context, from);
  const next = { sequence: accepted.sequence + 1, sent: asked === undefined ? '0' : requiredFor(context, asked) };
  const { sequence, sent } = message.signed ?? next;
  const statement = isClosing || sent === deposit ? 'close' : 'state';
  return { from, statement, sequence, sent, signature: message.signature, isClosing };
}

/** A claim is judged once, however often it is made. */
const aboutClaim = ({ from, sequence, signature }: Claim) => `claim/${from}/${sequence}/${signature}`;
const aboutSignature = (statement: Statement, { channel, accepted }: PayeeContext) =>
  `${statement}/${channel.id}/${accepted.sequence}/${accepted.sent}`;

const standingOf = ({ deposit }: PayeeContext, { sequence, sent }: Pick<Claim, 'sequence' | 'sent'>): Standing => ({
  deposit,
  sent,
  sequence,
});

/** The signature under which a channel ends: both sides', or what only we can show. */
const endStatement = ({ isTogether }: PayeeContext): Statement => (isTogether ? 'close' : 'refund');

const bytesOf = (digits: string) => Uint8Array.from(digits.match(/../g) ?? none, (pair) => Number.parseInt(pair, 16));

function refusal(event: PayeeEvent, fault: Fault): Send<ToPayer> & { readonly to: string } {
  const to = 'claim' in event ? event.claim.from : 'from' in event ? (event.from ?? '') : '';
  const about =
    event.type === 'verified' ? (event.claim.isClosing ? 'close' : 'pay') : event.type.slice('received.'.length);
  return { type: 'send', to, message: { event: 'refused', about, fault } };
}

/** The same with a part released: its key is told, and the stream goes to the end of the queue. */
function released(context: PayeeContext, play: Play): Partial<PayeeContext> {
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

function secretOf({ from, stream, part }: Play): Send<ToPayer> & { readonly to: string } {
  return { type: 'send', to: from, message: { event: 'secret', secret: '', about: { stream, part } } };
}

const payerOf = (event: PayeeEvent): string =>
  'from' in event ? (event.from ?? '') : 'claim' in event ? event.claim.from : '';

const clause = {
  latestState: 'Idle state 3: latestState',
  newChannel: 'Idle state 4.2: newChannel',
  play: 'Idle state 6: play',
  pay: 'Streaming state 1, 2: pay',
  idle: 'pay: "If server does not receive the response to pay"',
  secret: 'Streaming state 3: secret',
  final: 'Streaming state 4',
  closing: 'Overview: finalized transmission',
};

/** The payee's side of one channel. */
export const payee = setup({
  types: {} as {
    context: PayeeContext;
    input: PayeeInput;
    output: PayeeOutput;
    events: PayeeEvent;
    emitted: PayeeEmitted;
    tags: 'usable' | 'waiting' | 'settled' | 'ending';
    meta: RoleMeta;
  },
  actions: {
    keepAsker: assign(({ event }) => ({ asker: payerOf(event) })),
    requestRefund: emit(({ context }) => ({
      type: 'requestSignature',
      id: aboutSignature('refund', context),
      statement: 'refund',
      channel: context.channel,
      standing: standingOf(context, first),
    })),
    sendRefund: emit(({ context, event }) => {
      assertEvent(event, 'signed');
      return { type: 'send', to: context.asker, message: { event: 'refund', signature: event.signature } };
    }),
    consultDeposit: emit(({ context }) => ({
      type: 'consultDeposit',
      id: `deposit/${context.channel.id}/${context.wanted === '' ? context.deposit : context.wanted}`,
      channel: context.channel,
    })),
    sendAcceptance: emit(({ context }) => ({
      type: 'send',
      to: context.asker,
      message: { event: 'latestState', state: stateOf(context) },
    })),
    opened: emit(({ context }) => ({ type: 'opened', channel: context.channel.id, deposit: context.deposit })),
    sendLatestState: emit(({ context, event }) => ({
      type: 'send',
      to: payerOf(event),
      message: { event: 'latestState', state: stateOf(context) },
    })),
    sendNoState: emit(({ event }) => ({
      type: 'send',
      to: payerOf(event),
      message: { event: 'latestState', state: null },
    })),

    /** What was released of other content under the same name does not count any more. */
    keepTerms: assign(({ context, event }) => {
      assertEvent(event, 'offered');
      const isSame = ([stream]: readonly [string, unknown]) =>
        event.terms.some(
          (terms) => terms.stream === stream && terms.commitment === termsOf(context, stream)?.commitment,
        );
      return {
        terms: event.terms,
        released: Object.fromEntries(Object.entries(context.released).filter(isSame)),
        next: Object.fromEntries(Object.entries(context.next).filter(isSame)),
      };
    }),
    keepPlay: assign(({ context, event }) => {
      const play = playIn(context, event);
      if (play === undefined) return {};
      const isKnown = context.plays.some((other) => isSamePlay(other, play));
      return {
        plays: isKnown
          ? context.plays.map((other) => (isSamePlay(other, play) ? play : other))
          : [...context.plays, play],
      };
    }),
    sendPay: enqueueActions(({ context, event, enqueue }) => {
      const asked = askedOf(context, payerOf(event));
      if (asked !== undefined) enqueue.emit(demandFor(context, asked));
    }),
    keepTurn: assign(({ context }) => {
      const turn = turnOf(context);
      return { plays: context.plays.map((play) => (play === turn ? { ...play, isAsked: true } : play)) };
    }),
    sendNextPay: enqueueActions(({ context, enqueue }) => {
      const asked = askedOf(context, context.proven);
      if (asked !== undefined) enqueue.emit(demandFor(context, asked));
    }),
    forgetPlays: assign({ plays: none, proven: '' }),
    forgetSocket: assign(({ context, event }) => {
      const from = payerOf(event);
      if (from === '') return { plays: none, proven: '', asker: '' };
      return {
        plays: context.plays.filter((play) => play.from !== from),
        proven: context.proven === from ? '' : context.proven,
      };
    }),
    idled: emit(({ context }) => ({ type: 'idled', channel: context.channel.id })),

    consultClaim: emit(({ context, event }) => {
      const claim = claimIn(context, event);
      if (claim === undefined) throw new Error('No claim was made.');
      return {
        type: 'consultClaim',
        id: aboutClaim(claim),
        channel: context.channel,
        standing: standingOf(context, claim),
        claim,
      };
    }),
    accept: assign(({ event }) => {
      assertEvent(event, 'verified');
      const { from, sequence, sent, signature } = event.claim;
      return { accepted: { sequence, sent, signature }, proven: from };
    }),
    keepProof: assign(({ event }) => ({ proven: payerOf(event) })),
    paid: emit(({ context, event }) => {
      assertEvent(event, 'verified');
      const { sequence, sent } = event.claim;
      return { type: 'paid', sequence, sent, amount: minus(sent, context.accepted.sent) };
    }),
    sendSecret: enqueueActions(({ context, event, enqueue }) => {
      const asked = askedOf(context, payerOf(event));
      if (asked === undefined) return;
      // A payment that covers only what was given on credit: the part is asked for again.
      if (!isPaidFor(context, asked)) return enqueue.emit(demandFor(context, asked));
      enqueue.emit(secretOf(asked));
      enqueue.emit({ type: 'released', stream: asked.stream, part: asked.part, unpaid: false });
      // Who is not the payer yet has no turn: the next part is asked for at once.
      if (asked.from === context.proven) return;
      const after = { ...context, ...released(context, asked) };
      const next = askedOf(after, asked.from);
      if (next !== undefined) enqueue.emit(demandFor(after, next));
    }),
    keepReleased: assign(({ context, event }) => {
      const asked = askedOf(context, payerOf(event));
      return asked !== undefined && isPaidFor(context, asked) ? released(context, asked) : {};
    }),
    sendSecretOnCredit: enqueueActions(({ context, enqueue }) => {
      const asked = askedOf(context, context.proven);
      if (asked === undefined) return;
      enqueue.emit(secretOf(asked));
      enqueue.emit({ type: 'released', stream: asked.stream, part: asked.part, unpaid: true });
    }),
    keepCredit: assign(({ context }) => {
      const asked = askedOf(context, context.proven);
      return asked === undefined ? {} : released(context, asked);
    }),

    keepWanted: assign(({ event }) => {
      assertEvent(event, 'received.topUp');
      return { wanted: event.message.deposit };
    }),
    keepDeposit: assign(({ context }) => ({ deposit: context.wanted, wanted: '' })),
    forgetWanted: assign({ wanted: '' }),

    requestReceipt: emit(({ context }) => ({
      type: 'requestSignature',
      id: aboutSignature('receipt', context),
      statement: 'receipt',
      channel: context.channel,
      standing: standingOf(context, context.accepted),
    })),
    sendReceipt: emit(({ context, event }) => {
      assertEvent(event, 'signed');
      const { sequence, sent } = context.accepted;
      return {
        type: 'send',
        to: context.asker,
        message: { event: 'receipt', signature: event.signature, signed: { sequence, sent } },
      };
    }),

    keepTogether: assign({ isTogether: true }),
    ending: emit(({ context }) => ({ type: 'ending', channel: context.channel.id })),
    requestEnd: emit(({ context }) => ({
      type: 'requestSignature',
      id: aboutSignature(endStatement(context), context),
      statement: endStatement(context),
      channel: context.channel,
      standing: standingOf(context, context.isTogether ? context.accepted : first),
    })),
    keepSignature: assign(({ event }) => {
      assertEvent(event, 'signed');
      return { signature: event.signature };
    }),
    sendClosed: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'signed');
      const { asker, accepted, isTogether } = context;
      if (!isTogether || asker === '') return;
      const { sequence, sent } = accepted;
      enqueue.emit({
        type: 'send',
        to: asker,
        message: { event: 'closed', signature: event.signature, signed: { sequence, sent } },
      });
    }),
    requestSettlement: emit(({ context }) => ({
      type: 'requestSettlement',
      id: `settle/${context.channel.id}`,
      channel: context.channel,
      alone: !context.isTogether,
      proof: {
        standing: standingOf(context, context.accepted),
        payerSignature: context.accepted.signature,
        payeeSignature: context.signature,
      },
    })),
    orderChallenge: emit(({ context }) => ({
      type: 'orderChallenge',
      channel: context.channel,
      proof: {
        standing: standingOf(context, context.accepted),
        payerSignature: context.accepted.signature,
        payeeSignature: context.signature,
      },
    })),
    challenged: emit(({ event }) => {
      assertEvent(event, 'closingSeen');
      return { type: 'challenged', sent: event.sent };
    }),
    unsettled: emit(({ event }) => {
      assertEvent(event, 'unsettled');
      return { type: 'unsettled', reason: event.reason };
    }),
    closed: emit(({ context }) => ({ type: 'closed', channel: context.channel.id, sent: context.accepted.sent })),
    keepUnopened: assign({ reason: 'No money came in time.' }),

    refuseWeakKey: emit(({ event }) => refusal(event, 'weakKey')),
    refuseWrongState: emit(({ event }) => refusal(event, 'wrongState')),
    refuseUnknownKey: emit(({ event }) => refusal(event, 'unknownKey')),
    refuseUnknownStream: emit(({ event }) => refusal(event, 'unknownStream')),
    refuseTooMany: emit(({ event }) => refusal(event, 'tooMany')),
    refuseUnexpected: emit(({ event }) => refusal(event, 'unexpected')),
    refuseOverdraft: emit(({ event }) => refusal(event, 'overdraft')),
    refuseSignature: emit(({ event }) => refusal(event, 'badSignature')),
    refuseDuplicate: emit(({ event }) => refusal(event, 'duplicateChannel')),
    refuseClosing: emit(({ event }) => refusal(event, 'closing')),
    refuseTopUp: emit(({ event }) => refusal(event, 'unavailable')),
    refuseUnfunded: emit(({ context }) => ({
      type: 'send',
      to: context.asker,
      message: { event: 'refused', about: context.wanted === '' ? 'newChannel' : 'topUp', fault: 'unfunded' },
    })),
    refuseUnsigned: emit(({ context }) => ({
      type: 'send',
      to: context.asker,
      message: { event: 'refused', about: 'refund', fault: 'unavailable' },
    })),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payer sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    isWeakKey: ({ context }) => !acceptsKey(bytesOf(context.channel.payer.publicKey)),
    /** "Which is actually the first state". */
    isOurFirst: ({ context, event }) => {
      if (event.type !== 'received.newChannel' && event.type !== 'received.refund') return false;
      const { state } = event.message;
      return (
        state.channel_id === context.channel.id &&
        state.channel_address === context.address &&
        state.client_wallet_address === context.channel.payer.wallet &&
        state.client_balance === context.deposit &&
        context.deposit !== '0' &&
        state.server_balance === '0' &&
        state.client_sequence_number === 0
      );
    },
    isOurChannel: ({ context, event }) =>
      event.type === 'received.newChannel' && event.message.state.channel_id === context.channel.id,
    answersSignature: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') && event.id === aboutSignature('refund', context),
    answersReceipt: ({ context, event }) => event.type === 'signed' && event.id === aboutSignature('receipt', context),
    answersEnd: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') &&
      event.id === aboutSignature(endStatement(context), context),
    answersSettlement: ({ context, event }) =>
      (event.type === 'settled' || event.type === 'unsettled') && event.id === `settle/${context.channel.id}`,
    isFunded: ({ context, event }) =>
      event.type === 'deposited' &&
      event.id === `deposit/${context.channel.id}/${context.deposit}` &&
      !isMore(context.deposit, event.deposit),
    isUnfunded: ({ context, event }) =>
      event.type === 'deposited' && event.id === `deposit/${context.channel.id}/${context.deposit}`,
    isToppedUp: ({ context, event }) =>
      event.type === 'deposited' &&
      context.wanted !== '' &&
      event.id === `deposit/${context.channel.id}/${context.wanted}` &&
      !isMore(context.wanted, event.deposit),
    isNotToppedUp: ({ context, event }) =>
      event.type === 'deposited' &&
      context.wanted !== '' &&
      event.id === `deposit/${context.channel.id}/${context.wanted}`,
    mayTopUp: ({ context, event }) =>
      event.type === 'received.topUp' &&
      context.canTopUp &&
      context.wanted === '' &&
      context.accepted.sent !== context.deposit,
    isTopUpKnown: ({ context, event }) => event.type === 'received.topUp' && event.message.deposit === context.deposit,
    isNoMore: ({ context, event }) =>
      event.type === 'received.topUp' && !isMore(event.message.deposit, context.deposit),

    isUnknownStream: ({ context, event }) => playIn(context, event) === undefined,
    playsTooMany: ({ context, event }) => {
      const play = playIn(context, event);
      return (
        play !== undefined &&
        context.plays.length >= context.maxPlays &&
        !context.plays.some((other) => isSamePlay(other, play))
      );
    },
    isByPayer: ({ context, event }) => payerOf(event) === context.proven,
    isAsked: ({ context, event }) => askedOf(context, payerOf(event)) !== undefined,
    /** "An equal payment again is idempotent". */
    isEqual: ({ context, event }) =>
      event.type === 'received.pay' &&
      askedOf(context, event.from) !== undefined &&
      context.accepted.signature !== '' &&
      event.message.signature === context.accepted.signature,
    isEqualFromElsewhere: ({ context, event }) =>
      event.type === 'received.pay' &&
      context.proven !== '' &&
      context.proven !== event.from &&
      askedOf(context, event.from) !== undefined &&
      event.message.signature === context.accepted.signature,
    isOverdraft: ({ context, event }) => isMore(claimIn(context, event)?.sent ?? '0', context.deposit),
    /** The next sequence number, more than before, and not more than is due. */
    isNextState: ({ context, event }) => {
      const claim = claimIn(context, event);
      const asked = askedOf(context, payerOf(event));
      if (claim === undefined || asked === undefined) return false;
      const due = requiredFor(context, asked);
      const isExact = claim.sent === due || (context.owed !== context.accepted.sent && !isMore(claim.sent, due));
      return (
        claim.sequence === context.accepted.sequence + 1 &&
        claim.sequence <= context.maxSequence &&
        isMore(claim.sent, context.accepted.sent) &&
        isExact
      );
    },
    /** Not less than was accepted and given, not more than there is. */
    isClosingState: ({ context, event }) => {
      const claim = claimIn(context, event);
      return (
        claim !== undefined &&
        claim.sequence === context.accepted.sequence + 1 &&
        claim.sequence <= context.maxSequence &&
        !isMore(context.accepted.sent, claim.sent) &&
        !isMore(context.owed, claim.sent) &&
        !isMore(claim.sent, context.deposit)
      );
    },
    isStillNext: ({ context, event }) =>
      event.type === 'verified' &&
      event.ok &&
      !event.claim.isClosing &&
      event.claim.sequence === context.accepted.sequence + 1 &&
      (event.claim.statement === 'close') === (event.claim.sent === context.deposit),
    isStillClosing: ({ context, event }) =>
      event.type === 'verified' &&
      event.ok &&
      event.claim.isClosing &&
      event.claim.sequence === context.accepted.sequence + 1,
    isOvertaken: ({ event }) => event.type === 'verified' && event.ok,
    mayCredit: ({ context }) => {
      const asked = askedOf(context, context.proven);
      const terms = termsOf(context, asked?.stream);
      if (asked === undefined || terms === undefined || isReleased(context, asked)) return false;
      const due = plus(context.owed, terms.price);
      const unpaid = minus(due, context.accepted.sent);
      return !isMore(unpaid, `${BigInt(terms.price) * BigInt(terms.credit)}`) && !isMore(due, context.deposit);
    },
    isSpent: ({ context }) => context.accepted.sent === context.deposit,
    hasTurn: ({ context }) => turnOf(context) !== undefined,
    isTurnNow: ({ context }) => {
      const turn = turnOf(context);
      return turn !== undefined && termsOf(context, turn.stream)?.partMs === 0;
    },
    playsNothing: ({ context }) => context.plays.length === 0,
    isUnpaid: ({ context }) => context.accepted.sequence === 0,
    /** A payer can sign any sequence number: what was sent decides. */
    isStale: ({ context, event }) => event.type === 'closingSeen' && isMore(context.accepted.sent, event.sent),
  },
  delays: {
    openTimeout: ({ context }) => context.openTimeout,
    payTimeout: ({ context }) => context.payTimeout,
    lingerTimeout: ({ context }) => context.lingerTimeout,
    /** Streams of one payer take turns: each gets a part in the time of a part. */
    partTime: ({ context }) => {
      const turn = turnOf(context);
      const streams = context.plays.filter(({ from }) => from === context.proven).length;
      const partMs = termsOf(context, turn?.stream)?.partMs ?? 0;
      return Math.max(0, partMs / Math.max(1, streams) - context.lead);
    },
    creditTime: ({ context }) => context.lead,
    settleAgain: 60_000,
  },
}).createMachine({
  id: 'streaming.payee',
  version: '1',
  options: { maxIterations: 100 },
  description: 'Gives a key for each payment, and nothing for less',
  meta: { clause: 'Overview', durable: true },
  context: ({ input }) => ({
    ...input,
    accepted: first,
    owed: '0',
    released: {},
    next: {},
    plays: none,
    proven: '',
    asker: '',
    wanted: '',
    isTogether: false,
    signature: '',
    reason: '',
  }),
  initial: 'opening',
  states: {
    opening: {
      description: 'A channel is announced; nothing is in it yet',
      meta: { clause: clause.newChannel },
      tags: ['waiting'],
      initial: 'awaitingNewChannel',
      on: {
        'received.latestState': { actions: 'sendNoState' },
        'received.play': { actions: 'refuseUnknownKey' },
        'received.pay': { actions: 'refuseUnexpected' },
        'received.close': { actions: 'refuseUnexpected' },
        'received.topUp': { actions: 'refuseUnexpected' },
        'received.receipt': { actions: 'refuseUnexpected' },
        'command.close': '#closed',
      },
      after: { openTimeout: { target: '#closed', actions: 'keepUnopened' } },
      states: {
        awaitingNewChannel: {
          description: 'The first state',
          meta: { clause: clause.newChannel },
          on: {
            'received.refund': [
              { guard: 'isWeakKey', actions: 'refuseWeakKey' },
              { guard: 'isOurFirst', target: 'awaitingRefundSignature', actions: 'keepAsker' },
              { actions: 'refuseWrongState' },
            ],
            'received.newChannel': [
              { guard: 'isWeakKey', actions: 'refuseWeakKey' },
              { guard: 'isOurFirst', target: 'awaitingDeposit', actions: 'keepAsker' },
              { actions: 'refuseWrongState' },
            ],
          },
        },
        awaitingRefundSignature: {
          description: 'The way back for the payer, before it puts money in',
          meta: { clause: clause.newChannel },
          entry: 'requestRefund',
          on: {
            signed: { guard: 'answersSignature', target: 'awaitingNewChannel', actions: 'sendRefund' },
            refused: { guard: 'answersSignature', target: 'awaitingNewChannel', actions: 'refuseUnsigned' },
            'received.refund': { guard: 'isOurFirst', actions: 'keepAsker' },
          },
        },
        awaitingDeposit: {
          description: 'Is the money there?',
          meta: { clause: clause.newChannel },
          entry: 'consultDeposit',
          on: {
            deposited: [
              { guard: 'isFunded', target: '#idle', actions: ['sendAcceptance', 'opened'] },
              { guard: 'isUnfunded', target: 'awaitingNewChannel', actions: 'refuseUnfunded' },
            ],
            'received.newChannel': [{ guard: 'isOurFirst', actions: 'keepAsker' }, { actions: 'refuseWrongState' }],
          },
        },
      },
    },
    idle: {
      id: 'idle',
      description: 'Nobody plays',
      meta: { clause: clause.idle },
      tags: ['usable'],
      always: { guard: 'isSpent', target: 'streaming.final' },
      on: {
        'received.play': [
          { guard: 'isUnknownStream', actions: 'refuseUnknownStream' },
          { target: 'streaming.awaitingPayment', actions: ['keepPlay', 'sendPay'] },
        ],
      },
    },
    streaming: {
      description: 'Somebody plays',
      meta: { clause: clause.play },
      tags: ['usable'],
      initial: 'awaitingPayment',
      on: {
        'received.play': [
          { guard: 'isUnknownStream', actions: 'refuseUnknownStream' },
          { guard: 'playsTooMany', actions: 'refuseTooMany' },
          { target: '.awaitingPayment', actions: ['keepPlay', 'sendPay'] },
        ],
        'received.pay': [
          {
            guard: 'isEqualFromElsewhere',
            description: 'Proves the key, and disturbs nobody',
            actions: ['sendSecret', 'keepReleased'],
          },
          { guard: 'isEqual', target: '.answering', actions: ['keepProof', 'sendSecret', 'keepReleased'] },
          { guard: 'isOverdraft', actions: 'refuseOverdraft' },
          { guard: 'isNextState', actions: 'consultClaim' },
          { guard: 'isAsked', actions: 'refuseWrongState' },
          { actions: 'refuseUnexpected' },
        ],
        'received.pause': { target: '.answering', actions: 'forgetSocket' },
        'connection.lost': { target: '.answering', actions: 'forgetSocket' },
      },
      states: {
        awaitingPayment: {
          description: 'Asked; the part is not given before it is paid, but for the credit',
          meta: { clause: clause.pay },
          after: {
            creditTime: {
              guard: 'mayCredit',
              target: 'answering',
              actions: ['sendSecretOnCredit', 'keepCredit'],
            },
            payTimeout: { target: '#idle', actions: ['forgetPlays', 'idled'] },
          },
        },
        awaitingNextPart: {
          description: 'The part that was paid is being played',
          meta: { clause: clause.secret },
          on: {
            'received.play': [
              { guard: 'isUnknownStream', actions: 'refuseUnknownStream' },
              { guard: 'playsTooMany', actions: 'refuseTooMany' },
              { guard: 'isByPayer', target: 'awaitingPayment', actions: ['keepPlay', 'sendPay'] },
              { description: 'A newcomer must not disturb the payer', actions: ['keepPlay', 'sendPay'] },
            ],
          },
          after: { partTime: { target: 'awaitingPayment', actions: ['keepTurn', 'sendNextPay'] } },
        },
        answering: {
          description: 'What comes next?',
          always: [
            { guard: 'isSpent', target: 'final' },
            { guard: 'isTurnNow', target: 'awaitingPayment', actions: ['keepTurn', 'sendNextPay'] },
            { guard: 'hasTurn', target: 'awaitingNextPart' },
            { guard: 'playsNothing', target: '#idle', actions: 'idled' },
            { target: 'awaitingPayment' },
          ],
        },
        final: {
          description: 'Nothing is left; the last part can be had again for a while',
          meta: { clause: clause.final },
          after: { lingerTimeout: { target: '#closing', actions: 'keepTogether' } },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'The channel ends',
      meta: { clause: clause.closing },
      tags: ['waiting', 'ending'],
      entry: 'ending',
      initial: 'awaitingSignature',
      on: {
        'command.close': { description: 'Is closing already' },
        'received.latestState': { actions: 'sendNoState' },
        'received.pause': { description: 'Was on its way' },
        'received.play': { actions: 'refuseClosing' },
        'received.pay': { actions: 'refuseClosing' },
        'received.topUp': { actions: 'refuseClosing' },
        'received.receipt': { actions: 'refuseClosing' },
        'received.close': { actions: 'refuseClosing' },
        'received.newChannel': { actions: 'refuseClosing' },
        'received.refund': { actions: 'refuseClosing' },
        verified: { description: 'Too late' },
        deposited: { description: 'Too late' },
        closingSeen: { description: 'Is known' },
        closedSeen: { target: 'closed', actions: 'closed' },
      },
      states: {
        awaitingSignature: {
          description: 'Our signature of the end',
          entry: 'requestEnd',
          on: {
            signed: {
              guard: 'answersEnd',
              target: 'awaitingSettlement',
              actions: ['keepSignature', 'sendClosed'],
            },
            refused: { guard: 'answersEnd', target: 'awaitingSettlement' },
          },
        },
        awaitingSettlement: {
          description: 'Being paid out',
          entry: 'requestSettlement',
          on: {
            settled: { guard: 'answersSettlement', target: '#closed', actions: 'closed' },
            unsettled: { guard: 'answersSettlement', target: 'awaitingAnotherTry', actions: 'unsettled' },
          },
        },
        awaitingAnotherTry: {
          description: 'The place of settlement refused',
          after: { settleAgain: 'awaitingSettlement' },
        },
        disputing: {
          description: 'The payer has closed alone with an older state',
          entry: 'requestEnd',
          on: {
            signed: {
              guard: 'answersEnd',
              target: 'awaitingChain',
              actions: ['keepSignature', 'orderChallenge'],
            },
            refused: { guard: 'answersEnd', target: 'awaitingChain', actions: 'orderChallenge' },
          },
        },
        awaitingChain: {
          description: 'The payer has closed alone; what we have is shown',
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'Settled, or never opened', tags: ['settled'] },
  },
  output: ({ context }) => ({ sent: context.accepted.sent, reason: context.reason }),
  on: {
    'received.latestState': { actions: 'sendLatestState' },
    'received.newChannel': [
      { guard: 'isOurChannel', description: 'Once more', actions: 'sendLatestState' },
      { actions: 'refuseDuplicate' },
    ],
    'received.refund': { actions: 'refuseDuplicate' },
    'received.pay': { actions: 'refuseUnexpected' },
    'received.pause': { description: 'Does not play' },
    'received.topUp': [
      { guard: 'isTopUpKnown', description: 'Once more', actions: 'sendLatestState' },
      { guard: 'isNoMore', actions: 'refuseWrongState' },
      { guard: 'mayTopUp', actions: ['keepAsker', 'keepWanted', 'consultDeposit'] },
      { actions: 'refuseTopUp' },
    ],
    deposited: [
      { guard: 'isToppedUp', actions: ['keepDeposit', 'sendAcceptance'] },
      { guard: 'isNotToppedUp', actions: ['refuseUnfunded', 'forgetWanted'] },
      { description: 'To a question that is not asked any more' },
    ],
    'received.receipt': [
      { guard: 'isByPayer', actions: ['keepAsker', 'requestReceipt'] },
      { actions: 'refuseUnexpected' },
    ],
    signed: [
      { guard: 'answersReceipt', actions: 'sendReceipt' },
      { description: 'To a question that is not asked any more' },
    ],
    refused: { description: 'To a question that is not asked any more' },
    'received.close': [{ guard: 'isClosingState', actions: 'consultClaim' }, { actions: 'refuseWrongState' }],
    verified: [
      {
        guard: 'isStillNext',
        target: '.streaming.answering',
        actions: ['paid', 'accept', 'sendSecret', 'keepReleased'],
      },
      { guard: 'isStillClosing', target: '.closing', actions: ['paid', 'accept', 'keepTogether', 'keepAsker'] },
      { guard: 'isOvertaken', description: 'Another payment was quicker' },
      { actions: 'refuseSignature' },
    ],
    offered: { actions: 'keepTerms' },
    settled: { description: 'To a question that is not asked any more' },
    unsettled: { description: 'To a question that is not asked any more' },
    closingSeen: [
      { guard: 'isStale', target: '.closing.disputing', actions: 'challenged' },
      { target: '.closing.awaitingChain' },
    ],
    closedSeen: { target: '.closed', actions: 'closed' },
    'connection.lost': { actions: 'forgetSocket' },
    'command.close': [
      { guard: 'isUnpaid', target: '.closed' },
      { guard: 'isSpent', target: '.closing', actions: 'keepTogether' },
      { target: '.closing' },
    ],
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of no socket of this channel' },
    'command.*': { actions: 'misused' },
  },
});
