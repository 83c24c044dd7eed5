/**
 * Transitions as text: the head of a pill, and the rows of those that are listed inside a box because they leave no state.
 *
 * Listing them keeps a chart calm: a loop for every message that a state answers would hide the story. It must never drop one.
 */
import { type Chart, type ChartTransition, type Origin, originOf, stateOf } from './model.ts';
import type { Block, Shape } from './scene.ts';
import { type TextStyle, widthOf } from './text.ts';

export interface Token {
  readonly text: string;
  readonly style: TextStyle;
}

export const lineHeight = 16;

const icons: Readonly<Record<Origin, string>> = {
  received: 'M5 .8v5.6M2.6 4.2 5 6.6l2.4-2.4M1 9.2h8',
  command: 'M2.8 1.2 7 5 2.8 8.8',
  connection: 'M1.2 3h7.6M6.8 1l2 2-2 2M8.8 7H1.2M3.2 5l-2 2 2 2',
  answer: 'M1.2 5.4 3.8 8l5-6',
  time: 'M5 .9a4.1 4.1 0 1 0 .01 0ZM5 2.9V5.2l1.5 1',
  none: 'M5.9 1 2.4 5.6h2.8L4.3 9 7.8 4.4H5Z',
};

export const iconSize = 10;

/** The sign of an origin, its upper left corner at a point. */
export function icon(origin: Origin, x: number, y: number): Shape {
  return { kind: 'path', role: 'icon', x, y, d: icons[origin] };
}

/** What starts a transition, as it is written on the chart: the origin's prefix is said by its sign and colour. */
export function eventTokens(transition: ChartTransition): Token[] {
  if (transition.kind === 'always') return [{ text: 'always', style: 'event' }];
  if (transition.kind === 'done') return [{ text: 'done', style: 'event' }];
  if (transition.kind === 'after')
    return [
      { text: 'after', style: 'prefix' },
      { text: delay(transition.event), style: 'event' },
    ];
  const prefix = `${originOf(transition)}.`;
  const isPlain = transition.event.startsWith(prefix) && !transition.event.endsWith('*');
  return [{ text: isPlain ? transition.event.slice(prefix.length) : transition.event, style: 'event' }];
}

export function guardTokens(transition: ChartTransition): Token[] {
  if (transition.guard !== undefined) return [{ text: `[${transition.guard}]`, style: 'guard' }];
  return transition.isElse ? [{ text: '[else]', style: 'guard' }] : [];
}

/** `/ sendInit`: what is told. What is only kept is in the tooltip. */
export function actionTokens(chart: Chart, actions: readonly string[]): Token[] {
  return slashed(
    actions.filter((name) => chart.actionKinds.get(name) !== 'assign'),
    'tells',
  );
}

function slashed(names: readonly string[], style: TextStyle): Token[] {
  if (names.length === 0) return [];
  const last = names.length - 1;
  return [
    { text: '/', style: 'keyword' },
    ...names.map((name, index): Token => ({ text: index < last ? `${name},` : name, style })),
  ];
}

/** One transition in words, for a tooltip. */
export function sentence(transition: ChartTransition): string {
  const parts =
    transition.kind === 'event'
      ? transition.event
      : eventTokens(transition)
          .map(({ text }) => text)
          .join(' ');
  const guard = guardTokens(transition).map(({ text }) => ` ${text}`);
  const actions = transition.actions.length > 0 ? ` / ${transition.actions.join(', ')}` : '';
  const why = [transition.description, transition.clause === undefined ? undefined : `§ ${transition.clause}`];
  return [parts + guard.join('') + actions, ...why.filter((line) => line !== undefined)].join('\n');
}

/** Sets tokens into lines; a following line is indented. A token is never broken. */
export function flow(tokens: readonly Token[], limit: number, x: number, y: number, indent = 0): Block {
  const shapes: Shape[] = [];
  let at = x;
  let line = 0;
  let width = 0;
  for (const [index, { text, style }] of tokens.entries()) {
    const start = x + (line === 0 ? 0 : indent);
    const length = widthOf(text, style);
    const next = tokens[index + 1];
    // A slash never stands alone at the end of a line.
    const needed = length + (text === '/' && next ? 4 + widthOf(next.text, next.style) : 0);
    if (at > start && at + needed > x + limit) {
      line += 1;
      at = x + indent;
    }
    shapes.push({ kind: 'text', x: at, y: y + line * lineHeight, text, style });
    width = Math.max(width, at + length - x);
    at += length + (style === 'event' || style === 'guard' ? 6 : 4);
  }
  return { width, height: (line + 1) * lineHeight, shapes };
}

/** The transitions that stay inside their source, a row for each event, its alternatives beneath one another. */
export function rowsOf(chart: Chart, transitions: readonly ChartTransition[], limit: number): Block[] {
  const groups = new Map<string, ChartTransition[]>();
  for (const transition of transitions) {
    const key = `${transition.kind} ${transition.event}`;
    groups.set(key, [...(groups.get(key) ?? []), transition]);
  }
  return [...groups.values()].map((group) => row(chart, group, limit));
}

function row(chart: Chart, group: readonly ChartTransition[], limit: number): Block {
  const shapes: Shape[] = [];
  let height = 0;
  let width = 0;
  const textX = iconSize + 6;
  const add = (transition: ChartTransition, tokens: readonly Token[], x: number, indent: number): void => {
    const block = flow(tokens, limit - x, x, height + 12, indent);
    shapes.push({
      kind: 'group',
      x: 0,
      y: 0,
      role: 'row',
      data: { id: transition.id },
      title: sentence(transition),
      shapes: block.shapes,
    });
    height += block.height;
    width = Math.max(width, x + block.width);
  };
  const [first, ...others] = group;
  if (!first) return { width, height, shapes };
  shapes.push(icon(originOf(first), 0, 3));
  if (others.length === 0) add(first, [...eventTokens(first), ...outcome(chart, first)], textX, 12);
  else {
    const head = flow(eventTokens(first), limit, textX, 12);
    shapes.push(...head.shapes);
    height = head.height;
    width = textX + head.width;
    for (const transition of group) add(transition, outcome(chart, transition), textX + 10, 12);
  }
  const role = `origin ${originOf(first)}`;
  return { width, height: height + 2, shapes: [{ kind: 'group', x: 0, y: 0, role, shapes }] };
}

/** What a listed transition does: guard, actions, and where it goes if it goes anywhere. */
function outcome(chart: Chart, transition: ChartTransition): Token[] {
  const { actions, targets, source, reenters } = transition;
  const guard = guardTokens(transition);
  const done = actionTokens(chart, actions);
  const goes = targets
    .filter((id) => id !== source)
    .map((id): Token => ({ text: `→ ${stateOf(chart, id)?.path ?? id}`, style: 'target' }));
  const again: Token[] = reenters && targets.includes(source) ? [{ text: '→ again', style: 'target' }] : [];
  const kept = slashed(actions.length > 0 ? actions : ['nothing'], 'keeps');
  const quiet = done.length + goes.length + again.length === 0 ? kept : [];
  return [...guard, ...done, ...quiet, ...goes, ...again];
}

/** A delay given in milliseconds rather than by name. */
function delay(name: string): string {
  return /^\d+$/.test(name) ? `${name} ms` : name;
}
