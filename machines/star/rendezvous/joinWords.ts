/**
 * The rendezvous' words for joins: one is judged, proven and listed, or refused; and what was joined is left.
 */
import { assertEvent, assign, emit, setup } from 'xstate';
import type { RoleMeta } from '../../../src/role.ts';
import { isKeyOf, type Join, joinFault, joinOf, proofFault } from '../rendezvousRules.ts';
import { refusedJoin } from './answers.ts';
import type { RendezvousContext, RendezvousEmitted, RendezvousEvent, RendezvousInput } from './types.ts';

const withoutJoin = (joins: readonly Join[], address: string) => joins.filter((join) => join.address !== address);
const byNonce = (joins: readonly Join[], nonce: string) =>
  joins.find((join) => join.step === 'judging' && join.nonce === nonce);
const listing = (joins: readonly Join[], address: string) =>
  joins.find((join) => join.step === 'listing' && join.address === address);

/** The address that the socket loses: it gives it back, or another has it now. */
function lostIn(event: RendezvousEvent): string | undefined {
  if (event.type === 'received.ss-leave') return event.message.address;
  return event.type === 'displaced' ? event.address : undefined;
}

/** The first of the rendezvous' words. */
export const joinWords = setup({
  types: {} as {
    context: RendezvousContext;
    input: RendezvousInput;
    events: RendezvousEvent;
    emitted: RendezvousEmitted;
    tags: 'usable' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    refuseJoin: emit(({ context, event }) => {
      assertEvent(event, 'received.ss-join');
      return refusedJoin(event.message.callback, joinFault(context, event) ?? proofFault(context, event));
    }),
    refuseJoinAsClosing: emit(({ event }) => {
      assertEvent(event, 'received.ss-join');
      return refusedJoin(event.message.callback, 'closing');
    }),
    keepChallenge: assign(({ context, event }) => {
      assertEvent(event, 'received.ss-join');
      const { message, fresh, at } = event;
      const { address, data } = message;
      const expires = at + context.nonceTimeout;
      const join: Join = { address, callback: '', step: 'signing', key: data, nonce: fresh, expires };
      return { joins: [...withoutJoin(context.joins, address), join] };
    }),
    sendNonce: emit(({ event }) => {
      assertEvent(event, 'received.ss-join');
      return {
        type: 'send',
        message: { event: 'ss-join.reply', replyTo: event.message.callback, nonce: event.fresh },
      };
    }),
    /** From now on the nonce is no use to anybody. */
    takeNonce: assign(({ context, event }) => {
      assertEvent(event, 'received.ss-join');
      const { address, callback } = event.message;
      const joins = context.joins.map(
        (join): Join => (join.address === address ? { ...join, step: 'judging', callback } : join),
      );
      return { joins };
    }),
    consultSignature: emit(({ context, event }) => {
      assertEvent(event, 'received.ss-join');
      const { address, data } = event.message;
      const { key = '', nonce = '' } = joinOf(context.joins, address) ?? {};
      return { type: 'consultSignature', id: nonce, key, nonce, signature: data };
    }),
    forgetChallenge: assign(({ context, event }) => {
      assertEvent(event, ['received.ss-join', 'received.ss-leave']);
      return { joins: withoutJoin(context.joins, event.message.address) };
    }),

    keepJoin: assign(({ context, event }) => {
      assertEvent(event, 'received.ss-join');
      const { address, callback } = event.message;
      const join: Join = { address, callback, step: 'listing', key: '', nonce: '', expires: 0 };
      return { joins: [...withoutJoin(context.joins, address), join] };
    }),
    requestListing: emit(({ event }) => {
      assertEvent(event, 'received.ss-join');
      const { address } = event.message;
      return { type: 'requestListing', id: address, address };
    }),
    requestProvenListing: emit(({ context, event }) => {
      assertEvent(event, 'verified');
      const address = byNonce(context.joins, event.id)?.address ?? '';
      return { type: 'requestListing', id: address, address };
    }),
    keepProof: assign(({ context, event }) => {
      assertEvent(event, 'verified');
      const joins = context.joins.map(
        (join): Join => (join.nonce === event.id ? { ...join, step: 'listing', key: '', nonce: '', expires: 0 } : join),
      );
      return { joins };
    }),
    refuseProof: emit(({ context, event }) => {
      assertEvent(event, 'verified');
      const refusal = event.verdict === 'unusable' ? 'cryptoError' : 'signatureInvalid';
      return refusedJoin(byNonce(context.joins, event.id)?.callback ?? '', refusal);
    }),
    forgetProof: assign(({ context, event }) => {
      assertEvent(event, 'verified');
      return { joins: context.joins.filter(({ nonce }) => nonce !== event.id) };
    }),

    keepAddress: assign(({ context, event }) => {
      assertEvent(event, 'listed');
      const { joined, joins } = context;
      return {
        joined: joined.includes(event.id) ? joined : [...joined, event.id],
        joins: withoutJoin(joins, event.id),
      };
    }),
    sendJoined: emit(({ context, event }) => {
      assertEvent(event, 'listed');
      const replyTo = listing(context.joins, event.id)?.callback ?? '';
      return { type: 'send', message: { event: 'ss-join.reply', replyTo, peers: [...event.peers] } };
    }),
    sendUnlistable: emit(({ context, event }) => {
      assertEvent(event, 'unlistable');
      return refusedJoin(listing(context.joins, event.id)?.callback ?? '', event.error);
    }),
    forgetListing: assign(({ context, event }) => {
      assertEvent(event, 'unlistable');
      return { joins: withoutJoin(context.joins, event.id) };
    }),
    orderLateUnlisting: emit(({ event }) => {
      assertEvent(event, 'listed');
      return { type: 'orderUnlisting', addresses: [event.id] };
    }),
    orderUnlisting: emit(({ event }) => {
      assertEvent(event, 'received.ss-leave');
      return { type: 'orderUnlisting', addresses: [event.message.address] };
    }),
    forgetAddress: assign(({ context, event }) => {
      assertEvent(event, ['received.ss-leave', 'displaced']);
      return { joined: context.joined.filter((address) => address !== lostIn(event)) };
    }),
  },
  guards: {
    mayNotJoin: ({ context, event }) => event.type === 'received.ss-join' && joinFault(context, event) !== undefined,
    needsNoProof: ({ context }) => !context.challenge,
    bringsItsKey: ({ event }) =>
      event.type === 'received.ss-join' && isKeyOf(event.message.address, event.message.data),
    answersChallenge: ({ context, event }) =>
      event.type === 'received.ss-join' &&
      event.message.data !== '' &&
      event.at < (joinOf(context.joins, event.message.address)?.expires ?? 0),
    isProven: ({ context, event }) =>
      event.type === 'verified' && event.verdict === 'valid' && byNonce(context.joins, event.id) !== undefined,
    isDisproven: ({ context, event }) => event.type === 'verified' && byNonce(context.joins, event.id) !== undefined,
    answersThis: ({ context, event }) =>
      (event.type === 'listed' || event.type === 'unlistable') && listing(context.joins, event.id) !== undefined,
    isOnlyAddress: ({ context, event }) => context.joined.length === 1 && context.joined[0] === lostIn(event),
    isJoined: ({ context, event }) => context.joined.some((address) => address === lostIn(event)),
  },
  delays: { closeTimeout: ({ context }) => context.closeTimeout },
});
