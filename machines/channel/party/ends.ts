/** The three ends of a party, and what holds everywhere. */
import { certainty } from './shared.ts';
import { party } from './vocabulary.ts';

/** The three ends. */
export const ends = {
  closed: party.createStateConfig({
    id: 'closed',
    type: 'final',
    description: 'Closed by both; the chain pays out',
    tags: ['settled'],
    entry: 'keepClosed',
  }),
  died: party.createStateConfig({
    id: 'died',
    type: 'final',
    description: 'The node has ended the channel: the last state closes it alone',
    tags: ['settled'],
    entry: ['failedByDeath', 'forgetCommands', 'keepDeath', 'died', 'orderClose'],
  }),
  failed: party.createStateConfig({
    id: 'failed',
    type: 'final',
    description: 'No channel came about',
    tags: ['settled'],
    entry: 'keepFailed',
  }),
};

/** What is the same everywhere. */
export const always = party.createStateConfig({
  on: {
    signed: { description: 'To a question that is not asked any more' },
    refused: { description: 'To a question that is not asked any more' },
    handedOver: { actions: 'handed' },
    ...certainty,
    'received.info.died': '#died',
    'received.info.fsm_up': { actions: ['keepFsm', 'noticed'] },
    'received.info.channel_reestablished': { actions: 'noticed' },
    'received.info.peer_disconnected': { actions: 'noticed' },
    'received.info.timeout': { actions: 'noticed' },
    'received.info.shutdown': { actions: 'noticed' },
    'received.info.closing': { actions: 'noticed' },
    'received.info.closed_confirmed': { actions: 'noticed' },
    'received.pong': { description: 'The line holds' },
    'received.info.other': { actions: 'noticed' },
    'received.message': { actions: 'messaged' },
    'received.error': { actions: 'reported' },
    'received.malformed': { actions: 'violatedShape' },
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
