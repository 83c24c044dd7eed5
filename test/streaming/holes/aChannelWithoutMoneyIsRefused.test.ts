/** The fourth hole: nobody looked whether there was a channel at all. Here the place of settlement is asked, and its word counts. */
import { Trust } from '../../../src/streaming/trust.ts';
import { usePayees } from '../world.ts';

describe.each(['0', '29'])('a channel of 30 in which the place of settlement shows %s', (deposit) => {
  const world = usePayees({ settlement: new Trust(deposit), limits: { openTimeout: 100 } });

  it('gets no latestState, no pay and no key', async () => {
    const [peer, purse] = [await world.peer(), await world.purse()];
    peer.say('newChannel', purse.first());
    while (world.payees().stats.refused === 0) expect(await peer.answers()).toEqual([]);
    peer.say('play', purse.key);
    peer.say('pay', await purse.pays(1));
    expect(await peer.answers()).toEqual([]);
    expect(world.payees().stats).toMatchObject({ payments: 0, released: 0 });
    expect(world.told().all.map(({ notice }) => notice.type)).not.toContain('opened');
  });

  it('is told so, if it knows the word', async () => {
    const [peer, purse] = [await world.peer(), await world.purse()];
    peer.say('publicKey', { extensions: true });
    await peer.hears();
    peer.say('newChannel', purse.first());
    expect(await peer.hears()).toEqual(['refused', 'newChannel', 'unfunded']);
    expect(world.payees().balance(purse.key)?.sent ?? '0').toBe('0');
  });
});
