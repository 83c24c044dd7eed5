/**
 * A deposit that the other has refused is put to both again, and they sign it: the very transaction that was void is the last state, and nothing stands in
 * the way of what comes next, also where the word that it is finished was lost.
 */
import type { ChainAccess } from '../../../src/channel/index.ts';
import { fate, useNode } from './world.ts';

const { opened } = useNode();

const away = async () => {
  throw new Error('Nobody is there.');
};
const chain: ChainAccess = { height: away, channel: away, nextNonce: away, post: away };

it('signs the next update', async () => {
  const { channel, node, peer, hears } = await opened({ watch: { chain }, settleTimeout: 60_000 });
  const next = node.funding('deposit', 'initiator', 5n);
  const deposits = async () => {
    const depositing = fate(channel.deposit(5n));
    await peer.hears();
    peer.asks('deposit_tx', next.tx);
    return { depositing, reply: await peer.reply('deposit_tx') };
  };
  const first = await deposits();
  peer.conflict(1);
  expect(await first.depositing).toMatchObject({ code: 'conflict' });
  const again = await deposits();
  expect(again.reply).toBe(first.reply);
  [node.shares, node.round] = [next.shares, next.round];
  await node.finishes(await node.putsUpdate('responder', 1n));
  expect(await again.depositing).toMatchObject({ round: 2, initiatorAmount: 12n });
  expect(await hears('updated')).toMatchObject({ state: { round: 3, initiatorAmount: 13n } });
});
