/** Signatures are put together here, and nothing is verified. What comes out is in the order in which a chain keeps it. */
import { LocalMisuse } from '../errors.ts';
import { byBytes } from './joined.ts';
import { encodeTransaction } from './serialization.ts';
import type { Signed, Transaction, Unsigned } from './transactions.ts';

/** The transaction that is signed, or is to be. */
export const unsigned = (transaction: Transaction): Unsigned =>
  transaction.type === 'signed' ? transaction.transaction : transaction;

const signaturesOf = (transaction: Transaction) => (transaction.type === 'signed' ? transaction.signatures : []);

/** The transaction as a chain keeps and hashes it: signatures in bytewise order, none twice. */
export function inOrder<T extends Unsigned>({ signatures, transaction }: Signed<T>): Signed<T> {
  const sorted = signatures.toSorted(byBytes);
  const distinct = sorted.filter((signature, at) => at === 0 || byBytes(sorted[at - 1] ?? signature, signature) !== 0);
  return { type: 'signed', signatures: distinct, transaction };
}

/** Whether both are about the same transaction, whoever has signed them. */
export function isSame(one: Transaction, other: Transaction): boolean {
  return byBytes(encodeTransaction(unsigned(one)), encodeTransaction(unsigned(other))) === 0;
}

/** The transaction with one signature more. One that it already has makes no difference. */
export function withSignature(transaction: Transaction, signature: Uint8Array): Signed {
  const signatures = [...signaturesOf(transaction), signature];
  return inOrder({ type: 'signed', signatures, transaction: unsigned(transaction) });
}

/**
 * The transaction with the signatures of both: two halves make a whole.
 *
 * @throws LocalMisuse `otherTransaction` when they are not the same; ask `isSame` of what a peer has sent
 */
export function merged(one: Transaction, other: Transaction): Signed {
  if (!isSame(one, other)) {
    throw new LocalMisuse('Signatures of two different transactions were to be put together.', {
      code: 'otherTransaction',
    });
  }
  const signatures = [...signaturesOf(one), ...signaturesOf(other)];
  return inOrder({ type: 'signed', signatures, transaction: unsigned(one) });
}
