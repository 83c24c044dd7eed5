/** What is under way becomes void: who is told at once, who later, and what it leaves. */
import { both, dialectOf, none } from '../rules/parties.ts';
import { isReplyEvent, unheardVoidIn } from '../rules/signing.ts';
import { hasRoomFor } from '../rules/waiting.ts';
import type { NodeContext, NodeEvent } from '../types.ts';
import { askedOf } from '../words/comingBack.ts';
import { conflictBy, conflictFor, lateConflictFor, rivalIn, voidedBy } from '../words/conflicts.ts';
import { info } from '../words/frames.ts';
import { bare, type Told, tellsAll } from './deed.ts';

const { assign } = bare;

/** Whether the party that has not begun what is under way says this. */
const isOfAcknowledger = ({ proposed }: NodeContext, event: NodeEvent) =>
  'from' in event && proposed?.starter !== event.from;

export const deeds = {
  /** "Then both `update`-s are invalidated and the state is reverted to the last mutually signed one." */
  sendConflict: tellsAll(({ context, event }) => conflictBy(context, event).told),
  revert: assign(({ context, event }) => {
    const { owing, unheardConflict } = conflictBy(context, event);
    return { owing, unheardConflict, voided: voidedBy(context, event), proposed: null };
  }),
  conflicted: tellsAll(({ context: { agreed, channelId, proposed } }) =>
    proposed === null ? [] : [{ type: 'conflicted', channel: channelId, round: agreed?.round ?? 0 }],
  ),
  sendConflictToAnswerer: tellsAll(({ context, event }) => {
    if (event.type === 'received.abort') return [info(event.from, 'aborted_update')];
    return isReplyEvent(event) ? [conflictFor(context, event.from)] : [];
  }),
  forgetOwing: assign(({ context, event }) =>
    isReplyEvent(event) || event.type === 'received.abort' ? { owing: { ...context.owing, [event.from]: '' } } : {},
  ),
  sendConflictToOwing: tellsAll(({ context }) =>
    both.filter((party) => context.owing[party] !== '').map((party) => conflictFor(context, party)),
  ),
  forgetAllOwing: assign({ owing: none }),
  /** A conflict that was lost with a line; then what is under way, which the party could not sign before. */
  sendLostConflict: tellsAll(({ context, event }) => {
    const lost = unheardVoidIn(context, event);
    if (lost === undefined || !isReplyEvent(event)) return [];
    return [lateConflictFor(context, event.from, lost.code), ...askedOf(context, event.from)];
  }),
  forgetUnheardVoid: assign(({ context, event }) =>
    isReplyEvent(event) ? { unheardVoid: { ...context.unheardVoid, [event.from]: [] } } : {},
  ),
};

export const facts = {
  isRival: ({ context, event }: Told) => rivalIn(context, event) !== undefined,
  isBadRival: ({ context, event }: Told) => event.type === 'received.update.new' && isOfAcknowledger(context, event),
  isRivalChange: ({ context, event }: Told) =>
    (event.type === 'received.deposit' || event.type === 'received.withdraw') && isOfAcknowledger(context, event),
  isNextOfAcknowledger: ({ context, event }: Told) =>
    isOfAcknowledger(context, event) && context.proposed?.isAnswered === true && hasRoomFor(context, event),
  /** A client of old refuses to sign with an update that can be none. */
  isSoftRefusal: ({ context, event }: Told) =>
    (event.type === 'received.update.new' || event.type === 'received.malformed') &&
    isOfAcknowledger(context, event) &&
    dialectOf(context, event.from) === 'epoch' &&
    (event.type === 'received.update.new' || event.reason.startsWith('update.new with')),
  isOwedAnswer: ({ context, event }: Told) =>
    ((isReplyEvent(event) && event.type === 'received.update') || event.type === 'received.abort') &&
    context.owing[event.from] !== '',
  owesNothing: ({ context }: Told) => both.every((party) => context.owing[party] === ''),
};
