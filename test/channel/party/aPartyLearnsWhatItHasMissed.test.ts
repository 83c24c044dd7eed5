/** A state that both have signed and that a party does not know: it is believed for its signatures, and its amounts for its hash. */
import { dealtWith, fate, signerOf, useNode } from './world.ts';

const { opened } = useNode();

it('asks what both have, and goes on from there', async () => {
  const { channel, node, peer, notary, hears } = await opened();
  const whole = await notary.cosigned(notary.state(5, 'responder', 1n, [9n, 11n]));
  peer.state(whole);
  expect(await peer.hears()).toEqual({
    action: 'get',
    tag: 'balances',
    id: 1,
    payload: { accounts: [node.accounts.initiator, node.accounts.responder] },
  });
  node.balances([9n, 11n]);
  const { state } = await hears('missed');
  expect(state).toMatchObject({ round: 5, initiatorAmount: 9n, responderAmount: 11n, tx: whole, isCoSigned: true });
  expect(channel.state).toEqual(state);
  node.shares = [9n, 11n];
  node.round = 5;
  const paying = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  expect(await paying).toMatchObject({ round: 6 });
});

it('signs what is put to it meanwhile, once it knows', async () => {
  const { channel, node, peer, notary, hears } = await opened();
  peer.state(await notary.cosigned(notary.state(5, 'responder', 1n, [9n, 11n])));
  await peer.hears();
  node.shares = [9n, 11n];
  node.round = 5;
  peer.info('update');
  peer.asks('update_ack', node.next('responder', 1n).tx);
  node.balances([9n, 11n]);
  await peer.reply('update_ack');
  await hears('missed');
  expect(channel.machineState).toBe('open.awaitingAckFinalized');
});

it('believes no amounts that the hash does not prove', async () => {
  const { channel, node, peer, notary, hears } = await opened({ answerTimeout: 2_000 });
  peer.state(await notary.cosigned(notary.state(5, 'responder', 1n, [9n, 11n])));
  await peer.hears();
  node.balances([19n, 1n]);
  expect(await hears('error')).toMatchObject({ reason: 'violated' });
  while (channel.machineState !== 'open.ready') await hears('ready');
  expect(channel.state).toMatchObject({ round: 1, initiatorAmount: 7n });
});

it.each([
  ['with our signature missing', 'other'],
  ["with somebody else's in its place", 'stranger'],
  ['of another channel', 'channel'],
  ['of a round before', 'round'],
] as const)('does not take one %s', async (_, how) => {
  const { channel, peer, notary, hears, pair, told } = await opened();
  const channelId = how === 'channel' ? { channelId: new Uint8Array(32) } : {};
  const tx = notary.state(how === 'round' ? 0 : 5, 'responder', 1n, [9n, 11n], channelId);
  const half = await notary.signed(tx, pair.signers.responder);
  const isWhole = how === 'channel' || how === 'round';
  const whole = how === 'stranger' ? await notary.signed(half, await signerOf(9)) : half;
  peer.state(isWhole ? await notary.cosigned(tx) : whole);
  await dealtWith(peer, hears);
  expect(peer.unread()).toEqual([]);
  expect(channel.state).toMatchObject({ round: 1 });
  expect(told.filter(({ type }) => type === 'error')).toHaveLength(how === 'round' ? 0 : 1);
});

it('gives up what it had begun: the state has gone on without it', async () => {
  const { channel, node, peer, notary } = await opened();
  const paying = fate(channel.pay(1n));
  await peer.hears();
  peer.state(await notary.cosigned(notary.state(5, 'responder', 1n, [9n, 11n])));
  await peer.hears();
  node.balances([9n, 11n]);
  expect(await paying).toMatchObject({ code: 'conflict' });
});
