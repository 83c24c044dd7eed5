/** Ed25519 leaves a signer no choice: one seed and one message have one signature, whatever made it. */
import * as fc from 'fast-check';
import { backends, fromHex, never, toHex } from './backends.ts';

async function told(seed: Uint8Array, message: Uint8Array, by = backends) {
  return Promise.all(
    by.map(async (backend) => {
      const signer = await backend.signer(seed);
      return [toHex(signer.publicKey), toHex(await signer.sign(message, never))];
    }),
  );
}

/** RFC 8032, 7.1. */
it.each([
  {
    name: 'TEST 1',
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    message: '',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    name: 'TEST 2',
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    message: '72',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
])("the RFC's $name", async ({ seed, message, publicKey, signature }) => {
  for (const pair of await told(fromHex(seed), fromHex(message))) expect(pair).toEqual([publicKey, signature]);
});

/** The fourth backend signs with tweetnacl, which is slow, and is here already. */
const different = backends.filter(({ name }) => name !== 'webcrypto without Ed25519');

it('any seed and any message', async () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  await fc.assert(
    fc.asyncProperty(seed, fc.uint8Array({ maxLength: 200 }), async (secret, message) => {
      const [first, ...others] = await told(secret, message, different);
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 200, examples: [[new Uint8Array(32), new Uint8Array(0)]] },
  );
});

it('gives plain byte arrays, not Buffers', async () => {
  for (const backend of backends) {
    const signer = await backend.signer(new Uint8Array(32));
    expect(signer.publicKey.constructor).toBe(Uint8Array);
    expect((await signer.sign(new Uint8Array(1), never)).constructor).toBe(Uint8Array);
  }
});
