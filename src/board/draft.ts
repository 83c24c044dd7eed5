/**
 * What an app proposes, made into what the text calls a proposal.
 */
import { Proposal } from '../../machines/board/messages.ts';
import { LocalMisuse } from '../errors.ts';
import { toJson } from '../json.ts';
import type { Offer } from './opener.ts';

/** What is proposed: the text's fields. Amounts are decimals as text, without signs, exponents or needless zeros: `10`, `2.5`. */
export interface ProposalDraft {
  readonly marginBalance: string;
  readonly quotePrice: string;
  readonly unpublishedTradeSize: string;
  /** Default: our first address. */
  readonly address?: string;
  /** Default: a fresh one. */
  readonly id?: string | number;
  /** Milliseconds after which it ends; the board may say less. Ignored by a board that knows only the text. */
  readonly lasts?: number;
  /** Answers interest by opening a channel. */
  readonly offer?: Offer<unknown>;
}

/**
 * The proposal that a draft makes.
 * @throws LocalMisuse `badProposal`, `notJson`
 */
export function proposalOf(
  { lasts, offer, ...fields }: ProposalDraft,
  given: { readonly address: string; readonly id: string },
): Proposal {
  const parsed = Proposal.safeParse({
    ...given,
    ...fields,
    ...(offer === undefined ? {} : { opening: passable(offer.opening) }),
  });
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new LocalMisuse(`The proposal's ${field} is not what it must be; amounts are decimals as text.`, {
      code: 'badProposal',
    });
  }
  if (lasts !== undefined && !(Number.isSafeInteger(lasts) && lasts > 0))
    throw new LocalMisuse('A proposal lasts a whole number of milliseconds.', { code: 'badProposal' });
  return parsed.data;
}

/** A value as JSON has it. @throws LocalMisuse `notJson` */
export function passable(value: unknown): unknown {
  return JSON.parse(toJson(value));
}
