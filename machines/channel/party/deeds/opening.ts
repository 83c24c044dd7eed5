/** The opening, and how far a transaction is on the chain. */
import { assertEvent } from 'xstate';
import { agreedOf } from '../rules/promised.ts';
import { proofIn, proofOf, stepIn } from '../rules/shown.ts';
import { bare } from './deed.ts';

const { assign, emit } = bare;

export const deeds = {
  keepOpening: assign(({ event }) => {
    assertEvent(event, 'command.open');
    const opening = 'id' in event ? (event.id ?? '') : '';
    return { opening, reason: '', isTurnedAway: false, attempt: 0, isLeftBehind: false };
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
  opened: emit(({ context }) => ({ type: 'opened', id: context.opening, channelId: context.channelId })),
  forgetOpening: assign({ opening: '' }),
};
