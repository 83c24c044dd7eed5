/** "Updates are not always successful": errors that repeat the request, and errors that are a sentence. */
import { dealtWith, fate, useNode } from './world.ts';

const { opened, meet } = useNode();

it.each(['insufficient_balance', 'negative_amount', 'invalid_pubkeys', 'broken_encoding', 'conflict'])(
  '%s ends the update, and the next one runs',
  async (reason) => {
    const { channel, node, peer, hears } = await opened();
    const paying = fate(channel.pay(1n));
    const request = await peer.frame();
    peer.raw(`{"action":"error","payload":{"reason":"${reason}","request":${request}}}`);
    expect(await paying).toMatchObject({ name: 'NotAgreed', reason });
    expect(await hears('error')).toEqual({ type: 'error', reason, detail: request });
    const next = channel.pay(1n);
    await node.finishes(await node.takesUpdate('initiator', 1n));
    expect(await next).toMatchObject({ round: 2 });
  },
);

it('a sentence ends the update', async () => {
  const { channel, peer } = await opened();
  const paying = fate(channel.pay(1n));
  await peer.hears();
  peer.say({ action: 'error', payload: { message: 'chain_hash_mismatch' } });
  expect(await paying).toMatchObject({ name: 'NotAgreed', reason: 'chain_hash_mismatch' });
});

it('of a message: the update that is under way goes on', async () => {
  const { channel, node, peer, hears } = await opened();
  const paying = channel.pay(1n);
  await peer.hears();
  peer.say({
    action: 'error',
    payload: { reason: 'unknown_recipient', request: { payload: { info: 'x', to: 'y' }, action: 'message' } },
  });
  expect(await hears('error')).toMatchObject({ reason: 'unknown_recipient' });
  const own = node.next('initiator', 1n);
  peer.asks('update', own.tx);
  await peer.reply('update');
  await node.finishes(own);
  expect(await paying).toMatchObject({ round: 2 });
});

it('out of nowhere: it is told, and nothing else', async () => {
  const { channel, peer, hears } = await opened();
  peer.say({ action: 'error', payload: { message: 'something' } });
  expect(await hears('error')).toEqual({ type: 'error', reason: '', detail: 'something' });
  expect(channel.machineState).toBe('open.ready');
});

it('of a closing: the channel stays open', async () => {
  const { channel, peer } = await opened();
  const closing = fate(channel.shutdown());
  await peer.hears();
  peer.say({ action: 'error', payload: { reason: 'unknown_request', request: { action: 'shutdown' } } });
  expect(await closing).toMatchObject({ name: 'NotAgreed' });
  expect(channel.machineState).toBe('open.ready');
});

it('of the opening: it ends', async () => {
  const { opening, peer } = await meet();
  peer.say({ action: 'error', payload: { message: 'insufficient_funds' } });
  expect(await opening).toMatchObject({ name: 'NotAgreed', reason: 'insufficient_funds' });
});

it.each([
  ['not JSON', 'hello'],
  ['an array', '[1]'],
  ['an unknown action', '{"action":"dance"}'],
  ['a sign without a transaction', '{"action":"sign","tag":"update","payload":{}}'],
  ['a sign with an unknown tag', '{"action":"sign","tag":"everything","payload":{"tx":"tx_"}}'],
  ['a binary frame', new Uint8Array([1, 2, 3])],
])('%s is noticed, and harms nobody', async (_, frame) => {
  const { channel, node, peer, hears } = await opened();
  peer.raw(frame);
  expect(await hears('error')).toMatchObject({ reason: 'violated' });
  await dealtWith(peer, hears);
  const paying = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  expect(await paying).toMatchObject({ round: 2 });
});

it('an info that neither dialect has is told as progress, and ignored', async () => {
  const { channel, peer, hears } = await opened();
  peer.info('fsm_up');
  for (;;) if ((await hears('progress')).step === 'fsm_up') break;
  expect(channel.machineState).toBe('open.ready');
});
