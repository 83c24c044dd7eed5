/** Peer ids and their keys as libp2p has them, made with the platform's crypto: the packages' own are slow. */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { base58 } from '@scure/base';

export const kinds = ['RSA', 'Ed25519', 'secp256k1'] as const;
export type Kind = (typeof kinds)[number];

/** A key, marshalled as libp2p does it, and the id that goes with it. */
export interface PeerKey {
  readonly kind: Kind;
  readonly peerId: string;
  /** Protobuf: the type of the key, and its bytes. */
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
  readonly pem: string;
}

const field = (key: KeyObject, name: 'd' | 'x' | 'y') =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}

const marshal = (type: number, data: Uint8Array) => Buffer.from([8, type, 18, ...varint(data.length), ...data]);

/** "sha2-256 multihash, or identity multihash when the protobuf is at most 42 bytes". */
export function peerIdOf(publicKey: Uint8Array): string {
  if (publicKey.length <= 42) return base58.encode(Uint8Array.of(0, publicKey.length, ...publicKey));
  return base58.encode(Uint8Array.of(0x12, 32, ...createHash('sha256').update(publicKey).digest()));
}

function keysOf(kind: Kind): Omit<PeerKey, 'kind' | 'peerId'> {
  if (kind === 'RSA') {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return {
      publicKey: marshal(0, publicKey.export({ type: 'spki', format: 'der' })),
      privateKey: marshal(0, privateKey.export({ type: 'pkcs1', format: 'der' })),
      pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }
  const { publicKey, privateKey } =
    kind === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [x, d] = [field(publicKey, 'x'), field(privateKey, 'd')];
  if (kind === 'Ed25519') return { publicKey: marshal(1, x), privateKey: marshal(1, Buffer.concat([d, x, x])), pem };
  const isOdd = (field(publicKey, 'y').at(-1) ?? 0) % 2 === 1;
  return { publicKey: marshal(2, Uint8Array.of(isOdd ? 3 : 2, ...x)), privateKey: marshal(2, d), pem };
}

export function freshKey(kind: Kind = 'RSA'): PeerKey {
  const keys = keysOf(kind);
  return { kind, peerId: peerIdOf(keys.publicKey), ...keys };
}
