/** What an app hangs on a client may throw: a listener, an observer. The client goes on, and the error is reported. */
import { notices, RelayWorld } from './world.ts';

it('a listener that throws', async () => {
  const world = new RelayWorld();
  const alice = world.client();
  alice.on('addressed', () => {
    throw new Error('listener');
  });
  await world.until(alice.open());
  expect(await world.until(alice.route(alice.address, 1))).toEqual({ outcome: 'delivered' });
  expect(world.reports).toEqual([new Error('listener')]);
});

it('a listener that is taken off is told nothing more; the others are', async () => {
  const world = new RelayWorld();
  const alice = await world.open({ ack: false });
  const told = notices(alice, 'refused');
  const off = alice.on('refused', () => void told.push());
  off();
  off();
  await world.until(alice.route('nobody', 1));
  await world.pass(1);
  expect(told).toHaveLength(1);
});

it('a listener that closes the client, or routes, from within', async () => {
  const world = new RelayWorld();
  const alice = world.client();
  const routed: Promise<unknown>[] = [];
  alice.on('addressed', ({ address }) => void routed.push(alice.route(address, 1), alice.route(alice.address, 2)));
  await world.until(alice.open());
  const delivered = { outcome: 'delivered' };
  expect(await world.until(Promise.all(routed))).toEqual([delivered, delivered]);
  const bob = world.client();
  bob.on('addressed', () => void bob.close());
  void bob.open().catch(() => {});
  await world.until(bob.closed);
});

it('an observer that throws', async () => {
  const world = new RelayWorld();
  const inspect = () => {
    throw new Error('observer');
  };
  const alice = await world.open({ inspect });
  expect(await world.until(alice.route(alice.address, 1))).toEqual({ outcome: 'delivered' });
  await world.until(alice.close());
  expect(world.reports).toContainEqual(new Error('observer'));
});
