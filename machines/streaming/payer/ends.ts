/** The two ends of a payer, and what holds everywhere. */
import { vocabulary } from './vocabulary.ts';

/** The two ends. */
export const ends = {
  closed: vocabulary.createStateConfig({
    id: 'closed',
    type: 'final',
    description: 'The channel is settled',
    tags: ['settled'],
  }),
  failed: vocabulary.createStateConfig({
    id: 'failed',
    type: 'final',
    description: 'No channel came about',
    tags: ['settled'],
  }),
};

const late = { description: 'To a question that is not asked any more' } as const;

/** What is the same everywhere. */
export const always = vocabulary.createStateConfig({
  on: {
    verified: late,
    signed: late,
    refused: late,
    funded: late,
    unfunded: late,
    withdrawn: late,
    unwithdrawn: late,
    available: late,
    missing: late,
    opened: late,
    corrupt: late,
    'received.refused': { actions: 'refusedBy' },
    'received.malformed': { actions: 'violatedShape' },
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
