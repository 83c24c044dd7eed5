/** Every part has a key of its own, which is random and nothing else; and no ciphertext is its plaintext. */
import { hex } from '../../../src/random.ts';
import { sealBoxes } from '../../../src/streaming/content/boxes.ts';
import { sealSegment } from '../../../src/streaming/content/hls.ts';
import { seededRandom } from '../../../src/testing/random.ts';
import { chunks, collect, counting } from './content.ts';

/** A source that remembers what it has given. */
function watched() {
  const source = seededRandom(7);
  const given: Uint8Array[] = [];
  return {
    given,
    bytes: (length: number) => {
      const bytes = source.bytes(length);
      given.push(Uint8Array.from(bytes));
      return bytes;
    },
  };
}

it('a box takes 32 random bytes, and they are the key', async () => {
  const random = watched();
  const parts = await collect(sealBoxes(chunks(counting(100)), { partBytes: 10 }, random));
  expect(random.given.map(hex)).toEqual(parts.map(({ key }) => hex(key)));
  expect(random.given.every(({ length }) => length === 32)).toBe(true);
});

it('a segment takes 16 random bytes for the key and 16 for the IV', async () => {
  const random = watched();
  for (let n = 0; n < 5; n += 1) {
    const { key, entry } = await sealSegment(counting(40), 2_000, random);
    expect(random.given.splice(0).map(hex)).toEqual([hex(key), entry.iv]);
    expect(key).toHaveLength(16);
  }
});

it('the same content, twice: no key and no part comes again', async () => {
  const same = new Uint8Array(4_000);
  const parts = [
    ...(await collect(sealBoxes(chunks(same), { partBytes: 10 }))),
    ...(await collect(sealBoxes(chunks(same), { partBytes: 10 }))),
    ...(await Promise.all(Array.from({ length: 200 }, () => sealSegment(new Uint8Array(10), 2_000)))),
  ];
  for (const values of [
    parts.map(({ key }) => hex(key)),
    parts.map(({ bytes }) => hex(bytes)),
    parts.map(({ entry }) => entry.hash),
    parts.map(({ entry }) => entry.keyHash),
  ])
    expect(new Set(values).size).toBe(1_000);
});

it('nothing of a plaintext is in its ciphertext', async () => {
  const plain = Buffer.from(counting(64));
  const [box] = await collect(sealBoxes(chunks(plain), { partBytes: 64 }));
  const segment = await sealSegment(plain, 2_000);
  for (const sealed of [box, segment]) {
    const ciphertext = Buffer.from(sealed?.bytes ?? plain);
    for (let at = 0; at + 8 <= plain.length; at += 1)
      expect(ciphertext.includes(plain.subarray(at, at + 8))).toBe(false);
  }
});
