/** What a party says: what it has signed, that it does not sign, and how it comes back. */
import { conflictCodes, type Reply, type ToNode } from '../../messages.ts';
import type { Commitment, PartyContext, PartyEvent, Return } from '../types.ts';
import { isCreateTag, isOwnTag } from './promised.ts';
import { isFrozen } from './rivals.ts';
import { isSign } from './shown.ts';

/** The action by which a signed transaction is sent: that of the tag by which it was asked for. */
export function replyOf({ tag, tx }: Pick<Commitment, 'tag' | 'tx'>): Reply {
  return tag === 'update' ? { action: 'update', payload: { tx } } : { action: tag, payload: { tx } };
}

/** What is said instead of a signature, or undefined where that cannot be said: nobody can abort an opening but by going. */
export function abortOf(context: PartyContext, event: PartyEvent): ToNode | undefined {
  const { mayAbort, promised, started } = context;
  const tag = isSign(event) ? event.message.tag : promised?.tag;
  if (!mayAbort || tag === undefined || isCreateTag(tag)) return undefined;
  const { validation, aborted, timeout } = conflictCodes;
  // What our own app has not started, or has given up, may be right, and so may what comes too early: nobody wants it.
  const judged = isFrozen(context) || (isOwnTag(tag) && started === null) ? aborted : validation;
  const error = isSign(event) ? judged : event.type === 'refused' && 'code' in event ? event.code : undefined;
  return { action: tag, payload: { error: error ?? (event.type === 'refused' ? aborted : timeout) } };
}

/** How to come back to the channel; null where the node finds it by its terms. */
export function returnOf({ channelId, fsmId, isLeft, agreed, unlearned }: PartyContext): Return | null {
  if (channelId === '') return null;
  const tx = unlearned?.tx ?? agreed?.tx ?? '';
  if (isLeft && tx !== '') return { channelId, tx };
  return fsmId === '' ? null : { channelId, fsmId };
}

/** Asks whether the node is there. */
export const ping: ToNode = { action: 'system', tag: 'ping' };

/** Whether it begins an update that changes nothing but the round: beginning that once more harms nobody. */
export const isOfNothing = (message: ToNode): boolean =>
  message.action === 'update' && 'amount' in message.payload && message.payload.amount === '0';
