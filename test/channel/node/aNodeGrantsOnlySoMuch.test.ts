/** What one socket does, however hostile, costs the others nothing. */
import { alice, bob, queryOf, World, Wscat } from './world.ts';

let world: World;

afterEach(() => world.close());

const refusalOf = (wscat: Wscat) =>
  new Promise<string>((resolve) => wscat.socket.on('error', (e) => resolve(e.message)));

describe('a node', () => {
  it('takes frames of 64 KiB and no larger', async () => {
    world = await World.open();
    const [one, other] = await world.opened();
    const info = 'x'.repeat(60_000);
    one.type({ action: 'message', payload: { info, to: bob.legacy } });
    expect(await other.next()).toMatchObject({ payload: { message: { info } } });
    one.type('x'.repeat(65_537));
    expect((await one.closed)[0]).toBe(1009);
    const back = await world.connect('initiator');
    await back.shows(2);
    await world.updated(other, back, 1);
  });

  it('answers a binary frame as what is no message', async () => {
    world = await World.open();
    const [one] = await world.opened();
    one.socket.send(new Uint8Array([1, 2, 3]));
    expect(await one.next()).toEqual({ action: 'error', payload: { reason: 'broken_encoding', request: null } });
    await one.settled();
  });

  it('takes only so many sockets from one address', async () => {
    world = await World.open({ limits: { connectionsPerIp: 2 } });
    const [one, other] = await world.opened();
    const third = new Wscat(`${world.server.url}/channel?${queryOf('initiator')}`, alice);
    expect(await refusalOf(third)).toContain('429');
    await world.updated(one, other, 1);
    await one.leave();
    await other.settled();
    const back = await world.connect('initiator');
    await back.shows(2);
  });

  it('takes only so many channels', async () => {
    world = await World.open({ limits: { channels: 1 } });
    const [one, other] = await world.opened();
    const third = await world.connect('initiator', { more: { port: '1' } });
    expect(await third.closed).toEqual([1013, 'there are too many channels']);
    await world.updated(one, other, 1);
  });

  it('reads more slowly who speaks too fast, and loses nothing', async () => {
    world = await World.open({ limits: { messagesPerSecond: 100 } });
    const [one, other] = await world.opened();
    for (let count = 0; count < 250; count += 1)
      one.type({ action: 'message', payload: { info: `${count}`, to: bob.legacy } });
    const seen = await other.shows(250);
    expect(seen.at(-1)).toMatchObject({ payload: { message: { info: '249' } } });
    await world.updated(other, one, 1);
  });

  it('forgets a pair that never was', async () => {
    world = await World.open();
    for (let count = 1; count <= 20; count += 1) {
      const lonely = await world.connect('initiator', { more: { port: `${count}` } });
      await lonely.leave();
    }
    const [one, other] = await world.opened();
    await world.updated(one, other, 1);
    expect(world.server.nodes.stats.channels).toBe(1);
  });
});
