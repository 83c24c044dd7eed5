/** A watch whose store fails is over, and says so: nobody waits for it, and nobody believes that it still watches. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { watchName } from '../../../src/channel/records.ts';
import { StoreFailed } from '../../../src/errors.ts';
import { useNode } from '../party/world.ts';
import { ofResponder, World } from './world.ts';

const { opened } = useNode();

/** Keeps nothing more, once it is told so. */
class FailingStore extends MemoryStore {
  isFull = false;

  override write(changes: Parameters<MemoryStore['write']>[0]): Promise<void> {
    return this.isFull && changes.some(({ key }) => key.startsWith('session/channel.watcher'))
      ? Promise.reject(new Error('The disk is full.'))
      : super.write(changes);
  }
}

it('when it cannot write', async () => {
  const store = new FailingStore();
  const world = await World.open('modern', { store });
  await world.until('watching.resting');
  const closing = world.watch.closeAlone();
  store.isFull = true;
  await world.knows(5, [3n, 17n]);
  await expect(closing).rejects.toThrow(StoreFailed);
  await world.watch.ended;
  expect(world.tells()).toEqual(['unwatched']);
  await expect(world.watch.closeAlone()).rejects.toThrow(StoreFailed);
  await world.watch.stop();
});

it('when what it has kept cannot be read', async () => {
  const store = new MemoryStore();
  const key = `session/channel.watcher/${watchName(ofResponder('modern'))}`;
  await store.write([{ key, value: 'not a record' }]);
  const before = World.open('modern', { store });
  await expect(before).rejects.toThrow(StoreFailed);
});

it('and the channel that it was begun for tells its app, whose promise to close alone settles', async () => {
  const store = new FailingStore();
  store.isFull = true;
  const chain = {
    height: async () => 1,
    channel: async () => undefined,
    nextNonce: async () => 1n,
    post: async () => undefined,
  };
  const { channel, hears } = await opened({ speaks: 'epoch', era: 'modern', store, watch: { chain } });
  expect(await hears('unwatched')).toEqual({ type: 'unwatched', reason: expect.stringContaining('did not keep') });
  await expect(channel.closeAlone()).rejects.toThrow(StoreFailed);
});
