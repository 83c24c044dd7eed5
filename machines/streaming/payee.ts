/**
 * The payee of one channel: asks for each part, works out for itself what the next state must be, and releases the part's key when it is signed.
 *
 * One instance a channel, whatever the number of sockets: the channel's money is one. What it must never do: keep a peer's figures in place of its own,
 * take less than it asked for or more than the deposit holds, or release more parts unpaid than its credit says. `play` moves no money and needs no
 * proof of the key; the first valid payment is the proof, and until then a socket costs one entry in a short list. A stranger who plays is asked to
 * pay, cannot, and has disturbed nobody. It holds no content keys: `secret` is told without one, and whoever carries it out fills it in.
 * Carries: the server's side of "Idle state" and "Streaming state".
 * This is the whole machine at a glance; its states, and the words that they are made of, are in `payee/`.
 */
import { contextOf } from './payee/claims.ts';
import { closingOn, closingStates } from './payee/closing.ts';
import { always, closed } from './payee/ends.ts';
import { openingOn, openingStates } from './payee/opening.ts';
import { idle, streamingOn, streamingStates } from './payee/streaming.ts';
import { clause, vocabulary } from './payee/vocabulary.ts';

export { isProven } from './payee/claims.ts';
export type { PayeeEmitted, PayeeEvent, PayeeInput, Terms } from './payee/types.ts';

/** The payee's side of one channel. */
export const payee = vocabulary.createMachine({
  id: 'streaming.payee',
  version: '1',
  options: { maxIterations: 100 },
  description: 'Gives a key for each payment, and nothing for less',
  meta: { clause: 'Overview', durable: true },
  context: ({ input }) => contextOf(input),
  initial: 'opening',
  states: {
    opening: {
      description: 'A channel is announced; nothing is in it yet',
      meta: { clause: clause.newChannel },
      tags: ['waiting'],
      initial: 'awaitingNewChannel',
      ...openingOn,
      states: {
        awaitingNewChannel: openingStates.awaitingNewChannel,
        awaitingRefundSignature: openingStates.awaitingRefundSignature,
        awaitingDeposit: openingStates.awaitingDeposit,
      },
    },
    idle,
    streaming: {
      description: 'Somebody plays',
      meta: { clause: clause.play },
      tags: ['usable'],
      initial: 'awaitingPayment',
      ...streamingOn,
      states: {
        awaitingPayment: streamingStates.awaitingPayment,
        awaitingNextPart: streamingStates.awaitingNextPart,
        answering: streamingStates.answering,
        final: streamingStates.final,
      },
    },
    closing: {
      id: 'closing',
      description: 'The channel ends',
      meta: { clause: clause.closing },
      tags: ['waiting', 'ending'],
      entry: 'ending',
      initial: 'awaitingSignature',
      ...closingOn,
      states: {
        awaitingSignature: closingStates.awaitingSignature,
        awaitingSettlement: closingStates.awaitingSettlement,
        awaitingAnotherTry: closingStates.awaitingAnotherTry,
        disputing: closingStates.disputing,
        awaitingChain: closingStates.awaitingChain,
      },
    },
    closed,
  },
  output: ({ context }) => ({ sent: context.accepted.sent, reason: context.reason }),
  ...always,
});
