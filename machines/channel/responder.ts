/**
 * The party that a channel is opened with: it signs the create transaction after the initiator has, and then waits for the chain.
 * What both parties do from there on, and what neither may ever do, is in `party/`.
 */
import { closing } from './party/closing.ts';
import { always, ends } from './party/ends.ts';
import { open } from './party/open.ts';
import { idle, openingOn, openingStates, takesCreate } from './party/opening.ts';
import { contextOf } from './party/rules/start.ts';
import { clause, party } from './party/vocabulary.ts';

/** The responder's side of one channel. */
export const responder = party.createMachine({
  id: 'channel.responder',
  version: '3',
  options: { maxIterations: 100 },
  description: 'Lets a channel be opened with it, and pays and is paid in it',
  meta: { clause: 'Channel open', durable: true },
  context: ({ input }) => contextOf(input),
  initial: 'idle',
  states: {
    idle,
    opening: {
      id: 'opening',
      description: 'On the way to an open channel',
      meta: { clause: 'Channel open' },
      tags: ['waiting'],
      initial: 'connecting',
      ...openingOn,
      states: {
        connecting: openingStates.connecting,
        awaitingChannelOpen: {
          id: 'greeting',
          description: 'The initiator opens',
          meta: { clause: clause.connection },
          on: {
            ...takesCreate,
            'received.info.channel_open': { target: 'awaitingFundingCreated', actions: 'progressed' },
            'received.info.funding_created': { target: 'awaitingSign', actions: 'progressed' },
          },
        },
        awaitingFundingCreated: {
          description: 'The initiator signs first',
          meta: { clause: clause.create },
          on: {
            ...takesCreate,
            'received.info.funding_created': { target: 'awaitingSign', actions: 'progressed' },
          },
        },
        awaitingSign: { ...openingStates.awaitingSign, on: takesCreate },
        awaitingSignature: openingStates.awaitingSignature,
        awaitingOnChainTx: { ...openingStates.awaitingOnChainTx, id: 'afterSignature' },
        awaitingLocks: openingStates.awaitingLocks,
        awaitingFundingLocked: openingStates.awaitingFundingLocked,
        awaitingOwnFundingLocked: openingStates.awaitingOwnFundingLocked,
        awaitingOpen: openingStates.awaitingOpen,
        reconnecting: openingStates.reconnecting,
        recalling: openingStates.recalling,
        stopping: openingStates.stopping,
      },
    },
    open,
    closing,
    ...ends,
  },
  output: ({ context: { ended, reason, agreed } }) => ({ ended, reason, agreed }),
  ...always,
});
