/** Peers choose keys, so how many are kept parsed is bounded; those used last stay. */
import type { Ed25519 } from '../../src/keys/ed25519.ts';
import { keepingVerifiers } from '../../src/keys/kept.ts';
import { ed25519 } from '../../src/keys/node.ts';

it('keeps the keys used last, and parses a dropped one again', () => {
  const parsed: number[] = [];
  const counted: Ed25519 = {
    ...ed25519,
    verifier: (publicKey) => {
      parsed.push(publicKey[0] ?? -1);
      return () => true;
    },
  };
  const verify = keepingVerifiers(counted, 2);
  const use = (key: number) => verify(new Uint8Array(32).fill(key), new Uint8Array(0), new Uint8Array(64));

  for (const key of [1, 2, 1, 2, 1]) use(key);
  expect(parsed).toEqual([1, 2]);
  use(3);
  use(1);
  expect(parsed).toEqual([1, 2, 3]);
  use(2);
  expect(parsed).toEqual([1, 2, 3, 2]);
});

it('keeps nothing for a key of the wrong length', () => {
  const counted: Ed25519 = {
    ...ed25519,
    verifier: () => {
      throw new Error('asked for');
    },
  };
  expect(keepingVerifiers(counted, 2)(new Uint8Array(31), new Uint8Array(0), new Uint8Array(64))).toBe(false);
});

it('the caller may use the bytes of a key again', async () => {
  const verify = keepingVerifiers(ed25519, 2);
  const signer = await ed25519.signer(new Uint8Array(32).fill(1));
  const signature = await signer.sign(Uint8Array.of(1), new AbortController().signal);
  const key = Uint8Array.from(signer.publicKey);
  expect(verify(key, Uint8Array.of(1), signature)).toBe(true);
  key.fill(9);
  expect(verify(key, Uint8Array.of(1), signature)).toBe(false);
  expect(verify(signer.publicKey, Uint8Array.of(1), signature)).toBe(true);
});
