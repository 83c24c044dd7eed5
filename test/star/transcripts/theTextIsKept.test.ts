/** What the text says of each event, as frames: written from the text and the facts, not from the machines. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { peerIdOf } from '../../interop/star/keys.ts';
import { alice, bob, type Raw, useServer } from './raw.ts';

const { serve, connect } = useServer();

async function joined(): Promise<readonly [Raw, Raw]> {
  const server = await serve();
  const [a, b] = [await connect(server), await connect(server)];
  a.say(`420["ss-join","${alice}",""]`);
  await a.hears('430[null,null,[]]');
  b.say(`420["ss-join","${bob}",""]`);
  await b.hears(`430[null,null,["${alice}"]]`);
  await a.hears(`42["ws-peer","${bob}"]`);
  return [a, b];
}

describe('ss-join', () => {
  it('"the second argument is not set if the client wasn\'t passed an id"', async () => {
    const a = await connect(await serve());
    a.say(`427["ss-join","${alice}"]`);
    await a.hears('437[null,null,[]]');
    a.say(`428["ss-join","${bob}",null]`);
    expect(await a.reads('438')).toEqual([null, null, expect.anything()]);
  });

  it('"validate if multiaddr format matches the WebSocketStar format"', async () => {
    const a = await connect(await serve());
    a.say('420["ss-join","/ip4/127.0.0.1/tcp/80/http",""]');
    await a.hears('430["Invalid multiaddr"]');
  });

  it.each(['hex', 'base64'] as const)('with the challenge, by a key in %s', async (encoding) => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const marshalled = Buffer.concat([
      Buffer.of(8, 1, 18, 32),
      publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
    ]);
    const address = `/ip4/127.0.0.1/tcp/3918/ws/p2p-websocket-star/ipfs/${peerIdOf(marshalled)}`;
    const a = await connect(await serve({ challenge: true }));
    a.say(`420["ss-join","${address}",""]`);
    await a.hears('430["Crypto Challenge required but no Id provided"]');
    a.say(`421["ss-join","${address}","${marshalled.toString(encoding)}"]`);
    const [error, nonce] = await a.reads('431');
    expect([error, typeof nonce]).toEqual([null, 'string']);
    a.say(`422["ss-join","${address}","${sign(null, Buffer.from(String(nonce)), privateKey).toString('hex')}"]`);
    await a.hears('432[null,null,[]]');
    // "Clear the nonce": the signature is worth nothing now.
    a.say(`423["ss-join","${address}","${sign(null, Buffer.from(String(nonce)), privateKey).toString('hex')}"]`);
    expect(await a.reads('433')).toEqual([expect.any(String)]);
  });

  it('"start sending peers using ws-peer every 10s"', async () => {
    const clock = new SimulatedClock();
    const pass = (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += 100) clock.advance(100);
    };
    const server = await serve({ clock });
    const [a, b] = [await connect(server), await connect(server)];
    a.say(`420["ss-join","${alice}",""]`);
    await a.hears('430[null,null,[]]');
    b.say(`420["ss-join","${bob}",""]`);
    await b.hears(`430[null,null,["${alice}"]]`);
    // News wait a moment for others to go with them.
    pass(100);
    await a.hears(`42["ws-peer","${bob}"]`);
    for (let round = 0; round < 2; round += 1) {
      pass(10_000);
      await a.hears(`42["ws-peer","${bob}"]`);
      await b.hears(`42["ws-peer","${alice}"]`);
    }
  });
});

describe('ss-leave', () => {
  it('"remove that address from the client", which then may not dial from it, nor be dialled', async () => {
    const [a, b] = await joined();
    b.say(`42["ss-leave","${bob}"]`, `421["ss-dial","${bob}","${alice}","d"]`);
    await b.hears('431["Not authorized for this address"]');
    a.say(`421["ss-dial","${alice}","${bob}","d"]`);
    await a.hears('431["Peer not found"]');
  });

  it('"disconnect is being handled as if a leave for all addresses was issued"', async () => {
    const [a, b] = await joined();
    b.say('41');
    for (let id = 1; ; id += 1) {
      a.say(`42${id}["ss-dial","${alice}","${bob}","d${id}"]`);
      // Until the farewell is heard the dial is accepted, and answered with an error when it is.
      let answer = await a.next();
      while (!answer.startsWith('43')) answer = await a.next();
      if (answer === `43${id}["Peer not found"]`) break;
    }
  });
});

describe('ss-dial', () => {
  it('"if peer A can not use from as source address"', async () => {
    const [a] = await joined();
    a.say(`421["ss-dial","${bob}","${alice}","d"]`);
    await a.hears('431["Not authorized for this address"]');
  });

  it('"if (err) call previous cb with error"', async () => {
    const [a, b] = await joined();
    a.say(`421["ss-dial","${alice}","${bob}","d"]`);
    await a.hears('42["socket.io-pull-stream.accept.d.dialer"]');
    await b.hears(`420["ss-incomming","d","${alice}"]`);
    b.say('430["not today"]');
    for (let frame = await a.next(); ; frame = await a.next()) {
      if (!frame.startsWith('43')) continue;
      expect(frame).toBe('431["not today"]');
      break;
    }
  });

  it('each direction ends by itself', async () => {
    const [a, b] = await joined();
    a.say(`421["ss-dial","${alice}","${bob}","d"]`);
    await a.hears('42["socket.io-pull-stream.accept.d.dialer"]');
    await b.hears(`420["ss-incomming","d","${alice}"]`);
    b.say('42["socket.io-pull-stream.accept.d.dialer"]', '430[]');
    await b.hears('42["socket.io-pull-stream.accept.d.listener"]');
    await a.hears('431[]');
    a.say('42["socket.io-pull-stream.accept.d.listener"]', '42["socket.io-pull-stream.error.d.dialer",true]');
    await b.hears('42["socket.io-pull-stream.error.d.dialer",true]');
    const chunk = '451-["socket.io-pull-stream.queue.d.listener",{"_placeholder":true,"num":0}]';
    b.say(chunk, '0x04ff', '42["socket.io-pull-stream.error.d.listener","broken"]');
    await a.hears(chunk, '0x04ff', '42["socket.io-pull-stream.error.d.listener","broken"]');
  });
});
