/**
 * A listener: joins a rendezvous server with one address, proves it where the server wants that, is told who is there, and takes dials.
 *
 * What it must never do: use a signature twice (every join, also after a broken line, has its own challenge), sign what could be something else than a
 * nonce, answer a dial before the streams of it exist (`accept` comes once), or wait for ever.
 * Carries: "ss-join", "ss-leave", "ss-incomming" and "ws-peer", the client's part. The connection is the listener's; dials go over it.
 * This is the whole machine at a glance; its states, and the words that they are made of, are in `listener/`.
 */
import { always, closingOn, closingStates, ends } from './listener/closing.ts';
import { openOn, openStates } from './listener/open.ts';
import { openingOn, openingStates } from './listener/opening.ts';
import { clause, contextOf, vocabulary } from './listener/vocabulary.ts';

export type {
  ListenerCause,
  ListenerContext,
  ListenerEmitted,
  ListenerEvent,
  ListenerInput,
  ListenerOutput,
} from './listener/types.ts';

/** A peer's side of its connection to a rendezvous server. */
export const listener = vocabulary.createMachine({
  id: 'star.listener',
  version: '1',
  options: { maxIterations: 100 },
  description: 'A peer at a rendezvous server',
  meta: { clause: clause.join },
  context: ({ input }) => contextOf(input),
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
      ...openingOn,
      states: {
        connecting: openingStates.connecting,
        awaitingNonce: openingStates.awaitingNonce,
        awaitingSignature: openingStates.awaitingSignature,
        awaitingJoined: openingStates.awaitingJoined,
        refused: openingStates.refused,
        reconnecting: openingStates.reconnecting,
      },
    },
    open: {
      id: 'open',
      description: 'Connected',
      initial: 'joined',
      tags: ['usable'],
      meta: { clause: clause.dials },
      ...openOn,
      states: { joined: openStates.joined, left: openStates.left },
    },
    closing: {
      id: 'closing',
      description: 'Nothing new; what is connected may end by itself',
      meta: { clause: clause.leave },
      initial: 'settling',
      ...closingOn,
      states: { settling: closingStates.settling, disconnecting: closingStates.disconnecting },
    },
    ...ends,
  },
  output: ({ context: { cause, reason } }) => ({ cause, reason }),
  ...always,
});
