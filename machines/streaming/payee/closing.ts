/**
 * The end of a channel: our signature of it, the payout, and the answer to a payer that closes alone with an older state.
 * Carries: what the text's "finalized transmission" needs; the messages of it are ours.
 */
import { vocabulary } from './vocabulary.ts';

const refuses = { actions: 'refuseClosing' } as const;

/** What holds while the channel ends. */
export const closingOn = vocabulary.createStateConfig({
  on: {
    'command.close': { description: 'Is closing already' },
    'received.latestState': { actions: 'sendNoState' },
    'received.pause': { description: 'Was on its way' },
    'received.play': refuses,
    'received.pay': refuses,
    'received.topUp': refuses,
    'received.receipt': refuses,
    'received.close': [
      { guard: 'isSameClosing', description: 'Once more', actions: ['keepAsker', 'sendClosedAgain'] },
      refuses,
    ],
    'received.newChannel': refuses,
    'received.refund': refuses,
    verified: { description: 'Too late' },
    deposited: { description: 'Too late' },
    closingSeen: [
      { guard: 'isStale', target: '.disputing', actions: 'challenged' },
      { description: 'Our own, or as good' },
    ],
    closedSeen: { target: 'closed', actions: 'closed' },
  },
});

const awaitingSignature = vocabulary.createStateConfig({
  description: 'Our signature of the end',
  entry: 'requestEnd',
  on: {
    signed: { guard: 'answersEnd', target: 'awaitingSettlement', actions: ['keepSignature', 'sendClosed'] },
    refused: { guard: 'answersEnd', target: 'awaitingSettlement' },
  },
});

const awaitingSettlement = vocabulary.createStateConfig({
  description: 'Being paid out',
  entry: 'requestSettlement',
  on: {
    settled: { guard: 'answersSettlement', target: '#closed', actions: 'closed' },
    unsettled: { guard: 'answersSettlement', target: 'awaitingAnotherTry', actions: 'unsettled' },
  },
});

const awaitingAnotherTry = vocabulary.createStateConfig({
  description: 'The place of settlement refused',
  after: {
    settleAgain: [{ guard: 'hasSignature', target: 'awaitingSettlement' }, { target: 'awaitingSignature' }],
  },
});

const disputing = vocabulary.createStateConfig({
  description: 'The payer has closed alone with an older state',
  entry: 'requestEnd',
  on: {
    closingSeen: { description: 'Is known' },
    signed: { guard: 'answersEnd', target: 'awaitingChain', actions: ['keepSignature', 'orderChallenge'] },
    refused: { guard: 'answersEnd', target: 'awaitingChain', actions: 'orderChallenge' },
  },
});

const awaitingChain = vocabulary.createStateConfig({
  description: 'The payer has closed alone; what we have is shown',
  on: { closingSeen: { description: 'Is known' } },
});

/** From the wish to end to the payout. */
export const closingStates = { awaitingSignature, awaitingSettlement, awaitingAnotherTry, disputing, awaitingChain };
