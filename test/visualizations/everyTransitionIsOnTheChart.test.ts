/** A chart that left something out would say that the role does not do it. */
import { jest } from '@jest/globals';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { readChart } from '../../visualizations/model.ts';
import { roles } from '../../visualizations/roles.ts';
import { drawSvg } from '../../visualizations/svg.ts';
import { borrower } from './sample.ts';

// Drawing takes a second or two on a free machine.
jest.setTimeout(60_000);

const machines: [string, AnyStateMachine][] = [
  ['a made-up role', borrower],
  ...roles.map(({ protocol, role, machine }): [string, AnyStateMachine] => [`${protocol} ${role}`, machine]),
];

/** Counted apart from the model, straight from XState. */
function transitionsOf(node: AnyStateNode): number {
  const own = [...node.transitions.values(), node.always ?? []].flat().length;
  return Object.values(node.states).reduce((count, child) => count + transitionsOf(child), own);
}

describe.each(machines)('%s', (_name, machine) => {
  const chart = readChart(machine);

  it('has every transition in its chart', () => {
    expect(chart.transitions).toHaveLength(transitionsOf(machine.root));
    expect(new Set(chart.transitions.map(({ id }) => id)).size).toBe(chart.transitions.length);
  });

  it('has every state and every transition in its picture', async () => {
    const svg = await drawSvg(chart);
    const drawn = [...svg.matchAll(/data-id="([^"]*)"/g)].map(([, id]) => id);
    expect(drawn).toEqual(expect.arrayContaining(chart.transitions.map(({ id }) => id.replaceAll('>', '&gt;'))));
    expect(drawn).toEqual(expect.arrayContaining(chart.states.slice(1).map(({ id }) => id)));
  });
});
