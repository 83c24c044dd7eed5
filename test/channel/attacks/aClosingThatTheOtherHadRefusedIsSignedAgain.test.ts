/** We have signed a closing and the other has not; later it wants to close itself. The same transaction comes under the other tag, and is answered by it. */
import { fate, useNode } from '../party/world.ts';

const { opened } = useNode();

it('the same transaction is said again, under the tag by which it is asked for now', async () => {
  const { channel, node, peer, notary } = await opened();
  const closing = fate(channel.shutdown());
  await peer.hears();
  peer.asks('shutdown_sign', node.closing);
  const reply = await peer.reply('shutdown_sign');
  peer.conflict(1);
  peer.asks('shutdown_sign_ack', node.closing);
  expect(await peer.reply('shutdown_sign_ack')).toBe(reply);
  const onChain = await notary.cosigned(node.closing);
  peer.onChain(onChain);
  expect(await closing).toEqual({ tx: onChain });
  peer.info('died');
  await channel.ended;
});
