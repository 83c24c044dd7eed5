/** A state that both have signed and we do not know: what has each in it? */
import { learned, newerIn } from '../rules/learning.ts';
import { after, rivalsWithPromised } from '../rules/rivals.ts';
import { isSign } from '../rules/shown.ts';
import { bare, type Told } from './deed.ts';

const { assign, emit, enqueueActions } = bare;

export const deeds = {
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
  keepNewer: assign(({ context, event }) => ({
    unlearned: newerIn(context, event) ?? context.unlearned,
    asked: null,
  })),
  /** What had been signed for a round that is over is void, and what was under way with it. */
  learn: assign(({ context, event }) => {
    const agreed = learned(context, event);
    if (agreed === null) return {};
    const { isWatched } = context;
    return { ...after({ isWatched, rivals: rivalsWithPromised(context) }, agreed), unlearned: null, promised: null };
  }),
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
};

export const facts = {
  /** Nothing is known of the channel but that both have signed a state of it. */
  isUnknown: ({ context }: Told) => context.agreed === null,
  isNewer: ({ context, event }: Told) => newerIn(context, event) !== null,
  isFirstLearned: ({ context, event }: Told) => context.agreed === null && learned(context, event) !== null,
  isLearned: ({ context, event }: Told) => learned(context, event) !== null,
};
