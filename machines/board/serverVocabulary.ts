/**
 * The deeds, facts and delays of the board's side of one connection, by name. When they are done is on the chart, in `server.ts`.
 */
import { assertEvent, assign, emit, setup } from 'xstate';
import type { RoleMeta } from '../../src/role.ts';
import { blaming, ending, hasViolatedTooOften } from '../../src/vocabulary.ts';
import { faults, keyOf, originalOtherData } from './messages.ts';
import {
  answeredBy,
  none,
  pendingOf,
  refusal,
  type ServerContext,
  type ServerEmitted,
  type ServerEvent,
  type ServerInput,
  together,
} from './serverRules.ts';

export const clause = {
  connection: 'Setup 1',
  addresses: 'Setup 2, 3',
  channels: 'Setup 4',
  propose: 'Alice Proposes a new Channel',
  interest: 'Alice Indicates interest in a Proposed Channel',
};

/** The vocabulary of the board's side. */
export const vocabulary = setup({
  types: {} as {
    context: ServerContext;
    input: ServerInput;
    events: ServerEvent;
    emitted: ServerEmitted;
    tags: 'usable' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    ...ending<ServerContext, ServerEvent>(),
    ...blaming<ServerContext, ServerEvent>('client'),

    sendRequestAddresses: emit(({ context: { extended, name, nonce, proof } }) => ({
      type: 'send',
      message: {
        event: 'requestAddresses',
        ...(extended || proof ? { board: { name, nonce, proof } } : {}),
      },
    })),
    sendReceiveChannels: emit(() => ({ type: 'send', message: { event: 'receiveChannels', page: '' } })),
    sendNextChannels: emit(({ event }) => {
      assertEvent(event, 'received.nextChannels');
      return { type: 'send', message: { event: 'receiveChannels', page: event.message.cursor } };
    }),
    sendPonger: emit(() => ({ type: 'send', message: { event: 'ponger' } })),

    requestRegistration: emit(({ context, event }) => {
      assertEvent(event, 'received.registerAddresses');
      const { addresses, proofs = none } = event.message;
      return { type: 'requestRegistration', id: pendingOf(event).id, nonce: context.nonce, addresses, proofs };
    }),
    keepAddresses: assign(({ context, event }) => {
      assertEvent(event, 'registered');
      return { addresses: together(context.addresses, event.addresses) };
    }),
    sendRegistered: emit(({ context, event }) => {
      assertEvent(event, 'registered');
      const request = answeredBy(context.pending, event)?.request ?? '';
      return { type: 'send', message: { event: 'boardDone', request, refused: [...event.refused] } };
    }),
    sendNotRegistered: emit(({ context, event }) => {
      assertEvent(event, 'registered');
      const request = answeredBy(context.pending, event)?.request ?? '';
      return refusal(event.refused[0]?.error ?? 'unavailable', 'registerAddresses', request);
    }),
    orderRelease: emit(({ context }) => ({ type: 'orderRelease', addresses: context.addresses })),
    orderLateRelease: emit(({ event }) => {
      assertEvent(event, 'registered');
      return { type: 'orderRelease', addresses: event.addresses };
    }),
    forgetAddresses: assign({ addresses: none }),
    forgetAddress: assign(({ context, event }) => {
      assertEvent(event, 'displaced');
      return { addresses: context.addresses.filter((address) => address !== event.address) };
    }),
    sendAddressLost: emit(({ event }) => {
      assertEvent(event, 'displaced');
      return { type: 'send', message: { event: 'addressLost', address: event.address } };
    }),

    requestListing: emit(({ event }) => {
      assertEvent(event, 'received.proposeChannel');
      const { channelData, lasts = 0 } = event.message;
      return { type: 'requestListing', id: pendingOf(event).id, proposal: channelData, lasts };
    }),
    announce: emit(({ event }) => {
      assertEvent(event, 'listed');
      return {
        type: 'broadcast',
        group: 'all',
        message: { event: 'receiveChannelProposal', proposal: event.proposal },
      };
    }),
    announceAll: emit(() => ({
      type: 'broadcast',
      group: 'original',
      message: { event: 'receiveChannels', page: '' },
    })),
    requestWithdrawal: emit(({ event }) => {
      assertEvent(event, 'received.withdrawChannel');
      return { type: 'requestWithdrawal', id: pendingOf(event).id, channel: keyOf(event.message.id) };
    }),

    requestIndication: emit(({ event }) => {
      assertEvent(event, 'received.indicateInterest');
      const { channel, fromAddress, otherData = originalOtherData } = event.message;
      return {
        type: 'requestIndication',
        id: pendingOf(event).id,
        channel: channel.id === undefined ? '' : keyOf(channel.id),
        address: channel.address,
        fromAddress,
        otherData,
      };
    }),
    sendReceiveIndicator: emit(({ event }) => {
      assertEvent(event, 'indicate');
      const { fromAddress, otherData } = event;
      return { type: 'send', message: { event: 'receiveIndicator', fromAddress, otherData } };
    }),
    sendNamedIndicator: emit(({ event }) => {
      assertEvent(event, 'indicate');
      const { fromAddress, otherData, channel } = event;
      return { type: 'send', message: { event: 'receiveIndicator', fromAddress, otherData, channel } };
    }),

    keepPending: assign(({ context, event }) => ({ pending: [...context.pending, pendingOf(event)] })),
    settle: assign(({ context, event }) => {
      const answered = answeredBy(context.pending, event);
      return { pending: context.pending.filter((pending) => pending !== answered) };
    }),
    sendDone: emit(({ context, event }) => ({
      type: 'send',
      message: { event: 'boardDone', request: answeredBy(context.pending, event)?.request ?? '' },
    })),
    sendDenied: emit(({ context, event }) => {
      assertEvent(event, 'denied');
      const { about = '', request = '' } = answeredBy(context.pending, event) ?? {};
      return refusal(event.error, about, request);
    }),
    refuseDuplicate: emit(() => refusal('duplicateId', 'proposeChannel', '')),
    refuseTooMany: emit(({ event }) => refusal('tooMany', pendingOf(event).about, pendingOf(event).request)),
    refuseClosing: emit(({ event }) => refusal('closing', pendingOf(event).about, pendingOf(event).request)),
    refuseShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return refusal('malformed', event.about, event.request, `${faults.malformed} (${event.reason})`);
    }),
    refuseUnexpected: emit(({ event }) => refusal('unexpected', event.type.slice('received.'.length), '')),
    refuseHurry: emit(() => refusal('tooFast', '', '')),
  },
  guards: {
    isExtended: ({ context }) => context.extended,
    isRepeated: ({ context, event }) => context.pending.some(({ id }) => id === pendingOf(event).id),
    /** Of one that gives no names: whether it is the same or another cannot be told any more. */
    isSecondOfItsId: ({ context, event }) =>
      event.type === 'received.proposeChannel' &&
      event.message.request === undefined &&
      context.pending.some(({ id }) => id === pendingOf(event).id),
    isTooMany: ({ context }) => context.pending.length >= context.maxPending,
    wantsTooManyAddresses: ({ context, event }) =>
      event.type === 'received.registerAddresses' &&
      (event.message.addresses.length > context.maxAddresses ||
        together(context.addresses, event.message.addresses).length > context.maxAddresses),
    hasRegisteredSome: ({ event }) => event.type === 'registered' && event.addresses.length > 0,
    hasRegisteredSomeNamed: ({ context, event }) =>
      event.type === 'registered' &&
      event.addresses.length > 0 &&
      (answeredBy(context.pending, event)?.request ?? '') !== '',
    hasAddresses: ({ context }) => context.addresses.length > 0,
    answersThis: ({ context, event }) => answeredBy(context.pending, event) !== undefined,
    answersNamed: ({ context, event }) => (answeredBy(context.pending, event)?.request ?? '') !== '',
    isWaiting: ({ context }) => context.pending.length > 0,
    isSettled: ({ context }) => context.pending.length === 0,
    hasViolatedTooOften,
  },
  delays: { closeTimeout: ({ context }) => context.closeTimeout },
});
