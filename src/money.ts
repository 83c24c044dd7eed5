/**
 * Amounts of money: whole numbers of the smallest unit, as canonical decimal strings wherever they are kept or sent, as bigint only inside of
 * arithmetic. A float never comes near them.
 */
import { z } from 'zod';

/** 39 digits hold 2^128, more than any coin has. */
const canonical = /^(?:0|[1-9]\d{0,38})$/;

/** For who has given something else. */
export const whatAnAmountIs = 'amounts are whole numbers of the smallest unit, of 39 digits at most';

/** A canonical decimal string: no sign, no fraction, no exponent, no leading zero. */
export const amount = z.string().regex(canonical);

/** Whether `text` is an amount. */
export const isAmount = (text: string): boolean => canonical.test(text);

export const plus = (one: string, other: string): string => `${BigInt(one) + BigInt(other)}`;

/** `one - other`, or `'0'` where that would be less than nothing. */
export function minus(one: string, other: string): string {
  const difference = BigInt(one) - BigInt(other);
  return difference > 0n ? `${difference}` : '0';
}

/** Whether `one` is more than `other`. Canonical decimals compare by length, then by digits. */
export const isMore = (one: string, other: string): boolean =>
  one.length === other.length ? one > other : one.length > other.length;
