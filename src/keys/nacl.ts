/**
 * Ed25519 of tweetnacl, in JavaScript: for browsers that have none of their own, and for the few points on which browsers disagree. By itself it takes
 * S + L as well; with `S < L` its verdict is OpenSSL's. It is slow, about 100 signatures or verifications a second: never the first choice.
 */
import nacl from 'tweetnacl';
import type { Signer } from '../signer.ts';
import type { Ed25519 } from './ed25519.ts';
import { isSignature, keyLength } from './policy.ts';
import { checkSeed } from './seed.ts';

class NaclSigner implements Signer {
  readonly publicKey: Uint8Array;
  /** tweetnacl's own form: the seed, then the public key. Shares no bytes with `publicKey`: a signature over a changed one would betray the secret. */
  readonly #secretKey: Uint8Array;

  constructor(seed: Uint8Array) {
    checkSeed(seed);
    const pair = nacl.sign.keyPair.fromSeed(seed);
    this.publicKey = pair.publicKey;
    this.#secretKey = pair.secretKey;
  }

  async sign(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    return nacl.sign.detached(bytes, this.#secretKey);
  }
}

/** Ed25519 in JavaScript. */
export const ed25519: Ed25519 = {
  name: 'tweetnacl',

  verifier(publicKey) {
    if (publicKey.length !== keyLength) return () => false;
    const key = Uint8Array.from(publicKey);
    return (message, signature) => isSignature(signature) && nacl.sign.detached.verify(message, signature, key);
  },

  signer: (seed) => new NaclSigner(seed),
};
