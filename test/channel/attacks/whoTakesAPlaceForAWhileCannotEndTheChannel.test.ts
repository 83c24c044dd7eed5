/**
 * Nobody proves a key by connecting: while a party is away, anybody can take its place with a query that asks for the shortest of all timers. It must
 * not be able to end a channel with money in it, nor to spoil what the two do later.
 */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { alice, bob, World, type Wscat } from '../node/world.ts';

let world: World;
let clock: SimulatedClock;

beforeEach(async () => {
  clock = new SimulatedClock(1_000_000);
  world = await World.open({ clock });
});
afterEach(() => world.close());

async function withAStranger(name: string): Promise<readonly [Wscat, Wscat]> {
  const [initiator, responder] = await world.opened();
  await responder.cut();
  const stranger = await world.connect('responder', { more: { [`timeout_${name}`]: '1' } });
  await stranger.shows(2);
  await stranger.cut();
  const back = await world.connect('responder');
  await back.shows(2);
  return [initiator, back];
}

it.each(['idle', 'open'])('timeout_%s', async (name) => {
  const [initiator, responder] = await withAStranger(name);
  clock.advance(10_000);
  await world.updated(initiator, responder, 1);
  clock.advance(10_000);
  await world.updated(responder, initiator, 1);
});

it.each(['sign', 'accept'])('timeout_%s', async (name) => {
  const [initiator] = await withAStranger(name);
  initiator.type({ action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } });
  const asked = await initiator.next();
  clock.advance(10_000);
  initiator.type({ action: 'ping' });
  expect(asked).toMatchObject({ action: 'sign' });
  expect(await initiator.next()).toMatchObject({ action: 'error', payload: { reason: 'unknown_request' } });
});
