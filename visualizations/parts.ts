/**
 * What is in the boxes: the header of a state, the pill of a transition, the panel of what holds in every state, the legend.
 *
 * Each part is made without knowing where it will stand, and says how much room it takes. It must never be wider than it says.
 */
import { type Chart, type ChartState, type ChartTransition, type Origin, originOf } from './model.ts';
import {
  actionTokens,
  eventTokens,
  flow,
  guardTokens,
  icon,
  iconSize,
  lineHeight,
  rowsOf,
  sentence,
  type Token,
} from './rows.ts';
import { type Block, moved, type Shape } from './scene.ts';
import { widthOf, wrap } from './text.ts';

const inset = 12;

/** True for transitions that leave no state: they are listed in their state's box and not drawn. */
export function isListed(transition: ChartTransition): boolean {
  return transition.targets.every((id) => id === transition.source);
}

/** How a state is written: as a box of its own, or as the header above, or the column beside, what it contains. */
export type Form = 'box' | 'header' | 'column';

const forms: Readonly<
  Record<Form, { readonly prose: number; readonly actions: number; readonly row: number; readonly rows: number }>
> = {
  box: { prose: 190, actions: 230, row: 250, rows: 250 },
  header: { prose: 420, actions: 300, row: 300, rows: 620 },
  column: { prose: 180, actions: 200, row: 230, rows: 230 },
};

/** Everything that stands in a state's box, apart from the states that it contains. */
export function stateBlock(chart: Chart, state: ChartState, form: Form): Block {
  const limits = forms[form];
  const shapes: Shape[] = [
    { kind: 'text', x: inset, y: 21, text: state.key, style: state.type === 'final' ? 'final' : 'title' },
  ];
  let width = inset + widthOf(state.key, 'title');
  let tagX = width + 8;
  const kind = state.type === 'parallel' || state.type === 'history' ? [state.type] : [];
  for (const tag of [...state.tags, ...kind]) {
    const length = widthOf(tag, 'tag');
    shapes.push({ kind: 'rect', role: 'chip', x: tagX, y: 9.5, width: length + 12, height: 16, radius: 8 });
    shapes.push({ kind: 'text', x: tagX + 6, y: 21, text: tag, style: 'tag' });
    tagX += length + 16;
    width = tagX - 4;
  }
  let y = 32;
  const put = (block: Block): void => {
    shapes.push(...block.shapes);
    width = Math.max(width, inset + block.width);
    y += block.height;
  };
  const prose = wrap(state.description ?? '', 'prose', limits.prose);
  for (const line of prose) put(flow([{ text: line, style: 'prose' }], Number.POSITIVE_INFINITY, inset, y + 7));
  for (const [keyword, actions] of [['entry', state.entry] as const, ['exit', state.exit] as const]) {
    const tokens = actionTokens(chart, actions);
    if (tokens.length === 0) continue;
    y += 3;
    put(flow([{ text: keyword, style: 'keyword' }, ...tokens], limits.actions, inset, y + 8, 24));
  }
  const listed = rowsOf(
    chart,
    chart.transitions.filter((transition) => transition.source === state.id && isListed(transition)),
    limits.row,
  );
  if (listed.length > 0) {
    y += 6;
    const table = columns(listed, limits.rows, 24);
    const top = y;
    y += 7;
    shapes.push(moved(table, inset, y));
    width = Math.max(width, inset + table.width);
    y += table.height;
    const ruleWidth = form === 'box' ? width - inset : table.width;
    shapes.push({ kind: 'path', role: 'rule', x: inset, y: top, d: `M0 0h${Math.round(ruleWidth)}` });
  }
  const height = y === 32 ? 34 : y + 7;
  return { width: width + inset, height, shapes };
}

/** The transitions between the same two states, as pills above one another. */
export function labelBlock(chart: Chart, transitions: readonly ChartTransition[]): Block {
  const pills = transitions.map((transition) => ({ transition, block: pill(chart, transition) }));
  const width = Math.max(...pills.map(({ block }) => block.width));
  const shapes: Shape[] = [];
  let y = 0;
  for (const { transition, block } of pills) {
    const box: Shape = { kind: 'rect', role: 'pill', x: 0, y: 0, width: block.width, height: block.height, radius: 7 };
    shapes.push({
      kind: 'group',
      x: (width - block.width) / 2,
      y,
      role: `transition ${originOf(transition)}`,
      data: { id: transition.id },
      title: sentence(transition),
      shapes: [box, ...block.shapes],
    });
    y += block.height + 4;
  }
  return { width, height: y - 4, shapes };
}

function pill(chart: Chart, transition: ChartTransition): Block {
  const textX = 8 + iconSize + 5;
  const head = flow([...eventTokens(transition), ...guardTokens(transition)], 170, textX, 15.5, 4);
  const shapes: Shape[] = [icon(originOf(transition), 8, 6.5), ...head.shapes];
  let height = head.height + 7;
  let width = textX + head.width;
  const tokens = actionTokens(chart, transition.actions);
  if (tokens.length > 0) {
    const limit = Math.max(150, head.width);
    const actions = flow(tokens, limit, textX, height + 8, 8);
    shapes.push(...actions.shapes);
    height += actions.height;
    width = Math.max(width, textX + actions.width);
  }
  return { width: width + 9, height, shapes };
}

/** The panel of the root's transitions: what every state does that has no answer of its own. */
export function everywhereBlock(chart: Chart, width: number): Block | undefined {
  const rows = rowsOf(
    chart,
    chart.transitions.filter(({ source }) => source === chart.id),
    320,
  );
  if (rows.length === 0) return undefined;
  const table = columns(rows, width - 2 * inset, 32);
  const shapes: Shape[] = [
    { kind: 'rect', role: 'panel', x: 0, y: 0, width, height: table.height + 46, radius: 10 },
    { kind: 'text', x: inset + 2, y: 22, text: 'In every state', style: 'title' },
    {
      kind: 'text',
      x: inset + 10 + widthOf('In every state', 'title'),
      y: 22,
      text: 'unless the state itself says otherwise',
      style: 'prose',
    },
    moved(table, inset + 2, 36),
  ];
  return { width, height: table.height + 46, shapes };
}

const legendTexts: Readonly<Record<Origin, readonly [name: string, meaning: string]>> = {
  received: ['received', 'a message from the peer'],
  command: ['command', 'the app wants it'],
  connection: ['connection', 'a fact of the connection'],
  answer: ['', 'an answer or a fact from the host'],
  time: ['after', 'time has passed'],
  none: ['always', 'at once'],
};

/** What the colours mean, for the origins that occur, in as many lines as it takes. */
export function legendBlock(chart: Chart, width: number): Block {
  const shapes: Shape[] = [];
  let x = 0;
  let y = 0;
  for (const origin of ['received', 'command', 'connection', 'answer', 'time', 'none'] as const) {
    if (!chart.transitions.some((transition) => originOf(transition) === origin)) continue;
    const [name, meaning] = legendTexts[origin];
    const tokens = [
      { text: name, style: 'event' },
      { text: meaning, style: 'legend' },
    ] satisfies Token[];
    const text = flow(name === '' ? tokens.slice(1) : tokens, Number.POSITIVE_INFINITY, 26, 14);
    if (x > 0 && x + 26 + text.width > width) {
      x = 0;
      y += 28;
    }
    const box: Shape = { kind: 'rect', role: 'pill', x: 0, y: 0, width: 20, height: 20, radius: 6 };
    shapes.push({ kind: 'group', x, y, role: `legend ${origin}`, shapes: [box, icon(origin, 5, 5), ...text.shapes] });
    x += 26 + text.width + 22;
  }
  return { width, height: y + 20, shapes };
}

/** Sets blocks into as many columns as fit, filled from top to bottom, about equally high. */
function columns(blocks: readonly Block[], width: number, between: number): Block {
  const widest = Math.max(...blocks.map((block) => block.width));
  const count = Math.max(1, Math.min(blocks.length, Math.floor((width + between) / (widest + between))));
  const total = blocks.reduce((sum, block) => sum + block.height, 0);
  const limit = tightest(blocks, count, total);
  const shapes: Shape[] = [];
  let x = 0;
  let y = 0;
  let columnWidth = 0;
  for (const block of blocks) {
    if (y > 0 && y + block.height > limit) {
      x += columnWidth + between;
      y = 0;
      columnWidth = 0;
    }
    shapes.push(moved(block, x, y));
    columnWidth = Math.max(columnWidth, block.width);
    y += block.height;
  }
  return { width: x + columnWidth, height: limit, shapes };
}

/** The least height at which blocks fit into a number of columns in their order. */
function tightest(blocks: readonly Block[], count: number, total: number): number {
  for (let limit = Math.max(lineHeight, ...blocks.map((block) => block.height)); limit < total; limit += 2) {
    let used = 1;
    let y = 0;
    for (const { height } of blocks) {
      if (y > 0 && y + height > limit) {
        used += 1;
        y = 0;
      }
      y += height;
    }
    if (used <= count) return limit;
  }
  return total;
}
