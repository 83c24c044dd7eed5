/** Signing: who is asked, under which tag, and what is an answer. */
import type { ToNodeEvent } from '../../../../src/channel/wire.ts';
import { otherParty, type Party, type SignTag, subjects } from '../../messages.ts';
import type { From, NodeContext, NodeEvent, Proposal, Void } from '../types.ts';
import { dialectOf } from './parties.ts';

/** Who signs second. */
export const acknowledgerOf = ({ starter }: Proposal): Party => otherParty(starter);

/** The tag under which a party is asked to sign. */
export function tagFor(context: NodeContext, { kind, starter }: Proposal, party: Party): SignTag {
  switch (kind) {
    case 'create':
      return `${party}_${dialectOf(context, party) === 'text' ? 'signed' : 'sign'}`;
    case 'update':
      return party === starter ? 'update' : 'update_ack';
    case 'close':
      return party === starter ? 'shutdown_sign' : 'shutdown_sign_ack';
    case 'deposit':
    case 'withdraw':
      return `${kind}_${party === starter ? 'tx' : 'ack'}`;
  }
}

/** The event by which a party answers that it has signed. */
export function replyTo(context: NodeContext, proposed: Proposal, party: Party): NodeEvent['type'] {
  const subject = subjects[tagFor(context, proposed, party)];
  return subject === 'create' ? `received.${party}_signed` : `received.${subject}`;
}

/** Who is to sign now; undefined while nobody is. */
export function signerOf({ proposed }: NodeContext): Party | undefined {
  if (proposed === null || proposed.whole !== '') return undefined;
  return proposed.signature === '' ? proposed.starter : acknowledgerOf(proposed);
}

/** Whether a party says that it does not sign what it is asked to sign now. Nobody can take back a channel that is being opened. */
export function isAbort(context: NodeContext, event: NodeEvent): boolean {
  const { proposed } = context;
  return (
    event.type === 'received.abort' &&
    proposed !== null &&
    proposed.kind !== 'create' &&
    signerOf(context) === event.from &&
    event.tag === tagFor(context, proposed, event.from)
  );
}

type ReplyEvent = Extract<From<ToNodeEvent>, { readonly seen: unknown }>;

export const isReplyEvent = (event: NodeEvent): event is ReplyEvent => 'seen' in event;

/** More signatures than there are parties are not looked at. */
const mostSignatures = 2;

/** Whether this is `party`'s answer to what it was asked to sign. */
export function isReplyOf(context: NodeContext, event: NodeEvent, party: Party | undefined): boolean {
  const { proposed } = context;
  if (proposed === null || !isReplyEvent(event) || event.from !== party) return false;
  const { seen } = event;
  return (
    event.type === replyTo(context, proposed, party) &&
    seen.kind !== 'unreadable' &&
    seen.id === proposed.id &&
    seen.signatures.length > 0 &&
    seen.signatures.length <= mostSignatures
  );
}

/** Whether a reply is about something that is over: signed by both already, or void. */
export function isLate({ proposed, agreed, voided }: NodeContext, event: NodeEvent): boolean {
  if (!isReplyEvent(event) || event.seen.kind === 'unreadable') return false;
  const { id, signatures } = event.seen;
  if (signatures.length === 0) return false;
  const isAnsweredAgain =
    proposed !== null && id === proposed.id && proposed.signature !== '' && event.from === proposed.starter;
  return (
    isAnsweredAgain ||
    (proposed !== null && id === proposed.id && proposed.whole !== '') ||
    id === agreed?.id ||
    voided.some((each) => each.id === id)
  );
}

/** What is void and a party that has come back says again: what it had signed before, which it can only have kept since nobody told it. */
export function unheardVoidIn({ proposed, agreed, unheardVoid }: NodeContext, event: NodeEvent): Void | undefined {
  if (!isReplyEvent(event) || event.seen.kind === 'unreadable' || event.seen.signatures.length === 0) return undefined;
  const { id } = event.seen;
  if (id === proposed?.id || id === agreed?.id) return undefined;
  return unheardVoid[event.from].find((each) => each.id === id);
}

/** A reply is judged once, however often it is made. */
export const aboutVerdict = (from: Party, about: string, signatures: readonly string[]): string =>
  `${from}/${about}/${signatures.join('.')}`;
