/** The board's side of a connection, over a real WebSocket and in both forms of packets, along every path of its machine. */
import { serverScenarios } from '../../../machines/board/cases.ts';
import { server } from '../../../machines/board/server.ts';
import { coverPaths, walk } from '../../../src/testing/index.ts';
import { expectedOf, Line, observe } from '../../harness/binding.ts';
import { coverageReport } from '../../harness/report.ts';
import { testModel } from '../../harness/testModel.ts';
import { forms, serverBinding } from './bindings.ts';

const { paths, coverage } = coverPaths(server, serverScenarios);
let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe('the board, on one connection', () => {
  it('is covered in full: every transition, both outcomes of every guard, every message in every state', () => {
    coverageReport('board.server', paths.length, coverage);
    expect(coverage.missed).toEqual([]);
  });

  it('has the same paths by @xstate/test', () => {
    for (const scenario of serverScenarios) {
      const model = testModel(server, scenario);
      const events = model
        .getShortestPaths({ allowDuplicatePaths: true })
        .map(({ steps }) => steps.map(({ event }) => event));
      const ours = paths.filter(({ name }) => name.startsWith(`${scenario.name}:`));
      expect(
        walk(server, scenario, events)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(ours.map(({ name }) => name).sort());
    }
  }, 300_000);

  it.each(Object.entries(forms))(
    'does at every step of every path what its machine says, to the byte, on %s',
    async (_, form) => {
      const binding = serverBinding(form);
      for (const path of paths) {
        const observed = await observe(binding, path, () => line.accepting());
        expect({ path: path.name, observed }).toEqual({ path: path.name, observed: expectedOf(binding, path) });
      }
    },
    240_000,
  );
});
