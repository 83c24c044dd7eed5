/**
 * One dial: asks the server for a peer, waits for the callback, and lives as long as one of its two directions does.
 *
 * What it must never do: wait for ever for a listener that does not answer, or be too late for `accept`, which comes once: the writer's stream exists
 * before `ss-dial` is sent, as the text has it.
 * Carries: "ss-dial", the client's part. The bytes go through the streams that it starts; a direction ends by itself.
 */
import { assertEvent, assign, emit, setup } from 'xstate';
import type { ConnectionFact, Misused, RoleMeta, Send, Start, Stop, Tell, Violated } from '../../src/role.ts';
import type { DialReply, Received, SsDial } from './messages.ts';
import type { StreamEvent, StreamOutput } from './stream.ts';

/** Where the app is at a stream that a peer's role starts; the connection is at the other end. */
export interface StreamPlace {
  readonly app: 'source' | 'sink';
}

/** The two directions of a dial, by the names that the text gives them. */
export const directionsOf = (dialId: string) => ({
  toListener: `${dialId}.dialer`,
  toDialer: `${dialId}.listener`,
});

/** Whether a connection's message is for one of its dials, which its `replyTo` names. */
export const isOfDial = (event: { readonly type: string }): event is Received<DialReply> =>
  event.type === 'received.ss-dial.reply';

export interface DialerInput {
  /** "Generate `dialId` nonce". */
  readonly dialId: string;
  /** An address that the connection has joined with. */
  readonly from: string;
  readonly to: string;
  /** Milliseconds for the other peer to take the dial. */
  readonly dialTimeout: number;
}

/** Why there is no dial, or no more. */
export type DialCause = 'ended' | 'refused' | 'unanswered' | 'lost' | 'aborted' | 'cut';

export interface DialerContext extends DialerInput {
  readonly cause: DialCause;
  readonly reason: string;
}

export type DialerEvent =
  /** The app has other plans. */
  | { readonly type: 'command.abort'; readonly reason: string }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received<DialReply>
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  /** A stream of this dial has ended. */
  | { readonly type: 'ended'; readonly role: 'stream'; readonly id: string; readonly output: StreamOutput };

export type DialerEmitted =
  /** The callback is named after the dial. */
  | Send<SsDial>
  | (Start<StreamPlace> & { readonly role: 'stream' })
  | (Stop & { readonly role: 'stream' })
  | (Tell & { readonly role: 'stream'; readonly event: Extract<StreamEvent, { readonly type: 'undialled' }> })
  /** The other peer has taken the dial. */
  | { readonly type: 'connected'; readonly observed: string }
  | Violated
  | Misused;

export interface DialerOutput {
  readonly cause: DialCause;
  readonly reason: string;
}

const clause = 'Events: ss-dial';

/** The dialling side of a dial. */
export const dialer = setup({
  types: {} as {
    context: DialerContext;
    input: DialerInput;
    output: DialerOutput;
    events: DialerEvent;
    emitted: DialerEmitted;
    tags: 'usable' | 'waiting' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    startWriter: emit(({ context }) => ({
      type: 'start',
      role: 'stream',
      id: directionsOf(context.dialId).toListener,
      input: { app: 'source' },
    })),
    startReader: emit(({ context }) => ({
      type: 'start',
      role: 'stream',
      id: directionsOf(context.dialId).toDialer,
      input: { app: 'sink' },
    })),
    stopWriter: emit(({ context }) => ({
      type: 'stop',
      role: 'stream',
      id: directionsOf(context.dialId).toListener,
    })),
    stopReader: emit(({ context }) => ({
      type: 'stop',
      role: 'stream',
      id: directionsOf(context.dialId).toDialer,
    })),
    /** The server has no stream of a dial that it refuses. */
    dropWriter: emit(({ context }) => ({
      type: 'tell',
      role: 'stream',
      id: directionsOf(context.dialId).toListener,
      event: { type: 'undialled' },
    })),
    sendDial: emit(({ context: { from, to, dialId } }) => ({
      type: 'send',
      message: { event: 'ss-dial', from, to, dialId, callback: dialId },
    })),
    connected: emit(({ context }) => ({ type: 'connected', observed: context.to })),
    keepRefusal: assign(({ event }) => {
      assertEvent(event, 'received.ss-dial.reply');
      return { cause: 'refused', reason: event.message.error ?? '' };
    }),
    keepUnanswered: assign({ cause: 'unanswered', reason: 'The other peer did not take the dial in time.' }),
    keepLoss: assign(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { cause: 'lost', reason: event.reason };
    }),
    keepAbort: assign(({ event }) => ({
      cause: 'aborted',
      reason: event.type === 'command.abort' && 'reason' in event ? event.reason : '',
    })),
    keepCut: assign({ cause: 'cut', reason: 'The way to the other peer was cut before it had taken the dial.' }),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The server called the callback of a dial that nobody waits for.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    isRefused: ({ event }) => event.type === 'received.ss-dial.reply' && event.message.error !== undefined,
    isReader: ({ context, event }) => event.type === 'ended' && event.id === directionsOf(context.dialId).toDialer,
    isWriter: ({ context, event }) => event.type === 'ended' && event.id === directionsOf(context.dialId).toListener,
  },
  delays: {
    dialTimeout: ({ context }) => context.dialTimeout,
  },
}).createMachine({
  id: 'star.dialer',
  version: '1',
  options: { maxIterations: 100 },
  description: 'One dial, at who dials',
  meta: { clause },
  context: ({ input }) => ({ ...input, cause: 'ended', reason: '' }),
  initial: 'opening',
  states: {
    opening: {
      description: 'Asks for the other peer',
      initial: 'awaitingCallback',
      tags: ['waiting'],
      states: {
        awaitingCallback: {
          description: 'The server asks the other peer',
          entry: ['startWriter', 'sendDial'],
          on: {
            'received.ss-dial.reply': [
              { guard: 'isRefused', target: '#failed', actions: ['keepRefusal', 'dropWriter'] },
              { target: '#open', actions: ['startReader', 'connected'] },
            ],
            'connection.lost': { target: '#failed', actions: ['keepLoss', 'stopWriter'] },
            'command.abort': { target: '#failed', actions: ['keepAbort', 'stopWriter'] },
            ended: { guard: 'isWriter', target: 'awaitingReason' },
          },
          after: { dialTimeout: { target: '#failed', actions: ['keepUnanswered', 'stopWriter'] } },
        },
        awaitingReason: {
          description: 'The way to the other peer is cut already; the callback says why',
          on: {
            'received.ss-dial.reply': [
              { guard: 'isRefused', target: '#failed', actions: 'keepRefusal' },
              { target: '#open.awaitingReadEnd', actions: ['startReader', 'connected'] },
            ],
            'connection.lost': { target: '#failed', actions: 'keepLoss' },
            'command.abort': { target: '#failed', actions: 'keepAbort' },
          },
          after: { dialTimeout: { target: '#failed', actions: 'keepCut' } },
        },
      },
    },
    open: {
      id: 'open',
      description: 'The two peers are connected',
      initial: 'bothWays',
      tags: ['usable'],
      on: {
        'connection.lost': { description: 'Its streams end with it' },
        'command.abort': { target: 'failed', actions: ['keepAbort', 'stopWriter', 'stopReader'] },
      },
      states: {
        bothWays: {
          description: 'Neither direction has ended',
          on: {
            ended: [
              { guard: 'isReader', target: 'awaitingWriteEnd' },
              { guard: 'isWriter', target: 'awaitingReadEnd' },
            ],
          },
        },
        awaitingReadEnd: {
          description: 'We have said everything',
          on: { ended: { guard: 'isReader', target: '#closed' } },
        },
        awaitingWriteEnd: {
          description: 'The other peer has said everything',
          on: { ended: { guard: 'isWriter', target: '#closed' } },
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'Both directions have ended', tags: ['settled'] },
    failed: { id: 'failed', type: 'final', description: 'There is no dial, and why', tags: ['settled'] },
  },
  output: ({ context: { cause, reason } }) => ({ cause, reason }),
  on: {
    ended: { description: 'Of a stream of no concern' },
    'received.*': { actions: 'violated' },
    'command.*': { actions: 'misused' },
  },
});
