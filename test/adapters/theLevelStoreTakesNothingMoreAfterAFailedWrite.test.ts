/** A write that the database could not keep: it and those that shared its batch fail; what comes later is refused; what was kept can be read. */
import { Level } from 'level';
import { LevelStore } from '../../adapters/level.ts';
import { fates, HeldDatabase, settled, useFolder } from './levelDatabase.ts';

const folder = useFolder();
const put = (key: string, value = '') => [{ key, value }];

it('every write of the failed batch is rejected with the cause, those behind it are refused unwritten, those before it stand', async () => {
  const database = new HeldDatabase();
  const store = new LevelStore(database);
  const before = store.write(put('a'));
  await settled();
  const failing = [store.write(put('b')), store.write(put('c'))];
  database.syncs[0]?.succeed();
  await settled();
  const behind = store.write(put('d'));
  const told = fates([before, ...failing, behind]);
  database.syncs[1]?.fail(new Error('No space left on device'));
  await settled();
  expect(Object.fromEntries(told)).toEqual({ 0: 'kept', 1: 'writeFailed', 2: 'writeFailed', 3: 'storeBroken' });
  await expect(failing[0]).rejects.toMatchObject({
    name: 'StoreFailed',
    cause: { message: 'No space left on device' },
  });
  await expect(store.write(put('e'))).rejects.toMatchObject({ name: 'StoreFailed', code: 'storeBroken' });
  expect(database.syncs.length).toBe(2);
  expect([store.syncs, store.writes]).toEqual([1, 1]);
  await store.close();
  expect(database.isClosed).toBe(true);
});

it('a real database that is closed underneath: writes and reads fail, and opened anew it has what was kept', async () => {
  const database = new Level<string, string>(folder());
  await database.open();
  const broken = new LevelStore(database);
  await broken.write(put('kept', 'yes'));
  await database.close();
  const writes = [broken.write(put('a')), broken.write(put('b'))];
  for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'writeFailed' });
  await expect(broken.write(put('c'))).rejects.toMatchObject({ code: 'storeBroken' });
  await expect(broken.read('kept')).rejects.toMatchObject({ name: 'StoreFailed', code: 'readFailed' });
  await expect(broken.keys('')[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'readFailed' });
  await broken.close();

  const anew = await LevelStore.open(folder());
  expect(await anew.read('kept')).toBe('yes');
  expect(await anew.read('a')).toBeUndefined();
  await anew.write(put('a', 'now'));
  await anew.close();
});
