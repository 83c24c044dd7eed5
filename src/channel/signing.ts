/** Signing a transaction, and telling who has. What the signature is of has changed over the years, and chains accept more than one form. */
import { fromHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { verify } from '../keys/index.ts';
import type { Signer } from '../signer.ts';
import type { Era } from './encoding.ts';
import { unsignedHash } from './hashes.ts';
import { joined } from './joined.ts';
import { encodeTransaction } from './serialization.ts';
import { unsigned, withSignature } from './signatures.ts';
import type { Signed, Transaction, Unsigned } from './transactions.ts';

/**
 * What is signed.
 *
 * - `raw`: the bytes of the transaction; nodes before v0.25, the protocol text
 * - `network`: the name of the network, then the bytes
 * - `networkHash`: the name of the network, then the hash of the bytes; since the Lima protocol, beside `network`
 */
export type SigningForm = 'raw' | 'network' | 'networkHash';

/** What an app may choose. */
export interface SigningChoice {
  readonly signing?: SigningForm;
  readonly networkId?: string;
}

/** A form with what it needs. `networkId` as the chain says it: `ae_mainnet`, `ae_uat`. */
export type Signing =
  | { readonly form: 'raw' }
  | { readonly form: 'network' | 'networkHash'; readonly networkId: string };

/** How one signs who has not chosen: as the text has it with legacy encodings, as clients of today with modern ones. */
export function signingOf(
  era: Era,
  { signing = era === 'legacy' ? 'raw' : 'networkHash', networkId = 'ae_devnet' }: SigningChoice,
): Signing {
  return signing === 'raw' ? { form: 'raw' } : { form: signing, networkId };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Exactly the bytes that are signed. */
export function signingBytes(transaction: Unsigned, signing: Signing): Uint8Array {
  const bytes = encodeTransaction(transaction);
  switch (signing.form) {
    case 'raw':
      return bytes;
    case 'network':
      return joined(utf8(signing.networkId), bytes);
    case 'networkHash':
      return joined(utf8(signing.networkId), unsignedHash(bytes));
  }
}

function formsOf(networkId: string | undefined): readonly Signing[] {
  const raw = { form: 'raw' } as const;
  if (networkId === undefined) return [raw];
  // What clients of today sign first.
  return [{ form: 'networkHash', networkId }, { form: 'network', networkId }, raw];
}

/**
 * By which form a key has signed a transaction, or `undefined` where none of the signatures is its own. Without a network's name only `raw` is known.
 * Never rejects because of what a peer has signed.
 *
 * @param publicKey Ed25519, 32 bytes
 */
export async function signedBy(
  { signatures, transaction }: Signed,
  publicKey: Uint8Array,
  networkId?: string,
): Promise<SigningForm | undefined> {
  for (const signing of formsOf(networkId)) {
    const message = signingBytes(transaction, signing);
    for (const signature of signatures) if (await verify(publicKey, message, signature)) return signing.form;
  }
  return undefined;
}

/** Signatures of whose one is to be an account's, over the bytes of a transaction; all in hexadecimal. */
interface Judged {
  readonly account: string;
  readonly era: Era;
  readonly bytes: string;
  readonly signatures: readonly string[];
}

/** The signature of the account among those of a reply: of 2018 over the bytes alone, of today over the network's name and the bytes or their hash. */
export async function ownSignature(
  { account, era, bytes, signatures }: Judged,
  networkId: string,
): Promise<string | undefined> {
  const signed = fromHex(bytes);
  const name = utf8(networkId);
  const forms = era === 'legacy' ? [signed] : [joined(name, unsignedHash(signed)), joined(name, signed)];
  const key = fromHex(account);
  for (const form of forms)
    for (const signature of signatures) if (await verify(key, form, fromHex(signature))) return signature;
  return undefined;
}

const isOld = (transaction: Unsigned) => 'era' in transaction && transaction.era === 'old';

/** The signer's signature of a transaction, 64 bytes. Rejects as `sign`. */
export async function signatureOf(
  transaction: Transaction,
  signer: Signer,
  signing: Signing,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const what = unsigned(transaction);
  if (isOld(what)) {
    throw new LocalMisuse('A transaction of the old era was to be signed; no node takes it any more.', {
      code: 'onlyForReading',
    });
  }
  const signature = await signer.sign(signingBytes(what, signing), signal);
  if (signature.length === 64) return signature;
  throw new LocalMisuse(`The signer gave ${signature.length} bytes; an Ed25519 signature has 64.`, {
    code: 'badSignature',
  });
}

/**
 * The transaction with the signer's signature beside those that it has.
 *
 * ```ts
 * const half = await sign(create, initiator, { form: 'raw' }, signal);
 * const whole = await sign(half, responder, { form: 'raw' }, signal);
 * ```
 *
 * @throws LocalMisuse `onlyForReading` for a transaction of the era `old`; `badSignature` when the signer gives something else than 64 bytes;
 * and as a rejection whatever the signer rejects with
 */
export async function sign(
  transaction: Transaction,
  signer: Signer,
  signing: Signing,
  signal: AbortSignal,
): Promise<Signed> {
  return withSignature(transaction, await signatureOf(transaction, signer, signing, signal));
}
