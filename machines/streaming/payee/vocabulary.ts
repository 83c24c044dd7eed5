/**
 * All words of the payee: of its channel and its payments, each in a file beside this one, and here of the end. The chart that is made of them is in the
 * other files, each a part of a channel's life.
 */
import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import { isMore } from '../../../src/money.ts';
import {
  aboutSignature,
  claimIn,
  endStatement,
  first,
  isStillRight,
  payerOf,
  proofOf,
  refusal,
  standingOf,
} from './claims.ts';
import { paymentWords } from './paymentWords.ts';

export const clause = {
  newChannel: 'Idle state 4.2: newChannel',
  play: 'Idle state 6: play',
  pay: 'Streaming state 1, 2: pay',
  idle: 'pay: "If server does not receive the response to pay"',
  secret: 'Streaming state 3: secret',
  final: 'Streaming state 4',
  closing: 'Overview: finalized transmission',
};

/** The vocabulary of the payee. */
export const vocabulary = paymentWords.extend({
  actions: {
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
    refuseClosing: emit(({ event }) => refusal(event, 'closing')),

    requestSettlement: emit(({ context }) => ({
      type: 'requestSettlement',
      id: `settle/${context.channel.id}`,
      channel: context.channel,
      alone: !context.isTogether,
      proof: proofOf(context),
    })),
    orderChallenge: emit(({ context }) => ({
      type: 'orderChallenge',
      channel: context.channel,
      proof: proofOf(context),
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
  },
  guards: {
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
    isStillClosing: ({ context, event }) =>
      event.type === 'verified' && event.ok && event.claim.isClosing && isStillRight(context, event.claim),
    /** The answer to it was lost. */
    isSameClosing: ({ context, event }) =>
      event.type === 'received.close' && context.isTogether && event.message.signature === context.accepted.signature,
    answersEnd: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') &&
      event.id === aboutSignature(endStatement(context), context),
    answersSettlement: ({ context, event }) =>
      (event.type === 'settled' || event.type === 'unsettled') && event.id === `settle/${context.channel.id}`,
    hasSignature: ({ context }) => context.signature !== '',
    /** A payer can sign any sequence number: what was sent decides. */
    isStale: ({ context, event }) => event.type === 'closingSeen' && isMore(context.accepted.sent, event.sent),
  },
});
