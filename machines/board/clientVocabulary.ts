/**
 * The deeds, facts and delays of a client of the board, by name. When they are done is on the chart, in `client.ts`.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { RoleMeta } from '../../src/role.ts';
import {
  blaming,
  connecting,
  hasTried,
  keepFailure,
  mayRetry,
  mayRetryRefused,
  orderTermination,
} from '../../src/vocabulary.ts';
import {
  type ClientContext,
  type ClientEmitted,
  type ClientEvent,
  type ClientInput,
  type ClientOutput,
  endedBy,
  failed,
  none,
  registration,
} from './clientRules.ts';
import { keyOf } from './messages.ts';

export const clause = {
  addresses: 'Setup 2, 3',
  channels: 'Setup 4',
  propose: 'Alice Proposes a new Channel',
  interest: 'Alice Indicates interest in a Proposed Channel',
};

/** The vocabulary of the board's clients. */
export const vocabulary = setup({
  types: {} as {
    context: ClientContext;
    input: ClientInput;
    output: ClientOutput;
    events: ClientEvent;
    emitted: ClientEmitted;
    tags: 'usable' | 'waiting' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    ...connecting<ClientContext, ClientEvent>(),
    orderTermination: orderTermination<ClientContext, ClientEvent>(),
    keepFailure: keepFailure<ClientContext, ClientEvent>(),
    ...blaming<ClientContext, ClientEvent>('server'),

    beginAnew: assign({ board: null, proofs: none, hasChannels: false }),
    keepSilence: assign({ reason: 'The server did not do its part of joining in time.' }),
    keepRefusal: assign(({ event }) => {
      assertEvent(event, 'received.boardError');
      return { reason: `The board refused our addresses: ${event.message.reason}`, error: event.message.error };
    }),
    keepNoProof: assign(({ event }) => {
      assertEvent(event, 'refused');
      return { reason: `Our addresses were not proven: ${event.reason}` };
    }),
    keepForeignName: assign(({ context, event }) => {
      assertEvent(event, 'received.requestAddresses');
      return {
        reason: `The board calls itself "${event.message.board?.name}"; we expected "${context.name}" and prove nothing to another.`,
      };
    }),

    keepBoard: assign(({ event }) => {
      assertEvent(event, 'received.requestAddresses');
      return { board: event.message.board ?? null };
    }),
    requestProofs: emit(({ context: { board, addresses } }) => ({
      type: 'requestProofs',
      id: board?.nonce ?? '',
      name: board?.name ?? '',
      nonce: board?.nonce ?? '',
      addresses,
    })),
    withdrawProofs: emit(({ context }) => ({
      type: 'withdraw',
      request: 'requestProofs',
      id: context.board?.nonce ?? '',
    })),
    keepProofs: assign(({ event }) => {
      assertEvent(event, 'signed');
      return { proofs: event.proofs };
    }),
    sendRegisterAddresses: emit(({ context: { addresses, proofs, board } }) => ({
      type: 'send',
      message: {
        event: 'registerAddresses',
        addresses: [...addresses],
        ...(proofs.length > 0 ? { proofs: [...proofs] } : {}),
        ...(board === null ? {} : { request: registration }),
      },
    })),
    addressesRefused: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'received.boardDone');
      const { refused = none } = event.message;
      if (refused.length > 0) enqueue.emit({ type: 'addressesRefused', refused: [...refused] });
    }),
    joined: emit(({ context }) => ({ type: 'joined', extended: context.board !== null })),

    listed: emit(({ event }) => {
      assertEvent(event, 'received.receiveChannels');
      const { list, after, next } = event.message;
      return { type: 'listed', proposals: list.channels, begins: after === undefined, ends: next === undefined };
    }),
    skippedSome: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'received.receiveChannels');
      const { skipped } = event.message.list;
      if (skipped === 0) return;
      enqueue.emit({
        type: 'violated',
        event: event.type,
        reason: `The server listed ${skipped} channels that are none.`,
      });
    }),
    keepChannels: assign({ hasChannels: true }),
    sendNextChannels: emit(({ event }) => {
      assertEvent(event, 'received.receiveChannels');
      return { type: 'send', message: { event: 'nextChannels', cursor: event.message.next ?? '' } };
    }),
    proposed: emit(({ event }) => {
      assertEvent(event, 'received.receiveChannelProposal');
      return { type: 'proposed', proposal: event.message.proposal };
    }),
    ended: emit(({ event }) => {
      assertEvent(event, 'received.channelEnded');
      return { type: 'ended', channel: event.message.id, reason: event.message.reason };
    }),
    interested: emit(({ event }) => {
      assertEvent(event, 'received.receiveIndicator');
      const { fromAddress, otherData = '', channel = null } = event.message;
      return { type: 'interested', fromAddress, otherData, channel };
    }),
    displaced: emit(({ event }) => {
      assertEvent(event, 'received.addressLost');
      return { type: 'displaced', address: event.message.address };
    }),

    sendProposeChannel: emit(({ context, event }) => {
      assertEvent(event, 'command.propose');
      const { proposal, lasts, id } = event;
      const ours = { ...(lasts === undefined ? {} : { lasts }), request: id };
      return {
        type: 'send',
        message: { event: 'proposeChannel', channelData: proposal, ...(context.board === null ? {} : ours) },
      };
    }),
    keepProposal: assign(({ context, event }) => {
      assertEvent(event, 'command.propose');
      return { pending: [...context.pending, { id: event.id, channel: keyOf(event.proposal.id) }] };
    }),
    sendWithdrawChannel: emit(({ event }) => {
      assertEvent(event, 'command.withdraw');
      return { type: 'send', message: { event: 'withdrawChannel', id: event.channel, request: event.id } };
    }),
    sendIndicateInterest: emit(({ context, event }) => {
      assertEvent(event, 'command.indicateInterest');
      const { id, channel, fromAddress, otherData } = event;
      const ours = { ...(otherData === undefined ? {} : { otherData }), request: id };
      return {
        type: 'send',
        ...(context.board === null ? { id } : {}),
        message: { event: 'indicateInterest', channel, fromAddress, ...(context.board === null ? {} : ours) },
      };
    }),
    keepRequest: assign(({ context, event }) => {
      assertEvent(event, ['command.withdraw', 'command.indicateInterest']);
      return { pending: [...context.pending, { id: event.id, channel: '' }] };
    }),
    requestDone: emit(({ context, event }) => ({
      type: 'settled',
      ids: [endedBy(context, event)?.id ?? ''],
      outcome: 'done',
    })),
    requestSent: emit(({ event }) => {
      assertEvent(event, 'handedOver');
      return { type: 'settled', ids: [event.id], outcome: event.ok ? 'sent' : 'unknown' };
    }),
    requestFailed: emit(({ event }) => {
      assertEvent(event, 'received.boardError');
      return failed(event.message.request ?? '', event.message.error, event.message.reason);
    }),
    forgetRequest: assign(({ context, event }) => {
      const ended = endedBy(context, event);
      return { pending: context.pending.filter((each) => each !== ended) };
    }),
    requestsUnknown: enqueueActions(({ context, enqueue }) => {
      if (context.pending.length > 0)
        enqueue.emit({ type: 'settled', ids: context.pending.map(({ id }) => id), outcome: 'unknown' });
    }),
    forgetRequests: assign({ pending: none }),
    requestTooMany: emit(({ event }) => {
      assertEvent(event, ['command.propose', 'command.withdraw', 'command.indicateInterest']);
      return failed(event.id, 'tooMany', 'Too many requests wait for their answer.');
    }),
    requestNotOpen: emit(({ event }) => {
      assertEvent(event, ['command.propose', 'command.withdraw', 'command.indicateInterest']);
      return failed(event.id, 'notOpen', 'There is no connection to the board now.');
    }),
    requestClosing: emit(({ event }) => {
      assertEvent(event, ['command.propose', 'command.withdraw', 'command.indicateInterest']);
      return failed(event.id, 'closing', 'The client is closing.');
    }),
    requestNotSupported: emit(({ event }) => {
      assertEvent(event, 'command.withdraw');
      return failed(event.id, 'notSupported', 'This board knows only the text: a proposal there cannot be withdrawn.');
    }),

    refused: emit(({ event }) => {
      assertEvent(event, 'received.boardError');
      const { error, about, reason } = event.message;
      return { type: 'refused', error, about, reason };
    }),
  },
  guards: {
    mayRetry,
    hasTried,
    mayRetryJoining: mayRetryRefused,
    hasNoAddresses: ({ context }) => context.addresses.length === 0,
    mustProve: ({ context, event }) =>
      context.proves && event.type === 'received.requestAddresses' && event.message.board !== undefined,
    isForeign: ({ context, event }) =>
      context.proves &&
      event.type === 'received.requestAddresses' &&
      event.message.board !== undefined &&
      event.message.board.name !== context.name,
    isExtended: ({ event }) => event.type === 'received.requestAddresses' && event.message.board !== undefined,
    isPlain: ({ context }) => context.board === null,
    answersProofs: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') && event.id === context.board?.nonce,
    answersRegistration: ({ event }) =>
      (event.type === 'received.boardDone' || event.type === 'received.boardError') &&
      (event.message.request ?? '') === registration,
    hasMore: ({ event }) => event.type === 'received.receiveChannels' && event.message.next !== undefined,
    hasChannels: ({ context }) => context.hasChannels,
    isTooMany: ({ context }) => context.pending.length >= context.window,
    endsLast: ({ context, event }) => context.pending.length === 1 && endedBy(context, event) !== undefined,
    endsOne: ({ context, event }) => endedBy(context, event) !== undefined,
    isSettled: ({ context }) => context.pending.length === 0,
  },
  delays: {
    joinTimeout: ({ context }) => context.joinTimeout,
    answerTimeout: ({ context }) => context.answerTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
  },
});
