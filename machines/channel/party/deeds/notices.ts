/** What is told as it comes, and what the node may not say now. */
import { assertEvent } from 'xstate';
import { isAboutOther, stepIn } from '../rules/shown.ts';
import { bare, type Told } from './deed.ts';

const { emit } = bare;

/** The node does what it may not. */
const violates = (reason: string) => emit(({ event }) => ({ type: 'violated', event: event.type, reason }));

export const deeds = {
  messaged: emit(({ event }) => {
    assertEvent(event, 'received.message');
    return { type: 'messaged', message: event.message };
  }),
  reported: emit(({ event }) => {
    assertEvent(event, 'received.error');
    const { payload } = event.message;
    return 'reason' in payload
      ? { type: 'reported', reason: payload.reason, detail: payload.request }
      : { type: 'reported', reason: '', detail: payload.message };
  }),
  noticed: emit(({ event }) => ({ type: 'noticed', event: 'event' in event ? event.event : stepIn(event) })),

  violatedSign: violates('The node asks for a signature that nothing leads to.'),
  violatedState: violates('The node shows a transaction that we have not signed.'),
  violatedSignatures: violates('The node shows a transaction that not both have signed.'),
  violatedBalances: violates('The node says what both have, and the state that both have signed says otherwise.'),
  violatedRound: violates('The node goes back to a round that we do not know.'),
  violated: violates('The node sent a message that it may not send now.'),
  violatedShape: emit(({ event }) => {
    assertEvent(event, 'received.malformed');
    return { type: 'violated', event: event.type, reason: `The node sent what is no message: ${event.reason}.` };
  }),
  misused: emit(({ event }) => ({
    type: 'misused',
    command: event.type,
    ...('id' in event && event.id !== undefined ? { id: event.id } : {}),
  })),
};

export const facts = {
  isAboutOther: ({ event }: Told) =>
    event.type === 'received.error' &&
    'request' in event.message.payload &&
    isAboutOther(event.message.payload.request),
  isNotNow: ({ event }: Told) =>
    event.type === 'received.error' &&
    'reason' in event.message.payload &&
    event.message.payload.reason === 'not_allowed_now',
};
