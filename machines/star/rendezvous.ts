/**
 * One connected socket at the rendezvous server: joins addresses, proves them, and has dials brought to other sockets.
 *
 * What it must never do: let anybody dial from an address that it has not joined, take one nonce twice, or read what goes through a stream. Who is
 * where, and whom it is told to, is the host's, shared by all sockets; this machine only asks. Bytes pass it by: it starts and stops the streams.
 * Carries: "ss-join", "ss-leave", "ss-dial" and "ss-incomming", each as "Server:" has it.
 * This is the whole machine at a glance; its states, and the words that they are made of, are in `rendezvous/`.
 */
import { always, closed, closingOn, disconnecting, endingOn } from './rendezvous/closing.ts';
import { diallingOn } from './rendezvous/dialling.ts';
import { joinedStates, joiningOn } from './rendezvous/joining.ts';
import { contextOf, vocabulary } from './rendezvous/vocabulary.ts';

export type { ProxyInput, RendezvousEmitted, RendezvousEvent, RendezvousInput, Told } from './rendezvous/types.ts';

/** The server's side of one socket. */
export const rendezvous = vocabulary.createMachine({
  id: 'star.rendezvous',
  version: '1',
  options: { maxIterations: 100 },
  description: "The rendezvous server's side of one socket",
  meta: { clause: 'Events' },
  context: ({ input }) => contextOf(input),
  initial: 'open',
  states: {
    open: {
      description: 'Connected',
      tags: ['usable'],
      initial: 'quiet',
      on: { ...joiningOn.on, ...diallingOn.on, ...endingOn.on },
      states: { quiet: joinedStates.quiet, announcing: joinedStates.announcing },
    },
    closing: {
      description: 'Nothing new is taken',
      ...closingOn,
      initial: 'disconnecting',
      states: { disconnecting },
    },
    closed,
  },
  ...always,
});
