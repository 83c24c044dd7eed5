/**
 * From nothing to a payee, and to a channel that both know already. One that must be bought is in `buying.ts`.
 * Carries: "Idle state" 1 to 3 and 5 of the text, and how a payer comes back after a broken line.
 */
import { answersInTime, isForeign, ofBefore, streams } from './shared.ts';
import { clause, vocabulary } from './vocabulary.ts';

/** Not connected; the channel, if there is one, stays. */
export const idle = vocabulary.createStateConfig({
  id: 'idle',
  description: 'Not connected; the channel, if there is one, stays',
  meta: { clause: clause.idle },
  on: {
    'command.play': { target: 'opening', actions: 'keepWish' },
    'command.leave': { description: 'Has left already', actions: 'left' },
    'command.close': [
      { guard: 'hasChannel', target: 'closing.connecting', actions: 'keepCommand' },
      { target: 'closed', actions: 'keepCommand' },
    ],
  },
});

/** What holds on the whole way to a channel. */
export const openingOn = vocabulary.createStateConfig({
  on: {
    'command.pause': { actions: 'keepPausing' },
    'command.resume': { guard: 'isPausing', actions: 'forgetPausing' },
    'command.play': { actions: 'keepWish' },
    'command.leave': { target: 'idle', actions: ['withdrawConnection', 'orderClose', 'left'] },
    'command.close': [
      {
        guard: 'hasChannel',
        target: 'closing.connecting',
        actions: ['keepCommand', 'withdrawConnection', 'orderClose'],
      },
      { target: 'closed', actions: ['keepCommand', 'withdrawConnection', 'orderClose'] },
    ],
    'connection.lost': [
      { guard: 'mayRetry', target: '.reconnecting', actions: 'disconnected' },
      { target: '.stopping', actions: ['keepFailure', 'disconnected'] },
    ],
    'received.refused': { target: '.stopping', actions: ['refusedBy', 'keepRefusal'] },
    funded: { guard: 'isOurFunding', actions: 'keepFunded' },
  },
});

const connecting = vocabulary.createStateConfig({
  description: 'The first connection',
  entry: 'requestConnection',
  on: {
    'connection.lost': ofBefore,
    'connection.opened': 'awaitingPublicKey',
    'connection.failed': { target: 'stopping', actions: 'keepFailure' },
  },
});

const awaitingPublicKey = vocabulary.createStateConfig({
  description: 'Whom do we pay, and for what?',
  meta: { clause: clause.publicKey },
  entry: 'sendPublicKey',
  on: {
    'received.publicKey': [
      { guard: 'isForeignPayee', target: 'stopping', actions: 'keepForeignPayee' },
      { guard: 'isUnacceptable', target: 'stopping', actions: 'keepObjection' },
      { target: 'awaitingLatestState', actions: ['keepPayee', 'keepOffer'] },
    ],
  },
  after: answersInTime,
});

const awaitingLatestState = vocabulary.createStateConfig({
  id: 'latestState',
  description: 'Is there a channel already?',
  meta: { clause: clause.latestState },
  entry: 'sendLatestState',
  on: {
    'received.latestState': [
      { guard: 'isUnannounced', target: 'choosing' },
      {
        guard: 'isGone',
        target: '#idle',
        description: 'Used up there, or lost with the payee; what is left in it is counted as spent',
        actions: ['lastPartLost', 'emptied', 'keepGone', 'forgetChannel', 'orderClose'],
      },
      { guard: 'isForgotten', target: 'stopping', actions: 'keepUnknownChannel' },
      { guard: 'isNone', target: 'awaitingPurchase' },
      { guard: 'isOfNoUse', target: 'awaitingPurchase' },
      {
        guard: 'isOurs',
        target: '#streaming',
        actions: ['keepAcknowledgement', 'connectedAgain', 'resumeTopUp', 'playing', 'sendPlays'],
      },
      { guard: 'isAdoptable', target: 'verifying', actions: 'keepShown' },
      isForeign,
    ],
  },
  after: answersInTime,
});

const verifying = vocabulary.createStateConfig({
  description: 'Have we signed what the payee shows?',
  meta: { clause: clause.latestState },
  entry: 'consultShownState',
  on: {
    verified: [
      { guard: 'isGood', ...streams('adoptShown') },
      { guard: 'isBad', ...isForeign },
    ],
  },
});

const reconnecting = vocabulary.createStateConfig({
  id: 'reconnecting',
  description: 'The line broke; what was promised stays promised',
  entry: ['countAttempt', 'requestConnection'],
  on: {
    'connection.lost': ofBefore,
    'connection.opened': 'awaitingPublicKey',
    'command.play': {
      target: 'reconnecting',
      reenter: true,
      description: 'Somebody waits: at once',
      actions: ['keepWish', 'forgetAttempts'],
    },
    'connection.failed': [
      { guard: 'mayRetry', target: 'reconnecting', reenter: true },
      { target: 'stopping', actions: 'keepFailure' },
    ],
  },
});

const stopping = vocabulary.createStateConfig({
  id: 'stopping',
  description: 'It does not go on; a channel is not forgotten for that',
  entry: 'orderClose',
  always: [{ guard: 'hasChannel', target: '#idle', actions: ['stopped', 'connectedAgain'] }, { target: '#failed' }],
});

/** The states on the way to the payee, and back to it. */
export const openingStates = {
  connecting,
  awaitingPublicKey,
  awaitingLatestState,
  verifying,
  reconnecting,
  stopping,
};
