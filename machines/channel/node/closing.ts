/**
 * A mutual closing: its transaction is signed by one and then by the other as an update is, and goes into the chain.
 * Carries: "Channel mutual close" of the text.
 */
import { isSettled, lastReply, onStateWish, reverts, starterReply, undoes } from './shared.ts';
import { between, clause } from './vocabulary.ts';

/** It does not come to a closing: the channel is open, as both last signed it. */
const reopens = { target: '#ready', actions: reverts } as const;

const isClosing = { description: 'Is closing already' } as const;

/** What both have signed to close with is the last that counts. */
const endsMutually = ['keepMutual', 'closed'] as const;

export const awaitingNonce = between.createStateConfig({
  description: 'The initiator’s next nonce, from the chain',
  meta: { clause: clause.closing },
  entry: 'requestNonce',
  on: {
    reserved: [
      { guard: 'canPayFee', target: 'awaitingStarterSignature', actions: ['proposeClose', 'askStarter'] },
      { guard: 'answersNonce', target: '#ready', actions: 'refuseFees' },
    ],
  },
});

export const awaitingStarterSignature = between.createStateConfig({
  description: 'Who began signs first',
  meta: { clause: clause.closingStarter },
  on: {
    'received.shutdown_sign': starterReply,
    'received.shutdown': [
      { guard: 'isCloser', description: 'It had given up, and wants to again', actions: 'askStarter' },
      isClosing,
    ],
    'received.abort': { guard: 'isAbort', ...reopens },
    verified: {
      guard: 'isSignedByStarter',
      target: 'awaitingAcknowledgerSignature',
      actions: ['keepSignature', 'askAcknowledger'],
    },
  },
  after: { signTimeout: reopens },
});

export const awaitingAcknowledgerSignature = between.createStateConfig({
  description: 'The other signs the same transaction',
  meta: { clause: clause.closingAcknowledger },
  on: {
    'received.shutdown_sign_ack': lastReply,
    'received.abort': { guard: 'isAbort', ...reopens },
    verified: { guard: 'isSignedByAcknowledger', target: 'awaitingMempool', actions: 'keepWhole' },
  },
  after: { acknowledgeTimeout: reopens },
});

export const awaitingMempool = between.createStateConfig({
  description: '"It is posted on the chain"',
  meta: { clause: clause.closed },
  entry: 'requestPosting',
  on: {
    posted: [
      { guard: 'isPostedForToday', target: 'awaitingDepth', actions: ['keepPosted', 'sendClosing'] },
      { guard: 'answersPosting', target: 'farewell', actions: ['keepPosted', 'sendClosing', ...endsMutually] },
    ],
    rejected: undoes('answersPosting'),
  },
});

export const awaitingDepth = between.createStateConfig({
  description: 'Today’s clients wait until the chain has confirmed it',
  meta: { clause: clause.closed },
  entry: 'requestDepth',
  on: {
    reached: { guard: 'answersDepth', target: 'farewell', actions: endsMutually },
    rejected: undoes('answersDepth'),
  },
});

/** What holds in the whole of a closing: nothing else is begun any more. */
export const everywhere = between.createStateConfig({
  on: {
    'received.shutdown': isClosing,
    ...onStateWish({ actions: 'refuseWish' } as const),
    'received.leave': { actions: 'refuseNow' },
    included: [
      { guard: 'isOwnIncluded', description: 'The depth is waited for, or was not' },
      isSettled,
      { guard: 'disputesOnChain', actions: ['keepDispute', 'sendDispute', 'disputed'] },
      { description: 'Was known' },
    ],
  },
});
