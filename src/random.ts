/**
 * Randomness as something that is handed in: the platform's cryptographic source in the field, a seeded one in tests.
 */

/** A source of random bytes. */
export interface Random {
  /** `length` fresh bytes. */
  bytes(length: number): Uint8Array;
}

/** The platform's cryptographic source (WebCrypto, in Node and in browsers). */
export const systemRandom: Random = {
  bytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
};

/** Bytes as lower-case hex. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** A number in [0, 1) with 32 random bits: for jitter, not for keys. */
export function fraction(random: Random): number {
  const bytes = random.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}
