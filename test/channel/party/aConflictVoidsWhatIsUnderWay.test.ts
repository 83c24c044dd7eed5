/** Conflicts: early, in the middle, late, and twice. "Both updates are invalidated and the state is reverted to the last mutually signed one." */
import { dealtWith, fate, useNode } from './world.ts';

const { opened } = useNode();
const conflict = { name: 'NotAgreed', code: 'conflict' };

it.each(['text', 'epoch'] as const)('%s: before our update was put to us', async (speaks) => {
  const { channel, node, peer, hears } = await opened({ speaks });
  const paying = fate(channel.pay(1n));
  await peer.hears();
  peer.conflict(1);
  expect(await paying).toMatchObject(conflict);
  expect(await hears('conflict')).toEqual({ type: 'conflict', round: 1 });
  peer.asks('update', node.next('initiator', 1n).tx);
  await dealtWith(peer, hears);
  expect(peer.unread()).toEqual([]);
  expect(channel.machineState).toBe('open.inConflict');
  const next = channel.pay(2n);
  await node.finishes(await node.takesUpdate('initiator', 2n));
  expect(await next).toMatchObject({ round: 2 });
});

it('after we have signed: the round is free for another transaction', async () => {
  const { channel, node, peer, notary } = await opened();
  const paying = fate(channel.pay(1n));
  await node.takesUpdate('initiator', 1n);
  peer.conflict(1);
  expect(await paying).toMatchObject(conflict);
  expect(channel.state).toMatchObject({ round: 1, initiatorAmount: 7n });
  const its = await node.putsUpdate('responder', 3n);
  expect(await notary.signersOf(its.reply)).toEqual(['initiator']);
});

it('after we have acknowledged', async () => {
  const { channel, node, peer, hears } = await opened();
  await node.putsUpdate('responder', 1n);
  peer.conflict(1);
  await hears('conflict');
  expect(channel.state).toMatchObject({ round: 1 });
  await node.finishes(await node.putsUpdate('responder', 2n));
  // The void one could still be shown in its place, and would leave us less: it is certain with the next round.
  expect(await hears('contested')).toMatchObject({ state: { round: 2, initiatorAmount: 9n } });
  await node.finishes(await node.putsUpdate('responder', 0n));
  expect(await hears('updated')).toMatchObject({ state: { round: 2, initiatorAmount: 9n } });
  expect(channel.state).toMatchObject({ round: 3, initiatorAmount: 9n });
});

it('twice: the second one says nothing new', async () => {
  const { channel, node, peer, hears, told } = await opened();
  const paying = fate(channel.pay(1n));
  await peer.hears();
  peer.conflict(1);
  peer.conflict(1);
  expect(await paying).toMatchObject(conflict);
  await dealtWith(peer, hears);
  expect(told.filter(({ type }) => type === 'conflict')).toHaveLength(1);
  expect(told.filter(({ type }) => type === 'error')).toEqual([]);
  const next = channel.pay(2n);
  await node.finishes(await node.takesUpdate('initiator', 2n));
  expect(await next).toMatchObject({ round: 2 });
});

it('late, when the update is done: nothing happens', async () => {
  const { channel, node, peer, hears, told } = await opened();
  const paying = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  await paying;
  peer.conflict(1);
  await dealtWith(peer, hears);
  expect(told.filter(({ type }) => type === 'conflict' || type === 'error')).toEqual([]);
  expect(channel.state).toMatchObject({ round: 2 });
});

it('late, when the next update is under way: that one goes on', async () => {
  const { channel, node, peer } = await opened();
  const paying = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  await paying;
  const next = channel.pay(2n);
  const own = await node.takesUpdate('initiator', 2n);
  peer.conflict(1);
  await node.finishes(own);
  expect(await next).toMatchObject({ round: 3 });
});

it('with the very round that we have signed: both have signed it, and it is done', async () => {
  const { channel, node, peer } = await opened();
  const paying = channel.pay(1n);
  await node.takesUpdate('initiator', 1n);
  peer.conflict(2);
  expect(await paying).toMatchObject({ round: 2 });
  expect(channel.machineState).toBe('open.ready');
});

it('with a round that nobody knows: it is noticed, and the update goes on', async () => {
  const { channel, node, peer, hears } = await opened();
  const paying = channel.pay(1n);
  await peer.hears();
  peer.conflict(7);
  expect(await hears('error')).toMatchObject({ reason: 'violated' });
  const own = node.next('initiator', 1n);
  peer.asks('update', own.tx);
  await peer.reply('update');
  await node.finishes(own);
  expect(await paying).toMatchObject({ round: 2 });
});

it('of a closing that was not signed', async () => {
  const { channel, peer } = await opened();
  const closing = fate(channel.shutdown());
  await peer.hears();
  peer.conflict(1);
  expect(await closing).toMatchObject(conflict);
  expect(channel.machineState).toBe('open.inConflict');
});
