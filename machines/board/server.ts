/**
 * One connection at the board's server: asks for addresses, tells what is proposed, takes proposals and passes interest on.
 *
 * What it must never do: announce what is not kept, or pass interest to anybody but the proposer. The list of proposals and the directory of addresses
 * are the host's, shared by all connections; this machine only asks. To a client of the original it says what the original's server says, in its
 * order, and beyond that only `boardError`, where the original is silent or dies.
 * Carries: the server's five events and "Flow".
 */
import { assertEvent, assign, emit, setup } from 'xstate';
import type { Broadcast, ConnectionFact, Misused, Request, RoleMeta, Send, Violated } from '../../src/role.ts';
import {
  type Fault,
  type FromClient,
  type FromServer,
  faults,
  keyOf,
  type Misshapen,
  originalOtherData,
  type Page,
  type Proposal,
  type Received,
  type Sent,
  type ToServer,
} from './messages.ts';

export interface ServerInput {
  /** The client knows more than the text. */
  readonly extended: boolean;
  /** What a client signs to prove an address: the board's name, and a nonce that no other connection has. */
  readonly name: string;
  readonly nonce: string;
  /** Every address must be proven. */
  readonly proof: boolean;
  /** Addresses that one connection may register. */
  readonly maxAddresses: number;
  /** Requests of one connection that may be under way. */
  readonly maxPending: number;
  /** Invalid messages after which the connection is closed. */
  readonly maxViolations: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

/** A request of this client that the host has not answered. */
interface Pending {
  readonly id: string;
  /** The client's name for it; empty for one that gives none. */
  readonly request: string;
  readonly about: ToServer['event'];
}

interface ServerContext extends ServerInput {
  readonly addresses: readonly string[];
  readonly pending: readonly Pending[];
  readonly violations: number;
  /** How the connection is to be closed. */
  readonly closure: { readonly code: number; readonly reason: string };
}

/** An address that was not registered, and why. */
export type RefusedAddress = NonNullable<FromServer<'boardDone'>['refused']>[number];

export type ServerEvent =
  | Received<ToServer>
  | Misshapen
  | Extract<ConnectionFact, { readonly type: 'connection.opened' | 'connection.lost' }>
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  /** What became of a `requestRegistration`. */
  | {
      readonly type: 'registered';
      readonly id: string;
      readonly addresses: readonly string[];
      readonly refused: readonly RefusedAddress[];
    }
  /** The proposal is kept: only now is it told to anyone. */
  | { readonly type: 'listed'; readonly id: string; readonly proposal: Proposal }
  /** It was carried out; there is nothing more to say than that. */
  | { readonly type: 'done'; readonly id: string }
  | { readonly type: 'denied'; readonly id: string; readonly error: Fault }
  /** Somebody else is interested in a proposal of this client. */
  | {
      readonly type: 'indicate';
      readonly fromAddress: string;
      readonly otherData: unknown;
      readonly channel: Proposal['id'];
    }
  /** Somebody else has registered an address of this client, by the board's policy. */
  | { readonly type: 'displaced'; readonly address: string }
  /** The client sends faster than it is read. */
  | { readonly type: 'hurried' };

export type ServerEmitted =
  | Send<Sent>
  /** To all clients; what only the original's need, to them. Each is encoded once. */
  | (Broadcast<FromServer<'receiveChannelProposal'> | Page> & { readonly group: 'all' | 'original' })
  /** Verify the proofs, if there are any, and enter the addresses into the directory. */
  | (Request & {
      readonly type: 'requestRegistration';
      readonly nonce: string;
      readonly addresses: readonly string[];
      readonly proofs: readonly string[];
    })
  /** Keep the proposal. */
  | (Request & { readonly type: 'requestListing'; readonly proposal: Proposal; readonly lasts: number })
  | (Request & { readonly type: 'requestWithdrawal'; readonly channel: string })
  /** Tell the proposer. `channel` is empty where the client names only the address. */
  | (Request & {
      readonly type: 'requestIndication';
      readonly channel: string;
      readonly address: string;
      readonly fromAddress: string;
      readonly otherData: unknown;
    })
  /** Unlist what still leads to this connection: its late end harms no newer one. */
  | { readonly type: 'orderRelease'; readonly addresses: readonly string[] }
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  | { readonly type: 'orderTermination' }
  | Violated
  | Misused;

const none: readonly never[] = [];
/** Every request of a connection has a name of its own: the client's, or what it is about. */
function pendingOf(event: ServerEvent): Pending {
  switch (event.type) {
    case 'received.registerAddresses':
      return named(event.message, 'addresses');
    case 'received.proposeChannel':
      return named(event.message, keyOf(event.message.channelData.id));
    case 'received.withdrawChannel':
      return named(event.message, keyOf(event.message.id));
    case 'received.indicateInterest': {
      const { channel, fromAddress } = event.message;
      return named(event.message, JSON.stringify([channel.id ?? null, channel.address, fromAddress]));
    }
    default:
      return { id: '', request: '', about: 'pinger' };
  }
}

type Named = FromClient<'registerAddresses' | 'proposeChannel' | 'withdrawChannel' | 'indicateInterest'>;

function named({ event, request }: Named, subject: string): Pending {
  return { id: `${event}/${request === undefined ? subject : `#${request}`}`, request: request ?? '', about: event };
}

const answeredBy = (pending: readonly Pending[], event: ServerEvent): Pending | undefined =>
  'id' in event ? pending.find(({ id }) => id === event.id) : undefined;

/** The new addresses of a registration, behind those that are there. */
const together = (addresses: readonly string[], others: readonly string[]): readonly string[] => [
  ...new Set([...addresses, ...others]),
];

function refusal(error: Fault, about: string, request: string, reason: string = faults[error]): Send<Sent> {
  return {
    type: 'send',
    message: { event: 'boardError', error, about, reason, ...(request === '' ? {} : { request }) },
  };
}

const clause = {
  connection: 'Setup 1',
  addresses: 'Setup 2, 3',
  channels: 'Setup 4',
  propose: 'Alice Proposes a new Channel',
  interest: 'Alice Indicates interest in a Proposed Channel',
};

/** The board's side of one connection. */
export const server = setup({
  types: {} as {
    context: ServerContext;
    input: ServerInput;
    events: ServerEvent;
    emitted: ServerEmitted;
    tags: 'usable' | 'settled';
    meta: RoleMeta;
  },
  actions: {
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

    orderClose: emit(({ context }) => ({ type: 'orderClose', ...context.closure })),
    orderTermination: emit(() => ({ type: 'orderTermination' })),
    closeAsGoingAway: assign({ closure: { code: 1001, reason: 'Going away' } }),
    closeForViolations: assign({ closure: { code: 1008, reason: 'Too many invalid messages' } }),
    countViolation: assign(({ context }) => ({ violations: context.violations + 1 })),
    violatedShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return { type: 'violated', event: event.type, reason: `The client sent what is no message: ${event.reason}.` };
    }),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The client sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
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
    hasViolatedTooOften: ({ context }) => context.violations + 1 >= context.maxViolations,
  },
  delays: { closeTimeout: ({ context }) => context.closeTimeout },
}).createMachine({
  id: 'board.server',
  version: '1',
  options: { maxIterations: 100 },
  description: "The board's side of one connection",
  meta: { clause: 'Server' },
  context: ({ input }) => ({
    ...input,
    addresses: none,
    pending: none,
    violations: 0,
    closure: { code: 1000, reason: '' },
  }),
  initial: 'opening',
  states: {
    opening: {
      description: 'A socket has come',
      meta: { clause: clause.connection },
      on: {
        'connection.opened': 'open',
        'connection.lost': 'closed',
        'command.close': { target: 'closing.disconnecting', actions: 'closeAsGoingAway' },
      },
    },
    open: {
      description: 'Connected: is told what is proposed, may propose, may be interested',
      tags: ['usable'],
      entry: ['sendRequestAddresses', 'sendReceiveChannels'],
      initial: 'awaitingAddresses',
      on: {
        'received.registerAddresses': [
          { guard: 'wantsTooManyAddresses', actions: 'refuseTooMany' },
          { target: '.awaitingVerdict', actions: ['keepPending', 'requestRegistration'] },
        ],
        'received.proposeChannel': [
          { guard: 'isSecondOfItsId', actions: 'refuseDuplicate' },
          { guard: 'isRepeated', description: 'The answer to the first one stands' },
          { guard: 'isTooMany', actions: 'refuseTooMany' },
          { actions: ['keepPending', 'requestListing'] },
        ],
        'received.indicateInterest': [
          { guard: 'isRepeated', description: 'The answer to the first one stands' },
          { guard: 'isTooMany', actions: 'refuseTooMany' },
          { actions: ['keepPending', 'requestIndication'] },
        ],
        'received.withdrawChannel': [
          { guard: 'isRepeated', description: 'The answer to the first one stands' },
          { guard: 'isTooMany', actions: 'refuseTooMany' },
          { actions: ['keepPending', 'requestWithdrawal'] },
        ],
        'received.nextChannels': { guard: 'isExtended', actions: 'sendNextChannels' },
        'received.pinger': { actions: 'sendPonger' },
        indicate: [{ guard: 'isExtended', actions: 'sendNamedIndicator' }, { actions: 'sendReceiveIndicator' }],
        displaced: { actions: ['forgetAddress', 'sendAddressLost'] },
        hurried: { actions: 'refuseHurry' },
        'connection.lost': [
          { guard: 'isWaiting', target: 'leaving', actions: ['orderRelease', 'forgetAddresses'] },
          { target: 'closed', actions: ['orderRelease', 'forgetAddresses'] },
        ],
        'command.close': { target: 'closing', actions: ['orderRelease', 'forgetAddresses', 'closeAsGoingAway'] },
      },
      states: {
        awaitingAddresses: {
          description: 'Has been asked for its addresses; until it gives them, no interest reaches it',
          meta: { clause: clause.addresses },
        },
        awaitingVerdict: {
          description: 'Its addresses are looked at',
          meta: { clause: clause.addresses },
          on: {
            'received.registerAddresses': { description: 'One registration at a time', actions: 'refuseTooMany' },
            registered: [
              {
                guard: 'hasRegisteredSomeNamed',
                target: 'registered',
                actions: ['keepAddresses', 'sendRegistered', 'settle'],
              },
              { guard: 'hasRegisteredSome', target: 'registered', actions: ['keepAddresses', 'settle'] },
              { guard: 'hasAddresses', target: 'registered', actions: ['sendNotRegistered', 'settle'] },
              { target: 'awaitingAddresses', actions: ['sendNotRegistered', 'settle'] },
            ],
          },
        },
        registered: {
          description: 'Interest in what it proposes reaches it',
          meta: { clause: clause.interest },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'Nothing new is taken; what is under way is settled',
      on: {
        'received.registerAddresses': { actions: 'refuseClosing' },
        'received.proposeChannel': { actions: 'refuseClosing' },
        'received.indicateInterest': { actions: 'refuseClosing' },
        'received.withdrawChannel': { actions: 'refuseClosing' },
        'received.nextChannels': { description: 'It comes back for them' },
        'received.pinger': { description: 'The end is the answer' },
        'command.close': { description: 'Is closing already' },
        'connection.lost': [{ guard: 'isWaiting', target: 'leaving' }, { target: 'closed' }],
      },
      initial: 'settling',
      states: {
        settling: {
          description: 'The last answers',
          always: { guard: 'isSettled', target: 'disconnecting' },
          after: { closeTimeout: 'disconnecting' },
        },
        disconnecting: {
          description: "The line's own closing",
          entry: 'orderClose',
          on: { 'received.*': { description: 'The last word was said' } },
          after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
        },
      },
    },
    leaving: {
      description: 'The line is gone; what it has proposed is still being kept, and is told to the others then',
      meta: { clause: clause.propose },
      always: { guard: 'isSettled', target: 'closed' },
      on: {
        'received.*': { description: 'Was on its way' },
        'command.close': { description: 'Is gone already' },
      },
      after: { closeTimeout: 'closed' },
    },
    closed: { id: 'closed', type: 'final', description: 'Gone: its addresses lead nowhere', tags: ['settled'] },
  },
  on: {
    registered: [
      { guard: 'answersThis', description: 'Too late', actions: ['orderLateRelease', 'settle'] },
      { description: 'Nobody asked' },
    ],
    listed: [
      { guard: 'answersNamed', actions: ['announce', 'announceAll', 'sendDone', 'settle'] },
      { actions: ['announce', 'announceAll', 'settle'] },
    ],
    done: [{ guard: 'answersNamed', actions: ['sendDone', 'settle'] }, { actions: 'settle' }],
    denied: [{ guard: 'answersThis', actions: ['sendDenied', 'settle'] }, { description: 'Nobody asked' }],
    indicate: { description: 'Its line is going' },
    displaced: { description: 'Its line is going' },
    hurried: { description: 'Its line is going' },
    'connection.*': { description: 'Is known already' },
    'received.malformed': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: ['refuseShape', 'violatedShape', 'orderRelease', 'forgetAddresses', 'closeForViolations'],
      },
      { actions: ['countViolation', 'refuseShape', 'violatedShape'] },
    ],
    'received.*': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: ['refuseUnexpected', 'violated', 'orderRelease', 'forgetAddresses', 'closeForViolations'],
      },
      { actions: ['countViolation', 'refuseUnexpected', 'violated'] },
    ],
    'command.*': { actions: 'misused' },
  },
});
