/** When the other peer's line breaks, what has come is no whole file: our client is told so over either wire, clients of old hear what they always heard. */

import { over, usePeers, wires } from '../peers.ts';
import { address } from '../world.ts';

const { serve, peer, old } = usePeers();
const alices = address('alice');

it.each(wires)('our client over %s://', async (wire) => {
  const { url } = await serve({ challenge: false });
  const bob = await peer(over(wire, url));
  const alice = await old(url);
  await alice.join(alices);
  const incoming = bob.incoming();
  expect(await alice.dial(alices, bob.address, 'd')).toEqual([]);
  const { value: connection } = await incoming.next();
  alice.queue('d.dialer', Buffer.from('half'));
  await alice.settled();
  const reader = connection.readable.getReader();
  expect(Buffer.from((await reader.read()).value).toString()).toBe('half');
  alice.socket.disconnect();
  await expect(reader.read()).rejects.toMatchObject({ code: 'cut' });
});

it('a client of old', async () => {
  const { url } = await serve({ challenge: false });
  const bobs = address('bob');
  const [alice, bob] = [await old(url), await old(url)];
  await alice.join(alices);
  await bob.join(bobs);
  await alice.dial(alices, bobs, 'd');
  alice.queue('d.dialer', Buffer.from('half'));
  await alice.settled();
  alice.socket.disconnect();
  expect(await bob.until('error', 'd.dialer')).toEqual(['error', 'd.dialer', true]);
});
