/** How a channel ends, who has heard of it, and how both leave one that stays. */
import { assertEvent } from 'xstate';
import { both, leaversWith } from '../rules/parties.ts';
import type { NodeContext } from '../types.ts';
import { info } from '../words/frames.ts';
import { closingWords, inOrder, lastWords, leaveFor, whoMustHear } from '../words/reports.ts';
import { bare, type Told, tellsAll } from './deed.ts';

const { assign, emit } = bare;

/** Who leaves with the one that wants to next. */
const leavers = (context: NodeContext) => {
  const [next] = context.postponed;
  return next === undefined ? [] : leaversWith(context, next.from);
};

const everybody = { initiator: true, responder: true } as const;

export const deeds = {
  keepAlone: assign({ ended: 'died', reason: 'The other party did not come.' }),
  keepDisagreement: assign(({ event }) => {
    assertEvent(event, 'disagreed');
    return { ended: 'died', reason: event.reason };
  }),
  orderCloseForDisagreement: tellsAll(({ event }) => {
    assertEvent(event, 'disagreed');
    return both.map((to) => ({ type: 'orderClose', to, code: 1008, reason: event.reason }));
  }),
  keepDied: assign(({ context, event }) => ({
    ended: event.type === 'rejected' ? 'died' : 'timeout',
    unheard: whoMustHear(context),
    reason: event.type === 'rejected' ? event.reason : 'Time was up.',
  })),
  died: emit(({ context }) => ({ type: 'died', channel: context.channelId, reason: context.reason })),

  /** Both are told the last state; who stays is told that it is alone. */
  sendLeave: tellsAll(({ context }) =>
    both.flatMap((party) => [
      leaveFor(context, party),
      ...(leavers(context).includes(party) ? [] : [info(party, 'peer_disconnected')]),
    ]),
  ),
  orderCloseOfLeavers: tellsAll(({ context }) =>
    leavers(context).map((to) => ({ type: 'orderClose', to, code: 1000, reason: '' })),
  ),
  keepLeft: assign(({ context }) => {
    const parties = { ...context.parties };
    const leaving = leavers(context);
    for (const party of both) {
      const hasLeft = leaving.includes(party);
      parties[party] = { ...parties[party], hasLeft, isAlone: !hasLeft };
    }
    return { parties };
  }),
  departed: emit(({ context }) => ({ type: 'departed', channel: context.channelId })),

  sendClosing: tellsAll(({ context }) => inOrder(context).flatMap((party) => closingWords(context, party))),
  keepMutual: assign(({ context }) => ({
    ended: 'mutual',
    closingTx: context.proposed?.whole ?? '',
    unheard: everybody,
  })),
  keepSettled: assign(({ event }) => {
    assertEvent(event, 'included');
    return { ended: 'settled', closingTx: event.tx, unheard: everybody };
  }),
  closed: emit(({ context }) => ({ type: 'closed', channel: context.channelId, tx: context.closingTx })),

  sendFarewell: tellsAll(({ context }) => inOrder(context).flatMap((party) => lastWords(context, party))),
  orderClose: tellsAll(() => both.map((to) => ({ type: 'orderClose', to, code: 1000, reason: '' }))),
  orderCloseAgain: emit(({ event }) => {
    assertEvent(event, 'joined');
    return { type: 'orderClose', to: event.from, code: 1000, reason: '' };
  }),
  /** Whoever has answered the closing handshake has read what came before it. */
  keepHeard: assign(({ context, event }) => {
    assertEvent(event, 'left');
    const hasHeard = event.from !== undefined && (event.code === 1000 || event.code === 1005);
    return hasHeard ? { unheard: { ...context.unheard, [event.from]: false } } : {};
  }),
  orderRelease: emit({ type: 'orderRelease' }),
};

export const facts = {
  isHeardByAll: ({ context }: Told) => both.every((party) => !context.unheard[party]),
  hasDied: ({ context }: Told) => context.ended === 'died' || context.ended === 'timeout',
};
