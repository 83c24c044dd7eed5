/** Any bytes, in any chunks, cut into parts of any size, come back from their boxes. */
import fc from 'fast-check';
import { cutBytes, openBox, sealBoxes } from '../../../src/streaming/content/boxes.ts';
import { maxPartBytes } from '../../../src/streaming/content/manifest.ts';
import { openPart } from '../../../src/streaming/content/open.ts';
import { memoryShow } from '../../../src/streaming/content/show.ts';
import { blame, chunks, collect, counting, joined } from './content.ts';

const anyChunks = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 });

it('a round trip', async () => {
  await fc.assert(
    fc.asyncProperty(anyChunks, fc.integer({ min: 1, max: 300 }), async (pieces, partBytes) => {
      const whole = Buffer.concat(pieces);
      fc.pre(whole.length > 0);
      const parts = await collect(sealBoxes(chunks(...pieces), { partBytes }));
      const { manifest, key, part } = await memoryShow('any', parts);
      expect(manifest.parts).toHaveLength(Math.ceil(whole.length / partBytes));
      const plain: Uint8Array[] = [];
      for (const n of manifest.parts.keys()) plain.push(await openPart(manifest, n, await joined(part(n)), key(n)));
      expect(Buffer.concat(plain).equals(whole)).toBe(true);
      expect(plain.slice(0, -1).every(({ length }) => length === partBytes)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it('pieces are memory of their own, whatever the reader does with its chunk', async () => {
  const chunk = new Uint8Array(4);
  async function* reused() {
    for (let n = 1; n < 4; n += 1) yield chunk.fill(n);
  }
  expect((await collect(cutBytes(reused(), 3))).map(String)).toEqual(['1,1,1', '1,2,2', '2,2,3', '3,3,3']);
});

it('cut by seconds, a part says how long it plays', async () => {
  const parts = await collect(sealBoxes(chunks(counting(1_000)), { bytesPerSecond: 200, seconds: 2 }));
  expect(parts.map(({ entry }) => [entry.bytes, entry.ms])).toEqual([
    [416, 2_000],
    [416, 2_000],
    [216, 1_000],
  ]);
  const [untimed] = await collect(sealBoxes(chunks(counting(10)), { partBytes: 10 }));
  expect(untimed?.entry.ms).toBe(0);
});

it('a source with nothing in it, and a cut that cannot be, are refused', async () => {
  const sealed = (cut: Parameters<typeof sealBoxes>[1], length = 10) =>
    blame(collect(sealBoxes(chunks(counting(length)), cut)));
  expect(await sealed({ partBytes: 5 }, 0)).toBe('LocalMisuse emptySource');
  for (const partBytes of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, maxPartBytes])
    expect(await sealed({ partBytes })).toBe('LocalMisuse badCut');
  for (const [bytesPerSecond, seconds] of [
    [0, 2],
    [100, 0],
    [-100, -2],
    [1e9, 10],
  ] as const)
    expect(await sealed({ bytesPerSecond, seconds })).toBe('LocalMisuse badCut');
});

it('a key of another length opens nothing', async () => {
  const [part] = await collect(sealBoxes(chunks(counting(10)), { partBytes: 10 }));
  for (const length of [0, 16, 31, 33])
    expect(openBox(part?.bytes ?? new Uint8Array(), new Uint8Array(length))).toBe(undefined);
});
