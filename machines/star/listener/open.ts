/**
 * Connected: is told who is there, and takes dials until the address is given back.
 * Carries: "ss-incomming", "ws-peer" and "ss-leave" of the text, the client's part.
 */
import { clause, vocabulary } from './vocabulary.ts';

/** What holds while it is connected. */
export const openOn = vocabulary.createStateConfig({
  on: {
    'received.ws-peer': { actions: 'found' },
    'received.peers': { actions: 'changed' },
    taken: { actions: 'forgetWaiting' },
    ended: { actions: 'forgetDial' },
  },
});

const joined = vocabulary.createStateConfig({
  description: 'Can be dialled, and dials',
  on: {
    'received.ss-incomming': [
      { guard: 'isKnown', actions: 'sendKnown' },
      { guard: 'hasRoom', actions: ['startReader', 'startWriter', 'sendTaken', 'keepDial', 'dialled'] },
      { actions: 'sendBusy' },
    ],
    'connection.lost': [
      { guard: 'mayRetry', target: '#opening.reconnecting', actions: ['forgetDials', 'disconnected'] },
      { target: '#failed', actions: ['forgetDials', 'keepLoss', 'disconnected'] },
    ],
    'command.leave': { target: 'left', actions: 'sendLeave' },
    'command.close': { target: '#closing', actions: 'sendLeave' },
  },
  after: { joinTimeout: { guard: 'hasTried', description: 'The line holds', actions: 'forgetAttempts' } },
});

const left = vocabulary.createStateConfig({
  description: 'The address is given back; what is connected stays so',
  meta: { clause: clause.leave },
  on: {
    'received.ss-incomming': { actions: 'sendNotListening' },
    'connection.lost': { target: '#closed', actions: ['forgetDials', 'disconnected'] },
    'command.leave': { description: 'Has left already' },
    'command.close': '#closing',
  },
});

/** Whether others can dial it. */
export const openStates = { joined, left };
