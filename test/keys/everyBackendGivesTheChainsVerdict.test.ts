/**
 * The edge cases of Ed25519, judged as the chain judges them: the vectors of "Taming the many EdDSAs" (https://eprint.iacr.org/2020/1244), whose verdicts in
 * TVM and in OpenSSL are known to be the same, and keys of small order in all their spellings.
 */

import { createPublicKey, verify as opensslVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { verify } from '../../src/keys/index.ts';
import { backends, fromHex, smallOrder, smallOrderMisspelt, toHex } from './backends.ts';

const Vectors = z.array(z.object({ message: z.string(), pub_key: z.string(), signature: z.string() }));
const vectors = Vectors.parse(JSON.parse(readFileSync(new URL('speccheck.json', import.meta.url), 'utf8')));

/** 0-2 small order, 3 mixed order, 11 a second spelling of a key; 4-5 need the cofactor, 6-7 have S >= L, 8-10 second spellings that nobody hashes so. */
const accepted = [0, 1, 2, 3, 11];

it('has all twelve vectors', () => {
  expect(vectors).toHaveLength(12);
});

describe.each(backends)('$name', (backend) => {
  it.each(vectors.map((vector, i) => [i, vector] as const))('vector %i', async (i, { message, pub_key, signature }) => {
    expect(await backend.verifier(fromHex(pub_key))(fromHex(message), fromHex(signature))).toBe(accepted.includes(i));
  });
});

describe('a key of small order, for which S = 0 and some R of small order sign many a message', () => {
  const attempts = Array.from({ length: 16 }, (_, i) => Uint8Array.of(i)).flatMap((message) =>
    smallOrder.map((r) => ({ message, signature: Uint8Array.of(...r, ...new Uint8Array(32)) })),
  );

  it.each([...smallOrder, ...smallOrderMisspelt].map((key) => [toHex(key), key] as const))('%s', async (_name, key) => {
    const x = Buffer.from(key).toString('base64url');
    const openssl = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    for (const verdict of [true, false]) {
      const found = attempts.find(
        ({ message, signature }) => opensslVerify(null, message, openssl, signature) === verdict,
      );
      if (found === undefined) throw new Error(`OpenSSL never says ${verdict}.`);
      for (const backend of backends)
        expect([backend.name, await backend.verifier(key)(found.message, found.signature)]).toEqual([
          backend.name,
          verdict,
        ]);
    }
  });
});

it("verify is the platform's, with a boolean at once in Node", () => {
  for (const [i, { message, pub_key, signature }] of vectors.entries())
    expect(verify(fromHex(pub_key), fromHex(message), fromHex(signature))).toBe(accepted.includes(i));
});
