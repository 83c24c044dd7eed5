/**
 * A new channel: no money goes in before the way back is signed, and nothing is paid before the payee has seen the money.
 * Carries: "Idle state" 4 of the text; the refund is ours.
 */
import { answersInTime, isForeign, streams } from './shared.ts';
import { clause, vocabulary } from './vocabulary.ts';

const awaitingPurchase = vocabulary.createStateConfig({
  description: 'Asking to buy',
  meta: { clause: clause.buy },
  tags: ['unpaid'],
  entry: 'purchaseNeeded',
  on: { 'command.buy': { target: 'choosing', actions: 'keepChannel' } },
});

const choosing = vocabulary.createStateConfig({
  description: 'How far has the new channel come?',
  meta: { clause: clause.newChannel },
  always: [
    { guard: 'isFunded', target: 'awaitingAcceptance' },
    { guard: 'mayFund', target: 'awaitingFunding' },
    { target: 'awaitingRefund' },
  ],
});

const awaitingRefund = vocabulary.createStateConfig({
  description: 'No money goes in before the way back is signed',
  meta: { clause: clause.newChannel },
  entry: 'sendRefund',
  on: {
    'received.refund': { target: 'verifyingRefund', actions: 'keepJudged' },
    'received.refused': { target: 'stopping', actions: ['refusedBy', 'keepRefusal', 'forgetChannel'] },
  },
  after: { answerTimeout: { target: 'stopping', actions: ['keepSilence', 'forgetChannel'] } },
});

const verifyingRefund = vocabulary.createStateConfig({
  description: "Is the refund the payee's word?",
  meta: { clause: clause.newChannel },
  entry: 'consultRefund',
  on: {
    verified: [
      { guard: 'isGood', target: 'awaitingFunding', actions: 'keepRefund' },
      { guard: 'isBad', target: 'stopping', actions: ['violatedSignature', 'keepBadRefund', 'forgetChannel'] },
    ],
  },
});

const awaitingFunding = vocabulary.createStateConfig({
  description: 'Creating the channel',
  meta: { clause: clause.newChannel },
  entry: 'requestFunding',
  on: {
    funded: { guard: 'isOurFunding', target: 'awaitingAcceptance', actions: 'keepFunded' },
    unfunded: {
      guard: 'isOurFunding',
      target: 'stopping',
      actions: ['declined', 'keepUnfunded', 'forgetChannel'],
    },
  },
});

const awaitingAcceptance = vocabulary.createStateConfig({
  description: 'The payee looks whether the money is there',
  meta: { clause: clause.newChannel },
  entry: 'sendNewChannel',
  on: { 'received.latestState': [{ guard: 'isOurFirst', ...streams('bought') }, isForeign] },
  after: answersInTime,
});

/** The states of a channel that is being bought. */
export const buyingStates = {
  awaitingPurchase,
  choosing,
  awaitingRefund,
  verifyingRefund,
  awaitingFunding,
  awaitingAcceptance,
};
