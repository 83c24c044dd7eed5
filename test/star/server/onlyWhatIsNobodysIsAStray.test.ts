/** Strays are messages of streams that were not there: a dial that is refused brings none, nor does what is more than a dial may carry. */
import { over, usePeers, wires } from '../peers.ts';
import { address } from '../world.ts';

const { serve, peer, old } = usePeers();

it.each(wires)('a dial that is refused, over %s://', async (wire) => {
  const { url, stats } = await serve({ challenge: false });
  const node = await peer(over(wire, url));
  const friend = await old(url);
  await friend.join(address('friend'));
  friend.answer = (answer) => answer('not today');
  for (const to of [address('nobody'), address('friend'), address('nobody')])
    await expect(node.dial(to)).rejects.toMatchObject({ name: 'StarRefused' });
  expect(stats).toMatchObject({ dials: { success: 0, failure: 3 }, strays: 0 });
});

it('a chunk that is more than a dial may carry', async () => {
  const { url, stats } = await serve({ challenge: false, limits: { streamBytes: 10 } });
  const [alice, bob] = [await old(url), await old(url)];
  await alice.join(address('alice'));
  await bob.join(address('bob'));
  expect(await alice.dial(address('alice'), address('bob'), 'd1')).toEqual([]);
  alice.queue('d1.dialer', Buffer.alloc(11));
  await alice.settled();
  expect(stats).toMatchObject({ cut: 2, strays: 0 });
  alice.queue('d1.dialer', Buffer.alloc(1));
  await alice.settled();
  expect(stats.strays).toBe(1);
});
