/** Two clients of today and the node, in JSON-RPC: opening, paying, depositing, withdrawing, refusing, leaving, coming back, and closing. */
import { type Caller, call, opened, pays, seenOf } from './today.ts';
import { alice, bob, World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

test('a channel is opened as the nodes of today do it', async () => {
  const initiator = await call(world, 'initiator');
  const responder = await call(world, 'responder');
  const up = await initiator.next();
  expect(up.frame).toEqual({
    jsonrpc: '2.0',
    version: 1,
    method: 'channels.info',
    params: { channel_id: null, data: { event: 'fsm_up', fsm_id: expect.stringMatching(/^ba_/) } },
  });
  expect(await initiator.hears(1)).toEqual(['info channel_accept']);
  expect(await responder.hears(2)).toEqual(['info fsm_up', 'info channel_open']);
  const asked = await initiator.signs('initiator_sign');
  expect(asked['updates']).toEqual([]);
  expect(await responder.hears(1)).toEqual(['info funding_created']);
  await responder.signs('responder_sign');
  expect(await initiator.hears(2)).toEqual(['info funding_signed', 'on_chain_tx funding_signed']);
  expect(await responder.hears(1)).toEqual(['on_chain_tx funding_created']);
  await world.server.chain.mine();
  const last = ['on_chain_tx channel_changed', 'info own_funding_locked', 'info funding_locked', 'info open', 'update'];
  expect(await initiator.hears(5)).toEqual(last);
  expect(await responder.hears(5)).toEqual(last);
});

test('who signs first is given a transaction with no signature, and the other one with one', async () => {
  const { initiator } = await opened(world);
  initiator.says('update.new', { from: alice.modern, to: bob.modern, amount: 2, meta: ['for the film'] });
  const first = await initiator.next();
  expect(first.data['updates']).toEqual([
    { op: 'OffChainTransfer', from: alice.modern, to: bob.modern, amount: 2 },
    { op: 'OffChainMeta', data: 'for the film' },
  ]);
  expect(seenOf(first)).toMatchObject({ kind: 'offchain', round: '2', signatures: [] });
});

test('the acknowledger is told first that an update is finished', async () => {
  const { initiator, responder } = await opened(world);
  await pays(initiator, responder, 2);
  await pays(responder, initiator, 1);
  initiator.says('get.balances', { accounts: [alice.modern, bob.modern] }, 7);
  const { frame } = await initiator.next();
  expect(frame).toMatchObject({ id: 7, result: [{ account: alice.modern }, { account: bob.modern }] });
});

async function changes(kind: 'deposit' | 'withdraw', starter: Caller, other: Caller): Promise<void> {
  starter.says(kind, { amount: 5 });
  const asked = await starter.signs(`${kind}_tx`);
  const [op, whose] = kind === 'deposit' ? ['OffChainDeposit', 'from'] : ['OffChainWithdrawal', 'to'];
  expect(asked['updates']).toEqual([{ op, [whose]: starter.line.person.modern, amount: 5 }]);
  expect(await other.hears(1)).toEqual([`info ${kind}_created`]);
  await other.signs(`${kind}_ack`);
  for (const party of [starter, other]) expect(await party.hears(1)).toEqual([`on_chain_tx ${kind}_created`]);
  await world.server.chain.mine();
  const last = ['on_chain_tx channel_changed', `info own_${kind}_locked`, `info ${kind}_locked`, 'update'];
  for (const party of [starter, other]) expect(await party.hears(4)).toEqual(last);
}

test('deposits and withdrawals change what is in the channel once they are deep enough', async () => {
  const { initiator, responder, channelId } = await opened(world);
  const before = world.server.chain.locked;
  await changes('deposit', initiator, responder);
  expect(world.server.chain.locked).toBe(before + 5n);
  await changes('withdraw', responder, initiator);
  expect(world.server.chain.locked).toBe(before);
  await pays(initiator, responder, 1);
  expect(channelId).toMatch(/^ch_/);
});

test.each([
  ['update', 'update', 'update_ack', { from: alice.modern, to: bob.modern, amount: 1 }],
  ['deposit', 'deposit_tx', 'deposit_ack', { amount: 5 }],
  ['withdraw', 'withdraw_tx', 'withdraw_ack', { amount: 5 }],
  ['shutdown', 'shutdown_sign', 'shutdown_sign_ack', {}],
])('who does not sign says so with a code: %s', async (what, tag, ack, params) => {
  const { initiator, responder } = await opened(world);
  const method = what === 'update' ? 'update.new' : what;
  initiator.says(method, params);
  await initiator.signs(tag, 147);
  expect(await initiator.hears(1)).toEqual(['info aborted_update']);
  initiator.says(method, params);
  await initiator.signs(tag);
  if (what !== 'shutdown') await responder.hears(1);
  await responder.signs(ack, 148);
  expect(await responder.hears(1)).toEqual(['info aborted_update']);
  const { method: conflict, data } = await initiator.next();
  expect({ conflict, ...data }).toMatchObject({
    conflict: 'conflict',
    round: 1,
    error_code: 148,
    error_msg: 'user-defined',
  });
  await pays(responder, initiator, 1);
});

test('two who begin at once are asked to sign, and told of the conflict when they have', async () => {
  const { initiator, responder } = await opened(world);
  responder.says('update.new', { from: bob.modern, to: alice.modern, amount: 1 });
  const first = await responder.next();
  initiator.says('update.new', { from: alice.modern, to: bob.modern, amount: 1 });
  await initiator.signs('update');
  const [told] = [await initiator.next()];
  expect(told.data).toMatchObject({ round: 1, error_code: 2, error_msg: 'conflict' });
  responder.says('update', { error: 1 });
  expect(first.method).toBe('sign.update');
  expect(await responder.hears(1)).toEqual(['info aborted_update']);
  await pays(initiator, responder, 1);
});

test('a ping is answered with the name of the channel', async () => {
  const { initiator, channelId } = await opened(world);
  initiator.says('system', { action: 'ping' });
  const { frame } = await initiator.next();
  expect(frame).toMatchObject({ method: 'channels.system.pong', params: { channel_id: channelId } });
});

test('a channel that both have left is as they left it when they come back', async () => {
  const { initiator, responder, channelId, fsmIds } = await opened(world, { keep_running: 'false' });
  await pays(initiator, responder, 3);
  initiator.says('leave');
  const left = await responder.next();
  expect(left.method).toBe('leave');
  expect(await initiator.hears(1)).toEqual(['leave']);
  for (const { line } of [initiator, responder]) expect(await line.closed).toEqual([1000, '']);
  const back = { existing_channel_id: channelId, reestablish: 'true' };
  const again = await call(world, 'initiator', { ...back, existing_fsm_id: fsmIds.initiator });
  const other = await call(world, 'responder', { ...back, offchain_tx: String(left.data['state']) });
  const told = ['info fsm_up', 'info channel_reestablished', 'info open', 'update'];
  expect(await again.hears(4)).toEqual(told);
  expect(await other.hears(4)).toEqual(told);
  await pays(other, again, 1);
});

test('a closing is told step by step, and confirmed by the chain', async () => {
  const { initiator, responder } = await opened(world);
  initiator.says('shutdown');
  await initiator.signs('shutdown_sign');
  await responder.signs('shutdown_sign_ack');
  for (const party of [initiator, responder])
    expect(await party.hears(2)).toEqual(['on_chain_tx close_mutual', 'info closing']);
  await world.server.chain.mine();
  for (const party of [initiator, responder]) {
    expect(await party.hears(3)).toEqual(['on_chain_tx channel_closed', 'info closed_confirmed', 'info died']);
    expect(await party.line.closed).toEqual([1000, '']);
  }
});
