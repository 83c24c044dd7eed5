/** Who does something again and again, or opens many sockets: it costs the others nothing. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { address, eventually, useStar } from '../world.ts';

const world = useStar();
const [alices, bobs] = [address('alice'), address('bob')];

it('200 joins of one address are one announcement and one refresh', async () => {
  const clock = new SimulatedClock();
  const { url, stats } = await world.serve({ challenge: false, clock, limits: { joinsPerSecond: 0 } });
  const [alice, bob] = [await world.old(url), await world.old(url)];
  await alice.join(alices);
  for (let n = 0; n < 200; n += 1) await bob.join(bobs);
  clock.advance(1_000);
  await alice.until('ws-peer');
  await bob.settled();
  expect(stats.announcements).toBe(1);
  // Nor is one that was announced already.
  for (let n = 0; n < 3; n += 1) {
    await bob.join(bobs);
    clock.advance(1_000);
  }
  expect(stats.announcements).toBe(1);
  // In each interval everybody is told of the other, once.
  for (const announcements of [3, 5]) {
    clock.advance(10_000);
    await alice.until('ws-peer');
    await bob.until('ws-peer');
    expect(stats.announcements).toBe(announcements);
  }
  bob.socket.emit('ss-leave', bobs);
  await bob.settled();
  clock.advance(20_000);
  expect(stats.announcements).toBe(5);
});

it('joins are limited, for a socket and for a network address', async () => {
  const clock = new SimulatedClock();
  const { url } = await world.serve({
    challenge: false,
    clock,
    exempt: [],
    limits: { joinsPerSecond: 0.2, joinsPerSecondPerIp: 0.4 },
  });
  const [one, two] = [await world.old(url), await world.old(url)];
  const tooMany = ['Too many joins: try again later'];
  for (let n = 0; n < 2; n += 1) expect((await one.join(alices))[0]).toBe(null);
  expect(await one.join(alices)).toEqual(tooMany);
  for (let n = 0; n < 2; n += 1) expect((await two.join(bobs))[0]).toBe(null);
  // What the first had too much counts for neither.
  const three = await world.old(url);
  expect(await three.join(address('carol'))).toEqual(tooMany);
  clock.advance(2_500);
  expect((await three.join(address('carol')))[0]).toBe(null);
});

it('this machine is exempt from the limits of one network address', async () => {
  const { url } = await world.serve({ challenge: false, limits: { connectionsPerIp: 1, joinsPerSecondPerIp: 0.1 } });
  for (const name of ['a', 'b', 'c']) expect((await (await world.old(url)).join(address(name)))[0]).toBe(null);
});

it('a socket has so many addresses, and a star so many peers', async () => {
  const { url } = await world.serve({ challenge: false, limits: { addresses: 2, peers: 3 } });
  const [one, two] = [await world.old(url), await world.old(url)];
  for (const name of ['a', 'b']) expect((await one.join(address(name)))[0]).toBe(null);
  expect(await one.join(address('c'))).toEqual(['Too many addresses on this connection']);
  expect((await two.join(address('c')))[0]).toBe(null);
  expect(await two.join(address('d'))).toEqual(['The server has no room for another peer']);
});

it('connections are limited, in all and from one network address', async () => {
  for (const [limits, status] of [
    [{ connections: 1 }, 503],
    [{ connectionsPerIp: 1 }, 429],
  ] as const) {
    const { url, stats } = await world.serve({ exempt: [], limits });
    await world.old(url);
    for (const path of ['/star', '/socket.io/?EIO=3&transport=websocket']) {
      const refused = new WebSocket(`${url}${path}`);
      const [error] = await once(refused, 'error');
      expect(String(error)).toContain(`${status}`);
    }
    expect(stats.refused).toBe(2);
  }
});

it('sockets that stop half way are nobody, and go', async () => {
  const { url, star } = await world.serve({ challenge: false, liveness: 50 });
  const { port } = new URL(url);
  const half = Array.from({ length: 20 }, () => connect(Number(port), '127.0.0.1'));
  for (const socket of half) {
    socket.on('error', () => {});
    socket.write('GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\n');
  }
  // None of them answers a ping, or sends one where it is the client that does.
  const plain = JSON.stringify({ event: 'ss-join', args: [bobs, ''], id: 0 });
  const [old, now] = [alices, address('carol')].map((joined) => `420["ss-join","${joined}",""]`);
  const join = async (path: string, text = '', greeting?: string) => {
    const mute = new WebSocket(`${url}${path}`, { autoPong: false });
    mute.on('error', () => {});
    await once(mute, 'open');
    if (greeting !== undefined) {
      mute.send(greeting);
      for (let frame = ''; !frame.startsWith('40'); ) frame = String((await once(mute, 'message'))[0]);
    }
    mute.send(text);
  };
  await join('/star', plain);
  await join('/socket.io/?EIO=3&transport=websocket', old);
  await join('/socket.io/?EIO=4&transport=websocket', now, '40');
  await eventually(() => star.stats.joins.success === 3);
  await eventually(() => star.peers === 0);
  await eventually(() => star.connections === 0);
  for (const socket of half) socket.destroy();
});

it('joins that are cut off in the middle leave nobody behind', async () => {
  const { url, star } = await world.serve({ challenge: false, limits: { joinsPerSecondPerIp: 0 } });
  for (let n = 0; n < 30; n += 1) {
    const peer = await world.old(url);
    void peer.join(address(`${n}`));
    peer.socket.disconnect();
  }
  await eventually(() => star.connections === 0);
  expect({ addresses: star.addresses(), peers: star.peers }).toEqual({ addresses: [], peers: 0 });
});
