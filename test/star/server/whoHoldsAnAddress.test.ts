/** Two sockets and one address, one peer and two addresses. */
import { address, addressOf, eventually, keys, useStar } from '../world.ts';

const world = useStar();

it('the newest holder has it: the other one may not dial from it any more, and its end changes nothing', async () => {
  const { url, star } = await world.serve();
  const [old, fresh, carol] = [await world.old(url), await world.old(url), await world.old(url)];
  const [key, carols] = [keys.Ed25519(), keys.Ed25519()];
  const own = addressOf(key.id);
  await old.prove(key);
  await carol.prove(carols);
  expect((await fresh.prove(key))[0]).toBe(null);
  expect(await old.dial(own, addressOf(carols.id), 'd1')).toEqual(['Not authorized for this address']);
  expect(await fresh.dial(own, addressOf(carols.id), 'd2')).toEqual([]);
  old.socket.disconnect();
  await eventually(() => star.connections === 2);
  expect(await carol.dial(addressOf(carols.id), own, 'd3')).toEqual([]);
  await fresh.take(([event, id]) => event === 'ss-incomming' && id === 'd3');
});

it('the oldest holder keeps it, where the star says so', async () => {
  const { url } = await world.serve({ challenge: false, takeover: 'oldest' });
  const [first, second] = [await world.old(url), await world.old(url)];
  const own = address('alice');
  await first.join(own);
  expect(await second.join(own)).toEqual(['The address is held by another peer']);
  first.socket.emit('ss-leave', own);
  await first.settled();
  expect((await second.join(own))[0]).toBe(null);
});

it('a peer is found by its id, however its address is spelt', async () => {
  const { url } = await world.serve();
  const [alice, bob] = [await world.old(url), await world.old(url)];
  const [alices, bobs] = [keys.Ed25519(), keys.RSA()];
  const listed = `/dns4/star.example/tcp/443/wss/p2p-websocket-star/p2p/${bobs.id}`;
  await alice.prove(alices);
  await bob.prove(bobs, listed);
  for (const [n, to] of [
    listed,
    addressOf(bobs.id),
    `/dns4/star.example/tcp/80/ws/p2p-websocket-star/ipfs/${bobs.id}`,
  ].entries()) {
    expect(await alice.dial(addressOf(alices.id), to, `d${n}`)).toEqual([]);
  }
  // Of several addresses the one that was joined last.
  const second = await world.old(url);
  await second.prove(bobs, addressOf(bobs.id, '10.0.0.1'));
  expect(await alice.dial(addressOf(alices.id), addressOf(bobs.id), 'd4')).toEqual([]);
  await second.until('ss-incomming');
});

it('a peer may have several addresses, and dial itself', async () => {
  const { url, star } = await world.serve({ challenge: false });
  const alice = await world.old(url);
  const [one, two] = [address('one'), address('two')];
  await alice.join(one);
  expect(await alice.join(two)).toEqual([null, null, []]);
  expect(await alice.dial(one, two, 'd1')).toEqual([]);
  alice.accept('d1.listener');
  alice.queue('d1.dialer', Buffer.from('to myself'));
  alice.end('d1.dialer');
  alice.end('d1.listener');
  expect(await alice.until('queue')).toEqual(['queue', 'd1.dialer', Buffer.from('to myself')]);
  await alice.settled();
  await alice.settled();
  expect(star.openDials).toBe(0);
  alice.socket.emit('ss-leave', one);
  expect(await alice.dial(one, two, 'd2')).toEqual(['Not authorized for this address']);
  expect(star.addresses()).toEqual([two]);
});

it('who may join and dial is asked, where the star wants to know', async () => {
  const asked: unknown[] = [];
  const { url } = await world.serve({
    challenge: false,
    mayJoin: (joined, { ip, namespace }) => asked.push([joined, ip, namespace]) !== 2,
    mayDial: (from, to) => asked.push([from, to]) === 0,
  });
  const alice = await world.old(url);
  const [one, two] = [address('one'), address('two')];
  expect((await alice.join(one))[0]).toBe(null);
  expect(await alice.join(two)).toEqual(['The server does not allow it']);
  expect(await alice.dial(one, one, 'd1')).toEqual(['The server does not allow it']);
  expect(asked).toEqual([
    [one, '127.0.0.1', ''],
    [two, '127.0.0.1', ''],
    [one, one],
  ]);
});
