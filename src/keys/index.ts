/**
 * The library's Ed25519: the platform's own, OpenSSL in Node and WebCrypto in a browser, and tweetnacl where there is none. Signatures are the same bytes
 * and verdicts the same everywhere (`Ed25519` says which verdict).
 *
 * A secret comes in as a seed and never goes out again. Who wants a key to outlive the process keeps its seed, in a place that suits a secret:
 *
 * ```ts
 * const seed = freshSeed(); // 32 bytes; keep them
 * const signer = await signerFromSeed(seed);
 * seed.fill(0); // the signer needs them no more
 * ```
 */
import { ed25519 } from '#ed25519';
import { systemRandom } from '../random.ts';
import type { Signer } from '../signer.ts';
import { keepingVerifiers } from './kept.ts';
import { keyLength } from './policy.ts';

export type { Ed25519, Verifier } from './ed25519.ts';
export { acceptsKey } from './policy.ts';

/** Public keys that are kept parsed. */
const keysKept = 10_000;

const verifyKept = keepingVerifiers(ed25519, keysKept);

/**
 * Whether `signature` (64 bytes) is the signature of `message` by `publicKey` (32 bytes): exactly when a chain would say so. A boolean at once in Node, a
 * promise of one in a browser; `await` does for both. Never throws or rejects: what has the wrong length is `false`.
 *
 * It judges a signature, not a key: see `acceptsKey` for keys that are new.
 */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean> {
  return verifyKept(publicKey, message, signature);
}

/**
 * A signer that holds its key in this process. It keeps no reference to `seed`, which may be wiped once the promise is settled, and does not show
 * the secret to anybody.
 *
 * @param seed 32 secret bytes, as RFC 8032 means them
 * @throws LocalMisuse (as a rejection) when `seed` has another length
 */
export async function signerFromSeed(seed: Uint8Array): Promise<Signer> {
  return ed25519.signer(seed);
}

/** 32 fresh bytes for `signerFromSeed`, from the platform's cryptographic source. Whoever holds them holds the key. */
export function freshSeed(): Uint8Array {
  return systemRandom.bytes(keyLength);
}

/** A signer with a new key that nobody keeps: it is gone with the process. For a key that lasts, keep a `freshSeed`. */
export async function freshSigner(): Promise<Signer> {
  const seed = freshSeed();
  try {
    return await signerFromSeed(seed);
  } finally {
    seed.fill(0);
  }
}
