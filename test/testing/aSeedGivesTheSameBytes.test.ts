/** seededRandom: the same seed gives the same bytes, other seeds others, all of them about equally often. */
import * as fc from 'fast-check';
import { fraction } from '../../src/random.ts';
import { seededRandom } from '../../src/testing/index.ts';

it('the same seed gives the same bytes, however they are asked for', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat({ max: 40 })), (seed, lengths) => {
      const [one, other] = [seededRandom(seed), seededRandom(seed)];
      const parts = lengths.flatMap((length) => [...one.bytes(length)]);
      expect(parts).toEqual([...other.bytes(parts.length)]);
      for (const length of lengths) expect(one.bytes(length)).toHaveLength(length);
    }),
  );
});

it('other seeds give other bytes', () => {
  const seen = new Set(Array.from({ length: 1_000 }, (_, seed) => seededRandom(seed).bytes(16).join()));
  expect(seen.size).toBe(1_000);
});

it('every byte comes about equally often, and fractions fill [0, 1)', () => {
  const counts = new Uint32Array(256);
  for (const byte of seededRandom(1).bytes(256 * 1_000)) counts[byte] = (counts[byte] ?? 0) + 1;
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1_200);
  const random = seededRandom(2);
  const fractions = Array.from({ length: 10_000 }, () => fraction(random));
  expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...fractions)).toBeLessThan(1);
  expect(fractions.reduce((sum, part) => sum + part, 0) / fractions.length).toBeCloseTo(0.5, 1);
});
