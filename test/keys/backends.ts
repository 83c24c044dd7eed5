/** The backends side by side, and bytes for tests. */
import type { Ed25519 } from '../../src/keys/ed25519.ts';
import { ed25519 as nacl } from '../../src/keys/nacl.ts';
import { ed25519 as node } from '../../src/keys/node.ts';
import { overSubtle, ed25519 as webcrypto } from '../../src/keys/webcrypto.ts';

/** A browser without any Ed25519 of its own. */
const withoutPlatform: Ed25519 = { ...overSubtle(undefined), name: 'webcrypto without Ed25519' };

export const backends: readonly Ed25519[] = [node, webcrypto, withoutPlatform, nacl];

export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A little-endian number of 32 bytes. */
export const number = (n: bigint): Uint8Array => fromHex(n.toString(16).padStart(64, '0')).reverse();

/** The other way round. */
export const fromNumber = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.toReversed())}`);

export const p = 2n ** 255n - 19n;

/** The order of the base point. */
export const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** y of four of the points of order 8. */
const y8 = fromNumber(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'));

const withSigns = (y: bigint) => [number(y), number(y + 2n ** 255n)];

/** The eight points of small order as RFC 8032 writes them. */
export const smallOrder: readonly Uint8Array[] = [
  number(1n),
  number(p - 1n),
  ...[0n, y8, p - y8].flatMap((y) => withSigns(y)),
];

/** And all their other spellings: y + p where that fits into 255 bits, and -0 for x = 0. */
export const smallOrderMisspelt: readonly Uint8Array[] = [
  number(1n + 2n ** 255n),
  number(p - 1n + 2n ** 255n),
  ...[p, p + 1n].flatMap((y) => withSigns(y)),
];

export const never = new AbortController().signal;
