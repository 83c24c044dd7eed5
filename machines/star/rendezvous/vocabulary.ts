/**
 * All words of the rendezvous: of joins and of dials, each in a file beside this one, and here of the socket's end. The chart that is made of them is in
 * the other files.
 */
import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import { blaming, ending, hasViolatedTooOften } from '../../../src/vocabulary.ts';
import { refusals } from '../rendezvousRules.ts';
import { refusedDial, refusedJoin, told } from './answers.ts';
import { dialWords } from './dialWords.ts';
import type { RendezvousContext, RendezvousEvent, RendezvousInput } from './types.ts';

export const clause = { join: 'ss-join', leave: 'ss-leave' };

const none: readonly never[] = [];

/** What a socket begins with: it has joined nothing, and dials nobody. */
export const contextOf = (input: RendezvousInput): RendezvousContext => ({
  ...input,
  joined: none,
  joins: none,
  dialling: none,
  incoming: none,
  violations: 0,
  closure: { code: 1000, reason: '' },
});

/** The vocabulary of the rendezvous. */
export const vocabulary = dialWords.extend({
  actions: {
    orderAllUnlisting: enqueueActions(({ context, enqueue }) => {
      if (context.joined.length > 0) enqueue.emit({ type: 'orderUnlisting', addresses: context.joined });
    }),
    sendAllClosing: enqueueActions(({ context, enqueue }) => {
      for (const { callback } of context.dialling) enqueue.emit(refusedDial(callback, refusals.closing));
      for (const { callback } of context.joins) if (callback !== '') enqueue.emit(refusedJoin(callback, 'closing'));
    }),
    /** Everybody who waits for this socket, or whom it waits for. */
    tellAllGone: enqueueActions(({ context, enqueue }) => {
      for (const { dialId, peer } of context.dialling)
        if (peer !== '') enqueue.emit(told(peer, { type: 'dropped', dialId }));
      for (const { dialId, by } of context.incoming)
        enqueue.emit(told(by, { type: 'dialled', id: dialId, error: refusals.peerGone }));
    }),
    orderCut: emit(({ context }) => ({ type: 'orderCut', reason: context.closure.reason })),
    forgetAll: assign({ joined: none, joins: none, dialling: none, incoming: none }),

    ...ending<RendezvousContext, RendezvousEvent>(),
    /** After 1012 a client of old tries again; after a farewell it does not. */
    closeAsGoingAway: assign(({ event }) => ({
      closure: { code: 'farewell' in event ? 1001 : 1012, reason: refusals.closing },
    })),

    /** Where somebody waits for an answer it gets one. */
    refuseShape: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'received.malformed');
      const { about, callback } = event;
      if (callback === '') return;
      if (about === 'ss-join') enqueue.emit(refusedJoin(callback, 'invalidMultiaddr'));
      if (about === 'ss-dial') enqueue.emit(refusedDial(callback, refusals.dialInvalid));
    }),
    ...blaming<RendezvousContext, RendezvousEvent>('client'),
  },
  guards: { hasViolatedTooOften },
});
