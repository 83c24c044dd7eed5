/** A sealed client takes only what is sealed for it, once: anything else is told as `rejected`, with what is wrong with it, and never delivered. */
import * as fc from 'fast-check';
import nacl from 'tweetnacl';
import type { RelayClient } from '../../../src/relay/client.ts';
import { contactText, parseContact, Sealer, toBase64Url } from '../../../src/relay/sealed.ts';
import { seededRandom } from '../../../src/testing/index.ts';
import { collect, notices, RelayWorld } from './world.ts';

/** Bob, who seals, and Mallory, who can route anything to him. */
async function meet() {
  const world = new RelayWorld();
  const bob = await world.open({ sealed: true });
  const mallory = await world.open({ ack: false });
  const { texts } = collect(bob);
  const rejected = notices(bob, 'rejected');
  const say = async (text: string) => {
    await world.until(mallory.routeText(bob.address, text));
    await world.pass(1);
  };
  const contact = parseContact(bob.contact);
  if (contact === undefined) throw new Error('no contact');
  return { world, bob, say, contact, texts, rejected, sealer: new Sealer(seededRandom(7)) };
}

const code = (expected: string) => ({
  type: 'rejected',
  error: expect.objectContaining({ name: 'PeerMisbehaved', code: expected }),
});

it.each([
  '"hello"',
  'null',
  '[]',
  '{}',
  '{"sealed":1}',
  '{"sealed":2,"key":"","nonce":"","box":""}',
  '{"sealed":1,"key":"AAAA","nonce":"AAAA","box":"AAAA"}',
  '{"sealed":1,"key":1,"nonce":[],"box":{}}',
  '{"sealed":1,"key":"§","nonce":"§","box":"§"}',
])('what is not sealed: %s', async (text) => {
  const { say, texts, rejected } = await meet();
  await say(text);
  expect(rejected).toEqual([code('notSealed')]);
  expect(texts).toEqual([]);
});

it('what was sealed for another key', async () => {
  const { say, contact, texts, rejected, sealer } = await meet();
  await say(sealer.seal({ address: contact.address, key: nacl.box.keyPair().publicKey }, '1'));
  expect(rejected).toEqual([code('brokenSeal')]);
  expect(texts).toEqual([]);
});

it('what was altered, in any bit of any part', async () => {
  const { say, contact, texts, rejected, sealer } = await meet();
  const sealed = JSON.parse(sealer.seal(contact, '{"pay":1}'));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('key', 'nonce', 'box'), fc.nat(), fc.nat({ max: 7 }), async (part, at, bit) => {
      const bytes = Buffer.from(sealed[part], 'base64url');
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
      rejected.length = 0;
      await say(JSON.stringify({ ...sealed, [part]: toBase64Url(bytes) }));
      expect(rejected).toEqual([code('brokenSeal')]);
    }),
    { numRuns: 60, examples: [['key', 31, 7]] },
  );
  expect(texts).toEqual([]);
});

it('what is played again, at once or later, from an earlier one or the last', async () => {
  const { say, contact, texts, rejected, sealer } = await meet();
  const [first, second] = [sealer.seal(contact, '1'), sealer.seal(contact, '2')];
  for (const sealed of [first, first, second, first, second]) await say(sealed);
  expect(texts).toEqual(['1', '2']);
  expect(rejected).toEqual([code('replayed'), code('replayed'), code('replayed')]);
});

it('what is played again under another spelling of the same key', async () => {
  const { say, contact, texts, rejected, sealer } = await meet();
  const sealed = JSON.parse(sealer.seal(contact, '1'));
  await say(JSON.stringify(sealed));
  await say(JSON.stringify({ ...sealed, key: `${sealed.key}=` }));
  // Curve25519 ignores the top bit of a public key.
  const bytes = Buffer.from(sealed.key, 'base64url');
  bytes[31] = (bytes[31] ?? 0) ^ 0x80;
  await say(JSON.stringify({ ...sealed, key: toBase64Url(bytes) }));
  expect(texts).toEqual(['1']);
  expect(rejected).toHaveLength(2);
});

it('what was sealed for another address, of the same key', async () => {
  const { say, contact, texts, rejected, sealer } = await meet();
  await say(sealer.seal({ address: 'ffffffffffffffffffffffffffffffff', key: contact.key }, '1'));
  expect(rejected).toEqual([code('notForUs')]);
  expect(texts).toEqual([]);
});

describe('what holds no message: a box with', () => {
  it.each<[string, string | Uint8Array]>([
    ['noise', Uint8Array.of(0xff, 0xfe, 0)],
    ['nothing', ''],
    ['no object', '1'],
    ['no number', '{"to":"TO","session":"s","msg":"1"}'],
    ['a negative number', '{"to":"TO","session":"s","n":-1,"msg":"1"}'],
    ['a message that is no text', '{"to":"TO","session":"s","n":0,"msg":1}'],
    ['a message that is no JSON', '{"to":"TO","session":"s","n":0,"msg":"the treasure is under"}'],
    ['an empty message', '{"to":"TO","session":"s","n":0,"msg":""}'],
  ])('%s', async (_, inner) => {
    const { world, say, contact, texts, rejected } = await meet();
    const [pair, nonce] = [nacl.box.keyPair(), nacl.randomBytes(24)];
    const bytes = typeof inner === 'string' ? new TextEncoder().encode(inner.replace('TO', contact.address)) : inner;
    const box = nacl.box(bytes, nonce, contact.key, pair.secretKey);
    const [key, number] = [toBase64Url(pair.publicKey), toBase64Url(nonce)];
    await say(JSON.stringify({ sealed: 1, key, nonce: number, box: toBase64Url(box) }));
    expect(texts).toEqual([]);
    expect(rejected).toEqual([code('brokenSeal')]);
    // A peer's fault is no defect of ours.
    expect(world.reports).toEqual([]);
  });
});

it('any JSON at all, without a throw', async () => {
  const { world, say, texts } = await meet();
  await fc.assert(
    fc.asyncProperty(fc.json(), async (text) => say(text)),
    { numRuns: 100 },
  );
  expect(texts).toEqual([]);
  expect(world.reports).toEqual([]);
});

it('what comes sealed to a client that seals nothing is a message like any other', async () => {
  const world = new RelayWorld();
  const [alice, bob]: [RelayClient, RelayClient] = [await world.open({ sealed: true }), await world.open()];
  const { texts } = collect(bob);
  await world.until(alice.route(contactText({ address: bob.address, key: nacl.box.keyPair().publicKey }), 1));
  expect(JSON.parse(texts[0] ?? '')).toMatchObject({ sealed: 1 });
});
