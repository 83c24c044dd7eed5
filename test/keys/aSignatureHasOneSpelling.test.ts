/** RFC 8032, 5.1.7: S is below the order L, and a signature has 64 bytes. S + kL satisfies the same equation and must not count. */
import { backends, fromNumber, never, number, order } from './backends.ts';

describe.each(backends)('$name', (backend) => {
  const message = Uint8Array.of(1, 2, 3);

  async function signed() {
    const signer = await backend.signer(new Uint8Array(32).fill(7));
    const signature = await signer.sign(message, never);
    return { signature, verify: backend.verifier(signer.publicKey) };
  }

  it('accepts what was signed', async () => {
    const { signature, verify } = await signed();
    expect(await verify(message, signature)).toBe(true);
    expect(await verify(Uint8Array.of(1, 2, 4), signature)).toBe(false);
  });

  it('refuses S + kL for every k that fits', async () => {
    const { signature, verify } = await signed();
    const s = fromNumber(signature.slice(32));
    for (let k = 1n; s + k * order < 2n ** 256n; k++) {
      const respelt = Uint8Array.of(...signature.slice(0, 32), ...number(s + k * order));
      expect([k, await verify(message, respelt)]).toEqual([k, false]);
    }
  });

  it('refuses 63 bytes, 65 bytes and none', async () => {
    const { signature, verify } = await signed();
    for (const wrong of [signature.slice(0, 63), Uint8Array.of(...signature, 0), new Uint8Array(0)])
      expect(await verify(message, wrong)).toBe(false);
  });

  it('refuses a signature with any one bit changed in its first or last bytes', async () => {
    const { signature, verify } = await signed();
    for (const at of [0, 31, 32, 63]) {
      const changed = signature.map((byte, i) => (i === at ? byte ^ 1 : byte));
      expect([at, await verify(message, changed)]).toEqual([at, false]);
    }
  });
});
