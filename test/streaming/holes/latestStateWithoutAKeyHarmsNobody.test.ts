/** The sixth hole: `latestState` without its argument ended the process. */
import { keyOf, usePayees } from '../world.ts';

const world = usePayees();

it.each([
  '["latestState"]',
  '["latestState",null]',
  '["latestState",[]]',
  '["latestState",{}]',
  '["latestState",1e999]',
])('%s is refused, and everybody is served on', async (frame) => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  const other = await world.peer();
  other.say('publicKey', { extensions: true });
  await other.hears();
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  other.raw(frame);
  expect(await other.hears()).toEqual(['refused', expect.any(String), 'malformed']);
  peer.say('pay', await purse.pays(1));
  expect(await peer.hears()).toEqual(['secret', keyOf(0)]);
  other.say('latestState', purse.key);
  expect((await other.hears())[0]).toBe('latestState');
  expect(world.reports()).toEqual([]);
});
