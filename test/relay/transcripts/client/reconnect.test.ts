/** "Were it to happen any clients currently connected would likely have to retry the protocol from scratch": a lost connection means INIT again, and another address. */
import type { RelayClient } from '../../../../src/relay/client.ts';
import { ALICE, BOB, deliver, type Peer, pythonInitresp, useScriptedRelay } from '../peer.ts';

const relay = useScriptedRelay();

const addressed = (client: RelayClient) => new Promise((resolve) => client.on('addressed', resolve));

const maxDelivery = 10_000;

/** The ways in which a server can leave. */
const ways: [string, (peer: Peer) => void][] = [
  ['closes with 1001', (peer) => peer.socket.close(1001)],
  ['closes with 1000', (peer) => peer.socket.close(1000)],
  ['closes with 1011, as the original does when it stumbles', (peer) => peer.socket.close(1011, 'stumbled')],
  ['closes without a code', (peer) => peer.socket.close()],
  ['is cut off', (peer) => peer.socket.terminate()],
  ['sends what is not UTF-8', (peer) => peer.sendAsText(Uint8Array.of(0xff))],
  ['sends more than the client takes', (peer) => peer.send(deliver(`"${'x'.repeat(10_000)}"`))],
];

describe('starts the protocol from scratch, and tells the app its new address, when the server', () => {
  it.each(ways)('%s', async (_, leave) => {
    const { client, peer } = await relay.meet({ maxDelivery });
    const told = addressed(client);
    leave(peer);
    const again = await relay.accept();
    expect(await again.frame()).toBe('{"type":"INIT"}');
    again.send(pythonInitresp(BOB));
    expect(await told).toMatchObject({ type: 'addressed', address: BOB, previous: ALICE });
    expect(client.address).toBe(BOB);

    expect(await client.route(ALICE, 1)).toEqual({ outcome: 'sent' });
    expect(await again.frame()).toBe(`{"type":"ROUTE","EpheWssAddr":"${ALICE}","msg":1}`);
    again.send(deliver('"welcome back"'));
    expect((await client.deliveries().next()).value).toMatchObject({ msg: 'welcome back' });
  });
});

describe('starts from scratch too when it has no address yet and the server', () => {
  it.each(ways)('%s', async (_, leave) => {
    const opening = relay.open({ maxDelivery });
    const peer = await relay.accept();
    await peer.frame();
    leave(peer);
    const again = await relay.accept();
    expect(await again.frame()).toBe('{"type":"INIT"}');
    again.send(pythonInitresp(BOB));
    expect((await opening).address).toBe(BOB);
  });
});

it('comes back as often as the server leaves', async () => {
  const met = await relay.meet({ attempts: 25 });
  let { peer } = met;
  for (let n = 0; n < 25; n += 1) {
    const told = addressed(met.client);
    peer.socket.terminate();
    peer = await relay.accept();
    expect(await peer.frame()).toBe('{"type":"INIT"}');
    peer.send(pythonInitresp(`${n}`));
    expect(await told).toMatchObject({ address: `${n}` });
  }
});

it('hears nothing more from a connection that it has given up', async () => {
  const { client, peer } = await relay.meet();
  const told = addressed(client);
  peer.socket.close(1001);
  const again = await relay.accept();
  again.send(pythonInitresp(BOB));
  await told;
  await peer.closed;
  again.send(deliver('"new"'));
  expect((await client.deliveries().next()).value).toMatchObject({ msg: 'new' });
});

it('settles what it is told to route while it has no connection', async () => {
  const { client, peer } = await relay.meet();
  const lost = new Promise((resolve) => client.on('disconnected', resolve));
  peer.socket.terminate();
  await lost;
  const routed = client.route(BOB, 'into the void');
  const again = await relay.accept();
  again.send(pythonInitresp(BOB));
  expect(['sent', 'failed', 'unknown']).toContain((await routed).outcome);
});

it('settles every route that was under way when the line broke', async () => {
  const { client, peer } = await relay.meet();
  const routed = Array.from({ length: 1_000 }, (_, n) => client.route(BOB, n));
  peer.socket.terminate();
  const again = await relay.accept();
  again.send(pythonInitresp(BOB));
  for (const { outcome } of await Promise.all(routed)) expect(['sent', 'failed', 'unknown']).toContain(outcome);
});

it('settles everything when the server goes and does not come back', async () => {
  const { client, peer } = await relay.meet({ attempts: 2 });
  const routed = client.route(BOB, 1);
  const next = client.deliveries().next();
  void relay.stop();
  peer.socket.terminate();
  await client.closed;
  expect(await next).toMatchObject({ done: true });
  expect(['sent', 'unknown']).toContain((await routed).outcome);
  expect(await client.route(BOB, 2)).toMatchObject({ outcome: 'failed' });
  await client.close();
});

it('closes at once when it is told to while it has no connection', async () => {
  const { client, peer } = await relay.meet({ backoff: { first: 3_600_000, most: 3_600_000 } });
  const lost = new Promise((resolve) => client.on('disconnected', resolve));
  peer.socket.terminate();
  await lost;
  await client.close();
  await client.closed;
});

it('closes though the server never answers the close', async () => {
  const { client, peer } = await relay.meet({ closeTimeout: 20 });
  peer.socket.pause();
  await client.close();
  peer.socket.resume();
  await peer.closed;
});
