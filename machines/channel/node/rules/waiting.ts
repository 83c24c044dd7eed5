/** What waits: what the parties want next, and messages for a party that cannot take them now. */
import { keyOf } from '../../../../src/channel/seen.ts';
import { otherParty, type Party } from '../../messages.ts';
import type { ChangeKind, Held, NodeContext, NodeEvent, Postponed, Wish } from '../types.ts';
import { isEpoch, isHere, keyOfParty } from './parties.ts';

export const isChangeKind = (kind: string): kind is ChangeKind => kind === 'deposit' || kind === 'withdraw';

type ChangeWish = Extract<Wish, { readonly kind: ChangeKind }>;
export const isChangeWish = (wish: Wish): wish is ChangeWish => isChangeKind(wish.kind);

const lengthOf = ({ postponed, held }: NodeContext) =>
  postponed.reduce((sum, { request }) => sum + request.length, 0) +
  held.reduce((sum, { info: text }) => sum + text.length, 0);

/** The wish that an event is, or `undefined`. */
export function wishIn(event: NodeEvent): Postponed | undefined {
  switch (event.type) {
    case 'received.shutdown':
      return { from: event.from, wish: { kind: 'close' }, request: event.request };
    case 'received.leave':
      return { from: event.from, wish: { kind: 'leave' }, request: event.request };
    case 'received.deposit':
      return { from: event.from, wish: { kind: 'deposit', amount: event.amount }, request: event.request };
    case 'received.withdraw':
      return { from: event.from, wish: { kind: 'withdraw', amount: event.amount }, request: event.request };
    case 'received.update.new': {
      const { from, to, amount, meta = [] } = event.message.payload;
      return { from: event.from, wish: { kind: 'update', from, to, amount, meta }, request: event.request };
    }
    default:
      return undefined;
  }
}

/** What a party wants that is to change the state, as against leaving it. */
export const isStateWish = ({ wish }: Postponed): boolean => wish.kind === 'update' || isChangeWish(wish);

export function hasRoomFor(context: NodeContext, event: NodeEvent): boolean {
  const wish = wishIn(event);
  if (wish === undefined) return false;
  const isIn = context.postponed.filter(({ from }) => from === wish.from).length < context.maxPostponed;
  return isIn && lengthOf(context) + wish.request.length <= context.maxWaiting;
}

/** Whether a message can be given to whom it is for while something is under way: an old client dies of one then. */
export function isDeliverable(context: NodeContext, to: Party): boolean {
  return isHere(context, to) && context.channelId !== '' && !isEpoch(context, to);
}

export function heldIn(context: NodeContext, event: NodeEvent): Held | undefined {
  if (event.type !== 'received.message') return undefined;
  const { to, info: text } = event.message.payload;
  return keyOf(to) === keyOfParty(context, otherParty(event.from)) ? { from: event.from, info: text, to } : undefined;
}

export const hasRoomToHold = (context: NodeContext, { from, info: text }: Held): boolean =>
  context.held.filter((held) => held.from === from).length < context.maxHeld &&
  lengthOf(context) + text.length <= context.maxWaiting;
