/**
 * What a backend for Ed25519 (RFC 8032) must do. There is one verdict for a signature, the chain's, and every backend gives it: a payee whose
 * backend were kinder would take payments that can never be settled, one whose backend were stricter would refuse good ones.
 *
 * No backend may keep a secret where anything but itself can read it, or throw because of bytes that a peer chose.
 */
import type { Signer } from '../signer.ts';

/** Whether `signature` is the key's signature of `message`. Never throws or rejects; a signature of another length is no signature. */
export type Verifier = (message: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>;

/** One implementation of Ed25519. */
export interface Ed25519 {
  /** For logs and test titles. */
  readonly name: string;
  /** A verifier that keeps the key in the platform's own form. A key that is none (wrong length, no point of the curve) verifies nothing. */
  verifier(publicKey: Uint8Array): Verifier;
  /** A signer for a seed of 32 bytes. Keeps no reference to `seed`. */
  signer(seed: Uint8Array): Signer | Promise<Signer>;
}
