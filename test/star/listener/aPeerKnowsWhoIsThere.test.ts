/** Who is there, who comes and who goes, on both wires; who leaves is found and dialled no more, but keeps what is connected. */
import { KnownPeers } from '../../../src/star/index.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { all, connected, over, say, usePeers, wires } from '../peers.ts';

const { serve, peer } = usePeers();

describe.each(wires)('over %s://', (wire) => {
  it('tells who was there, who comes and who has left', async () => {
    const { url } = await serve({ refreshMs: 100 });
    const alice = await peer(over(wire, url), { forgetAfter: 400 });
    const bob = await peer(over(wire, url), { forgetAfter: 400 });
    expect(bob.known).toEqual([alice.address]);
    const changes = alice.peers.watch();
    expect(await changes.next()).toEqual({ done: false, value: { type: 'found', address: bob.address } });
    await bob.close();
    expect(await changes.next()).toEqual({ done: false, value: { type: 'left', address: bob.address } });
    expect(alice.known).toEqual([]);
    await alice.close();
    expect(await changes.next()).toEqual({ done: true, value: undefined });
  });

  it('is not dialled any more once it has left, and keeps what is connected', async () => {
    const { url } = await serve();
    const [alice, bob] = [await peer(over(wire, url)), await peer(over(wire, url))];
    const [dialled, taken] = await connected(alice, bob);
    bob.leave();
    expect(bob.servers).toMatchObject([{ state: 'open.left', streams: 2 }]);
    void say(dialled.writable, 'still here');
    expect(await all(taken.readable)).toBe('still here');
    await expect(alice.dial(bob.address)).rejects.toMatchObject({ code: 'peerNotFound' });
    await expect(bob.dial(alice.address)).rejects.toMatchObject({ code: 'notJoined' });
    await taken.close();
    await dialled.close();
  });

  it('sees only its namespace', async () => {
    const { url } = await serve();
    const [alice, bob] = [
      await peer(over(wire, url), { namespace: 'chess' }),
      await peer(over(wire, url), { namespace: 'go' }),
    ];
    const carol = await peer(over(wire, url), { namespace: 'go' });
    expect([alice.known, carol.known]).toEqual([[], [bob.address]]);
  });
});

it('collapses what nobody has looked at: to come and to go again is no change', async () => {
  const known = new KnownPeers({ clock: new SimulatedClock(), most: 2, mostBytes: 100, changed: () => {} });
  const changes = known.watch();
  known.found('s', ['a', 'b', 'c']);
  known.left('s', ['a']);
  known.found('t', ['b']);
  known.left('s', ['b']);
  expect(known.list()).toEqual(['b']);
  expect((await changes.next()).value).toEqual({ type: 'found', address: 'b' });
  known.forget('t');
  expect((await changes.next()).value).toEqual({ type: 'left', address: 'b' });
  const waiting = changes.next();
  known.end();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

it('takes for gone whom a server of old does not tell of any more, each server for itself', () => {
  const clock = new SimulatedClock();
  const told: string[] = [];
  const known = new KnownPeers({
    clock,
    most: 10,
    mostBytes: 100,
    changed: ({ type, address }) => void told.push(`${type} ${address}`),
  });
  for (const server of ['s', 't']) known.expire(server, 40_000);
  known.found('s', ['a', 'b']);
  known.found('t', ['b', 'c']);
  for (let seconds = 0; seconds < 50; seconds += 10) {
    clock.advance(10_000);
    known.found('s', ['a']);
  }
  expect(told).toEqual(['found a', 'found b', 'found c', 'left b', 'left c']);
  known.end();
  expect(clock.waiting).toBe(0);
});
