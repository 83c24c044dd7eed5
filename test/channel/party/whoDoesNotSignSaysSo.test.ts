/** A node that understands it is told at once that a party does not sign, and with which code; another one is told nothing, as in the text. */
import type { Policy } from '../../../src/channel/policy.ts';
import { dealtWith, fate, useNode } from './world.ts';

const { opened } = useNode();

const understands = { action: 'info', payload: { event: 'fsm_up', fsm_id: 'ba_known' } } as const;

it.each<[string, Policy, number]>([
  ['false, with the code of an abort', () => false, 4],
  ['a sentence, with the same', () => 'Not today.', 4],
  ['a code of its own', () => ({ abort: 200 }), 200],
  ['a code that is none, with that of an abort', () => ({ abort: 65_536 }), 4],
])('the policy says %s', async (_, policy, code) => {
  let isOpen = false;
  const { channel, node, peer, hears } = await opened({
    policy: (...question) => (isOpen ? policy(...question) : true),
  });
  isOpen = true;
  peer.say(understands);
  const next = node.next('responder', 1n);
  peer.info('update');
  peer.asks('update_ack', next.tx);
  expect(await peer.hears()).toEqual({ action: 'update_ack', payload: { error: code } });
  expect(await hears('declined')).toMatchObject({ tag: 'update_ack' });
  peer.info('aborted_update');
  await dealtWith(peer, hears);
  expect(channel.machineState).toBe('open.inConflict');
  expect(channel.state).toMatchObject({ round: 1 });
});

it('says that a transaction is wrong', async () => {
  const { channel, node, peer } = await opened();
  peer.say(understands);
  const depositing = fate(channel.deposit(5n));
  await peer.hears();
  peer.asks('deposit_tx', node.funding('deposit', 'initiator', 6n).tx);
  expect(await peer.hears()).toEqual({ action: 'deposit_tx', payload: { error: 1 } });
  expect(await depositing).toMatchObject({ code: 'wrongTransaction' });
});

it('says nothing to a node that does not show that it understands', async () => {
  let isOpen = false;
  const { channel, node, peer, hears } = await opened({ policy: () => (isOpen ? { abort: 200 } : true) });
  isOpen = true;
  peer.asks('update_ack', node.next('responder', 1n).tx);
  await hears('declined');
  await dealtWith(peer, hears);
  expect(peer.unread()).toEqual([]);
  expect(channel.machineState).toBe('open.refusing');
});

it('tells its own app which code the other party has given', async () => {
  const { channel, node, peer, hears } = await opened();
  const paying = fate(channel.pay(1n));
  await node.takesUpdate('initiator', 1n);
  peer.say({ action: 'conflict', payload: { channel_id: 'ch', round: 1, error_code: 200, error_msg: 'user-defined' } });
  expect(await paying).toMatchObject({ code: 'aborted', reason: 'aborted', errorCode: 200 });
  expect(await hears('conflict')).toEqual({ type: 'conflict', round: 1, errorCode: 200 });
});

it('shows the policy what the other says of its update', async () => {
  const seen: unknown[] = [];
  const { node, peer } = await opened({
    era: 'modern',
    policy: ({ what, meta }) => {
      if (what === 'update_ack') seen.push(meta);
      return true;
    },
  });
  const next = node.next('responder', 1n);
  peer.asks('update_ack', next.tx, [...node.updates('responder', 1n), { op: 'OffChainMeta', data: 'for the coffee' }]);
  await peer.reply('update_ack');
  expect(seen).toEqual([['for the coffee']]);
});

it('says with an update what its app says', async () => {
  const { channel, peer } = await opened();
  const { own, other } = channel.accounts;
  void fate(channel.update({ from: own, to: other, amount: 1n, meta: ['for the coffee'] }));
  expect(await peer.hears()).toEqual({
    action: 'update',
    tag: 'new',
    payload: { from: own, to: other, amount: 1, meta: ['for the coffee'] },
  });
});
