/** A database has one owner; who cannot open one is told why. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LevelStore } from '../../adapters/level.ts';
import { useFolder } from './levelDatabase.ts';

const folder = useFolder();

it('in the same process', async () => {
  const store = await LevelStore.open(folder());
  await expect(LevelStore.open(folder())).rejects.toMatchObject({
    name: 'StoreFailed',
    code: 'storeLocked',
    message: expect.stringContaining(folder()),
  });
  await store.close();
  await (await LevelStore.open(folder())).close();
});

it('among processes, until the other one is dead', async () => {
  const script = new URL('levelWriter.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, folder(), '0', '0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await expect(LevelStore.open(folder())).rejects.toMatchObject({ name: 'StoreFailed', code: 'storeLocked' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await LevelStore.open(folder())).close();
});

it('a place where there can be no database', async () => {
  const file = join(folder(), 'file');
  await writeFile(file, '');
  const refusal = { name: 'StoreFailed', code: 'storeNotOpened', cause: expect.any(Error) };
  await expect(LevelStore.open(file)).rejects.toMatchObject(refusal);
  await expect(LevelStore.open('')).rejects.toMatchObject(refusal);
});
