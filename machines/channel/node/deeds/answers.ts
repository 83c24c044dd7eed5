/** What is answered in every state: questions, and what is no message or not allowed. */
import { answerOf } from '../words/answers.ts';
import { error, send } from '../words/frames.ts';
import { bare, tellsAll } from './deed.ts';

const { emit } = bare;

export const deeds = {
  answer: tellsAll(({ context, event }) =>
    event.type === 'received.get' ? [send(event.from, answerOf(context, event.message, event.request))] : [],
  ),
  sendPong: tellsAll(({ event }) =>
    event.type === 'received.ping' ? [send(event.from, { action: 'system', tag: 'pong' })] : [],
  ),
  refuseMalformed: tellsAll(({ event }) =>
    event.type === 'received.malformed' ? [send(event.from, error(event.fault, event.request))] : [],
  ),
  violated: emit(({ event }) => ({
    type: 'violated',
    event: event.type,
    from: 'from' in event && event.from !== undefined ? event.from : 'initiator',
    reason: 'The party sent a message that it may not send now.',
  })),
  misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
};
