/**
 * The payer: finds or opens a channel with a payee, pays for each part that is asked for, and is told that its key has come.
 *
 * What it must never do: sign two amounts for one sequence number, pay more than the offer and its budget say, or pay for a part before it is here
 * and is the one that was promised. It keeps what it is about to sign before it asks for the signature, and answers with that same state until the
 * payee has it: a crash, a lost line or a payee that asks twice costs nothing twice. It holds no key: neither the one it signs with nor those of the parts.
 * Carries: the client's side of "Idle state" and "Streaming state". A payee that knows only the text is served if `terms` say what was agreed elsewhere.
 * This is the whole machine at a glance; its states, and the words that they are made of, are in `payer/`.
 */
import { buyingStates } from './payer/buying.ts';
import { closingOn, closingStates } from './payer/closing.ts';
import { always, ends } from './payer/ends.ts';
import { idle, openingOn, openingStates } from './payer/opening.ts';
import { payingStates } from './payer/paying.ts';
import { contextOf } from './payer/payments.ts';
import { restingStates, streamingOn } from './payer/streaming.ts';
import { clause, vocabulary } from './payer/vocabulary.ts';

export type { Blamed, Budget, PayerEmitted, PayerEvent, PayerInput } from './payer/types.ts';

/** The payer's side of one channel after the other, with one payee. */
export const payer = vocabulary.createMachine({
  id: 'streaming.payer',
  version: '1',
  options: { maxIterations: 100 },
  description: 'Pays for each part, and only for what it got',
  meta: { clause: 'Overview', durable: true },
  context: ({ input }) => contextOf(input),
  initial: 'idle',
  states: {
    idle,
    opening: {
      description: 'On the way to a channel that both sides know',
      tags: ['waiting'],
      initial: 'connecting',
      ...openingOn,
      states: {
        connecting: openingStates.connecting,
        awaitingPublicKey: openingStates.awaitingPublicKey,
        awaitingLatestState: openingStates.awaitingLatestState,
        verifying: openingStates.verifying,
        awaitingPurchase: buyingStates.awaitingPurchase,
        choosing: buyingStates.choosing,
        awaitingRefund: buyingStates.awaitingRefund,
        verifyingRefund: buyingStates.verifyingRefund,
        awaitingFunding: buyingStates.awaitingFunding,
        awaitingAcceptance: buyingStates.awaitingAcceptance,
        reconnecting: openingStates.reconnecting,
        stopping: openingStates.stopping,
      },
    },
    streaming: {
      id: 'streaming',
      description: 'Both sides know the channel',
      meta: { clause: clause.play },
      tags: ['usable'],
      initial: 'awaitingPay',
      ...streamingOn,
      states: {
        awaitingPay: payingStates.awaitingPay,
        deciding: payingStates.deciding,
        awaitingPart: payingStates.awaitingPart,
        awaitingSignature: payingStates.awaitingSignature,
        awaitingSecret: payingStates.awaitingSecret,
        awaitingKeyVerdict: payingStates.awaitingKeyVerdict,
        awaitingNextDemand: payingStates.awaitingNextDemand,
        paused: restingStates.paused,
        awaitingTopUp: restingStates.awaitingTopUp,
      },
    },
    closing: {
      description: 'The channel ends: together, or alone',
      tags: ['waiting'],
      initial: 'awaitingSignature',
      ...closingOn,
      states: {
        connecting: closingStates.connecting,
        awaitingPublicKey: closingStates.awaitingPublicKey,
        awaitingSignature: closingStates.awaitingSignature,
        awaitingClosed: closingStates.awaitingClosed,
        verifyingClosed: closingStates.verifyingClosed,
        withdrawing: closingStates.withdrawing,
      },
    },
    ...ends,
  },
  output: ({ context: { reason, blamed } }) => ({ reason, blamed }),
  ...always,
});
