/**
 * The deeds, facts and delays of both parties, by name. The charts that are made of them are beside this file, each for a part of a channel's life.
 *
 * What a party must never do: sign two transactions of one round, unless a conflict has taken the round back; sign what it has not compared with what
 * was announced; leave a command of its app without an end.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { RoleMeta } from '../../../src/role.ts';
import { conflictCodes, infos } from '../messages.ts';
import { inspectedOf, isNext, isSignable, judge, learned, promiseOf } from '../partyJudgement.ts';
import {
  abortOf,
  agreedOf,
  channelIdIn,
  failures,
  hasSigned,
  idIn,
  isAboutOther,
  isFundingTag,
  isOtherTag,
  isOwnTag,
  isSign,
  newerIn,
  type PartyContext,
  type PartyEmitted,
  type PartyEvent,
  type PartyInput,
  type PartyOutput,
  proofIn,
  replyOf,
  returnOf,
  roundOf,
  type Step,
  seenIn,
  shownIn,
} from '../partyRules.ts';

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
  http: 'HTTP requests',
  state: 'Channel state',
};

const nobody = { from: '', to: '', amount: '0' };

const kindOf = {
  'command.update': 'update',
  'command.deposit': 'deposit',
  'command.withdraw': 'withdraw',
  'command.shutdown': 'shutdown',
  'command.leave': 'leave',
} as const;

/** What an `info` is called. */
function stepIn(event: PartyEvent): Step {
  const name = event.type.slice('received.info.'.length);
  return infos.find((info) => info === name) ?? 'on_chain_tx';
}

/** The proof of one transaction, if the event brings it. */
function proofOf(id: string, event: PartyEvent): string | undefined {
  const shown = shownIn(event);
  return shown?.id === id ? shown.tx : undefined;
}

/** What the node says that a transaction on the chain is about. */
function onChainIn(event: PartyEvent): { readonly info: string; readonly tx: string } {
  const seen = seenIn(event);
  const info = 'info' in event ? event.info : undefined;
  return { info: info ?? '', tx: seen === undefined || seen.kind === 'unreadable' ? '' : seen.tx };
}

/** Why a conflict came about; 0 where the node gives no code. */
const conflictCode = (event: PartyEvent): number =>
  event.type === 'received.conflict' && 'message' in event ? (event.message.payload.error_code ?? 0) : 0;

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
      comesBack: returnOf(context),
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
    departed: emit(() => ({ type: 'departed' })),
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
      return { opening: 'id' in event ? (event.id ?? '') : '', reason: '', attempt: 0, isLeftBehind: false };
    }),
    progressed: emit(({ event }) => ({ type: 'progressed', step: stepIn(event), tx: '' })),
    progressedOnChain: emit(({ context, event }) => ({
      type: 'progressed',
      step: 'on_chain_tx',
      tx: proofIn(event) ?? context.agreed?.tx ?? '',
    })),
    keepCreated: assign(({ context: { promised }, event }) =>
      promised === null ? {} : { agreed: agreedOf(promised, proofIn(event)), promised: null },
    ),
    keepOpen: assign(({ context: { agreed, promised }, event }) => ({
      agreed: agreed ?? (promised === null ? null : agreedOf(promised, proofOf(promised.id, event))),
      promised: null,
      isOpened: true,
      attempt: 0,
    })),
    agreed: enqueueActions(({ context: { agreed }, enqueue }) => {
      if (agreed !== null) enqueue.emit({ type: 'agreed', agreed });
    }),
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
    /** Instead of a signature, to a node that understands it. */
    sendAbort: enqueueActions(({ context, event, enqueue }) => {
      const message = abortOf(context, event);
      if (message !== undefined) enqueue.emit({ type: 'send', message });
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
      assertEvent(event, [
        'command.update',
        'command.deposit',
        'command.withdraw',
        'command.shutdown',
        'command.leave',
      ]);
      const command = event.id ?? '';
      const update = 'update' in event ? event.update : null;
      const amount = 'amount' in event ? event.amount : '';
      return { started: { command, kind: kindOf[event.type], update, amount } };
    }),
    sendUpdate: emit(({ event }) => {
      assertEvent(event, 'command.update');
      const { from, to, amount } = 'update' in event ? event.update : nobody;
      const meta = 'meta' in event && event.meta !== undefined ? { meta: [...event.meta] } : {};
      return { type: 'send', message: { action: 'update', tag: 'new', payload: { from, to, amount, ...meta } } };
    }),
    sendDeposit: emit(({ event }) => {
      assertEvent(event, 'command.deposit');
      const amount = 'amount' in event ? event.amount : '0';
      return { type: 'send', message: { action: 'deposit', tag: 'new', payload: { amount } } };
    }),
    sendWithdraw: emit(({ event }) => {
      assertEvent(event, 'command.withdraw');
      const amount = 'amount' in event ? event.amount : '0';
      return { type: 'send', message: { action: 'withdraw', tag: 'new', payload: { amount } } };
    }),
    sendShutdown: emit(() => ({ type: 'send', message: { action: 'shutdown' } })),
    sendLeave: emit(() => ({ type: 'send', message: { action: 'leave' } })),
    /** The node says what both have; the hash that both have signed proves it. */
    sendGetBalances: emit(({ context: { accounts } }) => ({
      type: 'send',
      message: {
        action: 'get',
        tag: 'balances',
        id: 1,
        payload: { accounts: [accounts.initiator, accounts.responder] },
      },
    })),
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
      promised === null ? {} : { agreed: agreedOf(promised, proofOf(promised.id, event)) },
    ),
    updated: enqueueActions(({ context: { agreed, promised, started }, enqueue }) => {
      if (agreed === null || promised === null) return;
      const id = isOwnTag(promised.tag) ? (started?.command ?? '') : '';
      enqueue.emit({ type: 'updated', id, agreed });
    }),
    forgetFinished: assign(({ context: { promised, started } }) => ({
      promised: null,
      started: promised !== null && isOwnTag(promised.tag) ? null : started,
      attempt: 0,
    })),
    keepNewer: assign(({ context, event }) => ({
      unlearned: newerIn(context, event) ?? context.unlearned,
      asked: null,
    })),
    /** What had been signed for a round that is over is void, and what was under way with it. */
    learn: assign(({ context, event }) => ({
      agreed: learned(context, event) ?? context.agreed,
      unlearned: null,
      promised: null,
    })),
    missed: enqueueActions(({ context: { agreed }, enqueue }) => {
      if (agreed !== null) enqueue.emit({ type: 'missed', agreed });
    }),
    forgetNewer: assign({ unlearned: null, asked: null }),
    keepAsked: assign(({ event }) => (isSign(event) ? { asked: event } : {})),
    /** What was put to us while we learned: as if it came now. */
    askAgain: enqueueActions(({ context: { asked }, enqueue }) => {
      if (asked === null) return;
      enqueue.assign({ asked: null });
      enqueue.raise(asked);
    }),
    keepFsm: assign(({ event }) =>
      'fsmId' in event ? { fsmId: event.fsmId ?? '', mayAbort: true } : { mayAbort: true },
    ),
    keepLeft: assign({ isLeft: true, isLeftBehind: false }),
    keepLeftBehind: assign({ isLeftBehind: true }),
    forgetLeftBehind: assign({ isLeftBehind: false }),
    leftBehind: emit(() => ({ type: 'leftBehind' })),
    forgetLeft: assign({ isLeft: false }),
    left: emit(({ context: { agreed, started }, event }) => ({
      type: 'left',
      id: started?.kind === 'leave' ? started.command : '',
      tx: proofIn(event) ?? agreed?.tx ?? '',
    })),
    forgetLeave: assign(({ context: { started } }) => (started?.kind === 'leave' ? { started: null } : {})),
    reestablished: emit(() => ({ type: 'reestablished' })),
    keepDispute: assign({ isDisputed: true }),
    disputed: emit(({ event }) => ({ type: 'disputed', ...onChainIn(event) })),
    settled: emit(({ event }) => ({ type: 'settled', tx: onChainIn(event).tx })),
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
    failedByConflict: enqueueActions(({ context, event, enqueue }) => {
      const code = conflictCode(event);
      const reason = code === 0 || code === conflictCodes.conflict ? 'conflict' : 'aborted';
      for (const notice of failures(context, reason, '', code)) enqueue.emit(notice);
    }),
    failedByDispute: enqueueActions(({ context, enqueue }) => {
      for (const notice of failures(context, 'disputed', '')) enqueue.emit(notice);
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
      return { type: 'conflicted', round: event.message.payload.round, code: conflictCode(event) };
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
    noticed: emit(({ event }) => ({ type: 'noticed', event: 'event' in event ? event.event : stepIn(event) })),
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
    violatedBalances: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The node says what both have, and the state that both have signed says otherwise.',
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
    hasSignedOwn: ({ context }) => hasSigned(context) && context.promised !== null && isOwnTag(context.promised.tag),
    hasSignedOther: ({ context }) =>
      hasSigned(context) && context.promised !== null && isOtherTag(context.promised.tag),
    startsShutdown: ({ context }) => context.started?.kind === 'shutdown',
    startsLeave: ({ context }) => context.started?.kind === 'leave',
    hasStarted: ({ context }) => context.started !== null,
    isDisputed: ({ context }) => context.isDisputed,
    isLeft: ({ context }) => context.isLeft,
    isLeftBehind: ({ context }) => context.isLeftBehind,
    staysRunning: ({ context }) => context.keepsRunning && context.started?.kind !== 'leave',
    /** Nothing is known of the channel but that both have signed a state of it. */
    isUnknown: ({ context }) => context.agreed === null,
    isNewer: ({ context, event }) => newerIn(context, event) !== null,
    isFirstLearned: ({ context, event }) => context.agreed === null && learned(context, event) !== null,
    isLearned: ({ context, event }) => learned(context, event) !== null,
    /** Somebody closes alone: with the last state, or with one that can be answered. */
    isDispute: ({ context, event }) =>
      /^(closeSolo|slash)$/.test(seenIn(event)?.kind ?? '') && channelIdIn(event) === context.channelId,
    isSettlement: ({ context, event }) => seenIn(event)?.kind === 'settle' && channelIdIn(event) === context.channelId,
    /** A deposit or a withdrawal that both have signed is on its way to the chain. */
    isPosted: ({ context, event }) =>
      hasSigned(context) &&
      context.promised !== null &&
      isFundingTag(context.promised.tag) &&
      shownIn(event)?.id === context.promised.id,
    /** With a proof that is none. */
    isUnprovenEnd: ({ context, event }) => seenIn(event) !== undefined && shownIn(event)?.id !== context.promised?.id,

    isProofOfPromise: ({ context, event }) =>
      hasSigned(context) && proofIn(event) !== undefined && context.promised?.id === idIn(event),
    /** The state that is agreed on the node's word, now with its proof. */
    isProof: ({ context, event }) =>
      context.agreed?.isCoSigned === false && proofIn(event) !== undefined && context.agreed.id === idIn(event),
    isUnproven: ({ context, event }) => shownIn(event) === undefined && context.promised?.id === idIn(event),
    /** The state that is agreed, or one before: said again. */
    isKnownState: ({ context, event }) => {
      const seen = seenIn(event);
      if (seen === undefined || seen.kind === 'unreadable' || context.agreed === null) return false;
      if (seen.channelId !== context.channelId) return false;
      if (seen.id === context.agreed.id || seen.kind === 'create') return true;
      const round = roundOf(seen);
      return round !== undefined && round < BigInt(context.agreed.round);
    },
    isAboutOther: ({ event }) =>
      event.type === 'received.error' &&
      'request' in event.message.payload &&
      isAboutOther(event.message.payload.request),
    isNotNow: ({ event }) =>
      event.type === 'received.error' &&
      'reason' in event.message.payload &&
      event.message.payload.reason === 'not_allowed_now',
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
