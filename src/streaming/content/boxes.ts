/**
 * Any bytes as parts that are sold one by one: each part is a tweetnacl secretbox (XSalsa20, Poly1305) under a key of its own.
 *
 * No key is derived from another, or from anything: each is 32 fresh random bytes. So a payer who holds a thousand keys knows nothing of the next.
 * A box costs 30 ms for a megabyte, on either side, and during that time the process does nothing else: cut so that this does not matter.
 */
import nacl from 'tweetnacl';
import { LocalMisuse } from '../../errors.ts';
import { type Random, systemRandom } from '../../random.ts';
import { sha256 } from './hash.ts';
import { type BoxPart, maxPartBytes, maxParts, type SealedPart } from './manifest.ts';

/** How to cut: by bytes, or by the time that the bytes play. */
export type Cut =
  | { readonly partBytes: number }
  | {
      readonly bytesPerSecond: number;
      /** Of one part. */
      readonly seconds: number;
    };

/**
 * The nonce of every box. A nonce must never come twice under one key; here each key makes one box and no other, so that this one is as good as any,
 * and there is nothing to transmit.
 */
const nonce = new Uint8Array(nacl.secretbox.nonceLength);

/**
 * Encrypts one part under a fresh key.
 * @param ms what the part plays; 0 where it is not played
 */
export async function sealBox(
  plain: Uint8Array,
  ms: number,
  random: Random = systemRandom,
): Promise<SealedPart<BoxPart>> {
  const key = random.bytes(nacl.secretbox.keyLength);
  const bytes = nacl.secretbox(plain, nonce, key);
  const [hash, keyHash] = await Promise.all([sha256(bytes), sha256(key)]);
  return { bytes, key, entry: { bytes: bytes.length, ms, hash, keyHash } };
}

/** What is in a box; `undefined` where the box is broken, or the key is of another. */
export function openBox(bytes: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  if (key.length !== nacl.secretbox.keyLength) return undefined;
  return nacl.secretbox.open(bytes, nonce, key) ?? undefined;
}

/**
 * Cuts a stream of bytes and encrypts the parts, one at a time: no more than two parts are ever in memory.
 * @throws LocalMisuse `badCut`, `emptySource`, `tooManyParts`
 */
export async function* sealBoxes(
  source: AsyncIterable<Uint8Array>,
  cut: Cut,
  random: Random = systemRandom,
): AsyncGenerator<SealedPart<BoxPart>, void, undefined> {
  const { partBytes, playing } = read(cut);
  let count = 0;
  for await (const plain of cutBytes(source, partBytes)) {
    if (count === maxParts)
      throw new LocalMisuse(`A stream has at most ${maxParts} parts: make them larger.`, { code: 'tooManyParts' });
    yield await sealBox(plain, playing(plain.length), random);
    count += 1;
  }
  if (count === 0)
    throw new LocalMisuse('There is nothing in the source: no part of it can be sold.', { code: 'emptySource' });
}

/** The same bytes in pieces of `size`, the last one shorter; each piece is its own memory. */
export async function* cutBytes(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; ) {
      const taken = chunk.subarray(from, from + size - filled);
      piece.set(taken, filled);
      filled += taken.length;
      from += taken.length;
      if (filled < size) continue;
      yield piece;
      piece = new Uint8Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
}

function read(cut: Cut): { readonly partBytes: number; readonly playing: (bytes: number) => number } {
  const isTimed = 'seconds' in cut;
  const partBytes = isTimed ? Math.round(cut.bytesPerSecond * cut.seconds) : cut.partBytes;
  const most = maxPartBytes - nacl.secretbox.overheadLength;
  if (!Number.isInteger(partBytes) || partBytes < 1 || partBytes > most || (isTimed && cut.bytesPerSecond <= 0))
    throw new LocalMisuse(`A part has 1 to ${most} bytes, and not ${partBytes}.`, { code: 'badCut' });
  return {
    partBytes,
    playing: (bytes) => (isTimed ? Math.min(Math.ceil((bytes / cut.bytesPerSecond) * 1_000), 86_400_000) : 0),
  };
}
