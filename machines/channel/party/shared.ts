/** Ways on that several parts of a party's chart have: written once. */

/** What a new connection begins with, in the text's order. */
export const saidAgain = {
  'received.info.channel_accept': { description: 'Said again on a new connection' },
  'received.info.channel_open': { description: 'Said again on a new connection' },
  'received.info.funding_created': { description: 'Said again on a new connection' },
  'received.info.funding_signed': { description: 'Said again on a new connection' },
  'received.info.own_funding_locked': { description: 'Said again on a new connection' },
  'received.info.funding_locked': { description: 'Said again on a new connection' },
  'received.info.open': { description: 'Said again on a new connection', actions: 'forgetLeft' },
} as const;

/** Our own change is put to us, whichever it is. */
export const onOwnSign = <Way>(way: Way) => ({
  'received.sign.update': way,
  'received.sign.deposit_tx': way,
  'received.sign.withdraw_tx': way,
});

/** The other's change is put to us, whichever it is. */
export const onOtherSign = <Way>(way: Way) => ({
  'received.sign.update_ack': way,
  'received.sign.deposit_ack': way,
  'received.sign.withdraw_ack': way,
});

/** The other party has begun a change. */
export const onOtherStart = <Way>(way: Way) => ({
  'received.info.update': way,
  'received.info.deposit_created': way,
  'received.info.withdraw_created': way,
});

/** How far a deposit or a withdrawal is on the chain. */
export const onLock = <Way>(way: Way) => ({
  'received.info.own_deposit_locked': way,
  'received.info.deposit_locked': way,
  'received.info.own_withdraw_locked': way,
  'received.info.withdraw_locked': way,
});

/** What bears on whether the last state is certain. */
export const certainty = {
  'command.bury': { actions: ['forgetRival', 'tellHeld'] },
  'command.guard': { actions: ['keepGuard', 'tellHeld'] },
} as const;

/** Where nothing is under way: from then on something may be, or has to be. */
export const onCertainty = <Here extends string>(here: Here) => ({
  'command.bury': { ...certainty['command.bury'], target: here, reenter: true },
  'command.guard': { ...certainty['command.guard'], target: here, reenter: true },
});

/** A void signature of ours may take the last state's place, and one of a later round does away with it. */
export const settles = {
  settleTimeout: {
    guard: 'needsRound',
    description: 'What is void may still count: not after an update of nothing',
    target: 'awaitingSign',
    actions: ['keepNothing', 'sendNothing'],
  },
} as const;

/** We were away, and the node has said all that it has to say: what we had begun is not with it. */
export const losesBegun = {
  guard: 'isBegunBefore',
  description: 'What we had begun is void, or the node would have put it to us first',
  actions: ['failedByConflict', 'forgetCommands'],
} as const;

/** We do not sign what was put to us. */
export const refuses = ['declined', 'sendAbort', 'failedByRefusal', 'forgetCommands'] as const;

/** What is right is signed, and nothing else. */
export const takes = <Target extends string>(target: Target) =>
  [
    { guard: 'isSignable', target, actions: ['requestSignature', 'keepPromise'] },
    { target: '#refusing', actions: refuses },
  ] as const;

/** The other's change is put to us. */
export const takesAck = [
  { guard: 'isAgreed', description: 'Is finished; said again', actions: 'sendAgreed' },
  ...takes('#awaitingAckSignature'),
] as const;

/** The same once more: it is being signed. Another: one thing is signed at a time. */
export const isBeingSigned = [{ guard: 'isAsked', description: 'Is being signed' }, { actions: 'declined' }] as const;

/** What we have released stays released: the same is said again, and nothing else is signed in its place. */
export const isReleased = [
  { guard: 'isSigned', description: 'Asked again, said again', actions: 'sendReply' },
  { actions: 'declined' },
] as const;

/** A transaction of the open channel is with our signer, and goes to the node. */
export const withSigner = <Target extends string>(target: Target) =>
  ({
    signed: { guard: 'answersSignature', target, actions: ['keepSignature', 'sendReply'] },
    refused: { guard: 'answersSignature', target: '#refusing', actions: [...refuses, 'dropPromise'] },
  }) as const;

export const withSignerInTime = {
  signTimeout: {
    target: '#refusing',
    actions: ['declined', 'sendAbort', 'failedBySilence', 'forgetCommands', 'dropPromise'],
  },
} as const;

/** The other party's turn, or the chain's. */
export const staysSigned = {
  description: 'What we have signed stays signed',
  actions: ['failedBySilence', 'forgetCommands'],
} as const;

/** A conflict while something of this round is under way. */
export const takesConflict = [
  { guard: 'isLateConflict', description: 'Of a race that is over' },
  {
    guard: 'isOurRound',
    target: '#inConflict',
    actions: ['voidPromise', 'failedByConflict', 'forgetCommands', 'conflicted'],
  },
  { actions: 'violatedRound' },
] as const;

/** Somebody closes alone: nothing else is agreed on. */
export const takesDispute = {
  guard: 'isDispute',
  target: '#disputed',
  actions: ['dropUnsigned', 'failedByDispute', 'forgetCommands', 'keepDispute', 'disputed'],
} as const;

/** Both are to leave: the channel stays, for whoever comes back with its last state. */
export const takesLeave = {
  target: '#idle',
  actions: ['left', 'forgetLeave', 'keepLeft', 'dropUnsigned', 'failedByLeaving', 'forgetCommands', 'orderClose'],
} as const;

const stops = { target: '#stopping', actions: ['keepFailure', 'dropUnsigned'] } as const;

/** The line breaks: it is tried again, unless the node does not want us. */
export const losesLine = <Target extends string>(target: Target) =>
  [
    { guard: 'isTurnedAway', ...stops },
    { guard: 'mayRetry', target, actions: ['disconnected', 'dropUnsigned'] },
    stops,
  ] as const;

/** Our app goes away. */
export const goesAway = {
  target: '#idle',
  actions: ['dropUnsigned', 'failedByLeaving', 'forgetCommands', 'orderClose', 'departed'],
} as const;

/** Our app goes away while there is no line. */
export const withdrawsFromLine = {
  target: '#idle',
  actions: ['withdrawConnection', 'failedByLeaving', 'forgetCommands', 'departed'],
} as const;
