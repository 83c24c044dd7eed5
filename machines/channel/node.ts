/**
 * The node between the two parties of a channel: it makes every transaction, has it signed by one and then by the other, and tells both what came of it.
 *
 * One instance a channel, whichever sockets the parties are on. There is one transaction under way at a time: who starts an update while the other's is
 * under way makes a conflict, and both are void; who starts a second of its own waits. What it must never do: count anything as agreed that not both
 * have signed, or tell one party of a state that it has not told the other.
 *
 * The parts of its chart are in `node/`, with the deeds and facts that they are made of in `node/deeds/`, what it reckons in `node/rules/`, and what it says
 * to whom in `node/words/`.
 * Carries: "Channel open", "Channel off-chain update", "Channel mutual close" and "Other WebSocket events", the node's side.
 */
import { always } from './node/always.ts';
import * as changing from './node/changing.ts';
import * as closing from './node/closing.ts';
import * as ending from './node/ending.ts';
import * as open from './node/open.ts';
import * as opening from './node/opening.ts';
import { contextOf } from './node/rules/start.ts';
import { between, clause } from './node/vocabulary.ts';

export type { Agreed, NodeEmitted, NodeEvent, NodeInput, NodeOutput, Terms, Timeouts } from './node/types.ts';

/** The node's side of one channel. */
export const node = between.createMachine({
  id: 'channel.node',
  version: '3',
  options: { maxIterations: 200 },
  description: 'Has both sign, and counts only what both have signed',
  meta: { clause: 'Introduction', durable: true },
  context: ({ input }) => contextOf(input),
  initial: 'opening',
  states: {
    opening: {
      description: 'Until the create transaction is deep enough in the chain',
      meta: { clause: clause.parameters },
      tags: ['waiting'],
      initial: 'awaitingParties',
      states: {
        awaitingParties: opening.awaitingParties,
        awaitingNonce: opening.awaitingNonce,
        awaitingInitiatorSignature: opening.awaitingInitiatorSignature,
        awaitingResponderSignature: opening.awaitingResponderSignature,
        awaitingMempool: opening.awaitingMempool,
        awaitingConfirmations: opening.awaitingConfirmations,
      },
    },
    open: {
      id: 'open',
      description: 'There is a state that both have signed',
      meta: { clause: clause.open },
      tags: ['usable'],
      initial: 'ready',
      ...open.everywhere,
      states: {
        ready: open.ready,
        awaitingNonce: changing.awaitingNonce,
        awaitingStarterSignature: changing.awaitingStarterSignature,
        awaitingAcknowledgerSignature: changing.awaitingAcknowledgerSignature,
        awaitingMempool: changing.awaitingMempool,
        awaitingDepth: changing.awaitingDepth,
        voided: changing.voided,
      },
    },
    closing: {
      id: 'closing',
      description: 'The closing transaction is being signed; then the last words',
      meta: { clause: clause.closing },
      tags: ['waiting'],
      initial: 'awaitingNonce',
      ...closing.everywhere,
      states: {
        awaitingNonce: closing.awaitingNonce,
        awaitingStarterSignature: closing.awaitingStarterSignature,
        awaitingAcknowledgerSignature: closing.awaitingAcknowledgerSignature,
        awaitingMempool: closing.awaitingMempool,
        awaitingDepth: closing.awaitingDepth,
        disputed: ending.disputed,
        farewell: ending.farewell,
        over: ending.over,
      },
    },
    closed: { id: 'closed', type: 'final', description: 'Paid out as both have signed' },
    failed: { id: 'failed', type: 'final', description: 'Died' },
  },
  output: ({ context: { ended, agreed, reason } }) => ({ ended, agreed, reason }),
  ...always,
});
