/** The end of a payee, and what holds everywhere: what a payer may ask at any time, and how a channel comes to its end. */
import { vocabulary } from './vocabulary.ts';

/** Settled, or never opened. */
export const closed = vocabulary.createStateConfig({
  id: 'closed',
  type: 'final',
  description: 'Settled, or never opened',
  tags: ['settled'],
});

/** The answer may have been overtaken by what came meanwhile. */
const late = { description: 'To a question that is not asked any more' } as const;

/** What is the same everywhere. */
export const always = vocabulary.createStateConfig({
  on: {
    'received.latestState': { actions: 'sendLatestState' },
    'received.newChannel': [
      { guard: 'isOurChannel', description: 'Once more', actions: 'sendLatestState' },
      { actions: 'refuseDuplicate' },
    ],
    'received.refund': { actions: 'refuseDuplicate' },
    'received.pause': { description: 'Does not play' },
    'received.topUp': [
      { guard: 'isTopUpKnown', description: 'Once more', actions: 'sendLatestState' },
      { guard: 'isNoMore', actions: 'refuseWrongState' },
      { guard: 'mayTopUp', actions: ['keepAsker', 'keepWanted', 'consultDeposit'] },
      { actions: 'refuseTopUp' },
    ],
    deposited: [
      { guard: 'isToppedUp', actions: ['keepDeposit', 'sendAcceptance'] },
      { guard: 'isNotToppedUp', actions: ['refuseUnfunded', 'forgetWanted'] },
      late,
    ],
    'received.receipt': [
      { guard: 'isByPayer', actions: ['keepAsker', 'requestReceipt'] },
      { actions: 'refuseUnexpected' },
    ],
    signed: [
      { guard: 'answersReceipt', actions: 'sendReceipt' },
      { guard: 'isOldReceipt', description: 'A payment came meanwhile', actions: 'requestReceipt' },
      late,
    ],
    refused: late,
    'received.close': [{ guard: 'isClosingState', actions: 'consultClaim' }, { actions: 'refuseWrongState' }],
    verified: [
      {
        guard: 'isStillNext',
        target: '.streaming.answering',
        actions: ['paid', 'accept', 'sendSecret', 'keepReleased'],
      },
      { guard: 'isStillClosing', target: '.closing', actions: ['paid', 'accept', 'keepTogether', 'keepAsker'] },
      { guard: 'isOvertaken', description: 'Another payment was quicker' },
      { actions: 'refuseSignature' },
    ],
    offered: { actions: 'keepTerms' },
    settled: late,
    unsettled: late,
    closingSeen: [
      { guard: 'isStale', target: '.closing.disputing', actions: 'challenged' },
      { target: '.closing.awaitingChain' },
    ],
    closedSeen: { target: '.closed', actions: 'closed' },
    'connection.lost': { actions: 'forgetSocket' },
    'command.close': [
      { guard: 'isUnpaid', target: '.closed' },
      { guard: 'isSpent', target: '.closing', actions: 'keepTogether' },
      { target: '.closing' },
    ],
    'received.*': { actions: ['refuseUnexpected', 'violated'] },
    'command.*': { actions: 'misused' },
  },
});
