/**
 * The open channel: nobody plays, or who plays is asked for each part, pays it, and is given its key.
 * Carries: "play", "pay" and "secret" of the text. Several sockets and streams of one channel, and parts on credit, are ours.
 */
import { clause, vocabulary } from './vocabulary.ts';

/** A stream that is not offered is not played. */
export const unknownStream = { guard: 'isUnknownStream', actions: 'refuseUnknownStream' } as const;

/** Nobody plays. */
export const idle = vocabulary.createStateConfig({
  id: 'idle',
  description: 'Nobody plays',
  meta: { clause: clause.idle },
  tags: ['usable'],
  always: [
    { guard: 'isSpent', target: 'streaming.final' },
    { guard: 'isPlayed', target: 'streaming.awaitingPayment', actions: 'sendPays' },
  ],
  after: { openTimeout: { guard: 'isUnpaid', target: '#closed', actions: 'keepUnpaid' } },
  on: {
    'received.play': [unknownStream, { target: 'streaming.awaitingPayment', actions: ['keepPlay', 'sendPay'] }],
    'received.pay': { guard: 'isNextState', description: 'What was given on credit', actions: 'consultClaim' },
  },
});

/** A socket plays no more. */
const goes = [
  { guard: 'isBystander', actions: 'forgetSocket' },
  { target: '.answering', actions: 'forgetSocket' },
] as const;

/** What holds while somebody plays. */
export const streamingOn = vocabulary.createStateConfig({
  on: {
    'received.play': [
      unknownStream,
      { guard: 'playsTooMany', actions: 'refuseTooMany' },
      { guard: 'isBeside', description: 'A newcomer must not disturb the payer', actions: ['keepPlay', 'sendPay'] },
      { target: '.awaitingPayment', actions: ['keepPlay', 'sendPay'] },
    ],
    'received.pay': [
      { guard: 'isEqual', target: '.answering', actions: ['keepProof', 'sendSecret', 'keepReleased'] },
      { guard: 'isOverdraft', actions: 'refuseOverdraft' },
      { guard: 'isNextState', actions: 'consultClaim' },
      { guard: 'isProof', description: 'Nothing is due, but the key must be shown', actions: 'consultClaim' },
      { guard: 'isAsked', actions: 'refuseWrongState' },
      { actions: 'refuseUnexpected' },
    ],
    'received.pause': goes,
    'connection.lost': goes,
  },
});

/** Its turn has come. */
const asksNext = { target: 'awaitingPayment', actions: ['keepTurn', 'sendNextPay'] } as const;

const awaitingPayment = vocabulary.createStateConfig({
  description: 'Asked; the part is not given before it is paid, but for the credit',
  meta: { clause: clause.pay },
  after: {
    creditTime: { guard: 'mayCredit', target: 'answering', actions: ['sendSecretOnCredit', 'keepCredit'] },
    payTimeout: [
      { guard: 'hasBystanders', target: 'awaitingPayment', reenter: true, actions: 'forgetPayer' },
      { target: '#idle', actions: ['forgetPlays', 'idled'] },
    ],
  },
});

const awaitingNextPart = vocabulary.createStateConfig({
  description: 'The part that was paid is being played',
  meta: { clause: clause.secret },
  after: { partTime: asksNext },
});

const answering = vocabulary.createStateConfig({
  description: 'What comes next?',
  always: [
    { guard: 'isSpent', target: 'final' },
    { guard: 'isTurnNow', ...asksNext },
    { guard: 'hasTurn', target: 'awaitingNextPart' },
    { guard: 'playsNothing', target: '#idle', actions: 'idled' },
    { target: 'awaitingPayment' },
  ],
});

const final = vocabulary.createStateConfig({
  description: 'Nothing is left; the last part can be had again for a while',
  meta: { clause: clause.final },
  after: { lingerTimeout: { target: '#closing', actions: 'keepTogether' } },
});

/** From one payment to the next. */
export const streamingStates = { awaitingPayment, awaitingNextPart, answering, final };
