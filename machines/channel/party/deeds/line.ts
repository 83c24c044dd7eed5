/** The line to the node: it is asked for, breaks, is tried again, and is given up. */
import { assertEvent } from 'xstate';
import { connecting, hasTried, mayRetry } from '../../../../src/vocabulary.ts';
import { hasSigned } from '../rules/promised.ts';
import { ping, returnOf } from '../rules/said.ts';
import type { PartyContext, PartyEvent } from '../types.ts';
import { bare, type Told } from './deed.ts';

const { assign, emit, enqueueActions } = bare;

/** The node does not want this connection: another one has our role, or the query is wrong. */
const isUnwanted = (event: PartyEvent) => event.type === 'connection.lost' && 'code' in event && event.code === 1008;

export const deeds = {
  ...connecting<PartyContext, PartyEvent>(),
  /** Why there is no connection is why it does not go on. */
  keepFailure: assign(({ event }) => {
    assertEvent(event, ['connection.lost', 'connection.failed']);
    return { reason: event.reason, isTurnedAway: isUnwanted(event) };
  }),
  /** Whatever the node has to say to who comes back it says before it answers. */
  sendPing: enqueueActions(({ context: { mayAbort }, enqueue }) => {
    if (mayAbort) enqueue.emit({ type: 'send', message: ping });
  }),
  requestConnection: emit(({ context }) => ({
    type: 'requestConnection',
    id: 'connection',
    attempt: context.attempt,
    comesBack: returnOf(context),
  })),
  resumed: emit(() => ({ type: 'resumed' })),
  departed: emit(() => ({ type: 'departed' })),
  stopped: emit(({ context: { reason, isTurnedAway } }) => ({ type: 'stopped', reason, isTurnedAway })),
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
  /** When we come back, the other that has our role may be our own connection of before. */
  isTurnedAway: ({ context, event }: Told) => isUnwanted(event) && context.attempt === 0,
};
