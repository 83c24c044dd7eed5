/**
 * Segments of HLS as parts: each whole segment is AES-128-CBC with PKCS7 padding (RFC 8216, section 4.3.2.4, METHOD=AES-128), with 16 fresh random
 * bytes as its key and 16 as its IV. It is what players know; WebCrypto does it in Node and in browsers.
 *
 * CBC notices no change by itself, so nothing may be decrypted whose hash is not the manifest's.
 */
import { LocalMisuse } from '../../errors.ts';
import { hex, type Random, systemRandom } from '../../random.ts';
import { sha256, unshared, webCrypto } from './hash.ts';
import { type HlsPart, maxPartBytes, type SealedPart } from './manifest.ts';

const keyLength = 16;
const ivLength = 16;

const cipher = (key: Uint8Array, use: 'encrypt' | 'decrypt') =>
  webCrypto().importKey('raw', unshared(key), 'AES-CBC', false, [use]);

/**
 * Encrypts one segment under a fresh key.
 * @throws LocalMisuse `partTooLarge`
 */
export async function sealSegment(
  plain: Uint8Array,
  ms: number,
  random: Random = systemRandom,
): Promise<SealedPart<HlsPart>> {
  if (plain.length >= maxPartBytes)
    throw new LocalMisuse(`A segment has at most ${maxPartBytes - 1} bytes: make them shorter.`, {
      code: 'partTooLarge',
    });
  const [key, iv] = [random.bytes(keyLength), random.bytes(ivLength)];
  const algorithm = { name: 'AES-CBC', iv: unshared(iv) };
  const bytes = new Uint8Array(await webCrypto().encrypt(algorithm, await cipher(key, 'encrypt'), unshared(plain)));
  const [hash, keyHash] = await Promise.all([sha256(bytes), sha256(key)]);
  return { bytes, key, entry: { bytes: bytes.length, ms, hash, keyHash, iv: hex(iv) } };
}

/** The segment; `undefined` where the key or the padding is wrong. @param iv 32 hexadecimal digits */
export async function openSegment(bytes: Uint8Array, iv: string, key: Uint8Array): Promise<Uint8Array | undefined> {
  if (key.length !== keyLength) return undefined;
  const start = Uint8Array.from(iv.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const ready = await cipher(key, 'decrypt');
  try {
    return new Uint8Array(await webCrypto().decrypt({ name: 'AES-CBC', iv: start }, ready, unshared(bytes)));
  } catch {
    return undefined;
  }
}
