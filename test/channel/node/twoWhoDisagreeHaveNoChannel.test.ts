/** The pair is found by initiator, responder and port; on the rest both "must agree". */
import { World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

describe('two who say otherwise of', () => {
  it.each([
    ['lock_period', '11'],
    ['push_amount', '2'],
    ['initiator_amount', '11'],
    ['responder_amount', '11'],
    ['channel_reserve', '1'],
    ['ttl', '999'],
  ])('%s are both told, and closed', async (name, value) => {
    const initiator = await world.connect('initiator');
    const responder = await world.connect('responder', { more: { [name]: value } });
    expect(await responder.closed).toEqual([1008, `the initiator says otherwise of ${name}`]);
    expect(await initiator.closed).toEqual([1008, `the responder says otherwise of ${name}`]);
    expect(world.server.nodes.stats.channels).toBe(0);
  });

  it('minimum_depth are both told, and closed', async () => {
    const initiator = await world.connect('initiator', { more: { minimum_depth: '3' } });
    const responder = await world.connect('responder', { more: { minimum_depth: '4' } });
    expect(await responder.closed).toEqual([1008, 'the initiator says otherwise of minimum_depth']);
    expect(await initiator.closed).toEqual([1008, 'the responder says otherwise of minimum_depth']);
  });
});

describe('the minimum depth', () => {
  it.each(['initiator', 'responder'] as const)('is what the %s alone has said', async (role) => {
    const more = { minimum_depth: '1' };
    const initiator = await world.connect('initiator', role === 'initiator' ? { more } : {});
    const responder = await world.connect('responder', role === 'responder' ? { more } : {});
    await initiator.next();
    await initiator.signs();
    await responder.shows(2);
    await responder.signs();
    await initiator.shows(2);
    await world.server.chain.mine(1);
    await initiator.settled();
    expect(initiator.unread).toEqual([]);
    await world.server.chain.mine(1);
    expect(await initiator.next()).toMatchObject({ payload: { event: 'own_funding_locked' } });
  });
});

describe('the same two', () => {
  it('can have several channels at once, with other parameters or another port', async () => {
    const first = await world.opened();
    const second = await world.opened({ more: { channel_reserve: '1' } });
    const third = await world.opened({ more: { port: '4321' } });
    for (const [one, other] of [first, second, third]) await world.updated(one, other, 1);
    expect(world.server.nodes.stats.channels).toBe(3);
    expect(world.server.chain.locked).toBe(60n);
  });

  it('can have the same channel again when the last one is closed', async () => {
    for (let round = 0; round < 2; round += 1) {
      const [one, other] = await world.opened();
      one.type({ action: 'shutdown' });
      await one.signs();
      await other.signs();
      await one.shows(2);
      await Promise.all([one.closed, other.closed]);
      await world.server.chain.mine();
    }
    expect(world.server.chain.locked).toBe(0n);
    expect(world.reports).toEqual([]);
  });
});

describe('a third client', () => {
  it('on a taken role is closed with the reason, and the channel is intact', async () => {
    const initiator = await world.connect('initiator');
    const early = await world.connect('initiator');
    expect(await early.closed).toEqual([1008, 'the initiator of this channel is here already']);
    await initiator.leave();
    const [one, other] = await world.opened();
    for (const role of ['initiator', 'responder'] as const) {
      const third = await world.connect(role);
      expect(await third.closed).toEqual([1008, `the ${role} of this channel is here already`]);
    }
    await world.updated(one, other, 1);
  });
});
