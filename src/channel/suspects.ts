/** What a party has signed and may be posted, as its watch needs to know it: what is void, and what is under way. */
import { hasSigned, isFundingTag } from '../../machines/channel/party/rules/promised.ts';
import { isCostly, isPostable } from '../../machines/channel/party/rules/rivals.ts';
import type { PartyContext, Rival } from '../../machines/channel/party/types.ts';
import type { Suspect } from '../../machines/channel/watcherRules.ts';
import { see } from './seen.ts';

type Postable = Pick<Rival, 'id' | 'round' | 'payments' | 'initiatorAmount' | 'responderAmount' | 'tx'>;

function suspectOf(
  { id, round, payments, initiatorAmount, responderAmount, tx }: Postable,
  marks: Pick<Suspect, 'isVoid' | 'isCostly'>,
): readonly Suspect[] {
  const seen = see(tx);
  if (seen.kind !== 'deposit' && seen.kind !== 'withdraw') return [];
  const { stateHash, ttl } = seen;
  return [{ id, ...marks, round, payments, initiatorAmount, responderAmount, stateHash, ttl: Number(ttl), tx }];
}

export function suspectsOf(context: PartyContext): readonly Suspect[] {
  const { promised, rivals } = context;
  const underWay = hasSigned(context) && promised !== null && isFundingTag(promised.tag) ? [promised] : [];
  return [
    ...rivals.filter(isPostable).flatMap((rival) => suspectOf(rival, { isVoid: true, isCostly: isCostly(rival) })),
    ...underWay.flatMap((each) => suspectOf(each, { isVoid: false, isCostly: false })),
  ];
}

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

/** Whether one that was posted after all has made the last state worthless. */
export const isOvertaken = ({ agreed, rivals }: PartyContext, posted: ReadonlySet<string>): boolean =>
  rivals.some((rival) => posted.has(rival.id) && isCostly(rival) && rival.round <= (agreed?.round ?? 0));
