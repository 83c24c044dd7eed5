/**
 * The deeds, facts and delays of a client of the relay, by name. When they are done is on the chart, in `client.ts`.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { RoleMeta } from '../../src/role.ts';
import {
  blaming,
  connecting,
  hasTried,
  keepFailure,
  mayRetry,
  mayRetryRefused,
  orderTermination,
} from '../../src/vocabulary.ts';
import {
  type ClientContext,
  type ClientEmitted,
  type ClientEvent,
  type ClientInput,
  type ClientOutput,
  idOf,
  widestWindow,
} from './clientRules.ts';
import { none, remembered, without } from './ids.ts';
import { nameOf } from './messages.ts';

export const clause = {
  init: 'Message Structure: INIT, INITRESP',
  route: 'Message Structure: ROUTE, DELIVER',
  err: 'Message Structure: ERROR',
  closing: 'Client: race condition during closure',
};

/** The vocabulary of the relay's clients. */
export const vocabulary = setup({
  types: {} as {
    context: ClientContext;
    input: ClientInput;
    output: ClientOutput;
    events: ClientEvent;
    emitted: ClientEmitted;
    tags: 'usable' | 'waiting' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    ...connecting<ClientContext, ClientEvent>(),
    orderTermination: orderTermination<ClientContext, ClientEvent>(),
    keepFailure: keepFailure<ClientContext, ClientEvent>(),
    ...blaming<ClientContext, ClientEvent>('server'),

    keepNoAddress: assign({ reason: 'The server did not give an address in time.' }),
    keepRefusal: assign(({ event }) => {
      assertEvent(event, 'received.ERR');
      return { reason: `The server refused an address: ${event.message.errCode} ${event.message.errMsg}` };
    }),

    sendInit: emit(({ context }) => ({
      type: 'send',
      message: { type: 'INIT', ...(context.ack ? { ack: true } : {}) },
    })),
    addressed: emit(({ context, event }) => {
      assertEvent(event, 'received.INITRESP');
      const acknowledged = context.ack && event.message.ack !== undefined;
      return { type: 'addressed', address: event.message.EpheWssAddr, previous: context.address, acknowledged };
    }),
    keepAddress: assign(({ context, event }) => {
      assertEvent(event, 'received.INITRESP');
      return {
        address: event.message.EpheWssAddr,
        agreedWindow: Math.min((context.ack ? event.message.ack : undefined) ?? context.window, widestWindow),
      };
    }),

    sendRoute: emit(({ event }) => {
      assertEvent(event, 'command.route');
      return { type: 'send', id: event.id, message: { type: 'ROUTE', EpheWssAddr: event.to, msg: event.msg } };
    }),
    sendNamedRoute: emit(({ event }) => {
      assertEvent(event, 'command.route');
      return { type: 'send', message: { type: 'ROUTE', EpheWssAddr: event.to, msg: event.msg, id: event.id } };
    }),
    keepRoute: assign(({ context, event }) => {
      assertEvent(event, 'command.route');
      return { pending: [...context.pending, event.id] };
    }),
    forgetRoute: assign(({ context, event }) => {
      assertEvent(event, ['handedOver', 'received.ACK', 'received.ERR']);
      return { pending: without(context.pending, idOf(event) ?? '') };
    }),
    forgetPending: assign({ pending: none }),
    forgetRoutes: assign({ pending: none, recent: none }),
    routeSent: emit(({ event }) => {
      assertEvent(event, 'handedOver');
      return { type: 'routed', ids: [event.id], outcome: event.ok ? 'sent' : 'unknown' };
    }),
    routeAcknowledged: emit(({ event }) => {
      assertEvent(event, 'received.ACK');
      return { type: 'routed', ids: [event.message.id], outcome: event.message.sent === true ? 'sent' : 'delivered' };
    }),
    routeFailed: emit(({ event }) => {
      assertEvent(event, 'received.ERR');
      return {
        type: 'routed',
        ids: [event.message.id ?? ''],
        outcome: 'failed',
        reason: nameOf(event.message.errCode),
      };
    }),
    routeNotOpen: emit(({ event }) => {
      assertEvent(event, 'command.route');
      return { type: 'routed', ids: [event.id], outcome: 'failed', reason: 'notOpen' };
    }),
    routeWindowFull: emit(({ event }) => {
      assertEvent(event, 'command.route');
      return { type: 'routed', ids: [event.id], outcome: 'failed', reason: 'windowFull' };
    }),
    routeClosing: emit(({ event }) => {
      assertEvent(event, 'command.route');
      return { type: 'routed', ids: [event.id], outcome: 'failed', reason: 'closing' };
    }),
    routesUnknown: enqueueActions(({ context, enqueue }) => {
      if (context.pending.length > 0) enqueue.emit({ type: 'routed', ids: context.pending, outcome: 'unknown' });
    }),

    delivered: emit(({ event }) => {
      assertEvent(event, 'received.DELIVER');
      return { type: 'delivered', msg: event.message.msg };
    }),
    sendAck: emit(({ event }) => {
      assertEvent(event, 'received.DELIVER');
      return { type: 'send', message: { type: 'ACK', id: event.message.id ?? '' } };
    }),
    rememberDelivery: assign(({ context, event }) => {
      assertEvent(event, 'received.DELIVER');
      return { recent: [...context.recent, event.message.id ?? ''].slice(-context.agreedWindow - remembered) };
    }),

    sendLeave: emit(() => ({ type: 'send', message: { type: 'LEAVE' } })),
    sendLeft: emit(() => ({ type: 'send', message: { type: 'LEFT' } })),
    refused: emit(({ event }) => {
      assertEvent(event, 'received.ERR');
      return { type: 'refused', errCode: event.message.errCode, errMsg: event.message.errMsg };
    }),
  },
  guards: {
    isAgreed: ({ context, event }) =>
      context.ack && event.type === 'received.INITRESP' && event.message.ack !== undefined,
    mayRetryAddress: mayRetryRefused,
    mayRetry,
    hasTried,
    isSettled: ({ context }) => context.pending.length === 0,
    routesTooMany: ({ context }) => context.pending.length >= context.agreedWindow,
    isLater: ({ context, event }) => context.pending.indexOf(idOf(event) ?? '') > 0,
    isLastPending: ({ context, event }) => context.pending.length === 1 && context.pending[0] === idOf(event),
    isPending: ({ context, event }) => context.pending.includes(idOf(event) ?? ''),
    isNamed: ({ event }) => event.type === 'received.DELIVER' && event.message.id !== undefined,
    isRepeated: ({ context, event }) =>
      event.type === 'received.DELIVER' && event.message.id !== undefined && context.recent.includes(event.message.id),
  },
  delays: {
    ackTimeout: ({ context }) => context.ackTimeout,
    addressTimeout: ({ context }) => context.addressTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
  },
});
