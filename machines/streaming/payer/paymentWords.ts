/**
 * The payer's words for one part after the other: it is asked for, promised, signed, paid, and its key opens it.
 */
import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import { isMore, minus, plus } from '../../../src/money.ts';
import { withPart } from '../messages.ts';
import {
  aboutKey,
  aboutPart,
  countedOf,
  creditedOf,
  demanded,
  demandOf,
  isOutdated,
  tellsAcceptance,
  withKey,
  withoutKeys,
  wrongIn,
} from './demands.ts';
import {
  aboutSignature,
  acknowledged,
  budgeted,
  channelOf,
  isAt,
  latestOf,
  ourStateIn,
  signedOf,
  standing,
  statementOf,
} from './payments.ts';
import { streamWords } from './streamWords.ts';
import type { PayerContext } from './types.ts';

/** The part that is asked for does not come. */
function partLost(context: PayerContext, why: 'missing' | 'withheld' | 'corrupt', reason: string) {
  const { stream, part } = demanded(context);
  return { type: 'partLost', stream, part, why, reason } as const;
}

/** And what is of payments. */
export const paymentWords = streamWords.extend({
  actions: {
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
      // A demand that says nothing is for what is next now, not for what was next when it came.
      asked: context.isTextOnly ? demandOf(context, undefined) : context.held,
      held: null,
      ...acknowledged(context, context.held?.accepted ?? ''),
    })),
    forgetDemand: assign(({ context }) => ({
      asked: null,
      held: null,
      isPausing: false,
      streams: withoutKeys(context.streams),
    })),
    violatedDemand: emit(({ context }) => ({ type: 'violated', event: 'received.pay', reason: wrongIn(context) })),
    overBudget: emit(({ context }) => ({ type: 'overBudget', ...demanded(context) })),
    consultPart: emit(({ context }) => {
      const { stream, part } = demanded(context);
      return { type: 'consultPart', id: aboutPart(context), stream, part };
    }),
    partMissing: emit(({ context, event }) => {
      assertEvent(event, 'missing');
      return partLost(context, 'missing', event.reason);
    }),

    /** What was given on credit, before more is asked for than there is or may be spent. */
    promiseDebt: assign(({ context: { agreed, owed, spent } }) => ({
      promised: { sequence: agreed.sequence + 1, sent: owed, signature: '' },
      spent: plus(spent, minus(owed, agreed.sent)),
    })),
    promiseProof: assign(({ context: { agreed } }) => ({
      promised: { sequence: agreed.sequence + 1, sent: agreed.sent, signature: '' },
    })),
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
      const { sequence, sent } = latestOf(context);
      return {
        type: 'paid',
        stream,
        part,
        sequence,
        amount: minus(sent, context.agreed.sent),
        sent,
        left: minus(context.deposit, sent),
      };
    }),

    /** A key that may have been given on credit says nothing of our promise: the next demand does. */
    acknowledge: assign(({ context }) =>
      tellsAcceptance(context) ? { agreed: signedOf(context), promised: null } : {},
    ),
    keepKey: assign(({ context, event }) => {
      assertEvent(event, 'received.secret');
      return { streams: withKey(context, event.message.about ?? context.asked ?? undefined) };
    }),
    takeKey: assign(({ context: { streams, owed, agreed, deposit } }) => {
      const playing = streams.find(({ keys }) => keys > 0);
      if (playing === undefined) return {};
      const { stream, next, offer } = playing;
      return { asked: { stream, part: next, required: plus(owed, offer.price), accepted: agreed.sent, deposit } };
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
      const asked = demanded(context);
      const { stream, part } = asked;
      return {
        asked: null,
        owed: countedOf(context, asked),
        streams: context.streams
          .map((each) =>
            each.stream === stream
              ? {
                  ...each,
                  // Unless the app has jumped meanwhile.
                  ...(each.next === part ? { next: part + 1, keys: Math.max(0, each.keys - 1) } : {}),
                  received: withPart(each.received, part),
                }
              : each,
          )
          .filter((each) => each.offer.parts === null || each.next < each.offer.parts),
      };
    }),
    partWithheld: emit(({ context }) =>
      partLost(context, 'withheld', 'The payee took the payment and did not send the key in time.'),
    ),
    partCorrupt: emit(({ context, event }) => {
      assertEvent(event, 'corrupt');
      return partLost(context, 'corrupt', event.reason);
    }),
  },
  guards: {
    isWrong: ({ context }) => wrongIn(context) !== '',
    /** The promise was kept before a crash, and its signature is not here yet. */
    owesSignature: ({ context }) => context.promised !== null && context.promised.signature === '',
    /** The payee has the money and wants to see the key: on a new connection anybody could show the old signature. */
    isPaidBefore: ({ context }) =>
      context.promised === null && !isMore(demanded(context).required, context.agreed.sent),
    /** What was given on credit uses the channel, or the budget, up. */
    mustPayDebt: ({ context }) => {
      const { owed, agreed, deposit, wanted } = context;
      const most = isMore(deposit, budgeted(context)) ? budgeted(context) : deposit;
      return (
        isMore(demanded(context).required, most) &&
        isMore(owed, agreed.sent) &&
        !isMore(owed, most) &&
        // While a top-up is under way nothing is signed as final.
        (wanted === '' || owed !== deposit)
      );
    },
    isUsedUp: ({ context }) =>
      context.agreed.sent === context.deposit && isMore(demanded(context).required, context.deposit),
    isAnswered: ({ context }) => context.promised !== null || !isMore(demanded(context).required, context.agreed.sent),
    isUnaffordable: ({ context }) =>
      isMore(demanded(context).required, context.deposit) ||
      // While a top-up is under way nothing is signed as final.
      (context.wanted !== '' && demanded(context).required === context.deposit),
    isOverBudget: ({ context }) => isMore(demanded(context).required, budgeted(context)),
    answersPart: ({ context, event }) =>
      (event.type === 'available' || event.type === 'missing') && event.id === aboutPart(context),
    answersSignature: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') &&
      event.id === aboutSignature(statementOf(context.deposit, latestOf(context).sent), context, latestOf(context)),

    isForAsked: ({ context, event }) =>
      event.type === 'received.secret' &&
      (event.message.about === undefined ||
        (event.message.about.stream === context.asked?.stream && event.message.about.part === context.asked.part)),
    isOnCredit: ({ context, event }) => creditedOf(context, event) !== undefined,
    hasKeys: ({ context }) => context.streams.some(({ keys }) => keys > 0),
    answersKey: ({ context, event }) =>
      (event.type === 'opened' || event.type === 'corrupt') && event.id === aboutKey(context),
    isPaymentRefused: ({ event }) => event.type === 'received.refused' && event.message.about !== 'topUp',
    isAskedAgain: ({ context, event }) =>
      event.type === 'received.pay' && !isMore(demandOf(context, event.message.need).required, latestOf(context).sent),
    /** The promise was accepted, for what was given on credit; the part that is asked for costs more. */
    isAskedForMore: ({ context, event }) => {
      const need = event.type === 'received.pay' ? event.message.need : undefined;
      const { promised, agreed, asked } = context;
      return (
        need !== undefined &&
        need.accepted === promised?.sent &&
        isMore(promised.sent, agreed.sent) &&
        isMore(need.required, promised.sent) &&
        need.stream === asked?.stream &&
        need.part === asked.part
      );
    },
    hasHeld: ({ context }) => context.held !== null && !isOutdated(context, context.held),
    /** Everything that the channel can pay was given, and the payment that leaves nothing is on its way. */
    mayBeSpent: ({ context }) => context.owed === context.deposit && signedOf(context).sent === context.deposit,
    confirmsLast: ({ context, event }) => {
      const state = ourStateIn(context, event);
      return (
        state !== undefined &&
        context.owed === context.deposit &&
        state.server_balance === context.deposit &&
        isAt(context.promised, state)
      );
    },
  },
});
