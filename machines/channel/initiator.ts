/**
 * The party that opens the channel: its node speaks to the other's, it signs the create transaction first, and then waits for the chain.
 * What both parties do from there on, and what neither may ever do, is in `party/`.
 */
import { closing } from './party/closing.ts';
import { always, ends } from './party/ends.ts';
import { open } from './party/open.ts';
import { idle, openingOn, openingStates, takesCreate } from './party/opening.ts';
import { contextOf } from './party/rules/start.ts';
import { clause, party } from './party/vocabulary.ts';

/** The initiator's side of one channel. */
export const initiator = party.createMachine({
  id: 'channel.initiator',
  version: '3',
  options: { maxIterations: 100 },
  description: 'Opens a channel, and pays and is paid in it',
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
        awaitingChannelAccept: {
          id: 'greeting',
          description: 'The responder accepts',
          meta: { clause: clause.connection },
          on: {
            ...takesCreate,
            'received.info.channel_accept': { target: 'awaitingSign', actions: 'progressed' },
          },
        },
        awaitingSign: { ...openingStates.awaitingSign, on: takesCreate },
        awaitingSignature: openingStates.awaitingSignature,
        awaitingFundingSigned: {
          ...openingStates.awaitingOnChainTx,
          id: 'afterSignature',
          description: 'Signed; the responder has not yet',
          meta: { clause: clause.create },
          on: {
            ...openingStates.awaitingOnChainTx.on,
            'received.info.funding_signed': { target: 'awaitingOnChainTx', actions: 'progressed' },
          },
        },
        awaitingOnChainTx: openingStates.awaitingOnChainTx,
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
