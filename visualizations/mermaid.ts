/**
 * A role's chart as Mermaid text, which GitHub draws where it stands: a `stateDiagram-v2`.
 *
 * Transitions that Mermaid cannot draw (those that leave no state, and those between a state and what contains it) stand in notes. It
 * must never lose one of them, nor let a name from the machine be read as Mermaid's syntax.
 */
import { type Chart, type ChartState, type ChartTransition, contains, stateOf } from './model.ts';

/** Writes a chart. */
export function drawMermaid(chart: Chart): string {
  const lines = ['stateDiagram-v2', ...level(chart, undefined, 1)];
  return `${lines.join('\n')}\n`;
}

/**
 * The lines between what one parent contains, its states, and what is written beside them.
 *
 * Mermaid takes a state for a child of where it is named last: so lines come before the containers that their ends stand in.
 */
function level(chart: Chart, parent: string | undefined, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const children = chart.states.filter((state) => state.parent === parent);
  const lines: string[] = [];
  for (const state of children) if (state.isInitial) lines.push(`${indent}[*] --> ${nameOf(state)}`);
  lines.push(...edges(chart, parent, indent));
  for (const state of children) if (state.type === 'final') lines.push(`${indent}${nameOf(state)} --> [*]`);
  for (const state of children) {
    const name = nameOf(state);
    const opening = `${indent}state "${escaped(state.path === '' ? state.id : state.key)}" as ${name}`;
    const listed = listing(chart, state);
    if (chart.states.some((other) => other.parent === state.id)) {
      lines.push(`${opening} {`, ...level(chart, state.id, depth + 1), `${indent}}`);
      if (listed.length > 0)
        lines.push(
          `${indent}note right of ${name}`,
          ...listed.map((line) => `${indent}  ${line}`),
          `${indent}end note`,
        );
    } else lines.push(opening, ...listed.map((line) => `${indent}${name} : ${line}`));
  }
  return lines;
}

/** The lines whose ends have this parent in common, and none below it. */
function edges(chart: Chart, parent: string | undefined, indent: string): string[] {
  return chart.transitions
    .filter((transition) => !isNoted(chart, transition))
    .flatMap((transition) =>
      transition.targets
        .filter((target) => commonParent(chart, transition.source, target) === parent)
        .map(
          (target) =>
            `${indent}${nameById(chart, transition.source)} --> ${nameById(chart, target)} : ${label(chart, transition)}`,
        ),
    );
}

function commonParent(chart: Chart, source: string, target: string): string | undefined {
  let parent = stateOf(chart, source)?.parent;
  while (parent !== undefined && !contains(chart, parent, target)) parent = stateOf(chart, parent)?.parent;
  return parent;
}

/** What is written in a state, or in a note beside it: what it does on entry, and the transitions without a line. */
function listing(chart: Chart, state: ChartState): string[] {
  const noted = chart.transitions.filter((transition) => transition.source === state.id && isNoted(chart, transition));
  return [
    ...(state.entry.length > 0 ? [`entry / ${escaped(state.entry.join(', '))}`] : []),
    ...(state.exit.length > 0 ? [`exit / ${escaped(state.exit.join(', '))}`] : []),
    ...(state.parent === undefined && noted.length > 0 ? ['In every state, unless it says otherwise'] : []),
    ...noted.map((transition) => label(chart, transition) + outcome(chart, transition)),
  ];
}

/** What follows where there is no line: where it goes, if anywhere; that nothing is done, if so. */
function outcome(chart: Chart, { source, targets, actions, reenters }: ChartTransition): string {
  const elsewhere = targets.filter((id) => id !== source).map((id) => stateOf(chart, id)?.path ?? id);
  if (elsewhere.length > 0) return ` → ${escaped(elsewhere.join(', '))}`;
  if (reenters) return ' → again';
  if (told(chart, actions).length > 0) return '';
  return escaped(` / ${actions.length > 0 ? actions.join(', ') : 'nothing'}`);
}

function label(chart: Chart, { kind, event, guard, isElse, actions }: ChartTransition): string {
  const starts = kind === 'event' ? event : kind === 'after' ? `after ${event}` : kind;
  const condition = guard === undefined ? (isElse ? ' [else]' : '') : ` [${guard}]`;
  const tells = told(chart, actions);
  return escaped(`${starts}${condition}${tells.length > 0 ? ` / ${tells.join(', ')}` : ''}`);
}

/** The actions without those that only keep something: labels have little room. */
function told(chart: Chart, actions: readonly string[]): string[] {
  return actions.filter((name) => chart.actionKinds.get(name) !== 'assign');
}

/** Mermaid draws no line from a state to itself without a fuss, and none between a state and its container at all. */
function isNoted(chart: Chart, { source, targets }: ChartTransition): boolean {
  return targets.every((target) => contains(chart, source, target) || contains(chart, target, source));
}

function nameById(chart: Chart, id: string): string {
  const state = stateOf(chart, id);
  return state ? nameOf(state) : id;
}

/** A name that Mermaid takes for nothing else: its own words (`end`, `state`) never stand alone. */
function nameOf(state: ChartState): string {
  return state.path === '' ? 'role' : `s_${state.path.replace(/\W/g, '_')}`;
}

/** Mermaid reads `#58;` as the character of that number. */
function escaped(text: string): string {
  return text.replace(/[#;:"<>{}%\\`*~\n]/g, (character) => `#${character.charCodeAt(0)};`);
}
