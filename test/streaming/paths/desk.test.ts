/** The payee's desk, over a real WebSocket, along every path of its machine. */
import { deskScenarios } from '../../../machines/streaming/cases.ts';
import { desk } from '../../../machines/streaming/desk.ts';
import { coverPaths, walk } from '../../../src/testing/index.ts';
import { expectedOf, Line, observe } from '../../harness/binding.ts';
import { coverageReport } from '../../harness/report.ts';
import { testModel } from '../../harness/testModel.ts';
import { deskBinding } from './bindings.ts';

const { paths, coverage } = coverPaths(desk, deskScenarios);
let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe("a payee's desk, on one socket", () => {
  it('is covered in full: every transition, both outcomes of every guard, every message in every state', () => {
    coverageReport('streaming.desk', paths.length, coverage);
    expect(coverage.missed).toEqual([]);
  });

  it('has the same paths by @xstate/test', () => {
    for (const scenario of deskScenarios) {
      const model = testModel(desk, scenario);
      const events = model
        .getShortestPaths({ allowDuplicatePaths: true })
        .map(({ steps }) => steps.map(({ event }) => event));
      const ours = paths.filter(({ name }) => name.startsWith(`${scenario.name}:`));
      expect(
        walk(desk, scenario, events)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(ours.map(({ name }) => name).sort());
    }
  }, 300_000);

  it('does at every step of every path what its machine says, to the byte', async () => {
    for (const path of paths) {
      const observed = await observe(deskBinding, path, () => line.accepting());
      expect({ path: path.name, observed }).toEqual({ path: path.name, observed: expectedOf(deskBinding, path) });
    }
  }, 240_000);
});
