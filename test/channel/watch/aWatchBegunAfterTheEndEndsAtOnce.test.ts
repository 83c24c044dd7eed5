/** The chain has done with the channel, and a watch has seen it: who begins another one over it has nothing to wait for, and hears what was paid out. */
import { World } from './world.ts';

it('hears what was paid out, and asks the chain nothing', async () => {
  const world = await World.open();
  await world.knows(5, [3n, 17n]);
  await world.until('watching.resting');
  const paid = world.watch.closeAlone();
  await world.until('closingAlone.resting');
  await world.chain.mine();
  await world.look('awaitingLockPeriod.resting');
  await world.chain.mine(5);
  await world.look('settling.resting');
  await world.chain.mine();
  await world.look('settled');
  const settled = { initiatorAmount: 3n, responderAmount: 17n };
  expect(await paid).toEqual(settled);
  await world.watch.ended;
  world.told.length = 0;
  world.faults.isAway = true;
  await world.restart();
  await world.watch.ended;
  expect(await world.watch.closeAlone()).toEqual(settled);
  expect(world.told).toEqual([{ type: 'settled', paid: settled }]);
  expect(world.reports).toEqual([]);
});
