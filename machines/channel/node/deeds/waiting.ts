/** What a party wants while something is under way waits, as long as there is room; and so do messages. */
import { otherParty } from '../../messages.ts';
import { refusedWish } from '../rules/money.ts';
import { both, isAlone, isHere } from '../rules/parties.ts';
import { isTimed } from '../rules/timers.ts';
import {
  hasRoomFor,
  hasRoomToHold,
  heldIn,
  isChangeWish,
  isDeliverable,
  isStateWish,
  wishIn,
} from '../rules/waiting.ts';
import type { Held, NodeContext } from '../types.ts';
import { error, failure, send } from '../words/frames.ts';
import { envelopeOf } from '../words/reports.ts';
import { bare, type Told, tellsAll } from './deed.ts';

const { assign } = bare;

const isForSomebodyHere = (context: NodeContext, { from }: Held) => isHere(context, otherParty(from));

export const deeds = {
  postpone: assign(({ context, event }) => {
    const wish = wishIn(event);
    return wish === undefined ? {} : { postponed: [...context.postponed, wish] };
  }),
  forgetNext: assign(({ context }) => ({ postponed: context.postponed.slice(1) })),
  /** "Updates are not always successful". */
  refuseNext: tellsAll(({ context }) => {
    const [next] = context.postponed;
    const reason = next === undefined ? undefined : refusedWish(context, next);
    return next === undefined || reason === undefined ? [] : [send(next.from, error(reason, next.request))];
  }),
  refusePostponed: tellsAll(({ context }) =>
    context.postponed.filter(isStateWish).map(({ from, request }) => send(from, error('conflict', request))),
  ),
  forgetPostponed: assign({ postponed: [] }),
  refuseWish: tellsAll(({ context, event }) => {
    const wish = wishIn(event);
    return wish === undefined ? [] : [send(wish.from, error(refusedWish(context, wish) ?? 'conflict', wish.request))];
  }),
  refuseNow: tellsAll(({ event }) => {
    const wish = wishIn(event);
    return wish === undefined ? [] : [send(wish.from, error('not_allowed_now', wish.request))];
  }),
  refuseTooMany: tellsAll(({ event }) => {
    const wish = wishIn(event);
    if (wish !== undefined && isStateWish(wish)) return [send(wish.from, error('conflict', wish.request))];
    if (!('from' in event) || event.from === undefined) return [];
    return [send(event.from, failure('Too much waits for the other party already.', 'conflict'))];
  }),

  hold: assign(({ context, event }) => {
    const held = heldIn(context, event);
    return held === undefined ? {} : { held: [...context.held, held] };
  }),
  deliver: tellsAll(({ context, event }) => {
    const held = heldIn(context, event);
    return held === undefined ? [] : [envelopeOf(context, held)];
  }),
  deliverHeld: tellsAll(({ context }) =>
    context.held.filter((held) => isForSomebodyHere(context, held)).map((held) => envelopeOf(context, held)),
  ),
  forgetDelivered: assign(({ context }) => ({
    held: context.held.filter((held) => !isForSomebodyHere(context, held)),
  })),
  refuseRecipient: tellsAll(({ event }) =>
    event.type === 'received.message' ? [send(event.from, error('unknown_recipient', event.request))] : [],
  ),
};

export const facts = {
  hasNext: ({ context }: Told) => context.postponed.length > 0,
  isNextRefused: ({ context }: Told) => {
    const [next] = context.postponed;
    return next !== undefined && refusedWish(context, next) !== undefined;
  },
  isNextClosing: ({ context }: Told) => context.postponed[0]?.wish.kind === 'close',
  isNextLeaving: ({ context }: Told) => context.postponed[0]?.wish.kind === 'leave',
  isNextChange: ({ context }: Told) => {
    const [next] = context.postponed;
    return next !== undefined && isChangeWish(next.wish);
  },
  hasRoom: ({ context, event }: Told) => hasRoomFor(context, event),
  /** Whom nobody waits for has all the time, and who waits for one that has left. */
  isIdleTimed: ({ context }: Told) =>
    isTimed(context, 'open', 'idle') &&
    both.some((party) => isHere(context, party)) &&
    !both.some((party) => isAlone(context, party)),

  hasDeliverable: ({ context }: Told) => context.held.some((held) => isForSomebodyHere(context, held)),
  isUnknownRecipient: ({ context, event }: Told) => heldIn(context, event) === undefined,
  isRecipientHere: ({ context, event }: Told) =>
    event.type === 'received.message' && isHere(context, otherParty(event.from)),
  isDeliverable: ({ context, event }: Told) =>
    event.type === 'received.message' && isDeliverable(context, otherParty(event.from)),
  hasRoomToHold: ({ context, event }: Told) => {
    const held = heldIn(context, event);
    return held !== undefined && hasRoomToHold(context, held);
  },
};
