/**
 * One change of the state at a time: a payment, a deposit or a withdrawal. Who began signs first, then the other; a deposit or a withdrawal has to be on
 * the chain before it counts. Who begins while the other's is under way makes both void.
 * Carries: "Channel off-chain update" and "Update conflict" of the text, and of "HTTP requests" the deposit and the withdrawal.
 */
import { isNotAsked, onAcknowledgerReply, onChangeWish, onStarterReply, starterReply, undoes } from './shared.ts';
import { between, clause } from './vocabulary.ts';

/** "Both are invalidated and the state is reverted to the last mutually signed one". */
const voids = { target: 'voided', actions: ['sendConflict', 'conflicted', 'revert'] } as const;

/** The other has signed: is it its signature? */
const acknowledgerReply = { guard: 'isAcknowledgerReply', actions: ['keepAnswered', 'consultSignatures'] } as const;

/** What the other wants is no conflict once it has signed: it comes next. */
const comesNext = { guard: 'isNextOfAcknowledger', description: 'It has signed already', actions: 'postpone' } as const;

const isRival = { guard: 'isRival', ...voids } as const;
const isRivalChange = { guard: 'isRivalChange', ...voids } as const;
const isSoftRefusal = { guard: 'isSoftRefusal', ...voids } as const;
const isBadRival = { guard: 'isBadRival', actions: 'refuseWish' } as const;

/** What a client was told to sign while it was to hear of a conflict; then it does. */
const isOwedAnswer = { guard: 'isOwedAnswer', actions: ['sendConflictToAnswerer', 'forgetOwing'] } as const;

export const awaitingNonce = between.createStateConfig({
  description: 'Of who deposits or withdraws, from the chain',
  meta: { clause: clause.starter },
  entry: 'requestNonce',
  on: {
    reserved: [
      { guard: 'canPayChange', target: 'awaitingStarterSignature', actions: ['proposeChange', 'askStarter'] },
      { guard: 'answersNonce', target: 'ready', actions: 'refuseFunds' },
    ],
  },
});

export const awaitingStarterSignature = between.createStateConfig({
  description: 'Who began signs first',
  meta: { clause: clause.starter },
  on: {
    ...onStarterReply(starterReply),
    'received.abort': { guard: 'isAbort', ...voids },
    verified: {
      guard: 'isSignedByStarter',
      target: 'awaitingAcknowledgerSignature',
      actions: ['keepSignature', 'announce', 'askAcknowledger', 'consultGiven'],
    },
    'received.update.new': [isRival, isBadRival],
    ...onChangeWish(isRivalChange),
  },
  after: { signTimeout: voids },
});

export const awaitingAcknowledgerSignature = between.createStateConfig({
  description: 'The other signs the same transaction',
  meta: { clause: clause.acknowledger },
  on: {
    ...onAcknowledgerReply(acknowledgerReply),
    'received.abort': { guard: 'isAbort', ...voids },
    verified: [
      { guard: 'isChangeSigned', target: 'awaitingMempool', actions: 'keepWhole' },
      { guard: 'isSignedByAcknowledger', target: 'ready', actions: ['keepWhole', 'sendFinished', 'agree', 'updated'] },
      { guard: 'isForged', actions: ['refuseSignature', 'forgetAnswered', 'violated'] },
      isNotAsked,
    ],
    'received.update.new': [comesNext, isRival, isSoftRefusal, isBadRival],
    ...onChangeWish([comesNext, isRivalChange] as const),
    'received.malformed': isSoftRefusal,
  },
  after: { acknowledgeTimeout: voids },
});

export const awaitingMempool = between.createStateConfig({
  description: 'A deposit or withdrawal that both have signed is posted',
  meta: { clause: clause.posting },
  entry: 'requestPosting',
  on: {
    posted: { guard: 'answersPosting', target: 'awaitingDepth', actions: ['keepPosted', 'sendOnChainTx'] },
    rejected: undoes('answersPosting'),
  },
});

export const awaitingDepth = between.createStateConfig({
  description: 'It is the last state once it is as deep in the chain as the create transaction was',
  meta: { clause: clause.depth },
  entry: 'requestDepth',
  on: {
    reached: { guard: 'answersDepth', target: 'ready', actions: ['sendLocked', 'sendFinished', 'agree', 'changed'] },
    rejected: undoes('answersDepth'),
  },
});

export const voided = between.createStateConfig({
  description: 'Both updates are void; a client of old can only be told so when it has answered',
  meta: { clause: clause.conflict },
  always: { guard: 'owesNothing', target: 'ready' },
  on: {
    'received.update': isOwedAnswer,
    'received.abort': isOwedAnswer,
  },
  after: { signTimeout: { target: 'ready', actions: ['sendConflictToOwing', 'forgetAllOwing'] } },
});
