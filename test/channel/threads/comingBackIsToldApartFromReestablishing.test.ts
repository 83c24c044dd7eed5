/** Who comes back is told whether the channel had been left meanwhile, or only its line was cut (aeternity#4399): the first words are not the same. */
import { call, type Opened, opened, pays } from '../node/today.ts';
import { World } from '../node/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

const roles = ['initiator', 'responder'] as const;
const back = ({ channelId, fsmIds }: Opened, role: (typeof roles)[number]) =>
  call(world, role, { existing_channel_id: channelId, existing_fsm_id: fsmIds[role] });

test.each(roles)('the %s was cut', async (role) => {
  const channel = await opened(world);
  await channel[role].line.cut();
  const again = await back(channel, role);
  expect(await again.hears(3)).toEqual(['info fsm_up', 'info open', 'update']);
  again.says('system', { action: 'ping' });
  expect(await again.hears(1)).toEqual(['system.pong']);
});

test('both have left: each of them is told, whoever comes first', async () => {
  const channel = await opened(world, { keep_running: 'false' });
  channel.initiator.says('leave');
  for (const role of roles) await channel[role].line.closed;
  const [responder, initiator] = [await back(channel, 'responder'), await back(channel, 'initiator')];
  for (const again of [responder, initiator])
    expect(await again.hears(4)).toEqual(['info fsm_up', 'info channel_reestablished', 'info open', 'update']);
  await pays(responder, initiator, 1);
  await initiator.line.cut();
  expect(await (await back(channel, 'initiator')).hears(3)).toEqual(['info fsm_up', 'info open', 'update']);
});
