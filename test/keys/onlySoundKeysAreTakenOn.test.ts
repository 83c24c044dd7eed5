/** `acceptsKey`, the policy for new keys: one spelling, a point of the curve, an order that is not small. */
import * as fc from 'fast-check';
import { acceptsKey } from '../../src/keys/index.ts';
import { ed25519 } from '../../src/keys/node.ts';
import { fromHex, number, p, smallOrder, smallOrderMisspelt, toHex } from './backends.ts';

it('knows eight points of small order and six misspellings', () => {
  expect(new Set(smallOrder.map(toHex)).size).toBe(8);
  expect(new Set([...smallOrder, ...smallOrderMisspelt].map(toHex)).size).toBe(14);
});

it.each([...smallOrder, ...smallOrderMisspelt].map((key) => [toHex(key)]))('refuses %s, of small order', (key) => {
  expect(acceptsKey(fromHex(key))).toBe(false);
});

it('refuses the identity, for which anybody signs anything', () => {
  const identity = number(1n);
  const forged = Uint8Array.of(...identity, ...new Uint8Array(32));
  expect(ed25519.verifier(identity)(Uint8Array.of(1, 2, 3), forged)).toBe(true);
  expect(acceptsKey(identity)).toBe(false);
});

it('refuses every y from p on, with either sign', () => {
  for (let y = p; y < 2n ** 255n; y++)
    for (const sign of [0n, 2n ** 255n]) expect([y, acceptsKey(number(y + sign))]).toEqual([y, false]);
});

it('refuses what is no point: of the y from 2 to 18 it takes those for which there is an x', () => {
  const taken = Array.from({ length: 17 }, (_, i) => i + 2).filter((y) => acceptsKey(number(BigInt(y))));
  expect(taken).toEqual([3, 4, 5, 6, 9, 10, 14, 15, 16, 18]);
});

it.each([0, 31, 33])('refuses %i bytes', (length) => {
  expect(acceptsKey(new Uint8Array(length).fill(5))).toBe(false);
});

it('accepts the key of any seed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (seed) => {
      expect(acceptsKey((await ed25519.signer(seed)).publicKey)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
