/** What both have signed goes to the chain or counts at once; and what the chain says of the channel by itself. */
import { assertEvent } from 'xstate';
import { both, dialectOf } from '../rules/parties.ts';
import { isTimed } from '../rules/timers.ts';
import { adopted, agreedOf } from '../rules/transactions.ts';
import type { NodeContext } from '../types.ts';
import { failure, send } from '../words/frames.ts';
import { adoptedWords, disputeWords, finished, locked, openWords, posted } from '../words/reports.ts';
import { bare, keepsInProposed, type Told, tellsAll, tellsOfProposed } from './deed.ts';

const { assign, emit } = bare;

const postingId = ({ proposed }: NodeContext) => `posting/${proposed?.id ?? ''}`;
const depthId = ({ proposed }: NodeContext) => `depth/${proposed?.id ?? ''}`;

/** Tells the host of the last state. */
const tellsAgreed = (type: 'updated' | 'changed') =>
  tellsAll(({ context: { agreed, channelId } }) => (agreed === null ? [] : [{ type, channel: channelId, agreed }]));

export const deeds = {
  requestPosting: emit(({ context }) => ({
    type: 'requestPosting',
    id: postingId(context),
    tx: context.proposed?.whole ?? '',
  })),
  keepPosted: keepsInProposed((proposed) => ({ ...proposed, isPosted: true })),
  sendOnChainTx: tellsOfProposed((proposed, { context }) => both.map((party) => posted(context, proposed, party))),
  requestDepth: emit(({ context }) => ({
    type: 'requestDepth',
    id: depthId(context),
    tx: context.proposed?.whole ?? '',
    depth: context.askedDepth ?? context.minimumDepth,
  })),
  sendLocked: tellsOfProposed((proposed, { context }) => locked(context, proposed)),
  sendRejected: tellsAll(({ event }) => {
    assertEvent(event, 'rejected');
    return both.map((party) => send(party, failure(event.reason, 'rejected')));
  }),
  sendFinished: tellsOfProposed((proposed, { context }) => finished(context, proposed)),
  agree: assign(({ context: { proposed } }) =>
    proposed === null ? {} : { agreed: agreedOf(proposed), proposed: null },
  ),
  updated: tellsAgreed('updated'),
  changed: tellsAgreed('changed'),
  sendOpen: tellsAll(({ context }) => openWords(context)),
  opened: emit(({ context }) => ({ type: 'opened', channel: context.channelId })),

  /** What both have signed elsewhere and posted is the last state as well as what they sign here. */
  adopt: assign(({ context, event }) => {
    assertEvent(event, 'included');
    return { agreed: adopted(context, event.seen) ?? context.agreed };
  }),
  sendAdopted: tellsAll(({ context, event }) => {
    assertEvent(event, 'included');
    return adoptedWords(context, event.tx);
  }),
  keepDispute: assign(({ event }) => {
    assertEvent(event, 'included');
    return { dispute: { tx: event.tx, round: event.round } };
  }),
  sendDispute: tellsAll(({ context }) => both.flatMap((party) => disputeWords(context, party))),
  disputed: emit(({ context }) => ({
    type: 'disputed',
    channel: context.channelId,
    round: context.dispute?.round ?? 0,
  })),
};

export const facts = {
  answersPosting: ({ context, event }: Told) =>
    (event.type === 'posted' || event.type === 'rejected') && event.id === postingId(context),
  /** Today's clients are told of an end that the chain has confirmed. */
  isPostedForToday: ({ context, event }: Told) =>
    event.type === 'posted' &&
    event.id === postingId(context) &&
    both.some((party) => dialectOf(context, party) === 'rpc'),
  answersDepth: ({ context, event }: Told) =>
    (event.type === 'reached' || event.type === 'rejected') && event.id === depthId(context),
  isLockTimed: ({ context }: Told) => isTimed(context, 'funding_lock'),

  isDisputed: ({ context }: Told) => context.dispute !== null,
  isOwnIncluded: ({ context, event }: Told) =>
    event.type === 'included' &&
    context.proposed !== null &&
    event.seen.kind !== 'unreadable' &&
    event.seen.id === context.proposed.id,
  endsOnChain: ({ event }: Told) => event.type === 'included' && event.deed === 'end',
  disputesOnChain: ({ event }: Told) => event.type === 'included' && event.deed === 'dispute',
  changesOnChain: ({ context, event }: Told) =>
    event.type === 'included' && event.deed === 'change' && adopted(context, event.seen) !== undefined,
};
