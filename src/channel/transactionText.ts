/** A transaction as text, both ways. The same text is looked at, signed and judged: it is read once. */
import { decode, type Era, encode } from './encoding.ts';
import { Recent } from './recent.ts';
import { decodeTransaction, encodeTransaction } from './serialization.ts';
import type { Transaction } from './transactions.ts';

export interface Written {
  readonly era: Era;
  readonly transaction: Transaction;
}

const recent = new Recent<Written>(64);

/** Letters of a text that is kept: more than any has that is not made to be long. */
const longest = 4_096;

/** @throws Undecodable */
export function readTransaction(text: string): Written {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const { era, bytes } = decode(text, 'tx');
  const written = { era, transaction: decodeTransaction(bytes) };
  return text.length > longest ? written : recent.keep(text, written);
}

export const writeTransaction = ({ era, transaction }: Written): string =>
  encode('tx', era, encodeTransaction(transaction));
