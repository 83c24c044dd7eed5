/**
 * What comes last: one party has closed alone, and the chain decides; then the last words, also for who was not there.
 * Carries: "Channel closing" of the text, and what the node tells of "Solo close", "Slash" and "Settle".
 */
import { onReply, onStateWish } from './shared.ts';
import { between, clause } from './vocabulary.ts';

const isRefusedNow = { actions: 'refuseNow' } as const;
const wasOnItsWay = { description: 'Was on its way' } as const;

export const disputed = between.createStateConfig({
  id: 'disputed',
  description: 'One party has closed alone: no more states, until it is settled',
  meta: { clause: clause.alone },
  entry: ['refusePostponed', 'forgetPostponed'],
  on: {
    ...onStateWish(isRefusedNow),
    'received.shutdown': isRefusedNow,
  },
});

export const farewell = between.createStateConfig({
  id: 'farewell',
  description: 'Who was not there can still come for the last words',
  meta: { clause: clause.closed },
  tags: ['ending'],
  entry: ['sendFarewell', 'orderClose', 'refusePostponed', 'forgetPostponed', 'orderRelease'],
  always: [{ guard: 'isHeardByAll', target: 'over' }],
  on: {
    joined: { actions: ['seatParty', 'tellAgain', 'orderCloseAgain'] },
    left: { actions: ['forgetParty', 'keepHeard'] },
    'received.message': wasOnItsWay,
    ...onStateWish(wasOnItsWay),
    ...onReply(wasOnItsWay),
    'received.abort': wasOnItsWay,
    'received.leave': wasOnItsWay,
    included: { description: 'Is over' },
  },
  after: { lingerTimeout: 'over' },
});

export const over = between.createStateConfig({
  description: 'How did it end?',
  always: [{ guard: 'hasDied', target: '#failed' }, { target: '#closed' }],
});
