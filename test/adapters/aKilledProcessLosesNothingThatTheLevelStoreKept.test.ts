/** A process is killed while it writes: what it was told to be kept is there, and of no batch only a half. Again and again, on the same database. */
import { randomInt } from 'node:crypto';
import { LevelStore } from '../../adapters/level.ts';
import { keysOf, useFolder } from './levelDatabase.ts';
import { writeAndDie } from './levelWriter.ts';

const folder = useFolder();

it.each([1, 50])(
  'with %d writing at the same time',
  async (writers) => {
    const acknowledged: string[] = [];
    for (let life = 0; life < 5; life += 1) {
      acknowledged.push(...(await writeAndDie(folder(), life, writers, randomInt(1, 200))));
      const store = await LevelStore.open(folder());
      const left = new Set((await keysOf(store, 'left/')).map((key) => key.slice('left/'.length)));
      const right = new Set((await keysOf(store, 'right/')).map((key) => key.slice('right/'.length)));
      expect([...left].filter((write) => !right.has(write))).toEqual([]);
      expect([...right].filter((write) => !left.has(write))).toEqual([]);
      expect(acknowledged.filter((write) => !left.has(write))).toEqual([]);
      for (const key of await keysOf(store, `last/${life}/`)) {
        const [, , writer] = key.split('/');
        const last = Number(await store.read(key));
        expect([left.has(`${life}/${writer}/${last}`), left.has(`${life}/${writer}/${last + 1}`)]).toEqual([
          true,
          false,
        ]);
        expect(await store.read(`left/${life}/${writer}/${last}`)).toBe(`${last} ${'x'.repeat(800)}`);
      }
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThan(4);
  },
  60_000,
);
