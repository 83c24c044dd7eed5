/** Ways on that several parts of the node's chart have: written once. */

/** A party wants another state, whichever it is. */
export const onStateWish = <Way>(way: Way) => ({
  'received.update.new': way,
  ...onChangeWish(way),
});

/** A party wants more in the channel, or less. */
export const onChangeWish = <Way>(way: Way) => ({
  'received.deposit': way,
  'received.withdraw': way,
});

/** Who has begun a change answers that it has signed, whichever change it is. */
export const onStarterReply = <Way>(way: Way) => ({
  'received.update': way,
  'received.deposit_tx': way,
  'received.withdraw_tx': way,
});

/** The other answers the same. */
export const onAcknowledgerReply = <Way>(way: Way) => ({
  'received.update_ack': way,
  'received.deposit_ack': way,
  'received.withdraw_ack': way,
});

/** Somebody answers that it has signed, whatever it is. */
export const onReply = <Way>(way: Way) => ({
  'received.initiator_signed': way,
  'received.responder_signed': way,
  'received.update': way,
  'received.update_ack': way,
  'received.deposit_tx': way,
  'received.deposit_ack': way,
  'received.withdraw_tx': way,
  'received.withdraw_ack': way,
  'received.shutdown_sign': way,
  'received.shutdown_sign_ack': way,
});

/** Who starts has signed: is it its signature? */
export const starterReply = { guard: 'isStarterReply', actions: ['keepAnswered', 'consultSignatures'] } as const;

/** The last signature of an opening and of a closing: nothing can be begun meanwhile. */
export const lastReply = { guard: 'isAcknowledgerReply', actions: 'consultSignatures' } as const;

/** Time is up, and the channel with it. */
export const dies = { target: '#farewell', actions: ['keepDied', 'died'] } as const;

/** What is under way is void, and nobody is waited for. */
export const reverts = ['sendConflict', 'conflicted', 'revert', 'forgetAllOwing'] as const;

/** The chain does not take what both have signed: all is as it was before. */
export const undoes = <Fact extends 'answersPosting' | 'answersDepth'>(guard: Fact) =>
  ({ guard, target: '#ready', actions: ['sendRejected', ...reverts] }) as const;

/** The chain has paid out what lay in the channel. */
export const isSettled = { guard: 'endsOnChain', target: '#farewell', actions: ['keepSettled', 'closed'] } as const;

/** An answer of the host, or a verdict, that nobody waits for any more. */
export const isNotAsked = { description: 'To a question that is not asked any more' } as const;
