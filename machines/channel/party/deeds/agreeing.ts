/** What both have signed: the last state, its proof, and what the node says against it. */
import { assertEvent } from 'xstate';
import { roundOf } from '../rules/learning.ts';
import { agreedOf, hasSigned, isFundingTag, isOwnTag } from '../rules/promised.ts';
import { after, isContested, isFrozen, needsRound } from '../rules/rivals.ts';
import { conflictCode, idIn, proofIn, proofOf, seenIn, shownIn } from '../rules/shown.ts';
import { bare, type Told } from './deed.ts';

const { assign, emit, enqueueActions } = bare;

export const deeds = {
  agreed: enqueueActions(({ context: { agreed }, enqueue }) => {
    if (agreed !== null) enqueue.emit({ type: 'agreed', agreed });
  }),
  /** The state that we have already, now with both signatures. */
  keepProof: assign(({ context: { agreed }, event }) =>
    agreed === null ? {} : { agreed: { ...agreed, tx: proofIn(event) ?? agreed.tx, isCoSigned: true } },
  ),
  /** Both have signed: the node's word, and with its proof the proof. */
  adoptPromised: assign(({ context, event }) => {
    const { promised } = context;
    return promised === null ? {} : after(context, agreedOf(promised, proofOf(promised.id, event)));
  }),
  /** A state is told as such once it is certain; that before it is then too, since this one has come after it. */
  updated: enqueueActions(({ context, enqueue }) => {
    const { agreed, promised, started, held } = context;
    if (agreed === null || promised === null) return;
    if (held !== null) enqueue.emit({ type: 'updated', id: held.command, agreed: held.agreed });
    const command = isOwnTag(promised.tag) ? (started?.command ?? '') : '';
    const isHeld = isContested(context);
    enqueue.emit({ type: isHeld ? 'contested' : 'updated', id: command, agreed });
    enqueue.assign({ held: isHeld ? { command, agreed } : null });
  }),
  forgetRival: assign(({ context: { rivals }, event }) => {
    assertEvent(event, 'command.bury');
    return 'rival' in event ? { rivals: rivals.filter(({ id }) => id !== event.rival) } : {};
  }),
  keepGuard: assign(({ event }) => {
    assertEvent(event, 'command.guard');
    return 'isWatched' in event ? { isWatched: event.isWatched } : {};
  }),
  /** What was held may be certain now. */
  tellHeld: enqueueActions(({ context, enqueue }) => {
    const { held } = context;
    if (held === null || isContested(context)) return;
    enqueue.emit({ type: 'updated', id: held.command, agreed: held.agreed });
    enqueue.assign({ held: null });
  }),
  forgetFinished: assign(({ context: { promised, started } }) => ({
    promised: null,
    started: promised !== null && isOwnTag(promised.tag) ? null : started,
    attempt: 0,
  })),
  /** Nothing is to be begun as long as nothing would be signed. */
  readied: enqueueActions(({ context, enqueue }) => {
    if (!isFrozen(context)) enqueue.emit({ type: 'readied' });
  }),
  conflicted: emit(({ event }) => {
    assertEvent(event, 'received.conflict');
    return { type: 'conflicted', round: event.message.payload.round, code: conflictCode(event) };
  }),
};

export const facts = {
  needsRound: ({ context }: Told) => needsRound(context),
  mayBegin: ({ context }: Told) => !isFrozen(context),
  /** A deposit or a withdrawal that both have signed is on its way to the chain. */
  isPosted: ({ context, event }: Told) =>
    hasSigned(context) &&
    context.promised !== null &&
    isFundingTag(context.promised.tag) &&
    shownIn(event)?.id === context.promised.id,
  /** With a proof that is none. */
  isUnprovenEnd: ({ context, event }: Told) =>
    seenIn(event) !== undefined && shownIn(event)?.id !== context.promised?.id,
  isProofOfPromise: ({ context, event }: Told) =>
    hasSigned(context) && proofIn(event) !== undefined && context.promised?.id === idIn(event),
  /** The state that is agreed on the node's word, now with its proof. */
  isProof: ({ context, event }: Told) =>
    context.agreed?.isCoSigned === false && proofIn(event) !== undefined && context.agreed.id === idIn(event),
  isUnproven: ({ context, event }: Told) => shownIn(event) === undefined && context.promised?.id === idIn(event),
  /** The state that is agreed, or one before: said again. */
  isKnownState: ({ context, event }: Told) => {
    const seen = seenIn(event);
    if (seen === undefined || seen.kind === 'unreadable' || context.agreed === null) return false;
    if (seen.channelId !== context.channelId) return false;
    if (seen.id === context.agreed.id || seen.kind === 'create') return true;
    const round = roundOf(seen);
    return round !== undefined && round < BigInt(context.agreed.round);
  },
  isLateConflict: ({ context, event }: Told) =>
    event.type === 'received.conflict' && event.message.payload.round < (context.agreed?.round ?? 0),
  /** The node goes back to the very state that we are about to finish: then both have signed it. */
  isFinishedByConflict: ({ context, event }: Told) =>
    event.type === 'received.conflict' &&
    hasSigned(context) &&
    context.promised?.round === event.message.payload.round &&
    event.message.payload.round === (context.agreed?.round ?? 0) + 1,
  isOurRound: ({ context, event }: Told) =>
    event.type === 'received.conflict' && event.message.payload.round === context.agreed?.round,
};
