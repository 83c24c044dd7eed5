/**
 * One connection at the relay's server: hands out ephemeral addresses and passes messages on between strangers.
 *
 * What it must never do: read a message, remember one, or tell a receiver who the sender is. The directory of addresses belongs to the
 * host; this machine only asks. Towards a client that has negotiated nothing it speaks the text's five shapes and not a field more.
 * Carries: "Server" and "Message Structure" of the text; acknowledgements and leaving are ours.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { ConnectionFact, Malformed, Misused, RoleMeta, Send, Violated } from '../../src/role.ts';
import {
  type Ack,
  type Deliver,
  type Err,
  type ErrorName,
  errors,
  type Init,
  type Initresp,
  type Leave,
  type Left,
  type Message,
  type Received,
} from './messages.ts';

export interface ServerInput {
  /** Addresses that one connection may hold. */
  readonly maxAddresses: number;
  /** Routes, and deliveries, that may wait for their acknowledgement on one connection. */
  readonly window: number;
  /** Frames out of order or out of shape after which the connection is closed. */
  readonly maxViolations: number;
  /** Milliseconds for the oldest delivery to be acknowledged; then all that are due count as lost. */
  readonly ackTimeout: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

interface ServerContext extends ServerInput {
  readonly addresses: readonly string[];
  readonly violations: number;
  /** Routes of this client that are under way. */
  readonly routing: readonly string[];
  /** Deliveries to this client that it has not acknowledged. */
  readonly unacknowledged: readonly string[];
  /** Routes settled last, as many as the window and some: a repeated one is known by its id. */
  readonly settled: readonly string[];
  /** How the connection is to be closed. */
  readonly closure: { readonly code: number; readonly reason: string };
}

export type ServerEvent =
  /** `fresh` is a new random address, made by the host: a machine has no randomness. */
  | (Received<Init> & { readonly fresh: string })
  | Received<Exclude<Message, Init>>
  | Malformed
  /** The host brings a message of another connection; only to a client that acknowledges. */
  | { readonly type: 'deliver'; readonly id: string; readonly msg: string }
  /** What became of an `orderDelivery`. `confirmed`: the receiver acknowledged; otherwise it cannot, and the message was handed over. */
  | { readonly type: 'routed'; readonly id: string; readonly confirmed: boolean }
  | { readonly type: 'unroutable'; readonly id: string; readonly error: ErrorName }
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` };

export type ServerEmitted =
  | Send<Initresp | Deliver | Err | Ack | Leave | Left>
  /** List the address as this connection's. */
  | { readonly type: 'orderListing'; readonly address: string }
  /** Unlist all of this connection's addresses. */
  | { readonly type: 'orderRelease'; readonly addresses: readonly string[] }
  /** Hand `msg` to whoever holds the address `to`. `id` is the client's name for the route, or empty: then only a failure is told. */
  | { readonly type: 'orderDelivery'; readonly id: string; readonly to: string; readonly msg: string }
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  | { readonly type: 'orderTermination' }
  | { readonly type: 'acknowledged'; readonly id: string }
  | { readonly type: 'unacknowledged'; readonly ids: readonly string[]; readonly error: ErrorName }
  | Violated
  | Misused;

const none: readonly never[] = [];
/** Ids remembered beyond the window, for a line on which a doubled frame comes late. */
const remembered = 256;
const without = (ids: readonly string[], id: string): readonly string[] => ids.filter((other) => other !== id);
const clause = {
  init: 'Message Structure: INIT, INITRESP',
  route: 'Message Structure: ROUTE, DELIVER',
  err: 'Message Structure: ERROR',
};

/** The relay's side of one connection. */
export const server = setup({
  types: {} as {
    context: ServerContext;
    input: ServerInput;
    events: ServerEvent;
    emitted: ServerEmitted;
    tags: 'usable' | 'settled' | 'acknowledging';
    meta: RoleMeta;
  },
  actions: {
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
    orderClose: emit(({ context }) => ({ type: 'orderClose', ...context.closure })),
    orderTermination: emit(() => ({ type: 'orderTermination' })),
    closeAsGoingAway: assign({ closure: { code: 1001, reason: 'Going away' } }),
    closeForViolations: assign({ closure: { code: 1008, reason: 'Too many invalid messages' } }),

    countViolation: assign(({ context }) => ({ violations: context.violations + 1 })),
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
    violatedShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return { type: 'violated', event: event.type, reason: `The client sent what is no message: ${event.reason}.` };
    }),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The client sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
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
    hasViolatedTooOften: ({ context }) => context.violations + 1 >= context.maxViolations,
  },
  delays: {
    ackTimeout: ({ context }) => context.ackTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
  },
}).createMachine({
  id: 'relay.server',
  version: '1',
  options: { maxIterations: 100 },
  description: "The relay's side of one connection",
  meta: { clause: 'Server' },
  context: ({ input }) => ({
    ...input,
    addresses: none,
    violations: 0,
    routing: none,
    unacknowledged: none,
    settled: none,
    closure: { code: 1000, reason: '' },
  }),
  initial: 'open',
  states: {
    open: {
      description: 'Connected: messages are passed on',
      tags: ['usable'],
      initial: 'awaitingInit',
      on: {
        'received.INIT': [
          { guard: 'hasAllAddresses', actions: 'sendTooMany' },
          {
            guard: 'asksForAcks',
            target: '.acknowledging',
            actions: ['keepAddress', 'orderListing', 'sendInitrespWithAck'],
          },
          { target: '.addressed', actions: ['keepAddress', 'orderListing', 'sendInitresp'] },
        ],
        'received.ROUTE': { actions: 'orderDelivery' },
        'command.close': {
          target: 'closing.disconnecting',
          actions: ['closeAsGoingAway', 'orderRelease', 'forgetAddresses'],
        },
      },
      states: {
        awaitingInit: {
          description: 'No address yet: it can send, but not be reached',
          meta: { clause: clause.init },
        },
        addressed: {
          description: 'Reachable; speaks the five shapes of the text',
          meta: { clause: clause.route },
        },
        acknowledging: {
          description: 'Reachable; every route and delivery is acknowledged',
          meta: { clause: clause.route },
          tags: ['acknowledging'],
          initial: 'quiet',
          on: {
            'received.INIT': [
              { guard: 'hasAllAddresses', actions: 'sendTooMany' },
              { guard: 'asksForAcks', actions: ['keepAddress', 'orderListing', 'sendInitrespWithAck'] },
              { actions: ['keepAddress', 'orderListing', 'sendInitresp'] },
            ],
            'received.ROUTE': [
              { guard: 'isUnnamed', actions: 'orderDelivery' },
              { guard: 'isRepeated', description: 'The answer to the first one stands' },
              { guard: 'routesTooMany', actions: 'sendWindowFull' },
              { actions: ['keepRoute', 'orderNamedDelivery'] },
            ],
            'received.ACK': { description: 'Too late, or twice' },
            'received.LEAVE': {
              target: '#closing.settling',
              actions: ['orderRelease', 'forgetAddresses', 'sendLeft'],
            },
            'command.close': {
              target: '#closing.awaitingLeft',
              actions: ['closeAsGoingAway', 'orderRelease', 'forgetAddresses', 'sendLeave'],
            },
          },
          states: {
            quiet: {
              description: 'No acknowledgement is due',
              on: { deliver: { target: 'awaitingAck', actions: ['keepDelivery', 'sendDeliver'] } },
            },
            awaitingAck: {
              description: 'The client owes acknowledgements',
              on: {
                deliver: [{ guard: 'isBusy', actions: 'refuseBusy' }, { actions: ['keepDelivery', 'sendDeliver'] }],
                'received.ACK': [
                  { guard: 'isLastAwaited', target: 'quiet', actions: ['acknowledged', 'forgetDelivery'] },
                  { guard: 'isLater', actions: ['acknowledged', 'forgetDelivery'] },
                  {
                    guard: 'isAwaited',
                    target: 'awaitingAck',
                    reenter: true,
                    actions: ['acknowledged', 'forgetDelivery'],
                  },
                ],
              },
              after: { ackTimeout: { target: 'quiet', actions: ['unacknowledged', 'forgetDeliveries'] } },
            },
          },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'Nothing new is taken; what is under way is settled',
      on: {
        'received.INIT': { actions: 'sendClosing' },
        'received.ROUTE': [
          { guard: 'isRepeated', description: 'The answer to the first one stands' },
          { actions: 'sendClosing' },
        ],
        'received.ACK': [
          { guard: 'isAwaited', actions: ['acknowledged', 'forgetDelivery'] },
          { description: 'Too late' },
        ],
        'received.LEAVE': { description: 'Both leave at once', actions: 'sendLeft' },
        'received.LEFT': { description: 'Told in time or too late, it changes nothing here' },
        'command.close': { description: 'Is closing already' },
      },
      states: {
        awaitingLeft: {
          description: 'Has told the client to send nothing new',
          on: { 'received.LEFT': 'settling' },
          after: { closeTimeout: 'settling' },
        },
        settling: {
          description: 'The last answers and acknowledgements',
          always: { guard: 'isSettled', target: 'disconnecting' },
          after: { closeTimeout: 'disconnecting' },
        },
        disconnecting: {
          description: "The WebSocket's closing handshake",
          entry: 'orderClose',
          on: { 'received.*': { description: 'The last word was said' } },
          after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
        },
      },
      initial: 'settling',
    },
    closed: {
      id: 'closed',
      type: 'final',
      description: 'Gone: its addresses lead nowhere',
      tags: ['settled'],
      meta: { clause: 'Server: addresses are held only in memory' },
      entry: ['orderRelease', 'forgetAddresses', 'unacknowledged', 'forgetDeliveries'],
    },
  },
  on: {
    routed: [
      { guard: 'answersThis', actions: ['sendAck', 'settleRoute'] },
      { description: 'Its route is settled already' },
    ],
    unroutable: [
      { guard: 'answersUnnamed', actions: 'sendUnroutable' },
      { guard: 'answersThis', actions: ['sendUnroutable', 'settleRoute'] },
      { description: 'Its route is settled already' },
    ],
    deliver: { description: 'Not, or no longer, one who acknowledges', actions: 'refuseLeaving' },
    'connection.lost': '.closed',
    'received.malformed': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: ['sendMalformed', 'violatedShape', 'closeForViolations', 'orderRelease', 'forgetAddresses'],
      },
      { actions: ['countViolation', 'sendMalformed', 'violatedShape'] },
    ],
    'received.*': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: ['sendUnexpected', 'violated', 'closeForViolations', 'orderRelease', 'forgetAddresses'],
      },
      { actions: ['countViolation', 'sendUnexpected', 'violated'] },
    ],
    'command.*': { actions: 'misused' },
  },
});
