/** The node, its parties' frames over a real WebSocket, along every path of its machine. */

import { node } from '../../../machines/channel/node.ts';
import { nodeScenarios } from '../../../machines/channel/nodeCases.ts';
import { coverPaths, walk } from '../../../src/testing/index.ts';
import { expectedOf, Line, observe } from '../../harness/binding.ts';
import { coverageReport } from '../../harness/report.ts';
import { testModel } from '../../harness/testModel.ts';
import { nodeBinding } from './nodeBinding.ts';

const { paths, coverage } = coverPaths(node, nodeScenarios);
let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe('the node of one channel', () => {
  it('is covered in full: every transition, both outcomes of every guard, every message in every state', () => {
    coverageReport('channel.node', paths.length, coverage);
    expect(coverage.missed).toEqual([]);
  });

  it('has the same paths by @xstate/test', () => {
    for (const scenario of nodeScenarios) {
      const model = testModel(node, scenario);
      const events = model
        .getShortestPaths({ allowDuplicatePaths: true })
        .map(({ steps }) => steps.map(({ event }) => event));
      const ours = paths.filter(({ name }) => name.startsWith(`${scenario.name}:`));
      expect(
        walk(node, scenario, events)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(ours.map(({ name }) => name).sort());
    }
  }, 300_000);

  it('does at every step of every path what its machine says, to the byte', async () => {
    for (const path of paths) {
      const observed = await observe(nodeBinding, path, () => line.accepting());
      expect({ path: path.name, observed }).toEqual({ path: path.name, observed: expectedOf(nodeBinding, path) });
    }
  }, 240_000);
});
