/**
 * All words of the payer: of its connection, its channel, its streams and its payments, each in a file beside this one, and here of the end. The chart
 * that is made of them is in the other files, each a part of a channel's life.
 */
import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import { isMore } from '../../../src/money.ts';
import {
  aboutSignature,
  aboutWithdrawal,
  budgeted,
  channelOf,
  consultationOf,
  latestOf,
  nothing,
  signedOf,
  standing,
} from './payments.ts';
import { paymentWords } from './paymentWords.ts';

export const clause = {
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

/** The vocabulary of the payer. */
export const vocabulary = paymentWords.extend({
  actions: {
    keepCommand: assign(({ event }) => {
      assertEvent(event, 'command.close');
      return { command: event.id };
    }),
    keepClosing: assign(({ context }) => {
      const { sent } = signedOf(context);
      const owed = isMore(context.owed, sent) ? context.owed : sent;
      const most = budgeted(context);
      // A number that the signer was asked for is not used again, whether or not it has answered.
      return {
        closing: { sequence: latestOf(context).sequence + 1, sent: isMore(owed, most) ? most : owed, signature: '' },
      };
    }),
    withdrawClosing: enqueueActions(({ context, event, enqueue }) => {
      if (event.type === 'signed' || event.type === 'refused' || context.closing === null) return;
      const id = aboutSignature('close', context, context.closing);
      enqueue.emit({ type: 'withdraw', request: 'requestSignature', id });
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
    keepUnwithdrawn: assign(({ event }) => {
      assertEvent(event, 'unwithdrawn');
      return { reason: event.reason, blamed: 'nobody' };
    }),
    settledAlone: emit(({ context }) => ({ type: 'settled', id: context.command, how: 'alone' })),
    forgetReason: assign({ reason: '' }),
  },
  guards: {
    answersClosing: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') &&
      context.closing !== null &&
      event.id === aboutSignature('close', context, context.closing),
    isOurClosing: ({ context, event }) =>
      event.type === 'received.closed' &&
      event.message.signed.sequence === context.closing?.sequence &&
      event.message.signed.sent === context.closing.sent,
    answersWithdrawal: ({ context, event }) =>
      (event.type === 'withdrawn' || event.type === 'unwithdrawn') && event.id === aboutWithdrawal(context),
  },
});
