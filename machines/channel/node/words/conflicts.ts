/** Conflicts: what is under way is void, and both are told so, each when it can be. */
import { conflictCodes, type Party } from '../../messages.ts';
import { channelName, isHere, isParticular, none, takesMore } from '../rules/parties.ts';
import { acknowledgerOf } from '../rules/signing.ts';
import { proposedUpdate } from '../rules/transactions.ts';
import type { NodeContext, NodeEvent, Proposal, Sent, Void } from '../types.ts';
import { info, send } from './frames.ts';
import { askFor } from './requests.ts';

/** Why what is under way is void. */
interface Cause {
  readonly code: number;
  readonly message: string;
  /** The update of the other party that makes the conflict. */
  readonly rival?: Proposal | undefined;
  /** Who has begun something else than an update instead, or has taken back its own. */
  readonly by?: Party;
  readonly isAbort?: boolean;
}

const causes = {
  conflict: { code: conflictCodes.conflict, message: 'conflict' },
  timeout: { code: conflictCodes.timeout, message: 'timeout' },
  rejected: { code: conflictCodes.rejected, message: 'rejected' },
} as const satisfies Record<string, Cause>;

/** A cause that is told later; what no node says of itself, the other party has said. */
const causeOfCode = (code: number): Cause =>
  Object.values(causes).find((cause) => cause.code === code) ?? { code, message: 'user-defined' };

/** Why an event makes what is under way void. */
function causeOf(event: NodeEvent, rival: Proposal | undefined): Cause {
  switch (event.type) {
    case 'received.update.new':
    case 'received.malformed':
      return { ...causes.conflict, rival };
    case 'received.deposit':
    case 'received.withdraw':
      return { ...causes.conflict, by: event.from };
    case 'received.abort':
      return { code: event.code, message: 'user-defined', by: event.from, isAbort: true };
    case 'rejected':
      return causes.rejected;
    case 'included':
      return causes.conflict;
    default:
      return causes.timeout;
  }
}

/** An update of the party that has not begun the one under way. */
export function rivalIn(context: NodeContext, event: NodeEvent): Proposal | undefined {
  if (event.type !== 'received.update.new' || context.proposed?.starter === event.from) return undefined;
  const { meta, ...update } = event.message.payload;
  return proposedUpdate(context, event.from, update, meta);
}

export function conflictFor(context: NodeContext, party: Party, { code, message }: Cause = causes.conflict): Sent {
  const more = takesMore(context, party) ? { error_code: code, error_msg: message } : {};
  return send(party, {
    action: 'conflict',
    payload: { channel_id: channelName(context), round: context.agreed?.round ?? 0, ...more },
  });
}

/** A conflict that a party was not told, since it was away. */
export const lateConflictFor = (context: NodeContext, party: Party, code: number): Sent =>
  conflictFor(context, party, causeOfCode(code));

/** What a party had begun became void while it was away: whoever takes that at any time is told when it is back. */
export function missedConflictFor(context: NodeContext, party: Party): readonly Sent[] {
  const code = context.unheardConflict[party];
  return code === 0 || isParticular(context, party) ? [] : [lateConflictFor(context, party, code)];
}

/** What a conflict leaves. */
interface Outcome {
  readonly told: readonly Sent[];
  /** As the context's. */
  readonly owing: Readonly<Record<Party, string>>;
  readonly unheardConflict: Readonly<Record<Party, number>>;
}

/**
 * Who can be told of a conflict at once, and who must answer first. A client of old takes a conflict only between its signature and the report of its
 * update; one that is asked to sign must have answered, and one that has begun must be asked first.
 */
export function conflictBy(context: NodeContext, event: NodeEvent): Outcome {
  const { proposed, unheardConflict } = context;
  const owing: Record<Party, string> = { ...none };
  if (proposed === null) return { told: [], owing, unheardConflict };
  const cause = causeOf(event, rivalIn(context, event));
  const { rival, by } = cause;
  const { starter } = proposed;
  const acknowledger = acknowledgerOf(proposed);
  const isAsked = proposed.signature !== '';
  const told: Sent[] = [];
  const tell = (party: Party) => {
    const isOwn = cause.isAbort === true && by === party && takesMore(context, party);
    told.push(isOwn ? info(party, 'aborted_update') : conflictFor(context, party, cause));
  };
  if (isAsked || by === acknowledger || !isParticular(context, acknowledger)) tell(acknowledger);
  else if (rival !== undefined && isHere(context, acknowledger)) {
    owing[acknowledger] = rival.id;
    told.push(askFor(context, rival, acknowledger));
  }
  const hasAnswered = proposed.isAnswered || isAsked;
  const canOwe = rival !== undefined && proposed.kind === 'update' && isHere(context, starter);
  if (canOwe && isParticular(context, starter) && !hasAnswered) owing[starter] = proposed.id;
  else tell(starter);
  const isHeard = isHere(context, starter);
  return { told, owing, unheardConflict: isHeard ? unheardConflict : { ...unheardConflict, [starter]: cause.code } };
}

/** Void transactions that are remembered: two for each conflict, and a conflict or two on their way. */
const mostVoided = 8;

/** The void transactions, with those that an event makes void. */
export function voidedBy(context: NodeContext, event: NodeEvent): readonly Void[] {
  const rival = rivalIn(context, event);
  const { code } = causeOf(event, rival);
  const fresh = [context.proposed, rival].flatMap((each) => (each == null ? [] : [{ id: each.id, code }]));
  return [...context.voided, ...fresh].slice(-mostVoided);
}
