/** What our client says, as frames, to a server by hand: what the real client says in the recorded session, and the farewell that the text asks for. */
import { createPublicKey, verify } from 'node:crypto';
import { createIdentity, joinStar } from '../../../src/star/index.ts';
import { bob, useHand } from './raw.ts';

const hand = useHand();
/** Of an Ed25519 key, before its 32 bytes. */
const spki = Buffer.from('302a300506032b6570032100', 'hex');

test('it joins with the challenge, dials, streams, is dialled, leaves', async () => {
  const identity = await createIdentity();
  const joining = joinStar(hand.url(), { identity });
  const server = await hand.accept();

  const [, address, key] = await server.reads('420');
  expect(address).toBe(`/ip4/127.0.0.1/tcp/${new URL(hand.url()).port}/ws/p2p-websocket-star/ipfs/${identity.peerId}`);
  expect(key).toBe(Buffer.from(identity.publicKey).toString('hex'));
  const nonce = '2c718d29-f4f6-4fa6-b996-8eefe2b1334b68ec56d4-ad25-4a7f-9bdd-8a89d3281b3f';
  server.say(`430[null,"${nonce}"]`);
  const [event, again, signature] = await server.reads('421');
  expect([event, again]).toEqual(['ss-join', address]);
  const publicKey = createPublicKey({
    key: Buffer.concat([spki, identity.publicKey.subarray(-32)]),
    format: 'der',
    type: 'spki',
  });
  expect(verify(null, Buffer.from(nonce), publicKey, Buffer.from(String(signature), 'hex'))).toBe(true);
  server.say(`431[null,null,["${bob}"]]`);
  const node = await joining;
  expect(node.known).toEqual([bob]);

  // "Create a sio-pull sink for dialId + '.dialer'" comes before the dial: accept may come before the answer.
  const dialling = node.dial(bob);
  const [ssDial, from, to, dialId] = await server.reads('422');
  expect([ssDial, from, to]).toEqual(['ss-dial', address, bob]);
  server.say(`42["socket.io-pull-stream.accept.${dialId}.dialer"]`, '432[]');
  const connection = await dialling;
  await server.hears(`42["socket.io-pull-stream.accept.${dialId}.listener"]`);
  expect(connection.observed).toEqual([bob]);
  const writer = connection.writable.getWriter();
  await writer.write(Buffer.from('hello'));
  await server.hears(
    `451-["socket.io-pull-stream.queue.${dialId}.dialer",{"_placeholder":true,"num":0}]`,
    '0x0468656c6c6f',
  );
  const closing = writer.close();
  await server.hears(`42["socket.io-pull-stream.error.${dialId}.dialer",true]`);
  await closing;
  server.say(
    `451-["socket.io-pull-stream.queue.${dialId}.listener",{"_placeholder":true,"num":0}]`,
    '0x04776f726c64',
    `42["socket.io-pull-stream.error.${dialId}.listener",true]`,
  );
  expect(await new Response(connection.readable).text()).toBe('world');

  // "Create a sio-pull source for dialId + '.dialer'", and then the callback.
  const incoming = node.incoming();
  server.say(`427["ss-incomming","x","${bob}"]`);
  await server.hears('42["socket.io-pull-stream.accept.x.dialer"]', '437[]');
  const { value } = await incoming.next();
  expect(value.observed).toEqual([bob]);
  server.say('42["socket.io-pull-stream.accept.x.listener"]', '42["socket.io-pull-stream.error.x.dialer",true]');
  expect(await new Response(value.readable).text()).toBe('');
  const ended = value.writable.getWriter().close();
  await server.hears('42["socket.io-pull-stream.error.x.listener",true]');
  await ended;

  // "The client emits this event when the .close() function on the listener is called."
  const closed = node.close();
  await server.hears(`42["ss-leave","${address}"]`, '41');
  await closed;
});

test.each([
  ['"Signature Invalid"', 'Signature Invalid'],
  ['{}', 'no reason'],
])('a server that answers %s refuses', async (answer, reason) => {
  const joining = joinStar(hand.url());
  const server = await hand.accept();
  await server.reads('420');
  server.say(`430[${answer}]`);
  await expect(joining).rejects.toThrow(reason);
});
