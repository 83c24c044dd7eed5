/** Dialect `rpc`: a party asks a silent node whether it is there, and comes back to the channel as the one that the node knows. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { informs, openedInRpc, rejects, says } from './today.ts';
import { fate, useNode } from './world.ts';

const world = useNode();
const { meet, accept } = world;

const ping = { jsonrpc: '2.0', method: 'channels.system', params: { action: 'ping' } };

async function opened(clock = new SimulatedClock()) {
  return { ...(await openedInRpc(world, clock)), clock };
}

it('asks for today’s protocol', async () => {
  const { peer, node } = await meet({ era: 'modern', dialect: 'rpc' });
  const { searchParams } = new URL(peer.url, 'ws://localhost');
  expect(searchParams.get('protocol')).toBe('json-rpc');
  expect(searchParams.get('initiator_id')).toBe(node.accounts.initiator);
  expect([searchParams.get('dialect'), searchParams.get('states')]).toEqual([null, null]);
});

it('pings a silent node, and stays with one that answers', async () => {
  const { channel, peer, clock } = await opened();
  clock.advance(10_000);
  expect(await peer.hears()).toEqual(ping);
  says(peer, 'channels.system.pong', {});
  const paying = fate(channel.pay(1n));
  expect(await peer.hears()).toMatchObject({ method: 'channels.update.new' });
  expect(channel.machineState).toBe('open.awaitingSign');
  await channel.disconnect();
  await paying;
});

it('gives a dead line up, and comes back with the name that it was given', async () => {
  const { channel, peer, clock, hears, create } = await opened();
  clock.advance(10_000);
  expect(await peer.hears()).toEqual(ping);
  clock.advance(15_000);
  await hears('disconnected');
  clock.advance(10);
  const back = await accept();
  const { searchParams } = new URL(back.url, 'ws://localhost');
  expect(searchParams.get('existing_channel_id')).toBe(channel.id);
  expect(searchParams.get('existing_fsm_id')).toBe('ba_known');
  expect(searchParams.get('offchain_tx')).toBeNull();
  says(back, 'channels.info', { event: 'fsm_up', fsm_id: 'ba_known' });
  informs(back, 'open');
  says(back, 'channels.update', { state: create });
  await hears('reconnected');
  expect(channel.state).toMatchObject({ round: 1, isCoSigned: true });
});

it('takes an error of today by its code, and tells the same reason as of old', async () => {
  const { channel, peer } = await opened();
  const paying = fate(channel.pay(100n));
  const request = await peer.hears();
  rejects(peer, 1001, request);
  expect(await paying).toMatchObject({ code: 'rejected', reason: 'insufficient_balance', errorCode: 1001 });
});

it('never shows the name by which the node knows it', async () => {
  const records: string[] = [];
  const made = await meet({ era: 'modern', dialect: 'rpc', inspect: (record) => records.push(JSON.stringify(record)) });
  says(made.peer, 'channels.info', { event: 'fsm_up', fsm_id: 'ba_known' });
  expect(await made.hears('progress')).toMatchObject({ step: 'fsm_up' });
  expect(records.filter((record) => record.includes('fsm_up'))).not.toEqual([]);
  expect(records.filter((record) => record.includes('ba_known'))).toEqual([]);
});
