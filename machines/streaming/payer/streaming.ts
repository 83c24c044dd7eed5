/**
 * Both sides know the channel: streams begin and pause, more is put in, receipts are given. How each part is paid is in `paying.ts`.
 * Carries: "play" of the text; several streams, top-ups and receipts are ours.
 */
import { pausing } from './shared.ts';
import { clause, vocabulary } from './vocabulary.ts';

/** What holds in every state in which both sides know the channel. */
export const streamingOn = vocabulary.createStateConfig({
  on: {
    'command.play': [
      { guard: 'isPlaying', target: '.awaitingPay', actions: ['startAgain', 'sendLastPlay'] },
      { guard: 'playsTooMany', actions: 'declinedMore' },
      { actions: ['keepWish', 'sendPublicKey'] },
    ],
    'received.publicKey': [
      { guard: 'isForeignPayee', actions: 'violated' },
      { guard: 'isUnacceptable', actions: 'declinedStream' },
      { guard: 'isWished', target: '.awaitingPay', actions: ['keepOffer', 'playing', 'sendLastPlay'] },
      { actions: 'violated' },
    ],
    'command.pause': { target: '.paused', actions: pausing },
    'command.leave': { target: 'idle', actions: ['forgetDemand', 'orderClose', 'left'] },
    'command.close': { target: 'closing', actions: 'keepCommand' },
    'command.topUp': [
      { guard: 'isToppingUp', actions: 'declinedSecondTopUp' },
      { guard: 'isLastPayment', actions: 'declinedTopUp' },
      { guard: 'isNoMore', actions: 'misused' },
      { actions: ['keepWanted', 'requestTopUp'] },
    ],
    funded: { guard: 'isOurTopUp', actions: 'sendTopUp' },
    unfunded: { guard: 'isOurTopUp', actions: ['declined', 'forgetWanted'] },
    'command.receipt': { actions: 'sendReceiptRequest' },
    'received.receipt': [
      { guard: 'isOurReceipt', actions: ['keepJudged', 'consultReceipt'] },
      { actions: 'violatedState' },
    ],
    verified: [
      { guard: 'isGood', actions: ['receipted', 'forgetJudged'] },
      { guard: 'isBad', actions: ['violatedSignature', 'forgetJudged'] },
    ],
    'received.latestState': [
      { guard: 'confirmsTopUp', actions: ['toppedUp', 'keepAcknowledgement'] },
      { guard: 'confirmsLast', target: '.awaitingNextDemand', actions: 'keepAcknowledgement' },
      { description: 'Says nothing new' },
    ],
    'received.refused': [
      {
        guard: 'isUnknown',
        target: 'opening.awaitingLatestState',
        description: 'It was announced, and forgotten before it was paid',
        actions: ['refusedBy', 'forgetDemand'],
      },
      { guard: 'isTopUpRefused', actions: ['refusedBy', 'forgetWanted'] },
      { actions: 'refusedBy' },
    ],
    'connection.lost': [
      { guard: 'mayRetry', target: 'opening.reconnecting', actions: ['forgetDemand', 'disconnected'] },
      { target: 'opening.stopping', actions: ['forgetDemand', 'keepFailure', 'disconnected'] },
    ],
  },
});

const paused = vocabulary.createStateConfig({
  description: 'Nothing is paid until the app says so',
  meta: { clause: clause.play },
  tags: ['unpaid'],
  on: {
    'command.pause': { description: 'Is paused already' },
    'command.resume': [
      { guard: 'playsNothing', actions: 'misused' },
      { guard: 'isTextOnly', target: '#latestState' },
      { target: 'awaitingPay', actions: 'sendPlays' },
    ],
    'received.pay': { description: 'Was on its way; it comes again on resume' },
    'received.secret': { description: 'Was on its way; it comes again on resume' },
    'connection.lost': [
      {
        guard: 'mayRetry',
        target: '#reconnecting',
        description: 'Stays paused',
        actions: ['forgetDemand', 'keepPausing', 'disconnected'],
      },
      { target: '#stopping', actions: ['forgetDemand', 'keepFailure', 'disconnected'] },
    ],
  },
});

const awaitingTopUp = vocabulary.createStateConfig({
  description: 'The channel does not hold enough for the next part',
  meta: { clause: clause.buy },
  tags: ['unpaid'],
  on: {
    'received.pay': { description: 'Is known' },
    'received.secret': { description: 'Comes again when there is enough' },
    'received.latestState': [
      {
        guard: 'confirmsTopUp',
        target: 'awaitingPay',
        actions: ['toppedUp', 'keepAcknowledgement', 'forgetDemand', 'sendPlays'],
      },
      { description: 'Says nothing new' },
    ],
  },
});

/** The states in which nothing is paid. */
export const restingStates = { paused, awaitingTopUp };
