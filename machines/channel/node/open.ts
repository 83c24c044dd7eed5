/**
 * The open channel: what both want is begun one after the other, and what the chain says of the channel counts at once.
 * Carries: "Channel off-chain update" and "Other WebSocket events" of the text.
 */
import { dies, isSettled, reverts } from './shared.ts';
import { between, clause } from './vocabulary.ts';

export const ready = between.createStateConfig({
  id: 'ready',
  description: 'Nothing is under way',
  meta: { clause: clause.open },
  entry: 'forgetWanted',
  always: [
    { guard: 'isDisputed', target: '#disputed' },
    { guard: 'hasDeliverable', actions: ['deliverHeld', 'forgetDelivered'] },
    { guard: 'isNextRefused', actions: ['refuseNext', 'forgetNext'] },
    { guard: 'isNextClosing', target: '#closing', actions: ['keepCloser', 'forgetNext'] },
    {
      guard: 'isNextLeaving',
      actions: [
        'sendLeave',
        'orderCloseOfLeavers',
        'keepLeft',
        'forgetNext',
        'refusePostponed',
        'forgetPostponed',
        'departed',
      ],
    },
    { guard: 'isNextChange', target: 'awaitingNonce', actions: ['keepWanted', 'forgetNext'] },
    { guard: 'hasNext', target: 'awaitingStarterSignature', actions: ['proposeNext', 'forgetNext', 'askStarter'] },
  ],
  on: {
    'received.message': [
      { guard: 'isUnknownRecipient', actions: 'refuseRecipient' },
      { guard: 'isRecipientHere', target: 'ready', reenter: true, actions: 'deliver' },
      { guard: 'hasRoomToHold', target: 'ready', reenter: true, actions: 'hold' },
      { actions: 'refuseTooMany' },
    ],
  },
  after: { idleTimeout: { guard: 'isIdleTimed', ...dies } },
});

/** What holds in the whole of an open channel: whatever is under way, the chain counts. */
export const everywhere = between.createStateConfig({
  on: {
    included: [
      { guard: 'isOwnIncluded', description: 'The depth is waited for' },
      isSettled,
      {
        guard: 'disputesOnChain',
        target: '#disputed',
        actions: [...reverts, 'keepDispute', 'sendDispute', 'disputed'],
      },
      { guard: 'changesOnChain', target: '#ready', actions: [...reverts, 'sendAdopted', 'adopt', 'changed'] },
      { description: 'Was known' },
    ],
  },
});
