/** The chain's word that one party closes alone ends all that was under way, and the node's word without such a transaction ends nothing. */
import { fate, signerOf, useNode } from './world.ts';

const { opened } = useNode();

it('tells of the dispute; what waits comes to nothing, and so does what comes', async () => {
  const { channel, peer, notary, hears } = await opened();
  const paying = fate(channel.pay(1n));
  await peer.hears();
  const tx = await notary.signed(notary.closeSolo(), await signerOf(2));
  peer.say({ action: 'on_chain_tx', payload: { tx, info: 'can_slash' } });
  expect(await hears('disputed')).toEqual({ type: 'disputed', tx });
  expect(await paying).toMatchObject({ code: 'disputed' });
  expect(channel.machineState).toBe('closing.disputed');
  expect(await fate(channel.deposit(1n))).toMatchObject({ code: 'disputed' });
  peer.info('died');
  await channel.ended;
});

it('takes it from a node that only shows the transaction', async () => {
  const { peer, notary, hears } = await opened();
  peer.onChain(await notary.signed(notary.closeSolo(), await signerOf(2)));
  await hears('disputed');
});

it('does not take a word for a deed', async () => {
  const { channel, peer, notary, hears } = await opened();
  peer.say({
    action: 'on_chain_tx',
    payload: { tx: notary.state(9, 'responder', 1n, [1n, 19n]), info: 'solo_closing' },
  });
  expect(await hears('error')).toMatchObject({ reason: 'violated' });
  expect(channel.machineState).toBe('open.ready');
});
