/** The line breaks in each state that waits; the party comes back by itself, says again what it owes, and goes on. */
import { dealtWith, fate, Node, useNode } from './world.ts';

const { opened, meet, accept, stop } = useNode();

/** The same node on the party's next connection. */
async function back(node: Node): Promise<Node> {
  node.peer.socket.terminate();
  const next = new Node(await accept(), node.notary, node.role, node.dialect);
  next.shares = node.shares;
  next.round = node.round;
  return next;
}

it('with nothing under way: nothing is said, and the next update runs', async () => {
  const { channel, node, hears } = await opened();
  const next = await back(node);
  expect(await hears('disconnected')).not.toHaveProperty('end');
  await hears('reconnected');
  expect(channel.machineState).toBe('open.ready');
  const paying = channel.pay(1n);
  await next.finishes(await next.takesUpdate('initiator', 1n));
  expect(await paying).toMatchObject({ round: 2 });
});

it('an update that was not put to us: the node puts it again', async () => {
  const { channel, node, peer } = await opened();
  const paying = channel.pay(1n);
  await peer.hears();
  const again = await back(node);
  const own = again.next('initiator', 1n);
  again.peer.asks('update', own.tx);
  await again.peer.reply('update');
  await again.finishes(own);
  expect(await paying).toMatchObject({ round: 2 });
});

it('an update that our signer was looking at: it is put to us again, and signed once', async () => {
  let asked = 0;
  const { channel, node, peer, hears } = await opened({
    policy: ({ what }, signal) => {
      if (what !== 'update') return true;
      asked += 1;
      if (asked > 1) return true;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false)));
    },
  });
  const paying = channel.pay(1n);
  await peer.hears();
  const own = node.next('initiator', 1n);
  peer.asks('update', own.tx);
  await dealtWith(peer, hears);
  const again = await back(node);
  again.peer.asks('update', own.tx);
  await again.peer.reply('update');
  await again.finishes(own);
  expect(await paying).toMatchObject({ round: 2 });
  expect(asked).toBe(2);
});

it.each(['text', 'epoch'] as const)(
  '%s: an update that we have signed: the very same reply is said again',
  async (speaks) => {
    const { channel, node } = await opened({ speaks });
    const paying = channel.pay(1n);
    const own = await node.takesUpdate('initiator', 1n);
    const again = await back(node);
    expect(await again.peer.reply('update')).toBe(own.reply);
    await again.finishes(own);
    expect(await paying).toMatchObject({ round: 2 });
  },
);

it("the other's update that we have signed", async () => {
  const { node, hears } = await opened();
  const its = await node.putsUpdate('responder', 1n);
  const again = await back(node);
  expect(await again.peer.reply('update_ack')).toBe(its.reply);
  again.peer.asks('update_ack', its.tx);
  expect(await again.peer.reply('update_ack')).toBe(its.reply);
  await again.finishes(its);
  expect((await hears('updated')).state.round).toBe(2);
});

it('a conflict that came while we were away is heard of afterwards', async () => {
  const { channel, node } = await opened();
  const paying = fate(channel.pay(1n));
  await node.takesUpdate('initiator', 1n);
  const again = await back(node);
  await again.peer.reply('update');
  again.peer.conflict(1);
  expect(await paying).toMatchObject({ code: 'conflict' });
});

it('a closing that was not put to us', async () => {
  const { channel, node, peer, notary } = await opened();
  const closing = channel.shutdown();
  await peer.hears();
  const again = await back(node);
  again.peer.asks('shutdown_sign', node.closing);
  await again.peer.reply('shutdown_sign');
  const onChain = await notary.cosigned(node.closing);
  again.peer.onChain(onChain);
  expect(await closing).toEqual({ tx: onChain });
});

it('a closing that we have signed', async () => {
  const { channel, node, peer, notary } = await opened();
  const closing = channel.shutdown();
  await peer.hears();
  peer.asks('shutdown_sign', node.closing);
  const reply = await peer.reply('shutdown_sign');
  const again = await back(node);
  expect(await again.peer.reply('shutdown_sign')).toBe(reply);
  again.peer.onChain(await notary.cosigned(node.closing));
  await closing;
  again.peer.socket.terminate();
  await channel.ended;
});

describe('while the channel is opened', () => {
  it('before we have signed: from the beginning', async () => {
    const { opening, node, peer, hears } = await meet();
    peer.info('channel_accept');
    await hears('progress');
    const again = await back(node);
    await again.opens();
    expect(await opening).not.toBeInstanceOf(Error);
  });

  it('after we have signed: the very same reply is said again', async () => {
    const { opening, node } = await meet();
    const reply = await node.asksForCreate();
    const again = await back(node);
    expect(await again.peer.reply(node.createTag)).toBe(reply);
    await again.locks();
    expect(await opening).not.toBeInstanceOf(Error);
  });

  it('after the transaction is on the chain: the channel may be open when we are back', async () => {
    const { opening, node, peer, notary, hears } = await meet();
    await node.asksForCreate();
    peer.onChain(await notary.cosigned(notary.create()));
    while ((await hears('progress')).step !== 'on_chain_tx');
    const again = await back(node);
    again.peer.info('open');
    expect(await opening).not.toBeInstanceOf(Error);
    expect(again.peer.unread()).toEqual([]);
  });
});

it('a party that is turned away gives up at once; the channel stays in the store', async () => {
  const { channel, peer, hears } = await opened();
  const paying = fate(channel.pay(1n));
  const next = fate(channel.pay(1n));
  await peer.hears();
  peer.socket.close(1008, 'The role is taken.');
  expect(await hears('disconnected')).toMatchObject({ end: 'turnedAway' });
  for (const each of [paying, next])
    expect(await each).toMatchObject({
      name: 'ConnectionLost',
      code: 'turnedAway',
      message: expect.stringContaining('taken'),
    });
  expect(channel.machineState).toBe('idle');
});

it('a line that never comes back ends every command, and the channel stays in the store', async () => {
  const { channel, peer, told } = await opened();
  const paying = fate(channel.pay(1n));
  const next = fate(channel.pay(1n));
  await peer.hears();
  await stop();
  expect(await paying).toMatchObject({ name: 'ConnectionLost', code: 'lost' });
  expect(await next).toMatchObject({ name: 'ConnectionLost', code: 'lost' });
  expect(told.filter(({ type }) => type === 'disconnected')).toMatchObject([{}, { end: 'lost' }]);
  expect(channel.machineState).toBe('idle');
});

it('a message without a line is not sent', async () => {
  const { channel, node, hears } = await opened({ backoff: { first: 60_000, most: 60_000 } });
  node.peer.socket.terminate();
  await hears('disconnected');
  expect(await fate(channel.message('x'))).toMatchObject({ name: 'ConnectionLost', code: 'notSent' });
});
