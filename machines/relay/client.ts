/**
 * A relay client: gets an ephemeral address, routes messages to others, is told what arrives, and settles every route it was given.
 *
 * What it must never do: claim more than it knows. On the text's five messages a sender learns no more than that its frame has left, so a
 * route ends as `sent`; an ERR names no route, so it settles none. Only where the server has agreed to acknowledge does a route end as
 * `delivered`, or as `failed` with the reason. When the line breaks, what is under way ends as `unknown`.
 * Carries: "Client" and "Message Structure" of the text, and the race in closing that it admits to: here, leaving is a state.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type {
  ConnectionFact,
  HandedOver,
  Malformed,
  Misused,
  Request,
  RoleMeta,
  Send,
  Violated,
} from '../../src/role.ts';
import {
  type Ack,
  type ErrorName,
  type Init,
  type Leave,
  type Left,
  nameOf,
  type Received,
  type Route,
} from './messages.ts';

export interface ClientInput {
  /** Ask the server for acknowledgements. One that only knows the text ignores the question. */
  readonly ack: boolean;
  /** Tries to get the connection back before giving up; 0 never reconnects. */
  readonly attempts: number;
  /** Routes that may be under way at once on a connection without acknowledgements. */
  readonly window: number;
  /** Milliseconds without an answer to the oldest route under way, where the server acknowledges, after which all of them end as `unknown`. */
  readonly ackTimeout: number;
  /** Milliseconds to wait for the address. */
  readonly addressTimeout: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

/** Why a route failed. All but `unacknowledged` are certain: the message did not arrive. */
export type RouteFailure = ErrorName | 'refused' | 'notOpen' | 'windowFull' | 'closing';

/** How a route ended. */
export type Outcome =
  /** The receiver has acknowledged it. */
  | { readonly outcome: 'delivered' }
  /** It has left for the network; nobody will tell what became of it. */
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed'; readonly reason: RouteFailure }
  /** The line broke, or closing took too long, while it was under way. */
  | { readonly outcome: 'unknown' };

interface ClientContext extends ClientInput {
  /** Where this client can be reached now, or was until the line broke. */
  readonly address: string;
  /** Which try to get the connection back this is; 0 for the first connection. */
  readonly attempt: number;
  /** Routes that may be under way at once, as agreed on this connection. */
  readonly agreedWindow: number;
  /** Routes under way, by the id that the app gave them. */
  readonly pending: readonly string[];
  /** Deliveries acknowledged last, as many as the window and some: a repeated one is known by its id. */
  readonly recent: readonly string[];
  readonly reason: string;
}

export type ClientEvent =
  | { readonly type: 'command.connect' }
  /** `msg` is JSON text. */
  | { readonly type: 'command.route'; readonly id: string; readonly to: string; readonly msg: string }
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received
  | Malformed
  | ConnectionFact
  | HandedOver;

export type ClientEmitted =
  | Send<Init | Route | Ack | Leave | Left>
  /** Get a connection; `attempt` 0 at once, later ones after a back-off that the session chooses. */
  | (Request & { readonly type: 'requestConnection'; readonly attempt: number })
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  | { readonly type: 'orderTermination' }
  | { readonly type: 'withdraw'; readonly request: 'requestConnection'; readonly id: string }
  /** This client can be reached at `address`; `previous` is the one that was lost, or empty. */
  | { readonly type: 'addressed'; readonly address: string; readonly previous: string; readonly acknowledged: boolean }
  /** A message has arrived. `msg` is its JSON text. */
  | { readonly type: 'delivered'; readonly msg: string }
  /** These routes have ended. */
  | ({ readonly type: 'routed'; readonly ids: readonly string[] } & Outcome)
  /** The server reports an error and does not say of what. */
  | { readonly type: 'refused'; readonly errCode: number; readonly errMsg: string }
  | { readonly type: 'disconnected'; readonly reason: string }
  | Violated
  | Misused;

export interface ClientOutput {
  /** Empty when the app closed it. */
  readonly reason: string;
}

const none: readonly never[] = [];
/** Ids remembered beyond the window, for a line on which a doubled frame comes late. */
const remembered = 256;
/** Whatever a server offers, no more routes than these are under way: the context stays small. */
const widestWindow = 1_024;
const without = (ids: readonly string[], id: string): readonly string[] => ids.filter((other) => other !== id);

/** The route that an answer names, if it names one. */
function idOf(event: ClientEvent): string | undefined {
  switch (event.type) {
    case 'handedOver':
      return event.id;
    case 'received.ACK':
    case 'received.ERR':
      return event.message.id;
    default:
      return undefined;
  }
}

const clause = {
  init: 'Message Structure: INIT, INITRESP',
  route: 'Message Structure: ROUTE, DELIVER',
  err: 'Message Structure: ERROR',
  closing: 'Client: race condition during closure',
};

/** The client's side of the relay. */
export const client = setup({
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
    requestConnection: emit(({ context }) => ({
      type: 'requestConnection',
      id: 'connection',
      attempt: context.attempt,
    })),
    withdrawConnection: emit(() => ({ type: 'withdraw', request: 'requestConnection', id: 'connection' })),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    orderClose: emit(() => ({ type: 'orderClose', code: 1000, reason: '' })),
    orderTermination: emit(() => ({ type: 'orderTermination' })),
    keepFailure: assign(({ event }) => {
      assertEvent(event, ['connection.failed', 'connection.lost']);
      return { reason: event.reason };
    }),
    keepNoAddress: assign({ reason: 'The server did not give an address in time.' }),
    keepRefusal: assign(({ event }) => {
      assertEvent(event, 'received.ERR');
      return { reason: `The server refused an address: ${event.message.errCode} ${event.message.errMsg}` };
    }),
    disconnected: emit(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { type: 'disconnected', reason: event.reason };
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
        attempt: 0,
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
    violatedShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return { type: 'violated', event: event.type, reason: `The server sent what is no message: ${event.reason}.` };
    }),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The server sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    isAgreed: ({ context, event }) =>
      context.ack && event.type === 'received.INITRESP' && event.message.ack !== undefined,
    mayReconnect: ({ context }) => context.attempts > 0,
    /** A relay that is just going down or coming up may refuse; on the first connection the app is told at once. */
    mayRetryAddress: ({ context }) => context.attempt > 0 && context.attempt < context.attempts,
    mayRetry: ({ context }) => context.attempt < context.attempts,
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
}).createMachine({
  id: 'relay.client',
  version: '1',
  options: { maxIterations: 100 },
  description: 'A stranger with an ephemeral address',
  meta: { clause: 'Client' },
  context: ({ input }) => ({
    ...input,
    address: '',
    attempt: 0,
    agreedWindow: input.window,
    pending: none,
    recent: none,
    reason: '',
  }),
  initial: 'idle',
  states: {
    idle: {
      description: 'Not asked to connect yet',
      on: { 'command.connect': 'opening', 'command.close': 'closed' },
    },
    opening: {
      description: 'On the way to an address',
      initial: 'connecting',
      tags: ['waiting'],
      on: { 'command.close': 'closing.disconnecting' },
      states: {
        connecting: {
          description: 'The first connection',
          entry: 'requestConnection',
          on: {
            'connection.opened': 'awaitingAddress',
            'connection.failed': { target: '#failed', actions: 'keepFailure' },
            'command.close': { target: '#closed', actions: 'withdrawConnection' },
          },
        },
        awaitingAddress: {
          description: 'Connected, without an address yet',
          meta: { clause: clause.init },
          entry: 'sendInit',
          on: {
            'received.INITRESP': [
              { guard: 'isAgreed', target: '#open.acknowledged', actions: ['addressed', 'keepAddress'] },
              { target: '#open.plain', actions: ['addressed', 'keepAddress'] },
            ],
            'received.ERR': [
              { guard: 'mayRetryAddress', target: 'reconnecting', actions: 'refused' },
              { target: '#failed', actions: ['keepRefusal', 'refused', 'orderClose'] },
            ],
            'connection.lost': [
              { guard: 'mayRetry', target: 'reconnecting', actions: 'disconnected' },
              { target: '#failed', actions: ['keepFailure', 'disconnected'] },
            ],
          },
          after: {
            addressTimeout: [
              { guard: 'mayRetryAddress', target: 'reconnecting' },
              { target: '#failed', actions: ['keepNoAddress', 'orderTermination'] },
            ],
          },
        },
        reconnecting: {
          description: 'The line broke; the address is lost with it',
          entry: ['countAttempt', 'requestConnection'],
          on: {
            'connection.opened': 'awaitingAddress',
            'connection.failed': [
              { guard: 'mayRetry', target: 'reconnecting', reenter: true },
              { target: '#failed', actions: 'keepFailure' },
            ],
            'command.close': { target: '#closed', actions: 'withdrawConnection' },
          },
        },
      },
    },
    open: {
      id: 'open',
      description: 'Reachable',
      tags: ['usable'],
      on: {
        handedOver: { guard: 'isPending', actions: ['routeSent', 'forgetRoute'] },
        'received.ERR': { actions: 'refused' },
        'connection.lost': [
          {
            guard: 'mayReconnect',
            target: 'opening.reconnecting',
            actions: ['routesUnknown', 'forgetRoutes', 'disconnected'],
          },
          { target: 'failed', actions: ['routesUnknown', 'forgetRoutes', 'keepFailure', 'disconnected'] },
        ],
      },
      initial: 'plain',
      states: {
        plain: {
          description: 'Speaks the five shapes of the text',
          meta: { clause: clause.route },
          on: {
            'command.route': [
              { guard: 'routesTooMany', actions: 'routeWindowFull' },
              { actions: ['keepRoute', 'sendRoute'] },
            ],
            'command.close': '#closing.settling',
          },
        },
        acknowledged: {
          description: 'Every route and delivery is acknowledged',
          meta: { clause: clause.route },
          initial: 'quiet',
          on: {
            'received.ACK': { description: 'Too late, or twice' },
            'received.LEAVE': { target: 'leaving', actions: 'sendLeft' },
            'command.close': { target: '#closing.awaitingLeft', actions: 'sendLeave' },
          },
          states: {
            quiet: {
              description: 'No answer is due',
              on: { 'command.route': { target: 'awaitingAck', actions: ['keepRoute', 'sendNamedRoute'] } },
            },
            awaitingAck: {
              description: 'The server owes answers',
              on: {
                'command.route': [
                  { guard: 'routesTooMany', actions: 'routeWindowFull' },
                  { actions: ['keepRoute', 'sendNamedRoute'] },
                ],
                'received.ACK': [
                  { guard: 'isLastPending', target: 'quiet', actions: ['routeAcknowledged', 'forgetRoute'] },
                  { guard: 'isLater', actions: ['routeAcknowledged', 'forgetRoute'] },
                  {
                    guard: 'isPending',
                    target: 'awaitingAck',
                    reenter: true,
                    actions: ['routeAcknowledged', 'forgetRoute'],
                  },
                ],
                'received.ERR': [
                  { guard: 'isLastPending', target: 'quiet', actions: ['routeFailed', 'forgetRoute'] },
                  { guard: 'isLater', actions: ['routeFailed', 'forgetRoute'] },
                  { guard: 'isPending', target: 'awaitingAck', reenter: true, actions: ['routeFailed', 'forgetRoute'] },
                  { actions: 'refused' },
                ],
              },
              after: { ackTimeout: { target: 'quiet', actions: ['routesUnknown', 'forgetPending'] } },
            },
          },
        },
        leaving: {
          description: 'The server goes away; it settles what is under way',
          meta: { clause: clause.closing },
          on: {
            'command.route': { actions: 'routeClosing' },
            'received.ACK': { guard: 'isPending', actions: ['routeAcknowledged', 'forgetRoute'] },
            'received.ERR': [{ guard: 'isPending', actions: ['routeFailed', 'forgetRoute'] }, { actions: 'refused' }],
            'command.close': '#closing.settling',
          },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'Nothing new is sent; what is under way is settled',
      meta: { clause: clause.closing },
      initial: 'settling',
      on: {
        'command.route': { actions: 'routeClosing' },
        'command.close': { description: 'Is closing already' },
        handedOver: { guard: 'isPending', actions: ['routeSent', 'forgetRoute'] },
        'received.ACK': { guard: 'isPending', actions: ['routeAcknowledged', 'forgetRoute'] },
        'received.ERR': [{ guard: 'isPending', actions: ['routeFailed', 'forgetRoute'] }, { actions: 'refused' }],
        'received.LEAVE': { description: 'Both leave at once', actions: 'sendLeft' },
        'received.INITRESP': { description: 'Was on its way' },
        'connection.lost': 'closed',
      },
      states: {
        awaitingLeft: {
          description: 'Has told the server to send nothing new',
          on: { 'received.LEFT': 'settling' },
          after: { closeTimeout: 'disconnecting' },
        },
        settling: {
          description: 'The last answers',
          always: { guard: 'isSettled', target: 'disconnecting' },
          after: { closeTimeout: 'disconnecting' },
        },
        disconnecting: {
          description: "The WebSocket's closing handshake",
          entry: 'orderClose',
          after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
        },
      },
    },
    closed: {
      id: 'closed',
      type: 'final',
      description: 'Closed by the app',
      tags: ['settled'],
      entry: ['routesUnknown', 'forgetRoutes'],
    },
    failed: { id: 'failed', type: 'final', description: 'No connection, or no address', tags: ['settled'] },
  },
  output: ({ context }) => ({ reason: context.reason }),
  on: {
    'received.DELIVER': [
      { guard: 'isRepeated', description: 'The acknowledgement was lost', actions: 'sendAck' },
      { guard: 'isNamed', actions: ['delivered', 'sendAck', 'rememberDelivery'] },
      { actions: 'delivered' },
    ],
    handedOver: { description: 'Its route has ended already' },
    'command.route': { actions: 'routeNotOpen' },
    'received.malformed': { actions: 'violatedShape' },
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
