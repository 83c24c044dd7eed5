/** "These roles can be taken by any of the participants, anytime." */
import { fate, type Node, useNode } from './world.ts';

const { opened, meet } = useNode();
const envelope = { channel_id: 'ch', from: 'f', to: 't', info: 'hejsan' };

const ways: readonly (readonly [
  string,
  (node: Node, channel: Awaited<ReturnType<typeof opened>>['channel']) => Promise<void>,
])[] = [
  ['open.ready', async () => {}],
  [
    'open.awaitingSign',
    async ({ peer }, channel) => {
      void fate(channel.pay(1n));
      await peer.hears();
    },
  ],
  [
    'open.awaitingFinalized',
    async (node, channel) => {
      void fate(channel.pay(1n));
      await node.takesUpdate('initiator', 1n);
    },
  ],
  ['open.awaitingAckSign', async ({ peer }) => peer.info('update')],
  ['open.awaitingAckFinalized', async (node) => void (await node.putsUpdate('responder', 1n))],
  [
    'open.inConflict',
    async ({ peer }, channel) => {
      const paying = fate(channel.pay(1n));
      await peer.hears();
      peer.conflict(1);
      await paying;
    },
  ],
  [
    'closing.awaitingShutdownSign',
    async ({ peer }, channel) => {
      void fate(channel.shutdown());
      await peer.hears();
    },
  ],
  [
    'closing.awaitingOnChainTx',
    async ({ peer, closing }, channel) => {
      void fate(channel.shutdown());
      await peer.hears();
      peer.asks('shutdown_sign', closing);
      await peer.reply('shutdown_sign');
    },
  ],
];

it.each(ways)('%s: a message is heard, and one can be sent', async (state, go) => {
  const { channel, node, peer, hears } = await opened();
  await go(node, channel);
  peer.say({ action: 'message', payload: { message: envelope } });
  expect(await hears('message')).toEqual({ type: 'message', message: envelope });
  expect(channel.machineState).toBe(state);
  await channel.message('svejsan');
  expect(await peer.hears()).toEqual({
    action: 'message',
    payload: { info: 'svejsan', to: node.accounts.responder },
  });
  expect(channel.machineState).toBe(state);
});

it.each(ways)('%s: the channel may die', async (_, go) => {
  const { channel, node, peer, hears } = await opened();
  await go(node, channel);
  const [paying, closing] = [fate(channel.pay(1n)), fate(channel.shutdown())];
  peer.info('died');
  await hears('died');
  await channel.ended;
  expect(await paying).toMatchObject({ name: 'ConnectionLost', code: 'died' });
  expect(await closing).toMatchObject({ name: 'ConnectionLost', code: 'died' });
  expect(await fate(channel.pay(1n))).toMatchObject({ code: 'died' });
  expect(await fate(channel.message('x'))).toMatchObject({ code: 'died' });
  expect(channel.state).toMatchObject({ round: 1 });
});

it('before the channel is open, too', async () => {
  const { channel, peer, hears } = await meet();
  peer.say({ action: 'message', payload: { message: envelope } });
  expect(await hears('message')).toEqual({ type: 'message', message: envelope });
  expect(await fate(channel.message('x'))).toMatchObject({ name: 'LocalMisuse', code: 'notNow' });
});

it('what is no text is sent as JSON', async () => {
  const { channel, peer } = await opened();
  await channel.message({ hello: 1 });
  expect((await peer.hears()).payload).toMatchObject({ info: '{"hello":1}' });
});

it('the channel may die while it is opened', async () => {
  const { opening, peer } = await meet();
  peer.info('channel_accept', 'died');
  expect(await opening).toMatchObject({ name: 'ConnectionLost', code: 'died' });
});
