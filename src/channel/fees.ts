/** What nodes of today take for a transaction at least: gas for it and for each of its bytes, at the least price. */
import type { Era } from './encoding.ts';
import { encodeTransaction, type Unsigned } from './transactions.ts';

const baseGas = 15_000n;
const gasPerByte = 20n;
const leastGasPrice = 1_000_000_000n;

/**
 * The least fee of a transaction that one node of today after the other passes on, in the smallest unit.
 *
 * @param written the transaction with this fee: the fee is among its bytes
 */
export function leastFee(written: (fee: bigint) => Unsigned): bigint {
  for (let fee = 0n; ; ) {
    const { length } = encodeTransaction(written(fee));
    const next = (baseGas + gasPerByte * BigInt(length)) * leastGasPrice;
    if (next <= fee) return fee;
    fee = next;
  }
}

/** More than `leastFee` of any closing, deposit or withdrawal, whatever the amounts are. */
export const enough = (baseGas + gasPerByte * 250n) * leastGasPrice;

/** Channels with less in them are for play: what they pay would be more than what they hold. */
const worthwhile = 100_000_000_000_000n;

/** Whether a channel is one of which clients of today expect that it pays its fees. @param amount what both put in */
export const paysFees = (era: Era, amount: bigint): boolean => era === 'modern' && amount >= worthwhile;
