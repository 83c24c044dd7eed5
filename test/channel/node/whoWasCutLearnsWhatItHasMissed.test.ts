/** A client of today that was cut comes back by its `fsm_id`: it is told the last state and what happened meanwhile, and asked again what it was asked. */
import { Caller, call, opened, pays, seenOf, type Told } from './today.ts';
import { alice, bob, fields, World } from './world.ts';

let world: World;

const seenTx = ({ data }: Told) => String(data['tx']);

beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

test('a request to sign that was lost with the line is asked again, and a message that came meanwhile is told', async () => {
  const { initiator, responder, channelId, fsmIds } = await opened(world);
  await responder.line.cut();
  while (world.server.nodes.stats.connections > 1) {
    initiator.says('system', { action: 'ping' });
    await initiator.hears(1);
  }
  initiator.says('message', { to: bob.modern, info: 'hejsan' });
  initiator.says('update.new', { from: alice.modern, to: bob.modern, amount: 1 });
  await initiator.signs('update');
  const back = { existing_channel_id: channelId, existing_fsm_id: fsmIds.responder };
  const again = await call(world, 'responder', back);
  const up = await again.next();
  expect(up.data).toEqual({ event: 'fsm_up', fsm_id: fsmIds.responder });
  expect(await again.hears(3)).toEqual(['info open', 'update', 'info update']);
  await again.signs('update_ack');
  expect(seenOf(await again.next())).toMatchObject({ round: '2' });
  expect(await again.hears(1)).toEqual(['message']);
  expect(await initiator.hears(1)).toEqual(['update']);
});

test('an update that was finished meanwhile is the state that it is told', async () => {
  const { initiator, responder, channelId, fsmIds } = await opened(world);
  initiator.says('update.new', { from: alice.modern, to: bob.modern, amount: 1 });
  await initiator.signs('update');
  await initiator.line.cut();
  await responder.hears(1);
  await responder.signs('update_ack');
  await responder.hears(1);
  const back = { existing_channel_id: channelId, existing_fsm_id: fsmIds.initiator };
  const again = await call(world, 'initiator', back);
  expect(await again.hears(2)).toEqual(['info fsm_up', 'info open']);
  expect(seenOf(await again.next())).toMatchObject({ round: '2' });
  await pays(again, responder, 1);
});

test('who shows the fsm_id takes the place of whoever has it', async () => {
  const { initiator, responder, channelId, fsmIds } = await opened(world);
  const back = { existing_channel_id: channelId, existing_fsm_id: fsmIds.initiator };
  const again = await call(world, 'initiator', back);
  expect(await again.hears(3)).toEqual(['info fsm_up', 'info open', 'update']);
  expect(await initiator.line.closed).toEqual([1008, 'another has taken this place']);
  await pays(again, responder, 1);
});

test('who was cut before the channel is open comes back to it by its fsm_id, as to an open one', async () => {
  const initiator = await call(world, 'initiator');
  const responder = await call(world, 'responder');
  const [up] = [await initiator.next(), await initiator.hears(1), await responder.hears(2)];
  await initiator.signs('initiator_sign');
  await responder.hears(1);
  await responder.signs('responder_sign');
  const { frame } = await initiator.next();
  await initiator.line.cut();
  const channelId = String(fields(frame['params'])['channel_id']);
  const fsmId = String(up.data['fsm_id']);
  const early = await call(world, 'initiator', {
    existing_channel_id: channelId,
    offchain_tx: seenTx(await responder.next()),
  });
  expect(await early.hears(1)).toEqual(['error 108']);
  const again = await call(world, 'initiator', { existing_channel_id: channelId, existing_fsm_id: fsmId });
  const told = ['info fsm_up', 'info channel_accept', 'info funding_signed', 'on_chain_tx funding_signed'];
  expect(await again.hears(4)).toEqual(told);
  await world.server.chain.mine();
  for (const party of [again, responder])
    expect(await party.hears(5)).toEqual([
      'on_chain_tx channel_changed',
      'info own_funding_locked',
      'info funding_locked',
      'info open',
      'update',
    ]);
  await pays(again, responder, 1);
});

test('two who were gone before the channel was open leave nothing behind that is in the way of the next two', async () => {
  const gone = [await call(world, 'initiator'), await call(world, 'responder')] as const;
  const [first, second] = gone;
  await first.hears(2);
  await first.signs('initiator_sign');
  await second.hears(3);
  for (const { line } of gone) await line.cut();
  const { initiator, responder } = await opened(world);
  await pays(initiator, responder, 1);
});

test('a client of old and one of today have one channel', async () => {
  const initiator = new Caller(await world.connect('initiator', { era: 'modern', more: { protocol: 'json-rpc' } }));
  const responder = await world.connect('responder', { era: 'modern' });
  expect(await initiator.hears(2)).toEqual(['info fsm_up', 'info channel_accept']);
  await responder.next();
  await initiator.signs('initiator_sign');
  await responder.next();
  await responder.signs();
  expect(await initiator.hears(2)).toEqual(['info funding_signed', 'on_chain_tx funding_signed']);
  await world.server.chain.mine(5);
  await initiator.hears(5);
  expect((await responder.shows(4)).map(({ payload }) => payload)).toEqual([
    { tx: 'create with 2 signatures' },
    { event: 'own_funding_locked' },
    { event: 'funding_locked' },
    { event: 'open' },
  ]);
});

test('an idle channel that both have left does not die of it', async () => {
  const { initiator, channelId, fsmIds } = await opened(world, { timeout_idle: '3600000', keep_running: 'false' });
  initiator.says('leave');
  await initiator.line.closed;
  const again = await call(world, 'initiator', { existing_channel_id: channelId, existing_fsm_id: fsmIds.initiator });
  expect(await again.hears(4)).toEqual(['info fsm_up', 'info channel_reestablished', 'info open', 'update']);
});
