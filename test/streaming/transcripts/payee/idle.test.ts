/** What a channel comes to between `newChannel` and the first payment. */
import { Trust } from '../../../../src/streaming/trust.ts';
import { usePayees } from '../../world.ts';

/** A place of settlement that takes a moment to show what is in a channel. */
class Slow extends Trust {
  show = () => {};
  readonly #shown = new Promise<void>((resolve) => {
    this.show = resolve;
  });
  override async deposit(...channel: Parameters<Trust['deposit']>): Promise<string> {
    await this.#shown;
    return super.deposit(...channel);
  }
}

describe('while the money is looked for', () => {
  const settlement = new Slow('1000');
  const world = usePayees({ settlement });

  it('keeps a play that comes right behind newChannel, and asks when the channel is verified', async () => {
    const [peer, purse] = [await world.peer(), await world.purse()];
    peer.say('publicKey', { extensions: true });
    await peer.hears();
    peer.say('newChannel', purse.first());
    peer.say('play', purse.key);
    expect(await peer.answers({ extensions: true })).toEqual([]);
    settlement.show();
    expect(await peer.hears()).toEqual(['latestState', purse.first()]);
    expect((await peer.hears())[0]).toBe('pay');
    peer.say('pay', await purse.pays(1), { sequence: 1, sent: '10' });
    expect((await peer.hears())[0]).toBe('secret');
  });
});

describe('a channel in which nothing is paid', () => {
  const world = usePayees({ limits: { openTimeout: 60 } });

  it('is forgotten in time, and can be announced again', async () => {
    const [peer, purse] = [await world.peer(), await world.purse()];
    peer.say('newChannel', purse.first());
    await peer.hears();
    while (world.payees().stats.channels > 0) await new Promise((resolve) => setImmediate(resolve));
    peer.say('latestState', purse.key);
    expect(await peer.hears()).toEqual(['latestState', null]);
    peer.say('newChannel', purse.first());
    expect(await peer.hears()).toEqual(['latestState', purse.first()]);
  });
});
