/**
 * A listener: joins a rendezvous server with one address, proves it where the server wants that, is told who is there, and takes dials.
 *
 * What it must never do: use a signature twice (every join, also after a broken line, has its own challenge), sign what could be something else than a
 * nonce, answer a dial before the streams of it exist (`accept` comes once), or wait for ever.
 * Carries: "ss-join", "ss-leave", "ss-incomming" and "ws-peer", the client's part. The connection is the listener's; dials go over it.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { ConnectionFact, Misused, Request, RoleMeta, Send, Start, Violated } from '../../src/role.ts';
import { directionsOf, type StreamPlace } from './dialer.ts';
import type {
  IncommingReply,
  JoinReply,
  Misshapen,
  Peers,
  Received,
  SsIncomming,
  SsJoin,
  SsLeave,
  WsPeer,
} from './messages.ts';

export interface ListenerInput {
  /** The multiaddr to be reached by. */
  readonly address: string;
  /** The public key in hex, as the server's code takes it; empty: joins without proof. */
  readonly publicKey: string;
  /** Tries to get the connection back before giving up; 0 never reconnects. */
  readonly attempts: number;
  /** Keeps trying from the first: it is one of several servers. */
  readonly patient: boolean;
  /** Dials that were taken and have not ended, at most. */
  readonly maxIncoming: number;
  /** Those among them that the app has not looked at, at most. */
  readonly maxWaiting: number;
  /** Milliseconds for each step of joining. */
  readonly joinTimeout: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

/** Why a listener has ended. */
export type ListenerCause = 'closed' | 'notOpened' | 'refused' | 'notSigned' | 'notProven' | 'unanswered' | 'lost';

export interface ListenerContext extends ListenerInput {
  /** Which try to get the connection back this is; 0 for the first connection. */
  readonly attempt: number;
  /** What the signature that is waited for is of. */
  readonly nonce: string;
  /** Dials that were taken and have not ended. */
  readonly incoming: readonly string[];
  /** Those that the app has not looked at. */
  readonly waiting: readonly string[];
  readonly cause: ListenerCause;
  readonly reason: string;
}

export type ListenerEvent =
  | { readonly type: 'command.listen' }
  /** Gives the address back; what is connected stays so. */
  | { readonly type: 'command.leave' }
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received<JoinReply | SsIncomming | WsPeer | Peers>
  | Misshapen
  | ConnectionFact
  /** The answers to `requestSignature`. */
  | { readonly type: 'signed'; readonly id: string; readonly signature: string }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string }
  /** The app has looked at this dial. */
  | { readonly type: 'taken'; readonly id: string }
  /** Both streams of a dial that was taken have ended. */
  | { readonly type: 'ended'; readonly id: string }
  /** The answer to `requestQuiet`. */
  | { readonly type: 'quiet'; readonly id: string };

export type ListenerEmitted =
  | Send<SsJoin | SsLeave | IncommingReply>
  /** Get a connection; `attempt` 0 at once, later ones after a back-off that the session chooses. */
  | (Request & { readonly type: 'requestConnection'; readonly attempt: number })
  /** Sign the nonce, which is the request's id. */
  | (Request & { readonly type: 'requestSignature' })
  /** Tell `quiet` when no stream goes over the connection any more. */
  | (Request & { readonly type: 'requestQuiet' })
  | {
      readonly type: 'withdraw';
      readonly request: 'requestConnection' | 'requestSignature' | 'requestQuiet';
      readonly id: string;
    }
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  | { readonly type: 'orderTermination' }
  | (Start<StreamPlace> & { readonly role: 'stream' })
  | { readonly type: 'joined'; readonly address: string }
  | { readonly type: 'found' | 'left'; readonly addresses: readonly string[] }
  /** Another peer has dialled us. Its streams are there. */
  | { readonly type: 'dialled'; readonly dialId: string; readonly from: string }
  | { readonly type: 'disconnected'; readonly reason: string }
  /** A try to join came to nothing; there will be another. */
  | { readonly type: 'delayed'; readonly reason: string }
  | Violated
  | Misused;

export interface ListenerOutput {
  readonly cause: ListenerCause;
  readonly reason: string;
}

const none: readonly never[] = [];
const without = (ids: readonly string[], id: string): readonly string[] => ids.filter((other) => other !== id);

/** The callbacks of the two joins. */
const callbacks = { join: 'join', proof: 'proof' };

/** A nonce, and not what the key could be asked to sign elsewhere: those have colons or slashes in them, and start otherwise. */
const isNonce = (text: string) => /^[\w+=.-]+$/.test(text) || text.startsWith('libp2p-websocket-star:');

const clause = {
  join: 'Events: ss-join',
  leave: 'Events: ss-leave',
  dials: 'Events: ss-incomming',
};

/** A peer's side of its connection to a rendezvous server. */
export const listener = setup({
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
    requestConnection: emit(({ context }) => ({
      type: 'requestConnection',
      id: 'connection',
      attempt: context.attempt,
    })),
    withdrawConnection: emit(() => ({ type: 'withdraw', request: 'requestConnection', id: 'connection' })),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1, nonce: '' })),
    orderClose: emit(() => ({ type: 'orderClose', code: 1000, reason: '' })),
    orderTermination: emit(() => ({ type: 'orderTermination' })),
    keepNotOpened: assign(({ event }) => {
      assertEvent(event, 'connection.failed');
      return { cause: 'notOpened', reason: event.reason };
    }),
    keepLoss: assign(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { cause: 'lost', reason: event.reason };
    }),
    disconnected: emit(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { type: 'disconnected', reason: event.reason };
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
    keepJoined: assign({ attempt: 0, nonce: '' }),
    delayed: emit(({ context, event }) => ({
      type: 'delayed',
      reason: event.type === 'connection.failed' && 'reason' in event ? event.reason : context.reason,
    })),
    joined: emit(({ context }) => ({ type: 'joined', address: context.address })),
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
    sendBusy: emit(({ event }) => {
      assertEvent(event, 'received.ss-incomming');
      return {
        type: 'send',
        message: { event: 'ss-incomming.reply', replyTo: event.message.callback, error: 'Too many dials' },
      };
    }),
    sendKnown: emit(({ event }) => {
      assertEvent(event, 'received.ss-incomming');
      return {
        type: 'send',
        message: { event: 'ss-incomming.reply', replyTo: event.message.callback, error: 'This dial id is in use' },
      };
    }),
    sendNotListening: emit(({ event }) => {
      assertEvent(event, 'received.ss-incomming');
      return {
        type: 'send',
        message: { event: 'ss-incomming.reply', replyTo: event.message.callback, error: 'Not listening' },
      };
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
    mayReconnect: ({ context }) => context.attempts > 0,
    mayRetry: ({ context }) => context.attempt < context.attempts,
    isPatient: ({ context }) => context.patient && context.attempts > 0,
    /** A server that comes up again may still hold the address for the line that broke; on the first connection the app is told at once. */
    mayJoinAgain: ({ context }) => (context.patient || context.attempt > 0) && context.attempt < context.attempts,
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
}).createMachine({
  id: 'star.listener',
  version: '1',
  options: { maxIterations: 100 },
  description: 'A peer at a rendezvous server',
  meta: { clause: clause.join },
  context: ({ input }) => ({
    ...input,
    attempt: 0,
    nonce: '',
    incoming: none,
    waiting: none,
    cause: 'closed',
    reason: '',
  }),
  initial: 'idle',
  states: {
    idle: {
      description: 'Not asked to listen yet',
      on: { 'command.listen': 'opening', 'command.close': 'closed' },
    },
    opening: {
      id: 'opening',
      description: 'On the way to being reachable',
      initial: 'connecting',
      tags: ['waiting'],
      on: {
        'command.close': { target: 'closing.disconnecting' },
        'connection.lost': [
          { guard: 'mayRetry', target: '.reconnecting', actions: 'disconnected' },
          { target: 'failed', actions: ['keepLoss', 'disconnected'] },
        ],
      },
      states: {
        connecting: {
          description: 'The first connection',
          entry: 'requestConnection',
          on: {
            'connection.opened': 'awaitingNonce',
            'connection.failed': [
              { guard: 'isPatient', target: 'reconnecting', actions: 'delayed' },
              { target: '#failed', actions: 'keepNotOpened' },
            ],
            'command.close': { target: '#closed', actions: 'withdrawConnection' },
          },
        },
        awaitingNonce: {
          description: 'Has sent its key; a server that wants no proof answers at once that it has joined',
          entry: 'sendJoin',
          on: {
            'received.ss-join.reply': [
              { guard: 'isRefused', target: 'refused', actions: 'keepRefusal' },
              { guard: 'hasNoIdentity', target: '#failed', actions: ['keepNotProven', 'orderClose'] },
              { guard: 'isNoNonce', target: '#failed', actions: ['keepNoNonce', 'orderClose'] },
              { guard: 'isChallenged', target: 'awaitingSignature', actions: 'keepNonce' },
              { target: '#open', actions: ['keepJoined', 'joined', 'foundAll'] },
            ],
          },
          after: { joinTimeout: { target: 'refused', actions: 'keepUnanswered' } },
        },
        awaitingSignature: {
          description: 'The key is elsewhere',
          entry: 'requestSignature',
          on: {
            signed: { guard: 'answersThis', target: 'awaitingJoined', actions: 'sendSignature' },
            refused: { guard: 'answersThis', target: '#failed', actions: ['keepNotSigned', 'orderClose'] },
            'connection.lost': [
              { guard: 'mayRetry', target: 'reconnecting', actions: ['withdrawSignature', 'disconnected'] },
              { target: '#failed', actions: ['withdrawSignature', 'keepLoss', 'disconnected'] },
            ],
            'command.close': { target: '#closing.disconnecting', actions: 'withdrawSignature' },
          },
          after: { joinTimeout: { target: '#failed', actions: ['withdrawSignature', 'keepUnsigned', 'orderClose'] } },
        },
        awaitingJoined: {
          description: 'The server verifies the signature',
          on: {
            'received.ss-join.reply': [
              { guard: 'isRefused', target: 'refused', actions: 'keepRefusal' },
              { guard: 'isChallenged', target: 'refused', actions: 'keepAskedAgain' },
              { target: '#open', actions: ['keepJoined', 'joined', 'foundAll'] },
            ],
          },
          after: { joinTimeout: { target: 'refused', actions: 'keepUnanswered' } },
        },
        refused: {
          description: 'Not this time',
          always: [
            { guard: 'mayJoinAgain', target: 'reconnecting', actions: 'delayed' },
            { target: '#failed', actions: 'orderClose' },
          ],
        },
        reconnecting: {
          description: 'The next try has a challenge of its own',
          entry: ['countAttempt', 'requestConnection'],
          on: {
            'connection.opened': 'awaitingNonce',
            'connection.failed': [
              { guard: 'mayRetry', target: 'reconnecting', reenter: true, actions: 'delayed' },
              { target: '#failed', actions: 'keepNotOpened' },
            ],
            'connection.lost': { description: 'It was given up' },
            'command.close': { target: '#closed', actions: 'withdrawConnection' },
          },
        },
      },
    },
    open: {
      id: 'open',
      description: 'Connected',
      initial: 'joined',
      tags: ['usable'],
      meta: { clause: clause.dials },
      on: {
        'received.ws-peer': { actions: 'found' },
        'received.peers': { actions: 'changed' },
        taken: { actions: 'forgetWaiting' },
        ended: { actions: 'forgetDial' },
      },
      states: {
        joined: {
          description: 'Can be dialled, and dials',
          on: {
            'received.ss-incomming': [
              { guard: 'isKnown', actions: 'sendKnown' },
              { guard: 'hasRoom', actions: ['startReader', 'startWriter', 'sendTaken', 'keepDial', 'dialled'] },
              { actions: 'sendBusy' },
            ],
            'connection.lost': [
              { guard: 'mayReconnect', target: '#opening.reconnecting', actions: ['forgetDials', 'disconnected'] },
              { target: '#failed', actions: ['forgetDials', 'keepLoss', 'disconnected'] },
            ],
            'command.leave': { target: 'left', actions: 'sendLeave' },
            'command.close': { target: '#closing', actions: 'sendLeave' },
          },
        },
        left: {
          description: 'The address is given back; what is connected stays so',
          meta: { clause: clause.leave },
          on: {
            'received.ss-incomming': { actions: 'sendNotListening' },
            'connection.lost': { target: '#closed', actions: ['forgetDials', 'disconnected'] },
            'command.leave': { description: 'Has left already' },
            'command.close': '#closing',
          },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'Nothing new; what is connected may end by itself',
      meta: { clause: clause.leave },
      initial: 'settling',
      on: {
        'command.leave': { description: 'Has left already' },
        'command.close': { description: 'Is closing already' },
        'received.ss-incomming': { actions: 'sendNotListening' },
        'received.ws-peer': { description: 'Was on its way' },
        'received.peers': { description: 'Was on its way' },
        'received.ss-join.reply': { description: 'Was on its way' },
        'connection.lost': 'closed',
      },
      states: {
        settling: {
          description: 'Until no stream goes over the connection',
          entry: 'requestQuiet',
          on: {
            quiet: 'disconnecting',
            'connection.lost': { target: '#closed', actions: 'withdrawQuiet' },
          },
          after: { closeTimeout: { target: 'disconnecting', actions: 'withdrawQuiet' } },
        },
        disconnecting: {
          description: "The connection's closing handshake",
          entry: 'orderClose',
          after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'Closed by the app', tags: ['settled'] },
    failed: { id: 'failed', type: 'final', description: 'No connection, or no address', tags: ['settled'] },
  },
  output: ({ context: { cause, reason } }) => ({ cause, reason }),
  on: {
    signed: { description: 'Of a join that was given up' },
    refused: { description: 'Of a join that was given up' },
    taken: { description: 'Of a dial that is gone' },
    ended: { description: 'Of a dial that went with its connection' },
    quiet: { description: 'Nobody waits for it any more' },
    'received.malformed': { actions: 'violatedShape' },
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
