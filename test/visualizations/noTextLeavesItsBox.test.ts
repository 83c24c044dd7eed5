/** Boxes are sized before anything is drawn: nothing may be wider than its box, and nothing may stand on anything else. */
import { jest } from '@jest/globals';
import { type Layout, layOut } from '../../visualizations/layout.ts';
import { readChart } from '../../visualizations/model.ts';
import { roles } from '../../visualizations/roles.ts';
import type { Box, Shape } from '../../visualizations/scene.ts';
import { bestLayout } from '../../visualizations/svg.ts';
import { widthOf } from '../../visualizations/text.ts';
import { borrower } from './sample.ts';

// Drawing takes a second or two on a free machine.
jest.setTimeout(60_000);

const small = readChart(borrower);
const cases: readonly (readonly [string, () => Promise<Layout>])[] = [
  [`${small.id}, laid out to the right`, () => layOut(small, 'right')],
  [`${small.id}, laid out downwards`, () => layOut(small, 'down')],
  ...roles.map(({ machine }): [string, () => Promise<Layout>] => [machine.id, () => bestLayout(readChart(machine))]),
];

function rightmost(shapes: readonly Shape[], x = 0): number {
  const ends = shapes.map((shape) => {
    if (shape.kind === 'text') return x + shape.x + widthOf(shape.text, shape.style);
    return shape.kind === 'group' ? rightmost(shape.shapes, x + shape.x) : 0;
  });
  return Math.max(0, ...ends);
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

it.each(cases)('%s', async (_, laidOut) => {
  const { states, edges } = await laidOut();
  for (const { state, box, block } of states) {
    expect([state.id, rightmost(block.shapes) <= block.width]).toEqual([state.id, true]);
    expect([state.id, block.width <= box.width + 0.1, block.height <= box.height + 0.1]).toEqual([
      state.id,
      true,
      true,
    ]);
  }
  const solid = [
    ...states.filter(({ isContainer }) => !isContainer).map(({ state, box }) => ({ name: state.id, box })),
    ...edges.map(({ id: name, label }) => ({
      name,
      box: { x: label.x, y: label.y, width: label.block.width, height: label.block.height },
    })),
  ];
  for (const { label } of edges) expect(rightmost(label.block.shapes)).toBeLessThanOrEqual(label.block.width);
  const clashes = solid.flatMap((a, index) =>
    solid.slice(index + 1).flatMap((b) => (overlap(a.box, b.box) ? [`${a.name} on ${b.name}`] : [])),
  );
  expect(clashes).toEqual([]);
});
