/** Conflicts: what is under way is void, and both are told so, each when it can be. */
import { conflictCodes, type Party } from '../../messages.ts';
import { channelName, isHere, isParticular, none, takesMore } from '../rules/parties.ts';
import { acknowledgerOf } from '../rules/signing.ts';
import { proposedUpdate } from '../rules/transactions.ts';
import type { NodeContext, NodeEvent, Proposal, Sent } from '../types.ts';
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

/**
 * Who can be told of a conflict at once, and who must answer first. A client of old takes a conflict only between its signature and the report of its
 * update; one that is asked to sign must have answered, and one that has begun must be asked first.
 */
export function conflictBy(
  context: NodeContext,
  event: NodeEvent,
): { readonly told: readonly Sent[]; readonly owing: Readonly<Record<Party, string>> } {
  const { proposed } = context;
  const owing: Record<Party, string> = { ...none };
  if (proposed === null) return { told: [], owing };
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
  return { told, owing };
}

/** Void transactions that are remembered: two for each conflict, and a conflict or two on their way. */
const mostVoided = 8;

/** The void transactions, with those that an event makes void. */
export const voidedBy = (context: NodeContext, event: NodeEvent): readonly string[] =>
  [
    ...context.voided,
    ...[context.proposed, rivalIn(context, event)].flatMap((each) => (each == null ? [] : [each.id])),
  ].slice(-mostVoided);
