/**
 * An app that was switched out comes back to a channel that is open, and does not know whether the node has noticed (aepp-sdk-js#767): whichever way it
 * asks, it is in it, with the last state and what it is to sign (aeternity#3246).
 */
import { type Caller, call, opened, pays, seenOf } from '../node/today.ts';
import { alice, bob, fields, World } from '../node/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

/** The last state that both have signed. */
async function lastState(caller: Caller): Promise<string> {
  caller.says('get.offchain_state', {}, 1);
  return String(fields((await caller.next()).frame['result'])['signed_tx']);
}

async function noticed(other: Caller): Promise<void> {
  while (world.server.nodes.stats.connections > 1) {
    other.says('system', { action: 'ping' });
    await other.hears(1);
  }
}

test('with its fsm_id, as one that had left, while its place is taken by its own line of before', async () => {
  const { initiator, responder, channelId, fsmIds } = await opened(world);
  await pays(initiator, responder, 1);
  const again = await call(world, 'initiator', {
    existing_channel_id: channelId,
    existing_fsm_id: fsmIds.initiator,
    reestablish: 'true',
  });
  expect(await again.hears(3)).toEqual(['info fsm_up', 'info channel_reestablished', 'info open']);
  expect(seenOf(await again.next())).toMatchObject({ round: '2' });
  expect(await initiator.line.closed).toEqual([1008, 'another has taken this place']);
  await pays(again, responder, 1);
  expect(responder.line.unread).toEqual([]);
});

test('with the last state: what it was asked to sign is asked again', async () => {
  const { initiator, responder, channelId } = await opened(world);
  const state = await lastState(responder);
  initiator.says('update.new', { from: alice.modern, to: bob.modern, amount: 1 });
  await initiator.signs('update');
  expect(await responder.hears(2)).toEqual(['info update', 'sign.update_ack']);
  await responder.line.cut();
  await noticed(initiator);
  const again = await call(world, 'responder', {
    existing_channel_id: channelId,
    offchain_tx: state,
    reestablish: 'true',
  });
  const told = ['info fsm_up', 'info channel_reestablished', 'info open', 'update', 'info update'];
  expect(await again.hears(5)).toEqual(told);
  await again.signs('update_ack');
  expect(seenOf(await again.next())).toMatchObject({ round: '2' });
  expect(await initiator.hears(1)).toEqual(['update']);
});

test('with the last state, while its place is taken: it is told why not, and whoever has it goes on', async () => {
  const { initiator, responder, channelId } = await opened(world);
  const again = await call(world, 'initiator', {
    existing_channel_id: channelId,
    offchain_tx: await lastState(initiator),
    reestablish: 'true',
  });
  expect(await again.hears(1)).toEqual(['error 1018']);
  expect(await again.line.closed).toEqual([1008, 'the initiator of this channel is here already']);
  await pays(initiator, responder, 1);
});

test('with a wrong fsm_id: it is told why not, and whoever has its place goes on', async () => {
  const { initiator, responder, channelId, fsmIds } = await opened(world);
  const foreign = { existing_channel_id: channelId, existing_fsm_id: fsmIds.responder };
  for (const more of [foreign, { ...foreign, reestablish: 'true' }]) {
    const again = await call(world, 'initiator', more);
    const { frame } = await again.next();
    expect(frame).toMatchObject({ id: null, error: { code: 3, data: [{ code: 1016 }] } });
    expect(await again.line.closed).toEqual([1008, 'existing_fsm_id is another one']);
  }
  await pays(initiator, responder, 1);
});
