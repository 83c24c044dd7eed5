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
import { fromHex } from '../../src/bytes.ts';
import { acceptsKey } from '../../src/keys/policy.ts';
import { isMore, minus, plus } from '../../src/money.ts';
import type { RoleMeta } from '../../src/role.ts';
import {
  aboutClaim,
  aboutSignature,
  askedOf,
  claimIn,
  demandFor,
  endStatement,
  first,
  isPaidFor,
  isReleased,
  isSamePlay,
  isStillRight,
  none,
  type PayeeContext,
  type PayeeEmitted,
  type PayeeEvent,
  type PayeeInput,
  type PayeeOutput,
  payerOf,
  playIn,
  refusal,
  released,
  requiredFor,
  roomIn,
  secretOf,
  standingOf,
  stateOf,
  termsOf,
  turnOf,
} from './payeeRules.ts';

export { isProven, type PayeeEmitted, type PayeeEvent, type PayeeInput, type Terms } from './payeeRules.ts';

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
          : [...roomIn(context), play],
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
    sendPays: enqueueActions(({ context, enqueue }) => {
      for (const play of context.plays) if (play.isAsked) enqueue.emit(demandFor(context, play));
    }),
    sendNextPay: enqueueActions(({ context, enqueue }) => {
      const asked = askedOf(context, context.proven);
      if (asked !== undefined) enqueue.emit(demandFor(context, asked));
    }),
    forgetPlays: assign({ plays: none, proven: '' }),
    forgetPayer: assign(({ context }) => ({
      plays: context.plays.filter(({ from }) => from !== context.proven),
      proven: '',
    })),
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
    sendClosedAgain: enqueueActions(({ context, event, enqueue }) => {
      const { accepted, signature } = context;
      if (signature === '') return;
      const { sequence, sent } = accepted;
      const to = payerOf(event);
      enqueue.emit({ type: 'send', to, message: { event: 'closed', signature, signed: { sequence, sent } } });
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
    keepUnpaid: assign({ reason: 'Nobody paid in time.' }),

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
    isWeakKey: ({ context }) => !acceptsKey(fromHex(context.channel.payer.publicKey)),
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
    isOldReceipt: ({ context, event }) =>
      event.type === 'signed' && event.id.startsWith(`receipt/${context.channel.id}/`),
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
      !isMore(context.wanted, event.deposit) &&
      // The last payment is signed as the end of a channel of the old size.
      context.accepted.sent !== context.deposit,
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
        roomIn(context).length >= context.maxPlays &&
        !context.plays.some((other) => isSamePlay(other, play))
      );
    },
    /** Somebody else goes on playing, and the one who goes is not the payer. */
    isBystander: ({ context, event }) => {
      const from = payerOf(event);
      return from !== '' && from !== context.proven && context.plays.some((play) => play.from !== from);
    },
    isByPayer: ({ context, event }) => payerOf(event) === context.proven,
    isAsked: ({ context, event }) => askedOf(context, payerOf(event)) !== undefined,
    /** "An equal payment again is idempotent", on the socket that made it: `latestState` shows its signature to everybody. */
    isEqual: ({ context, event }) =>
      event.type === 'received.pay' &&
      context.proven === event.from &&
      askedOf(context, event.from) !== undefined &&
      context.accepted.signature !== '' &&
      event.message.signature === context.accepted.signature,
    /** A state with the next number and no more money: whoever signs it holds the key, and gets what was paid before. */
    isProof: ({ context, event }) => {
      const [claim, asked] = [claimIn(context, event), askedOf(context, payerOf(event))];
      return (
        claim !== undefined &&
        asked !== undefined &&
        isPaidFor(context, asked) &&
        claim.sent === context.accepted.sent &&
        claim.sequence === context.accepted.sequence + 1 &&
        claim.sequence <= context.maxSequence
      );
    },
    isOverdraft: ({ context, event }) => isMore(claimIn(context, event)?.sent ?? '0', context.deposit),
    /** The next sequence number, more than before, and not more than is due. */
    isNextState: ({ context, event }) => {
      const claim = claimIn(context, event);
      if (claim === undefined) return false;
      const asked = askedOf(context, payerOf(event));
      const due = asked === undefined ? context.owed : requiredFor(context, asked);
      // What was given on credit may be paid in pieces, whatever is asked for, and when nothing is asked for any more.
      const most = isMore(context.owed, due) ? context.owed : due;
      const isExact = claim.sent === due || (context.owed !== context.accepted.sent && !isMore(claim.sent, most));
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
        claim.sequence > context.accepted.sequence &&
        claim.sequence <= context.maxSequence &&
        !isMore(context.accepted.sent, claim.sent) &&
        !isMore(context.owed, claim.sent) &&
        !isMore(claim.sent, context.deposit)
      );
    },
    isStillNext: ({ context, event }) =>
      event.type === 'verified' && event.ok && !event.claim.isClosing && isStillRight(context, event.claim),
    isStillClosing: ({ context, event }) =>
      event.type === 'verified' && event.ok && event.claim.isClosing && isStillRight(context, event.claim),
    isOvertaken: ({ event }) => event.type === 'verified' && event.ok,
    mayCredit: ({ context }) => {
      const asked = askedOf(context, context.proven);
      const terms = termsOf(context, asked?.stream);
      if (asked === undefined || terms === undefined || isReleased(context, asked)) return false;
      const due = plus(context.owed, terms.price);
      const unpaid = minus(due, context.accepted.sent);
      return !isMore(unpaid, `${BigInt(terms.price) * BigInt(terms.credit)}`) && !isMore(due, context.deposit);
    },
    hasSignature: ({ context }) => context.signature !== '',
    isSpent: ({ context }) => context.accepted.sent === context.deposit,
    hasTurn: ({ context }) => turnOf(context) !== undefined,
    isTurnNow: ({ context }) => {
      const turn = turnOf(context);
      return turn !== undefined && termsOf(context, turn.stream)?.partMs === 0;
    },
    playsNothing: ({ context }) => context.plays.length === 0,
    isPlayed: ({ context }) => context.plays.length > 0,
    /** Anybody can play: the time that the payer has is neither cut nor prolonged by it. */
    isBeside: ({ context, event }) => context.proven !== '' && payerOf(event) !== context.proven,
    hasBystanders: ({ context }) => context.proven !== '' && context.plays.some(({ from }) => from !== context.proven),
    /** The answer to it was lost. */
    isSameClosing: ({ context, event }) =>
      event.type === 'received.close' && context.isTogether && event.message.signature === context.accepted.signature,
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
      const time = partMs / Math.max(1, streams);
      // Short parts are asked for halfway: asking for them sooner would be no pace at all.
      return time - Math.min(context.lead, time / 2);
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
        'received.pause': { description: 'Does not play' },
        'received.*': { actions: ['refuseUnexpected', 'violated'] },
        verified: { description: 'Nothing was claimed' },
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
              { guard: 'isUnfunded', target: 'awaitingNewChannel', actions: ['refuseUnfunded', 'forgetPlays'] },
            ],
            'received.play': [
              { guard: 'isUnknownStream', actions: 'refuseUnknownStream' },
              { description: 'Is asked to pay when the money is seen', actions: 'keepPlay' },
            ],
            'received.pause': { actions: 'forgetSocket' },
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
      always: [
        { guard: 'isSpent', target: 'streaming.final' },
        { guard: 'isPlayed', target: 'streaming.awaitingPayment', actions: 'sendPays' },
      ],
      after: { openTimeout: { guard: 'isUnpaid', target: '#closed', actions: 'keepUnpaid' } },
      on: {
        'received.play': [
          { guard: 'isUnknownStream', actions: 'refuseUnknownStream' },
          { target: 'streaming.awaitingPayment', actions: ['keepPlay', 'sendPay'] },
        ],
        'received.pay': { guard: 'isNextState', description: 'What was given on credit', actions: 'consultClaim' },
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
          { guard: 'isBeside', description: 'A newcomer must not disturb the payer', actions: ['keepPlay', 'sendPay'] },
          { target: '.awaitingPayment', actions: ['keepPlay', 'sendPay'] },
        ],
        'received.pay': [
          { guard: 'isEqual', target: '.answering', actions: ['keepProof', 'sendSecret', 'keepReleased'] },
          { guard: 'isOverdraft', actions: 'refuseOverdraft' },
          { guard: 'isNextState', actions: 'consultClaim' },
          { guard: 'isProof', description: 'Nothing is due, but the key must be shown', actions: 'consultClaim' },
          { guard: 'isAsked', actions: 'refuseWrongState' },
          { actions: 'refuseUnexpected' },
        ],
        'received.pause': [
          { guard: 'isBystander', actions: 'forgetSocket' },
          { target: '.answering', actions: 'forgetSocket' },
        ],
        'connection.lost': [
          { guard: 'isBystander', actions: 'forgetSocket' },
          { target: '.answering', actions: 'forgetSocket' },
        ],
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
            payTimeout: [
              { guard: 'hasBystanders', target: 'awaitingPayment', reenter: true, actions: 'forgetPayer' },
              { target: '#idle', actions: ['forgetPlays', 'idled'] },
            ],
          },
        },
        awaitingNextPart: {
          description: 'The part that was paid is being played',
          meta: { clause: clause.secret },
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
        'received.close': [
          { guard: 'isSameClosing', description: 'Once more', actions: ['keepAsker', 'sendClosedAgain'] },
          { actions: 'refuseClosing' },
        ],
        'received.newChannel': { actions: 'refuseClosing' },
        'received.refund': { actions: 'refuseClosing' },
        verified: { description: 'Too late' },
        deposited: { description: 'Too late' },
        closingSeen: [
          { guard: 'isStale', target: '.disputing', actions: 'challenged' },
          { description: 'Our own, or as good' },
        ],
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
          after: {
            settleAgain: [{ guard: 'hasSignature', target: 'awaitingSettlement' }, { target: 'awaitingSignature' }],
          },
        },
        disputing: {
          description: 'The payer has closed alone with an older state',
          entry: 'requestEnd',
          on: {
            closingSeen: { description: 'Is known' },
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
          on: { closingSeen: { description: 'Is known' } },
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
      { guard: 'isOldReceipt', description: 'A payment came meanwhile', actions: 'requestReceipt' },
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
    'received.*': { actions: ['refuseUnexpected', 'violated'] },
    'command.*': { actions: 'misused' },
  },
});
