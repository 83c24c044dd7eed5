/** A snapshot that went through the store, as text, is as good as one that never left. */
import fc from 'fast-check';
import type { StoredSnapshot } from '../../src/kernel.ts';
import { expectSame, movesOf, playKernel } from './agreement.ts';
import { smallMachines } from './machines.ts';
import { roles } from './roles.ts';

const table = [...roles, ...smallMachines].flatMap((role) =>
  role.scenarios.map((scenario) => [role.name, scenario.name, role, scenario] as const),
);

describe('saved as JSON and loaded between any two events, a machine goes on as if nothing had happened', () => {
  it.each(table)('%s: %s', (_name, _scenario, { machine, pauses }, scenario) => {
    fc.assert(
      fc.property(movesOf(scenario, pauses), (moves) => {
        const stored = playKernel(machine, scenario.input, moves, (kernel, snapshot) => {
          if (snapshot.status === 'error') return snapshot;
          const record: StoredSnapshot = JSON.parse(JSON.stringify(kernel.save(snapshot)));
          return kernel.load(record);
        });
        expectSame(stored, playKernel(machine, scenario.input, moves));
      }),
      { numRuns: 20 },
    );
  });
});
