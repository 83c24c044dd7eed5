/** Leaving closes the line and not the channel: with the last state either comes back, from its store or by hand. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { fate, Node, useNode } from './world.ts';

const { opened, party, accept } = useNode();

const query = (url: string) => new URL(url, 'ws://localhost').searchParams;

it('leaves, and is told the last state', async () => {
  const store = new MemoryStore();
  const { channel, peer, notary, node, hears } = await opened({ store });
  const leaving = channel.leave();
  expect(await peer.hears()).toEqual({ action: 'leave' });
  const state = await notary.cosigned(notary.create());
  peer.say({ action: 'leave', channel_id: channel.id, payload: { state } });
  expect(await leaving).toEqual({ state });
  expect(await hears('left')).toEqual({ type: 'left', state, isOwn: true });
  await channel.ended;
  expect(await fate(channel.pay(1n))).toMatchObject({ code: 'left' });

  const again = await party({ store });
  const opening = fate(again.channel.open());
  const back = await accept();
  expect(query(back.url).get('existing_channel_id')).toBe(channel.id);
  expect(query(back.url).get('offchain_tx')).toBe(again.channel.state?.tx);
  back.info('channel_reestablished', 'open');
  back.state(state);
  expect(await opening).toBe(again.channel);
  await again.hears('reestablished');
  expect(again.channel.state).toMatchObject({ round: 1 });
  const paying = again.channel.pay(1n);
  const next = new Node(back, notary, node.role, node.dialect);
  await next.finishes(await next.takesUpdate('initiator', 1n));
  expect(await paying).toMatchObject({ round: 2 });
});

it('is left by the other: what it wants next is answered', async () => {
  const { channel, peer, notary, hears } = await opened();
  const state = await notary.cosigned(notary.create());
  const paying = fate(channel.pay(1n));
  await peer.hears();
  peer.say({ action: 'leave', channel_id: channel.id, payload: { state } });
  expect(await hears('left')).toEqual({ type: 'left', state, isOwn: false });
  expect(await paying).toMatchObject({ code: 'left' });
  await channel.ended;
});

it('comes back by hand, with the id and the state alone', async () => {
  const { channel, peer, notary } = await opened();
  const state = await notary.cosigned(notary.state(4, 'responder', 1n, [8n, 12n]));
  const { id } = channel;
  peer.socket.close();
  await channel.disconnect();

  const again = await party({ existing: { id, state } });
  const opening = fate(again.channel.open());
  for (;;) {
    const back = await accept();
    if (query(back.url).get('existing_channel_id') === null) continue;
    expect(query(back.url).get('offchain_tx')).toBe(state);
    back.info('channel_reestablished', 'open');
    expect(await back.hears()).toMatchObject({ action: 'get', tag: 'balances' });
    new Node(back, notary, 'initiator', 'text').balances([8n, 12n]);
    break;
  }
  expect(await opening).toBe(again.channel);
  expect(again.channel.state).toMatchObject({ round: 4, initiatorAmount: 8n, responderAmount: 12n, tx: state });
});

it('does not come back with a state that is none', async () => {
  const { channel, notary, pair } = await opened();
  const { id } = channel;
  const half = await notary.signed(notary.create(), pair.signers.initiator);
  const again = await party({ existing: { id, state: half } });
  expect(await fate(again.channel.open())).toMatchObject({ code: 'badState' });
  await expect(party({ existing: { id, state: 'tx$nothing' } })).rejects.toMatchObject({ code: 'badState' });
  await expect(party({ existing: { id: 'ch$other', state: half } })).rejects.toMatchObject({ code: 'badState' });
});

it.each([
  ['nobody answers', 'noAnswer'],
  ['the node does not want it', 'rejected'],
  ['the node ends the channel', 'died'],
  ['the line is lost', 'lost'],
  ['the app goes away', 'left'],
] as const)('settles when %s', async (how, code) => {
  const { channel, peer } = await opened({ answerTimeout: how === 'nobody answers' ? 100 : 10_000, attempts: 0 });
  const leaving = fate(channel.leave());
  const request = await peer.hears();
  if (code === 'rejected') peer.say({ action: 'error', payload: { reason: 'not_allowed_now', request } });
  if (code === 'died') peer.info('died');
  if (code === 'lost') peer.socket.terminate();
  if (code === 'left') await channel.disconnect();
  expect(await leaving).toMatchObject({ code });
});
