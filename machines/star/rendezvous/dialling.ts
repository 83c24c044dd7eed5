/**
 * How a dial of this socket is brought to another, and how one of another is brought to this.
 * Carries: "ss-dial" and "ss-incomming" of the text, "Server:".
 */
import { vocabulary } from './vocabulary.ts';

const nobodyWaits = { description: 'Nobody waits for it' } as const;

/** What holds while the socket is connected. */
export const diallingOn = vocabulary.createStateConfig({
  on: {
    'received.ss-dial': [{ guard: 'mayNotDial', actions: 'refuseDial' }, { actions: ['keepDial', 'requestDial'] }],
    reached: [{ guard: 'answersDial', actions: ['keepReached', 'startDialerStream', 'tellDial'] }, nobodyWaits],
    unreachable: [{ guard: 'answersDial', actions: ['sendUnreachable', 'forgetDial'] }, nobodyWaits],
    dialled: [
      { guard: 'isAccepted', actions: ['startListenerStream', 'sendDialled', 'forgetDial'] },
      { guard: 'answersDial', actions: ['stopDialerStream', 'sendUndialled', 'forgetDial'] },
      nobodyWaits,
    ],
    dialExpired: [
      { guard: 'answersDial', actions: ['stopDialerStream', 'tellDropped', 'sendTimedOut', 'forgetDial'] },
      nobodyWaits,
    ],
    dial: [{ guard: 'isBusy', actions: 'tellBusy' }, { actions: ['keepIncoming', 'sendSsIncomming'] }],
    'received.ss-incomming.reply': [
      { guard: 'answersIncoming', actions: ['tellAnswer', 'forgetIncoming'] },
      { description: 'Too late' },
    ],
    dropped: [{ guard: 'isIncoming', actions: 'forgetIncoming' }, { description: 'Is answered already' }],
  },
});
