/**
 * The deeds, facts and delays of the relay's side of one connection, by name. When they are done is on the chart, in `server.ts`.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { RoleMeta } from '../../src/role.ts';
import { blaming, ending, hasViolatedTooOften } from '../../src/vocabulary.ts';
import { none, remembered, without } from './ids.ts';
import { errors } from './messages.ts';
import type { ServerContext, ServerEmitted, ServerEvent, ServerInput } from './serverRules.ts';

export const clause = {
  init: 'Message Structure: INIT, INITRESP',
  route: 'Message Structure: ROUTE, DELIVER',
  err: 'Message Structure: ERROR',
};

/** The vocabulary of the relay's side. */
export const vocabulary = setup({
  types: {} as {
    context: ServerContext;
    input: ServerInput;
    events: ServerEvent;
    emitted: ServerEmitted;
    tags: 'usable' | 'settled' | 'acknowledging';
    meta: RoleMeta;
  },
  actions: {
    ...ending<ServerContext, ServerEvent>(),
    ...blaming<ServerContext, ServerEvent>('client'),

    keepAddress: assign(({ context, event }) => {
      assertEvent(event, 'received.INIT');
      return { addresses: [...context.addresses, event.fresh] };
    }),
    orderListing: emit(({ event }) => {
      assertEvent(event, 'received.INIT');
      return { type: 'orderListing', address: event.fresh };
    }),
    orderRelease: enqueueActions(({ context, enqueue }) => {
      if (context.addresses.length > 0) enqueue.emit({ type: 'orderRelease', addresses: context.addresses });
    }),
    forgetAddresses: assign({ addresses: none }),
    sendInitresp: emit(({ event }) => {
      assertEvent(event, 'received.INIT');
      return { type: 'send', message: { type: 'INITRESP', EpheWssAddr: event.fresh } };
    }),
    sendInitrespWithAck: emit(({ context, event }) => {
      assertEvent(event, 'received.INIT');
      return { type: 'send', message: { type: 'INITRESP', EpheWssAddr: event.fresh, ack: context.window } };
    }),
    sendTooMany: emit(() => ({ type: 'send', message: { type: 'ERR', ...errors.tooMany } })),

    orderDelivery: emit(({ event }) => {
      assertEvent(event, 'received.ROUTE');
      return { type: 'orderDelivery', id: '', to: event.message.EpheWssAddr, msg: event.message.msg };
    }),
    orderNamedDelivery: emit(({ event }) => {
      assertEvent(event, 'received.ROUTE');
      return {
        type: 'orderDelivery',
        id: event.message.id ?? '',
        to: event.message.EpheWssAddr,
        msg: event.message.msg,
      };
    }),
    keepRoute: assign(({ context, event }) => {
      assertEvent(event, 'received.ROUTE');
      return { routing: [...context.routing, event.message.id ?? ''] };
    }),
    settleRoute: assign(({ context, event }) => {
      assertEvent(event, ['routed', 'unroutable']);
      return {
        routing: without(context.routing, event.id),
        settled: [...context.settled, event.id].slice(-context.window - remembered),
      };
    }),
    sendAck: emit(({ event }) => {
      assertEvent(event, 'routed');
      return {
        type: 'send',
        message: { type: 'ACK', id: event.id, ...(event.confirmed ? {} : { sent: true as const }) },
      };
    }),
    sendUnroutable: emit(({ event }) => {
      assertEvent(event, 'unroutable');
      return {
        type: 'send',
        message: { type: 'ERR', ...errors[event.error], ...(event.id === '' ? {} : { id: event.id }) },
      };
    }),
    sendWindowFull: emit(({ event }) => {
      assertEvent(event, 'received.ROUTE');
      return { type: 'send', message: { type: 'ERR', ...errors.windowFull, id: event.message.id ?? '' } };
    }),
    sendClosing: emit(({ event }) => {
      assertEvent(event, ['received.INIT', 'received.ROUTE']);
      const id = event.type === 'received.ROUTE' ? event.message.id : undefined;
      return { type: 'send', message: { type: 'ERR', ...errors.closing, ...(id === undefined ? {} : { id }) } };
    }),

    sendDeliver: emit(({ event }) => {
      assertEvent(event, 'deliver');
      return { type: 'send', message: { type: 'DELIVER', msg: event.msg, id: event.id } };
    }),
    keepDelivery: assign(({ context, event }) => {
      assertEvent(event, 'deliver');
      return { unacknowledged: [...context.unacknowledged, event.id] };
    }),
    refuseBusy: emit(({ event }) => {
      assertEvent(event, 'deliver');
      return { type: 'unacknowledged', ids: [event.id], error: 'receiverBusy' };
    }),
    refuseLeaving: emit(({ event }) => {
      assertEvent(event, 'deliver');
      return { type: 'unacknowledged', ids: [event.id], error: 'unknownAddress' };
    }),
    acknowledged: emit(({ event }) => {
      assertEvent(event, 'received.ACK');
      return { type: 'acknowledged', id: event.message.id };
    }),
    forgetDelivery: assign(({ context, event }) => {
      assertEvent(event, 'received.ACK');
      return { unacknowledged: without(context.unacknowledged, event.message.id) };
    }),
    unacknowledged: enqueueActions(({ context, enqueue }) => {
      if (context.unacknowledged.length > 0)
        enqueue.emit({ type: 'unacknowledged', ids: context.unacknowledged, error: 'unacknowledged' });
    }),
    forgetDeliveries: assign({ unacknowledged: none }),

    sendLeave: emit(() => ({ type: 'send', message: { type: 'LEAVE' } })),
    sendLeft: emit(() => ({ type: 'send', message: { type: 'LEFT' } })),
    sendMalformed: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return {
        type: 'send',
        message: {
          type: 'ERR',
          errCode: errors.malformed.errCode,
          errMsg: `${errors.malformed.errMsg}: ${event.reason}`,
        },
      };
    }),
    sendUnexpected: emit(() => ({ type: 'send', message: { type: 'ERR', ...errors.unexpected } })),
  },
  guards: {
    hasAllAddresses: ({ context }) => context.addresses.length >= context.maxAddresses,
    asksForAcks: ({ event }) => event.type === 'received.INIT' && event.message.ack === true,
    isUnnamed: ({ event }) => event.type === 'received.ROUTE' && event.message.id === undefined,
    isRepeated: ({ context, event }) =>
      event.type === 'received.ROUTE' &&
      event.message.id !== undefined &&
      (context.routing.includes(event.message.id) || context.settled.includes(event.message.id)),
    routesTooMany: ({ context }) => context.routing.length >= context.window,
    answersThis: ({ context, event }) =>
      (event.type === 'routed' || event.type === 'unroutable') && context.routing.includes(event.id),
    answersUnnamed: ({ event }) => event.type === 'unroutable' && event.id === '',
    isBusy: ({ context }) => context.unacknowledged.length >= context.window,
    isAwaited: ({ context, event }) =>
      event.type === 'received.ACK' && context.unacknowledged.includes(event.message.id),
    isLater: ({ context, event }) =>
      event.type === 'received.ACK' && context.unacknowledged.indexOf(event.message.id) > 0,
    isLastAwaited: ({ context, event }) =>
      event.type === 'received.ACK' &&
      context.unacknowledged.length === 1 &&
      context.unacknowledged.includes(event.message.id),
    isSettled: ({ context }) => context.routing.length === 0 && context.unacknowledged.length === 0,
    hasViolatedTooOften,
  },
  delays: {
    ackTimeout: ({ context }) => context.ackTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
  },
});
