/** What Stately Studio imports must be the role itself: read back by XState, it has the same chart. */
import { type AnyStateMachine, createMachine } from 'xstate';
import { readChart } from '../../visualizations/model.ts';
import { roles } from '../../visualizations/roles.ts';
import { configOf, drawStately } from '../../visualizations/stately.ts';
import { borrower } from './sample.ts';

const machines: [string, AnyStateMachine, unknown][] = [
  ['library borrower', borrower, { tries: 0 }],
  ...roles.map(({ protocol, role, machine, exampleContext }): [string, AnyStateMachine, unknown] => [
    `${protocol} ${role}`,
    machine,
    exampleContext,
  ]),
];

/** The data between the brackets of a file. */
function dataOf(file: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(/^export const machine = createMachine\((.*)\);\n$/ms.exec(file)?.[1] ?? '');
}

it.each(machines)('%s', (_name, machine, exampleContext) => {
  const revived = createMachine(dataOf(drawStately(machine, exampleContext)));
  const { actionKinds, ...chart } = readChart(machine);
  expect(readChart(revived)).toMatchObject(chart);
  expect(revived.config.context).toEqual(exampleContext);
});

it('keeps a combined guard as a name, and leaves out what is only a function', () => {
  const machine = createMachine({ id: 'm', context: () => ({ n: 1 }), output: () => 2, entry: [() => undefined] });
  expect(configOf(machine, { n: 7 })).toEqual({ id: 'm', context: { n: 7 }, entry: ['inline'] });
});

it('refuses what is no data', () => {
  const machine = createMachine({ id: 'm', context: { amount: 1n } });
  expect(() => configOf(machine, {})).toThrow('it holds a bigint');
});
