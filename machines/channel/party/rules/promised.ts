/** What we have promised to sign, or have signed: what it is, and what it counts for. */
import type { SignTag } from '../../messages.ts';
import type { Agreed, Commitment, PartyContext, StateKind } from '../types.ts';

export const hasSigned = ({ promised }: PartyContext): boolean => promised !== null && promised.tx !== '';

const ownTags: readonly SignTag[] = ['update', 'deposit_tx', 'withdraw_tx'];
const otherTags: readonly SignTag[] = ['update_ack', 'deposit_ack', 'withdraw_ack'];
/** Whether a tag is of a change that our own app has started. */
export const isOwnTag = (tag: SignTag): boolean => ownTags.includes(tag);
/** Whether it is of one that the other's has started. */
export const isOtherTag = (tag: SignTag): boolean => otherTags.includes(tag);
/** Whether it is of a change of what is in the channel, which the chain has to take. */
export const isFundingTag = (tag: SignTag): boolean => /^(deposit|withdraw)_/.test(tag);
export const isCreateTag = (tag: SignTag): boolean => /^(initiator|responder)_/.test(tag);

export const kindOfTag = (tag: SignTag): StateKind => {
  if (isCreateTag(tag)) return 'create';
  if (tag.startsWith('deposit')) return 'deposit';
  return tag.startsWith('withdraw') ? 'withdraw' : 'update';
};

/** What was promised, as a state that both have signed: with `proof`, or else on the node's word. */
export function agreedOf(promised: Commitment, proof?: string): Agreed {
  const { tag, round, payments, initiatorAmount, responderAmount, id, tx } = promised;
  return {
    kind: kindOfTag(tag),
    round,
    payments,
    initiatorAmount,
    responderAmount,
    id,
    tx: proof ?? tx,
    isCoSigned: proof !== undefined,
  };
}
