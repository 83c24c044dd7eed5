/** What an event carries and shows: a transaction, and with whose signatures; what it is about. */
import type { Seen } from '../../../../src/channel/seen.ts';
import { memberText } from '../../../../src/json.ts';
import { infos } from '../../messages.ts';
import type { PartyEvent, SignEvent, Step } from '../types.ts';

export const isSign = (event: PartyEvent): event is SignEvent => event.type.startsWith('received.sign.');

/** The transaction that an event carries. */
export function seenIn(event: PartyEvent): Seen | undefined {
  return 'seen' in event ? event.seen : undefined;
}

/** The transaction of an event that shows it with the signatures of both. */
export function shownIn(event: PartyEvent): Exclude<Seen, { readonly kind: 'unreadable' }> | undefined {
  const seen = seenIn(event);
  const isShown = 'isCoSigned' in event && event.isCoSigned;
  return isShown && seen !== undefined && seen.kind !== 'unreadable' ? seen : undefined;
}

/** The text of the transaction that an event shows with the signatures of both. */
export const proofIn = (event: PartyEvent): string | undefined => shownIn(event)?.tx;

/** The proof of one transaction, if the event brings it. */
export function proofOf(id: string, event: PartyEvent): string | undefined {
  const shown = shownIn(event);
  return shown?.id === id ? shown.tx : undefined;
}

/** Its name, where it can be read. */
export function idIn(event: PartyEvent): string | undefined {
  const seen = seenIn(event);
  return seen === undefined || seen.kind === 'unreadable' ? undefined : seen.id;
}

/** The id of the channel that a transaction is of. */
export function channelIdIn(event: PartyEvent): string | undefined {
  const seen = seenIn(event);
  return seen === undefined || seen.kind === 'unreadable' ? undefined : seen.channelId;
}

const starts = ['update', 'update.new', 'deposit', 'withdraw', 'shutdown', 'leave'];

/** Whether what the node repeats of us began nothing: a message, a question, or a reply that it did not wait for. */
export function isAboutOther(request: string): boolean {
  const name = memberText(request, 'action') ?? memberText(request, 'method');
  if (name === undefined) return false;
  const isReply =
    memberText(memberText(request, 'payload') ?? '{}', 'tx') ??
    memberText(memberText(request, 'params') ?? '{}', 'signed_tx');
  return isReply !== undefined || !starts.includes(name.replaceAll('"', '').replace('channels.', ''));
}

/** What an `info` is called. */
export function stepIn(event: PartyEvent): Step {
  const name = event.type.slice('received.info.'.length);
  return infos.find((info) => info === name) ?? 'on_chain_tx';
}

/** Why a conflict came about; 0 where the node gives no code. */
export const conflictCode = (event: PartyEvent): number =>
  event.type === 'received.conflict' && 'message' in event ? (event.message.payload.error_code ?? 0) : 0;
