/** Both have signed the closing, and the node says that it is on its way; in truth it keeps it back for the other, who closes with an old state. */
import type { ChainAccess, ChannelView } from '../../../src/channel/chainAccess.ts';
import { decode } from '../../../src/channel/encoding.ts';
import { decodeTransaction } from '../../../src/channel/serialization.ts';
import { useNode } from '../party/world.ts';

const { opened } = useNode();

it.each(['legacy', 'modern'] as const)('the watch goes on, and slashes, with %s encodings', async (era) => {
  let failures = 0;
  let view: ChannelView = { initiatorAmount: 10n, responderAmount: 10n, round: 1, lockedUntil: 0 };
  let tellPosted: (tx: string) => void = () => {};
  const posted = new Promise<string>((resolve) => {
    tellPosted = resolve;
  });
  const chain: ChainAccess = {
    height: async () => 10,
    channel: async () => {
      if (failures === 0) return view;
      failures -= 1;
      throw new Error('Not now.');
    },
    nextNonce: async () => 9n,
    post: async (tx) => {
      tellPosted(tx);
      return undefined;
    },
  };
  const { channel, node, peer, hears } = await opened({ speaks: 'epoch', era, watch: { chain, every: 5 } });
  const paying = channel.request(2n);
  await node.finishes(await node.takesUpdate('responder', 2n));
  await paying;
  const closing = channel.shutdown();
  await peer.hears();
  peer.asks('shutdown_sign', node.closing);
  await peer.reply('shutdown_sign');
  peer.onChain(await node.notary.cosigned(node.closing));
  peer.info('died');
  await closing;
  await hears('closed');
  failures = 3;
  expect(await hears('hindered')).toEqual({ type: 'hindered', reason: 'Not now.' });
  view = { ...view, lockedUntil: 20 };
  expect(await hears('slashed')).toEqual({ type: 'slashed', round: 2, stale: 1 });
  const slash = decodeTransaction(decode(await posted, 'tx').bytes);
  expect(slash).toMatchObject({ type: 'signed', transaction: { type: 'channelSlash' } });
});
