/** The line to the node: it is asked for, breaks, is tried again, and is given up. */
import { assertEvent } from 'xstate';
import { hasSigned } from '../rules/promised.ts';
import { returnOf } from '../rules/said.ts';
import { bare, type Told } from './deed.ts';

const { assign, emit } = bare;

export const deeds = {
  requestConnection: emit(({ context }) => ({
    type: 'requestConnection',
    id: 'connection',
    attempt: context.attempt,
    comesBack: returnOf(context),
  })),
  withdrawConnection: emit(() => ({ type: 'withdraw', request: 'requestConnection', id: 'connection' })),
  countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
  forgetAttempts: assign({ attempt: 0 }),
  orderClose: emit(() => ({ type: 'orderClose', code: 1000, reason: '' })),
  disconnected: emit(({ event }) => {
    assertEvent(event, 'connection.lost');
    return { type: 'disconnected', reason: event.reason };
  }),
  resumed: emit(() => ({ type: 'resumed' })),
  departed: emit(() => ({ type: 'departed' })),
  stopped: emit(({ context }) => ({ type: 'stopped', reason: context.reason })),
  keepFailure: assign(({ event }) => {
    assertEvent(event, ['connection.failed', 'connection.lost']);
    return { reason: event.reason };
  }),
  keepFsm: assign(({ event }) =>
    'fsmId' in event ? { fsmId: event.fsmId ?? '', mayAbort: true } : { mayAbort: true },
  ),
};

export const facts = {
  isOpened: ({ context }: Told) => context.isOpened,
  hasChannel: ({ context }: Told) => context.agreed !== null || hasSigned(context),
  isOnChain: ({ context }: Told) => context.agreed !== null,
  mayRetry: ({ context }: Told) => context.attempt < context.attempts,
  hasTried: ({ context }: Told) => context.attempt > 0,
  /** The node does not want this connection: another one has our role, or the query is wrong. When we come back, that other may be our own of before. */
  isTurnedAway: ({ context, event }: Told) =>
    event.type === 'connection.lost' && event.code === 1008 && context.attempt === 0,
};
