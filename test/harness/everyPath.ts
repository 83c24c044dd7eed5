/** What is asked of every role: its paths leave nothing out, @xstate/test finds the same ones, and the bound role does at each step what its machine says. */
import type { AnyStateMachine } from 'xstate';
import { coverPaths, walk } from '../../src/testing/index.ts';
import type { Scenario } from '../../src/testing/paths.ts';
import { type Binding, expectedOf, observe } from './binding.ts';
import { coverageReport } from './report.ts';
import { testModel } from './testModel.ts';

/** Declares the three tests of a role, over the connections that `open` makes. */
export function followsEveryPath<Machine extends AnyStateMachine>(
  binding: Binding<Machine>,
  scenarios: readonly Scenario<Machine>[],
  open: Parameters<typeof observe<Machine>>[2],
): void {
  const { machine } = binding;
  const { paths, coverage } = coverPaths(machine, scenarios);

  it('is covered in full: every transition, both outcomes of every guard, every message in every state', () => {
    coverageReport(machine.id, paths.length, coverage);
    expect(coverage.missed).toEqual([]);
  });

  it('has the same paths by @xstate/test', () => {
    for (const scenario of scenarios) {
      const model = testModel(machine, scenario);
      const events = model
        .getShortestPaths({ allowDuplicatePaths: true })
        .map(({ steps }) => steps.map(({ event }) => event));
      const ours = paths.filter(({ name }) => name.startsWith(`${scenario.name}:`));
      expect(
        walk(machine, scenario, events)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(ours.map(({ name }) => name).sort());
    }
  }, 300_000);

  it('does at every step of every path what its machine says, to the byte', async () => {
    for (const path of paths) {
      const observed = await observe(binding, path, open);
      expect({ path: path.name, observed }).toEqual({ path: path.name, observed: expectedOf(binding, path) });
    }
  }, 240_000);
}
