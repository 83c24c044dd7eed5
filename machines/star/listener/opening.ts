/**
 * The way to being reachable: a connection, and a join that is proven where the server wants that; again after a broken line, each time with a
 * challenge of its own.
 * Carries: "ss-join" of the text, the client's part.
 */
import { vocabulary } from './vocabulary.ts';

/** What holds on the whole way. */
export const openingOn = vocabulary.createStateConfig({
  on: {
    'command.close': { target: 'closing.disconnecting' },
    'connection.lost': [
      { guard: 'mayRetry', target: '.reconnecting', actions: 'disconnected' },
      { target: 'failed', actions: ['keepLoss', 'disconnected'] },
    ],
  },
});

/** The server has the address. */
const joins = { target: '#open', actions: ['keepJoined', 'joined', 'foundAll'] } as const;

/** It has not, and says so. */
const isRefused = { guard: 'isRefused', target: 'refused', actions: 'keepRefusal' } as const;

/** What it answers is no answer: it will not give another. */
const misanswers = { guard: 'isMisanswer', target: 'refused', actions: ['violatedShape', 'keepMisanswer'] } as const;

const answersInTime = { joinTimeout: { target: 'refused', actions: 'keepUnanswered' } } as const;

const connecting = vocabulary.createStateConfig({
  description: 'The first connection',
  entry: 'requestConnection',
  on: {
    'connection.opened': 'awaitingNonce',
    'connection.failed': [
      { guard: 'isPatient', target: 'reconnecting', actions: 'delayed' },
      { target: '#failed', actions: 'keepNotOpened' },
    ],
    'command.close': { target: '#closed', actions: 'withdrawConnection' },
  },
});

const awaitingNonce = vocabulary.createStateConfig({
  description: 'Has sent its key; a server that wants no proof answers at once that it has joined',
  entry: 'sendJoin',
  on: {
    'received.ss-join.reply': [
      isRefused,
      { guard: 'hasNoIdentity', target: '#failed', actions: ['keepNotProven', 'orderClose'] },
      { guard: 'isNoNonce', target: '#failed', actions: ['keepNoNonce', 'orderClose'] },
      { guard: 'isChallenged', target: 'awaitingSignature', actions: 'keepNonce' },
      joins,
    ],
    'received.malformed': misanswers,
  },
  after: answersInTime,
});

const awaitingSignature = vocabulary.createStateConfig({
  description: 'The key is elsewhere',
  entry: 'requestSignature',
  on: {
    signed: { guard: 'answersThis', target: 'awaitingJoined', actions: 'sendSignature' },
    refused: { guard: 'answersThis', target: '#failed', actions: ['keepNotSigned', 'orderClose'] },
    'connection.lost': [
      { guard: 'mayRetry', target: 'reconnecting', actions: ['withdrawSignature', 'disconnected'] },
      { target: '#failed', actions: ['withdrawSignature', 'keepLoss', 'disconnected'] },
    ],
    'command.close': { target: '#closing.disconnecting', actions: 'withdrawSignature' },
  },
  after: { joinTimeout: { target: '#failed', actions: ['withdrawSignature', 'keepUnsigned', 'orderClose'] } },
});

const awaitingJoined = vocabulary.createStateConfig({
  description: 'The server verifies the signature',
  on: {
    'received.ss-join.reply': [
      isRefused,
      { guard: 'isChallenged', target: 'refused', actions: 'keepAskedAgain' },
      joins,
    ],
    'received.malformed': misanswers,
  },
  after: answersInTime,
});

const refused = vocabulary.createStateConfig({
  description: 'Not this time',
  always: [
    { guard: 'mayJoinAgain', target: 'reconnecting', actions: 'delayed' },
    { target: '#failed', actions: 'orderClose' },
  ],
});

const reconnecting = vocabulary.createStateConfig({
  description: 'The next try has a challenge of its own',
  entry: ['countAttempt', 'requestConnection'],
  on: {
    'connection.opened': 'awaitingNonce',
    'connection.failed': [
      { guard: 'mayRetry', target: 'reconnecting', reenter: true, actions: 'delayed' },
      { target: '#failed', actions: 'keepNotOpened' },
    ],
    'connection.lost': { description: 'It was given up' },
    'command.close': { target: '#closed', actions: 'withdrawConnection' },
  },
});

/** The states of a join. */
export const openingStates = { connecting, awaitingNonce, awaitingSignature, awaitingJoined, refused, reconnecting };
