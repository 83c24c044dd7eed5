/**
 * What each has, pays and gets: the node's figures.
 *
 * What they must never do: take a figure from a party where the channel's own figures give it.
 */
import { fromHex } from '../../../../src/bytes.ts';
import type { Era } from '../../../../src/channel/encoding.ts';
import { type Balance, stateHash } from '../../../../src/channel/hashes.ts';
import { keyOf } from '../../../../src/channel/seen.ts';
import { isMore, minus, plus } from '../../../../src/money.ts';
import type { Party, Reason } from '../../messages.ts';
import type { Agreed, ChangeKind, NodeContext, Postponed, Transfer } from '../types.ts';
import { both, dialectOf, isEpoch, partyOf } from './parties.ts';
import { isChangeWish } from './waiting.ts';

export type Amounts = Pick<Agreed, 'initiatorAmount' | 'responderAmount'>;

/** What each has while the channel is as the create transaction says. The node of its time did not apply the push. */
export function firstAmounts(context: NodeContext): Amounts {
  const { initiatorAmount, responderAmount, pushAmount, era } = context.terms;
  const isApplied = era === 'modern' || both.some((party) => !isEpoch(context, party));
  return isApplied
    ? { initiatorAmount: minus(initiatorAmount, pushAmount), responderAmount: plus(responderAmount, pushAmount) }
    : { initiatorAmount, responderAmount };
}

export const amountOf = ({ initiatorAmount, responderAmount }: Amounts, party: Party) =>
  party === 'initiator' ? initiatorAmount : responderAmount;

/** The change that a party asks for, or why there can be none. */
export function transferOf(context: NodeContext, update: Transfer): Transfer | Reason {
  const { agreed, terms } = context;
  if (update.amount.startsWith('-')) return 'negative_amount';
  const [payer, payee] = [keyOf(update.from), keyOf(update.to)];
  if (payer === undefined || payee === undefined) return 'no_account';
  const [from, to] = [partyOf(context, payer), partyOf(context, payee)];
  if (from === undefined || to === undefined || from === to) return 'invalid_pubkeys';
  if (agreed === null) return 'conflict';
  if (isMore(plus(update.amount, terms.channelReserve), amountOf(agreed, from))) return 'insufficient_balance';
  return { from: terms[from], to: terms[to], amount: update.amount };
}

/** Why what a party wants cannot be; undefined where it can. A deposit is also a matter of what the account has. */
export function refusedWish(context: NodeContext, { from, wish }: Postponed): Reason | undefined {
  switch (wish.kind) {
    case 'update': {
      const transfer = transferOf(context, wish);
      return typeof transfer === 'string' ? transfer : undefined;
    }
    case 'deposit':
    case 'withdraw': {
      const { agreed, terms } = context;
      if (wish.amount.startsWith('-')) return 'negative_amount';
      if (wish.amount === '0') return 'value_too_low';
      if (agreed === null) return 'not_ready';
      const isTooMuch = isMore(plus(wish.amount, terms.channelReserve), amountOf(agreed, from));
      return wish.kind === 'withdraw' && isTooMuch ? 'insufficient_balance' : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * What each gets when the channel is closed: "ceil(fee/2) initiator, floor(fee/2) responder, falls back if one side lacks funds"; undefined where
 * there is less than the fee.
 */
export function closingAmounts(context: NodeContext): Amounts | undefined {
  const { agreed } = context;
  if (agreed === null) return undefined;
  const [ours, theirs, fee] = [
    BigInt(agreed.initiatorAmount),
    BigInt(agreed.responderAmount),
    BigInt(feeOf(context, context.closeFee)),
  ];
  if (ours + theirs < fee) return undefined;
  const least = fee > theirs ? fee - theirs : 0n;
  const half = fee - fee / 2n;
  const wanted = half > ours ? ours : half;
  const share = wanted < least ? least : wanted;
  return { initiatorAmount: `${ours - share}`, responderAmount: `${theirs - (fee - share)}` };
}

/** What today's clients take for the least that a transaction costs: they do not sign below it. */
const leastToday = '20000000000000';

/** What a transaction costs: as the node was told, or else 1, and as much as a client of today insists on where there is one. */
export const feeOf = (context: NodeContext, asked: string): string => {
  if (asked !== '') return asked;
  return both.some((party) => dialectOf(context, party) === 'rpc') ? leastToday : '1';
};

/** The shares after a deposit or a withdrawal. */
export function changedAmounts(
  { initiatorAmount, responderAmount }: Amounts,
  kind: ChangeKind,
  of: Party,
  amount: string,
): Amounts {
  const [change] = [kind === 'deposit' ? plus : minus];
  return of === 'initiator'
    ? { initiatorAmount: change(initiatorAmount, amount), responderAmount }
    : { initiatorAmount, responderAmount: change(responderAmount, amount) };
}

/** Whether the account has what a deposit takes out of it; a withdrawal costs its fee before it gives. */
export function canPayChange(context: NodeContext, balance: string): boolean {
  const { wanted } = context;
  if (wanted === null || !isChangeWish(wanted.wish)) return false;
  const { kind, amount } = wanted.wish;
  const fee = feeOf(context, context.changeFee);
  return !isMore(kind === 'deposit' ? plus(amount, fee) : fee, balance);
}

const treesOf = (era: Era) => (era === 'legacy' ? '2018' : 'today');

/** What both have, as it lies in the state. */
export const balancesOf = ({ terms }: NodeContext, amounts: Amounts): readonly Balance[] =>
  both.map((party) => ({ account: fromHex(terms[party]), balance: BigInt(amountOf(amounts, party)) }));

export const stateOf = (context: NodeContext, amounts: Amounts): Uint8Array =>
  stateHash(balancesOf(context, amounts), treesOf(context.terms.era));
