/**
 * Which signatures and keys are looked at at all, whatever the platform: the lengths and `S < L` of RFC 8032 (5.1.7), and the points on which
 * implementations are known to disagree. Pure arithmetic on public bytes; it must never see a secret, since nothing here takes constant time.
 *
 * The verdict of the chain (TVM's CHKSIGNU) and of OpenSSL is: S < L; A may be any point, in any encoding; R is compared byte for byte; no cofactor.
 */

/** Bytes of a public key, and of a seed. */
export const keyLength = 32;

/** Bytes of a signature: R, then S. */
export const signatureLength = 64;

const p = 2n ** 255n - 19n;

/** The curve's constant, -121665/121666. */
const d = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;

/** The order of the base point. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The order's bytes, little-endian, as S is written. */
const orderBytes = Uint8Array.from({ length: 32 }, (_, i) => Number((order >> BigInt(8 * i)) & 255n));

/** y of four of the points of order 8; the other four have -y. */
const yOfOrder8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;

/** The y of every point whose order divides 8: the identity, the one of order 2, the two of order 4, the four of order 8. */
const smallOrder = new Set([1n, p - 1n, 0n, yOfOrder8, p - yOfOrder8]);

/** Whether S, the second half, is below the order: S + L would be a second spelling of the same signature. */
function isReduced(signature: Uint8Array): boolean {
  for (let i = keyLength - 1; i >= 0; i--) {
    const [mine = 0, limit = 0] = [signature[keyLength + i], orderBytes[i]];
    if (mine !== limit) return mine < limit;
  }
  return false;
}

/** Whether these bytes can be a signature of anything: 64 of them, with `S < L`. */
export function isSignature(signature: Uint8Array): boolean {
  return signature.length === signatureLength && isReduced(signature);
}

/** The y of an encoded point, without the sign of x; not reduced. */
function yOf(point: Uint8Array): bigint {
  let y = 0n;
  const view = new DataView(point.buffer, point.byteOffset, keyLength);
  for (let i = keyLength - 8; i >= 0; i -= 8) y = (y << 64n) | view.getBigUint64(i, true);
  return y & (2n ** 255n - 1n);
}

/**
 * Whether every implementation reads these 32 bytes alike: y is below p, and the order is not small. Some platforms refuse the others and some do
 * not. (x = 0 with the sign of -0, the remaining odd spelling, occurs at small orders only.)
 */
export function isOrdinary(point: Uint8Array): boolean {
  const y = yOf(point);
  return y < p && !smallOrder.has(y);
}

/** Euler's criterion: `n ** ((p - 1) / 2)` is 1 for a square, 0 for 0. */
function isSquare(n: bigint): boolean {
  let [power, base] = [1n, n % p];
  for (let exponent = (p - 1n) / 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) power = (power * base) % p;
    base = (base * base) % p;
  }
  return power <= 1n;
}

/** Whether some x fits to y: x² = (y² - 1) / (dy² + 1). The product is a square where the quotient is. */
function isOnCurve(y: bigint): boolean {
  const square = (y * y) % p;
  return isSquare((square + p - 1n) * (d * square + 1n));
}

/**
 * Whether a key may be taken on, at the opening of a channel say. Stricter than `verify`: refused are other lengths than 32, bytes that are no point
 * of the curve, second spellings (y >= p) and points of small order, for which anybody can make signatures without a secret.
 *
 * Costs about half a millisecond.
 */
export function acceptsKey(publicKey: Uint8Array): boolean {
  return publicKey.length === keyLength && isOrdinary(publicKey) && isOnCurve(yOf(publicKey));
}
