/** The end of a socket: by its line, by the server, or for what it has sent; and what holds everywhere. */
import { clause, vocabulary } from './vocabulary.ts';

/** Everybody who waits for it is told, and nothing of it is left. */
const parts = ['orderAllUnlisting', 'sendAllClosing', 'tellAllGone', 'orderCut', 'forgetAll'] as const;

/** What ends a connected socket. */
export const endingOn = vocabulary.createStateConfig({
  on: {
    'connection.lost': { target: 'closed', actions: ['orderAllUnlisting', 'tellAllGone', 'forgetAll'] },
    'command.close': { target: 'closing.disconnecting', actions: ['closeAsGoingAway', ...parts] },
  },
});

/** What holds while it closes. */
export const closingOn = vocabulary.createStateConfig({
  on: {
    'received.ss-join': { actions: 'refuseJoinAsClosing' },
    'received.ss-dial': { actions: 'refuseDialAsClosing' },
    'received.*': { description: 'The last word was said' },
    'command.close': { description: 'Is closing already' },
    'connection.lost': 'closed',
  },
});

export const disconnecting = vocabulary.createStateConfig({
  description: "The line's own closing",
  meta: { clause: clause.leave },
  entry: 'orderClose',
  after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
});

/** Gone. */
export const closed = vocabulary.createStateConfig({
  id: 'closed',
  type: 'final',
  description: 'Gone: its addresses lead nowhere',
  tags: ['settled'],
});

const late = { description: 'Its line is going' } as const;

/** Who sends invalid messages without end is closed. */
const oneTooMany = { guard: 'hasViolatedTooOften', target: '.closing.disconnecting' } as const;

/** What is the same everywhere. */
export const always = vocabulary.createStateConfig({
  on: {
    dial: { ...late, actions: 'tellGone' },
    listed: { ...late, actions: 'orderLateUnlisting' },
    displaced: { description: 'Has nothing to lose' },
    dropped: late,
    verified: late,
    unlistable: late,
    reached: late,
    unreachable: late,
    dialled: late,
    dialExpired: late,
    'received.malformed': [
      { ...oneTooMany, actions: ['refuseShape', 'violatedShape', 'closeForViolations', ...parts] },
      { actions: ['countViolation', 'refuseShape', 'violatedShape'] },
    ],
    'received.*': [
      { ...oneTooMany, actions: ['violated', 'closeForViolations', ...parts] },
      { actions: ['countViolation', 'violated'] },
    ],
    'command.*': { actions: 'misused' },
  },
});
