/**
 * One connected socket at the rendezvous server: joins addresses, proves them, and has dials brought to other sockets.
 *
 * What it must never do: let anybody dial from an address that it has not joined, take one nonce twice, or read what goes through a stream. Who is
 * where, and whom it is told to, is the host's, shared by all sockets; this machine only asks. Bytes pass it by: it starts and stops the streams.
 * Carries: "ss-join", "ss-leave", "ss-dial" and "ss-incomming", each as "Server:" has it.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type {
  ConnectionFact,
  Consult,
  Misused,
  Request,
  RoleMeta,
  Send,
  Start,
  Stop,
  Violated,
} from '../../src/role.ts';
import type {
  DialReply,
  IncommingReply,
  JoinReply,
  Misshapen,
  Received,
  SsIncomming,
  SsLeave,
  ToServer,
} from './messages.ts';
import {
  type DialAsked,
  type Dialling,
  dialFault,
  type Incoming,
  isKeyOf,
  type Join,
  type Joining,
  joinFault,
  joinOf,
  proofFault,
  type Refusal,
  refusals,
} from './rendezvousRules.ts';

export interface RendezvousInput {
  /** The connection's name at the host, by which other sockets' dials reach it. */
  readonly name: string;
  /** Every address must be proven by the key of the peer that it names. */
  readonly challenge: boolean;
  /** Only addresses of the star's own format. */
  readonly strict: boolean;
  /** Addresses that one socket may join. */
  readonly maxAddresses: number;
  /** Dials that may wait for an answer, each way. */
  readonly maxDials: number;
  /** Invalid messages after which the socket is closed. */
  readonly maxViolations: number;
  /** Milliseconds for which a nonce may be signed. */
  readonly nonceTimeout: number;
  /** Milliseconds for closing. */
  readonly closeTimeout: number;
}

interface RendezvousContext extends RendezvousInput {
  /** The addresses that it may dial from. */
  readonly joined: readonly string[];
  readonly joins: readonly Join[];
  readonly dialling: readonly Dialling[];
  readonly incoming: readonly Incoming[];
  readonly violations: number;
  /** How the socket is to be closed. */
  readonly closure: { readonly code: number; readonly reason: string };
}

/** What one socket's machine tells another's. */
export type Told =
  /** A socket dials an address of this one. */
  | { readonly type: 'dial'; readonly dialId: string; readonly from: string; readonly by: string }
  /** The dial is not wanted any more. */
  | { readonly type: 'dropped'; readonly dialId: string }
  /** The dialled socket has answered; an empty error is none. */
  | { readonly type: 'dialled'; readonly id: string; readonly error: string };

export type RendezvousEvent =
  | Joining
  | DialAsked
  | Received<SsLeave | IncommingReply>
  /** What is of streams is told to them. */
  | Received<Exclude<ToServer, { readonly event: 'ss-join' | 'ss-dial' | 'ss-leave' | 'ss-incomming.reply' }>>
  | Misshapen
  /** What became of a `consultSignature`. */
  | { readonly type: 'verified'; readonly id: string; readonly verdict: 'valid' | 'invalid' | 'unusable' }
  /** It is listed, and these were before it. */
  | { readonly type: 'listed'; readonly id: string; readonly peers: readonly string[] }
  | { readonly type: 'unlistable'; readonly id: string; readonly error: Refusal }
  /** Another socket has joined an address of this one, by the server's policy. */
  | { readonly type: 'displaced'; readonly address: string }
  /** What became of a `requestDial`. */
  | { readonly type: 'reached'; readonly id: string; readonly peer: string; readonly from: string }
  | { readonly type: 'unreachable'; readonly id: string; readonly error: Refusal }
  | { readonly type: 'dialExpired'; readonly id: string }
  | Told
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  /** With a farewell the client is not to come back. */
  | { readonly type: 'command.close'; readonly farewell?: true }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` };

/** A stream through the server: what it reads from one connection it writes to the other. */
export interface ProxyInput {
  readonly source: string;
  readonly sink: string;
}

export type RendezvousEmitted =
  | Send<JoinReply | DialReply | SsIncomming>
  /** Is it the signature of the nonce by the key? */
  | (Consult & {
      readonly type: 'consultSignature';
      readonly key: string;
      readonly nonce: string;
      readonly signature: string;
    })
  /** Enter the address into the directory and announce it. */
  | (Request & { readonly type: 'requestListing'; readonly address: string })
  /** Find the socket that holds `to`; `dialExpired` if it has not answered in time. */
  | (Request & { readonly type: 'requestDial'; readonly dialId: string; readonly from: string; readonly to: string })
  /** What still leads to this socket: its late end harms no newer one. */
  | { readonly type: 'orderUnlisting'; readonly addresses: readonly string[] }
  /** The streams of this socket end, with this reason. */
  | { readonly type: 'orderCut'; readonly reason: string }
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  | { readonly type: 'orderTermination' }
  | { readonly type: 'tell'; readonly role: 'rendezvous'; readonly id: string; readonly event: Told }
  | (Start<ProxyInput> & { readonly role: 'stream' })
  | (Stop & { readonly role: 'stream' })
  | Violated
  | Misused;

const none: readonly never[] = [];
const clause = { join: 'ss-join', leave: 'ss-leave', dial: 'ss-dial', incomming: 'ss-incomming' };

const withoutJoin = (joins: readonly Join[], address: string) => joins.filter((join) => join.address !== address);
const withoutDial = <Dial extends { readonly dialId: string }>(dials: readonly Dial[], id: string) =>
  dials.filter(({ dialId }) => dialId !== id);
const byNonce = (joins: readonly Join[], nonce: string) =>
  joins.find((join) => join.step === 'judging' && join.nonce === nonce);
const listing = (joins: readonly Join[], address: string) =>
  joins.find((join) => join.step === 'listing' && join.address === address);
const dialOf = (dialling: readonly Dialling[], id: string) => dialling.find(({ dialId }) => dialId === id);
const incomingOf = (incoming: readonly Incoming[], id: string) => incoming.find(({ dialId }) => dialId === id);

const refusedJoin = (replyTo: string, refusal: Refusal): Send<JoinReply> => ({
  type: 'send',
  message: { event: 'ss-join.reply', replyTo, error: refusals[refusal] },
});
const refusedDial = (replyTo: string, error: string): Send<DialReply> => ({
  type: 'send',
  message: { event: 'ss-dial.reply', replyTo, error },
});
const told = (id: string, event: Told) => ({ type: 'tell', role: 'rendezvous', id, event }) as const;

/** The server's side of one socket. */
export const rendezvous = setup({
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
      const lost = event.type === 'displaced' ? event.address : event.message.address;
      return { joined: context.joined.filter((address) => address !== lost) };
    }),
    orderAllUnlisting: enqueueActions(({ context, enqueue }) => {
      if (context.joined.length > 0) enqueue.emit({ type: 'orderUnlisting', addresses: context.joined });
    }),
    forgetAll: assign({ joined: none, joins: none, dialling: none, incoming: none }),

    refuseDial: emit(({ context, event }) => {
      assertEvent(event, 'received.ss-dial');
      return refusedDial(event.message.callback, refusals[dialFault(context, event) ?? 'dialInvalid']);
    }),
    refuseDialAsClosing: emit(({ event }) => {
      assertEvent(event, 'received.ss-dial');
      return refusedDial(event.message.callback, refusals.closing);
    }),
    keepDial: assign(({ context, event }) => {
      assertEvent(event, 'received.ss-dial');
      const { dialId, callback } = event.message;
      return { dialling: [...context.dialling, { dialId, callback, peer: '' }] };
    }),
    requestDial: emit(({ event }) => {
      assertEvent(event, 'received.ss-dial');
      const { dialId, from, to } = event.message;
      return { type: 'requestDial', id: dialId, dialId, from, to };
    }),
    keepReached: assign(({ context, event }) => {
      assertEvent(event, 'reached');
      const dialling = context.dialling.map((dial) =>
        dial.dialId === event.id ? { ...dial, peer: event.peer } : dial,
      );
      return { dialling };
    }),
    /** Before the other socket hears of it: the text has it in this order. */
    startDialerStream: emit(({ context, event }) => {
      assertEvent(event, 'reached');
      return {
        type: 'start',
        role: 'stream',
        id: `${event.id}.dialer`,
        input: { source: context.name, sink: event.peer },
      };
    }),
    tellDial: emit(({ context, event }) => {
      assertEvent(event, 'reached');
      return told(event.peer, { type: 'dial', dialId: event.id, from: event.from, by: context.name });
    }),
    sendUnreachable: emit(({ context, event }) => {
      assertEvent(event, 'unreachable');
      return refusedDial(dialOf(context.dialling, event.id)?.callback ?? '', refusals[event.error]);
    }),
    startListenerStream: emit(({ context, event }) => {
      assertEvent(event, 'dialled');
      const source = dialOf(context.dialling, event.id)?.peer ?? '';
      return { type: 'start', role: 'stream', id: `${event.id}.listener`, input: { source, sink: context.name } };
    }),
    sendDialled: emit(({ context, event }) => {
      assertEvent(event, 'dialled');
      const replyTo = dialOf(context.dialling, event.id)?.callback ?? '';
      return { type: 'send', message: { event: 'ss-dial.reply', replyTo } };
    }),
    sendUndialled: emit(({ context, event }) => {
      assertEvent(event, 'dialled');
      return refusedDial(dialOf(context.dialling, event.id)?.callback ?? '', event.error);
    }),
    sendTimedOut: emit(({ context, event }) => {
      assertEvent(event, 'dialExpired');
      return refusedDial(dialOf(context.dialling, event.id)?.callback ?? '', refusals.dialTimedOut);
    }),
    tellDropped: emit(({ context, event }) => {
      assertEvent(event, 'dialExpired');
      return told(dialOf(context.dialling, event.id)?.peer ?? '', { type: 'dropped', dialId: event.id });
    }),
    stopDialerStream: emit(({ event }) => {
      assertEvent(event, ['dialled', 'dialExpired']);
      return { type: 'stop', role: 'stream', id: `${event.id}.dialer` };
    }),
    forgetDial: assign(({ context, event }) => {
      assertEvent(event, ['unreachable', 'dialled', 'dialExpired']);
      return { dialling: withoutDial(context.dialling, event.id) };
    }),

    keepIncoming: assign(({ context, event }) => {
      assertEvent(event, 'dial');
      return { incoming: [...context.incoming, { dialId: event.dialId, by: event.by }] };
    }),
    sendSsIncomming: emit(({ event }) => {
      assertEvent(event, 'dial');
      const { dialId, from } = event;
      return { type: 'send', message: { event: 'ss-incomming', dialId, from, callback: dialId } };
    }),
    tellBusy: emit(({ event }) => {
      assertEvent(event, 'dial');
      return told(event.by, { type: 'dialled', id: event.dialId, error: refusals.peerBusy });
    }),
    tellGone: emit(({ event }) => {
      assertEvent(event, 'dial');
      return told(event.by, { type: 'dialled', id: event.dialId, error: refusals.peerNotFound });
    }),
    tellAnswer: emit(({ context, event }) => {
      assertEvent(event, 'received.ss-incomming.reply');
      const { replyTo, error = '' } = event.message;
      return told(incomingOf(context.incoming, replyTo)?.by ?? '', { type: 'dialled', id: replyTo, error });
    }),
    forgetIncoming: assign(({ context, event }) => {
      assertEvent(event, ['received.ss-incomming.reply', 'dropped']);
      const id = event.type === 'dropped' ? event.dialId : event.message.replyTo;
      return { incoming: withoutDial(context.incoming, id) };
    }),
    /** Everybody who waits for this socket, or whom it waits for. */
    tellAllGone: enqueueActions(({ context, enqueue }) => {
      for (const { dialId, peer } of context.dialling)
        if (peer !== '') enqueue.emit(told(peer, { type: 'dropped', dialId }));
      for (const { dialId, by } of context.incoming)
        enqueue.emit(told(by, { type: 'dialled', id: dialId, error: refusals.peerGone }));
    }),
    sendAllClosing: enqueueActions(({ context, enqueue }) => {
      for (const { callback } of context.dialling) enqueue.emit(refusedDial(callback, refusals.closing));
      for (const { callback } of context.joins) if (callback !== '') enqueue.emit(refusedJoin(callback, 'closing'));
    }),

    orderCut: emit(({ context }) => ({ type: 'orderCut', reason: context.closure.reason })),
    orderClose: emit(({ context }) => ({ type: 'orderClose', ...context.closure })),
    orderTermination: emit(() => ({ type: 'orderTermination' })),
    /** After 1012 a client of old tries again; after a farewell it does not. */
    closeAsGoingAway: assign(({ event }) => ({
      closure: { code: 'farewell' in event ? 1001 : 1012, reason: refusals.closing },
    })),
    closeForViolations: assign({ closure: { code: 1008, reason: 'Too many invalid messages' } }),
    countViolation: assign(({ context }) => ({ violations: context.violations + 1 })),
    /** Where somebody waits for an answer it gets one. */
    refuseShape: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'received.malformed');
      const { about, callback } = event;
      if (callback === '') return;
      if (about === 'ss-join') enqueue.emit(refusedJoin(callback, 'invalidMultiaddr'));
      if (about === 'ss-dial') enqueue.emit(refusedDial(callback, refusals.dialInvalid));
    }),
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
    isOnlyAddress: ({ context, event }) =>
      context.joined.length === 1 &&
      ((event.type === 'received.ss-leave' && context.joined[0] === event.message.address) ||
        (event.type === 'displaced' && context.joined[0] === event.address)),
    isJoined: ({ context, event }) =>
      (event.type === 'received.ss-leave' && context.joined.includes(event.message.address)) ||
      (event.type === 'displaced' && context.joined.includes(event.address)),
    mayNotDial: ({ context, event }) => event.type === 'received.ss-dial' && dialFault(context, event) !== undefined,
    answersDial: ({ context, event }) => 'id' in event && dialOf(context.dialling, event.id) !== undefined,
    isAccepted: ({ context, event }) =>
      event.type === 'dialled' && event.error === '' && dialOf(context.dialling, event.id) !== undefined,
    isBusy: ({ context }) => context.incoming.length >= context.maxDials,
    answersIncoming: ({ context, event }) =>
      event.type === 'received.ss-incomming.reply' && incomingOf(context.incoming, event.message.replyTo) !== undefined,
    isIncoming: ({ context, event }) =>
      event.type === 'dropped' && incomingOf(context.incoming, event.dialId) !== undefined,
    hasViolatedTooOften: ({ context }) => context.violations + 1 >= context.maxViolations,
  },
  delays: { closeTimeout: ({ context }) => context.closeTimeout },
}).createMachine({
  id: 'star.rendezvous',
  version: '1',
  options: { maxIterations: 100 },
  description: "The rendezvous server's side of one socket",
  meta: { clause: 'Events' },
  context: ({ input }) => ({
    ...input,
    joined: none,
    joins: none,
    dialling: none,
    incoming: none,
    violations: 0,
    closure: { code: 1000, reason: '' },
  }),
  initial: 'open',
  states: {
    open: {
      description: 'Connected',
      tags: ['usable'],
      initial: 'quiet',
      on: {
        'received.ss-join': [
          { guard: 'mayNotJoin', actions: 'refuseJoin' },
          { guard: 'needsNoProof', actions: ['keepJoin', 'requestListing'] },
          { guard: 'bringsItsKey', actions: ['keepChallenge', 'sendNonce'] },
          { guard: 'answersChallenge', actions: ['takeNonce', 'consultSignature'] },
          { description: 'No key of this peer, no signature, or too late', actions: ['refuseJoin', 'forgetChallenge'] },
        ],
        verified: [
          { guard: 'isProven', actions: ['requestProvenListing', 'keepProof'] },
          { guard: 'isDisproven', actions: ['refuseProof', 'forgetProof'] },
          { description: 'It has left meanwhile' },
        ],
        listed: [
          { guard: 'answersThis', target: '.announcing', actions: ['sendJoined', 'keepAddress'] },
          { description: 'It has left meanwhile', actions: 'orderLateUnlisting' },
        ],
        unlistable: [
          { guard: 'answersThis', actions: ['sendUnlistable', 'forgetListing'] },
          { description: 'It has left meanwhile' },
        ],
        'received.ss-leave': { description: 'What it has not joined, or is still joining', actions: 'forgetChallenge' },
        'received.ss-dial': [{ guard: 'mayNotDial', actions: 'refuseDial' }, { actions: ['keepDial', 'requestDial'] }],
        reached: [
          { guard: 'answersDial', actions: ['keepReached', 'startDialerStream', 'tellDial'] },
          { description: 'Nobody waits for it' },
        ],
        unreachable: [
          { guard: 'answersDial', actions: ['sendUnreachable', 'forgetDial'] },
          { description: 'Nobody waits for it' },
        ],
        dialled: [
          { guard: 'isAccepted', actions: ['startListenerStream', 'sendDialled', 'forgetDial'] },
          { guard: 'answersDial', actions: ['stopDialerStream', 'sendUndialled', 'forgetDial'] },
          { description: 'Nobody waits for it' },
        ],
        dialExpired: [
          { guard: 'answersDial', actions: ['stopDialerStream', 'tellDropped', 'sendTimedOut', 'forgetDial'] },
          { description: 'Nobody waits for it' },
        ],
        dial: [{ guard: 'isBusy', actions: 'tellBusy' }, { actions: ['keepIncoming', 'sendSsIncomming'] }],
        'received.ss-incomming.reply': [
          { guard: 'answersIncoming', actions: ['tellAnswer', 'forgetIncoming'] },
          { description: 'Too late' },
        ],
        dropped: [{ guard: 'isIncoming', actions: 'forgetIncoming' }, { description: 'Is answered already' }],
        'connection.lost': { target: 'closed', actions: ['orderAllUnlisting', 'tellAllGone', 'forgetAll'] },
        'command.close': {
          target: 'closing.disconnecting',
          actions: ['closeAsGoingAway', 'orderAllUnlisting', 'sendAllClosing', 'tellAllGone', 'orderCut', 'forgetAll'],
        },
      },
      states: {
        quiet: {
          description: 'Has joined nothing: is told of nobody, and cannot be dialled',
          meta: { clause: clause.join },
        },
        announcing: {
          description: 'Has joined: the others are told of it, and it of them',
          meta: { clause: clause.leave },
          on: {
            'received.ss-leave': [
              {
                guard: 'isOnlyAddress',
                target: 'quiet',
                actions: ['orderUnlisting', 'forgetAddress', 'forgetChallenge'],
              },
              { guard: 'isJoined', actions: ['orderUnlisting', 'forgetAddress', 'forgetChallenge'] },
              { description: 'What it has not joined, or is still joining', actions: 'forgetChallenge' },
            ],
            displaced: [
              { guard: 'isOnlyAddress', target: 'quiet', actions: 'forgetAddress' },
              { guard: 'isJoined', actions: 'forgetAddress' },
              { description: 'Has left it already' },
            ],
          },
        },
      },
    },
    closing: {
      description: 'Nothing new is taken',
      on: {
        'received.ss-join': { actions: 'refuseJoinAsClosing' },
        'received.ss-dial': { actions: 'refuseDialAsClosing' },
        'received.*': { description: 'The last word was said' },
        'command.close': { description: 'Is closing already' },
        'connection.lost': 'closed',
      },
      initial: 'disconnecting',
      states: {
        disconnecting: {
          description: "The line's own closing",
          meta: { clause: clause.leave },
          entry: 'orderClose',
          after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'Gone: its addresses lead nowhere', tags: ['settled'] },
  },
  on: {
    dial: { description: 'Its line is going', actions: 'tellGone' },
    listed: { description: 'Its line is going', actions: 'orderLateUnlisting' },
    displaced: { description: 'Has nothing to lose' },
    dropped: { description: 'Its line is going' },
    verified: { description: 'Its line is going' },
    unlistable: { description: 'Its line is going' },
    reached: { description: 'Its line is going' },
    unreachable: { description: 'Its line is going' },
    dialled: { description: 'Its line is going' },
    dialExpired: { description: 'Its line is going' },
    'received.malformed': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: [
          'refuseShape',
          'violatedShape',
          'closeForViolations',
          'orderAllUnlisting',
          'sendAllClosing',
          'tellAllGone',
          'orderCut',
          'forgetAll',
        ],
      },
      { actions: ['countViolation', 'refuseShape', 'violatedShape'] },
    ],
    'received.*': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: [
          'violated',
          'closeForViolations',
          'orderAllUnlisting',
          'sendAllClosing',
          'tellAllGone',
          'orderCut',
          'forgetAll',
        ],
      },
      { actions: ['countViolation', 'violated'] },
    ],
    'command.*': { actions: 'misused' },
  },
});
