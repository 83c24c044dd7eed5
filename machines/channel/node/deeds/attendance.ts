/** Who is here, who comes and goes, and what they are told of it. */
import { assertEvent } from 'xstate';
import { otherParty } from '../../messages.ts';
import { both, hasLeft, isAlone, isHere } from '../rules/parties.ts';
import { shorter } from '../rules/timers.ts';
import type { NodeContext, NodeEvent } from '../types.ts';
import { owedTo, upFor } from '../words/comingBack.ts';
import { missedConflictFor } from '../words/conflicts.ts';
import { info } from '../words/frames.ts';
import { bare, type Told, tellsAll } from './deed.ts';

const { assign, emit } = bare;

type Joined = Extract<NodeEvent, { readonly type: 'joined' }>;

const seated = ({ parties }: NodeContext, { from, dialect, takesMore, keepsRunning }: Joined) => ({
  ...parties,
  [from]: { ...parties[from], dialect, takesMore, keepsRunning, isHere: true },
});

export const deeds = {
  keepParty: assign(({ context, event }) => {
    assertEvent(event, 'joined');
    const { minimumDepth, timeouts } = event;
    return {
      parties: seated(context, event),
      askedDepth: context.askedDepth ?? minimumDepth,
      timeouts: shorter(context.timeouts, timeouts),
    };
  }),
  /** Whoever comes now has not proved to be who was here before: of what it asks for only the dialect counts. */
  seatParty: assign(({ context, event }) => {
    assertEvent(event, 'joined');
    const { from } = event;
    const parties = seated(context, event);
    // Of which it is told now, it need not hear when it says it again.
    const isTold = missedConflictFor({ ...context, parties }, from).length > 0;
    return { parties, unheardVoid: { ...context.unheardVoid, [from]: isTold ? [] : context.voided } };
  }),
  /** Who comes back after it had left is back, and has heard what it had missed. */
  keepBack: assign(({ context, event }) => {
    assertEvent(event, 'joined');
    const { from } = event;
    const { [from]: comer, [otherParty(from)]: other } = context.parties;
    return {
      parties: {
        ...context.parties,
        [from]: { ...comer, hasLeft: false },
        [otherParty(from)]: { ...other, isAlone: false },
      },
      unheardConflict: { ...context.unheardConflict, [from]: 0 },
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
  tellAgain: tellsAll(({ context, event }) => {
    assertEvent(event, 'joined');
    return owedTo(context, event.from, event.isReestablishing || hasLeft(context, event.from));
  }),
  /** Who had stayed is told that the other is back. */
  tellOfReturn: tellsAll(({ context, event }) => {
    assertEvent(event, 'joined');
    const other = otherParty(event.from);
    return isAlone(context, other) && isHere(context, other)
      ? [info(other, 'channel_reestablished'), info(other, 'open')]
      : [];
  }),
  sendUp: tellsAll(({ context, event }) => {
    assertEvent(event, 'joined');
    return upFor(context, event.from);
  }),
  sendChannelOpen: emit(info('responder', 'channel_open')),
  sendChannelAccept: emit(info('initiator', 'channel_accept')),
};

export const facts = {
  isComplete: ({ context, event }: Told) => event.type === 'joined' && isHere(context, otherParty(event.from)),
  isAlone: ({ context, event }: Told) =>
    event.type === 'left' && (event.from === undefined || !isHere(context, otherParty(event.from))),
};
