/** A signer may be logged, cloned or inspected by accident: whatever is done to it, the secret does not come out. */
import { inspect } from 'node:util';
import { freshSeed, freshSigner, signerFromSeed, verify } from '../../src/keys/index.ts';
import type { Signer } from '../../src/signer.ts';
import { backends, never, toHex } from './backends.ts';

const seed = Uint8Array.from({ length: 32 }, (_, i) => 200 + i);

/** The beginning of the seed in every spelling in which a logger might print it, without white space. */
const spellings = [
  toHex(seed.slice(0, 8)),
  Buffer.from(seed).toString('base64url').slice(0, 10),
  seed.slice(0, 8).join(','),
];

function everythingSaidOf(signer: Signer): string {
  const shown = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null, getters: true };
  const clone: unknown = structuredClone(signer);
  return [
    JSON.stringify(signer),
    JSON.stringify(Object.entries(signer).map(([name, value]) => [name, Array.from(value)])),
    inspect(signer, shown),
    inspect(clone, shown),
    inspect({ ...signer }, shown),
    String(signer),
    ...Reflect.ownKeys(signer).map((name) => inspect(Reflect.get(signer, name), shown)),
  ]
    .join('\n')
    .replaceAll(/\s/g, '');
}

describe.each(backends)('$name', (backend) => {
  it('shows its public key and nothing else', async () => {
    const signer = await backend.signer(seed);
    expect(Reflect.ownKeys(signer)).toEqual(['publicKey']);
    expect(everythingSaidOf(signer)).toContain(signer.publicKey.join(','));
    for (const spelling of spellings) expect(everythingSaidOf(signer)).not.toContain(spelling);
  });

  it('needs neither the seed nor its own public key any more', async () => {
    const lent = Uint8Array.from(seed);
    const making = backend.signer(lent);
    lent.fill(0);
    const signer = await making;
    const publicKey = Uint8Array.from(signer.publicKey);
    const before = await signer.sign(Uint8Array.of(1), never);
    signer.publicKey.fill(0);
    expect(await signer.sign(Uint8Array.of(1), never)).toEqual(before);
    expect(publicKey).toEqual((await backend.signer(seed)).publicKey);
  });

  it('does not repeat a seed that it refuses', async () => {
    const error: unknown = await (async () => backend.signer(seed.slice(0, 31)))().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'badSeed', name: 'LocalMisuse' });
    for (const spelling of spellings) expect(inspect(error).replaceAll(/\s/g, '')).not.toContain(spelling);
  });
});

it('an app keeps the seed, and has the same key again', async () => {
  const kept = freshSeed();
  expect(kept).toHaveLength(32);
  const [first, again] = [await signerFromSeed(kept), await signerFromSeed(kept)];
  expect(again.publicKey).toEqual(first.publicKey);
  expect(freshSeed()).not.toEqual(kept);
});

it('a fresh signer has a key of its own that signs', async () => {
  const [one, other] = [await freshSigner(), await freshSigner()];
  expect(one.publicKey).not.toEqual(other.publicKey);
  const message = Uint8Array.of(9);
  expect(await verify(one.publicKey, message, await one.sign(message, never))).toBe(true);
});

it('a seed of another length is a rejection, not a throw', async () => {
  await expect(signerFromSeed(new Uint8Array(64))).rejects.toMatchObject({ code: 'badSeed' });
});
