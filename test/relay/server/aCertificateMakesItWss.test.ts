/** With a certificate it listens for `wss://`, relays as ever, and survives who speaks no TLS. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { type RelayServer, relayServer } from '../../../src/relay/serve.ts';
import { deliver, Peer, route } from '../transcripts/peer.ts';

const pem = (name: string) => readFileSync(new URL(name, import.meta.url));
/** Made for this test, good for a hundred years; the key is no secret. */
const tls = { cert: pem('testOnly.cert.pem'), key: pem('testOnly.key.pem') };

let server: RelayServer;
const peers: Peer[] = [];
beforeEach(async () => {
  server = await relayServer({ tls });
});
afterEach(async () => {
  for (const { socket } of peers.splice(0)) socket.terminate();
  await server.close();
});

async function open(): Promise<Peer> {
  const peer = new Peer(new WebSocket(server.url, { ca: tls.cert }));
  peers.push(peer);
  await once(peer.socket, 'open');
  await peer.init();
  return peer;
}

it('relays over TLS, also a frame at the limit', async () => {
  expect(server.url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
  const [alice, bob] = [await open(), await open()];
  const msg = `"${'x'.repeat(1_000_000)}"`;
  expect(await alice.answers(route(bob.address, '1'), route(bob.address, msg))).toEqual([]);
  expect(await bob.frame()).toBe(deliver('1'));
  expect((await bob.frame()) === deliver(msg)).toBe(true);
});

it('hangs up on who speaks no TLS, and on nobody else', async () => {
  const alice = await open();
  const plain = connect(Number(new URL(server.url).port), '127.0.0.1');
  plain.on('error', () => {});
  plain.resume();
  plain.write('GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\n\r\n');
  await once(plain, 'close');
  expect(await alice.answers(route(alice.address, '1'))).toEqual([deliver('1')]);
});

it('is refused by a client that does not know the certificate', async () => {
  await expect(Peer.open(server.url)).rejects.toThrow(/self-signed/);
  expect(server.relay.stats.connections).toBe(0);
});
