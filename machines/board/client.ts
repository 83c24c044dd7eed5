/**
 * A client of the board: says which addresses are its own, is told what is proposed, proposes, and signals interest.
 *
 * What it must never do: claim more than it knows. The original's server answers nothing: there a proposal counts as made when it comes back, and
 * interest ends as `sent`. A board that knows our extensions answers every request. When the line breaks, what is under way ends as `unknown`.
 * The list of proposals is the app's, told piece by piece: a context does not hold a thousand of them.
 * Carries: the client's four events and "Flow"; 2 to 4 of "Setup" come in any order.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { ConnectionFact, HandedOver, Misused, Request, RoleMeta, Send, Violated } from '../../src/role.ts';
import {
  type Fault,
  type FromServer,
  keyOf,
  type Misshapen,
  type Proposal,
  type Received,
  type ToClient,
  type ToServer,
} from './messages.ts';

export interface ClientInput {
  /** The public addresses that are ours. None: it only watches. */
  readonly addresses: readonly string[];
  /** We can prove them. */
  readonly proves: boolean;
  /** The board's name as we know it: we prove nothing to a board of another name, which could use the proof elsewhere. */
  readonly name: string;
  /** Tries to get the connection back before giving up; 0 never reconnects. */
  readonly attempts: number;
  /** Requests that may be under way at once. */
  readonly window: number;
  /** Milliseconds to wait for each step of joining. */
  readonly joinTimeout: number;
  /** Milliseconds without any answer after which all that is under way ends as `unknown`. */
  readonly answerTimeout: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

/** What a board says of itself that knows more than the text. */
export type Introduction = NonNullable<FromServer<'requestAddresses'>['board']>;

interface Pending {
  readonly id: string;
  /** The proposal's id as JSON text; empty for what does not come back. */
  readonly channel: string;
}

interface ClientContext extends ClientInput {
  /** Which try to get the connection back this is; 0 for the first connection. */
  readonly attempt: number;
  /** Null for a server that only knows the text. */
  readonly board: Introduction | null;
  /** As many as `addresses`, once signed for this connection's nonce. */
  readonly proofs: readonly string[];
  readonly hasChannels: boolean;
  readonly pending: readonly Pending[];
  readonly reason: string;
  /** The name of a fault, where the board named one. */
  readonly error: string;
}

/** Why a request failed. */
export type RequestFailure = Fault | 'notOpen' | 'notSupported';

/** How a request ended. */
export type Outcome =
  | { readonly outcome: 'done' }
  /** It has left; this server tells no more. */
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed'; readonly error: RequestFailure; readonly reason: string }
  /** The line broke, or nobody answered. */
  | { readonly outcome: 'unknown' };

export type ClientEvent =
  | { readonly type: 'command.connect' }
  | { readonly type: 'command.propose'; readonly id: string; readonly proposal: Proposal; readonly lasts?: number }
  | { readonly type: 'command.withdraw'; readonly id: string; readonly channel: Proposal['id'] }
  | {
      readonly type: 'command.indicateInterest';
      readonly id: string;
      readonly channel: Proposal;
      readonly fromAddress: string;
      readonly otherData?: unknown;
    }
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received<ToClient>
  | Misshapen
  | ConnectionFact
  | HandedOver
  /** The answers to `requestProofs`. */
  | { readonly type: 'signed'; readonly id: string; readonly proofs: readonly string[] }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string };

export type ClientEmitted =
  | Send<ToServer>
  /** Get a connection; `attempt` 0 at once, later ones after a back-off that the session chooses. */
  | (Request & { readonly type: 'requestConnection'; readonly attempt: number })
  /** Sign the statement of each address. */
  | (Request & {
      readonly type: 'requestProofs';
      readonly name: string;
      readonly nonce: string;
      readonly addresses: readonly string[];
    })
  | { readonly type: 'withdraw'; readonly request: 'requestConnection' | 'requestProofs'; readonly id: string }
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  | { readonly type: 'orderTermination' }
  /** The board has us and we have its list. */
  | { readonly type: 'joined'; readonly extended: boolean }
  /** These addresses were not registered. */
  | { readonly type: 'addressesRefused'; readonly refused: NonNullable<FromServer<'boardDone'>['refused']> }
  /** The list, or a page of it: `begins` it anew, `ends` it. */
  | {
      readonly type: 'listed';
      readonly proposals: readonly Proposal[];
      readonly begins: boolean;
      readonly ends: boolean;
    }
  | { readonly type: 'proposed'; readonly proposal: Proposal }
  | { readonly type: 'ended'; readonly channel: Proposal['id']; readonly reason: FromServer<'channelEnded'>['reason'] }
  /** Somebody is interested in a channel of ours; `channel` names it where the server does. */
  | {
      readonly type: 'interested';
      readonly fromAddress: string;
      readonly otherData: unknown;
      readonly channel: Proposal['id'] | null;
    }
  /** Interest in this address goes to another client now. */
  | { readonly type: 'displaced'; readonly address: string }
  /** These requests have ended. */
  | ({ readonly type: 'settled'; readonly ids: readonly string[] } & Outcome)
  /** The server refuses something that no request of ours was. */
  | { readonly type: 'refused'; readonly error: Fault; readonly about: string; readonly reason: string }
  | { readonly type: 'disconnected'; readonly reason: string }
  | Violated
  | Misused;

export interface ClientOutput {
  /** Empty when the app closed it. */
  readonly reason: string;
  /** Why the board did not take us, if it said so. */
  readonly error: string;
}

const none: readonly never[] = [];
/** What we call a registration: there is one at a time. */
const registration = 'addresses';

/** The request of ours that an event ends, if it ends one. */
function endedBy({ pending, board }: ClientContext, event: ClientEvent): Pending | undefined {
  switch (event.type) {
    case 'received.boardDone':
    case 'received.boardError':
      return pending.find(({ id }) => id === event.message.request);
    case 'handedOver':
      return pending.find(({ id }) => id === event.id);
    case 'received.receiveChannelProposal': {
      // A board that answers does so: until then it is not known whether it was ours or another's of the same id.
      const channel = keyOf(event.message.proposal.id);
      return board === null ? pending.find((each) => each.channel === channel) : undefined;
    }
    default:
      return undefined;
  }
}

const failed = (id: string, error: RequestFailure, reason: string) =>
  ({ type: 'settled', ids: [id], outcome: 'failed', error, reason }) as const;

const clause = {
  addresses: 'Setup 2, 3',
  channels: 'Setup 4',
  propose: 'Alice Proposes a new Channel',
  interest: 'Alice Indicates interest in a Proposed Channel',
};

/** The client's side of the board. */
export const client = setup({
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
    requestConnection: emit(({ context }) => ({
      type: 'requestConnection',
      id: 'connection',
      attempt: context.attempt,
    })),
    withdrawConnection: emit(() => ({ type: 'withdraw', request: 'requestConnection', id: 'connection' })),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    beginAnew: assign({ board: null, proofs: none, hasChannels: false }),
    orderClose: emit(() => ({ type: 'orderClose', code: 1000, reason: '' })),
    orderTermination: emit(() => ({ type: 'orderTermination' })),
    keepFailure: assign(({ event }) => {
      assertEvent(event, ['connection.failed', 'connection.lost']);
      return { reason: event.reason };
    }),
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
    disconnected: emit(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { type: 'disconnected', reason: event.reason };
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
    forgetAttempts: assign({ attempt: 0 }),

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
    violatedShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return { type: 'violated', event: event.type, reason: `The server sent what is no message: ${event.reason}.` };
    }),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The server sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    mayRetry: ({ context }) => context.attempt < context.attempts,
    /** A board that is just going down or coming up may refuse; on the first connection the app is told at once. */
    mayRetryJoining: ({ context }) => context.attempt > 0 && context.attempt < context.attempts,
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
}).createMachine({
  id: 'board.client',
  version: '1',
  options: { maxIterations: 100 },
  description: 'Somebody who proposes channels, or looks for one',
  meta: { clause: 'Client' },
  context: ({ input }) => ({
    ...input,
    attempt: 0,
    board: null,
    proofs: none,
    hasChannels: false,
    pending: none,
    reason: '',
    error: '',
  }),
  initial: 'idle',
  states: {
    idle: {
      description: 'Not asked to connect yet',
      on: { 'command.connect': 'opening', 'command.close': 'closed' },
    },
    opening: {
      id: 'opening',
      description: 'On the way to the board; what it asks and what it tells come in any order',
      tags: ['waiting'],
      initial: 'connecting',
      on: {
        'command.close': 'closing.disconnecting',
        'received.receiveChannels': [
          { guard: 'hasMore', actions: ['skippedSome', 'listed', 'sendNextChannels'] },
          { actions: ['skippedSome', 'listed', 'keepChannels'] },
        ],
        'connection.lost': [
          { guard: 'mayRetry', target: '.reconnecting', actions: 'disconnected' },
          { target: 'failed', actions: ['keepFailure', 'disconnected'] },
        ],
      },
      states: {
        connecting: {
          description: 'The first connection',
          entry: 'requestConnection',
          on: {
            'connection.opened': 'awaitingAddressRequest',
            'connection.failed': { target: '#failed', actions: 'keepFailure' },
            'command.close': { target: '#closed', actions: 'withdrawConnection' },
          },
        },
        awaitingAddressRequest: {
          description: 'Connected; the server is to ask for our addresses',
          meta: { clause: clause.addresses },
          on: {
            'received.requestAddresses': [
              { guard: 'hasNoAddresses', target: 'awaitingChannels', actions: 'keepBoard' },
              { guard: 'isForeign', target: '#failed', actions: ['keepForeignName', 'orderClose'] },
              { guard: 'mustProve', target: 'awaitingProofs', actions: 'keepBoard' },
              { guard: 'isExtended', target: 'registering', actions: ['keepBoard', 'sendRegisterAddresses'] },
              { target: 'awaitingChannels', actions: ['keepBoard', 'sendRegisterAddresses'] },
            ],
          },
          after: {
            joinTimeout: [
              { guard: 'mayRetryJoining', target: 'reconnecting' },
              { target: '#failed', actions: ['keepSilence', 'orderTermination'] },
            ],
          },
        },
        awaitingProofs: {
          description: 'A signer proves our addresses; that may take as long as a person takes',
          meta: { clause: clause.addresses },
          entry: 'requestProofs',
          on: {
            signed: {
              guard: 'answersProofs',
              target: 'registering',
              actions: ['keepProofs', 'sendRegisterAddresses'],
            },
            refused: { guard: 'answersProofs', target: '#failed', actions: ['keepNoProof', 'orderClose'] },
            'command.close': { target: '#closing.disconnecting', actions: 'withdrawProofs' },
            'connection.lost': [
              { guard: 'mayRetry', target: 'reconnecting', actions: ['withdrawProofs', 'disconnected'] },
              { target: '#failed', actions: ['withdrawProofs', 'keepFailure', 'disconnected'] },
            ],
          },
        },
        registering: {
          description: 'Has said which addresses are ours; the board answers',
          meta: { clause: clause.addresses },
          on: {
            'received.boardDone': {
              guard: 'answersRegistration',
              target: 'awaitingChannels',
              actions: 'addressesRefused',
            },
            'received.boardError': [
              { guard: 'answersRegistration', target: '#failed', actions: ['keepRefusal', 'orderClose'] },
              { actions: 'refused' },
            ],
          },
          after: {
            joinTimeout: [
              { guard: 'mayRetryJoining', target: 'reconnecting' },
              { target: '#failed', actions: ['keepSilence', 'orderTermination'] },
            ],
          },
        },
        awaitingChannels: {
          description: 'The list of what is proposed is to come, unless it has come already',
          meta: { clause: clause.channels },
          always: { guard: 'hasChannels', target: '#open', actions: ['joined', 'forgetAttempts'] },
          after: {
            joinTimeout: [
              { guard: 'mayRetryJoining', target: 'reconnecting' },
              { target: '#failed', actions: ['keepSilence', 'orderTermination'] },
            ],
          },
        },
        reconnecting: {
          description: 'The line broke; the addresses must be registered anew',
          entry: ['countAttempt', 'beginAnew', 'requestConnection'],
          on: {
            'connection.opened': 'awaitingAddressRequest',
            'connection.failed': [
              { guard: 'mayRetry', target: 'reconnecting', reenter: true },
              { target: '#failed', actions: 'keepFailure' },
            ],
            'command.close': { target: '#closed', actions: 'withdrawConnection' },
          },
        },
      },
    },
    open: {
      id: 'open',
      description: 'Knows what is proposed, and can be found',
      tags: ['usable'],
      initial: 'quiet',
      on: {
        'received.requestAddresses': { description: 'Asked again', actions: 'sendRegisterAddresses' },
        'received.receiveChannels': [
          { guard: 'hasMore', actions: ['skippedSome', 'listed', 'sendNextChannels'] },
          { actions: ['skippedSome', 'listed'] },
        ],
        'received.boardError': { actions: 'refused' },
        'received.boardDone': { description: 'Too late' },
        'command.propose': [
          { guard: 'isTooMany', actions: 'requestTooMany' },
          { target: '.awaitingAnswers', actions: ['keepProposal', 'sendProposeChannel'] },
        ],
        'command.withdraw': [
          { guard: 'isPlain', actions: 'requestNotSupported' },
          { guard: 'isTooMany', actions: 'requestTooMany' },
          { target: '.awaitingAnswers', actions: ['keepRequest', 'sendWithdrawChannel'] },
        ],
        'command.indicateInterest': [
          { guard: 'isTooMany', actions: 'requestTooMany' },
          { target: '.awaitingAnswers', actions: ['keepRequest', 'sendIndicateInterest'] },
        ],
        'command.close': 'closing',
        'connection.lost': [
          {
            guard: 'mayRetry',
            target: 'opening.reconnecting',
            actions: ['requestsUnknown', 'forgetRequests', 'disconnected'],
          },
          { target: 'failed', actions: ['requestsUnknown', 'forgetRequests', 'keepFailure', 'disconnected'] },
        ],
      },
      states: {
        quiet: { description: 'No answer is due', meta: { clause: clause.channels } },
        awaitingAnswers: {
          description: 'The server owes answers, or echoes',
          meta: { clause: clause.propose },
          on: {
            'received.boardDone': [
              { guard: 'endsLast', target: 'quiet', actions: ['requestDone', 'forgetRequest'] },
              {
                guard: 'endsOne',
                target: 'awaitingAnswers',
                reenter: true,
                actions: ['requestDone', 'forgetRequest'],
              },
            ],
            'received.boardError': [
              { guard: 'endsLast', target: 'quiet', actions: ['requestFailed', 'forgetRequest'] },
              {
                guard: 'endsOne',
                target: 'awaitingAnswers',
                reenter: true,
                actions: ['requestFailed', 'forgetRequest'],
              },
            ],
            'received.receiveChannelProposal': [
              { guard: 'endsLast', target: 'quiet', actions: ['proposed', 'requestDone', 'forgetRequest'] },
              {
                guard: 'endsOne',
                target: 'awaitingAnswers',
                reenter: true,
                actions: ['proposed', 'requestDone', 'forgetRequest'],
              },
            ],
            handedOver: [
              { guard: 'endsLast', target: 'quiet', actions: ['requestSent', 'forgetRequest'] },
              {
                guard: 'endsOne',
                target: 'awaitingAnswers',
                reenter: true,
                actions: ['requestSent', 'forgetRequest'],
              },
            ],
          },
          after: { answerTimeout: { target: 'quiet', actions: ['requestsUnknown', 'forgetRequests'] } },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'Nothing new is asked; what is under way is settled',
      initial: 'settling',
      on: {
        'command.propose': { actions: 'requestClosing' },
        'command.withdraw': { actions: 'requestClosing' },
        'command.indicateInterest': { actions: 'requestClosing' },
        'command.close': { description: 'Is closing already' },
        handedOver: { guard: 'endsOne', actions: ['requestSent', 'forgetRequest'] },
        'received.boardDone': [
          { guard: 'endsOne', actions: ['requestDone', 'forgetRequest'] },
          { description: 'Too late' },
        ],
        'received.boardError': [
          { guard: 'endsOne', actions: ['requestFailed', 'forgetRequest'] },
          { actions: 'refused' },
        ],
        'received.receiveChannelProposal': [
          { guard: 'endsOne', actions: ['proposed', 'requestDone', 'forgetRequest'] },
          { actions: 'proposed' },
        ],
        'received.requestAddresses': { description: 'Was on its way' },
        'received.receiveChannels': { description: 'Was on its way' },
        'connection.lost': 'closed',
      },
      states: {
        settling: {
          description: 'The last answers',
          always: { guard: 'isSettled', target: 'disconnecting' },
          after: { closeTimeout: 'disconnecting' },
        },
        disconnecting: {
          description: "The line's own closing",
          entry: 'orderClose',
          after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
        },
      },
    },
    closed: {
      id: 'closed',
      type: 'final',
      description: 'Closed by the app',
      tags: ['settled'],
      entry: ['requestsUnknown', 'forgetRequests'],
    },
    failed: {
      id: 'failed',
      type: 'final',
      description: 'No connection, or the board did not take us',
      tags: ['settled'],
    },
  },
  output: ({ context }) => ({ reason: context.reason, error: context.error }),
  on: {
    'received.receiveChannelProposal': { actions: 'proposed' },
    'received.channelEnded': { actions: 'ended' },
    'received.receiveIndicator': { actions: 'interested' },
    'received.addressLost': { actions: 'displaced' },
    'received.boardError': { actions: 'refused' },
    'received.ponger': { description: 'Nobody asked; the line has its own pulse' },
    'received.malformed': { actions: 'violatedShape' },
    'received.*': { actions: 'violated' },
    handedOver: { description: 'Its request has ended already' },
    signed: { description: 'Of a connection that is given up' },
    refused: { description: 'Of a connection that is given up' },
    'command.propose': { actions: 'requestNotOpen' },
    'command.withdraw': { actions: 'requestNotOpen' },
    'command.indicateInterest': { actions: 'requestNotOpen' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
