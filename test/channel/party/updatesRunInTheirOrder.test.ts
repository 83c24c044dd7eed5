/** Several updates at once are carried out one after the other; so many wait, and no more. */
import { fate, useNode } from './world.ts';

const { opened } = useNode();

it('three updates at once run in order', async () => {
  const { channel, node, peer } = await opened();
  const paying = [channel.pay(1n), channel.pay(2n), channel.request(3n)];
  for (const [from, amount] of [
    ['initiator', 1n],
    ['initiator', 2n],
    ['responder', 3n],
  ] as const) {
    const next = await node.takesUpdate(from, amount);
    expect(next.started.payload).toMatchObject({ from: node.accounts[from], amount: Number(amount) });
    expect(peer.unread()).toEqual([]);
    await node.finishes(next);
  }
  expect((await Promise.all(paying)).map(({ round, initiatorAmount }) => [round, initiatorAmount])).toEqual([
    [2, 6n],
    [3, 4n],
    [4, 7n],
  ]);
});

it('one that fails does not keep the next from running', async () => {
  const { channel, node, peer } = await opened();
  const [first, second] = [fate(channel.pay(100n)), channel.pay(1n)];
  const said = await peer.frame();
  peer.raw(`{"action":"error","payload":{"reason":"insufficient_balance","request":${said}}}`);
  expect(await first).toMatchObject({ name: 'NotAgreed', code: 'rejected', reason: 'insufficient_balance' });
  await node.finishes(await node.takesUpdate('initiator', 1n));
  expect(await second).toMatchObject({ round: 2 });
});

it("one that is started while the other's is under way waits for it", async () => {
  const { channel, node, hears } = await opened();
  const its = await node.putsUpdate('responder', 1n);
  const paying = channel.pay(2n);
  await node.finishes(its);
  await hears('updated');
  await node.finishes(await node.takesUpdate('initiator', 2n));
  expect(await paying).toMatchObject({ round: 3 });
});

it('only so many wait', async () => {
  const { channel } = await opened({ queue: 2 });
  const paying = [1n, 2n, 3n, 4n].map((amount) => fate(channel.pay(amount)));
  expect(await paying[3]).toMatchObject({ name: 'LimitReached', code: 'queueFull' });
  await channel.disconnect();
  for (const ended of await Promise.all(paying.slice(0, 3))) expect(ended).toMatchObject({ code: 'left' });
});

it('the node may first put the other one to us, and ours when that is done', async () => {
  const { channel, node, peer, hears } = await opened();
  const paying = channel.pay(2n);
  await peer.hears();
  const its = await node.putsUpdate('responder', 1n);
  await node.finishes(its);
  expect(await hears('updated')).toMatchObject({ isOwn: false, state: { round: 2 } });
  const own = node.next('initiator', 2n);
  peer.asks('update', own.tx);
  await peer.reply('update');
  await node.finishes(own);
  expect(await paying).toMatchObject({ round: 3 });
});

it('amounts beyond 2^53 are said to the unit', async () => {
  const { channel, peer } = await opened();
  const paying = fate(channel.pay(10n ** 18n + 1n));
  expect(await peer.frame()).toContain('"amount":1000000000000000001}');
  await channel.disconnect();
  expect(await paying).toMatchObject({ code: 'left' });
});
