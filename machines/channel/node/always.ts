/** What the node does in every state that does not say otherwise: who comes is told all, what is wanted waits, and what nobody asked for is refused. */
import { isNotAsked, onReply, onStateWish } from './shared.ts';
import { between } from './vocabulary.ts';

const waits = [{ guard: 'hasRoom', actions: 'postpone' }, { actions: 'refuseTooMany' }] as const;

const lateOrRefused = [
  { guard: 'isLate', description: 'Is void, or was signed already' },
  { actions: ['refuseReply', 'violated'] },
] as const;

const unheardLateOrRefused = [
  { guard: 'isUnheardVoid', actions: ['sendLostConflict', 'forgetUnheardVoid'] },
  ...lateOrRefused,
] as const;

export const always = between.createStateConfig({
  on: {
    joined: { actions: ['seatParty', 'tellAgain', 'tellOfReturn', 'keepBack'] },
    left: { actions: 'forgetParty' },
    disagreed: { description: 'Both are here already' },
    ...onStateWish(waits),
    'received.shutdown': waits,
    'received.leave': waits,
    'received.abort': { actions: ['refuseAbort', 'violated'] },
    'received.get': { actions: 'answer' },
    'received.ping': { actions: 'sendPong' },
    'received.message': [
      { guard: 'isUnknownRecipient', actions: 'refuseRecipient' },
      { guard: 'isDeliverable', actions: 'deliver' },
      { guard: 'hasRoomToHold', actions: 'hold' },
      { actions: 'refuseTooMany' },
    ],
    ...onReply(lateOrRefused),
    'received.update': unheardLateOrRefused,
    'received.update_ack': unheardLateOrRefused,
    verified: [{ guard: 'isForged', actions: ['refuseSignature', 'violated'] }, isNotAsked],
    reserved: isNotAsked,
    posted: isNotAsked,
    rejected: isNotAsked,
    reached: isNotAsked,
    included: { description: 'Nothing is open' },
    'received.*': { actions: ['refuseMalformed', 'violated'] },
    'command.*': { actions: 'misused' },
  },
});
