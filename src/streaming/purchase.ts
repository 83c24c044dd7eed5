/** How much a player puts into a channel by itself. */
import type { Offer } from '../../machines/streaming/messages.ts';
import { LocalMisuse } from '../errors.ts';
import { isAmount, isMore, minus, whatAnAmountIs } from '../money.ts';
import type { PlayerOptions } from './playerOptions.ts';

/** An amount as the machines have it. @throws LocalMisuse `badAmount` */
export function amountOf(value: bigint | string): string {
  const text = `${value}`;
  if (isAmount(text)) return text;
  throw new LocalMisuse(`${text} is no amount: ${whatAnAmountIs}.`, { code: 'badAmount' });
}

/** Whether nothing is bought but by the app itself. */
export const isByHand = ({ deposit }: Pick<PlayerOptions, 'deposit'>): boolean =>
  deposit !== undefined && amountOf(deposit) === '0';

/** What is to be in a channel, if there is so much to spend; 0: nothing is bought. */
export const aimOf = ({ budget, deposit }: PlayerOptions): string => amountOf(deposit ?? budget.session);

/** What may be put in for an offer: whole parts, and never more than the session may still spend. */
export function affordable(options: PlayerOptions, spent: string, { price }: Offer): bigint {
  const most = minus(amountOf(options.budget.session), spent);
  const aim = aimOf(options);
  const limit = isMore(aim, most) ? most : aim;
  return (BigInt(limit) / BigInt(price)) * BigInt(price);
}
