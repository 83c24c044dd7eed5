/**
 * A role machine's config as a tree of plain values, for the house rules that can be read off it.
 */
import type { AnyStateMachine } from 'xstate';

/** A value somewhere in a config, and the way to it. */
export interface Place {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Every value of a machine's config, at any depth. */
export function placesOf(machine: AnyStateMachine): Place[] {
  const visit = (path: readonly string[], value: unknown): Place[] => [
    { path, value },
    ...(value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, inner]) => visit([...path, key], inner))
      : []),
  ];
  return visit([], machine.config);
}

/** The config of every state of a machine, its root first. */
function statesOf(machine: AnyStateMachine): Readonly<Record<string, unknown>>[] {
  const visit = (state: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] => [
    state,
    ...Object.values(record(state['states'])).flatMap((child) => visit(record(child))),
  ];
  return visit({ ...machine.config });
}

/** What a machine's config refers to by name. */
export interface Names {
  readonly actions: readonly string[];
  readonly guards: readonly string[];
  readonly delays: readonly string[];
}

/** The names of actions, guards and delays that a machine's config uses, each once and sorted. */
export function namesUsedBy(machine: AnyStateMachine): Names {
  const states = statesOf(machine);
  const transitions = states.flatMap((state) =>
    [...Object.values(record(state['on'])), ...Object.values(record(state['after'])), state['always'], state['onDone']]
      .flatMap(list)
      .map(record),
  );
  const actions = [
    ...transitions.flatMap(({ actions: named }) => list(named)),
    ...states.flatMap(({ entry, exit }) => [...list(entry), ...list(exit)]),
    ...states.flatMap(({ initial }) => list(record(initial)['actions'])),
  ];
  const delays = states
    .flatMap(({ after }) => Object.keys(record(after)))
    .filter((delay) => Number.isNaN(Number(delay)));
  return {
    actions: sorted(actions.map(nameOf)),
    guards: sorted(transitions.flatMap(({ guard }) => list(guard)).map(nameOf)),
    delays: sorted(delays),
  };
}

/** The names that a machine's `setup` defines. */
export function namesDefinedBy({ implementations }: AnyStateMachine): Names {
  return {
    actions: sorted(Object.keys(implementations.actions)),
    guards: sorted(Object.keys(implementations.guards)),
    delays: sorted(Object.keys(implementations.delays)),
  };
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();

const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

function record(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? { ...value } : {};
}

function nameOf(reference: unknown): string {
  const name = typeof reference === 'string' ? reference : record(reference)['type'];
  return typeof name === 'string' ? name : '(inline)';
}
