/** The initiator vanishes without a word (aeternity#3168): the responder is told what becomes of the channel, its node does not fall over, and it can go on. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { call, opened, pays } from '../node/today.ts';
import { alice, bob, World } from '../node/world.ts';

let world: World;
let clock: SimulatedClock;
beforeEach(async () => {
  clock = new SimulatedClock(1_000_000);
  world = await World.open({ clock });
});
afterEach(async () => {
  await world.close();
  expect(world.reports).toEqual([]);
});

test('before it has signed the opening: the channel dies in time, and the next one opens', async () => {
  const [initiator, responder] = [await call(world, 'initiator'), await call(world, 'responder')];
  await initiator.hears(3);
  expect(await responder.hears(2)).toEqual(['info fsm_up', 'info channel_open']);
  await initiator.line.cut();
  clock.advance(120_000);
  expect(await responder.hears(2)).toEqual(['info timeout', 'info died']);
  expect(await responder.line.closed).toEqual([1000, '']);
  const next = await opened(world);
  await pays(next.initiator, next.responder, 1);
});

test('with its own update under way: the update is void in time, and the channel is not', async () => {
  const { initiator, responder, channelId, fsmIds } = await opened(world);
  initiator.says('update.new', { from: alice.modern, to: bob.modern, amount: 1 });
  expect(await initiator.hears(1)).toEqual(['sign.update']);
  await initiator.line.cut();
  clock.advance(500_000);
  const back = await call(world, 'initiator', { existing_channel_id: channelId, existing_fsm_id: fsmIds.initiator });
  expect(await back.hears(3)).toEqual(['info fsm_up', 'info open', 'update']);
  await pays(responder, back, 1);
});

test('with the responder’s update to acknowledge: it is void in time, and the next one is signed when the initiator is back', async () => {
  const { initiator, responder, channelId, fsmIds } = await opened(world);
  await initiator.line.cut();
  const update = { from: bob.modern, to: alice.modern, amount: 1 };
  responder.says('update.new', update);
  await responder.signs('update');
  responder.says('system', { action: 'ping' });
  expect(await responder.hears(1)).toEqual(['system.pong']);
  clock.advance(120_000);
  const { method, data } = await responder.next();
  expect([method, data['error_code']]).toEqual(['conflict', 3]);
  responder.says('update.new', update);
  await responder.signs('update');
  const back = await call(world, 'initiator', { existing_channel_id: channelId, existing_fsm_id: fsmIds.initiator });
  expect(await back.hears(4)).toEqual(['info fsm_up', 'info open', 'update', 'info update']);
  await back.signs('update_ack');
  expect(await responder.hears(1)).toEqual(['update']);
});
