/**
 * Mermaid takes a state for a child of the container in which it is named last, so the order of the text is part of its meaning. And
 * its own characters must not end a label.
 */
import { type AnyStateMachine, createMachine } from 'xstate';
import { drawMermaid } from '../../visualizations/mermaid.ts';
import { readChart } from '../../visualizations/model.ts';
import { roles } from '../../visualizations/roles.ts';
import { borrower } from './sample.ts';

const machines: [string, AnyStateMachine][] = [
  ['library borrower', borrower],
  ...roles.map(({ protocol, role, machine }): [string, AnyStateMachine] => [`${protocol} ${role}`, machine]),
];

it.each(machines)('%s', (_name, machine) => {
  const chart = readChart(machine);
  const containers: string[] = [];
  const last = new Map<string, string | undefined>();
  for (const line of drawMermaid(chart).split('\n')) {
    if (line.trim() === '}') containers.pop();
    for (const name of line.replace(/ : .*/, '').match(/\bs_\w+/g) ?? []) last.set(name, containers.at(-1));
    const opened = / as (\w+) \{$/.exec(line)?.[1];
    if (opened !== undefined) containers.push(opened);
  }
  const nameOf = (path: string): string => (path === '' ? 'role' : `s_${path.replaceAll('.', '_')}`);
  for (const { path, parent } of chart.states.slice(1)) {
    const container = chart.states.find(({ id }) => id === parent)?.path ?? '';
    expect([path, last.get(nameOf(path))]).toEqual([path, nameOf(container)]);
  }
});

it('has a line for every transition', () => {
  const text = drawMermaid(readChart(borrower));
  for (const line of [
    's_idle --> s_opening : command.borrow',
    's_opening_awaitingBook --> s_open : received.BOOK [and(isMine, not(isWorn))] / borrowed',
    's_opening_awaitingBook --> s_failed : received.BOOK [else] / sendReturn',
    's_opening_awaitingBook --> s_failed : after answerTimeout [else]',
    's_opening_awaitingBook : received.BOOK [mayRetry] → again',
    's_opening_awaitingBook : received.WAIT / nothing',
    's_open_overdue --> s_failed : always [isWorn]',
    'received.RECALL / reminded → open.overdue',
    'received.FIRE → failed',
    'received.#42; / violated',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

it('escapes what Mermaid would take for its own', () => {
  const machine = createMachine({ id: 'm', initial: 'a', states: { a: { on: { 'x:y;z#"': 'end' } }, end: {} } });
  expect(drawMermaid(readChart(machine))).toContain('s_a --> s_end : x#58;y#59;z#35;#34;\n');
});
