/**
 * A role's chart as one SVG file: the picture for a README, and the ground that a live page lights up.
 *
 * Every state and transition carries its id in `data-id`. It must never contain a script, a link, a date or a chance: the same machine
 * gives the same bytes.
 */
import { type Direction, type Layout, layOut, type PlacedEdge, type PlacedState } from './layout.ts';
import type { Chart, ChartState } from './model.ts';
import { everywhereBlock, legendBlock } from './parts.ts';
import { type Block, escaped, markup, moved, n, type Point, roundedPath, type Shape, towards } from './scene.ts';
import { wrap } from './text.ts';
import { styleSheet } from './theme.ts';

const margin = 28;
/** A chart wider than this cannot be read on a page, and one of more states is always wider. */
const widest = 1300;
const most = 10;

/** Draws a chart. */
export async function drawSvg(chart: Chart): Promise<string> {
  const layout = await bestLayout(chart);
  const [root] = chart.states;
  const inner = Math.max(layout.width, 640);
  const legend = legendBlock(chart, inner);
  const heading = headingBlock(chart, root, inner);
  const everywhere = everywhereBlock(chart, inner);
  const storyY = margin + heading.height + 22;
  let y = storyY + layout.height + 26;
  const shapes: Shape[] = [moved(heading, margin, margin), moved(story(layout), margin, storyY)];
  if (everywhere) {
    shapes.push(moved(everywhere, margin, y, 'everywhere'));
    y += everywhere.height + 20;
  }
  shapes.push(moved(legend, margin, y, 'legend-all'));
  const width = inner + 2 * margin;
  const height = y + legend.height + margin - 6;
  const canvas: Shape = {
    kind: 'rect',
    role: 'canvas',
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    radius: 14,
  };
  const name = chart.id.replace(/[^\w-]/g, '-');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="sw-chart" role="img" aria-labelledby="${name}-title ${name}-desc" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}">\n`,
    `  <title id="${name}-title">${escaped(`Statechart of ${chart.id}`)}</title>\n`,
    `  <desc id="${name}-desc">${escaped(inWords(chart, root))}</desc>\n`,
    `  <style>\n${styleSheet()}\n  </style>\n`,
    markup([canvas, ...shapes]),
    '</svg>\n',
  ].join('');
}

/** From left to right where that fits on a page, downwards where it does not. */
export async function bestLayout(chart: Chart): Promise<Layout> {
  const across = chart.states.length > most ? undefined : await layOut(chart, 'right');
  return across && across.width <= widest ? across : layOut(chart, 'down');
}

function headingBlock(chart: Chart, root: ChartState | undefined, width: number): Block {
  const shapes: Shape[] = [{ kind: 'text', x: 0, y: 18, text: chart.id.split('.').join(' · '), style: 'heading' }];
  let y = 22;
  for (const line of wrap(root?.description ?? '', 'lead', width)) {
    shapes.push({ kind: 'text', x: 0, y: y + 18, text: line, style: 'lead' });
    y += 18;
  }
  return { width, height: y, shapes };
}

function story(layout: Layout): Block {
  const containers = layout.states.filter(({ isContainer }) => isContainer);
  const leaves = layout.states.filter(({ isContainer }) => !isContainer);
  return {
    width: layout.width,
    height: layout.height,
    shapes: [
      ...containers.map(stateShape),
      ...layout.edges.map(edgeShape),
      ...leaves.map(stateShape),
      ...layout.states.filter(({ state }) => state.isInitial).map((placed) => startShape(placed, layout.direction)),
      ...layout.edges.map(({ label }) => moved(label.block, label.x, label.y, 'labels')),
    ],
  };
}

function stateShape({ state, box, block, isContainer }: PlacedState): Shape {
  const size = { x: 0, y: 0, width: box.width, height: box.height };
  const role = isContainer ? `container${state.depth > 1 ? ' deep' : ''}` : 'state';
  const inRegion = state.type === 'history' ? ' region' : '';
  const shapes: Shape[] = [{ kind: 'rect', role: `box ${role}${inRegion}`, radius: isContainer ? 12 : 9, ...size }];
  if (state.type === 'final') {
    shapes.push({
      kind: 'rect',
      role: 'inner',
      x: 3.5,
      y: 3.5,
      width: box.width - 7,
      height: box.height - 7,
      radius: 6,
    });
  }
  const title = [
    state.id,
    state.description,
    state.clause === undefined ? undefined : `§ ${state.clause}`,
    state.entry.length > 0 ? `entry / ${state.entry.join(', ')}` : undefined,
    state.exit.length > 0 ? `exit / ${state.exit.join(', ')}` : undefined,
  ];
  return {
    kind: 'group',
    x: box.x,
    y: box.y,
    role: 'node',
    data: { id: state.id, path: state.path },
    title: title.filter((line) => line !== undefined).join('\n'),
    shapes: [...shapes, ...block.shapes],
  };
}

/** The dot from which a region starts, drawn at the state that it starts in, on a side where no line arrives. */
function startShape({ box }: PlacedState, direction: Direction): Shape {
  const y = Math.min(17, box.height / 2);
  const [dot, line, tip, from] =
    direction === 'down'
      ? [{ x: -20, y: y - 9 }, `M-20 ${n(y - 9)}Q-19 ${n(y)} -12 ${n(y)}H-6`, { x: 0, y }, { x: -8, y }]
      : [{ x: 8, y: -18 }, 'M8 -18Q18 -18 18 -11V-6', { x: 18, y: 0 }, { x: 18, y: -8 }];
  return {
    kind: 'group',
    x: box.x,
    y: box.y,
    role: 'start-mark',
    shapes: [
      { kind: 'path', role: 'dot', ...dot, d: 'M0-4a4 4 0 1 0 .01 0Z' },
      { kind: 'path', role: 'start', x: 0, y: 0, d: line },
      { kind: 'path', role: 'dot', x: 0, y: 0, d: arrowHead(from, tip) },
    ],
  };
}

function edgeShape({ id, points }: PlacedEdge): Shape {
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const before = points.at(-2) ?? end;
  const line = [...points.slice(0, -1), towards(end, before, 6)];
  return {
    kind: 'group',
    x: 0,
    y: 0,
    role: 'edge',
    data: { id },
    shapes: [
      { kind: 'path', role: 'line', x: 0, y: 0, d: roundedPath(line, 9) },
      { kind: 'path', role: 'head', x: 0, y: 0, d: arrowHead(before, end) },
    ],
  };
}

function arrowHead(from: Point, tip: Point): string {
  const base = towards(tip, from, 8);
  const across = { x: ((tip.y - base.y) * 4) / 8, y: ((base.x - tip.x) * 4) / 8 };
  return `M${n(tip.x)} ${n(tip.y)}L${n(base.x + across.x)} ${n(base.y + across.y)}L${n(base.x - across.x)} ${n(base.y - across.y)}Z`;
}

/** The chart for those who cannot see it. */
function inWords(chart: Chart, root: ChartState | undefined): string {
  const names = chart.states.flatMap(({ path }) => (path === '' ? [] : [path]));
  const about = root?.description === undefined ? '' : `${root.description}. `;
  return `${about}${names.length} states: ${names.join(', ')}. ${chart.transitions.length} transitions.`;
}
