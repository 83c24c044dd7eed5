/** Sealed: a message goes to a contact, arrives as it was sent, with who sealed it; the relay sees nothing of it, nor does anybody who watches. */

import { inspect } from 'node:util';
import * as fc from 'fast-check';
import nacl from 'tweetnacl';
import type { StepRecord } from '../../../src/inspect.ts';
import { contactText, parseContact, toBase64Url } from '../../../src/relay/sealed.ts';
import { collect, RelayWorld } from './world.ts';

const secret = 'the treasure is under the old oak';

it('arrives as it was sent, with the key of who sealed it', async () => {
  const world = new RelayWorld();
  const [alice, bob] = [await world.open({ sealed: true }), await world.open({ sealed: true })];
  expect(await world.until(alice.routeText(bob.contact, '{"n":12345678901234567890, "x":1.10}'))).toEqual({
    outcome: 'delivered',
  });
  const { value } = await bob.deliveries().next();
  expect(value).toEqual({
    msg: { n: 12345678901234567890n, x: 1.1 },
    text: '{"n":12345678901234567890, "x":1.10}',
    sealedBy: parseContact(alice.contact)?.key,
  });
});

it('arrives, whatever JSON it is, in order', async () => {
  const world = new RelayWorld();
  const [alice, bob] = [await world.open({ sealed: true }), await world.open({ sealed: true })];
  const { texts } = collect(bob);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.json(), { maxLength: 3 }), async (messages) => {
      texts.length = 0;
      await world.until(Promise.all(messages.map((text) => alice.routeText(bob.contact, text))));
      expect(texts).toEqual(messages);
    }),
    // A box takes 50 ms here: Jest's globals are slow, and tweetnacl reads one for every number.
    { numRuns: 15 },
  );
});

it('is nothing but noise to the relay, and different each time', async () => {
  const world = new RelayWorld();
  const [alice, bob] = [await world.open({ sealed: true }), await world.open({ sealed: true })];
  await world.until(Promise.all([alice.route(bob.contact, secret), alice.route(bob.contact, secret)]));
  const boxes = world.seen.filter((frame) => frame.includes('ROUTE')).map((frame) => JSON.parse(frame).msg);
  expect(boxes).toHaveLength(2);
  expect(new Set(boxes.map(({ nonce }) => nonce)).size).toBe(2);
  expect(new Set(boxes.map(({ box }) => box)).size).toBe(2);
  for (const frame of world.seen) {
    for (const word of secret.split(' ').filter(({ length }) => length > 3)) expect(frame).not.toContain(word);
    for (const letters of frame.match(/[A-Za-z0-9_-]{40,}/g) ?? [])
      expect(Buffer.from(letters, 'base64url').includes('treasure')).toBe(false);
  }
  for (const box of boxes) expect(Object.keys(box).sort()).toEqual(['box', 'key', 'nonce', 'sealed']);
});

it('goes to a contact only: a bare address, or a key that is none, is the app’s mistake, and nothing is sent', async () => {
  const world = new RelayWorld();
  const [alice, bob] = [await world.open({ sealed: true }), await world.open({ sealed: true })];
  const seen = world.seen.length;
  for (const to of [bob.address, `${bob.address}#`, `${bob.address}#AAAA`, `${bob.contact}AAAA`, `${bob.address}#!!`]) {
    await expect(alice.route(to, secret)).rejects.toMatchObject({ name: 'LocalMisuse', code: 'noKey' });
  }
  await world.pass(1);
  expect(world.seen).toHaveLength(seen);
});

it('a contact reads back as what it was made of', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), maxLength: 64 }), bytes, (address, key) => {
      expect(parseContact(contactText({ address, key }))).toEqual({ address, key: Uint8Array.from(key) });
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const contact = parseContact(text);
      if (contact !== undefined) expect(contact.key).toHaveLength(32);
    }),
  );
});

it('a client that seals nothing has no contact', async () => {
  const world = new RelayWorld();
  const alice = await world.open();
  expect(() => alice.contact).toThrow(expect.objectContaining({ code: 'notSealing' }));
});

it('a key that is kept is the same client to its friends, on another address', async () => {
  const world = new RelayWorld();
  const key = nacl.box.keyPair().secretKey;
  const first = await world.open({ sealed: key });
  const second = await world.open({ sealed: key });
  expect(parseContact(second.contact)?.key).toEqual(parseContact(first.contact)?.key);
  expect(() => world.client({ sealed: new Uint8Array(31) })).toThrow(expect.objectContaining({ code: 'badKey' }));
});

it('no key and no message is to be seen in what an observer gets, nor in the client itself', async () => {
  const world = new RelayWorld();
  const pair = nacl.box.keyPair();
  const records: StepRecord[] = [];
  const observe = { inspect: (record: StepRecord) => void records.push(record) };
  const alice = await world.open({ sealed: pair.secretKey, ...observe });
  const bob = await world.open({ sealed: true, ...observe });
  const carol = await world.open({ ...observe });
  await world.until(alice.route(bob.contact, secret));
  await world.until(carol.route(carol.address, secret));
  await world.until(carol.route(bob.address, secret));
  await bob.deliveries().next();
  await world.until(Promise.all([alice.close(), bob.close(), carol.close()]));
  const views = [
    JSON.stringify(records),
    inspect(records, { depth: 20 }),
    ...[alice, bob, carol].flatMap((client) => [
      JSON.stringify(client),
      inspect(client, { depth: 20, showHidden: true }),
    ]),
  ];
  const key = Buffer.from(pair.secretKey);
  for (const view of views) {
    expect(view).not.toContain('treasure');
    for (const text of [key.toString('hex'), key.toString('base64'), toBase64Url(key), [...key].join(',')])
      expect(view).not.toContain(text);
  }
  expect(views[0]).toContain('"msg":"[redacted]"');
  for (const type of ['command.route', 'received.DELIVER', '"delivered"']) expect(views[0]).toContain(type);
});
