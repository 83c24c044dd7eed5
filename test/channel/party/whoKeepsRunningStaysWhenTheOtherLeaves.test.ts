/** A responder that keeps running stays in a channel that the initiator has left; where the node does not let it, both have left. */
import { fate, Node, useNode } from './world.ts';

const { opened, party, accept } = useNode();

const query = (url: string) => new URL(url, 'ws://localhost').searchParams.get('keep_running');

/** The initiator has left. */
async function left() {
  const made = await opened({ role: 'responder', keepRunning: true });
  const state = await made.notary.cosigned(made.notary.create([7n, 13n]));
  made.peer.say({ action: 'leave', channel_id: made.channel.id, payload: { state } });
  return { ...made, state };
}

it('is told, and goes on when the other is back', async () => {
  const { channel, node, peer, hears, told } = await left();
  expect(query(peer.url)).toBe('true');
  peer.info('peer_disconnected');
  await hears('leftBehind');
  expect(channel.machineState).toBe('open.ready');
  peer.info('channel_reestablished', 'open');
  await hears('reestablished');
  const paying = channel.pay(1n);
  await node.finishes(await node.takesUpdate('responder', 1n));
  expect(await paying).toMatchObject({ round: 2 });
  expect(told.filter(({ type }) => type === 'left' || type === 'error')).toEqual([]);
});

it('is told after its own line broke, too', async () => {
  const { node, peer, hears } = await left();
  peer.info('peer_disconnected');
  await hears('leftBehind');
  peer.socket.terminate();
  const back = new Node(await accept(), node.notary, node.role, node.dialect);
  back.peer.info('open', 'peer_disconnected');
  await hears('reconnected');
  await hears('leftBehind');
});

it.each(['dies', 'closes'] as const)('has left as well when the node %s', async (how) => {
  const { channel, peer, hears, state } = await left();
  if (how === 'dies') peer.info('died');
  else peer.socket.close(1000);
  expect(await hears('left')).toEqual({ type: 'left', state, isOwn: false });
  await channel.ended;
  expect(channel.machineState).toBe('idle');
});

it('leaves when its app wants to', async () => {
  const { channel, peer, hears, state } = await left();
  peer.info('peer_disconnected');
  await hears('leftBehind');
  const leaving = channel.leave();
  expect(await peer.hears()).toEqual({ action: 'leave' });
  peer.say({ action: 'leave', channel_id: channel.id, payload: { state } });
  expect(await leaving).toEqual({ state });
});

it('is nothing that is asked for by itself, nor by an initiator', async () => {
  const { peer, hears, channel, notary } = await opened({ role: 'responder' });
  expect(query(peer.url)).toBeNull();
  const state = await notary.cosigned(notary.create([7n, 13n]));
  peer.say({ action: 'leave', channel_id: channel.id, payload: { state } });
  expect(await hears('left')).toMatchObject({ state });
  const initiator = await party({ keepRunning: true });
  void fate(initiator.channel.open());
  expect(query((await accept()).url)).toBeNull();
  const today = await party({ role: 'responder', era: 'modern', dialect: 'rpc' });
  void fate(today.channel.open());
  expect(query((await accept()).url)).toBe('false');
});
