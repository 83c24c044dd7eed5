/** The rule that holds the kernel together: a pure step and an event sent to a live actor come to the same. */
import fc from 'fast-check';
import { expectSame, movesOf, playKernel, playLive } from './agreement.ts';
import { smallMachines } from './machines.ts';
import { roles } from './roles.ts';

const table = [...roles, ...smallMachines].flatMap((role) =>
  role.scenarios.map((scenario) => [role.name, scenario.name, role, scenario] as const),
);

describe('the kernel agrees with a live actor: state, context, status, what was told, in order, and timers', () => {
  it.each(table)('%s: %s', (_name, _scenario, { machine, pauses }, scenario) => {
    fc.assert(
      fc.property(movesOf(scenario, pauses), (moves) => {
        expectSame(playKernel(machine, scenario.input, moves), playLive(machine, scenario.input, moves));
      }),
      { numRuns: 40 },
    );
  });
});
