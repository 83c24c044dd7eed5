/**
 * The proof that an address is the client's: a signature of a statement that is good for one connection to one board.
 *
 * ```text
 * statewire board: <name of the board, as a JSON string> is told by nonce <nonce, as a JSON string> that I am <address, as a JSON string>
 * ```
 *
 * in UTF-8. The first words keep it apart from everything else that the key may sign, the name from other boards, the nonce from other connections.
 * JSON strings have one end, so that no two statements have the same bytes. An address is the key itself: 32 bytes of Ed25519 in lower-case hexadecimal.
 * Boards whose addresses are something else are given a `VerifyAddress` of their own.
 */
import { fromHex, toHex } from '../bytes.ts';
import { acceptsKey, verify } from '../keys/index.ts';
import type { Signer } from '../signer.ts';

/** What is signed. */
export interface Claim {
  /** The board's name: its host and port, unless it was given another. */
  readonly name: string;
  readonly nonce: string;
  readonly address: string;
}

/** The bytes that are signed for a claim. */
export function statementOf({ name, nonce, address }: Claim): Uint8Array {
  const [board, once, me] = [name, nonce, address].map((part) => JSON.stringify(part));
  return new TextEncoder().encode(`statewire board: ${board} is told by nonce ${once} that I am ${me}`);
}

/** Whether `signature` (64 bytes) proves the claim. It may throw or reject: then it does not. */
export type VerifyAddress = (claim: Claim, signature: Uint8Array) => boolean | Promise<boolean>;

const isKey = /^[0-9a-f]{64}$/;

/** An address that is an Ed25519 public key, 64 hexadecimal digits in lower case. */
export const verifyKeyAddress: VerifyAddress = (claim, signature) => {
  if (!isKey.test(claim.address)) return false;
  const key = fromHex(claim.address);
  return acceptsKey(key) && verify(key, statementOf(claim), signature);
};

/** The address that is a signer's own key. */
export const addressOf = (signer: Signer): string => toHex(signer.publicKey);
