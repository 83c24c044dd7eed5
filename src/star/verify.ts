/**
 * Whether a signature is a peer's: the platform's crypto on libp2p's keys. For the server; it knows no names of messages.
 *
 * A wrong answer costs what a right one costs: a signature of any length, or none, is judged by the key all the same.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type PublicKey, unmarshalKey } from './ids.ts';

/** What became of an answer to a challenge. `unusable`: by this key nothing can be judged. */
export type Verdict = 'valid' | 'invalid' | 'unusable';

/** DER before the bytes of a key: what kind they are. */
const headers = {
  Ed25519: '302a300506032b6570032100',
  secp256k1: '3036301006072a8648ce3d020106052b8104000a032200',
};
const rsaBits = { least: 2_048, most: 8_192 };
/** What nearly every key has is 65537; a large one makes judging dear. */
const largestExponent = 2n ** 32n;

/** Judges a signature of `message` by a marshalled key; off the main thread. */
export function verifySignature(marshalled: Uint8Array, message: string, signature: Uint8Array): Promise<Verdict> {
  return new Promise((resolve) => {
    const key = unmarshalKey(marshalled);
    const object = key === undefined ? undefined : keyObjectOf(key);
    if (key === undefined || object === undefined) return resolve('unusable');
    const judged = Buffer.from(key.type === 'Ed25519' || key.type === 'RSA' ? sized(signature, object) : signature);
    verify(key.type === 'Ed25519' ? null : 'sha256', Buffer.from(message), object, judged, (error, isValid) =>
      resolve(error === null && isValid && judged.length === signature.length ? 'valid' : 'invalid'),
    );
  });
}

/** One of the right length goes through the whole of the arithmetic, right or wrong. */
function sized(signature: Uint8Array, { asymmetricKeyDetails }: KeyObject): Uint8Array {
  const length = (asymmetricKeyDetails?.modulusLength ?? 512) / 8;
  return signature.length === length ? signature : new Uint8Array(length);
}

function keyObjectOf({ type, data }: PublicKey): KeyObject | undefined {
  try {
    const key = type === 'RSA' ? Buffer.from(data) : Buffer.concat([Buffer.from(headers[type], 'hex'), data]);
    const object = createPublicKey({ key, format: 'der', type: 'spki' });
    return type !== 'RSA' || isSound(object) ? object : undefined;
  } catch {
    return undefined;
  }
}

function isSound({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  const hasLength = modulusLength >= rsaBits.least && modulusLength <= rsaBits.most && modulusLength % 8 === 0;
  return asymmetricKeyType === 'rsa' && hasLength && publicExponent <= largestExponent;
}
