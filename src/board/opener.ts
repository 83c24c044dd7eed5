/**
 * From interest to channel: what the two sides hand each other through the board, whatever the protocol of the channel is.
 *
 * The proposer's `Offer` puts its `opening` into the proposal: it travels with it, also through a server that knows only the text. Whoever is interested
 * has an `Opener` of the same protocol: its introduction travels with the interest, and then it opens. A protocol of channels plugs in with one of each.
 */
import type { Proposal } from '../../machines/board/messages.ts';

/** What somebody who is interested must know to open a channel: the protocol's name, and JSON that only it reads. */
export type Opening = NonNullable<Proposal['opening']>;

/** Somebody is interested in a proposal of ours. */
export interface Interest {
  readonly fromAddress: string;
  /** What came with it: what the other side's opener introduces itself with, or the original's "trade info here". */
  readonly otherData: unknown;
  /** Which proposal it is, where the server says so. */
  readonly proposal: Proposal | undefined;
}

/** The proposer's side of one protocol of channels. */
export interface Offer<Opened> {
  readonly opening: Opening;
  /**
   * Opens the channel with somebody who is interested.
   * @param introduction what the other side's opener introduces itself with; check it, it is a stranger's
   * @throws whatever is wrong with it: told as `openFailed`
   */
  answer(introduction: unknown, interest: Interest, signal: AbortSignal): Promise<Opened>;
}

/** The interested side of one protocol of channels. */
export interface Opener<Opened> {
  /** As in `Opening`. */
  readonly protocol: string;
  /** JSON that the proposer's `answer` is to be given, if any. */
  introduce?(opening: Opening, proposal: Proposal): unknown;
  /**
   * Opens the channel. The proposer knows of our interest by then.
   * @param opening check it, it is a stranger's
   * @param signal ends the opening, when the app or the board gives up; what is open by then stays open
   */
  open(opening: Opening, proposal: Proposal, signal: AbortSignal): Promise<Opened>;
}

/** An introduction as it travels in `otherData`. */
export const introductionOf = (protocol: string, introduction: unknown): object => ({
  protocol,
  ...(introduction === undefined ? {} : { introduction }),
});

/** The introduction that came in `otherData`, if it is one for this protocol. */
export function introductionIn(protocol: string, otherData: unknown): { readonly introduction: unknown } | undefined {
  if (typeof otherData !== 'object' || otherData === null || !('protocol' in otherData)) return undefined;
  if (otherData.protocol !== protocol) return undefined;
  return { introduction: 'introduction' in otherData ? otherData.introduction : undefined };
}

/** Opens with a signal that only counts until it is open: a channel goes on when the board does not. */
export async function whileOpening<Opened>(
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<Opened>,
): Promise<Opened> {
  const opening = new AbortController();
  const abort = () => opening.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await open(opening.signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
