/** Group commit: while one batch is being synced, all writes that come in become the next one, in their order and up to a size. */
import { LevelStore } from '../../adapters/level.ts';
import { fates, HeldDatabase, keysOf, settled, useFolder } from './levelDatabase.ts';

const folder = useFolder();
const put = (key: string, value = '') => [{ key, value }];

it('what is written during a sync is gathered into the next, and nobody is told before their own', async () => {
  const database = new HeldDatabase();
  const store = new LevelStore(database);
  const early = [store.write(put('a')), store.write(put('b'))];
  await settled();
  const late = [store.write([...put('c'), { key: 'a', value: undefined }]), store.write(put('d'))];
  const told = fates([...early, ...late]);
  await settled();
  expect(database.syncs.map(({ changes }) => changes.map(({ key }) => key))).toEqual([['a', 'b']]);
  expect([...told]).toEqual([]);

  database.syncs[0]?.succeed();
  await settled();
  expect([...told.keys()]).toEqual([0, 1]);
  expect(database.syncs[1]?.changes).toEqual([...put('c'), { key: 'a', value: undefined }, ...put('d')]);
  expect([store.syncs, store.writes]).toEqual([1, 2]);

  database.syncs[1]?.succeed();
  await settled();
  expect([...told.keys()]).toEqual([0, 1, 2, 3]);
  expect([store.syncs, store.writes]).toEqual([2, 4]);
  expect(database.syncs.every(({ isSynced }) => isSynced)).toBe(true);
});

it('a batch holds so many characters, a write is never divided, and their order stays', async () => {
  const database = new HeldDatabase();
  const store = new LevelStore(database, { maxBatch: 10 });
  const writes = [
    store.write(put('a', '1234')),
    store.write(put('b', '1234')),
    store.write(put('c', '')),
    store.write([...put('d', '123456789'), ...put('e', '123456789')]),
    store.write(put('f', '')),
  ];
  for (let n = 0; n < 4; n += 1) {
    await settled();
    database.syncs[n]?.succeed();
  }
  await Promise.all(writes);
  const batches = database.syncs.map(({ changes }) => changes.map(({ key }) => key).join(''));
  expect(batches).toEqual(['ab', 'c', 'de', 'f']);
});

it('a thousand who write one after the other, all at the same time, need few syncs of a real disk', async () => {
  const store = await LevelStore.open(folder());
  const write = async (writer: number) => {
    for (let n = 0; n < 5; n += 1) await store.write(put(`w${writer}/${n}`, 'x'.repeat(800)));
  };
  await Promise.all(Array.from({ length: 1_000 }, (_, writer) => write(writer)));
  expect(store.writes).toBe(5_000);
  // Five rounds, if all keep step.
  expect(store.syncs).toBeLessThanOrEqual(50);
  expect((await keysOf(store, 'w')).length).toBe(5_000);
  await store.close();
});
