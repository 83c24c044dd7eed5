/** What cannot be kept is not done: the parties' sockets are closed, and nothing was told that is not so. */
import { UnsyncedStore } from '../../../src/testing/index.ts';
import { alice, bob, World } from './world.ts';

describe('a store that fails', () => {
  it('closes the sockets of its channel, and the channel goes on from where it was', async () => {
    const writes = async (store: UnsyncedStore) => {
      const world = await World.open({ store });
      await world.opened();
      const count = store.writes;
      await world.close();
      return count;
    };
    const count = await writes(new UnsyncedStore());
    const store = new UnsyncedStore({ crashAt: count + 1, when: 'before', fault: 'throws' });
    const world = await World.open({ store });
    const [one, other] = await world.opened();
    one.type({ action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } });
    expect(await Promise.all([one.closed, other.closed])).toEqual([
      [1011, 'Internal error'],
      [1011, 'Internal error'],
    ]);
    expect([...one.unread, ...other.unread]).toEqual([]);
    expect(world.reports).toHaveLength(1);
    await world.close();

    const again = await World.open({ store: store.reopen() });
    const [first, second] = [await again.connect('initiator'), await again.connect('responder')];
    await first.shows(2);
    await second.shows(2);
    await again.updated(first, second, 1);
    await again.close();
  });
});
