/** A chart that left something out would say that the role does not do it. */
import { readFile } from 'node:fs/promises';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { readChart } from '../../visualizations/model.ts';
import { roles } from '../../visualizations/roles.ts';
import { drawSvg } from '../../visualizations/svg.ts';
import { borrower } from './sample.ts';

/** The committed picture: that it is the current one is checked before the tests are run. */
const committed = (file: string) => readFile(new URL(`../../visualizations/${file}.svg`, import.meta.url), 'utf8');

const machines: [string, AnyStateMachine, () => Promise<string>][] = [
  ['a made-up role', borrower, () => drawSvg(readChart(borrower))],
  ...roles.map(({ protocol, role, machine }): [string, AnyStateMachine, () => Promise<string>] => [
    `${protocol} ${role}`,
    machine,
    () => committed(`${protocol}/${role}`),
  ]),
];

/** Counted apart from the model, straight from XState. */
function transitionsOf(node: AnyStateNode): number {
  const own = [...node.transitions.values(), node.always ?? []].flat().length;
  return Object.values(node.states).reduce((count, child) => count + transitionsOf(child), own);
}

describe.each(machines)('%s', (_name, machine, picture) => {
  const chart = readChart(machine);

  it('has every transition in its chart', () => {
    expect(chart.transitions).toHaveLength(transitionsOf(machine.root));
    expect(new Set(chart.transitions.map(({ id }) => id)).size).toBe(chart.transitions.length);
  });

  it('has every state and every transition in its picture', async () => {
    const svg = await picture();
    const drawn = [...svg.matchAll(/data-id="([^"]*)"/g)].map(([, id]) => id);
    expect(drawn).toEqual(expect.arrayContaining(chart.transitions.map(({ id }) => id.replaceAll('>', '&gt;'))));
    expect(drawn).toEqual(expect.arrayContaining(chart.states.slice(1).map(({ id }) => id)));
  });
});
