/**
 * The node between the two parties of a channel: it makes every transaction, has it signed by one and then by the other, and tells both what came of it.
 *
 * One instance a channel, whichever sockets the parties are on. There is one transaction under way at a time: who starts an update while the other's is
 * under way makes a conflict, and both are void; who starts a second of its own waits. What it must never do: count anything as agreed that not both
 * have signed, or tell one party of a state that it has not told the other.
 * Carries: "Channel open", "Channel off-chain update", "Channel mutual close" and "Other WebSocket events", the node's side.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { RoleMeta } from '../../src/role.ts';
import { otherParty } from './messages.ts';
import {
  aboutVerdict,
  acknowledgerOf,
  adopted,
  agreedOf,
  askedTimeout,
  both,
  canPayChange,
  channelOf,
  cosigned,
  dialectOf,
  error,
  failure,
  hasRoomFor,
  hasRoomToHold,
  heldIn,
  isAbort,
  isChangeWish,
  isDeliverable,
  isHere,
  isLate,
  isReplyEvent,
  isReplyOf,
  isStateWish,
  isTimed,
  isUnheardVoid,
  keyOfParty,
  proposedChange,
  proposedClose,
  proposedCreate,
  proposedUpdate,
  refusalOf,
  refusedWish,
  shorter,
  timeout,
  wishIn,
} from './nodeRules.ts';
import type { NodeContext, NodeEmitted, NodeEvent, NodeInput, NodeOutput, Proposal } from './nodeTypes.ts';
import {
  adoptedWords,
  announced,
  answerOf,
  askedOf,
  askFor,
  causeOf,
  closingWords,
  conflictFor,
  conflictIn,
  disputeWords,
  envelopeOf,
  finished,
  info,
  inOrder,
  lastWords,
  leaveFor,
  locked,
  nobody,
  none,
  openWords,
  owedTo,
  posted,
  send,
  upFor,
  whoMustHear,
  withVoided,
} from './nodeWords.ts';

export type { Agreed, NodeEmitted, NodeEvent, NodeInput, NodeOutput, Terms, Timeouts } from './nodeTypes.ts';

const clause = {
  parameters: 'Channel open: Channel parameters',
  opened: 'Channel open: Connection opened messages',
  create: 'Channel open: Create transaction signing',
  posting: 'Channel open: Transaction in mempool',
  depth: 'Channel open: Block inclusion',
  open: 'Channel open: Open confirmation',
  starter: 'Channel off-chain update: Starter signs updated state',
  acknowledger: 'Channel off-chain update: Acknowledger update',
  conflict: 'Other WebSocket events: Update conflict',
  closing: 'Channel mutual close: Initiate mutual close',
  closingStarter: 'Channel mutual close: Starter signing',
  closingAcknowledger: 'Channel mutual close: Acknowledger signing',
  closed: 'Channel mutual close: Channel closing',
  alone: 'Interactions: HTTP requests',
};

/** One nonce for each purpose: what was given up and is wanted again has the same. */
function nonceId({ agreed, wanted }: NodeContext): string {
  if (agreed === null) return 'nonce/create';
  if (wanted === null) return 'nonce/close';
  return `nonce/${wanted.wish.kind}/${wanted.from}/${agreed.round + 1}`;
}

const payerOf = ({ wanted }: NodeContext) => wanted?.from ?? 'initiator';
const proposedId = ({ proposed }: NodeContext) => proposed?.id ?? '';

/** An update of the party that has not begun the one under way. */
function rivalIn(context: NodeContext, event: NodeEvent) {
  if (event.type !== 'received.update.new' || context.proposed?.starter === event.from) return undefined;
  const { meta, ...update } = event.message.payload;
  return proposedUpdate(context, event.from, update, meta);
}

/** A deposit or withdrawal of the party that has not begun what is under way. */
const isRivalChange = ({ proposed }: NodeContext, event: NodeEvent) =>
  (event.type === 'received.deposit' || event.type === 'received.withdraw') && proposed?.starter !== event.from;

const isChange = ({ kind }: Proposal) => kind === 'deposit' || kind === 'withdraw';

function isSignedByAcknowledger({ proposed }: NodeContext, event: NodeEvent): boolean {
  if (event.type !== 'verified' || event.signature === null || proposed === null) return false;
  const isAbout = event.about === proposed.id || event.about === `given/${proposed.id}`;
  return isAbout && event.from === acknowledgerOf(proposed);
}

// Shapes that updates, deposits, withdrawals and closings share.

/** "Both are invalidated and the state is reverted to the last mutually signed one". */
const voids = { target: 'voided', actions: ['sendConflict', 'conflicted', 'revert'] } as const;
/** The same, of a closing. */
const reopens = { target: '#ready', actions: ['sendConflict', 'conflicted', 'revert', 'forgetAllOwing'] } as const;
const starterReply = { guard: 'isStarterReply', actions: ['keepAnswered', 'consultSignatures'] } as const;
const acknowledgerReply = { guard: 'isAcknowledgerReply', actions: ['keepAnswered', 'consultSignatures'] } as const;
const lateOrRefused = [
  { guard: 'isLate', description: 'Is void, or was signed already' },
  { actions: ['refuseReply', 'violated'] },
] as const;

/** The node's side of one channel. */
export const node = setup({
  types: {} as {
    context: NodeContext;
    input: NodeInput;
    output: NodeOutput;
    events: NodeEvent;
    emitted: NodeEmitted;
    tags: 'waiting' | 'usable' | 'ending';
    meta: RoleMeta;
  },
  actions: {
    keepParty: assign(({ context, event }) => {
      assertEvent(event, 'joined');
      const { from, dialect, minimumDepth, timeouts, takesMore } = event;
      return {
        parties: { ...context.parties, [from]: { dialect, takesMore, isHere: true } },
        askedDepth: context.askedDepth ?? minimumDepth,
        timeouts: shorter(context.timeouts, timeouts),
      };
    }),
    /** Whoever comes now has not proved to be who was here before: of what it asks for only the dialect counts. */
    seatParty: assign(({ context, event }) => {
      assertEvent(event, 'joined');
      const { from, dialect, takesMore } = event;
      return {
        parties: { ...context.parties, [from]: { dialect, takesMore, isHere: true } },
        unheardVoid: { ...context.unheardVoid, [from]: context.voided },
        isLeft: false,
      };
    }),
    /** What a party wanted goes with it: it will ask again, or not. */
    forgetParty: assign(({ context, event }) => {
      assertEvent(event, 'left');
      const gone = both.filter((party) => event.from === undefined || event.from === party);
      const parties = { ...context.parties };
      const owing = { ...context.owing };
      for (const party of gone) {
        parties[party] = { ...parties[party], isHere: false };
        owing[party] = '';
      }
      return { parties, owing, postponed: context.postponed.filter(({ from }) => !gone.includes(from)) };
    }),
    tellAgain: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'joined');
      for (const sent of owedTo(context, event.from, event.isReestablishing)) enqueue.emit(sent);
    }),
    sendUp: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'joined');
      for (const sent of upFor(context, event.from)) enqueue.emit(sent);
    }),

    sendChannelOpen: emit(info('responder', 'channel_open')),
    sendChannelAccept: emit(info('initiator', 'channel_accept')),
    requestNonce: emit(({ context }) => ({
      type: 'requestNonce',
      id: nonceId(context),
      account: keyOfParty(context, payerOf(context)),
    })),
    proposeCreate: assign(({ context, event }) => {
      assertEvent(event, 'reserved');
      return { proposed: proposedCreate(context, event.nonce), channelId: channelOf(context, event.nonce) };
    }),
    proposeClose: assign(({ context, event }) => {
      assertEvent(event, 'reserved');
      return { proposed: proposedClose(context, event.nonce) ?? null };
    }),
    keepWanted: assign(({ context }) => ({ wanted: context.postponed[0] ?? null })),
    forgetWanted: assign({ wanted: null }),
    proposeChange: assign(({ context, event }) => {
      assertEvent(event, 'reserved');
      return { proposed: proposedChange(context, event.nonce) ?? null };
    }),
    refuseFunds: enqueueActions(({ context: { wanted }, enqueue }) => {
      if (wanted !== null) enqueue.emit(send(wanted.from, error('insufficient_balance', wanted.request)));
    }),
    askStarter: enqueueActions(({ context: { proposed }, context, enqueue }) => {
      if (proposed !== null) enqueue.emit(askFor(context, proposed, proposed.starter));
    }),
    askAcknowledger: enqueueActions(({ context: { proposed }, context, enqueue }) => {
      if (proposed !== null) enqueue.emit(askFor(context, proposed, acknowledgerOf(proposed)));
    }),
    sendFundingCreated: emit(info('responder', 'funding_created')),
    sendFundingSigned: emit(info('initiator', 'funding_signed')),
    announce: enqueueActions(({ context: { proposed }, enqueue }) => {
      if (proposed === null) return;
      for (const sent of announced(acknowledgerOf(proposed), proposed)) enqueue.emit(sent);
    }),

    keepAnswered: assign(({ context: { proposed }, event }) => {
      const given = isReplyEvent(event) && event.seen.kind !== 'unreadable' ? event.seen.signatures : [];
      return { proposed: proposed === null ? null : { ...proposed, isAnswered: true, given } };
    }),
    forgetAnswered: assign(({ context: { proposed } }) => ({
      proposed: proposed === null ? null : { ...proposed, isAnswered: false },
    })),
    consultSignatures: enqueueActions(({ context, event, enqueue }) => {
      const { proposed } = context;
      if (proposed === null || !isReplyEvent(event) || event.seen.kind === 'unreadable') return;
      const { from, seen } = event;
      enqueue.emit({
        type: 'consultSignatures',
        id: aboutVerdict(from, proposed.id, seen.signatures),
        about: proposed.id,
        from,
        account: keyOfParty(context, from),
        era: context.terms.era,
        bytes: proposed.bytes,
        signatures: seen.signatures,
      });
    }),
    keepSignature: assign(({ context: { proposed }, event }) => {
      assertEvent(event, 'verified');
      const signature = event.signature ?? '';
      const given = proposed?.given.filter((one) => one !== signature) ?? [];
      return { proposed: proposed === null ? null : { ...proposed, signature, given, isAnswered: false } };
    }),
    /** Who starts may bring the other's signature along: then it need not be there. */
    consultGiven: enqueueActions(({ context, enqueue }) => {
      const { proposed } = context;
      if (proposed === null || proposed.given.length === 0) return;
      const from = acknowledgerOf(proposed);
      enqueue.emit({
        type: 'consultSignatures',
        id: aboutVerdict(from, `given/${proposed.id}`, proposed.given),
        about: `given/${proposed.id}`,
        from,
        account: keyOfParty(context, from),
        era: context.terms.era,
        bytes: proposed.bytes,
        signatures: proposed.given,
      });
    }),
    keepWhole: assign(({ context: { proposed }, context, event }) => {
      assertEvent(event, 'verified');
      return { proposed: proposed === null ? null : cosigned(context, proposed, event.signature ?? '') };
    }),

    requestPosting: emit(({ context }) => ({
      type: 'requestPosting',
      id: `posting/${proposedId(context)}`,
      tx: context.proposed?.whole ?? '',
    })),
    keepPosted: assign(({ context: { proposed } }) => ({
      proposed: proposed === null ? null : { ...proposed, isPosted: true },
    })),
    sendOnChainTx: enqueueActions(({ context: { proposed }, context, enqueue }) => {
      if (proposed !== null) for (const party of both) enqueue.emit(posted(context, proposed, party));
    }),
    requestDepth: emit(({ context }) => ({
      type: 'requestDepth',
      id: `depth/${proposedId(context)}`,
      tx: context.proposed?.whole ?? '',
      depth: context.askedDepth ?? context.minimumDepth,
    })),
    sendLocked: enqueueActions(({ context: { proposed }, context, enqueue }) => {
      if (proposed !== null) for (const sent of locked(context, proposed)) enqueue.emit(sent);
    }),
    agree: assign(({ context: { proposed } }) =>
      proposed === null ? {} : { agreed: agreedOf(proposed), proposed: null },
    ),
    sendOpen: enqueueActions(({ context, enqueue }) => {
      for (const sent of openWords(context)) enqueue.emit(sent);
    }),
    opened: emit(({ context }) => ({ type: 'opened', channel: context.channelId })),

    postpone: assign(({ context, event }) => {
      const wish = wishIn(event);
      return wish === undefined ? {} : { postponed: [...context.postponed, wish] };
    }),
    forgetNext: assign(({ context }) => ({ postponed: context.postponed.slice(1) })),
    /** "Updates are not always successful". */
    refuseNext: enqueueActions(({ context, enqueue }) => {
      const [next] = context.postponed;
      const reason = next === undefined ? undefined : refusedWish(context, next);
      if (next !== undefined && reason !== undefined) enqueue.emit(send(next.from, error(reason, next.request)));
    }),
    proposeNext: assign(({ context }) => {
      const [next] = context.postponed;
      if (next === undefined || next.wish.kind !== 'update') return {};
      const { kind, meta, ...update } = next.wish;
      return { proposed: proposedUpdate(context, next.from, update, meta) ?? null };
    }),
    keepCloser: assign(({ context }) => ({ closer: context.postponed[0]?.from ?? context.closer })),
    refuseFees: emit(({ context }) =>
      send(context.closer, failure('There is not enough in the channel for the fee.', 'insufficient_balance')),
    ),
    refusePostponed: enqueueActions(({ context, enqueue }) => {
      for (const wish of context.postponed)
        if (isStateWish(wish)) enqueue.emit(send(wish.from, error('conflict', wish.request)));
    }),
    forgetPostponed: assign({ postponed: [] }),
    sendFinished: enqueueActions(({ context: { proposed }, context, enqueue }) => {
      if (proposed !== null) for (const sent of finished(context, proposed)) enqueue.emit(sent);
    }),
    updated: enqueueActions(({ context, enqueue }) => {
      const { agreed, channelId } = context;
      if (agreed !== null) enqueue.emit({ type: 'updated', channel: channelId, agreed });
    }),
    changed: enqueueActions(({ context, enqueue }) => {
      const { agreed, channelId } = context;
      if (agreed !== null) enqueue.emit({ type: 'changed', channel: channelId, agreed });
    }),

    sendLeave: enqueueActions(({ context, enqueue }) => {
      for (const party of both) enqueue.emit(leaveFor(context, party));
    }),
    keepLeft: assign({ isLeft: true }),
    departed: emit(({ context }) => ({ type: 'departed', channel: context.channelId })),

    /** What both have signed elsewhere and posted is the last state as well as what they sign here. */
    adopt: assign(({ context, event }) => {
      assertEvent(event, 'included');
      return { agreed: adopted(context, event.seen) ?? context.agreed };
    }),
    sendAdopted: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'included');
      for (const sent of adoptedWords(context, event.tx)) enqueue.emit(sent);
    }),
    keepDispute: assign(({ event }) => {
      assertEvent(event, 'included');
      return { dispute: { tx: event.tx, round: event.round } };
    }),
    sendDispute: enqueueActions(({ context, enqueue }) => {
      for (const party of both) for (const sent of disputeWords(context, party)) enqueue.emit(sent);
    }),
    disputed: emit(({ context }) => ({
      type: 'disputed',
      channel: context.channelId,
      round: context.dispute?.round ?? 0,
    })),
    keepSettled: assign(({ event }) => {
      assertEvent(event, 'included');
      return { ended: 'settled', closingTx: event.tx, unheard: { initiator: true, responder: true } };
    }),

    /** "Then both `update`-s are invalidated and the state is reverted to the last mutually signed one." */
    sendConflict: enqueueActions(({ context, event, enqueue }) => {
      for (const sent of conflictIn(context, causeOf(event, rivalIn(context, event))).told) enqueue.emit(sent);
    }),
    revert: assign(({ context, event }) => {
      const rival = rivalIn(context, event);
      const { owing } = conflictIn(context, causeOf(event, rival));
      return { owing, voided: withVoided(context, rival), proposed: null };
    }),
    conflicted: enqueueActions(({ context, enqueue }) => {
      const { agreed, channelId, proposed } = context;
      if (proposed !== null) enqueue.emit({ type: 'conflicted', channel: channelId, round: agreed?.round ?? 0 });
    }),
    /** A conflict that was lost with a line; then what is under way, which the party could not sign before. */
    sendLostConflict: enqueueActions(({ context, event, enqueue }) => {
      if (!isReplyEvent(event)) return;
      enqueue.emit(conflictFor(context, event.from));
      for (const sent of askedOf(context, event.from)) enqueue.emit(sent);
    }),
    forgetUnheardVoid: assign(({ context, event }) =>
      isReplyEvent(event) ? { unheardVoid: { ...context.unheardVoid, [event.from]: [] } } : {},
    ),
    sendConflictToAnswerer: enqueueActions(({ context, event, enqueue }) => {
      if (isReplyEvent(event)) enqueue.emit(conflictFor(context, event.from));
      if (event.type === 'received.abort') enqueue.emit(info(event.from, 'aborted_update'));
    }),
    forgetOwing: assign(({ context, event }) =>
      isReplyEvent(event) || event.type === 'received.abort' ? { owing: { ...context.owing, [event.from]: '' } } : {},
    ),
    sendConflictToOwing: enqueueActions(({ context, enqueue }) => {
      for (const party of both) if (context.owing[party] !== '') enqueue.emit(conflictFor(context, party));
    }),
    forgetAllOwing: assign({ owing: none }),

    hold: assign(({ context, event }) => {
      const held = heldIn(context, event);
      return held === undefined ? {} : { held: [...context.held, held] };
    }),
    deliver: enqueueActions(({ context, event, enqueue }) => {
      const held = heldIn(context, event);
      if (held !== undefined) enqueue.emit(envelopeOf(context, held));
    }),
    deliverHeld: enqueueActions(({ context, enqueue }) => {
      for (const held of context.held)
        if (isHere(context, otherParty(held.from))) enqueue.emit(envelopeOf(context, held));
    }),
    forgetDelivered: assign(({ context }) => ({
      held: context.held.filter(({ from }) => !isHere(context, otherParty(from))),
    })),

    refuseWish: enqueueActions(({ context, event, enqueue }) => {
      const wish = wishIn(event);
      if (wish === undefined) return;
      enqueue.emit(send(wish.from, error(refusedWish(context, wish) ?? 'conflict', wish.request)));
    }),
    refuseNow: enqueueActions(({ event, enqueue }) => {
      const wish = wishIn(event);
      if (wish !== undefined) enqueue.emit(send(wish.from, error('not_allowed_now', wish.request)));
    }),
    refuseAbort: enqueueActions(({ event, enqueue }) => {
      if (event.type === 'received.abort') enqueue.emit(send(event.from, error('not_allowed_now', event.request)));
    }),
    answer: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'received.get') return;
      enqueue.emit(send(event.from, answerOf(context, event.message, event.request)));
    }),
    sendPong: enqueueActions(({ event, enqueue }) => {
      if (event.type === 'received.ping') enqueue.emit(send(event.from, { action: 'system', tag: 'pong' }));
    }),
    refuseRecipient: enqueueActions(({ event, enqueue }) => {
      if (event.type === 'received.message') enqueue.emit(send(event.from, error('unknown_recipient', event.request)));
    }),
    refuseTooMany: enqueueActions(({ event, enqueue }) => {
      const wish = wishIn(event);
      if (wish !== undefined && isStateWish(wish)) enqueue.emit(send(wish.from, error('conflict', wish.request)));
      else if ('from' in event && event.from !== undefined)
        enqueue.emit(send(event.from, failure('Too much waits for the other party already.', 'conflict')));
    }),
    refuseReply: enqueueActions(({ context, event, enqueue }) => {
      if (isReplyEvent(event)) enqueue.emit(send(event.from, refusalOf(context, event)));
    }),
    refuseSignature: emit(({ event }) => {
      assertEvent(event, 'verified');
      return send(event.from, failure('That signature is not yours.', 'bad_signature'));
    }),
    refuseMalformed: enqueueActions(({ event, enqueue }) => {
      if (event.type === 'received.malformed') enqueue.emit(send(event.from, error(event.fault, event.request)));
    }),

    keepMutual: assign(({ context }) => ({
      ended: 'mutual',
      closingTx: context.proposed?.whole ?? '',
      unheard: { initiator: true, responder: true },
    })),
    keepDied: assign(({ context, event }) => ({
      ended: event.type === 'rejected' ? 'died' : 'timeout',
      unheard: whoMustHear(context),
      reason: event.type === 'rejected' ? event.reason : 'Time was up.',
    })),
    sendRejected: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'rejected');
      for (const party of both) enqueue.emit(send(party, failure(event.reason, 'rejected')));
    }),
    sendClosing: enqueueActions(({ context, enqueue }) => {
      for (const party of inOrder(context)) for (const sent of closingWords(context, party)) enqueue.emit(sent);
    }),
    sendFarewell: enqueueActions(({ context, enqueue }) => {
      for (const party of inOrder(context)) for (const sent of lastWords(context, party)) enqueue.emit(sent);
    }),
    orderClose: enqueueActions(({ enqueue }) => {
      for (const to of both) enqueue.emit({ type: 'orderClose', to, code: 1000, reason: '' });
    }),
    orderCloseAgain: emit(({ event }) => {
      assertEvent(event, 'joined');
      return { type: 'orderClose', to: event.from, code: 1000, reason: '' };
    }),
    orderCloseForDisagreement: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'disagreed');
      for (const to of both) enqueue.emit({ type: 'orderClose', to, code: 1008, reason: event.reason });
    }),
    keepDisagreement: assign(({ event }) => {
      assertEvent(event, 'disagreed');
      return { ended: 'died', reason: event.reason };
    }),
    keepAlone: assign({ ended: 'died', reason: 'The other party did not come.' }),
    /** Whoever has answered the closing handshake has read what came before it. */
    keepHeard: assign(({ context, event }) => {
      assertEvent(event, 'left');
      const hasHeard = event.from !== undefined && (event.code === 1000 || event.code === 1005);
      return hasHeard ? { unheard: { ...context.unheard, [event.from]: false } } : {};
    }),
    orderRelease: emit({ type: 'orderRelease' }),
    closed: emit(({ context }) => ({
      type: 'closed',
      channel: context.channelId,
      tx: context.closingTx,
    })),
    died: emit(({ context }) => ({ type: 'died', channel: context.channelId, reason: context.reason })),

    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      from: 'from' in event && event.from !== undefined ? event.from : 'initiator',
      reason: 'The party sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    isComplete: ({ context, event }) => event.type === 'joined' && isHere(context, otherParty(event.from)),
    isAlone: ({ context, event }) =>
      event.type === 'left' && (event.from === undefined || !isHere(context, otherParty(event.from))),
    answersNonce: ({ context, event }) => event.type === 'reserved' && event.id === nonceId(context),
    canPayFee: ({ context, event }) =>
      event.type === 'reserved' && event.id === nonceId(context) && proposedClose(context, event.nonce) !== undefined,
    canPayChange: ({ context, event }) =>
      event.type === 'reserved' && event.id === nonceId(context) && canPayChange(context, event.balance),
    answersPosting: ({ context, event }) =>
      (event.type === 'posted' || event.type === 'rejected') && event.id === `posting/${proposedId(context)}`,
    answersDepth: ({ context, event }) =>
      (event.type === 'reached' || event.type === 'rejected') && event.id === `depth/${proposedId(context)}`,

    isStarterReply: ({ context, event }) => isReplyOf(context, event, context.proposed?.starter),
    isAcknowledgerReply: ({ context, event }) =>
      context.proposed !== null && isReplyOf(context, event, acknowledgerOf(context.proposed)),
    isCloser: ({ context, event }) => event.type === 'received.shutdown' && event.from === context.closer,
    isLate: ({ context, event }) => isLate(context, event),
    isUnheardVoid: ({ context, event }) => isUnheardVoid(context, event),
    isSignedByStarter: ({ context, event }) =>
      event.type === 'verified' &&
      event.signature !== null &&
      event.about === context.proposed?.id &&
      event.from === context.proposed.starter,
    isSignedByAcknowledger: ({ context, event }) => isSignedByAcknowledger(context, event),
    /** What changes the channel goes to the chain first. */
    isChangeSigned: ({ context, event }) =>
      isSignedByAcknowledger(context, event) && context.proposed !== null && isChange(context.proposed),
    isAbort: ({ context, event }) => isAbort(context, event),
    isForged: ({ context, event }) =>
      event.type === 'verified' && event.signature === null && event.about === context.proposed?.id,

    hasDeliverable: ({ context }) => context.held.some(({ from }) => isHere(context, otherParty(from))),
    isNextRefused: ({ context }) => {
      const [next] = context.postponed;
      return next !== undefined && refusedWish(context, next) !== undefined;
    },
    isNextClosing: ({ context }) => context.postponed[0]?.wish.kind === 'close',
    isNextLeaving: ({ context }) => context.postponed[0]?.wish.kind === 'leave',
    isNextChange: ({ context }) => {
      const [next] = context.postponed;
      return next !== undefined && isChangeWish(next.wish);
    },
    isDisputed: ({ context }) => context.dispute !== null,
    hasNext: ({ context }) => context.postponed.length > 0,
    hasRoom: ({ context, event }) => hasRoomFor(context, event),

    isRival: ({ context, event }) => rivalIn(context, event) !== undefined,
    isRivalChange: ({ context, event }) => isRivalChange(context, event),
    isNextOfAcknowledger: ({ context, event }) =>
      'from' in event &&
      context.proposed?.starter !== event.from &&
      context.proposed?.isAnswered === true &&
      hasRoomFor(context, event),
    isBadRival: ({ context, event }) =>
      event.type === 'received.update.new' && context.proposed?.starter !== event.from,
    /** A client of old refuses to sign with an update that can be none. */
    isSoftRefusal: ({ context, event }) =>
      (event.type === 'received.update.new' || event.type === 'received.malformed') &&
      context.proposed?.starter !== event.from &&
      dialectOf(context, event.from) === 'epoch' &&
      (event.type === 'received.update.new' || event.reason.startsWith('update.new with')),
    isOwedAnswer: ({ context, event }) =>
      ((isReplyEvent(event) && event.type === 'received.update') || event.type === 'received.abort') &&
      context.owing[event.from] !== '',
    owesNothing: ({ context }) => both.every((party) => context.owing[party] === ''),

    isUnknownRecipient: ({ context, event }) => heldIn(context, event) === undefined,
    isRecipientHere: ({ context, event }) =>
      event.type === 'received.message' && isHere(context, otherParty(event.from)),
    isDeliverable: ({ context, event }) =>
      event.type === 'received.message' && isDeliverable(context, otherParty(event.from)),
    hasRoomToHold: ({ context, event }) => {
      const held = heldIn(context, event);
      return held !== undefined && hasRoomToHold(context, held);
    },

    isLockTimed: ({ context }) => isTimed(context, 'funding_lock'),
    /** Whom nobody waits for has all the time. */
    isIdleTimed: ({ context }) => isTimed(context, 'open', 'idle') && both.some((party) => isHere(context, party)),
    isHeardByAll: ({ context }) => both.every((party) => !context.unheard[party]),
    hasDied: ({ context }) => context.ended === 'died' || context.ended === 'timeout',
    /** Today's clients are told of an end that the chain has confirmed. */
    isPostedForToday: ({ context, event }) =>
      event.type === 'posted' &&
      event.id === `posting/${proposedId(context)}` &&
      both.some((party) => dialectOf(context, party) === 'rpc'),

    isOwnIncluded: ({ context, event }) =>
      event.type === 'included' &&
      context.proposed !== null &&
      event.seen.kind !== 'unreadable' &&
      event.seen.id === context.proposed.id,
    endsOnChain: ({ event }) => event.type === 'included' && event.deed === 'end',
    disputesOnChain: ({ event }) => event.type === 'included' && event.deed === 'dispute',
    changesOnChain: ({ context, event }) =>
      event.type === 'included' && event.deed === 'change' && adopted(context, event.seen) !== undefined,
  },
  delays: {
    pairTimeout: ({ context }) =>
      isHere(context, 'initiator') ? timeout(context, 'initialized', 'accept') : timeout(context, 'awaiting_open'),
    createTimeout: ({ context }) => timeout(context, 'sign', 'funding_create'),
    fundingSignTimeout: ({ context }) => timeout(context, 'sign', 'funding_sign'),
    fundingLockTimeout: ({ context }) => askedTimeout(context, 'funding_lock'),
    idleTimeout: ({ context }) => askedTimeout(context, 'open', 'idle'),
    signTimeout: ({ context }) => timeout(context, 'sign'),
    acknowledgeTimeout: ({ context }) => timeout(context, 'sign', 'accept'),
    lingerTimeout: ({ context }) => context.lingerTimeout,
  },
}).createMachine({
  id: 'channel.node',
  version: '2',
  options: { maxIterations: 200 },
  description: 'Has both sign, and counts only what both have signed',
  meta: { clause: 'Introduction', durable: true },
  context: ({ input }) => ({
    ...input,
    parties: {
      initiator: { dialect: 'text', takesMore: false, isHere: false },
      responder: { dialect: 'text', takesMore: false, isHere: false },
    },
    askedDepth: null,
    timeouts: {},
    channelId: '',
    agreed: null,
    proposed: null,
    closer: 'initiator',
    wanted: null,
    dispute: null,
    closingTx: '',
    isLeft: false,
    postponed: [],
    held: [],
    owing: none,
    voided: [],
    unheardVoid: { initiator: [], responder: [] },
    ended: '',
    unheard: nobody,
    reason: '',
  }),
  initial: 'opening',
  states: {
    opening: {
      description: 'Until the create transaction is deep enough in the chain',
      meta: { clause: clause.parameters },
      tags: ['waiting'],
      initial: 'awaitingParties',
      states: {
        awaitingParties: {
          description: 'The other party, with the same terms',
          meta: { clause: clause.parameters },
          on: {
            joined: [
              {
                guard: 'isComplete',
                target: 'awaitingNonce',
                actions: ['keepParty', 'sendUp', 'sendChannelOpen', 'sendChannelAccept'],
              },
              { target: 'awaitingParties', reenter: true, actions: ['keepParty', 'sendUp'] },
            ],
            left: [{ guard: 'isAlone', target: '#failed', actions: 'keepAlone' }, { actions: 'forgetParty' }],
            disagreed: { target: '#failed', actions: ['keepDisagreement', 'orderCloseForDisagreement'] },
          },
          after: { pairTimeout: { target: '#farewell', actions: ['keepDied', 'died'] } },
        },
        awaitingNonce: {
          description: 'The initiator’s next nonce, from the chain',
          meta: { clause: clause.create },
          entry: 'requestNonce',
          on: {
            reserved: {
              guard: 'answersNonce',
              target: 'awaitingInitiatorSignature',
              actions: ['proposeCreate', 'askStarter'],
            },
          },
        },
        awaitingInitiatorSignature: {
          description: '"The initiator receives a message containing the unsigned transaction"',
          meta: { clause: clause.create },
          on: {
            'received.initiator_signed': {
              guard: 'isStarterReply',
              actions: ['keepAnswered', 'consultSignatures'],
            },
            verified: {
              guard: 'isSignedByStarter',
              target: 'awaitingResponderSignature',
              actions: ['keepSignature', 'sendFundingCreated', 'askAcknowledger'],
            },
          },
          after: { createTimeout: { target: '#farewell', actions: ['keepDied', 'died'] } },
        },
        awaitingResponderSignature: {
          description: '"Note that this is the same transaction"',
          meta: { clause: clause.create },
          on: {
            'received.responder_signed': { guard: 'isAcknowledgerReply', actions: 'consultSignatures' },
            verified: {
              guard: 'isSignedByAcknowledger',
              target: 'awaitingMempool',
              actions: ['keepWhole', 'sendFundingSigned'],
            },
          },
          after: { fundingSignTimeout: { target: '#farewell', actions: ['keepDied', 'died'] } },
        },
        awaitingMempool: {
          description: '"The transaction is posted"',
          meta: { clause: clause.posting },
          entry: 'requestPosting',
          on: {
            posted: {
              guard: 'answersPosting',
              target: 'awaitingConfirmations',
              actions: ['keepPosted', 'sendOnChainTx'],
            },
            rejected: {
              guard: 'answersPosting',
              target: '#farewell',
              actions: ['sendRejected', 'keepDied', 'died'],
            },
          },
        },
        awaitingConfirmations: {
          description: '"Ends after minimum_depth + 1 confirmations"',
          meta: { clause: clause.depth },
          entry: 'requestDepth',
          on: {
            reached: {
              guard: 'answersDepth',
              target: '#open',
              actions: ['sendLocked', 'agree', 'sendOpen', 'opened'],
            },
            rejected: { guard: 'answersDepth', target: '#farewell', actions: ['sendRejected', 'keepDied', 'died'] },
          },
          after: {
            fundingLockTimeout: {
              guard: 'isLockTimed',
              target: '#farewell',
              actions: ['keepDied', 'died'],
            },
          },
        },
      },
    },
    open: {
      id: 'open',
      description: 'There is a state that both have signed',
      meta: { clause: clause.open },
      tags: ['usable'],
      initial: 'ready',
      on: {
        included: [
          { guard: 'isOwnIncluded', description: 'The depth is waited for' },
          { guard: 'endsOnChain', target: '#farewell', actions: ['keepSettled', 'closed'] },
          {
            guard: 'disputesOnChain',
            target: '#disputed',
            actions: [
              'sendConflict',
              'conflicted',
              'revert',
              'forgetAllOwing',
              'keepDispute',
              'sendDispute',
              'disputed',
            ],
          },
          {
            guard: 'changesOnChain',
            target: '#ready',
            actions: ['sendConflict', 'conflicted', 'revert', 'forgetAllOwing', 'sendAdopted', 'adopt', 'changed'],
          },
          { description: 'Was known' },
        ],
      },
      states: {
        ready: {
          id: 'ready',
          description: 'Nothing is under way',
          meta: { clause: clause.open },
          entry: 'forgetWanted',
          always: [
            { guard: 'isDisputed', target: '#disputed' },
            { guard: 'hasDeliverable', actions: ['deliverHeld', 'forgetDelivered'] },
            { guard: 'isNextRefused', actions: ['refuseNext', 'forgetNext'] },
            { guard: 'isNextClosing', target: '#closing', actions: ['keepCloser', 'forgetNext'] },
            {
              guard: 'isNextLeaving',
              actions: [
                'sendLeave',
                'orderClose',
                'forgetNext',
                'refusePostponed',
                'forgetPostponed',
                'keepLeft',
                'departed',
              ],
            },
            { guard: 'isNextChange', target: 'awaitingNonce', actions: ['keepWanted', 'forgetNext'] },
            {
              guard: 'hasNext',
              target: 'awaitingStarterSignature',
              actions: ['proposeNext', 'forgetNext', 'askStarter'],
            },
          ],
          on: {
            'received.message': [
              { guard: 'isUnknownRecipient', actions: 'refuseRecipient' },
              { guard: 'isRecipientHere', target: 'ready', reenter: true, actions: 'deliver' },
              { guard: 'hasRoomToHold', target: 'ready', reenter: true, actions: 'hold' },
              { actions: 'refuseTooMany' },
            ],
          },
          after: { idleTimeout: { guard: 'isIdleTimed', target: '#farewell', actions: ['keepDied', 'died'] } },
        },
        awaitingNonce: {
          description: 'Of who deposits or withdraws, from the chain',
          meta: { clause: clause.starter },
          entry: 'requestNonce',
          on: {
            reserved: [
              {
                guard: 'canPayChange',
                target: 'awaitingStarterSignature',
                actions: ['proposeChange', 'askStarter'],
              },
              { guard: 'answersNonce', target: 'ready', actions: 'refuseFunds' },
            ],
          },
        },
        awaitingStarterSignature: {
          description: 'Who began signs first',
          meta: { clause: clause.starter },
          on: {
            'received.update': starterReply,
            'received.deposit_tx': starterReply,
            'received.withdraw_tx': starterReply,
            'received.abort': { guard: 'isAbort', ...voids },
            verified: {
              guard: 'isSignedByStarter',
              target: 'awaitingAcknowledgerSignature',
              actions: ['keepSignature', 'announce', 'askAcknowledger', 'consultGiven'],
            },
            'received.update.new': [
              { guard: 'isRival', ...voids },
              { guard: 'isBadRival', actions: 'refuseWish' },
            ],
            'received.deposit': { guard: 'isRivalChange', ...voids },
            'received.withdraw': { guard: 'isRivalChange', ...voids },
          },
          after: { signTimeout: voids },
        },
        awaitingAcknowledgerSignature: {
          description: 'The other signs the same transaction',
          meta: { clause: clause.acknowledger },
          on: {
            'received.update_ack': acknowledgerReply,
            'received.deposit_ack': acknowledgerReply,
            'received.withdraw_ack': acknowledgerReply,
            'received.abort': { guard: 'isAbort', ...voids },
            verified: [
              { guard: 'isChangeSigned', target: 'awaitingMempool', actions: 'keepWhole' },
              {
                guard: 'isSignedByAcknowledger',
                target: 'ready',
                actions: ['keepWhole', 'sendFinished', 'agree', 'updated'],
              },
              { guard: 'isForged', actions: ['refuseSignature', 'forgetAnswered', 'violated'] },
              { description: 'To a question that is not asked any more' },
            ],
            'received.update.new': [
              { guard: 'isNextOfAcknowledger', description: 'It has signed already', actions: 'postpone' },
              { guard: 'isRival', ...voids },
              { guard: 'isSoftRefusal', ...voids },
              { guard: 'isBadRival', actions: 'refuseWish' },
            ],
            'received.deposit': [
              { guard: 'isNextOfAcknowledger', description: 'It has signed already', actions: 'postpone' },
              { guard: 'isRivalChange', ...voids },
            ],
            'received.withdraw': [
              { guard: 'isNextOfAcknowledger', description: 'It has signed already', actions: 'postpone' },
              { guard: 'isRivalChange', ...voids },
            ],
            'received.malformed': { guard: 'isSoftRefusal', ...voids },
          },
          after: { acknowledgeTimeout: voids },
        },
        awaitingMempool: {
          description: 'A deposit or withdrawal that both have signed is posted',
          meta: { clause: clause.posting },
          entry: 'requestPosting',
          on: {
            posted: { guard: 'answersPosting', target: 'awaitingDepth', actions: ['keepPosted', 'sendOnChainTx'] },
            rejected: {
              guard: 'answersPosting',
              target: 'ready',
              actions: ['sendRejected', 'sendConflict', 'conflicted', 'revert', 'forgetAllOwing'],
            },
          },
        },
        awaitingDepth: {
          description: 'It is the last state once it is as deep in the chain as the create transaction was',
          meta: { clause: clause.depth },
          entry: 'requestDepth',
          on: {
            reached: {
              guard: 'answersDepth',
              target: 'ready',
              actions: ['sendLocked', 'sendFinished', 'agree', 'changed'],
            },
            rejected: {
              guard: 'answersDepth',
              target: 'ready',
              actions: ['sendRejected', 'sendConflict', 'conflicted', 'revert', 'forgetAllOwing'],
            },
          },
        },
        voided: {
          description: 'Both updates are void; a client of old can only be told so when it has answered',
          meta: { clause: clause.conflict },
          always: { guard: 'owesNothing', target: 'ready' },
          on: {
            'received.update': { guard: 'isOwedAnswer', actions: ['sendConflictToAnswerer', 'forgetOwing'] },
            'received.abort': { guard: 'isOwedAnswer', actions: ['sendConflictToAnswerer', 'forgetOwing'] },
          },
          after: { signTimeout: { target: 'ready', actions: ['sendConflictToOwing', 'forgetAllOwing'] } },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'The closing transaction is being signed; then the last words',
      meta: { clause: clause.closing },
      tags: ['waiting'],
      initial: 'awaitingNonce',
      on: {
        'received.shutdown': { description: 'Is closing already' },
        'received.update.new': { actions: 'refuseWish' },
        'received.deposit': { actions: 'refuseWish' },
        'received.withdraw': { actions: 'refuseWish' },
        'received.leave': { actions: 'refuseNow' },
        included: [
          { guard: 'isOwnIncluded', description: 'The depth is waited for, or was not' },
          { guard: 'endsOnChain', target: '#farewell', actions: ['keepSettled', 'closed'] },
          { guard: 'disputesOnChain', actions: ['keepDispute', 'sendDispute', 'disputed'] },
          { description: 'Was known' },
        ],
      },
      states: {
        awaitingNonce: {
          description: 'The initiator’s next nonce, from the chain',
          meta: { clause: clause.closing },
          entry: 'requestNonce',
          on: {
            reserved: [
              { guard: 'canPayFee', target: 'awaitingStarterSignature', actions: ['proposeClose', 'askStarter'] },
              { guard: 'answersNonce', target: '#ready', actions: 'refuseFees' },
            ],
          },
        },
        awaitingStarterSignature: {
          description: 'Who began signs first',
          meta: { clause: clause.closingStarter },
          on: {
            'received.shutdown_sign': { guard: 'isStarterReply', actions: ['keepAnswered', 'consultSignatures'] },
            'received.shutdown': [
              { guard: 'isCloser', description: 'It had given up, and wants to again', actions: 'askStarter' },
              { description: 'Is closing already' },
            ],
            'received.abort': { guard: 'isAbort', ...reopens },
            verified: {
              guard: 'isSignedByStarter',
              target: 'awaitingAcknowledgerSignature',
              actions: ['keepSignature', 'askAcknowledger'],
            },
          },
          after: { signTimeout: reopens },
        },
        awaitingAcknowledgerSignature: {
          description: 'The other signs the same transaction',
          meta: { clause: clause.closingAcknowledger },
          on: {
            'received.shutdown_sign_ack': { guard: 'isAcknowledgerReply', actions: 'consultSignatures' },
            'received.abort': { guard: 'isAbort', ...reopens },
            verified: { guard: 'isSignedByAcknowledger', target: 'awaitingMempool', actions: 'keepWhole' },
          },
          after: { acknowledgeTimeout: reopens },
        },
        awaitingMempool: {
          description: '"It is posted on the chain"',
          meta: { clause: clause.closed },
          entry: 'requestPosting',
          on: {
            posted: [
              {
                guard: 'isPostedForToday',
                target: 'awaitingDepth',
                actions: ['keepPosted', 'sendClosing'],
              },
              {
                guard: 'answersPosting',
                target: 'farewell',
                actions: ['keepPosted', 'sendClosing', 'keepMutual', 'closed'],
              },
            ],
            rejected: {
              guard: 'answersPosting',
              target: '#ready',
              actions: ['sendRejected', 'sendConflict', 'conflicted', 'revert', 'forgetAllOwing'],
            },
          },
        },
        awaitingDepth: {
          description: 'Today’s clients wait until the chain has confirmed it',
          meta: { clause: clause.closed },
          entry: 'requestDepth',
          on: {
            reached: { guard: 'answersDepth', target: 'farewell', actions: ['keepMutual', 'closed'] },
            rejected: {
              guard: 'answersDepth',
              target: '#ready',
              actions: ['sendRejected', 'sendConflict', 'conflicted', 'revert', 'forgetAllOwing'],
            },
          },
        },
        disputed: {
          id: 'disputed',
          description: 'One party has closed alone: no more states, until it is settled',
          meta: { clause: clause.alone },
          entry: ['refusePostponed', 'forgetPostponed'],
          on: {
            'received.update.new': { actions: 'refuseNow' },
            'received.deposit': { actions: 'refuseNow' },
            'received.withdraw': { actions: 'refuseNow' },
            'received.shutdown': { actions: 'refuseNow' },
          },
        },
        farewell: {
          id: 'farewell',
          description: 'Who was not there can still come for the last words',
          meta: { clause: clause.closed },
          tags: ['ending'],
          entry: ['sendFarewell', 'orderClose', 'refusePostponed', 'forgetPostponed', 'orderRelease'],
          always: [{ guard: 'isHeardByAll', target: 'over' }],
          on: {
            joined: { actions: ['seatParty', 'tellAgain', 'orderCloseAgain'] },
            left: { actions: ['forgetParty', 'keepHeard'] },
            'received.message': { description: 'Was on its way' },
            'received.update.new': { description: 'Was on its way' },
            'received.update': { description: 'Was on its way' },
            'received.update_ack': { description: 'Was on its way' },
            'received.shutdown_sign': { description: 'Was on its way' },
            'received.shutdown_sign_ack': { description: 'Was on its way' },
            'received.initiator_signed': { description: 'Was on its way' },
            'received.responder_signed': { description: 'Was on its way' },
            'received.deposit': { description: 'Was on its way' },
            'received.deposit_tx': { description: 'Was on its way' },
            'received.deposit_ack': { description: 'Was on its way' },
            'received.withdraw': { description: 'Was on its way' },
            'received.withdraw_tx': { description: 'Was on its way' },
            'received.withdraw_ack': { description: 'Was on its way' },
            'received.abort': { description: 'Was on its way' },
            'received.leave': { description: 'Was on its way' },
            included: { description: 'Is over' },
          },
          after: { lingerTimeout: 'over' },
        },
        over: {
          description: 'How did it end?',
          always: [{ guard: 'hasDied', target: '#failed' }, { target: '#closed' }],
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'Paid out as both have signed' },
    failed: { id: 'failed', type: 'final', description: 'Died' },
  },
  output: ({ context }) => ({ ended: context.ended, agreed: context.agreed, reason: context.reason }),
  on: {
    joined: { actions: ['seatParty', 'tellAgain'] },
    left: { actions: 'forgetParty' },
    disagreed: { description: 'Both are here already' },
    'received.update.new': [{ guard: 'hasRoom', actions: 'postpone' }, { actions: 'refuseTooMany' }],
    'received.deposit': [{ guard: 'hasRoom', actions: 'postpone' }, { actions: 'refuseTooMany' }],
    'received.withdraw': [{ guard: 'hasRoom', actions: 'postpone' }, { actions: 'refuseTooMany' }],
    'received.shutdown': [{ guard: 'hasRoom', actions: 'postpone' }, { actions: 'refuseTooMany' }],
    'received.leave': [{ guard: 'hasRoom', actions: 'postpone' }, { actions: 'refuseTooMany' }],
    'received.abort': { actions: ['refuseAbort', 'violated'] },
    'received.get': { actions: 'answer' },
    'received.ping': { actions: 'sendPong' },
    'received.message': [
      { guard: 'isUnknownRecipient', actions: 'refuseRecipient' },
      { guard: 'isDeliverable', actions: 'deliver' },
      { guard: 'hasRoomToHold', actions: 'hold' },
      { actions: 'refuseTooMany' },
    ],
    'received.initiator_signed': [
      { guard: 'isLate', description: 'Was signed already' },
      { actions: ['refuseReply', 'violated'] },
    ],
    'received.responder_signed': [
      { guard: 'isLate', description: 'Was signed already' },
      { actions: ['refuseReply', 'violated'] },
    ],
    'received.update': [
      { guard: 'isUnheardVoid', actions: ['sendLostConflict', 'forgetUnheardVoid'] },
      { guard: 'isLate', description: 'Is void, or was signed already' },
      { actions: ['refuseReply', 'violated'] },
    ],
    'received.update_ack': [
      { guard: 'isUnheardVoid', actions: ['sendLostConflict', 'forgetUnheardVoid'] },
      { guard: 'isLate', description: 'Is void, or was signed already' },
      { actions: ['refuseReply', 'violated'] },
    ],
    'received.deposit_tx': lateOrRefused,
    'received.deposit_ack': lateOrRefused,
    'received.withdraw_tx': lateOrRefused,
    'received.withdraw_ack': lateOrRefused,
    'received.shutdown_sign': [
      { guard: 'isLate', description: 'Is void, or was signed already' },
      { actions: ['refuseReply', 'violated'] },
    ],
    'received.shutdown_sign_ack': [
      { guard: 'isLate', description: 'Is void, or was signed already' },
      { actions: ['refuseReply', 'violated'] },
    ],
    verified: [
      { guard: 'isForged', actions: ['refuseSignature', 'violated'] },
      { description: 'To a question that is not asked any more' },
    ],
    reserved: { description: 'To a question that is not asked any more' },
    posted: { description: 'To a question that is not asked any more' },
    rejected: { description: 'To a question that is not asked any more' },
    reached: { description: 'To a question that is not asked any more' },
    included: { description: 'Nothing is open' },
    'received.*': { actions: ['refuseMalformed', 'violated'] },
    'command.*': { actions: 'misused' },
  },
});
