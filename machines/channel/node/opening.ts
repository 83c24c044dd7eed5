/**
 * The opening: both come, the initiator signs first, and the create transaction goes into the chain.
 * Carries: "Channel open" of the text.
 */
import { dies, lastReply, starterReply } from './shared.ts';
import { between, clause } from './vocabulary.ts';

/** The chain does not take the create transaction: there is no channel. */
const diesRejected = { target: '#farewell', actions: ['sendRejected', 'keepDied', 'died'] } as const;

export const awaitingParties = between.createStateConfig({
  description: 'The other party, with the same terms',
  meta: { clause: clause.parameters },
  on: {
    joined: [
      {
        guard: 'isComplete',
        target: 'awaitingNonce',
        actions: ['keepParty', 'sendUp', 'sendChannelOpen', 'sendChannelAccept'],
      },
      { target: 'awaitingParties', reenter: true, actions: ['keepParty', 'sendUp'] },
    ],
    left: [{ guard: 'isAlone', target: '#failed', actions: 'keepAlone' }, { actions: 'forgetParty' }],
    disagreed: { target: '#failed', actions: ['keepDisagreement', 'orderCloseForDisagreement'] },
  },
  after: { pairTimeout: dies },
});

export const awaitingNonce = between.createStateConfig({
  description: 'The initiator’s next nonce, from the chain',
  meta: { clause: clause.create },
  entry: 'requestNonce',
  on: {
    reserved: {
      guard: 'answersNonce',
      target: 'awaitingInitiatorSignature',
      actions: ['proposeCreate', 'askStarter'],
    },
  },
});

export const awaitingInitiatorSignature = between.createStateConfig({
  description: '"The initiator receives a message containing the unsigned transaction"',
  meta: { clause: clause.create },
  on: {
    'received.initiator_signed': starterReply,
    verified: {
      guard: 'isSignedByStarter',
      target: 'awaitingResponderSignature',
      actions: ['keepSignature', 'sendFundingCreated', 'askAcknowledger'],
    },
  },
  after: { createTimeout: dies },
});

export const awaitingResponderSignature = between.createStateConfig({
  description: '"Note that this is the same transaction"',
  meta: { clause: clause.create },
  on: {
    'received.responder_signed': lastReply,
    verified: {
      guard: 'isSignedByAcknowledger',
      target: 'awaitingMempool',
      actions: ['keepWhole', 'sendFundingSigned'],
    },
  },
  after: { fundingSignTimeout: dies },
});

export const awaitingMempool = between.createStateConfig({
  description: '"The transaction is posted"',
  meta: { clause: clause.posting },
  entry: 'requestPosting',
  on: {
    posted: { guard: 'answersPosting', target: 'awaitingConfirmations', actions: ['keepPosted', 'sendOnChainTx'] },
    rejected: { guard: 'answersPosting', ...diesRejected },
  },
});

export const awaitingConfirmations = between.createStateConfig({
  description: '"Ends after minimum_depth + 1 confirmations"',
  meta: { clause: clause.depth },
  entry: 'requestDepth',
  on: {
    reached: { guard: 'answersDepth', target: '#open', actions: ['sendLocked', 'agree', 'sendOpen', 'opened'] },
    rejected: { guard: 'answersDepth', ...diesRejected },
  },
  after: { fundingLockTimeout: { guard: 'isLockTimed', ...dies } },
});
