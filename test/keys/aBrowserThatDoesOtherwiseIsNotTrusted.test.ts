/** Browsers differ in what they have, accept and sign: verdict and signature stay the same, by tweetnacl where the platform cannot be trusted. */
import { ed25519 as node } from '../../src/keys/node.ts';
import { overSubtle } from '../../src/keys/webcrypto.ts';
import { backends, fromHex, never, smallOrder, smallOrderMisspelt, toHex } from './backends.ts';

/** WebCrypto with some of its methods replaced; the calls that reach `verify` and `sign` are counted. */
function platform(changes: Partial<SubtleCrypto>) {
  const real = globalThis.crypto.subtle;
  const seen = { verify: 0, sign: 0 };
  const subtle: SubtleCrypto = new Proxy(real, {
    get(_, name) {
      if (name === 'verify' || name === 'sign') seen[name]++;
      const method: unknown = Reflect.get(changes, name) ?? Reflect.get(real, name);
      return typeof method === 'function' ? method.bind(real) : method;
    },
  });
  return { backend: overSubtle(subtle), seen };
}

const seed = new Uint8Array(32).fill(11);
const message = Uint8Array.of(1, 2, 3);

async function honest() {
  const signer = await node.signer(seed);
  return { publicKey: signer.publicKey, signature: await signer.sign(message, never) };
}

/** Vector 5 of the edge cases: holds only with the cofactor. */
const cofactored = {
  publicKey: fromHex('cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d'),
  message: fromHex('e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c'),
  signature: fromHex(
    '21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405',
  ),
};

it('a platform that is as it should be does the work', async () => {
  const { backend, seen } = platform({});
  const { publicKey, signature } = await honest();
  expect(await backend.verifier(publicKey)(message, signature)).toBe(true);
  expect(await (await backend.signer(seed)).sign(message, never)).toEqual(signature);
  expect(seen).toEqual({ verify: 3, sign: 2 });
});

it('it is tried once, and not before it is needed', async () => {
  const { backend, seen } = platform({});
  const { publicKey, signature } = await honest();
  expect(seen.verify).toBe(0);
  const verifiers = [backend.verifier(publicKey), backend.verifier(publicKey)];
  expect(await Promise.all(verifiers.map((verify) => verify(message, signature)))).toEqual([true, true]);
  expect(seen.verify).toBe(2 + verifiers.length);
});

it('a browser without Ed25519: tweetnacl signs and verifies', async () => {
  const importKey = () => Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'));
  const { backend, seen } = platform({ importKey });
  const { publicKey, signature } = await honest();
  expect(await backend.verifier(publicKey)(message, signature)).toBe(true);
  expect(await backend.verifier(publicKey)(Uint8Array.of(0), signature)).toBe(false);
  expect(await (await backend.signer(seed)).sign(message, never)).toEqual(signature);
  expect(seen).toEqual({ verify: 0, sign: 0 });
});

it.each([
  ['accepts everything, with the cofactor too', true],
  ['accepts nothing', false],
])('a platform that %s is not asked again', async (_name, verdict) => {
  const { backend, seen } = platform({ verify: async () => verdict });
  const { publicKey, signature } = await honest();
  expect(await backend.verifier(publicKey)(message, signature)).toBe(true);
  expect(await backend.verifier(cofactored.publicKey)(cofactored.message, cofactored.signature)).toBe(false);
  expect(seen.verify).toBeLessThanOrEqual(2);
});

it('a platform that signs with noise does not sign, but verifies', async () => {
  const real = globalThis.crypto.subtle;
  const { backend, seen } = platform({
    sign: async (algorithm, key, said) => {
      const signature = new Uint8Array(await real.sign(algorithm, key, said));
      globalThis.crypto.getRandomValues(signature.subarray(0, 32));
      return signature.buffer;
    },
  });
  const { publicKey, signature } = await honest();
  const signer = await backend.signer(seed);
  expect(await signer.sign(message, never)).toEqual(signature);
  expect(await signer.sign(message, never)).toEqual(signature);
  expect(await backend.verifier(publicKey)(message, signature)).toBe(true);
  expect(seen).toEqual({ verify: 3, sign: 1 });
});

it('a platform that fails at one key or one signature does not fail its caller', async () => {
  const { publicKey, signature } = await honest();
  const real = globalThis.crypto.subtle;
  const { backend } = platform({
    verify: async (algorithm, key, sealed, said) => {
      if (said.byteLength === message.length) throw new DOMException('Out of order.', 'OperationError');
      return real.verify(algorithm, key, sealed, said);
    },
  });
  expect(await backend.verifier(publicKey)(message, signature)).toBe(true);
});

it('points on which browsers disagree never reach the platform', async () => {
  const { backend, seen } = platform({});
  const { publicKey, signature } = await honest();
  const verify = backend.verifier(publicKey);
  expect(await verify(message, signature)).toBe(true);
  const before = seen.verify;
  for (const point of [...smallOrder, ...smallOrderMisspelt]) {
    const forged = Uint8Array.of(...point, ...new Uint8Array(32));
    const expected = await node.verifier(point)(message, forged);
    expect([toHex(point), await backend.verifier(point)(message, forged)]).toEqual([toHex(point), expected]);
    expect(await verify(message, Uint8Array.of(...point, ...signature.slice(32)))).toBe(false);
  }
  expect(seen.verify).toBe(before);
});

it('the caller may use its buffers again while the platform works', async () => {
  const { publicKey, signature } = await honest();
  for (const backend of backends) {
    const [key, said, sealed] = [publicKey, message, signature].map((bytes) => Uint8Array.from(bytes));
    if (key === undefined || said === undefined || sealed === undefined) throw new Error('unreachable');
    const verdict = backend.verifier(key)(said, sealed);
    for (const bytes of [key, said, sealed]) bytes.fill(0);
    expect([backend.name, await verdict]).toEqual([backend.name, true]);
  }
});
