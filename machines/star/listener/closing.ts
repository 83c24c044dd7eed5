/** The end of a listener: what is connected may end by itself, then the line is closed; and what holds everywhere. */
import { vocabulary } from './vocabulary.ts';

const onItsWay = { description: 'Was on its way' } as const;

/** What holds while it closes. */
export const closingOn = vocabulary.createStateConfig({
  on: {
    'command.leave': { description: 'Has left already' },
    'command.close': { description: 'Is closing already' },
    'received.ss-incomming': { actions: 'sendNotListening' },
    'received.ws-peer': onItsWay,
    'received.peers': onItsWay,
    'received.ss-join.reply': onItsWay,
    'connection.lost': 'closed',
  },
});

const settling = vocabulary.createStateConfig({
  description: 'Until no stream goes over the connection',
  entry: 'requestQuiet',
  on: {
    quiet: 'disconnecting',
    'connection.lost': { target: '#closed', actions: 'withdrawQuiet' },
  },
  after: { closeTimeout: { target: 'disconnecting', actions: 'withdrawQuiet' } },
});

const disconnecting = vocabulary.createStateConfig({
  description: "The connection's closing handshake",
  entry: 'orderClose',
  after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
});

/** From the wish to close to the closed line. */
export const closingStates = { settling, disconnecting };

/** The two ends. */
export const ends = {
  closed: vocabulary.createStateConfig({
    id: 'closed',
    type: 'final',
    description: 'Closed by the app',
    tags: ['settled'],
  }),
  failed: vocabulary.createStateConfig({
    id: 'failed',
    type: 'final',
    description: 'No connection, or no address',
    tags: ['settled'],
  }),
};

const late = { description: 'Of a join that was given up' } as const;

/** What is the same everywhere. */
export const always = vocabulary.createStateConfig({
  on: {
    signed: late,
    refused: late,
    taken: { description: 'Of a dial that is gone' },
    ended: { description: 'Of a dial that went with its connection' },
    quiet: { description: 'Nobody waits for it any more' },
    'received.malformed': { actions: ['refuseShape', 'violatedShape'] },
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
