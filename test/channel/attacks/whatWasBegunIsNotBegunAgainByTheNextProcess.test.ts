/**
 * A process is killed when it has begun an update, and before anything else was kept: the message has left or not, nobody knows. The next process does
 * not say it again, since a node takes two for two; it signs when the node asks, and forgets it when the node does not.
 */
import { UnsyncedStore } from '../../../src/testing/index.ts';
import { Node, useNode } from '../party/world.ts';

const { opened, party, accept } = useNode();

it('an update', async () => {
  const store = new UnsyncedStore();
  const { channel, node, peer, notary } = await opened({ store, answerTimeout: 2_000, closeTimeout: 50 });
  void channel.pay(1n).catch(() => {});
  await peer.hears();
  const next = await party({ store: store.reopen() });
  peer.socket.terminate();
  const opening = next.channel.open();
  const again = new Node(await accept(), notary, 'initiator', 'text');
  // The process that was killed does nothing any more; its line may come back all the same, and stays silent.
  await opening;
  again.peer.info('open');
  while (next.channel.machineState !== 'open.ready') await next.hears('ready');
  expect(again.peer.unread()).toEqual([]);
  const paying = next.channel.pay(2n);
  const { started } = await again.takesUpdate('initiator', 2n);
  expect(started).toMatchObject({ payload: { amount: 2 } });
  await again.finishes(again.next('initiator', 2n));
  expect(await paying).toMatchObject({ round: 2, initiatorAmount: 5n });
  expect(node.round).toBe(1);
});
