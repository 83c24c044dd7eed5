/**
 * The end of a channel: both sign the last state, or, where the payee does not answer, the payer closes alone.
 * Carries: what the text's "finalized transmission" needs; the messages of it are ours.
 */
import { ofBefore } from './shared.ts';
import { clause, vocabulary } from './vocabulary.ts';

/** The payee is of no help. */
const alone = { target: 'withdrawing', actions: 'orderClose' } as const;

const together = { closeTimeout: alone } as const;

const connecting = vocabulary.createStateConfig({
  description: 'Back to the payee, to close together',
  entry: 'requestConnection',
  on: {
    'connection.lost': ofBefore,
    'connection.opened': 'awaitingPublicKey',
    'connection.failed': 'withdrawing',
  },
});

const awaitingPublicKey = vocabulary.createStateConfig({
  description: 'Is it our payee?',
  meta: { clause: clause.publicKey },
  entry: 'sendPublicKey',
  on: { 'received.publicKey': [{ guard: 'isForeignPayee', ...alone }, { target: 'awaitingSignature' }] },
  after: together,
});

const awaitingSignature = vocabulary.createStateConfig({
  description: 'Our signature of the last state',
  always: { guard: 'isTextOnly', ...alone },
  entry: ['keepClosing', 'requestClosing'],
  exit: 'withdrawClosing',
  on: {
    signed: {
      guard: 'answersClosing',
      target: 'awaitingClosed',
      actions: ['keepClosingSignature', 'sendClose'],
    },
    // What was signed before is enough to close alone.
    refused: { guard: 'answersClosing', target: 'withdrawing', actions: ['declined', 'orderClose'] },
  },
  after: together,
});

const awaitingClosed = vocabulary.createStateConfig({
  description: "The payee's signature of the last state",
  on: {
    'received.closed': [
      { guard: 'isOurClosing', target: 'verifyingClosed', actions: 'keepJudged' },
      { target: 'withdrawing', actions: ['violatedState', 'orderClose'] },
    ],
    'received.refused': { target: 'withdrawing', actions: ['refusedBy', 'orderClose'] },
  },
  after: together,
});

const verifyingClosed = vocabulary.createStateConfig({
  description: "Is it the payee's word?",
  entry: 'consultClosed',
  on: {
    verified: [
      { guard: 'isGood', target: '#closed', actions: ['settledTogether', 'orderClose', 'forgetReason'] },
      { guard: 'isBad', target: 'withdrawing', actions: ['violatedSignature', 'orderClose'] },
    ],
  },
});

const withdrawing = vocabulary.createStateConfig({
  description: 'Alone, with the last state and the refund',
  entry: 'requestWithdrawal',
  on: {
    'connection.lost': { description: 'Is of no use any more' },
    withdrawn: { guard: 'answersWithdrawal', target: '#closed', actions: ['settledAlone', 'forgetReason'] },
    unwithdrawn: { guard: 'answersWithdrawal', target: '#idle', actions: ['keepUnwithdrawn', 'stopped'] },
  },
});

/** What holds while the channel ends. */
export const closingOn = vocabulary.createStateConfig({
  on: {
    'command.leave': { description: 'When it is closed' },
    'command.close': { description: 'Is closing already' },
    'connection.lost': [
      {
        guard: 'mayRetry',
        target: '.connecting',
        description: 'Both sides may have signed the end already',
        actions: ['countAttempt', 'disconnected'],
      },
      { target: '.withdrawing', actions: 'disconnected' },
    ],
    'received.pay': { description: 'Was on its way' },
    'received.secret': { description: 'Was on its way' },
    'received.latestState': { description: 'Was on its way' },
  },
});

/** From the wish to close to what comes back. */
export const closingStates = {
  connecting,
  awaitingPublicKey,
  awaitingSignature,
  awaitingClosed,
  verifyingClosed,
  withdrawing,
};
