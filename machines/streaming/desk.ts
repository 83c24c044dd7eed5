/**
 * The payee's desk: one socket, before and beside the channels.
 *
 * A socket asks for the public key before it says who it is, and may name any key afterwards. So it has a small machine of its own, which keeps no money: it
 * answers `publicKey`, remembers whose channel the socket speaks of, and passes everything else on to that channel's payee. What it must never do:
 * take a socket's word for a key as proof of it.
 * Carries: "Idle state" 2, and the public key that comes along with `latestState` and `play`.
 */
import { assertEvent, assign, emit, setup } from 'xstate';
import type { ConnectionFact, Malformed, Misused, RoleMeta, Send, Violated } from '../../src/role.ts';
import type { Party } from '../../src/streaming/scheme.ts';
import { blaming, countViolation } from '../../src/vocabulary.ts';
import type { Fault, Offer, Received, State, ToPayee, ToPayer } from './messages.ts';

export interface DeskInput {
  readonly payee: Party;
  /** What is offered; the first is the one of a payer that names none. */
  readonly offers: readonly Offer[];
  /** Messages that were refused, or were none, after which the socket is closed. */
  readonly maxViolations: number;
}

interface DeskContext extends DeskInput {
  /** The public key that the socket has named last. */
  readonly key: string;
  readonly violations: number;
}

/** What is passed on: everything but `publicKey`. */
export type Forwarded = Exclude<Received<ToPayee>, { readonly type: 'received.publicKey' }>;

export type DeskEvent =
  | Received<ToPayee>
  /** `about` is the event that it wanted to be, if there is such a one. */
  | (Malformed & { readonly about?: string })
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  | { readonly type: 'command.close' }
  | { readonly type: `command.${string}` }
  /** There is no channel for what was passed on. */
  | { readonly type: 'unknown'; readonly about: string }
  /** A payee has refused what came from here. */
  | { readonly type: 'faulted' };

export type DeskEmitted =
  | Send<ToPayer>
  /** Tell the payee of this key's channel. `opens` is the first state of a channel, which may be a new one. */
  | {
      readonly type: 'orderPayee';
      readonly key: string;
      readonly event: Forwarded;
      readonly opens?: State;
    }
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  | Violated
  | Misused;

/** The public key that a message names, or the one that was named before. */
function keyIn(context: DeskContext, event: DeskEvent): string {
  switch (event.type) {
    case 'received.newChannel':
    case 'received.refund':
      return event.message.state.client_public_key;
    case 'received.latestState':
    case 'received.play':
    case 'received.topUp':
    case 'received.pause':
    case 'received.close':
    case 'received.receipt':
      return event.message.publicKey;
    default:
      return context.key;
  }
}

function refusal(about: string, fault: Fault): Send<ToPayer> {
  return { type: 'send', message: { event: 'refused', about, fault } };
}

/** The offer of the stream that is wanted. */
const offerFor = ({ offers }: DeskContext, event: DeskEvent): Offer | undefined => {
  const wanted = event.type === 'received.publicKey' ? event.message.hello?.stream : undefined;
  return wanted === undefined ? offers[0] : offers.find(({ stream }) => stream === wanted);
};

const { violatedShape, misused } = blaming<DeskContext, DeskEvent>('payer');

/** One socket at the payee. */
export const desk = setup({
  types: {} as {
    context: DeskContext;
    input: DeskInput;
    events: DeskEvent;
    emitted: DeskEmitted;
    tags: 'usable' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    sendPublicKey: emit(({ context, event }) => {
      const offer = offerFor(context, event);
      const { publicKey, wallet } = context.payee;
      return { type: 'send', message: { event: 'publicKey', publicKey, wallet, offer } };
    }),
    refuseStream: emit(() => refusal('publicKey', 'unknownStream')),
    keepKey: assign(({ context, event }) => ({ key: keyIn(context, event) })),
    passOn: emit(({ context, event }) => {
      assertEvent(event, [
        'received.latestState',
        'received.play',
        'received.pay',
        'received.topUp',
        'received.pause',
        'received.close',
        'received.receipt',
      ]);
      return { type: 'orderPayee', key: keyIn(context, event), event };
    }),
    passOnOpening: emit(({ context, event }) => {
      assertEvent(event, ['received.newChannel', 'received.refund']);
      return { type: 'orderPayee', key: keyIn(context, event), event, opens: event.message.state };
    }),
    sendNoState: emit(() => ({ type: 'send', message: { event: 'latestState', state: null } })),
    refuseUnknownKey: emit(({ event }) => {
      assertEvent(event, 'unknown');
      return refusal(event.about, 'unknownKey');
    }),
    refuseUnexpected: emit(({ event }) => refusal(event.type.slice('received.'.length), 'unexpected')),
    refuseShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return refusal(event.about ?? '', 'malformed');
    }),
    countViolation: countViolation<DeskContext, DeskEvent>(),
    violatedShape,
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payer sent a message that it may not send before it says who it is.',
    })),
    orderClose: emit(() => ({ type: 'orderClose', code: 1000, reason: '' })),
    orderRefusal: emit(() => ({ type: 'orderClose', code: 1008, reason: 'Too many refused messages' })),
    misused,
  },
  guards: {
    isOffered: ({ context, event }) => offerFor(context, event) !== undefined,
    isNamed: ({ context }) => context.key !== '',
    isState: ({ event }) => event.type === 'unknown' && event.about === 'latestState',
    violatesTooOften: ({ context }) => context.violations >= context.maxViolations,
  },
  delays: { closeTimeout: 5_000 },
}).createMachine({
  id: 'streaming.desk',
  version: '1',
  options: { maxIterations: 100 },
  description: 'Where a payer comes in',
  meta: { clause: 'Idle state 2' },
  context: ({ input }) => ({ ...input, key: '', violations: 0 }),
  initial: 'open',
  states: {
    open: {
      description: 'Passes on what is for a channel',
      meta: { clause: 'Idle state 2, 3' },
      tags: ['usable'],
      always: { guard: 'violatesTooOften', target: 'closing', actions: 'orderRefusal' },
      on: {
        'received.publicKey': [
          { guard: 'isOffered', actions: 'sendPublicKey' },
          { actions: ['refuseStream', 'countViolation'] },
        ],
        'received.newChannel': { actions: ['keepKey', 'passOnOpening'] },
        'received.refund': { actions: ['keepKey', 'passOnOpening'] },
        'received.latestState': { actions: ['keepKey', 'passOn'] },
        'received.play': { actions: ['keepKey', 'passOn'] },
        'received.pay': { guard: 'isNamed', actions: 'passOn' },
        'received.topUp': { actions: 'passOn' },
        'received.pause': { actions: 'passOn' },
        'received.close': { actions: 'passOn' },
        'received.receipt': { actions: 'passOn' },
        'received.malformed': { actions: ['refuseShape', 'violatedShape', 'countViolation'] },
        unknown: [
          { guard: 'isState', description: '"Or empty"', actions: 'sendNoState' },
          { actions: ['refuseUnknownKey', 'countViolation'] },
        ],
        faulted: { actions: 'countViolation' },
        'connection.lost': 'closed',
        'command.close': { target: 'closing', actions: 'orderClose' },
      },
    },
    closing: {
      description: 'The socket is being closed',
      on: {
        'command.close': { description: 'Is closing already' },
        'connection.lost': 'closed',
        'received.*': { description: 'Was on its way' },
      },
      after: { closeTimeout: 'closed' },
    },
    closed: { type: 'final', description: 'The socket is gone', tags: ['settled'] },
  },
  on: {
    unknown: { description: 'The socket is closing' },
    faulted: { description: 'The socket is closing' },
    'received.*': { actions: ['refuseUnexpected', 'violated', 'countViolation'] },
    'command.*': { actions: 'misused' },
  },
});
