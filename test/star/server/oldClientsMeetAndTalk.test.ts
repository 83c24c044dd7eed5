/** Clients of socket.io 2 and 4, as they are: they join with the challenge, see each other, dial, and bytes go both ways. */
import { address, addressOf, generations, keys, useStar } from '../world.ts';

const world = useStar();
const pairs = Object.entries(generations).flatMap(([first, one]) =>
  Object.entries(generations).map(([second, other]) => [first, second, one, other] as const),
);

it.each(pairs)('one of %s and one of %s', async (_, __, one, other) => {
  const { url, star } = await world.serve();
  const [a, b] = [await world.old(url, one), await world.old(url, other)];
  const [alice, bob] = [keys.Ed25519(), keys.Ed25519()];

  expect(await a.prove(alice)).toEqual([null, null, []]);
  expect(await b.prove(bob)).toEqual([null, null, [addressOf(alice.id)]]);
  expect(await a.until('ws-peer')).toEqual(['ws-peer', addressOf(bob.id)]);

  expect(await a.dial(addressOf(alice.id), addressOf(bob.id), 'dial-1')).toEqual([]);
  expect(await b.until('ss-incomming')).toEqual(['ss-incomming', 'dial-1', addressOf(alice.id)]);
  await a.until('accept', 'dial-1.dialer');
  a.accept('dial-1.listener');
  await b.until('accept', 'dial-1.listener');

  a.queue('dial-1.dialer', Buffer.from('hello'));
  a.end('dial-1.dialer');
  b.queue('dial-1.listener', Buffer.from('world'));
  b.end('dial-1.listener');
  expect(await b.until('queue')).toEqual(['queue', 'dial-1.dialer', Buffer.from('hello')]);
  expect(await b.until('error')).toEqual(['error', 'dial-1.dialer', true]);
  expect(await a.until('queue')).toEqual(['queue', 'dial-1.listener', Buffer.from('world')]);
  expect(await a.until('error')).toEqual(['error', 'dial-1.listener', true]);

  await a.settled();
  await b.settled();
  expect({ open: star.openDials, dials: star.stats.dials, bytes: star.stats.bytes }).toEqual({
    open: 0,
    dials: { success: 1, failure: 0 },
    bytes: 10,
  });
});

it.each([
  ['a good one', true],
  ['a reason', 'the disk is full'],
  ['an Error, of which JSON has left nothing', {}],
])('the end of a stream is passed on as it was said: %s', async (_, said) => {
  const { url, star } = await world.serve({ challenge: false });
  const [alice, bob] = [await world.old(url), await world.old(url)];
  await alice.join(address('alice'));
  await bob.join(address('bob'));
  expect(await alice.dial(address('alice'), address('bob'), 'd1')).toEqual([]);
  alice.queue('d1.dialer', Buffer.alloc(0));
  alice.end('d1.dialer', said);
  expect(await bob.until('queue')).toEqual(['queue', 'd1.dialer', Buffer.alloc(0)]);
  expect(await bob.until('error')).toEqual(['error', 'd1.dialer', said]);
  expect(star.stats.violations).toBe(0);
});
