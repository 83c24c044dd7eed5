/**
 * What a void signature is worth. It cannot be taken back: whom it was given to may sign as well, and show or post what both have signed then. Of two
 * states of one round the one counts that is shown first, so that a state counts for us only when no such rival leaves us less. A payment is a rival as
 * long as no later round is agreed. A deposit or a withdrawal is one as long as the chain does not know a state that is as late, however many are agreed:
 * no state of a later round is signed before.
 */
import { conflictCodes } from '../../messages.ts';
import type { Agreed, Commitment, PartyContext, PartyEvent, Rival, Shares } from '../types.ts';
import { isOtherTag, isOwnTag, kindOfTag } from './promised.ts';
import { conflictCode } from './shown.ts';

const ownOf = ({ role }: PartyContext, { initiatorAmount, responderAmount }: Shares): bigint =>
  BigInt(role === 'initiator' ? initiatorAmount : responderAmount);

/** Whether posting it later would cost us: the other's deposit would cost the other only. */
const isCostly = ({ kind, isOwn }: Rival): boolean => kind === 'withdraw' || (kind === 'deposit' && isOwn);

/** What may be posted against us. */
export const postable = ({ rivals, isWatched }: PartyContext): readonly Rival[] =>
  isWatched ? rivals.filter(isCostly) : [];

const rivalOf = ({ tag, round, payments, initiatorAmount, responderAmount, id, tx }: Commitment): Rival => ({
  kind: kindOfTag(tag),
  isOwn: isOwnTag(tag),
  round,
  payments,
  initiatorAmount,
  responderAmount,
  id,
  tx,
});

/** The rivals, once what we have promised is void. Of the payments of one round only the worst for us is of interest. */
export function rivalsWithPromised(context: PartyContext): readonly Rival[] {
  const { promised, rivals } = context;
  if (promised === null || promised.tx === '') return rivals;
  if (!isOwnTag(promised.tag) && !isOtherTag(promised.tag)) return rivals;
  const rival = rivalOf(promised);
  if (isCostly(rival)) return rivals.some(({ id }) => id === rival.id) ? rivals : [...rivals, rival];
  const isOfSame = (each: Rival) => !isCostly(each) && each.round === rival.round;
  const isWorse = rivals.some((each) => isOfSame(each) && ownOf(context, each) <= ownOf(context, rival));
  return isWorse ? rivals : [...rivals.filter((each) => !isOfSame(each)), rival];
}

/** Those that are left once both have signed this state. */
export const rivalsAfter = ({ isWatched }: PartyContext, rivals: readonly Rival[], agreed: Agreed): readonly Rival[] =>
  rivals.filter((rival) => rival.id !== agreed.id && (rival.round >= agreed.round || (isWatched && isCostly(rival))));

/** Whether a payment that is void could be shown instead of the last state, and leave us less. */
function isOutshone(context: PartyContext): boolean {
  const { agreed, rivals } = context;
  if (agreed === null) return false;
  return rivals.some(
    (each) => !isCostly(each) && each.round === agreed.round && ownOf(context, each) < ownOf(context, agreed),
  );
}

/** Whether a deposit or a withdrawal that is void could be posted, and the last state would not count with what is in the channel then. */
export const isFrozen = (context: PartyContext): boolean =>
  postable(context).some(({ round }) => round <= (context.agreed?.round ?? 0));

/** Whether the last state is not certain yet. */
export const isContested = (context: PartyContext): boolean => isOutshone(context) || isFrozen(context);

/** Whether a state of the next round, even one of nothing, would put an end to it: a chain can be told of that one. Who does not want it is not asked again. */
export function needsRound(context: PartyContext): boolean {
  const { agreed, refusedNothing } = context;
  if (agreed === null || refusedNothing === agreed.round || isFrozen(context)) return false;
  return isOutshone(context) || postable(context).length > 0;
}

/** Whether a conflict says that the other does not want the update of nothing that we have begun: it has not only begun another one. */
export function isRefusedNothing({ started }: PartyContext, event: PartyEvent): boolean {
  const code = conflictCode(event);
  return started?.kind === 'update' && started.command === '' && code !== 0 && code !== conflictCodes.conflict;
}

/** Each is kept until it is dead; more would have no end. */
const mostPostable = 8;

export const hasRoomForPostable = ({ rivals }: PartyContext): boolean => rivals.filter(isCostly).length < mostPostable;
