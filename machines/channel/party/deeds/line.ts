/** The line to the node: it is asked for, breaks, is tried again, and is given up. */
import { connecting, hasTried, keepFailure, mayRetry } from '../../../../src/vocabulary.ts';
import { hasSigned } from '../rules/promised.ts';
import { returnOf } from '../rules/said.ts';
import type { PartyContext, PartyEvent } from '../types.ts';
import { bare, type Told } from './deed.ts';

const { assign, emit } = bare;

export const deeds = {
  ...connecting<PartyContext, PartyEvent>(),
  keepFailure: keepFailure<PartyContext, PartyEvent>(),
  requestConnection: emit(({ context }) => ({
    type: 'requestConnection',
    id: 'connection',
    attempt: context.attempt,
    comesBack: returnOf(context),
  })),
  resumed: emit(() => ({ type: 'resumed' })),
  departed: emit(() => ({ type: 'departed' })),
  stopped: emit(({ context }) => ({ type: 'stopped', reason: context.reason })),
  keepFsm: assign(({ event }) =>
    'fsmId' in event ? { fsmId: event.fsmId ?? '', mayAbort: true } : { mayAbort: true },
  ),
};

export const facts = {
  isOpened: ({ context }: Told) => context.isOpened,
  hasChannel: ({ context }: Told) => context.agreed !== null || hasSigned(context),
  isOnChain: ({ context }: Told) => context.agreed !== null,
  mayRetry,
  hasTried,
  /** The node does not want this connection: another one has our role, or the query is wrong. When we come back, that other may be our own of before. */
  isTurnedAway: ({ context, event }: Told) =>
    event.type === 'connection.lost' && event.code === 1008 && context.attempt === 0,
};
