/**
 * Who a peer is: a key pair, of which the star sees the public half and signatures of nonces, and the peer id that libp2p makes of it.
 */
import type { KeyObject } from 'node:crypto';
import { LocalMisuse } from '../errors.ts';
import { freshSigner } from '../keys/index.ts';
import type { Signer } from '../signer.ts';
import { marshalKey, peerIdOf } from './ids.ts';

/** A peer's identity. The secret key stays behind it. */
export interface Identity {
  /** base58: `12D3KooW…` of an Ed25519 key, `Qm…` of an RSA key. */
  readonly peerId: string;
  /** The public key in libp2p's protobuf. */
  readonly publicKey: Uint8Array;
  /** The signature that libp2p's keys of this type make: Ed25519, or RSA PKCS #1 1.5 with SHA-256. */
  sign(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}

/** The identity of an Ed25519 signer, wherever its key is. */
export function identityOf(signer: Signer): Identity {
  const publicKey = marshalKey({ type: 'Ed25519', data: signer.publicKey });
  return { peerId: peerIdOf(publicKey), publicKey, sign: (bytes, signal) => signer.sign(bytes, signal) };
}

/** A new identity that nobody keeps (Ed25519). For one that lasts: `identityOf(await signerFromSeed(seed))`. */
export const createIdentity = async (): Promise<Identity> => identityOf(await freshSigner());

/**
 * The identity of a private key in PEM: RSA of 2048 bits or more, Ed25519, or secp256k1. In Node only.
 * @throws LocalMisuse `badKey`
 */
export async function identityFromPem(pem: string): Promise<Identity> {
  const { createPrivateKey, createPublicKey, sign } = await import('node:crypto');
  const bad = (cause?: unknown) =>
    new LocalMisuse('The PEM text is no private key of RSA (2048 bits or more), Ed25519 or secp256k1.', {
      code: 'badKey',
      cause,
    });
  const key = (() => {
    try {
      return createPrivateKey(pem);
    } catch (cause) {
      throw bad(cause);
    }
  })();
  const kind = kindOf(key);
  if (kind === undefined) throw bad();
  const spki = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const publicKey = marshalKey({ type: kind, data: kind === 'RSA' ? spki : pointIn(spki, kind) });
  return {
    peerId: peerIdOf(publicKey),
    publicKey,
    sign: async (bytes) => {
      for (;;) {
        const signature = new Uint8Array(sign(kind === 'Ed25519' ? null : 'sha256', bytes, key));
        if (kind !== 'secp256k1' || isLow(signature)) return signature;
      }
    },
  };
}

function kindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): 'RSA' | 'Ed25519' | 'secp256k1' | undefined {
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048) return 'RSA';
  if (asymmetricKeyType === 'ed25519') return 'Ed25519';
  return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'secp256k1' ? 'secp256k1' : undefined;
}

/** What libp2p takes of a key that is not RSA: its last 32 bytes, or its point as one coordinate and the sign of the other. */
function pointIn(spki: Uint8Array, kind: 'Ed25519' | 'secp256k1'): Uint8Array {
  if (kind === 'Ed25519') return spki.subarray(-32);
  return Uint8Array.of(2 + ((spki.at(-1) ?? 0) & 1), ...spki.subarray(-64, -32));
}

/**
 * Whether the second number of a signature in DER is in the lower half: of the two that are valid servers of old take only that one, and the platform gives
 * either. (A number of the upper half has a zero before its highest bit.)
 */
function isLow(signature: Uint8Array): boolean {
  const second = 6 + (signature[3] ?? 0);
  return signature[second] !== 0;
}
