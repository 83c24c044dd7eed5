/**
 * Verifiers that are kept from one signature to the next, so that a key is parsed once and not for each payment. How many are kept is bounded, since
 * peers choose the keys; a key that was dropped is only parsed again.
 */
import { nameOf } from '../bytes.ts';
import type { Ed25519, Verifier } from './ed25519.ts';
import { keyLength } from './policy.ts';

/** A `verify` over one backend that keeps the `limit` keys used last. */
export function keepingVerifiers(backend: Ed25519, limit: number) {
  /** By the key's bytes; the key used last stands last. */
  const kept = new Map<string, Verifier>();

  return (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean> => {
    if (publicKey.length !== keyLength) return false;
    const name = nameOf(publicKey);
    const verifier = kept.get(name) ?? backend.verifier(publicKey);
    kept.delete(name);
    kept.set(name, verifier);
    if (kept.size > limit) {
      const [oldest = name] = kept.keys();
      kept.delete(oldest);
    }
    return verifier(message, signature);
  };
}
