/** Who is here, who comes and goes, and what they are told of it. */
import { assertEvent } from 'xstate';
import { otherParty } from '../../messages.ts';
import { both, isHere } from '../rules/parties.ts';
import { shorter } from '../rules/timers.ts';
import { owedTo, upFor } from '../words/comingBack.ts';
import { info } from '../words/frames.ts';
import { bare, type Told, tellsAll } from './deed.ts';

const { assign, emit } = bare;

export const deeds = {
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
  tellAgain: tellsAll(({ context, event }) => {
    assertEvent(event, 'joined');
    return owedTo(context, event.from, event.isReestablishing);
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
