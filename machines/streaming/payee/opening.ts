/**
 * A channel is announced: its first state is looked at, the way back is signed, and the money is looked for.
 * Carries: "newChannel" of the text; the refund is ours.
 */
import { unknownStream } from './streaming.ts';
import { clause, vocabulary } from './vocabulary.ts';

/** The first state, under a key that proves something. */
const takesFirst = <Target extends string>(target: Target) =>
  [
    { guard: 'isWeakKey', actions: 'refuseWeakKey' },
    { guard: 'isOurFirst', target, actions: 'keepAsker' },
    { actions: 'refuseWrongState' },
  ] as const;

const awaitingNewChannel = vocabulary.createStateConfig({
  description: 'The first state',
  meta: { clause: clause.newChannel },
  on: {
    'received.refund': takesFirst('awaitingRefundSignature'),
    'received.newChannel': takesFirst('awaitingDeposit'),
  },
});

const awaitingRefundSignature = vocabulary.createStateConfig({
  description: 'The way back for the payer, before it puts money in',
  meta: { clause: clause.newChannel },
  entry: 'requestRefund',
  on: {
    signed: { guard: 'answersSignature', target: 'awaitingNewChannel', actions: 'sendRefund' },
    refused: { guard: 'answersSignature', target: 'awaitingNewChannel', actions: 'refuseUnsigned' },
    'received.refund': { guard: 'isOurFirst', actions: 'keepAsker' },
  },
});

const awaitingDeposit = vocabulary.createStateConfig({
  description: 'Is the money there?',
  meta: { clause: clause.newChannel },
  entry: 'consultDeposit',
  on: {
    deposited: [
      { guard: 'isFunded', target: '#idle', actions: ['sendAcceptance', 'opened'] },
      { guard: 'isUnfunded', target: 'awaitingNewChannel', actions: ['refuseUnfunded', 'forgetPlays'] },
    ],
    'received.play': [unknownStream, { description: 'Is asked to pay when the money is seen', actions: 'keepPlay' }],
    'received.pause': { actions: 'forgetSocket' },
    'received.newChannel': [{ guard: 'isOurFirst', actions: 'keepAsker' }, { actions: 'refuseWrongState' }],
  },
});

/** What holds until the money is seen. */
export const openingOn = vocabulary.createStateConfig({
  on: {
    'received.latestState': { actions: 'sendNoState' },
    'received.play': { actions: 'refuseUnknownKey' },
    'received.pause': { description: 'Does not play' },
    'received.*': { actions: ['refuseUnexpected', 'violated'] },
    verified: { description: 'Nothing was claimed' },
    'command.close': '#closed',
  },
  after: { openTimeout: { target: '#closed', actions: 'keepUnopened' } },
});

/** The states of an announcement. */
export const openingStates = { awaitingNewChannel, awaitingRefundSignature, awaitingDeposit };
