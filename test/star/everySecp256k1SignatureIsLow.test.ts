/** Of the two signatures that secp256k1 has for everything, servers of old take only the one whose second number is in the lower half. */
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { identityFromPem } from '../../src/star/index.ts';

const half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

test('an identity of secp256k1 gives only that one', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const { sign, peerId } = await identityFromPem(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  expect(peerId).toMatch(/^16Uiu2/);
  for (let n = 0; n < 40; n += 1) {
    const bytes = Uint8Array.of(n);
    const signature = await sign(bytes, new AbortController().signal);
    expect(verify('sha256', bytes, createPublicKey(privateKey), signature)).toBe(true);
    const at = 6 + (signature[3] ?? 0);
    expect(BigInt(`0x${Buffer.from(signature.subarray(at)).toString('hex')}`)).toBeLessThanOrEqual(half);
  }
});
