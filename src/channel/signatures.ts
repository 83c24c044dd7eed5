/** Signatures are put together here, and nothing is verified: a list in bytewise order, none twice. */
import { LocalMisuse } from '../errors.ts';
import { byBytes } from './joined.ts';
import { encodeTransaction, type Signed, type Transaction, type Unsigned } from './transactions.ts';

/** The transaction that is signed, or is to be. */
export const unsigned = (transaction: Transaction): Unsigned =>
  transaction.type === 'signed' ? transaction.transaction : transaction;

const signaturesOf = (transaction: Transaction) => (transaction.type === 'signed' ? transaction.signatures : []);

function ordered(signatures: readonly Uint8Array[]): readonly Uint8Array[] {
  const sorted = signatures.toSorted(byBytes);
  return sorted.filter((signature, at) => at === 0 || byBytes(sorted[at - 1] ?? signature, signature) !== 0);
}

/** Whether both are about the same transaction, whoever has signed them. */
export function isSame(one: Transaction, other: Transaction): boolean {
  return byBytes(encodeTransaction(unsigned(one)), encodeTransaction(unsigned(other))) === 0;
}

/** The transaction with one signature more. One that it already has makes no difference. */
export function withSignature(transaction: Transaction, signature: Uint8Array): Signed {
  return {
    type: 'signed',
    signatures: ordered([...signaturesOf(transaction), signature]),
    transaction: unsigned(transaction),
  };
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
  return {
    type: 'signed',
    signatures: ordered([...signaturesOf(one), ...signaturesOf(other)]),
    transaction: unsigned(one),
  };
}
