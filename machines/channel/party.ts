/**
 * What both parties of a channel do once it is open, written once: updates started and acknowledged, conflicts, closing, and coming back. The two
 * roles differ in the opening only: see `initiator.ts` and `responder.ts`.
 *
 * What a party must never do: sign two transactions of one round, unless a conflict has taken the round back; sign what it has not compared with what
 * was announced; leave a command of its app without an end.
 * Carries: "Channel off-chain update", "Channel mutual close", "Other WebSocket events" of the text, and both dialects at once.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { RoleMeta } from '../../src/role.ts';
import {
  agreedOf,
  failures,
  hasSigned,
  idIn,
  inspectedOf,
  isAboutMessage,
  isNext,
  isSign,
  isSignable,
  judge,
  type PartyContext,
  type PartyEmitted,
  type PartyEvent,
  type PartyInput,
  type PartyOutput,
  promiseOf,
  proofIn,
  replyOf,
  seenIn,
} from './partyRules.ts';

export const clause = {
  connection: 'Connection opened messages',
  create: 'Create transaction signing',
  onChain: 'Signed channel_create_tx',
  locks: 'Block inclusion',
  open: 'Open confirmation',
  start: 'Start update',
  acknowledge: 'Acknowledger update',
  finish: 'Finish update',
  close: 'Channel mutual close',
  died: 'Channel closing',
  error: 'Update error',
  conflict: 'Update conflict',
  message: 'Generic messages',
};

/** The vocabulary of both parties. */
export const party = setup({
  types: {} as {
    context: PartyContext;
    input: PartyInput;
    output: PartyOutput;
    events: PartyEvent;
    emitted: PartyEmitted;
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
    forgetAttempts: assign({ attempt: 0 }),
    orderClose: emit(() => ({ type: 'orderClose', code: 1000, reason: '' })),
    disconnected: emit(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { type: 'disconnected', reason: event.reason };
    }),
    resumed: emit(() => ({ type: 'resumed' })),
    left: emit(() => ({ type: 'left' })),
    stopped: emit(({ context }) => ({ type: 'stopped', reason: context.reason })),
    keepFailure: assign(({ event }) => {
      assertEvent(event, ['connection.failed', 'connection.lost']);
      return { reason: event.reason };
    }),
    keepSilence: assign({ reason: 'The channel was not opened in time.' }),
    keepRefusal: assign(({ context, event }) => ({
      reason: event.type === 'refused' ? event.reason : judge(context, event).objection,
    })),
    keepNoSignature: assign({ reason: 'The signer did not answer in time.' }),
    keepError: assign(({ event }) => {
      assertEvent(event, 'received.error');
      const { payload } = event.message;
      return { reason: `The node reports an error: ${'reason' in payload ? payload.reason : payload.message}` };
    }),
    keepDeath: assign({ reason: 'The node has ended the channel.', ended: 'died' }),
    keepClosed: assign({ ended: 'closed' }),
    keepFailed: assign({ ended: 'failed' }),

    keepOpening: assign(({ event }) => {
      assertEvent(event, 'command.open');
      return { opening: 'id' in event ? (event.id ?? '') : '', reason: '', attempt: 0 };
    }),
    progressed: emit(({ event }) => {
      assertEvent(event, [
        'received.info.channel_accept',
        'received.info.channel_open',
        'received.info.funding_created',
        'received.info.funding_signed',
        'received.info.own_funding_locked',
        'received.info.funding_locked',
        'received.info.open',
      ]);
      return { type: 'progressed', step: stepOf[event.type], tx: '' };
    }),
    progressedOnChain: emit(({ context }) => ({
      type: 'progressed',
      step: 'on_chain_tx',
      tx: context.agreed?.tx ?? '',
    })),
    keepCreated: assign(({ context: { promised }, event }) =>
      promised === null ? {} : { agreed: agreedOf(promised, proofIn(event)), promised: null },
    ),
    keepOpen: assign(({ context: { agreed, promised } }) => ({
      agreed: agreed ?? (promised === null ? null : agreedOf(promised)),
      promised: null,
      isOpened: true,
      attempt: 0,
    })),
    opened: emit(({ context }) => ({ type: 'opened', id: context.opening, channelId: context.channelId })),
    forgetOpening: assign({ opening: '' }),

    keepPromise: assign(({ context, event }) => {
      const seen = seenIn(event);
      return {
        promised: promiseOf(context, event),
        ...(seen?.kind === 'create' ? { channelId: seen.channelId } : {}),
      };
    }),
    requestSignature: enqueueActions(({ context, event, enqueue }) => {
      const promise = promiseOf(context, event);
      if (promise === null) return;
      const inspected = inspectedOf(context, event);
      const { id, tag, unsigned } = promise;
      enqueue.emit({ type: 'requestSignature', id, tag, tx: unsigned, inspected });
    }),
    withdrawSignature: enqueueActions(({ context, event, enqueue }) => {
      if (event.type === 'signed' || event.type === 'refused' || context.promised === null) return;
      enqueue.emit({ type: 'withdraw', request: 'requestSignature', id: context.promised.id });
    }),
    keepSignature: assign(({ context, event }) => {
      assertEvent(event, 'signed');
      return context.promised === null ? {} : { promised: { ...context.promised, tx: event.tx } };
    }),
    /** Under the tag by which it is asked for now: a closing that one party began may be put to us as the other's. */
    sendReply: enqueueActions(({ context: { promised }, context, event, enqueue }) => {
      if (promised === null || !hasSigned(context)) return;
      const { tag } = isSign(event) ? event.message : promised;
      enqueue.emit({ type: 'send', message: replyOf({ tag, tx: promised.tx }) });
    }),
    /** The same transaction again, to a node that has lost our signature on it. */
    sendAgreed: enqueueActions(({ context: { agreed }, event, enqueue }) => {
      if (agreed === null || !isSign(event)) return;
      enqueue.emit({ type: 'send', message: replyOf({ tag: event.message.tag, tx: agreed.tx }) });
    }),
    dropPromise: assign({ promised: null }),
    /** Nothing has left: when the node asks again, we are asked again. */
    dropUnsigned: assign(({ context }) => (hasSigned(context) ? {} : { promised: null })),
    declined: enqueueActions(({ context, event, enqueue }) => {
      const tag = isSign(event) ? event.message.tag : context.promised?.tag;
      if (tag === undefined) return;
      const reason = isSign(event)
        ? judge(context, event).objection || 'Nobody wants it any more.'
        : event.type === 'refused'
          ? event.reason
          : 'The signer did not answer in time.';
      enqueue.emit({ type: 'declined', tag, reason });
    }),

    /** The state that we have already, now with both signatures. */
    keepProof: assign(({ context: { agreed }, event }) =>
      agreed === null ? {} : { agreed: { ...agreed, tx: proofIn(event) ?? agreed.tx, isCoSigned: true } },
    ),

    keepStarted: assign(({ event }) => {
      assertEvent(event, ['command.update', 'command.shutdown']);
      return { started: { command: event.id ?? '', update: 'update' in event ? event.update : null } };
    }),
    sendUpdate: emit(({ event }) => {
      assertEvent(event, 'command.update');
      const { from, to, amount } = 'update' in event ? event.update : nobody;
      return { type: 'send', message: { action: 'update', tag: 'new', payload: { from, to, amount } } };
    }),
    sendShutdown: emit(() => ({ type: 'send', message: { action: 'shutdown' } })),
    sendMessage: emit(({ event }) => {
      assertEvent(event, 'command.message');
      const { info, to } = 'info' in event ? event : { info: '', to: '' };
      return { type: 'send', id: event.id ?? '', message: { action: 'message', payload: { info, to } } };
    }),
    handed: emit(({ event }) => {
      assertEvent(event, 'handedOver');
      return { type: 'handed', id: event.id, ok: event.ok };
    }),
    /** Both have signed: the node's word, and with its proof the proof. */
    adoptPromised: assign(({ context: { promised }, event }) =>
      promised === null ? {} : { agreed: agreedOf(promised, proofIn(event)) },
    ),
    updated: enqueueActions(({ context: { agreed, promised, started }, enqueue }) => {
      if (agreed === null) return;
      const id = promised?.tag === 'update' ? (started?.command ?? '') : '';
      enqueue.emit({ type: 'updated', id, agreed });
    }),
    forgetFinished: assign(({ context: { promised, started } }) => ({
      promised: null,
      started: promised?.tag === 'update' ? null : started,
      attempt: 0,
    })),
    readied: emit(() => ({ type: 'readied' })),
    shutDown: emit(({ context, event }) => ({
      type: 'shutDown',
      id: context.started?.command ?? '',
      tx: proofIn(event) ?? '',
    })),
    forgetCommands: assign({ opening: '', started: null }),

    failedByRefusal: enqueueActions(({ context, event, enqueue }) => {
      const notices =
        event.type === 'refused'
          ? failures(context, 'refused', event.reason)
          : failures(context, 'wrong', judge(context, event).objection);
      for (const notice of notices) enqueue.emit(notice);
    }),
    failedByConflict: enqueueActions(({ context, enqueue }) => {
      for (const notice of failures(context, 'conflict', '')) enqueue.emit(notice);
    }),
    failedByError: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'received.error');
      const { payload } = event.message;
      const detail = 'reason' in payload ? payload.reason : payload.message;
      for (const notice of failures(context, 'rejected', detail)) enqueue.emit(notice);
    }),
    failedBySilence: enqueueActions(({ context, enqueue }) => {
      for (const notice of failures(context, 'timeout', '')) enqueue.emit(notice);
    }),
    failedByLoss: enqueueActions(({ context, enqueue }) => {
      for (const notice of failures(context, 'lost', context.reason)) enqueue.emit(notice);
    }),
    failedByDeath: enqueueActions(({ context, enqueue }) => {
      for (const notice of failures(context, 'died', '')) enqueue.emit(notice);
    }),
    failedByLeaving: enqueueActions(({ context, enqueue }) => {
      for (const notice of failures(context, 'left', '')) enqueue.emit(notice);
    }),

    conflicted: emit(({ event }) => {
      assertEvent(event, 'received.conflict');
      return { type: 'conflicted', round: event.message.payload.round };
    }),
    messaged: emit(({ event }) => {
      assertEvent(event, 'received.message');
      return { type: 'messaged', message: event.message };
    }),
    reported: emit(({ event }) => {
      assertEvent(event, 'received.error');
      const { payload } = event.message;
      return 'reason' in payload
        ? { type: 'reported', reason: payload.reason, detail: payload.request }
        : { type: 'reported', reason: '', detail: payload.message };
    }),
    noticed: emit(({ event }) => {
      assertEvent(event, 'received.info.other');
      return { type: 'noticed', event: event.event };
    }),
    died: emit(() => ({ type: 'died' })),
    violatedSign: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The node asks for a signature that nothing leads to.',
    })),
    violatedState: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The node shows a transaction that we have not signed.',
    })),
    violatedSignatures: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The node shows a transaction that not both have signed.',
    })),
    violatedRound: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The node goes back to a round that we do not know.',
    })),
    violatedShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return { type: 'violated', event: event.type, reason: `The node sent what is no message: ${event.reason}.` };
    }),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The node sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({
      type: 'misused',
      command: event.type,
      ...('id' in event && event.id !== undefined ? { id: event.id } : {}),
    })),
  },
  guards: {
    isOpened: ({ context }) => context.isOpened,
    hasChannel: ({ context }) => context.agreed !== null || hasSigned(context),
    isOnChain: ({ context }) => context.agreed !== null,
    mayRetry: ({ context }) => context.attempt < context.attempts,
    hasTried: ({ context }) => context.attempt > 0,
    /** The node does not want this connection: another one has our role, or the query is wrong. When we come back, that other may be our own of before. */
    isTurnedAway: ({ context, event }) =>
      event.type === 'connection.lost' && event.code === 1008 && context.attempt === 0,

    isSignable: ({ context, event }) => isSignable(context, event),
    /** What we have signed already. */
    isSigned: ({ context, event }) => hasSigned(context) && context.promised?.id === idIn(event),
    isAgreed: ({ context, event }) => context.agreed !== null && context.agreed.id === idIn(event),
    isNext: ({ context, event }) => isNext(context, event),
    isAsked: ({ context, event }) => context.promised?.id === idIn(event),
    answersSignature: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') && event.id === context.promised?.id,
    hasSigned: ({ context }) => hasSigned(context),
    hasSignedUpdate: ({ context }) => hasSigned(context) && context.promised?.tag === 'update',
    hasSignedAck: ({ context }) => hasSigned(context) && context.promised?.tag === 'update_ack',
    startsUpdate: ({ context }) => context.started !== null && context.started.update !== null,
    startsShutdown: ({ context }) => context.started !== null,

    isProofOfPromise: ({ context, event }) =>
      hasSigned(context) && proofIn(event) !== undefined && context.promised?.id === idIn(event),
    /** The state that is agreed on the node's word, now with its proof. */
    isProof: ({ context, event }) =>
      context.agreed?.isCoSigned === false && proofIn(event) !== undefined && context.agreed.id === idIn(event),
    isUnproven: ({ context, event }) =>
      (event.type === 'received.update' || event.type === 'received.on_chain_tx') &&
      !event.isCoSigned &&
      context.promised?.id === idIn(event),
    /** The state that is agreed, or one before: said again. */
    isKnownState: ({ context, event }) => {
      const seen = seenIn(event);
      if (seen === undefined || seen.kind === 'unreadable' || context.agreed === null) return false;
      if (seen.id === context.agreed.id || seen.kind === 'create') return seen.channelId === context.channelId;
      return (
        seen.kind === 'offchain' &&
        seen.channelId === context.channelId &&
        BigInt(seen.round) < BigInt(context.agreed.round)
      );
    },
    isAboutMessage: ({ event }) =>
      event.type === 'received.error' &&
      'request' in event.message.payload &&
      isAboutMessage(event.message.payload.request),
    isLateConflict: ({ context, event }) =>
      event.type === 'received.conflict' && event.message.payload.round < (context.agreed?.round ?? 0),
    /** The node goes back to the very state that we are about to finish: then both have signed it. */
    isFinishedByConflict: ({ context, event }) =>
      event.type === 'received.conflict' &&
      hasSigned(context) &&
      context.promised?.round === event.message.payload.round &&
      event.message.payload.round === (context.agreed?.round ?? 0) + 1,
    isOurRound: ({ context, event }) =>
      event.type === 'received.conflict' && event.message.payload.round === context.agreed?.round,
  },
  delays: {
    openTimeout: ({ context }) => context.openTimeout,
    answerTimeout: ({ context }) => context.answerTimeout,
    signTimeout: ({ context }) => context.signTimeout,
    finishTimeout: ({ context }) => context.finishTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
  },
});

const nobody = { from: '', to: '', amount: '0' };

const stepOf = {
  'received.info.channel_accept': 'channel_accept',
  'received.info.channel_open': 'channel_open',
  'received.info.funding_created': 'funding_created',
  'received.info.funding_signed': 'funding_signed',
  'received.info.own_funding_locked': 'own_funding_locked',
  'received.info.funding_locked': 'funding_locked',
  'received.info.open': 'open',
} as const;

/** Not connected; the channel, if there is one, stays. */
export const idle = party.createStateConfig({
  id: 'idle',
  description: 'Not connected; the channel, if there is one, stays',
  on: {
    'command.open': [
      { guard: 'isOpened', target: '#open.reconnecting', actions: 'keepOpening' },
      { guard: 'hasChannel', target: '#opening.reconnecting', actions: 'keepOpening' },
      { target: '#opening', actions: 'keepOpening' },
    ],
    'command.leave': { description: 'Has left already', actions: 'left' },
  },
});

// The opening, as far as it is the same for both. `#greeting` is each role's first wait, `#afterSignature` what it waits for once it has signed.

const connecting = party.createStateConfig({
  description: 'The first connection',
  meta: { clause: clause.connection },
  entry: 'requestConnection',
  on: {
    'connection.opened': '#greeting',
    'connection.lost': { description: 'Of the connection before' },
    'connection.failed': { target: '#stopping', actions: 'keepFailure' },
    'command.leave': { target: '#idle', actions: ['withdrawConnection', 'failedByLeaving', 'forgetCommands', 'left'] },
  },
});

const awaitingSign = party.createStateConfig({
  description: 'The create transaction comes for signing',
  meta: { clause: clause.create },
});

const awaitingSignature = party.createStateConfig({
  id: 'createSignature',
  description: 'The create transaction is with our signer',
  meta: { clause: clause.create },
  exit: 'withdrawSignature',
  on: {
    'received.sign.create': [
      { guard: 'isAsked', description: 'Is being signed' },
      {
        target: '#stopping',
        actions: ['declined', 'keepRefusal', 'failedByRefusal', 'forgetCommands', 'dropPromise'],
      },
    ],
    signed: { guard: 'answersSignature', target: '#afterSignature', actions: ['keepSignature', 'sendReply'] },
    refused: {
      guard: 'answersSignature',
      target: '#stopping',
      actions: ['declined', 'keepRefusal', 'failedByRefusal', 'forgetCommands', 'dropPromise'],
    },
  },
  after: {
    signTimeout: {
      target: '#stopping',
      actions: ['declined', 'keepNoSignature', 'failedBySilence', 'forgetCommands', 'dropPromise'],
    },
  },
});

const awaitingOnChainTx = party.createStateConfig({
  description: 'Signed; the node puts it on the chain when both have',
  meta: { clause: clause.onChain },
  on: {
    'received.on_chain_tx': [
      { guard: 'isProofOfPromise', target: '#locking', actions: ['keepCreated', 'progressedOnChain'] },
      { guard: 'isUnproven', actions: 'violatedSignatures' },
      { actions: 'violatedState' },
    ],
    'received.info.open': { target: '#open', actions: ['progressed', 'keepOpen', 'opened', 'forgetOpening'] },
  },
});

const locks = {
  'received.info.open': { target: '#open', actions: ['progressed', 'keepOpen', 'opened', 'forgetOpening'] },
} as const;

const awaitingLocks = party.createStateConfig({
  id: 'locking',
  description: 'Blocks are mined on top of it',
  meta: { clause: clause.locks },
  on: {
    ...locks,
    'received.info.own_funding_locked': { target: 'awaitingFundingLocked', actions: 'progressed' },
    'received.info.funding_locked': { target: 'awaitingOwnFundingLocked', actions: 'progressed' },
  },
});

const awaitingFundingLocked = party.createStateConfig({
  description: 'Our node has seen enough blocks; the other has not said so',
  meta: { clause: clause.locks },
  on: {
    ...locks,
    'received.info.funding_locked': { target: 'awaitingOpen', actions: 'progressed' },
  },
});

const awaitingOwnFundingLocked = party.createStateConfig({
  description: 'The other has seen enough blocks; our node has not said so',
  meta: { clause: clause.locks },
  on: {
    ...locks,
    'received.info.own_funding_locked': { target: 'awaitingOpen', actions: 'progressed' },
  },
});

const awaitingOpen = party.createStateConfig({
  description: 'Locked on both sides',
  meta: { clause: clause.open },
  on: { ...locks },
});

const reconnecting = party.createStateConfig({
  description: 'The line broke; what was signed stays signed',
  entry: ['countAttempt', 'requestConnection'],
  on: {
    'connection.opened': 'recalling',
    'connection.lost': { description: 'Of the connection before' },
    'connection.failed': [
      { guard: 'mayRetry', target: 'reconnecting', reenter: true },
      { target: '#stopping', actions: 'keepFailure' },
    ],
    'command.leave': { target: '#idle', actions: ['withdrawConnection', 'failedByLeaving', 'forgetCommands', 'left'] },
  },
});

const recalling = party.createStateConfig({
  description: 'How far had we come?',
  always: [
    { guard: 'isOnChain', target: 'awaitingLocks' },
    { guard: 'hasSigned', description: 'Said again', target: 'awaitingOnChainTx', actions: 'sendReply' },
    { target: '#greeting' },
  ],
});

const stopping = party.createStateConfig({
  id: 'stopping',
  description: 'It does not go on; a channel is not forgotten for that',
  entry: ['failedByLoss', 'forgetCommands', 'orderClose'],
  always: [{ guard: 'hasChannel', target: '#idle', actions: 'stopped' }, { target: '#failed' }],
});

/** The states of an opening that both roles have. */
export const openingStates = {
  connecting,
  awaitingSign,
  awaitingSignature,
  awaitingOnChainTx,
  awaitingLocks,
  awaitingFundingLocked,
  awaitingOwnFundingLocked,
  awaitingOpen,
  reconnecting,
  recalling,
  stopping,
};

/** Where the create transaction may be put to us. */
export const takesCreate = {
  'received.sign.create': [
    { guard: 'isSignable', target: '#createSignature', actions: ['requestSignature', 'keepPromise'] },
    { target: '#stopping', actions: ['declined', 'keepRefusal', 'failedByRefusal', 'forgetCommands'] },
  ],
} as const;

/** What holds in the whole of an opening. */
export const openingOn = party.createStateConfig({
  on: {
    'received.info.channel_accept': { actions: 'progressed' },
    'received.info.channel_open': { actions: 'progressed' },
    'received.info.funding_created': { actions: 'progressed' },
    'received.info.funding_signed': { actions: 'progressed' },
    'received.info.own_funding_locked': { actions: 'progressed' },
    'received.info.funding_locked': { actions: 'progressed' },
    'received.sign.create': [
      { guard: 'isSigned', description: 'Asked again, said again', actions: 'sendReply' },
      { actions: 'violatedSign' },
    ],
    'received.on_chain_tx': [{ guard: 'isKnownState', description: 'Said again' }, { actions: 'violatedState' }],
    'received.error': { target: '#stopping', actions: ['reported', 'keepError', 'failedByError', 'forgetCommands'] },
    'connection.lost': [
      { guard: 'isTurnedAway', target: '#stopping', actions: ['keepFailure', 'disconnected', 'dropUnsigned'] },
      { guard: 'mayRetry', target: '.reconnecting', actions: ['disconnected', 'dropUnsigned'] },
      { target: '#stopping', actions: ['keepFailure', 'disconnected', 'dropUnsigned'] },
    ],
    'command.leave': {
      target: '#idle',
      actions: ['dropUnsigned', 'failedByLeaving', 'forgetCommands', 'orderClose', 'left'],
    },
  },
  after: {
    openTimeout: { target: '#stopping', actions: ['keepSilence', 'failedBySilence', 'forgetCommands', 'dropUnsigned'] },
  },
});

// Once it is open.

const saidAgain = {
  'received.info.channel_accept': { description: 'Said again on a new connection' },
  'received.info.channel_open': { description: 'Said again on a new connection' },
  'received.info.funding_created': { description: 'Said again on a new connection' },
  'received.info.funding_signed': { description: 'Said again on a new connection' },
  'received.info.own_funding_locked': { description: 'Said again on a new connection' },
  'received.info.funding_locked': { description: 'Said again on a new connection' },
  'received.info.open': { description: 'Said again on a new connection' },
} as const;

/** The other's update is put to us. */
const takesAck = [
  { guard: 'isAgreed', description: 'Is finished; said again', actions: 'sendAgreed' },
  { guard: 'isSignable', target: '#awaitingAckSignature', actions: ['requestSignature', 'keepPromise'] },
  { target: '#refusing', actions: ['declined', 'failedByRefusal', 'forgetCommands'] },
] as const;

/** A request that only makes sense once what we have signed is finished: then it is, though the node's word for it was lost with a line. */
const takesNext = [
  {
    guard: 'isNext',
    target: '#awaitingAckSignature',
    actions: ['adoptPromised', 'updated', 'forgetFinished', 'requestSignature', 'keepPromise'],
  },
  { actions: 'declined' },
] as const;

/** The same once more: it is being signed. Another: one thing is signed at a time. */
const isBeingSigned = [{ guard: 'isAsked', description: 'Is being signed' }, { actions: 'declined' }] as const;

/** What we have released stays released: the same is said again, and nothing else is signed in its place. */
const isReleased = [
  { guard: 'isSigned', description: 'Asked again, said again', actions: 'sendReply' },
  { actions: 'declined' },
] as const;

/** A conflict while something of this round is under way. */
const takesConflict = [
  { guard: 'isLateConflict', description: 'Of a race that is over' },
  {
    guard: 'isOurRound',
    target: '#inConflict',
    actions: ['dropPromise', 'failedByConflict', 'forgetCommands', 'conflicted'],
  },
  { actions: 'violatedRound' },
] as const;

/** A conflict once we have signed: it may be that both have. */
const takesLastConflict = [
  {
    guard: 'isFinishedByConflict',
    target: '#choosing',
    actions: ['adoptPromised', 'updated', 'forgetFinished', 'conflicted'],
  },
  ...takesConflict,
] as const;

/** The channel is open: both may start updates, one is under way at a time. */
export const open = party.createStateConfig({
  id: 'open',
  description: 'The channel is open',
  meta: { clause: clause.start },
  tags: ['usable'],
  initial: 'ready',
  on: {
    ...saidAgain,
    'received.info.update': { description: 'The other has started one' },
    'received.info.update_finalized': { description: 'Is finished already' },
    'received.on_chain_tx': [
      { guard: 'isKnownState', description: 'The create transaction, said again' },
      { actions: 'violatedState' },
    ],
    'received.update': [
      { guard: 'isProof', actions: 'keepProof' },
      { guard: 'isKnownState', description: 'Said again' },
      { actions: 'violatedState' },
    ],
    'received.sign.update': [
      { guard: 'isAgreed', description: 'Is finished; said again', actions: 'sendAgreed' },
      { actions: 'violatedSign' },
    ],
    'received.sign.update_ack': takesAck,
    'received.sign.shutdown_sign_ack': [
      { guard: 'isSignable', target: '#closing.awaitingSignature', actions: ['requestSignature', 'keepPromise'] },
      { target: '.refusing', actions: ['declined', 'failedByRefusal', 'forgetCommands'] },
    ],
    'received.conflict': takesConflict,
    'connection.lost': [
      { guard: 'isTurnedAway', target: '#stopping', actions: ['keepFailure', 'disconnected', 'dropUnsigned'] },
      { guard: 'mayRetry', target: '.reconnecting', actions: ['disconnected', 'dropUnsigned'] },
      { target: '#stopping', actions: ['keepFailure', 'disconnected', 'dropUnsigned'] },
    ],
    'command.message': { actions: 'sendMessage' },
    'command.leave': {
      target: '#idle',
      actions: ['dropUnsigned', 'failedByLeaving', 'forgetCommands', 'orderClose', 'left'],
    },
  },
  states: {
    ready: {
      description: 'Nothing is under way',
      meta: { clause: clause.start },
      entry: 'readied',
      on: {
        'command.update': { target: 'awaitingUpdateSign', actions: ['keepStarted', 'sendUpdate'] },
        'command.shutdown': { target: '#closing', actions: ['keepStarted', 'sendShutdown'] },
        'received.info.update': 'awaitingAckSign',
        'received.sign.update': [
          { guard: 'isAgreed', description: 'Is finished; said again', actions: 'sendAgreed' },
          { description: 'What we have given up; the node waits for it now', target: 'refusing', actions: 'declined' },
        ],
        'received.conflict': [
          { guard: 'isLateConflict', description: 'Of a race that is over' },
          { guard: 'isOurRound', description: 'Said again: nothing is under way' },
          { actions: 'violatedRound' },
        ],
      },
      after: { answerTimeout: { guard: 'hasTried', description: 'The line holds', actions: 'forgetAttempts' } },
    },
    awaitingUpdateSign: {
      description: 'Our update is with the node',
      meta: { clause: clause.start },
      on: {
        'received.sign.update': [
          { guard: 'isSignable', target: 'awaitingSignature', actions: ['requestSignature', 'keepPromise'] },
          { target: 'refusing', actions: ['declined', 'failedByRefusal', 'forgetCommands'] },
        ],
        'received.error': [
          { guard: 'isAboutMessage', actions: 'reported' },
          { target: 'ready', actions: ['reported', 'failedByError', 'forgetCommands'] },
        ],
      },
      after: { answerTimeout: { target: 'ready', actions: ['failedBySilence', 'forgetCommands'] } },
    },
    awaitingSignature: {
      description: 'Our update is with our signer',
      meta: { clause: clause.start },
      exit: 'withdrawSignature',
      on: {
        'received.sign.update': isBeingSigned,
        'received.sign.update_ack': { description: 'A conflict follows' },
        'received.sign.shutdown_sign_ack': { description: 'A conflict follows' },
        signed: { guard: 'answersSignature', target: 'awaitingFinalized', actions: ['keepSignature', 'sendReply'] },
        refused: {
          guard: 'answersSignature',
          target: 'refusing',
          actions: ['declined', 'failedByRefusal', 'forgetCommands', 'dropPromise'],
        },
      },
      after: {
        signTimeout: {
          target: 'refusing',
          actions: ['declined', 'failedBySilence', 'forgetCommands', 'dropPromise'],
        },
      },
    },
    awaitingFinalized: {
      description: 'Signed; the acknowledger has not yet',
      meta: { clause: clause.finish },
      on: {
        'received.sign.update': isReleased,
        'received.conflict': takesLastConflict,
        'received.sign.update_ack': takesNext,
        'received.sign.shutdown_sign_ack': { actions: 'declined' },
        'received.info.update_finalized': {
          target: 'choosing',
          actions: ['adoptPromised', 'updated', 'forgetFinished'],
        },
        'received.update': [
          {
            guard: 'isProofOfPromise',
            target: 'choosing',
            actions: ['adoptPromised', 'updated', 'forgetFinished'],
          },
          { guard: 'isUnproven', actions: 'violatedSignatures' },
          { guard: 'isKnownState', description: 'Said again' },
          { actions: 'violatedState' },
        ],
      },
      after: {
        finishTimeout: {
          description: 'What we have signed stays signed',
          actions: ['failedBySilence', 'forgetCommands'],
        },
      },
    },
    awaitingAckSign: {
      description: "The other's update comes for signing",
      meta: { clause: clause.acknowledge },
      after: { answerTimeout: 'ready' },
    },
    awaitingAckSignature: {
      id: 'awaitingAckSignature',
      description: "The other's update is with our signer",
      meta: { clause: clause.acknowledge },
      exit: 'withdrawSignature',
      on: {
        'received.sign.update_ack': isBeingSigned,
        'received.sign.shutdown_sign_ack': { description: 'A conflict follows' },
        signed: { guard: 'answersSignature', target: 'awaitingAckFinalized', actions: ['keepSignature', 'sendReply'] },
        refused: {
          guard: 'answersSignature',
          target: 'refusing',
          actions: ['declined', 'failedByRefusal', 'forgetCommands', 'dropPromise'],
        },
      },
      after: {
        signTimeout: {
          target: 'refusing',
          actions: ['declined', 'failedBySilence', 'forgetCommands', 'dropPromise'],
        },
      },
    },
    awaitingAckFinalized: {
      description: 'Both have signed; the node has not said so',
      meta: { clause: clause.finish },
      on: {
        'received.sign.update_ack': [
          { guard: 'isSigned', description: 'Asked again, said again', actions: 'sendReply' },
          ...takesNext,
        ],
        'received.conflict': takesLastConflict,
        'received.sign.shutdown_sign_ack': { actions: 'declined' },
        'received.info.update_finalized': {
          target: 'choosing',
          actions: ['adoptPromised', 'updated', 'forgetFinished'],
        },
        'received.update': [
          {
            guard: 'isProofOfPromise',
            target: 'choosing',
            actions: ['adoptPromised', 'updated', 'forgetFinished'],
          },
          { guard: 'isUnproven', actions: 'violatedSignatures' },
          { guard: 'isKnownState', description: 'Said again' },
          { actions: 'violatedState' },
        ],
      },
      after: {
        finishTimeout: {
          description: 'What we have signed stays signed',
          actions: ['failedBySilence', 'forgetCommands'],
        },
      },
    },
    inConflict: {
      id: 'inConflict',
      description: 'Both started at once: all is as both last signed it',
      meta: { clause: clause.conflict },
      entry: 'readied',
      on: {
        'command.update': { target: 'awaitingUpdateSign', actions: ['keepStarted', 'sendUpdate'] },
        'command.shutdown': { target: '#closing', actions: ['keepStarted', 'sendShutdown'] },
        'received.info.update': 'awaitingAckSign',
        'received.sign.update': { description: 'Of what is void' },
        'received.conflict': [
          { guard: 'isLateConflict', description: 'Of a race that is over' },
          { guard: 'isOurRound', description: 'Said again' },
          { actions: 'violatedRound' },
        ],
      },
    },
    refusing: {
      id: 'refusing',
      description: 'We did not sign: a conflict follows, or the node gives up',
      meta: { clause: clause.conflict },
      on: {
        'received.sign.update': { actions: 'declined' },
        'received.info.update': 'awaitingAckSign',
        'received.conflict': [
          { guard: 'isLateConflict', description: 'Of a race that is over' },
          { guard: 'isOurRound', target: 'inConflict', actions: 'conflicted' },
          { actions: 'violatedRound' },
        ],
      },
    },
    reconnecting: {
      description: 'The line broke; what was signed stays signed',
      entry: ['countAttempt', 'requestConnection'],
      on: {
        'connection.opened': { target: 'choosing', actions: ['sendReply', 'resumed', 'forgetOpening'] },
        'connection.lost': { description: 'Of the connection before' },
        'connection.failed': [
          { guard: 'mayRetry', target: 'reconnecting', reenter: true },
          { target: '#stopping', actions: 'keepFailure' },
        ],
        'command.leave': {
          target: '#idle',
          actions: ['withdrawConnection', 'failedByLeaving', 'forgetCommands', 'left'],
        },
      },
    },
    choosing: {
      id: 'choosing',
      description: 'What is under way?',
      always: [
        { guard: 'hasSignedUpdate', target: 'awaitingFinalized' },
        { guard: 'hasSignedAck', target: 'awaitingAckFinalized' },
        { guard: 'hasSigned', target: '#closing.awaitingOnChainTx' },
        { guard: 'startsUpdate', target: 'awaitingUpdateSign' },
        { guard: 'startsShutdown', target: '#closing.awaitingShutdownSign' },
        { target: 'ready' },
      ],
    },
  },
});

/** The channel ends, both agreeing. */
export const closing = party.createStateConfig({
  id: 'closing',
  description: 'The channel ends, both agreeing',
  meta: { clause: clause.close },
  tags: ['waiting'],
  initial: 'awaitingShutdownSign',
  on: {
    ...saidAgain,
    'received.info.close_mutual': { description: 'As on_chain_tx says' },
    'received.info.update': { description: 'The other has started one' },
    'received.info.update_finalized': { description: 'Is finished already' },
    'received.update': [{ guard: 'isKnownState', description: 'Said again' }, { actions: 'violatedState' }],
    'connection.lost': [
      { guard: 'isTurnedAway', target: '#stopping', actions: ['keepFailure', 'disconnected', 'dropUnsigned'] },
      { guard: 'mayRetry', target: '#open.reconnecting', actions: ['disconnected', 'dropUnsigned'] },
      { target: '#stopping', actions: ['keepFailure', 'disconnected', 'dropUnsigned'] },
    ],
    'command.message': { actions: 'sendMessage' },
    'command.leave': {
      target: '#idle',
      actions: ['dropUnsigned', 'failedByLeaving', 'forgetCommands', 'orderClose', 'left'],
    },
  },
  states: {
    awaitingShutdownSign: {
      description: 'Our wish to close is with the node',
      meta: { clause: clause.close },
      on: {
        'received.sign.shutdown_sign': [
          { guard: 'isSignable', target: 'awaitingSignature', actions: ['requestSignature', 'keepPromise'] },
          { target: '#refusing', actions: ['declined', 'failedByRefusal', 'forgetCommands'] },
        ],
        'received.sign.shutdown_sign_ack': [
          {
            guard: 'isSignable',
            description: 'The other had the same wish',
            target: 'awaitingSignature',
            actions: ['requestSignature', 'keepPromise'],
          },
          { target: '#refusing', actions: ['declined', 'failedByRefusal', 'forgetCommands'] },
        ],
        'received.sign.update_ack': takesAck,
        'received.conflict': takesConflict,
        'received.error': [
          { guard: 'isAboutMessage', actions: 'reported' },
          { target: '#open', actions: ['reported', 'failedByError', 'forgetCommands'] },
        ],
      },
      after: { answerTimeout: { target: '#open', actions: ['failedBySilence', 'forgetCommands'] } },
    },
    awaitingSignature: {
      description: 'The closing is with our signer',
      meta: { clause: clause.close },
      exit: 'withdrawSignature',
      on: {
        'received.sign.shutdown_sign': isBeingSigned,
        'received.sign.shutdown_sign_ack': isBeingSigned,
        'received.conflict': takesConflict,
        signed: { guard: 'answersSignature', target: 'awaitingOnChainTx', actions: ['keepSignature', 'sendReply'] },
        refused: {
          guard: 'answersSignature',
          target: '#refusing',
          actions: ['declined', 'failedByRefusal', 'forgetCommands', 'dropPromise'],
        },
      },
      after: {
        signTimeout: {
          target: '#refusing',
          actions: ['declined', 'failedBySilence', 'forgetCommands', 'dropPromise'],
        },
      },
    },
    awaitingOnChainTx: {
      description: 'Signed; no state is signed after this one',
      meta: { clause: clause.close },
      on: {
        'received.sign.shutdown_sign': isReleased,
        'received.sign.shutdown_sign_ack': isReleased,
        'received.on_chain_tx': [
          { guard: 'isProofOfPromise', target: 'awaitingDied', actions: ['shutDown', 'forgetCommands'] },
          { guard: 'isUnproven', actions: 'violatedSignatures' },
          { guard: 'isKnownState', description: 'The create transaction, said again' },
          { actions: 'violatedState' },
        ],
      },
      after: {
        finishTimeout: {
          description: 'What we have signed stays signed',
          actions: ['failedBySilence', 'forgetCommands'],
        },
      },
    },
    awaitingDied: {
      description: 'On its way to the chain',
      meta: { clause: clause.died },
      on: {
        'received.on_chain_tx': { description: 'Said again' },
        'received.info.died': { target: '#closed', actions: 'orderClose' },
        'connection.lost': { target: '#closed', description: 'Without a word' },
        'command.leave': { target: '#closed', actions: ['orderClose', 'left'] },
      },
      after: { closeTimeout: { target: '#closed', actions: 'orderClose' } },
    },
  },
});

/** The three ends. */
export const ends = {
  closed: party.createStateConfig({
    id: 'closed',
    type: 'final',
    description: 'Closed by both; the chain pays out',
    tags: ['settled'],
    entry: 'keepClosed',
  }),
  died: party.createStateConfig({
    id: 'died',
    type: 'final',
    description: 'The node has ended the channel: the last state closes it alone',
    tags: ['settled'],
    entry: ['failedByDeath', 'forgetCommands', 'keepDeath', 'died', 'orderClose'],
  }),
  failed: party.createStateConfig({
    id: 'failed',
    type: 'final',
    description: 'No channel came about',
    tags: ['settled'],
    entry: 'keepFailed',
  }),
};

/** What is the same everywhere. */
export const always = party.createStateConfig({
  on: {
    signed: { description: 'To a question that is not asked any more' },
    refused: { description: 'To a question that is not asked any more' },
    handedOver: { actions: 'handed' },
    'received.info.died': '#died',
    'received.info.other': { actions: 'noticed' },
    'received.message': { actions: 'messaged' },
    'received.error': { actions: 'reported' },
    'received.malformed': { actions: 'violatedShape' },
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
