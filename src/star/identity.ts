/**
 * Who a peer is: a key pair, of which the star sees the public half and signatures of nonces, and the peer id that libp2p makes of it.
 */
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
 * The identity of a private key in PEM: RSA of 2048 bits or more, or Ed25519. In Node only.
 * @throws LocalMisuse `badKey`
 */
export async function identityFromPem(pem: string): Promise<Identity> {
  const { createPrivateKey, createPublicKey, sign } = await import('node:crypto');
  const bad = (cause?: unknown) =>
    new LocalMisuse('The PEM text is no private key of RSA (2048 bits or more) or Ed25519.', { code: 'badKey', cause });
  const key = (() => {
    try {
      return createPrivateKey(pem);
    } catch (cause) {
      throw bad(cause);
    }
  })();
  const isRsa = key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048;
  if (!isRsa && key.asymmetricKeyType !== 'ed25519') throw bad();
  const spki = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const publicKey = isRsa
    ? marshalKey({ type: 'RSA', data: spki })
    : marshalKey({ type: 'Ed25519', data: spki.subarray(-32) });
  return {
    peerId: peerIdOf(publicKey),
    publicKey,
    sign: async (bytes) => new Uint8Array(sign(isRsa ? 'sha256' : null, bytes, key)),
  };
}
