/**
 * What is asked of every role: its paths, as @xstate/test finds them, leave nothing out, and the bound role does at each step what its machine says.
 */
import type { AnyStateMachine } from 'xstate';
import { measureCoverage, walk } from '../../src/testing/index.ts';
import type { RolePath, Scenario } from '../../src/testing/paths.ts';
import { type Binding, expectedOf, observe } from './binding.ts';
import { coverageReport } from './report.ts';
import { testModel } from './testModel.ts';

/** The paths of a scenario, by @xstate/test. */
export function testPaths<Machine extends AnyStateMachine>(
  machine: Machine,
  scenario: Scenario<Machine>,
): RolePath<Machine>[] {
  const found = testModel(machine, scenario).getShortestPaths({ allowDuplicatePaths: true });
  return walk(
    machine,
    scenario,
    found.map(({ steps }) => steps.map(({ event }) => event)),
  );
}

/** Declares the tests of a role, over the connections that `open` makes. A role of more than one wire has a binding for each. */
export function followsEveryPath<Machine extends AnyStateMachine>(
  binding: Binding<Machine>,
  scenarios: readonly Scenario<Machine>[],
  open: Parameters<typeof observe<Machine>>[2],
  ...others: readonly Binding<Machine>[]
): void {
  const { machine } = binding;
  const paths = scenarios.flatMap((scenario) => testPaths(machine, scenario));

  it('is covered in full: every transition, both outcomes of every guard, every message in every state', () => {
    const types = scenarios.flatMap(({ cases }) => cases.map(({ type }) => type));
    const coverage = measureCoverage(machine, paths, types);
    coverageReport(machine.id, paths.length, coverage);
    expect(coverage.missed).toEqual([]);
  });

  it('does at every step of every path what its machine says, to the byte', async () => {
    for (const path of paths) {
      for (const bound of [binding, ...others]) {
        const observed = await observe(bound, path, open);
        expect({ path: path.name, observed }).toEqual({ path: path.name, observed: expectedOf(bound, path) });
      }
    }
  }, 300_000);
}
