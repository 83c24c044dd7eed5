/**
 * The payer's words for its connection: who is at the other end, whose fault it is that it does not go on, and what may not be said over it.
 */
import { assertEvent, assign, emit, setup } from 'xstate';
import type { RoleMeta } from '../../../src/role.ts';
import { blaming, connecting, mayRetry } from '../../../src/vocabulary.ts';
import { wanted } from './demands.ts';
import type { PayerContext, PayerEmitted, PayerEvent, PayerInput, PayerOutput } from './types.ts';

/** The first of the payer's words. */
export const connectionWords = setup({
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
    ...connecting<PayerContext, PayerEvent>(),
    ...blaming<PayerContext, PayerEvent>('payee'),

    left: emit(() => ({ type: 'left' })),
    stopped: emit(({ context: { reason, blamed } }) => ({ type: 'stopped', reason, blamed })),

    keepFailure: assign(({ event }) => {
      assertEvent(event, ['connection.failed', 'connection.lost']);
      return { reason: event.reason, blamed: 'nobody' };
    }),
    keepSilence: assign({ reason: 'The payee did not answer in time.', blamed: 'nobody' }),
    keepForeignPayee: assign({
      reason: 'The payee has another key than the one that our channel is with.',
      blamed: 'payee',
    }),
    keepRefusal: assign(({ event }) => {
      assertEvent(event, 'received.refused');
      return { reason: `The payee refused ${event.message.about}: ${event.message.fault}.`, blamed: 'payee' };
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

    refusedBy: emit(({ event }) => {
      assertEvent(event, 'received.refused');
      return { type: 'refusedBy', about: event.message.about, fault: event.message.fault };
    }),
    declined: emit(({ event }) => {
      assertEvent(event, ['unfunded', 'refused']);
      return { type: 'declined', reason: event.reason };
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
  },
  guards: {
    mayRetry,
    isForeignPayee: ({ context, event }) =>
      event.type === 'received.publicKey' &&
      context.payee !== null &&
      context.channel !== null &&
      context.payee.publicKey !== event.message.publicKey,
    isTextOnly: ({ context }) => context.isTextOnly,
  },
  delays: {
    answerTimeout: ({ context }) => context.answerTimeout,
    secretTimeout: ({ context }) => context.secretTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
    /** The payee asks once in every part; when it does not, it may have fallen idle. */
    quiet: ({ context }) => Math.max(0, ...context.streams.map(({ offer }) => offer.partMs)) + context.answerTimeout,
  },
});
