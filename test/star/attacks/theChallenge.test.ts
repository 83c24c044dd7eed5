/** What a peer must do to join an address, and what does not help an impostor. */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { marshalKey, peerIdOf } from '../../../src/star/ids.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { addressOf, eventually, type Key, keys, useStar } from '../world.ts';

const world = useStar();
const hexOf = (key: Key) => Buffer.from(key.marshalled).toString('hex');

describe.each(Object.entries(keys))('a peer with a key of kind %s', (_, makeKey) => {
  it.each(['hex', 'base64'] as const)('joins with its key in %s', async (spelling) => {
    const { url } = await world.serve();
    const [peer, key] = [await world.old(url), makeKey()];
    expect(await peer.prove(key, addressOf(key.id), spelling)).toEqual([null, null, []]);
  });

  it("does not join with another's signature", async () => {
    const { url, star } = await world.serve();
    const [peer, key, other] = [await world.old(url), makeKey(), makeKey()];
    expect(await peer.prove({ ...key, sign: other.sign })).toEqual(['Signature Invalid']);
    expect(await peer.prove(key, addressOf(other.id))).toEqual(['Id is not matching', undefined]);
    expect(star.addresses()).toEqual([]);
  });
});

it('signs for this server and this address, and for nothing else', async () => {
  const { url } = await world.serve({ name: 'star.example' });
  const [peer, key] = [await world.old(url), keys.Ed25519()];
  const [, nonce] = await peer.join(addressOf(key.id), hexOf(key));
  expect(nonce).toMatch(new RegExp(`^libp2p-websocket-star:star\\.example:${addressOf(key.id)}:[0-9a-f]{32}$`));
});

it('a nonce is good for one answer', async () => {
  const { url } = await world.serve();
  const [peer, key] = [await world.old(url), keys.Ed25519()];
  const joined = addressOf(key.id);
  const [, nonce] = await peer.join(joined, hexOf(key));
  const signature = key.sign(String(nonce)).toString('hex');
  expect(await peer.join(joined, signature)).toEqual([null, null, []]);
  expect(await peer.join(joined, signature)).toEqual(['Crypto error']);
  peer.socket.emit('ss-leave', joined);
  expect(await peer.join(joined, signature)).toEqual(['Crypto error']);
  const again = await world.old(url);
  expect(await again.join(joined, signature)).toEqual(['Crypto error']);
});

it('a wrong answer uses the nonce up', async () => {
  const { url } = await world.serve();
  const [peer, key] = [await world.old(url), keys.Ed25519()];
  const joined = addressOf(key.id);
  const [, nonce] = await peer.join(joined, hexOf(key));
  expect(await peer.join(joined, '00'.repeat(64))).toEqual(['Signature Invalid']);
  expect(await peer.join(joined, key.sign(String(nonce)).toString('hex'))).toEqual(['Crypto error']);
});

it('a nonce ends', async () => {
  const clock = new SimulatedClock();
  const { url } = await world.serve({ clock, limits: { nonceTimeout: 1_000 } });
  const [peer, key] = [await world.old(url), keys.Ed25519()];
  const joined = addressOf(key.id);
  const [, nonce] = await peer.join(joined, hexOf(key));
  clock.advance(1_000);
  expect(await peer.join(joined, key.sign(String(nonce)).toString('hex'))).toEqual(['Signature Invalid']);
  expect(await peer.prove(key)).toEqual([null, null, []]);
});

it.each([
  ['nothing', '', 'Crypto Challenge required but no Id provided'],
  ['no key', 'hello', 'Crypto error'],
  ['a key of an unknown kind', `08031220${'22'.repeat(32)}`, 'Crypto error'],
  ['a key that is too short', `0801121f${'22'.repeat(31)}`, 'Crypto error'],
  ['more than a key', 'ab'.repeat(4_000), 'Crypto error'],
])('%s is no proof', async (_, data, error) => {
  const { url } = await world.serve();
  expect(await (await world.old(url)).join(addressOf(keys.Ed25519().id), data)).toEqual([error]);
});

it('an RSA key of 1024 bits proves nothing', async () => {
  const { url } = await world.serve();
  const [peer, key] = [await world.old(url), keys.RSA(1_024)];
  expect(await peer.prove(key)).toEqual(['Crypto error', undefined]);
});

it('a key that is no RSA key, but as long, proves nothing', async () => {
  const { url } = await world.serve();
  const peer = await world.old(url);
  const key = keys.RSA();
  const marshalled = marshalKey({ type: 'RSA', data: new Uint8Array(294).fill(7) });
  const [error] = await peer.prove({ ...key, marshalled }, addressOf(key.id));
  expect(error).toBe('Id is not matching');
});

it("a signature of secp256k1 that is not in DER is none, and so is one of an Ed25519 peer's wrong length", async () => {
  const { url } = await world.serve();
  const peer = await world.old(url);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
  const template = keys.secp256k1();
  const data = Uint8Array.of(2 + ((point[64] ?? 0) & 1), ...point.subarray(1, 33));
  const marshalled = marshalKey({ type: 'secp256k1', data });
  const inP1363 = (text: string) =>
    sign('sha256', Buffer.from(text), {
      key: createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      dsaEncoding: 'ieee-p1363',
    });
  expect(await peer.prove({ ...template, id: peerIdOf(marshalled), marshalled, sign: inP1363 })).toEqual([
    'Signature Invalid',
  ]);
  const ed = keys.Ed25519();
  const tooLong = (text: string) => Buffer.concat([ed.sign(text), Buffer.of(0)]);
  expect(await peer.prove({ ...ed, sign: tooLong })).toEqual(['Signature Invalid']);
});

it('an Ed25519 key has one id, and a hash of it is another', async () => {
  const { url } = await world.serve();
  const [peer, key] = [await world.old(url), keys.Ed25519()];
  expect(await peer.prove(key, addressOf('QmXthhhUhGrqUxwGJvHzzuzX31wzBhgugNyvWqUzqjog4F'))).toEqual([
    'Id is not matching',
    undefined,
  ]);
});

it('who answers wrongly too often must wait, and only that network address', async () => {
  const clock = new SimulatedClock();
  const { url, stats } = await world.serve({
    clock,
    exempt: [],
    limits: { wrongAnswersPerMinute: 3, wrongAnswersPerMinutePerIp: 5 },
  });
  const [mallory, key] = [await world.old(url), keys.Ed25519()];
  const wrong = { ...key, sign: () => Buffer.alloc(64) };
  for (let n = 0; n < 3; n += 1) expect(await mallory.prove(wrong)).toEqual(['Signature Invalid']);
  expect(await mallory.prove(wrong)).toEqual(['Too many joins: try again later', undefined]);
  const second = await world.old(url);
  for (let n = 0; n < 2; n += 1) expect(await second.prove(wrong)).toEqual(['Signature Invalid']);
  expect(await second.prove(wrong)).toEqual(['Too many joins: try again later', undefined]);
  expect(stats.wrongAnswers).toBe(5);
  clock.advance(20_000);
  expect(await mallory.prove(key)).toEqual([null, null, []]);
});

it('who leaves while its signature is looked at joins nothing', async () => {
  const { url, star } = await world.serve();
  const [peer, key] = [await world.old(url), keys.RSA()];
  const [, nonce] = await peer.join(addressOf(key.id), hexOf(key));
  peer.socket.emit('ss-join', addressOf(key.id), key.sign(String(nonce)).toString('hex'), () => {});
  peer.socket.disconnect();
  await eventually(() => star.connections === 0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(star.addresses()).toEqual([]);
});
