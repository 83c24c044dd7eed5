/** A segment of HLS is encrypted as RFC 8216 says: another implementation of AES-128-CBC opens it with the key and the IV of the playlist. */
import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { openSegment, sealSegment } from '../../../src/streaming/content/hls.ts';

it('a round trip, and Node opens it too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (plain) => {
      const { bytes, key, entry } = await sealSegment(plain, 2_000);
      expect(entry.bytes).toBe((Math.floor(plain.length / 16) + 1) * 16);
      expect(bytes).toHaveLength(entry.bytes);
      expect(await openSegment(bytes, entry.iv, key)).toEqual(plain);
      const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(entry.iv, 'hex'));
      expect(Buffer.concat([decipher.update(bytes), decipher.final()]).equals(plain)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it('a key of another length, and what is no whole number of blocks, open nothing', async () => {
  const { bytes, key, entry } = await sealSegment(new Uint8Array(20), 2_000);
  for (const length of [0, 15, 24, 32])
    expect(await openSegment(bytes, entry.iv, new Uint8Array(length))).toBe(undefined);
  expect(await openSegment(bytes.subarray(1), entry.iv, key)).toBe(undefined);
});
