/** Two parties open one channel after the other, and keep both in one store: each is watched over by itself, until the chain has done with it. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { fromHex } from '../../../src/bytes.ts';
import type { ChainAccess } from '../../../src/channel/chainAccess.ts';
import { encode } from '../../../src/channel/encoding.ts';
import { channelsIn } from '../../../src/channel/records.ts';
import { idHex } from '../chain/dispute.ts';
import { alice } from '../node/world.ts';
import { pairOf, useNode } from '../party/world.ts';
import { ofResponder, World } from './world.ts';

const { opened } = useNode();

const later = 'ab'.repeat(32);

it('a later channel of the same name begins with its own states, however far the one before had come', async () => {
  const world = await World.open();
  await world.knows(5, [3n, 17n]);
  await world.restart({ channel: { ...ofResponder('modern'), channelId: later } });
  await world.knows(2, [9n, 11n]);
  expect(world.watch.round).toBe(2);
  await world.restart();
  expect(world.watch.round).toBe(5);
  await world.watch.stop();
  const kept = await channelsIn(world.store);
  expect(kept.map(({ name, channelId }) => [name, channelId])).toEqual([
    ['ours', later],
    ['ours', idHex],
  ]);
});

it("both parties' watches may share a store", async () => {
  const world = await World.open();
  await world.knows(5, [3n, 17n]);
  world.signer = alice.signer;
  await world.restart({ channel: { ...ofResponder('modern'), role: 'initiator' } });
  expect(world.watch.round).toBe(0);
  await world.watch.stop();
});

it('a party that opens its next channel takes up the watch over the one before', async () => {
  const name = 'ours';
  const store = new MemoryStore();
  const asked = new Set<string>();
  const chain: ChainAccess = {
    height: async () => 1,
    channel: async (id) => {
      asked.add(id);
      return undefined;
    },
    nextNonce: async () => 1n,
    post: async () => undefined,
  };
  const { signers } = await pairOf('modern');
  const before = await World.open('modern', { store, signer: signers.responder });
  await before.knows(5, [3n, 17n]);
  await before.watch.stop();
  const { channel } = await opened({ era: 'modern', role: 'responder', name, store, watch: { chain } });
  expect(channel.state?.round).toBe(1);
  await channel.disconnect();
  expect([...asked]).toContain(encode('ch', 'modern', fromHex(idHex)));
});
