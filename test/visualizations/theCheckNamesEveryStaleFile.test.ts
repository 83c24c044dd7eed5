/** `npm run charts -- --check` guards the committed charts: it says which are wrong, and changes nothing. */
import { mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { chartFiles, compare, run, write } from '../../visualizations/charts.ts';
import { borrower } from './sample.ts';

// Drawing takes a second or two on a free machine.
jest.setTimeout(60_000);

const role = { protocol: 'library', role: 'borrower', machine: borrower, exampleContext: { tries: 0 } };
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charts-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

it('finds nothing to say after drawing', async () => {
  const log = jest.spyOn(console, 'log').mockReturnValue();
  expect(await run([], folder, [role])).toBe(0);
  expect(log).toHaveBeenCalledWith('Drew 3 files of 1 roles.');
  expect(await run(['--check'], folder, [role])).toBe(0);
});

it('names what is missing, stale or left over, writes nothing, and exits with 1', async () => {
  const files = await chartFiles([role]);
  await write(folder, files);
  await unlink(join(folder, 'library/borrower.svg'));
  await writeFile(join(folder, 'library/borrower.mmd'), 'old');
  await writeFile(join(folder, 'library/lender.svg'), 'of a role that is gone');
  expect(await compare(folder, files)).toEqual([
    { file: 'library/borrower.svg', state: 'missing' },
    { file: 'library/borrower.mmd', state: 'stale' },
    { file: 'library/lender.svg', state: 'left over' },
  ]);
  const said: string[] = [];
  jest.spyOn(console, 'error').mockImplementation((line) => void said.push(String(line)));
  expect(await run(['--check'], folder, [role])).toBe(1);
  expect(said).toContain('missing: visualizations/library/borrower.svg');
  expect(said).toContain('stale: visualizations/library/borrower.mmd');
  expect(said).toContain('left over: visualizations/library/lender.svg');
  expect(await readFile(join(folder, 'library/borrower.mmd'), 'utf8')).toBe('old');
});
