/**
 * One direction of a dial at one place: a byte stream of socket.io-pull-stream at its writer, at its reader, or on the server between the two.
 *
 * What it must never do: hold without bound, lose a byte and call the end a good one, or wait for ever for who does not accept. Bytes never pass it:
 * the host holds the chunks, and while the state is tagged `takes` it need not tell of each one (a step for each would cost more than the chunk). It
 * tells of what changes the state: too much is held, nothing is held any more, the end, an error, an abort, a loss.
 * Carries: "sio-pull" of the text's types; accept, queue and error as the facts have them. Credit and abort are ours.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { ConnectionFact, Misused, RoleMeta, Send, Violated } from '../../src/role.ts';
import type { Chunk, Received, StreamMessage } from './messages.ts';

/**
 * What is at an end of a stream: the app, a connection that knows only socket.io-pull-stream (the only way to slow such a writer is not to read from its
 * socket), or one that knows credit and abort.
 */
export type End = 'app' | 'old' | 'ours';

export interface StreamInput {
  /** `<dialId>.dialer` or `<dialId>.listener`. */
  readonly id: string;
  readonly source: End;
  readonly sink: End;
  /** What may be held here, and the credit that a writer is given at first; in bytes, with `overhead` for each chunk. */
  readonly window: number;
  /** Milliseconds for the sink to accept. */
  readonly acceptTimeout: number;
  /** Milliseconds for which one stream may keep a whole socket from being read or emptied. */
  readonly stallTimeout: number;
  /** A sink of old that has asked to be told where a loss ended the stream: it would take the original's word for a whole file. */
  readonly sinkHearsOfLoss: boolean;
  /** A source of old that knows our abort: it is told that nobody reads any more. The original has no word for it. */
  readonly sourceKnowsAbort: boolean;
}

/** What a chunk costs beside its bytes, of a window or of a credit: who sends empty ones for ever is slowed too. */
export const overhead = 64;

/** The side of a stream that says this: accept, credit and abort are the reader's. */
export const sideOf = ({ event }: StreamMessage): 'source' | 'sink' =>
  event === 'queue' || event === 'error' ? 'source' : 'sink';

/** Whether a connection's message is for one of its streams. */
export const isOfStream = (event: { readonly type: string }): event is Received<StreamMessage> =>
  'message' in event && typeof event.message === 'object' && event.message !== null && 'stream' in event.message;

/** What a machine is told of a chunk that came, where the host tells it of each. */
export const queued = (stream: string, bytes: number): StreamEvent => ({
  type: 'received.queue',
  message: { event: 'queue', stream, chunk: { held: stream, bytes } },
});

/** A message that hands on a chunk, which is the host's to put in; and all others. */
type ChunkMessage = Extract<StreamMessage, { readonly event: 'queue' }>;
export type PlainMessage = Exclude<StreamMessage, ChunkMessage>;
export const isChunk = (message: StreamMessage): message is ChunkMessage => message.event === 'queue';

/** What brought a stream to its end. */
export type StreamCause =
  /** The source has ended well. */
  | 'ended'
  /** The source has ended with an error. */
  | 'failed'
  /** The reader, or our own side, gave it up. */
  | 'aborted'
  | 'lost'
  | 'unaccepted'
  | 'stalled'
  | 'overrun';

export interface StreamContext extends StreamInput {
  /** How the source has ended: `true` is well; null while it has not. */
  readonly error: true | string | null;
  readonly cause: StreamCause | null;
}

export type StreamEvent =
  /** A chunk of the app lies at the end of what has come. */
  | { readonly type: 'command.write'; readonly bytes: number }
  | { readonly type: 'command.end' }
  /** The app, or the server's policy, gives it up. What is held is thrown away. */
  | { readonly type: 'command.abort'; readonly reason: string }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received<StreamMessage>
  /** `from` is the side whose connection it is. */
  | (Extract<ConnectionFact, { readonly type: 'connection.lost' }> & { readonly from: 'source' | 'sink' })
  /** More is held than the window. */
  | { readonly type: 'crowded' }
  /** Nothing is held any more. */
  | { readonly type: 'drained' }
  /** So much has left since this was last said: the source may send as much again. */
  | { readonly type: 'room'; readonly bytes: number }
  /** More has come than was allowed. */
  | { readonly type: 'overrun' }
  /** The dial that it is of was refused: nobody else knows of it, and nobody is told. */
  | { readonly type: 'undialled' };

export type StreamEmitted =
  | (Send<StreamMessage> & { readonly to: 'source' | 'sink' })
  /** The oldest chunk that has come waits here, behind those that wait already. */
  | { readonly type: 'orderHold'; readonly bytes: number }
  /** What waits goes to the sink as fast as that takes it; up to `credit` bytes, where it is not null. */
  | { readonly type: 'orderFlow'; readonly credit: number | null }
  | { readonly type: 'orderCredit'; readonly bytes: number }
  /** The source is to wait: an app does, with its next chunk; one of ours has no credit; the socket of an old one is not read. */
  | { readonly type: 'orderPause' }
  | { readonly type: 'orderResume' }
  /** Tell `drained` as soon as nothing is held. */
  | { readonly type: 'orderDrain' }
  /** For the app at the sink: the oldest chunk that has come. */
  | { readonly type: 'readable'; readonly bytes: number }
  | Violated
  | Misused;

export interface StreamOutput {
  /** `true`: everything that the source gave has been handed on, and its end. Otherwise why not. */
  readonly error: true | string;
  readonly cause: StreamCause;
}

const chunkOf = (stream: string, bytes: number): Chunk => ({ held: stream, bytes });

/** How large the chunk is that an event tells of. */
function bytesIn(event: StreamEvent): number {
  if (event.type === 'received.queue' && 'message' in event) return event.message.chunk.bytes;
  return event.type === 'command.write' && 'bytes' in event ? event.bytes : 0;
}

/** Whether the writer can be told that nobody reads any more. */
const knowsAbort = ({ source, sourceKnowsAbort }: StreamContext): boolean => source === 'ours' || sourceKnowsAbort;

const clause = 'Types: sio-pull';

/** Nobody is left to hand anything on to. */
const losesSink = { guard: 'isSink', target: '#failed', actions: ['keepLoss', 'sendAbort'] } as const;
/** The same while the source waits. */
const losesWaitingSink = { ...losesSink, actions: ['keepLoss', 'orderResume', 'sendAbort'] } as const;
const holds = { actions: 'orderHold' } as const;

/** One direction of a dial, here. */
export const stream = setup({
  types: {} as {
    context: StreamContext;
    input: StreamInput;
    output: StreamOutput;
    events: StreamEvent;
    emitted: StreamEmitted;
    tags: 'takes' | 'waiting' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    sendAccept: emit(({ context: { id, source, window } }) => ({
      type: 'send',
      to: 'source',
      message: { event: 'accept', stream: id, ...(source === 'ours' ? { credit: window } : {}) },
    })),
    sendQueue: emit(({ context: { id }, event }) => ({
      type: 'send',
      to: 'sink',
      message: { event: 'queue', stream: id, chunk: chunkOf(id, bytesIn(event)) },
    })),
    /** A reader of old takes it for a good end when the other peer's line breaks, as the original says it; unless it has asked for the truth. */
    sendEnd: emit(({ context: { id, error, sink, cause, sinkHearsOfLoss } }) => {
      const isSilent = sink === 'old' && cause === 'lost' && !sinkHearsOfLoss;
      return {
        type: 'send',
        to: 'sink',
        message: { event: 'error', stream: id, error: isSilent ? true : (error ?? true) },
      };
    }),
    sendCredit: emit(({ context: { id }, event }) => {
      assertEvent(event, 'room');
      return { type: 'send', to: 'source', message: { event: 'credit', stream: id, bytes: event.bytes } };
    }),
    /** Why it failed, to whoever can be told. */
    sendFailure: enqueueActions(({ context, enqueue }) => {
      const { id, sink, error } = context;
      const reason = typeof error === 'string' ? error : '';
      if (sink !== 'app')
        enqueue.emit({ type: 'send', to: 'sink', message: { event: 'error', stream: id, error: reason } });
      if (knowsAbort(context))
        enqueue.emit({ type: 'send', to: 'source', message: { event: 'abort', stream: id, reason } });
    }),
    sendAbort: enqueueActions(({ context, enqueue }) => {
      const { id, error } = context;
      const reason = typeof error === 'string' ? error : '';
      if (knowsAbort(context))
        enqueue.emit({ type: 'send', to: 'source', message: { event: 'abort', stream: id, reason } });
    }),

    readable: emit(({ event }) => ({ type: 'readable', bytes: bytesIn(event) })),
    orderHold: emit(({ event }) => ({ type: 'orderHold', bytes: bytesIn(event) })),
    orderFlow: emit(({ event }) => {
      assertEvent(event, 'received.accept');
      return { type: 'orderFlow', credit: event.message.credit ?? null };
    }),
    orderCredit: emit(({ event }) => {
      assertEvent(event, 'received.credit');
      return { type: 'orderCredit', bytes: event.message.bytes };
    }),
    orderPause: emit(() => ({ type: 'orderPause' })),
    orderResume: emit(() => ({ type: 'orderResume' })),
    orderDrain: emit(() => ({ type: 'orderDrain' })),

    keepEnd: assign({ error: true, cause: 'ended' }),
    keepError: assign(({ event }) => {
      assertEvent(event, 'received.error');
      return { error: event.message.error, cause: event.message.error === true ? 'ended' : 'failed' };
    }),
    keepAbort: assign(({ event }) => {
      assertEvent(event, ['received.abort', 'command.abort']);
      if ('message' in event) return { error: event.message.reason, cause: 'aborted' };
      return { error: 'reason' in event ? event.reason : '', cause: 'aborted' };
    }),
    keepUndialled: assign({ error: 'The dial was refused.', cause: 'aborted' }),
    keepLoss: assign({ error: 'The connection to the other peer was lost.', cause: 'lost' }),
    keepUnaccepted: assign({ error: 'The stream was not accepted in time.', cause: 'unaccepted' }),
    keepStalled: assign({ error: 'The reader stood still for too long.', cause: 'stalled' }),
    keepOverrun: assign({ error: 'More was sent than was allowed.', cause: 'overrun' }),

    violatedLimit: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The writer sent more than may be held.',
    })),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The other side sent what may not come now on this stream.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    hasAppSource: ({ context }) => context.source === 'app',
    hasAppSink: ({ context }) => context.sink === 'app',
    hasOldSource: ({ context }) => context.source === 'old',
    hasOldSink: ({ context }) => context.sink === 'old',
    isSink: ({ event }) => event.type === 'connection.lost' && 'from' in event && event.from === 'sink',
    hasEndedWell: ({ context }) => context.error === true,
    givesCredit: ({ context }) => context.source === 'ours',
  },
  delays: {
    acceptTimeout: ({ context }) => context.acceptTimeout,
    stallTimeout: ({ context }) => context.stallTimeout,
  },
}).createMachine({
  id: 'star.stream',
  version: '1',
  options: { maxIterations: 100 },
  description: 'One direction of a dial, at one place',
  meta: { clause },
  // Named one by one: a spread costs more than the rest of the start.
  context: ({ input }) => ({
    id: input.id,
    source: input.source,
    sink: input.sink,
    window: input.window,
    acceptTimeout: input.acceptTimeout,
    stallTimeout: input.stallTimeout,
    sinkHearsOfLoss: input.sinkHearsOfLoss,
    sourceKnowsAbort: input.sourceKnowsAbort,
    error: null,
    cause: null,
  }),
  initial: 'opening',
  states: {
    opening: {
      description: 'The sink has not accepted yet; what comes is held',
      initial: 'accepting',
      tags: ['waiting'],
      after: { acceptTimeout: { target: 'failed', actions: ['keepUnaccepted', 'sendFailure'] } },
      states: {
        accepting: {
          description: 'The reader accepts as soon as its source exists, and only once',
          always: [
            { guard: 'hasAppSource', target: 'awaitingAccept' },
            { guard: 'hasAppSink', target: '#open', actions: 'sendAccept' },
            { target: 'awaitingAccept', actions: 'sendAccept' },
          ],
        },
        awaitingAccept: {
          description: 'There is room',
          tags: ['takes'],
          on: {
            'command.write': holds,
            'received.queue': holds,
            crowded: { target: 'congested', actions: 'orderPause' },
            'received.accept': { target: '#open', actions: 'orderFlow' },
            'command.end': { target: 'ended', actions: 'keepEnd' },
            'received.error': { target: 'ended', actions: 'keepError' },
            'connection.lost': [losesSink, { target: 'ended', actions: 'keepLoss' }],
          },
        },
        congested: {
          description: 'The window is full',
          tags: ['takes'],
          on: {
            'command.write': holds,
            'received.queue': holds,
            'received.accept': { target: '#congested', actions: 'orderFlow' },
            'command.end': { target: 'ended', actions: ['keepEnd', 'orderResume'] },
            'received.error': { target: 'ended', actions: ['keepError', 'orderResume'] },
            'connection.lost': [losesWaitingSink, { target: 'ended', actions: ['keepLoss', 'orderResume'] }],
          },
        },
        ended: {
          description: 'The source has said everything already',
          on: {
            'received.accept': { target: '#closing', actions: 'orderFlow' },
            'connection.lost': [losesSink, { description: 'The source has said everything' }],
          },
        },
      },
    },
    open: {
      id: 'open',
      description: 'Chunks go through',
      initial: 'flowing',
      tags: ['takes'],
      on: {
        'received.credit': { actions: 'orderCredit' },
        room: [
          { guard: 'givesCredit', actions: 'sendCredit' },
          { description: 'The source is not counted; it is read, or not' },
        ],
      },
      states: {
        flowing: {
          description: 'The sink takes what comes',
          on: {
            'command.write': { actions: 'sendQueue' },
            'received.queue': [{ guard: 'hasAppSink', actions: 'readable' }, { actions: 'sendQueue' }],
            crowded: { target: 'congested', actions: 'orderPause' },
            'command.end': { target: '#closing', actions: 'keepEnd' },
            'received.error': { target: '#closing', actions: 'keepError' },
            'connection.lost': [losesSink, { target: '#closing', actions: 'keepLoss' }],
          },
        },
        congested: {
          id: 'congested',
          description: 'The window is full: the source waits',
          entry: 'orderDrain',
          on: {
            'command.write': holds,
            'received.queue': holds,
            drained: { target: 'flowing', actions: 'orderResume' },
            'command.end': { target: '#closing', actions: ['keepEnd', 'orderResume'] },
            'received.error': { target: '#closing', actions: ['keepError', 'orderResume'] },
            'connection.lost': [losesWaitingSink, { target: '#closing', actions: ['keepLoss', 'orderResume'] }],
          },
          after: {
            stallTimeout: [
              {
                guard: 'hasOldSource',
                description: 'A whole socket waits for this one reader',
                target: '#failed',
                actions: ['keepStalled', 'orderResume', 'sendFailure'],
              },
              { description: 'It waits by itself, as long as it likes' },
            ],
          },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'The source has ended; what is held still goes to the sink',
      initial: 'draining',
      on: {
        'received.credit': { actions: 'orderCredit' },
        'connection.lost': [losesSink, { description: 'The source has said everything' }],
      },
      states: {
        draining: {
          description: 'Until nothing is held',
          entry: 'orderDrain',
          on: {
            drained: [
              { guard: 'hasAppSink', target: 'ended' },
              { target: 'ended', actions: 'sendEnd' },
            ],
          },
          after: {
            stallTimeout: [
              { guard: 'hasOldSink', target: '#failed', actions: ['keepStalled', 'sendFailure'] },
              { description: 'It reads when it likes' },
            ],
          },
        },
        ended: {
          description: 'The sink knows the end',
          always: [{ guard: 'hasEndedWell', target: '#closed' }, { target: '#failed' }],
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'Everything has been handed on', tags: ['settled'] },
    failed: { id: 'failed', type: 'final', description: 'Cut short, and why', tags: ['settled'] },
  },
  output: ({ context }) => ({ error: context.error ?? true, cause: context.cause ?? 'ended' }),
  on: {
    'received.abort': { target: '.failed', actions: ['keepAbort', 'orderResume', 'sendAbort'] },
    'command.abort': { target: '.failed', actions: ['keepAbort', 'orderResume', 'sendFailure'] },
    overrun: { target: '.failed', actions: ['keepOverrun', 'orderResume', 'sendFailure', 'violatedLimit'] },
    undialled: { target: '.failed', actions: ['keepUndialled', 'orderResume'] },
    crowded: { description: 'It waits already' },
    drained: { description: 'Of a state that was left' },
    room: { description: 'Nothing more will come' },
    'received.*': { actions: 'violated' },
    'command.*': { actions: 'misused' },
  },
});
