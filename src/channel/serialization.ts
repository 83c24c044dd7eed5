/**
 * The transactions of a channel, as bytes. Bytes have one reading and objects one spelling: what was read is written again as exactly
 * the bytes that it was read from, so that a hash or a signature of one is of the other too.
 *
 * An object is an RLP list of a tag, a version and fields. The version does not tell everything: forms of one version are told apart by their number
 * of fields.
 */
import { LocalMisuse } from '../errors.ts';
import { bytesUpTo, type Field, int, list } from './fields.ts';
import { type Form, form, unsignedForms, writeUnsigned } from './forms.ts';
import { byBytes } from './joined.ts';
import { decodeRlp, type Item } from './rlp.ts';
import type { Signed, Transaction, Unsigned } from './transactions.ts';
import { Undecodable } from './undecodable.ts';

/** The most bytes of a transaction, with all that is in it. */
const longest = 65_536;

/** More than two parties with one delegate each ever need. */
const mostSignatures = 16;

const someSignatures = list(bytesUpTo(72), mostSignatures);

const areDistinct = (signatures: readonly Uint8Array[]) =>
  signatures.every((one, at) => signatures.every((other, place) => place <= at || byBytes(one, other) !== 0));

/** In the order in which they stand: chains keep them sorted, and sort what a client has added at the end. */
const signatures: Field<readonly Uint8Array[]> = {
  read(item) {
    const read = someSignatures.read(item);
    if (areDistinct(read)) return read;
    throw new Undecodable('wrongField', 'A signature of the transaction is there twice.');
  },
  write(value) {
    const item = someSignatures.write(value);
    if (areDistinct(value)) return item;
    throw new LocalMisuse('A transaction was to be written with a signature twice.', { code: 'wrongField' });
  },
};

const inner: Field<Unsigned> = {
  read(item) {
    if (item instanceof Uint8Array) return decodeUnsigned(item);
    throw new Undecodable('wrongField', 'What is signed is not the bytes of a transaction.');
  },
  write: (transaction) => sources.get(transaction) ?? writeUnsigned(transaction),
};

const signedForm = form<Signed>(11, 1, 2, (pass, tx) => ({
  type: 'signed',
  signatures: pass(signatures, tx?.signatures),
  transaction: pass(inner, tx?.transaction),
}));

/** An object, not yet read. */
interface Envelope {
  readonly tag: bigint;
  readonly version: bigint;
  readonly fields: readonly Item[];
}

function opened(bytes: Uint8Array): Envelope {
  if (!(bytes instanceof Uint8Array))
    throw new Undecodable('notCanonical', 'A transaction was given that is no bytes.');
  if (bytes.length > longest) {
    throw new Undecodable('wrongLength', `${bytes.length} bytes are more than the ${longest} of a transaction.`);
  }
  const item = decodeRlp(bytes);
  if (item instanceof Uint8Array) throw new Undecodable('wrongFields', 'The bytes are no list of fields.');
  const [tag, version, ...fields] = item;
  if (tag === undefined || version === undefined) {
    throw new Undecodable('wrongFields', 'The bytes are a list without a tag and a version.');
  }
  return { tag: int.read(tag), version: int.read(version), fields };
}

type Reader<T> = Pick<Form<T>, 'tag' | 'version' | 'count' | 'read'>;

function readWith<T>(forms: readonly Reader<T>[], { tag, version, fields }: Envelope): T {
  const tagged = forms.filter((one) => BigInt(one.tag) === tag);
  if (tagged.length === 0) {
    throw new Undecodable('unknownTag', `An object with the tag ${tag} is no such transaction of a channel.`);
  }
  const versioned = tagged.filter((one) => BigInt(one.version) === version);
  if (versioned.length === 0) {
    throw new Undecodable('unknownVersion', `Version ${version} of the transaction with the tag ${tag} is not known.`);
  }
  const form = versioned.find(({ count }) => count === fields.length);
  if (form === undefined) {
    throw new Undecodable('wrongFields', `The transaction with the tag ${tag} has ${fields.length} fields.`);
  }
  return form.read(fields);
}

/** Signatures of the old off-chain transaction are DER and have no fixed length. */
function checkLengths({ signatures, transaction }: Signed): void {
  if (transaction.type === 'channelOffchain' && transaction.era === 'old') return;
  if (signatures.every(({ length }) => length === 64)) return;
  throw new Undecodable('wrongField', 'A signature of the transaction has not the 64 bytes of Ed25519.');
}

/** The bytes that a transaction was read from: whatever is read is hashed and signed too, and has no other spelling. */
const sources = new WeakMap<Unsigned, Uint8Array>();

function readUnsigned(bytes: Uint8Array, envelope: Envelope): Unsigned {
  const transaction = readWith(unsignedForms, envelope);
  sources.set(transaction, bytes.slice());
  return transaction;
}

const isSigned = ({ tag }: Envelope) => tag === BigInt(signedForm.tag);

function readSigned(envelope: Envelope): Signed {
  const signed = readWith([signedForm], envelope);
  checkLengths(signed);
  return signed;
}

/**
 * Reads what is signed.
 *
 * @throws Undecodable as `decodeTransaction`; `unknownTag` for a signed one
 */
export function decodeUnsigned(bytes: Uint8Array): Unsigned {
  return readUnsigned(bytes, opened(bytes));
}

/**
 * Reads a signed transaction.
 *
 * @throws Undecodable as `decodeTransaction`; `unknownTag` for one that is not signed
 */
export function decodeSigned(bytes: Uint8Array): Signed {
  return readSigned(opened(bytes));
}

/**
 * Reads any transaction of a channel. `encodeTransaction` writes what it gives as exactly `bytes`.
 *
 * @param bytes whatever a peer may have sent
 * @throws Undecodable `wrongLength` beyond 64 KiB, `notCanonical`, `unknownTag`, `unknownVersion`, `wrongFields`, `wrongField`; never anything else
 */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  const envelope = opened(bytes);
  return isSigned(envelope) ? readSigned(envelope) : readUnsigned(bytes, envelope);
}

/**
 * Writes a transaction.
 *
 * ```ts
 * encode('tx', 'legacy', encodeTransaction({ type: 'channelCloseMutual', era: '2018', channelId, ... })); // 'tx$SUBGDUaJ…'
 * ```
 *
 * @throws LocalMisuse `wrongField` for a field that is missing or out of its bounds
 */
export function encodeTransaction(transaction: Transaction): Uint8Array {
  if (transaction.type === 'signed') return signedForm.write(transaction);
  return sources.get(transaction)?.slice() ?? writeUnsigned(transaction);
}
