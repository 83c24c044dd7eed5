/**
 * Streams, offers and demands as the payer judges them: what is due, what is wrong with it, and which keys have come for it.
 *
 * What these functions must never do: find a demand right that is not exactly what the offer makes due.
 */
import { isMore, minus, plus } from '../../../src/money.ts';
import type { Send } from '../../../src/role.ts';
import { hasPart, type Need, type Offer, type Range, type ToPayee } from '../messages.ts';
import { latestOf } from './payments.ts';
import type { PayerContext, PayerEvent, Playing } from './types.ts';

/** More streams than these do not play at once. */
export const mostStreams = 8;

export const playingOf = ({ streams }: Pick<PayerContext, 'streams'>, name: string | undefined) =>
  streams.find(({ stream }) => stream === name);

export const wanted = (stream: string | undefined) => (stream === undefined || stream === '' ? {} : { stream });

/** The offer of a `publicKey` answer, or what was agreed elsewhere. */
export const offerOf = (context: PayerContext, event: PayerEvent): Offer | null =>
  event.type === 'received.publicKey' ? (event.message.offer ?? context.terms) : null;

/** Why an offer is not acceptable; empty when it is. */
export function objection(context: PayerContext, offer: Offer | null): string {
  if (offer === null) return 'The payee makes no offer, and no terms were agreed elsewhere.';
  const { budget, schemes } = context;
  if (offer.price === '0') return 'The payee asks for nothing: there is nothing to pay, and no channel to pay from.';
  if (isMore(offer.price, budget.part)) return `A part costs ${offer.price}; the budget allows ${budget.part}.`;
  if (!schemes.includes(offer.scheme)) return `The payee wants states signed as "${offer.scheme}".`;
  const pinned = playingOf(context, offer.stream)?.offer;
  if (pinned === undefined) return '';
  const isSame =
    pinned.price === offer.price &&
    pinned.unit === offer.unit &&
    pinned.partMs === offer.partMs &&
    pinned.commitment === offer.commitment &&
    pinned.scheme === offer.scheme;
  return isSame ? '' : 'The payee has changed its offer within the session.';
}

export function playMessage({ payer: { publicKey } }: PayerContext, stream: string, part: number): Send<ToPayee> {
  return { type: 'send', message: { event: 'play', publicKey, at: { stream, part } } };
}

/** A payee that knows only the text asks without saying for what: it can only be the next part, at the agreed price. */
export function demandOf(context: PayerContext, need: Need | undefined): Need {
  if (need !== undefined) return need;
  const [first] = context.streams;
  const { sent } = latestOf(context);
  const required = context.promised === null ? plus(context.owed, first?.offer.price ?? '0') : sent;
  return {
    stream: first?.stream ?? '',
    part: first?.next ?? 0,
    required,
    accepted: context.agreed.sent,
    deposit: context.deposit,
  };
}

/** The demand that is being met. */
export function demanded({ asked }: PayerContext): Need {
  if (asked === null) throw new Error('Nothing was asked.');
  return asked;
}

/** What is wrong with the demand that is being decided on; empty when it is what was agreed. */
export function wrongIn(context: PayerContext): string {
  const need = demanded(context);
  const playing = playingOf(context, need.stream);
  if (playing === undefined) return 'The payee asks for a stream that does not play.';
  if (need.part !== playing.next) return `The payee asks for part ${need.part}; the next one is ${playing.next}.`;
  const { sent } = latestOf(context);
  if (!isMore(need.required, sent)) {
    return sent === '0' && playing.offer.credit === 0 ? 'The payee asks for nothing.' : '';
  }
  if (context.promised !== null) return '';
  if (hasPart(playing.received, need.part)) return 'The payee asks twice for a part that was paid.';
  const due = plus(context.owed, playing.offer.price);
  return need.required === due ? '' : `The payee asks for ${need.required} in all; by its offer it is ${due}.`;
}

/** Whether a demand is for a part that has come meanwhile, or of a stream that was over by then. */
export function isOutdated(context: PayerContext, { stream, part, required }: Need): boolean {
  const playing = playingOf(context, stream);
  if (playing === undefined) return true;
  return isMore(required, latestOf(context).sent) && hasPart(playing.received, part);
}

export const aboutPart = ({ asked }: PayerContext) => `part/${asked?.stream ?? ''}/${asked?.part ?? 0}`;

export const aboutKey = ({ asked }: PayerContext) => `key/${asked?.stream ?? ''}/${asked?.part ?? 0}`;

/** What parts may be given for before they are paid. */
const creditOf = ({ price, credit }: Offer): string => `${BigInt(price) * BigInt(credit)}`;

/** Whether the key of a part tells that our promise was accepted, or may just as well have been given on credit. */
export function tellsAcceptance({ agreed, owed, asked, isTextOnly, ...context }: PayerContext): boolean {
  const offer = playingOf(context, asked?.stream)?.offer;
  if (offer === undefined || isTextOnly) return true;
  // What was given before is given again for a proof of the key only.
  if (asked !== null && !isMore(asked.required, agreed.sent)) return true;
  return isMore(minus(plus(owed, offer.price), agreed.sent), creditOf(offer));
}

/** The stream whose next part has been given, where our reckoning allows the credit for it. */
export function creditedOf(context: PayerContext, event: PayerEvent): Playing | undefined {
  if (event.type !== 'received.secret' || event.message.about === undefined) return undefined;
  const { stream, part } = event.message.about;
  const playing = playingOf(context, stream);
  if (playing === undefined || playing.next + playing.keys !== part || hasPart(playing.received, part))
    return undefined;
  const waiting = context.streams.reduce((sum, { offer, keys }) => sum + BigInt(offer.price) * BigInt(keys), 0n);
  const unpaid = minus(plus(plus(context.owed, `${waiting}`), playing.offer.price), latestOf(context).sent);
  return isMore(unpaid, creditOf(playing.offer)) ? undefined : playing;
}

/** The same streams, with a key more that waits to be opened. */
export const withKey = ({ streams }: PayerContext, at: Pick<Need, 'stream' | 'part'> | undefined) =>
  streams.map((each) =>
    each.stream === at?.stream && each.next + each.keys === at.part ? { ...each, keys: each.keys + 1 } : each,
  );

export const withoutKeys = (streams: readonly Playing[]) => streams.map((each) => ({ ...each, keys: 0 }));

/** What the parts are worth once this one is counted. One that is given again and that we have no record of may be paid for already. */
export function countedOf({ owed, agreed, streams }: PayerContext, { stream, part, required }: Need): string {
  const playing = playingOf({ streams }, stream);
  if (playing === undefined || hasPart(playing.received, part)) return owed;
  const { price } = playing.offer;
  const known = streams.reduce((sum, { offer, received }) => sum + BigInt(offer.price) * countOf(received), 0n);
  const isGivenAgain = !isMore(required, agreed.sent) && !isMore(agreed.sent, owed);
  return isGivenAgain && !isMore(price, minus(owed, `${known}`)) ? owed : plus(owed, price);
}

const countOf = (ranges: readonly Range[]) => ranges.reduce((sum, [from, to]) => sum + BigInt(to - from), 0n);
