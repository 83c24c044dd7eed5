/** How it ends: both have closed or left, somebody closes alone, or nothing came of it. */
import { assertEvent } from 'xstate';
import { judge } from '../rules/judgement.ts';
import { channelIdIn, proofIn, seenIn } from '../rules/shown.ts';
import type { PartyEvent } from '../types.ts';
import { bare, type Told } from './deed.ts';

const { assign, emit } = bare;

/** What the node says that a transaction on the chain is about. */
function onChainIn(event: PartyEvent): { readonly info: string; readonly tx: string } {
  const seen = seenIn(event);
  const info = 'info' in event ? event.info : undefined;
  return { info: info ?? '', tx: seen === undefined || seen.kind === 'unreadable' ? '' : seen.tx };
}

export const deeds = {
  shutDown: emit(({ context, event }) => ({
    type: 'shutDown',
    id: context.started?.command ?? '',
    tx: proofIn(event) ?? '',
  })),

  left: emit(({ context: { agreed, started }, event }) => ({
    type: 'left',
    id: started?.kind === 'leave' ? started.command : '',
    tx: proofIn(event) ?? agreed?.tx ?? '',
  })),
  forgetLeave: assign(({ context: { started } }) => (started?.kind === 'leave' ? { started: null } : {})),
  keepLeft: assign({ isLeft: true, isLeftBehind: false }),
  keepLeftBehind: assign({ isLeftBehind: true }),
  forgetLeftBehind: assign({ isLeftBehind: false }),
  leftBehind: emit(() => ({ type: 'leftBehind' })),
  forgetLeft: assign({ isLeft: false }),
  reestablished: emit(() => ({ type: 'reestablished' })),

  keepDispute: assign({ isDisputed: true }),
  disputed: emit(({ event }) => ({ type: 'disputed', ...onChainIn(event) })),
  settled: emit(({ event }) => ({ type: 'settled', tx: onChainIn(event).tx })),

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
  died: emit(() => ({ type: 'died' })),
};

export const facts = {
  isLeft: ({ context }: Told) => context.isLeft,
  isLeftBehind: ({ context }: Told) => context.isLeftBehind,
  staysRunning: ({ context }: Told) => context.keepsRunning && context.started?.kind !== 'leave',
  isDisputed: ({ context }: Told) => context.isDisputed,
  /** Somebody closes alone: with the last state, or with one that can be answered. */
  isDispute: ({ context, event }: Told) =>
    /^(closeSolo|slash)$/.test(seenIn(event)?.kind ?? '') && channelIdIn(event) === context.channelId,
  isSettlement: ({ context, event }: Told) =>
    seenIn(event)?.kind === 'settle' && channelIdIn(event) === context.channelId,
};
