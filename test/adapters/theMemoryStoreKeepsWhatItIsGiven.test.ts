/** The store in memory: a batch is written whole, what is forgotten is gone, keys come in order. */
import { MemoryStore } from '../../adapters/memoryStore.ts';

it('reads what was written, forgets what is to be forgotten, and lists keys by prefix in order', async () => {
  const store = new MemoryStore();
  await store.write([
    { key: 'a/2', value: 'two' },
    { key: 'a/1', value: 'one' },
    { key: 'b', value: 'other' },
  ]);
  expect([await store.read('a/1'), await store.read('a/2'), await store.read('c')]).toEqual(['one', 'two', undefined]);
  await store.write([
    { key: 'a/1', value: undefined },
    { key: 'a/0', value: 'zero' },
  ]);
  const keys: string[] = [];
  for await (const key of store.keys('a/')) keys.push(key);
  expect(keys).toEqual(['a/0', 'a/2']);
  expect(await store.read('a/1')).toBeUndefined();
});
