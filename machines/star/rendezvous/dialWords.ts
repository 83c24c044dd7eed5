/**
 * The rendezvous' words for dials: those of this socket, and those that are brought to it from others.
 */
import { assertEvent, assign, emit } from 'xstate';
import { type Dialling, dialFault, type Incoming, refusals } from '../rendezvousRules.ts';
import { refusedDial, told } from './answers.ts';
import { joinWords } from './joinWords.ts';

const withoutDial = <Dial extends { readonly dialId: string }>(dials: readonly Dial[], id: string) =>
  dials.filter(({ dialId }) => dialId !== id);
const dialOf = (dialling: readonly Dialling[], id: string) => dialling.find(({ dialId }) => dialId === id);
const callbackOf = (dialling: readonly Dialling[], id: string) => dialOf(dialling, id)?.callback ?? '';
const peerOf = (dialling: readonly Dialling[], id: string) => dialOf(dialling, id)?.peer ?? '';
const incomingOf = (incoming: readonly Incoming[], id: string) => incoming.find(({ dialId }) => dialId === id);

/** And what is of dials. */
export const dialWords = joinWords.extend({
  actions: {
    refuseDial: emit(({ context, event }) => {
      assertEvent(event, 'received.ss-dial');
      return refusedDial(event.message.callback, refusals[dialFault(context, event) ?? 'dialInvalid']);
    }),
    refuseDialAsClosing: emit(({ event }) => {
      assertEvent(event, 'received.ss-dial');
      return refusedDial(event.message.callback, refusals.closing);
    }),
    keepDial: assign(({ context, event }) => {
      assertEvent(event, 'received.ss-dial');
      const { dialId, callback } = event.message;
      return { dialling: [...context.dialling, { dialId, callback, peer: '' }] };
    }),
    requestDial: emit(({ event }) => {
      assertEvent(event, 'received.ss-dial');
      const { dialId, from, to } = event.message;
      return { type: 'requestDial', id: dialId, dialId, from, to };
    }),
    keepReached: assign(({ context, event }) => {
      assertEvent(event, 'reached');
      const dialling = context.dialling.map((dial) =>
        dial.dialId === event.id ? { ...dial, peer: event.peer } : dial,
      );
      return { dialling };
    }),
    /** Before the other socket hears of it: the text has it in this order. */
    startDialerStream: emit(({ context, event }) => {
      assertEvent(event, 'reached');
      return {
        type: 'start',
        role: 'stream',
        id: `${event.id}.dialer`,
        input: { source: context.name, sink: event.peer },
      };
    }),
    tellDial: emit(({ context, event }) => {
      assertEvent(event, 'reached');
      return told(event.peer, { type: 'dial', dialId: event.id, from: event.from, by: context.name });
    }),
    sendUnreachable: emit(({ context, event }) => {
      assertEvent(event, 'unreachable');
      return refusedDial(callbackOf(context.dialling, event.id), refusals[event.error]);
    }),

    startListenerStream: emit(({ context, event }) => {
      assertEvent(event, 'dialled');
      const source = peerOf(context.dialling, event.id);
      return { type: 'start', role: 'stream', id: `${event.id}.listener`, input: { source, sink: context.name } };
    }),
    sendDialled: emit(({ context, event }) => {
      assertEvent(event, 'dialled');
      const replyTo = callbackOf(context.dialling, event.id);
      return { type: 'send', message: { event: 'ss-dial.reply', replyTo } };
    }),
    sendUndialled: emit(({ context, event }) => {
      assertEvent(event, 'dialled');
      return refusedDial(callbackOf(context.dialling, event.id), event.error);
    }),
    sendTimedOut: emit(({ context, event }) => {
      assertEvent(event, 'dialExpired');
      return refusedDial(callbackOf(context.dialling, event.id), refusals.dialTimedOut);
    }),
    tellDropped: emit(({ context, event }) => {
      assertEvent(event, 'dialExpired');
      return told(peerOf(context.dialling, event.id), { type: 'dropped', dialId: event.id });
    }),
    stopDialerStream: emit(({ event }) => {
      assertEvent(event, ['dialled', 'dialExpired']);
      return { type: 'stop', role: 'stream', id: `${event.id}.dialer` };
    }),
    forgetDial: assign(({ context, event }) => {
      assertEvent(event, ['unreachable', 'dialled', 'dialExpired']);
      return { dialling: withoutDial(context.dialling, event.id) };
    }),

    keepIncoming: assign(({ context, event }) => {
      assertEvent(event, 'dial');
      return { incoming: [...context.incoming, { dialId: event.dialId, by: event.by }] };
    }),
    sendSsIncomming: emit(({ event }) => {
      assertEvent(event, 'dial');
      const { dialId, from } = event;
      return { type: 'send', message: { event: 'ss-incomming', dialId, from, callback: dialId } };
    }),
    tellBusy: emit(({ event }) => {
      assertEvent(event, 'dial');
      return told(event.by, { type: 'dialled', id: event.dialId, error: refusals.peerBusy });
    }),
    tellGone: emit(({ event }) => {
      assertEvent(event, 'dial');
      return told(event.by, { type: 'dialled', id: event.dialId, error: refusals.peerNotFound });
    }),
    tellAnswer: emit(({ context, event }) => {
      assertEvent(event, 'received.ss-incomming.reply');
      const { replyTo, error = '' } = event.message;
      return told(incomingOf(context.incoming, replyTo)?.by ?? '', { type: 'dialled', id: replyTo, error });
    }),
    forgetIncoming: assign(({ context, event }) => {
      assertEvent(event, ['received.ss-incomming.reply', 'dropped']);
      const id = event.type === 'dropped' ? event.dialId : event.message.replyTo;
      return { incoming: withoutDial(context.incoming, id) };
    }),
  },
  guards: {
    mayNotDial: ({ context, event }) => event.type === 'received.ss-dial' && dialFault(context, event) !== undefined,
    answersDial: ({ context, event }) => 'id' in event && dialOf(context.dialling, event.id) !== undefined,
    isAccepted: ({ context, event }) =>
      event.type === 'dialled' && event.error === '' && dialOf(context.dialling, event.id) !== undefined,
    isBusy: ({ context }) => context.incoming.length >= context.maxDials,
    answersIncoming: ({ context, event }) =>
      event.type === 'received.ss-incomming.reply' && incomingOf(context.incoming, event.message.replyTo) !== undefined,
    isIncoming: ({ context, event }) =>
      event.type === 'dropped' && incomingOf(context.incoming, event.dialId) !== undefined,
  },
});
