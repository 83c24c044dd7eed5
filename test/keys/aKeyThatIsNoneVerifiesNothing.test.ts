/** `verify` is asked about bytes that a peer chose: a key of another length, or one that is no point, makes it say no. It never throws. */
import { keepingVerifiers } from '../../src/keys/kept.ts';
import { backends, never, number } from './backends.ts';

describe.each(backends)('$name', (backend) => {
  const verify = keepingVerifiers(backend, 10);
  const message = Uint8Array.of(1);

  it.each([0, 1, 31, 33, 64])('a key of %i bytes', async (length) => {
    expect(await verify(new Uint8Array(length), message, new Uint8Array(64))).toBe(false);
    expect(await backend.verifier(new Uint8Array(length))(message, new Uint8Array(64))).toBe(false);
  });

  it("a signer's key with a byte less or more", async () => {
    const signer = await backend.signer(new Uint8Array(32).fill(1));
    const signature = await signer.sign(message, never);
    expect(await verify(signer.publicKey, message, signature)).toBe(true);
    expect(await verify(signer.publicKey.slice(0, 31), message, signature)).toBe(false);
    expect(await verify(Uint8Array.of(...signer.publicKey, 0), message, signature)).toBe(false);
  });

  it('a key that is no point of the curve', async () => {
    for (const y of [2n, 7n]) expect(await verify(number(y), message, new Uint8Array(64))).toBe(false);
  });
});
