/**
 * The chart of a machine as plain data: what every picture, text and coverage report of a role is made from.
 *
 * Read from the machine that runs, never from its source, so that a chart cannot say what the role does not do. It must never lose a
 * transition, run an action or a guard, or depend on anything but the machine: the same machine always gives the same chart.
 */
import type { AnyStateMachine } from 'xstate';

/** What starts a transition: an event, no event at all, time, or the end of the state's children. */
export type TransitionKind = 'event' | 'always' | 'after' | 'done';

/** Where an event comes from, by the grammar of a role (`src/role.ts`). */
export type Origin = 'received' | 'command' | 'connection' | 'answer' | 'time' | 'none';

/** What an action does when it is run: tell something, remember something, or something that the machine does not say. */
export type ActionKind = 'emit' | 'assign' | 'other';

export interface ChartState {
  /** XState's id of the node: its own, or the machine's and the path (`relay.client.open`). */
  readonly id: string;
  readonly key: string;
  /** The keys from the machine down, by which an app knows the state: `opening.awaitingAddress`. Empty for the root. */
  readonly path: string;
  /** Undefined for the root alone. */
  readonly parent: string | undefined;
  /** 0 for the root. */
  readonly depth: number;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** The id of the child entered first. */
  readonly initial: string | undefined;
  /** True for the child that its parent enters first. */
  readonly isInitial: boolean;
  readonly description: string | undefined;
  /** `meta.clause`: where the protocol's text says so. */
  readonly clause: string | undefined;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
}

export interface ChartTransition {
  /** Stable: the source, what starts it, and its place among the alternatives. */
  readonly id: string;
  readonly source: string;
  /** Empty where the state is not left. */
  readonly targets: readonly string[];
  readonly kind: TransitionKind;
  /** The event's descriptor (`received.<MESSAGE>`, `received.*`), or the delay's name, or empty. */
  readonly event: string;
  readonly guard: string | undefined;
  /** True for the unguarded last alternative after guarded ones. */
  readonly isElse: boolean;
  readonly actions: readonly string[];
  /** True where a state is left and entered anew although it is its own target. */
  readonly reenters: boolean;
  readonly description: string | undefined;
  readonly clause: string | undefined;
}

export interface Chart {
  /** The machine's id: the root state's. */
  readonly id: string;
  /** In document order; the root is the first. */
  readonly states: readonly ChartState[];
  /** In document order of their sources, within one in the order of the config. */
  readonly transitions: readonly ChartTransition[];
  /** What each named action does, where the machine has its implementation. */
  readonly actionKinds: ReadonlyMap<string, ActionKind>;
}

/** What this file reads of an XState state node; everything that XState leaves open is unknown here. */
interface Node {
  readonly id: string;
  readonly key: string;
  readonly path: readonly string[];
  readonly type: ChartState['type'];
  readonly states: Readonly<Record<string, Node>>;
  readonly initial: { readonly target: readonly Node[] };
  readonly description?: string | undefined;
  readonly meta?: unknown;
  readonly tags: readonly string[];
  readonly entry: readonly unknown[];
  readonly exit: readonly unknown[];
  readonly transitions: ReadonlyMap<string, readonly Edge[]>;
  readonly always?: readonly Edge[] | undefined;
}

interface Edge {
  readonly target: readonly Node[] | undefined;
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
  readonly reenter: boolean;
  readonly description?: string | undefined;
  readonly meta?: unknown;
}

/** Reads the chart of a machine. */
export function readChart(machine: AnyStateMachine): Chart {
  const states: ChartState[] = [];
  const transitions: ChartTransition[] = [];
  const walk = (node: Node, parent: Node | undefined, depth: number): void => {
    const initial = initialOf(node);
    states.push({
      id: node.id,
      key: node.key,
      path: node.path.join('.'),
      parent: parent?.id,
      depth,
      type: node.type,
      initial,
      isInitial: parent !== undefined && initialOf(parent) === node.id,
      description: node.description,
      clause: clauseOf(node.meta),
      tags: [...node.tags],
      entry: actionNames(node.entry),
      exit: actionNames(node.exit),
    });
    transitions.push(...transitionsOf(node));
    for (const child of Object.values(node.states)) walk(child, node, depth + 1);
  };
  walk(machine.root, undefined, 0);
  return { id: machine.root.id, states, transitions, actionKinds: kindsOf(machine.implementations.actions) };
}

/** A state by its id. */
export function stateOf(chart: Chart, id: string): ChartState | undefined {
  return chart.states.find((state) => state.id === id);
}

/** True for a state itself and for everything inside it. */
export function contains(chart: Chart, ancestor: string, id: string | undefined): boolean {
  return id !== undefined && (id === ancestor || contains(chart, ancestor, stateOf(chart, id)?.parent));
}

/** Where the event of a transition comes from. */
export function originOf(transition: ChartTransition): Origin {
  if (transition.kind === 'after') return 'time';
  if (transition.kind !== 'event') return 'none';
  const prefix = transition.event.split('.', 1)[0];
  return prefix === 'received' || prefix === 'command' || prefix === 'connection' ? prefix : 'answer';
}

function initialOf(node: Node): string | undefined {
  return node.type === 'compound' ? node.initial.target[0]?.id : undefined;
}

function transitionsOf(node: Node): ChartTransition[] {
  const groups: [kind: TransitionKind, event: string, edges: readonly Edge[]][] = [];
  for (const [descriptor, edges] of node.transitions) groups.push([...named(descriptor, node.id), edges]);
  if (node.always) groups.push(['always', '', node.always]);
  return groups.flatMap(([kind, event, edges]) =>
    edges.map((edge, index) => {
      const guard = edge.guard === undefined ? undefined : nameOf(edge.guard);
      return {
        id: [node.id, kind === 'event' ? event : `${kind} ${event}`.trimEnd(), index].join('|'),
        source: node.id,
        targets: (edge.target ?? []).map((target) => target.id),
        kind,
        event,
        guard,
        isElse: guard === undefined && index > 0,
        actions: actionNames(edge.actions),
        reenters: edge.reenter,
        description: edge.description,
        clause: clauseOf(edge.meta),
      };
    }),
  );
}

/** XState turns delays and ends into events with names of its own. */
function named(descriptor: string, source: string): [kind: TransitionKind, event: string] {
  if (descriptor.startsWith('xstate.after.')) {
    return ['after', descriptor.slice('xstate.after.'.length, -`.${source}`.length)];
  }
  return descriptor.startsWith('xstate.done.') ? ['done', ''] : ['event', descriptor];
}

/** Actions by name, without the ones by which XState starts and stops its own delays. */
function actionNames(actions: readonly unknown[]): string[] {
  return actions.map(nameOf).filter((name) => name !== 'xstate.raise' && name !== 'xstate.cancel');
}

/** An action or guard by its name; combined guards (`and`, `or`, `not`) by those of their parts. */
export function nameOf(part: unknown): string {
  if (typeof part === 'string') return part;
  const parts = propertyOf(part, 'guards');
  if (typeof part === 'function' && Array.isArray(parts)) return `${part.name}(${parts.map(nameOf).join(', ')})`;
  const type = propertyOf(part, 'type');
  if (typeof type === 'string') return type;
  return typeof part === 'function' && part.name !== '' ? part.name : 'inline';
}

function clauseOf(meta: unknown): string | undefined {
  const clause = propertyOf(meta, 'clause');
  return typeof clause === 'string' ? clause : undefined;
}

function kindsOf(actions: object): ReadonlyMap<string, ActionKind> {
  return new Map(Object.entries(actions).map(([name, action]) => [name, kindOf(propertyOf(action, 'type'))]));
}

function kindOf(type: unknown): ActionKind {
  if (type === 'xstate.emit') return 'emit';
  return type === 'xstate.assign' ? 'assign' : 'other';
}

function propertyOf(value: unknown, name: string): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
