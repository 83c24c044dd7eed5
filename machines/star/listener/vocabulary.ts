/**
 * The deeds, facts and delays of a listener, by name. The chart that is made of them is in the files beside this one.
 *
 * What a listener must never do: sign what could be something else than a nonce.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { RoleMeta, Send } from '../../../src/role.ts';
import { blaming, connecting, hasTried, mayRetry, orderTermination } from '../../../src/vocabulary.ts';
import { directionsOf } from '../dialer.ts';
import { errors, type IncommingReply } from '../messages.ts';
import type { ListenerContext, ListenerEmitted, ListenerEvent, ListenerInput, ListenerOutput } from './types.ts';

export const clause = {
  join: 'Events: ss-join',
  leave: 'Events: ss-leave',
  dials: 'Events: ss-incomming',
};

const none: readonly never[] = [];

/** What a listener begins with: no connection, and no dials. */
export const contextOf = (input: ListenerInput): ListenerContext => ({
  ...input,
  attempt: 0,
  nonce: '',
  incoming: none,
  waiting: none,
  cause: 'closed',
  reason: '',
});

const without = (ids: readonly string[], id: string): readonly string[] => ids.filter((other) => other !== id);

/** The callbacks of the two joins. */
const callbacks = { join: 'join', proof: 'proof' };

/** A nonce, and not what the key could be asked to sign elsewhere: those have colons or slashes in them, and start otherwise. */
const isNonce = (text: string) => /^[\w+=.-]+$/.test(text) || text.startsWith('libp2p-websocket-star:');

const refusedDial = (replyTo: string, error: string): Send<IncommingReply> => ({
  type: 'send',
  message: { event: 'ss-incomming.reply', replyTo, error },
});

/** A dial that is not taken. */
function refusal(event: ListenerEvent, error: string): Send<IncommingReply> {
  assertEvent(event, 'received.ss-incomming');
  return refusedDial(event.message.callback, error);
}

/** The vocabulary of a listener. */
export const vocabulary = setup({
  types: {} as {
    context: ListenerContext;
    input: ListenerInput;
    output: ListenerOutput;
    events: ListenerEvent;
    emitted: ListenerEmitted;
    tags: 'usable' | 'waiting' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    ...connecting<ListenerContext, ListenerEvent>(),
    orderTermination: orderTermination<ListenerContext, ListenerEvent>(),
    ...blaming<ListenerContext, ListenerEvent>('server'),

    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1, nonce: '' })),
    keepNotOpened: assign(({ event }) => {
      assertEvent(event, 'connection.failed');
      return { cause: 'notOpened', reason: event.reason };
    }),
    keepLoss: assign(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { cause: 'lost', reason: event.reason };
    }),

    sendJoin: emit(({ context }) => ({
      type: 'send',
      message: { event: 'ss-join', address: context.address, data: context.publicKey, callback: callbacks.join },
    })),
    keepNonce: assign(({ event }) => {
      assertEvent(event, 'received.ss-join.reply');
      return { nonce: event.message.nonce ?? '' };
    }),
    requestSignature: emit(({ context }) => ({ type: 'requestSignature', id: context.nonce })),
    withdrawSignature: emit(({ context }) => ({ type: 'withdraw', request: 'requestSignature', id: context.nonce })),
    sendSignature: emit(({ context, event }) => {
      assertEvent(event, 'signed');
      return {
        type: 'send',
        message: { event: 'ss-join', address: context.address, data: event.signature, callback: callbacks.proof },
      };
    }),
    keepJoined: assign({ nonce: '' }),
    joined: emit(({ context }) => ({ type: 'joined', address: context.address })),
    delayed: emit(({ context, event }) => ({
      type: 'delayed',
      reason: event.type === 'connection.failed' && 'reason' in event ? event.reason : context.reason,
    })),

    keepRefusal: assign(({ event }) => {
      assertEvent(event, 'received.ss-join.reply');
      return { cause: 'refused', reason: `The server refused the address: ${event.message.error ?? ''}` };
    }),
    keepAskedAgain: assign({ cause: 'refused', reason: 'The server wants a second signature for one join.' }),
    keepNotProven: assign({
      cause: 'notProven',
      reason: 'The server wants a proof, and there is no identity to give one.',
    }),
    keepNoNonce: assign({ cause: 'notSigned', reason: 'The server wants a signature of what is no nonce.' }),
    keepNotSigned: assign(({ event }) => {
      assertEvent(event, 'refused');
      return { cause: 'notSigned', reason: `The nonce was not signed: ${event.reason}` };
    }),
    keepMisanswer: assign(({ event }) => {
      assertEvent(event, 'received.malformed');
      return { cause: 'misanswered', reason: `The server's answer to the join is none: ${event.reason}.` };
    }),
    keepUnanswered: assign({ cause: 'unanswered', reason: 'The server did not answer the join in time.' }),
    keepUnsigned: assign({ cause: 'notSigned', reason: 'The nonce was not signed in time.' }),

    /** "Emits peer event": who the server knows, where it says so at once. */
    foundAll: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'received.ss-join.reply');
      const { peers = none } = event.message;
      if (peers.length > 0) enqueue.emit({ type: 'found', addresses: peers });
    }),
    found: emit(({ event }) => {
      assertEvent(event, 'received.ws-peer');
      return { type: 'found', addresses: [event.message.address] };
    }),
    changed: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'received.peers');
      const { found, left } = event.message;
      if (left.length > 0) enqueue.emit({ type: 'left', addresses: left });
      if (found.length > 0) enqueue.emit({ type: 'found', addresses: found });
    }),

    startReader: emit(({ event }) => {
      assertEvent(event, 'received.ss-incomming');
      const { toListener } = directionsOf(event.message.dialId);
      return { type: 'start', role: 'stream', id: toListener, input: { app: 'sink' } };
    }),
    startWriter: emit(({ event }) => {
      assertEvent(event, 'received.ss-incomming');
      const { toDialer } = directionsOf(event.message.dialId);
      return { type: 'start', role: 'stream', id: toDialer, input: { app: 'source' } };
    }),
    sendTaken: emit(({ event }) => {
      assertEvent(event, 'received.ss-incomming');
      return { type: 'send', message: { event: 'ss-incomming.reply', replyTo: event.message.callback } };
    }),
    sendBusy: emit(({ event }) => refusal(event, 'Too many dials')),
    sendKnown: emit(({ event }) => refusal(event, 'This dial id is in use')),
    sendNotListening: emit(({ event }) => refusal(event, 'Not listening')),
    /** Where somebody waits for an answer it gets one: the original says nothing, and who dials waits for ever. */
    refuseShape: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'received.malformed');
      const { about, callback } = event;
      if (about === 'ss-incomming' && callback !== '') enqueue.emit(refusedDial(callback, errors.dialInvalid));
    }),
    keepDial: assign(({ context, event }) => {
      assertEvent(event, 'received.ss-incomming');
      const { dialId } = event.message;
      return { incoming: [...context.incoming, dialId], waiting: [...context.waiting, dialId] };
    }),
    dialled: emit(({ event }) => {
      assertEvent(event, 'received.ss-incomming');
      return { type: 'dialled', dialId: event.message.dialId, from: event.message.from };
    }),
    forgetWaiting: assign(({ context, event }) => {
      assertEvent(event, 'taken');
      return { waiting: without(context.waiting, event.id) };
    }),
    forgetDial: assign(({ context, event }) => {
      assertEvent(event, 'ended');
      return { incoming: without(context.incoming, event.id), waiting: without(context.waiting, event.id) };
    }),
    forgetDials: assign({ incoming: none, waiting: none }),

    sendLeave: emit(({ context }) => ({ type: 'send', message: { event: 'ss-leave', address: context.address } })),
    requestQuiet: emit(() => ({ type: 'requestQuiet', id: 'streams' })),
    withdrawQuiet: emit(() => ({ type: 'withdraw', request: 'requestQuiet', id: 'streams' })),
  },
  guards: {
    mayRetry,
    hasTried,
    isPatient: ({ context }) => context.patient && context.attempts > 0,
    /** A server that comes up again may still hold the address for the line that broke; on the first connection the app is told at once. */
    mayJoinAgain: ({ context }) => (context.patient || context.attempt > 0) && context.attempt < context.attempts,

    isMisanswer: ({ event }) => event.type === 'received.malformed' && event.about === 'ss-join.reply',
    isRefused: ({ event }) => event.type === 'received.ss-join.reply' && event.message.error !== undefined,
    isChallenged: ({ event }) => event.type === 'received.ss-join.reply' && event.message.nonce !== undefined,
    hasNoIdentity: ({ context, event }) =>
      event.type === 'received.ss-join.reply' && event.message.nonce !== undefined && context.publicKey === '',
    isNoNonce: ({ event }) =>
      event.type === 'received.ss-join.reply' && event.message.nonce !== undefined && !isNonce(event.message.nonce),
    answersThis: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') && event.id === context.nonce,

    isKnown: ({ context, event }) =>
      event.type === 'received.ss-incomming' && context.incoming.includes(event.message.dialId),
    hasRoom: ({ context }) =>
      context.incoming.length < context.maxIncoming && context.waiting.length < context.maxWaiting,
  },
  delays: {
    joinTimeout: ({ context }) => context.joinTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
  },
});
