/**
 * A responder that keeps running stays when the initiator leaves, and is told when it is gone and when it is back: as nodes of today have it, and as the
 * clients of today expect that do not say otherwise.
 */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { call, type Opened, opened, pays } from '../node/today.ts';
import { alice, bob, World, type Wscat } from '../node/world.ts';

let world: World;
let clock: SimulatedClock;
beforeEach(async () => {
  clock = new SimulatedClock(1_000_000);
  world = await World.open({ clock });
});
afterEach(() => world.close());

const returns = ({ channelId, fsmIds }: Opened, role: 'initiator' | 'responder') =>
  call(world, role, { existing_channel_id: channelId, existing_fsm_id: fsmIds[role] });

/** The initiator has left. */
async function left(more: Readonly<Record<string, string>> = {}): Promise<Opened> {
  const channel = await opened(world, more);
  channel.initiator.says('leave');
  expect(await channel.initiator.hears(1)).toEqual(['leave']);
  expect(await channel.initiator.line.closed).toEqual([1000, '']);
  expect(await channel.responder.hears(2)).toEqual(['leave', 'info peer_disconnected']);
  return channel;
}

test.each([
  ['as it asks', { keep_running: 'true' }],
  ['as a client of today that does not say', {}],
])('it stays, %s, and goes on when the other is back', async (_, more) => {
  const channel = await left(more);
  const { responder } = channel;
  const again = await returns(channel, 'initiator');
  expect(await again.hears(4)).toEqual(['info fsm_up', 'info channel_reestablished', 'info open', 'update']);
  expect(await responder.hears(2)).toEqual(['info channel_reestablished', 'info open']);
  await pays(responder, again, 1);
  await pays(again, responder, 1);
});

test('it leaves as well where it does not keep running, and when it is the one that leaves', async () => {
  for (const [leaver, keep_running] of [
    ['initiator', 'false'],
    ['responder', 'true'],
  ] as const) {
    const channel = await opened(world, { keep_running });
    channel[leaver].says('leave');
    for (const party of [channel.initiator, channel.responder]) {
      expect(await party.hears(1)).toEqual(['leave']);
      expect(await party.line.closed).toEqual([1000, '']);
      expect(party.line.unread).toEqual([]);
    }
  }
});

/** An open channel in the frames of old. */
async function openedOfOld(more: Readonly<Record<string, string>>, count: number): Promise<readonly [Wscat, Wscat]> {
  const [initiator, responder] = [
    await world.connect('initiator', { more }),
    await world.connect('responder', { more }),
  ];
  await initiator.shows(count - 1);
  await initiator.signs();
  await responder.shows(count);
  await responder.signs();
  await initiator.shows(2);
  await responder.next();
  await world.server.chain.mine(5);
  await Promise.all([initiator, responder].map((party) => party.shows(count + 1)));
  return [initiator, responder];
}

test('an initiator cannot stay', async () => {
  const [initiator, responder] = await openedOfOld({ keep_running: 'true', states: 'true' }, 3);
  responder.type({ action: 'leave' });
  expect(await initiator.next()).toMatchObject({ action: 'leave' });
  expect(await initiator.closed).toEqual([1000, '']);
});

test('it does not die of idleness while it waits', async () => {
  const channel = await left({ timeout_idle: '5000' });
  clock.advance(60_000);
  channel.responder.says('system', { action: 'ping' });
  expect(await channel.responder.hears(1)).toEqual(['system.pong']);
  const again = await returns(channel, 'initiator');
  await again.hears(4);
  await channel.responder.hears(2);
  await pays(channel.responder, again, 1);
});

test('when its own line breaks meanwhile, it is told again that it is alone', async () => {
  const channel = await left();
  await channel.responder.line.cut();
  const back = await returns(channel, 'responder');
  expect(await back.hears(4)).toEqual(['info fsm_up', 'info open', 'update', 'info peer_disconnected']);
  const again = await returns(channel, 'initiator');
  await again.hears(4);
  expect(await back.hears(2)).toEqual(['info channel_reestablished', 'info open']);
});

test('what it begins meanwhile is signed when the other is back', async () => {
  const channel = await left();
  const { responder } = channel;
  responder.says('update.new', { from: bob.modern, to: alice.modern, amount: 1 });
  await responder.signs('update');
  const again = await returns(channel, 'initiator');
  const told = ['info fsm_up', 'info channel_reestablished', 'info open', 'update', 'info update'];
  expect(await again.hears(5)).toEqual(told);
  await again.signs('update_ack');
  expect(await responder.hears(3)).toEqual(['info channel_reestablished', 'info open', 'update']);
});

test('a line that breaks is no leaving: nobody is told', async () => {
  const channel = await opened(world);
  await channel.initiator.line.cut();
  const again = await returns(channel, 'initiator');
  expect(await again.hears(3)).toEqual(['info fsm_up', 'info open', 'update']);
  await pays(channel.responder, again, 1);
});

test('in the frames of old, who asks for it and takes more than the text', async () => {
  const [initiator, responder] = await openedOfOld({ keep_running: 'true', states: 'true' }, 3);
  initiator.type({ action: 'leave' });
  expect(await responder.shows(2)).toEqual([
    { action: 'leave', channel_id: expect.stringMatching(/^ch\$/), payload: { state: 'create with 2 signatures' } },
    { action: 'info', payload: { event: 'peer_disconnected' } },
  ]);
});

test('in the text’s own words there is no staying', async () => {
  const [initiator, responder] = await openedOfOld({ keep_running: 'true' }, 2);
  initiator.type({ action: 'leave' });
  expect(await responder.next()).toMatchObject({ action: 'leave' });
  expect(await responder.closed).toEqual([1000, '']);
});

test('what is neither true nor false makes no sense', async () => {
  const responder = await world.connect('responder', { more: { keep_running: 'maybe' } });
  expect(await responder.closed).toEqual([1008, 'keep_running is not true or false']);
});
