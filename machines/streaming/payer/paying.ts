/**
 * One part after the other: it is asked for, judged, here, signed for, and opened with its key.
 * Carries: "Streaming state" of the text. Parts on credit, and keys that are shown before they are paid, are ours.
 */
import { isOver, opensCredit, pauses, pausing, takesCredit } from './shared.ts';
import { clause, vocabulary } from './vocabulary.ts';

const awaitingPay = vocabulary.createStateConfig({
  description: 'The payee has not asked yet',
  meta: { clause: clause.pay },
  always: [
    { guard: 'playsNothing', target: 'paused' },
    { guard: 'isPausing', target: 'paused', actions: pausing },
  ],
  on: {
    'received.pay': { target: 'deciding', actions: 'keepDemand' },
    'received.secret': opensCredit,
  },
  after: { quiet: { target: 'awaitingPay', reenter: true, actions: 'sendPlays' } },
});

const deciding = vocabulary.createStateConfig({
  description: 'Is it what was agreed, and can we?',
  meta: { clause: clause.pay },
  always: [
    { guard: 'isWrong', target: 'awaitingPay', actions: ['violatedDemand', 'forgetDemand'] },
    { guard: 'owesSignature', target: 'awaitingSignature' },
    { guard: 'isPaidBefore', target: 'awaitingSignature', actions: 'promiseProof' },
    { guard: 'isAnswered', target: 'awaitingSecret', actions: 'sendPayment' },
    { guard: 'isUsedUp', ...isOver },
    { guard: 'mustPayDebt', target: 'awaitingSignature', actions: 'promiseDebt' },
    { guard: 'isUnaffordable', target: 'awaitingTopUp', actions: 'purchaseNeeded' },
    { guard: 'isOverBudget', ...pauses('overBudget') },
    { target: 'awaitingPart' },
  ],
});

const awaitingPart = vocabulary.createStateConfig({
  description: 'Is the encrypted part here, and the one that was promised?',
  meta: { clause: clause.pay },
  entry: 'consultPart',
  on: {
    available: { guard: 'answersPart', target: 'awaitingSignature', actions: 'keepPromise' },
    missing: { guard: 'answersPart', ...pauses('partMissing') },
    'received.pay': { actions: 'holdDemand' },
    'received.secret': opensCredit,
  },
});

const awaitingSignature = vocabulary.createStateConfig({
  description: 'What is to be signed is kept before it is signed',
  meta: { clause: clause.pay },
  entry: 'requestSignature',
  exit: 'withdrawUnsigned',
  on: {
    signed: {
      guard: 'answersSignature',
      target: 'awaitingSecret',
      actions: ['keepSignature', 'sendPayment', 'paid'],
    },
    refused: { guard: 'answersSignature', ...pauses('declined') },
    'received.pay': { actions: 'holdDemand' },
    'received.secret': [
      { guard: 'isOnCredit', description: 'Is opened when this is signed', actions: 'keepKey' },
      { actions: 'violatedSecret' },
    ],
  },
});

const awaitingSecret = vocabulary.createStateConfig({
  description: 'Paid; at most this part can be lost',
  meta: { clause: clause.secret },
  always: { guard: 'hasKeys', target: 'awaitingKeyVerdict', actions: 'takeKey' },
  on: {
    'received.secret': [
      { guard: 'isForAsked', target: 'awaitingKeyVerdict', actions: ['keepKey', 'acknowledge'] },
      ...takesCredit,
    ],
    'received.pay': [
      { guard: 'isAskedAgain', description: 'The payment was lost', actions: 'sendPayment' },
      { guard: 'isAskedForMore', target: 'deciding', actions: 'keepDemand' },
      { actions: 'holdDemand' },
    ],
    'received.refused': { guard: 'isPaymentRefused', target: 'paused', actions: ['refusedBy', 'forgetDemand'] },
    'command.play': {
      guard: 'isPlaying',
      description: 'This part first: it is paid',
      actions: ['startAgain', 'sendLastPlay'],
    },
  },
  after: { secretTimeout: pauses('partWithheld') },
});

const awaitingKeyVerdict = vocabulary.createStateConfig({
  description: 'Does the key open the part?',
  meta: { clause: clause.secret },
  entry: 'consultKey',
  on: {
    opened: {
      guard: 'answersKey',
      target: 'awaitingNextDemand',
      actions: ['unlocked', 'streamEnded', 'advance'],
    },
    corrupt: { guard: 'answersKey', ...pauses('partCorrupt') },
    'received.pay': { actions: 'holdDemand' },
    'received.secret': takesCredit,
    'command.play': { guard: 'isPlaying', actions: ['startAgain', 'sendLastPlay'] },
    'command.pause': { description: 'When the part is counted', actions: 'keepPausing' },
    'command.resume': { guard: 'isPausing', actions: 'forgetPausing' },
  },
});

const awaitingNextDemand = vocabulary.createStateConfig({
  description: 'What comes after a part',
  meta: { clause: clause.final },
  always: [
    { guard: 'hasKeys', target: 'awaitingKeyVerdict', actions: 'takeKey' },
    { guard: 'isSpent', ...isOver },
    { guard: 'isPausing', target: 'paused', actions: pausing },
    { guard: 'hasHeld', target: 'deciding', actions: 'takeHeld' },
    { guard: 'mayBeSpent', target: 'awaitingPay', actions: 'sendLatestState' },
    { target: 'awaitingPay' },
  ],
});

/** From one demand to the next. */
export const payingStates = {
  awaitingPay,
  deciding,
  awaitingPart,
  awaitingSignature,
  awaitingSecret,
  awaitingKeyVerdict,
  awaitingNextDemand,
};
