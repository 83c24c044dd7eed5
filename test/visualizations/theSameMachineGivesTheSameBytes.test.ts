/** Charts are committed: a change in one must mean a change in its machine. */
import { jest } from '@jest/globals';
import { chartFiles } from '../../visualizations/charts.ts';
import { borrower } from './sample.ts';

// Drawing takes a second or two on a free machine.
jest.setTimeout(60_000);

it('draws every file alike, twice', async () => {
  const role = { protocol: 'library', role: 'borrower', machine: borrower, exampleContext: { tries: 0 } };
  const first = await chartFiles([role]);
  expect([...first.keys()]).toEqual(['library/borrower.svg', 'library/borrower.mmd', 'library/borrower.stately.js']);
  expect(await chartFiles([role])).toEqual(first);
});
