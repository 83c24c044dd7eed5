/** One bit that is another, in a part, in a key or in the manifest, is noticed, wherever it is. */
import fc from 'fast-check';
import { openBox } from '../../../src/streaming/content/boxes.ts';
import { manifestText, readManifest } from '../../../src/streaming/content/manifest.ts';
import { checkKey, checkPart, openPart } from '../../../src/streaming/content/open.ts';
import type { Show } from '../../../src/streaming/content/show.ts';
import { blame, boxesShow, hlsShow, joined } from './content.ts';

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describe.each([
  ['boxes', () => boxesShow(100, 40)],
  ['hls', () => hlsShow(2)],
])('%s', (_kind, make) => {
  let show: Show;
  let bytes: Uint8Array;
  beforeAll(async () => {
    show = await make();
    bytes = await joined(show.part(1));
  });

  it('every bit of a part', async () => {
    await checkPart(show.manifest, 1, bytes);
    for (let bit = 0; bit < bytes.length * 8; bit += 1)
      expect(await blame(checkPart(show.manifest, 1, flipped(bytes, bit)))).toBe('PeerMisbehaved wrongPart');
    for (const other of [bytes.subarray(1), Buffer.concat([bytes, Buffer.alloc(1)]), await joined(show.part(0))])
      expect(await blame(checkPart(show.manifest, 1, other))).toBe('PeerMisbehaved wrongPart');
  });

  it('every bit of a key', async () => {
    const key = show.key(1);
    await checkKey(show.manifest, 1, key);
    for (let bit = 0; bit < key.length * 8; bit += 1)
      expect(await blame(openPart(show.manifest, 1, bytes, flipped(key, bit)))).toBe('PeerMisbehaved wrongKey');
    for (const other of [show.key(0), key.subarray(1), new Uint8Array()])
      expect(await blame(openPart(show.manifest, 1, bytes, other))).toBe('PeerMisbehaved wrongKey');
  });

  it('every bit of the manifest', async () => {
    const text = new TextEncoder().encode(manifestText(show.manifest));
    const read = (said: Uint8Array) => readManifest(new TextDecoder().decode(said), show.commitment);
    expect(await read(text)).toEqual(show.manifest);
    for (let bit = 0; bit < text.length * 8; bit += 1)
      expect(await blame(read(flipped(text, bit)))).toBe('PeerMisbehaved wrongManifest');
  });
});

it('a box by itself notices too, were its hash not checked', async () => {
  const show = await boxesShow(10, 10);
  const bytes = await joined(show.part(0));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
      expect(openBox(flipped(bytes, bit), show.key(0))).toBe(undefined);
    }),
  );
});
