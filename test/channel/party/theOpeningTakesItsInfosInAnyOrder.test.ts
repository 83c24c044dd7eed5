/** The infos of an opening, in the orders in which nodes say them. */
import { useNode } from './world.ts';

const { meet } = useNode();

it.each([
  [['own_funding_locked', 'funding_locked', 'open']],
  [['funding_locked', 'own_funding_locked', 'open']],
  [['own_funding_locked', 'own_funding_locked', 'funding_locked', 'funding_locked', 'open', 'open']],
  [['open']],
  [['min_depth_achieved', 'own_funding_locked', 'open', 'funding_locked']],
])('%s', async (infos) => {
  const { channel, opening, node, peer, notary } = await meet();
  await node.asksForCreate();
  peer.info('funding_signed');
  peer.onChain(await notary.cosigned(notary.create()));
  peer.info(...infos);
  expect(await opening).not.toBeInstanceOf(Error);
  const paying = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  expect(await paying).toMatchObject({ round: 2 });
});

it('on_chain_tx before funding_signed', async () => {
  const { opening, node, peer, notary } = await meet();
  await node.asksForCreate();
  peer.onChain(await notary.cosigned(notary.create()));
  peer.info('funding_signed', 'own_funding_locked', 'funding_locked', 'open');
  expect(await opening).not.toBeInstanceOf(Error);
});

it('the sign request before any info', async () => {
  const { opening, node, peer } = await meet({ role: 'responder' });
  peer.asks(node.createTag, notaryTx(node));
  await peer.reply(node.createTag);
  await node.locks();
  expect(await opening).not.toBeInstanceOf(Error);
});

const notaryTx = (node: { notary: { create(): string } }) => node.notary.create();

it('open without on_chain_tx: the state is known on the word of the node', async () => {
  const { channel, opening, node, peer } = await meet();
  await node.asksForCreate();
  peer.info('open');
  await opening;
  expect(channel.state).toMatchObject({ round: 1, isCoSigned: false });
});

it.each(['initiator_signed', 'initiator_sign'])('the tag %s is echoed', async (tag) => {
  const { node, peer, notary } = await meet();
  peer.info('channel_accept');
  peer.asks(tag, notary.create(node.shares));
  expect(await notary.signersOf(await peer.reply(tag))).toEqual(['initiator']);
});

it('asks with the parameters of the text', async () => {
  const { peer, node } = await meet();
  const url = new URL(peer.url, 'ws://localhost');
  expect(url.pathname).toBe('/channel');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    initiator: node.accounts.initiator,
    responder: node.accounts.responder,
    lock_period: '10',
    push_amount: '3',
    initiator_amount: '10',
    responder_amount: '10',
    channel_reserve: '2',
    ttl: '1000',
    host: 'localhost',
    port: '1234',
    role: 'initiator',
    // Ours: a node of ours shows the states that the text's has no message for.
    states: 'true',
  });
});

it('asks for the dialect of the node of its time', async () => {
  const { peer, node } = await meet({ dialect: 'epoch', nodeTimeouts: { sign: 500 } });
  const { searchParams } = new URL(peer.url, 'ws://localhost');
  expect(searchParams.get('initiator_id')).toBe(node.accounts.initiator);
  expect(searchParams.get('dialect')).toBe('epoch');
  expect(searchParams.get('timeout_sign')).toBe('500');
});
