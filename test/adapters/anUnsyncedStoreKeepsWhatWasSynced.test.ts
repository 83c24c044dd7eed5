/** The disk for crash tests: what was synced survives, of the rest whole writes and the oldest first, and a dead process is never answered. */
import { crashPoints, UnsyncedStore, type UnsyncedStoreOptions } from '../../src/testing/index.ts';
import { fates, keysOf, settled } from './levelDatabase.ts';

const put = (key: string, value = '') => [{ key, value }];

it('is a store: reads what was written, forgets what is to be forgotten, and lists keys by prefix in order', async () => {
  const store = new UnsyncedStore();
  await store.write([...put('a/2', 'two'), ...put('a/1', 'one'), ...put('b')]);
  await store.write([{ key: 'a/1', value: undefined }, ...put('a/0')]);
  expect(await keysOf(store, 'a/')).toEqual(['a/0', 'a/2']);
  expect([await store.read('a/2'), await store.read('a/1')]).toEqual(['two', undefined]);
  expect(store.writes).toBe(2);
  await store.close();
  await expect(store.read('a/2')).rejects.toMatchObject({ code: 'storeClosed' });
  await expect(store.write([])).rejects.toMatchObject({ code: 'storeClosed' });
});

it('synced by hand, a write is kept and answered when the test says so, in the order of the writes', async () => {
  const store = new UnsyncedStore({ syncs: 'byHand' });
  const told = fates([store.write(put('a')), store.write(put('b')), store.write(put('c'))]);
  await settled();
  expect([[...told], store.unsynced, store.disk.size]).toEqual([[], 3, 0]);
  store.sync(1);
  await settled();
  expect([[...told], store.unsynced, [...store.disk.keys()]]).toEqual([[[0, 'kept']], 2, ['a']]);
  store.sync();
  await settled();
  expect([...told.keys()]).toEqual([0, 1, 2]);
});

it.each([0, 1, 2, 3])('a crash that keeps %d of three unsynced writes keeps the oldest, whole', async (keep) => {
  const store = new UnsyncedStore({ syncs: 'byHand' });
  const told = fates(['a', 'b', 'c'].map((key) => store.write([...put(key, key), ...put('last', key)])));
  store.crash(keep);
  store.sync();
  const next = store.reopen();
  expect(await keysOf(next, '')).toEqual([...['a', 'b', 'c'].slice(0, keep), ...(keep > 0 ? ['last'] : [])]);
  expect(await next.read('last')).toBe([undefined, 'a', 'b', 'c'][keep]);
  await settled();
  expect([...told]).toEqual([]);
});

/** Writes three times, one after the other. */
async function writeThrice(store: UnsyncedStore): Promise<void> {
  for (const key of ['a', 'b', 'c']) await store.write(put(key));
}

const points = [...crashPoints(3)].map((point) => [point.when, point.crashAt, point] as const);

it.each(points)('killed %s write %d, it is never answered again', async (when, crashAt, point) => {
  let crashes = 0;
  const options: UnsyncedStoreOptions = { ...point, crashed: () => (crashes += 1) };
  const store = new UnsyncedStore(options);
  const told = fates([writeThrice(store)]);
  await settled();
  told.set(1, 'hangs');
  expect([store.hasCrashed, crashes, [...told]]).toEqual([true, 1, [[1, 'hangs']]]);
  const survivors = ['a', 'b', 'c'].slice(0, when === 'before' ? crashAt - 1 : crashAt);
  expect(await keysOf(store.reopen(), '')).toEqual(survivors);
  expect(crashes).toBe(1);
});

it.each(points)('failing %s write %d, it refuses that write and all later ones', async (when, crashAt, point) => {
  const store = new UnsyncedStore({ ...point, fault: 'throws' });
  await expect(writeThrice(store)).rejects.toMatchObject({ name: 'StoreFailed', code: 'crashed' });
  await expect(store.read('a')).rejects.toMatchObject({ code: 'crashed' });
  expect(store.disk.size).toBe(when === 'before' ? crashAt - 1 : crashAt);
});

it('a story that is shorter than its crash point ends without one', async () => {
  const store = new UnsyncedStore({ crashAt: 4 });
  await writeThrice(store);
  expect([store.hasCrashed, store.writes]).toEqual([false, 3]);
});
