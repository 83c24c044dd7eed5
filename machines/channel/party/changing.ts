/**
 * One change of the channel at a time: a payment, a deposit or a withdrawal, ours or the other party's. All are started, signed by who starts, signed
 * by the other, and finished; a deposit or a withdrawal has to be on the chain in between.
 * Carries: "Channel off-chain update" of the text, and of "HTTP requests" the deposit and the withdrawal.
 */
import {
  isBeingSigned,
  isReleased,
  losesBegun,
  onLock,
  onOtherSign,
  onOwnSign,
  staysSigned,
  takes,
  takesConflict,
  takesDispute,
  withSigner,
  withSignerInTime,
} from './shared.ts';
import { clause, party } from './vocabulary.ts';

const finishes = { target: '#choosing', actions: ['adoptPromised', 'agreed', 'updated', 'forgetFinished'] } as const;

/** A conflict once we have signed: it may be that both have. */
const takesLastConflict = [
  { guard: 'isFinishedByConflict', ...finishes, actions: [...finishes.actions, 'conflicted'] },
  ...takesConflict,
] as const;

/** A request that only makes sense once what we have signed is finished: then it is, though the node's word for it was lost with a line. */
const takesNext = [
  {
    guard: 'isNext',
    target: '#awaitingAckSignature',
    actions: [...finishes.actions, 'requestSignature', 'keepPromise'],
  },
  { actions: 'declined' },
] as const;

const isReleasedOrNext = [isReleased[0], ...takesNext] as const;

/** What both have signed is told: as it is, or as a state. */
const takesEnd = {
  'received.info.update_finalized': [{ guard: 'isUnprovenEnd', actions: 'violatedSignatures' }, finishes],
  'received.update': [
    { guard: 'isProofOfPromise', ...finishes },
    { guard: 'isUnproven', actions: 'violatedSignatures' },
    { guard: 'isKnownState', description: 'Said again' },
    { guard: 'isNewer', target: '#learning', actions: 'keepNewer' },
    { actions: 'violatedState' },
  ],
  'received.conflict': takesLastConflict,
  'received.sign.shutdown_sign_ack': { actions: 'declined' },
} as const;

/** A deposit or a withdrawal is posted once both have signed it. */
const takesPosted = [
  takesDispute,
  { guard: 'isPosted', target: 'awaitingLocks', actions: 'progressedOnChain' },
  { guard: 'isUnproven', actions: 'violatedSignatures' },
  { guard: 'isKnownState', description: 'Said again' },
  { actions: 'violatedState' },
] as const;

/** What comes before a conflict that is on its way. */
const conflictFollows = { description: 'A conflict follows' } as const;

const awaitingSign = party.createStateConfig({
  description: 'Our change is with the node',
  meta: { clause: clause.start },
  on: {
    ...onOwnSign(takes('awaitingSignature')),
    'received.pong': { ...losesBegun, target: 'ready' },
    'received.error': [
      { guard: 'isAboutOther', actions: 'reported' },
      { target: 'ready', actions: ['reported', 'failedByError', 'forgetCommands'] },
    ],
  },
  after: { answerTimeout: { target: 'ready', actions: ['failedBySilence', 'forgetCommands'] } },
});

const awaitingSignature = party.createStateConfig({
  description: 'Our change is with our signer',
  meta: { clause: clause.start },
  exit: 'withdrawSignature',
  on: {
    ...onOwnSign(isBeingSigned),
    ...onOtherSign(conflictFollows),
    'received.sign.shutdown_sign_ack': conflictFollows,
    ...withSigner('awaitingFinalized'),
  },
  after: withSignerInTime,
});

const awaitingFinalized = party.createStateConfig({
  description: 'Signed; the acknowledger has not yet',
  meta: { clause: clause.finish },
  on: {
    ...takesEnd,
    ...onOwnSign(isReleased),
    ...onOtherSign(takesNext),
    'received.on_chain_tx': takesPosted,
  },
  after: { finishTimeout: staysSigned },
});

const awaitingAckSign = party.createStateConfig({
  description: "The other's change comes for signing",
  meta: { clause: clause.acknowledge },
  after: { answerTimeout: 'ready' },
});

const awaitingAckSignature = party.createStateConfig({
  id: 'awaitingAckSignature',
  description: "The other's change is with our signer",
  meta: { clause: clause.acknowledge },
  exit: 'withdrawSignature',
  on: {
    ...onOtherSign(isBeingSigned),
    'received.sign.shutdown_sign_ack': conflictFollows,
    ...withSigner('awaitingAckFinalized'),
  },
  after: withSignerInTime,
});

const awaitingAckFinalized = party.createStateConfig({
  description: 'Both have signed; the node has not said so',
  meta: { clause: clause.finish },
  on: {
    ...takesEnd,
    ...onOtherSign(isReleasedOrNext),
    'received.on_chain_tx': takesPosted,
  },
  after: { finishTimeout: staysSigned },
});

/** Until then it counts for nothing: a chain that does not take it leaves the state before. */
const awaitingLocks = party.createStateConfig({
  description: 'Blocks are mined on top of the deposit or withdrawal',
  meta: { clause: clause.http },
  on: {
    ...takesEnd,
    ...onLock({ actions: 'progressed' }),
    ...onOwnSign({ actions: 'declined' }),
    ...onOtherSign(takesNext),
    'received.sign.deposit_tx': isReleased,
    'received.sign.withdraw_tx': isReleased,
    'received.sign.deposit_ack': isReleasedOrNext,
    'received.sign.withdraw_ack': isReleasedOrNext,
    'received.on_chain_tx': [
      takesDispute,
      { guard: 'isPosted', description: 'Said again' },
      { guard: 'isKnownState', description: 'Said again' },
      { actions: 'violatedState' },
    ],
  },
  after: { openTimeout: staysSigned },
});

/** From what is started to what both have signed. */
export const changing = {
  awaitingSign,
  awaitingSignature,
  awaitingFinalized,
  awaitingAckSign,
  awaitingAckSignature,
  awaitingAckFinalized,
  awaitingLocks,
};
