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

/** Whether it can be posted: a deposit or a withdrawal. */
export const isPostable = ({ kind }: Rival): boolean => kind === 'deposit' || kind === 'withdraw';

/** Whether posting it later would cost us: the other's deposit would cost the other only. */
export const isCostly = ({ kind, isOwn }: Rival): boolean => kind === 'withdraw' || (kind === 'deposit' && isOwn);

/** What may be posted against us. */
const costly = ({ rivals, isWatched }: PartyContext): readonly Rival[] => (isWatched ? rivals.filter(isCostly) : []);

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
  if (isPostable(rival)) return rivals.some(({ id }) => id === rival.id) ? rivals : [...rivals, rival];
  const isOfSame = (each: Rival) => !isPostable(each) && each.round === rival.round;
  const isWorse = rivals.some((each) => isOfSame(each) && ownOf(context, each) <= ownOf(context, rival));
  return isWorse ? rivals : [...rivals.filter((each) => !isOfSame(each)), rival];
}

/** What is known once both have signed this state. */
export const after = (
  { isWatched, rivals }: Pick<PartyContext, 'isWatched' | 'rivals'>,
  agreed: Agreed,
): Pick<PartyContext, 'agreed' | 'rivals' | 'nothings'> => ({
  agreed,
  rivals: rivals.filter(
    (rival) => rival.id !== agreed.id && (rival.round >= agreed.round || (isWatched && isCostly(rival))),
  ),
  nothings: 0,
});

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
  costly(context).some(({ round }) => round <= (context.agreed?.round ?? 0));

/** Whether the last state is not certain yet. */
export const isContested = (context: PartyContext): boolean => isOutshone(context) || isFrozen(context);

/** Who does not sign an update of nothing is not asked for ever. */
export const mostNothings = 3;

/** Whether a state of the next round, even one of nothing, would put an end to it: a chain can be told of that one. */
export function needsRound(context: PartyContext): boolean {
  if (context.nothings >= mostNothings || isFrozen(context)) return false;
  return isOutshone(context) || costly(context).length > 0;
}

/** Whether our own app has not begun what is under way: it is an update of nothing. */
const isNothing = ({ started }: PartyContext): boolean => started?.kind === 'update' && started.command === '';

/** Whether a conflict says that the other does not want the update of nothing that we have begun: it has not only begun another one. */
export function isRefusedNothing(context: PartyContext, event: PartyEvent): boolean {
  const code = conflictCode(event);
  return isNothing(context) && code !== 0 && code !== conflictCodes.conflict;
}

/** Each is kept until it is dead; more would have no end. */
const mostPostable = 8;

export const hasRoomForPostable = ({ rivals }: PartyContext): boolean =>
  rivals.filter(isPostable).length < mostPostable;
