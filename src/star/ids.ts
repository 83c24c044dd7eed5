/**
 * Keys and peer ids as libp2p has them: the protobuf around a public key, and the multihash of it that names a peer. Pure, for browsers too; signatures
 * are judged in `verify.ts`.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { base58, base64nopad } from '@scure/base';
import { fromHex } from '../bytes.ts';

/** In the order of the protobuf's numbers. */
const types = ['RSA', 'Ed25519', 'secp256k1'] as const;
export type KeyType = (typeof types)[number];

/** A public key: of RSA its SPKI in DER, of Ed25519 its 32 bytes, of secp256k1 its compressed point. */
export interface PublicKey {
  readonly type: KeyType;
  readonly data: Uint8Array;
}

/** Bytes of an RSA key's SPKI: 2048 bits have 294, 8192 bits have 1,062. */
const rsaLengths = { least: 290, most: 1_100 };
/** Bytes of a marshalled key up to which it is its own id. */
const longestInline = 42;

/** A key in its protobuf: `08 <type> 12 <varint length> <data>`. */
export function marshalKey({ type, data }: PublicKey): Uint8Array {
  const length = data.length < 128 ? [data.length] : [(data.length & 127) | 128, data.length >> 7];
  return Uint8Array.from([8, types.indexOf(type), 18, ...length, ...data]);
}

/** The key in a protobuf, if it is one that may prove an address: RSA of 2048 bits or more, Ed25519, or a compressed point of secp256k1. */
export function unmarshalKey(bytes: Uint8Array): PublicKey | undefined {
  const [field, number, next, low = 0, high = 0] = bytes;
  const type = types[number ?? types.length];
  if (field !== 8 || next !== 18 || type === undefined) return undefined;
  const isLong = low > 127;
  if (isLong && (high === 0 || high > 127)) return undefined;
  const data = bytes.subarray(isLong ? 5 : 4);
  if (data.length !== (isLong ? (low & 127) | (high << 7) : low) || !hasLengthOf(type, data)) return undefined;
  return { type, data };
}

function hasLengthOf(type: KeyType, { length, 0: first }: Uint8Array): boolean {
  if (type === 'Ed25519') return length === 32;
  if (type === 'secp256k1') return length === 33 && (first === 2 || first === 3);
  return length >= rsaLengths.least && length <= rsaLengths.most;
}

/** A marshalled key as it comes in a join: in hexadecimal, as the clients of old have it, or in base64, as the text has it. */
export function keyIn(text: string): Uint8Array | undefined {
  if (text.length > 4 * rsaLengths.most) return undefined;
  const spelled = [isHex(text) ? fromHex(text) : undefined, fromBase64(text)];
  return spelled.find((bytes) => bytes !== undefined && unmarshalKey(bytes) !== undefined);
}

/** Whether it is bytes in hexadecimal. */
export const isHex = (text: string): boolean => text.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(text);

function fromBase64(text: string): Uint8Array | undefined {
  const plain = text
    .replace(/={1,2}$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  try {
    return base64nopad.decode(plain);
  } catch {
    return undefined;
  }
}

/** The id of the peer whose marshalled public key this is. */
export function peerIdOf(marshalled: Uint8Array): string {
  const [code, digest] = marshalled.length <= longestInline ? [0, marshalled] : [18, sha256(marshalled)];
  return base58.encode(Uint8Array.of(code, digest.length, ...digest));
}

/** Characters of a peer id: the shortest is a key of its own, the longest too. */
const idLengths = { least: 40, most: 64 };

/** Whether a text is a peer id: a SHA-256 or a key of its own, as a multihash in base58. */
export function isPeerId(text: string): boolean {
  if (text.length < idLengths.least || text.length > idLengths.most || !/^[1-9A-HJ-NP-Za-km-z]+$/.test(text))
    return false;
  const [code, length, ...digest] = base58.decode(text);
  if (length !== digest.length) return false;
  return code === 18 ? length === 32 : code === 0 && length <= longestInline;
}
