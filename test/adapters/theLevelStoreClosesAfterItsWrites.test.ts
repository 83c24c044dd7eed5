/** Closing waits for what is being written and refuses what comes later. */
import { LevelStore } from '../../adapters/level.ts';
import { fates, HeldDatabase, settled, useFolder } from './levelDatabase.ts';

const folder = useFolder();
const put = (key: string, value = '') => [{ key, value }];

it('waits for every write that it was given before', async () => {
  const database = new HeldDatabase();
  const store = new LevelStore(database);
  const writes = [store.write(put('a'))];
  await settled();
  writes.push(store.write(put('b')));
  const told = fates([...writes, store.close(), store.write(put('c'))]);
  await settled();
  expect([...told]).toEqual([[3, 'storeClosed']]);
  database.syncs[0]?.succeed();
  await settled();
  expect(database.isClosed).toBe(false);
  database.syncs[1]?.succeed();
  await settled();
  expect(database.isClosed).toBe(true);
  expect(Object.fromEntries(told)).toEqual({ 0: 'kept', 1: 'kept', 2: 'kept', 3: 'storeClosed' });
});

it('then nothing can be read or written, closing again does no harm, and the folder is free', async () => {
  const store = await LevelStore.open(folder());
  const write = store.write(put('a', '1'));
  await Promise.all([store.close(), store.close()]);
  await write;
  const refusal = { name: 'StoreFailed', code: 'storeClosed' };
  await expect(store.read('a')).rejects.toMatchObject(refusal);
  await expect(store.write(put('a'))).rejects.toMatchObject(refusal);
  await expect(store.keys('')[Symbol.asyncIterator]().next()).rejects.toMatchObject(refusal);
  const next = await LevelStore.open(folder());
  expect(await next.read('a')).toBe('1');
  await next.close();
});
