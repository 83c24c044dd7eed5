/** What a party has signed in vain and may still be posted, as its watch needs to know it. */
import { postable } from '../../machines/channel/party/rules/rivals.ts';
import type { PartyContext } from '../../machines/channel/party/types.ts';
import type { Suspect } from '../../machines/channel/watcherRules.ts';
import { see } from './seen.ts';

export const suspectsOf = (context: PartyContext): readonly Suspect[] =>
  postable(context).flatMap(({ id, round, payments, initiatorAmount, responderAmount, tx }) => {
    const seen = see(tx);
    if (seen.kind !== 'deposit' && seen.kind !== 'withdraw') return [];
    const ttl = Number(seen.ttl);
    return [{ id, round, payments, initiatorAmount, responderAmount, stateHash: seen.stateHash, ttl, tx }];
  });

/** Whether what it would make is the very state that is agreed: the same deposit, tried again, with another nonce. */
export function isAsAgreed({ agreed, rivals }: PartyContext, suspect: string): boolean {
  const rival = rivals.find(({ id }) => id === suspect);
  if (agreed === null || rival === undefined) return false;
  return (
    rival.round === agreed.round &&
    rival.initiatorAmount === agreed.initiatorAmount &&
    rival.responderAmount === agreed.responderAmount
  );
}
