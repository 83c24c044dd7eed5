/**
 * The streams that are played, in their turns: what the next part costs, who is asked for it, and what was released.
 */
import { isMore, plus } from '../../../src/money.ts';
import type { Send } from '../../../src/role.ts';
import { hasPart, type ToPayer, withPart } from '../messages.ts';
import type { PayeeContext, PayeeEvent, Play, Terms } from './types.ts';

export const termsOf = ({ terms }: PayeeContext, stream: string | undefined): Terms | undefined =>
  stream === undefined ? terms[0] : terms.find((each) => each.stream === stream);

export const isReleased = ({ released }: PayeeContext, { stream, part }: Pick<Play, 'stream' | 'part'>): boolean =>
  hasPart(released[stream] ?? [], part);

/** What the payer must have sent in all before this part is released. */
export function requiredFor(context: PayeeContext, play: Pick<Play, 'stream' | 'part'>): string {
  const { accepted, owed } = context;
  if (isReleased(context, play)) return accepted.sent;
  const due = plus(owed, termsOf(context, play.stream)?.price ?? '0');
  return isMore(due, accepted.sent) ? due : accepted.sent;
}

/** The stream that the next payment of a socket is for. */
export const askedOf = ({ plays }: PayeeContext, from: string): Play | undefined =>
  plays.find((play) => play.from === from && play.isAsked);

/** The stream of the payer whose turn has come. */
export const turnOf = ({ plays, proven }: PayeeContext): Play | undefined =>
  plays.find(({ from, isAsked }) => from === proven && !isAsked);

export const isPaidFor = (context: PayeeContext, play: Play): boolean =>
  !isMore(requiredFor(context, play), context.accepted.sent);

export function demandFor(context: PayeeContext, play: Play): Send<ToPayer> & { readonly to: string } {
  const { accepted, deposit } = context;
  const { stream, part } = play;
  const need = { stream, part, required: requiredFor(context, play), accepted: accepted.sent, deposit };
  return { type: 'send', to: play.from, message: { event: 'pay', need } };
}

/** The plays with room for one more: of those who have not paid the oldest gives way, since anybody can play with a key that it only knows. */
export function roomIn({ plays, proven, maxPlays }: PayeeContext): readonly Play[] {
  if (plays.length < maxPlays) return plays;
  const oldest = plays.findIndex(({ from }) => from !== proven);
  return plays.filter((_, at) => at !== oldest);
}

/** The play that a message asks for. */
export function playIn(context: PayeeContext, event: PayeeEvent): Play | undefined {
  if (event.type !== 'received.play') return undefined;
  const { at } = event.message;
  const terms = termsOf(context, at?.stream);
  if (terms === undefined) return undefined;
  const { stream, parts } = terms;
  const part = at?.part ?? context.next[stream] ?? 0;
  if (parts !== null && part >= parts) return undefined;
  const { from } = event;
  const isAsked = !context.plays.some((play) => play.from === from && play.isAsked && play.stream !== stream);
  return { from, stream, part, isAsked };
}

export const isSamePlay = (one: Play, other: Play) => one.from === other.from && one.stream === other.stream;

/** The same with a part released: its key is told, and the stream goes to the end of the queue. */
export function released(context: PayeeContext, play: Play): Partial<PayeeContext> {
  const terms = termsOf(context, play.stream);
  const next = play.part + 1;
  const others = context.plays.filter((other) => other !== play);
  const isOver = terms?.parts != null && next >= terms.parts;
  return {
    owed: isReleased(context, play) ? context.owed : plus(context.owed, terms?.price ?? '0'),
    released: {
      ...context.released,
      [play.stream]: withPart(context.released[play.stream] ?? [], play.part),
    },
    next: { ...context.next, [play.stream]: next },
    plays: isOver ? others : [...others, { ...play, part: next, isAsked: play.from !== context.proven }],
  };
}

export function secretOf({ from, stream, part }: Play): Send<ToPayer> & { readonly to: string } {
  return { type: 'send', to: from, message: { event: 'secret', secret: '', about: { stream, part } } };
}
