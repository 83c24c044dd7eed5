/** The store on the disk: a batch is written whole, what is forgotten is gone, keys come in order; and all of it is there after a restart. */
import { LevelStore } from '../../adapters/level.ts';
import { keysOf, useFolder } from './levelDatabase.ts';

const folder = useFolder();

it('reads what was written, forgets what is to be forgotten, lists keys by prefix in order, and so after a restart', async () => {
  const first = await LevelStore.open(folder());
  await first.write([
    { key: 'a/2', value: 'two' },
    { key: 'a/1', value: 'one' },
    { key: 'a', value: 'before' },
    { key: 'b', value: 'other' },
    { key: 'ä/😀', value: 'böse "\u0000\n 😀' },
    { key: 'empty', value: '' },
  ]);
  await first.write([
    { key: 'a/1', value: undefined },
    { key: 'a/0', value: 'zero' },
    { key: 'never there', value: undefined },
  ]);
  const check = async (store: LevelStore) => {
    expect(await keysOf(store, 'a/')).toEqual(['a/0', 'a/2']);
    expect(await keysOf(store, 'ä')).toEqual(['ä/😀']);
    expect(await keysOf(store, '')).toEqual(['a', 'a/0', 'a/2', 'b', 'empty', 'ä/😀']);
    expect(await keysOf(store, 'z')).toEqual([]);
    expect(await store.read('a/0')).toBe('zero');
    expect(await store.read('a/1')).toBeUndefined();
    expect(await store.read('ä/😀')).toBe('böse "\u0000\n 😀');
    expect(await store.read('empty')).toBe('');
  };
  await check(first);
  await first.close();
  const second = await LevelStore.open(folder());
  await check(second);
  await second.close();
});

it('within a batch and between batches the last change of a key counts', async () => {
  const store = await LevelStore.open(folder());
  await Promise.all([
    store.write([
      { key: 'k', value: '1' },
      { key: 'k', value: '2' },
    ]),
    store.write([{ key: 'k', value: undefined }]),
    store.write([{ key: 'k', value: '3' }]),
  ]);
  expect(await store.read('k')).toBe('3');
  await store.close();
});

it('a write of nothing is kept at once', async () => {
  const store = await LevelStore.open(folder());
  await store.write([]);
  expect(await keysOf(store, '')).toEqual([]);
  await store.close();
});

it('who leaves a list of keys early leaves nothing open', async () => {
  const store = await LevelStore.open(folder());
  await store.write(Array.from({ length: 1_000 }, (_, n) => ({ key: `k${n}`, value: '' })));
  for await (const key of store.keys('k')) {
    expect(key).toBe('k0');
    break;
  }
  await store.close();
});
