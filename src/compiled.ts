/**
 * A machine whose steps are worked out beforehand: for each state and type of event the transitions that may answer, and for each of them everything
 * that it does, in order: what is left, what the transition itself does, what is entered. XState works this out anew for each event, which takes ten
 * times as long as the guards and assignments themselves.
 *
 * It must come to exactly what XState comes to (a test walks every role with both), and knows only what roles are made of: states within states, named
 * guards, the actions in `deeds.ts`, `after`, `always`, final states. A machine with anything else is not compiled, and a step in which anything throws
 * is left to XState, whose errors are the ones that are known. Steps are pure: nothing is lost when one is taken again.
 */
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, AnyTransitionDefinition, EventObject } from 'xstate';
import { type Deed, Deeds, type Guard, type Run, type Scope, Unsupported, unsupported } from './deeds.ts';
import type { TimerChange } from './timers.ts';

/** What a compiled step comes to. The snapshot is the one before where it says the same. */
export interface Outcome {
  readonly snapshot: AnyMachineSnapshot;
  readonly emitted: readonly EventObject[];
  readonly timers: readonly TimerChange[];
}

/** A transition, as taken from one state. */
interface Move {
  readonly guard: Guard | undefined;
  readonly deeds: readonly Deed[];
  readonly to: State;
}

/** A state that the machine can rest in, with all that it lies in. */
interface State {
  /** From the root inwards. */
  readonly nodes: AnyStateNode[];
  readonly value: AnyMachineSnapshot['value'];
  readonly tags: AnyMachineSnapshot['tags'];
  /** By event type, in the order in which they are asked. Made when they are first asked for: there are many, and states lead to each other. */
  readonly moves: Map<string, readonly Move[]>;
}

/** Transitions that wait for no event stand under this type. */
const atOnce = '';

/** The steps of one machine. */
export class Compiled {
  readonly #root: AnyStateNode;
  readonly #deeds: Deeds;
  readonly #maxIterations: number;
  /** By the innermost node. */
  readonly #states = new Map<AnyStateNode, State>();
  /** What is done on entering the first state. */
  #entry: readonly Deed[] | undefined;

  private constructor(machine: AnyStateMachine, scope: Scope) {
    this.#root = machine.root;
    this.#deeds = new Deeds(machine, scope);
    this.#maxIterations = machine.options?.maxIterations ?? Number.POSITIVE_INFINITY;
  }

  /** The machine with its steps worked out, or `undefined` where it has something that is left to XState. */
  static of(machine: AnyStateMachine, scope: Scope): Compiled | undefined {
    const compiled = new Compiled(machine, scope);
    try {
      compiled.#check(machine.root);
    } catch (error) {
      if (error instanceof Unsupported) return undefined;
      throw error;
    }
    return compiled;
  }

  /**
   * The first step of an instance, or `undefined` where it is left to XState.
   * @param any some snapshot of the machine: what all of them have in common is taken from it
   */
  start(any: AnyMachineSnapshot, input: unknown): Outcome | undefined {
    const first = this.#stateOf(initialWithin(this.#root));
    if (first.nodes.at(-1)?.type === 'final') return undefined;
    this.#entry ??= first.nodes.flatMap((node) => this.#entering(node, true));
    const [emitted, timers]: [EventObject[], TimerChange[]] = [[], []];
    try {
      const run: Run = {
        context: this.#deeds.contextOf(input),
        event: Object.assign({ type: 'xstate.init' }, { input }),
        hasChanged: true,
        isDone: false,
        output: undefined,
        emitted,
        timers,
        raised: [],
      };
      for (const deed of this.#entry) deed(run);
      return { snapshot: snapshotOf(any, this.#settle(first, run), run), emitted, timers };
    } catch {
      return undefined;
    }
  }

  /** One event told to an active snapshot, or `undefined` where it is left to XState. */
  step(snapshot: AnyMachineSnapshot, event: EventObject): Outcome | undefined {
    const { type } = event;
    if (type === atOnce || (type.startsWith('xstate.') && !type.startsWith('xstate.after.'))) return undefined;
    const { context, _nodes: nodes } = snapshot;
    const before = this.#stateOf(nodes[nodes.length - 1] ?? this.#root);
    const [emitted, timers]: [EventObject[], TimerChange[]] = [[], []];
    const run: Run = {
      context,
      event,
      hasChanged: true,
      isDone: false,
      output: undefined,
      emitted,
      timers,
      raised: [],
    };
    try {
      const after = this.#settle(this.#answer(before, type, run), run);
      const isSame = after === before && run.context === context && !run.isDone;
      return { snapshot: isSame ? snapshot : snapshotOf(snapshot, after, run), emitted, timers };
    } catch {
      return undefined;
    }
  }

  /** Goes on until nothing leaves the state at once, and nothing that was raised is left. */
  #settle(from: State, run: Run): State {
    let state = from;
    for (let count = 1; !run.isDone; count += 1) {
      if (count > this.#maxIterations) unsupported();
      const move = run.hasChanged ? this.#firstOf(state, atOnce, run) : undefined;
      if (move !== undefined) {
        run.hasChanged = false;
        state = follow(state, move, run);
        continue;
      }
      const raised = run.raised.shift();
      if (raised === undefined) break;
      run.event = raised;
      state = this.#answer(state, raised.type, run);
      run.hasChanged = true;
    }
    return state;
  }

  #answer(state: State, type: string, run: Run): State {
    const move = this.#firstOf(state, type, run);
    return move === undefined ? state : follow(state, move, run);
  }

  /** The first of the state's moves whose guard lets it pass. */
  #firstOf(state: State, type: string, run: Run): Move | undefined {
    for (const move of state.moves.get(type) ?? this.#workOut(state, type)) {
      if (move.guard === undefined || move.guard(run)) return move;
    }
    return undefined;
  }

  /** An inner node's answers come before an outer one's. */
  #workOut(state: State, type: string): readonly Move[] {
    const candidates = (node: AnyStateNode) => (type === atOnce ? (node.always ?? []) : candidatesOf(node, type));
    const moves = state.nodes.toReversed().flatMap((node) => candidates(node).map((each) => this.#move(state, each)));
    state.moves.set(type, moves);
    return moves;
  }

  #move(from: State, { source, target: targets, reenter, guard: condition, actions }: AnyTransitionDefinition): Move {
    const guard = this.#deeds.guard(condition);
    const own = this.#deeds.of(actions);
    const [target] = targets ?? [];
    if (target === undefined) return { guard, deeds: own, to: from };
    const domain = domainOf(source, target, reenter);
    const kept = domain === undefined ? 0 : pathTo(domain).length;
    const to = this.#stateOf(initialWithin(target));
    const deeds = [
      ...this.#leaving(from.nodes.slice(kept)),
      ...own,
      ...to.nodes.slice(kept).flatMap((node) => this.#entering(node, node.path.length >= target.path.length)),
    ];
    const innermost = to.nodes.at(-1);
    if (innermost?.type === 'final') {
      deeds.push(this.#deeds.ending(innermost, this.#root));
      if (innermost.parent === this.#root) deeds.push(...this.#leaving(to.nodes));
    }
    return { guard, deeds, to };
  }

  #leaving(nodes: readonly AnyStateNode[]): Deed[] {
    return nodes.toReversed().flatMap(({ exit }) => this.#deeds.of(exit));
  }

  /** @param isByDefault whether it goes on with its initial state, on the way to which it may have actions */
  #entering(node: AnyStateNode, isByDefault: boolean): Deed[] {
    const initial = isByDefault && node.type === 'compound' ? node.initial.actions : [];
    return this.#deeds.of([...node.entry, ...initial]);
  }

  #stateOf(innermost: AnyStateNode): State {
    const known = this.#states.get(innermost);
    if (known !== undefined) return known;
    const nodes = pathTo(innermost);
    const keys = nodes.slice(1).map(({ key }) => key);
    const state = { nodes, value: valueFor(keys), tags: new Set(nodes.flatMap(({ tags }) => tags)), moves: new Map() };
    this.#states.set(innermost, state);
    return state;
  }

  /** @throws Unsupported where something in `node` is left to XState */
  #check(node: AnyStateNode): void {
    if (node.type === 'parallel' || node.type === 'history' || node.invoke.length > 0) unsupported();
    for (const { target, guard, actions } of [...[...node.transitions.values()].flat(), ...(node.always ?? [])]) {
      if (target !== undefined && (target.length !== 1 || target[0]?.parent === undefined)) unsupported();
      this.#deeds.guard(guard);
      this.#deeds.of(actions);
    }
    this.#deeds.of(node.exit);
    this.#entering(node, true);
    for (const inner of Object.values(node.states)) this.#check(inner);
  }
}

function follow(from: State, { deeds, to }: Move, run: Run): State {
  for (const deed of deeds) deed(run);
  if (to !== from) run.hasChanged = true;
  return to;
}

function snapshotOf(
  before: AnyMachineSnapshot,
  { nodes, value, tags }: State,
  { context, isDone, output }: Run,
): AnyMachineSnapshot {
  const status = isDone ? 'done' : 'active';
  // Named one by one: to spread sixteen members costs more than the rest of most steps.
  const { error, machine, children, historyValue, matches, hasTag, can, getMeta, toJSON } = before;
  return {
    status,
    output,
    error,
    machine,
    context,
    _nodes: nodes,
    value,
    tags,
    children,
    historyValue,
    matches,
    hasTag,
    can,
    getMeta,
    toJSON,
  } as AnyMachineSnapshot;
}

/** A node and all that it lies in, from the root inwards. */
function pathTo(node: AnyStateNode): AnyStateNode[] {
  return node.parent === undefined ? [node] : [...pathTo(node.parent), node];
}

/** A state's value by its keys: `{ open: 'ready' }` for `open` and `ready`. */
function valueFor([key, ...inner]: readonly string[]): AnyMachineSnapshot['value'] {
  if (key === undefined) return {};
  return inner.length === 0 ? key : { [key]: valueFor(inner) };
}

function initialWithin(node: AnyStateNode): AnyStateNode {
  const [initial] = node.type === 'compound' ? (node.initial.target ?? []) : [];
  return initial === undefined ? node : initialWithin(initial);
}

/** The innermost node that a transition stays within; none where the root is entered anew. */
function domainOf(source: AnyStateNode, target: AnyStateNode, reenter: boolean): AnyStateNode | undefined {
  const path = pathTo(target);
  if (!reenter && path.includes(source)) return source;
  const around = pathTo(source).slice(0, -1);
  return path.slice(0, -1).findLast((node) => around.includes(node));
}

/** What answers an event in a node: what names it first, then the longest pattern. */
function candidatesOf({ transitions }: AnyStateNode, type: string): AnyTransitionDefinition[] {
  const patterns = [...transitions.keys()].filter((descriptor) => descriptor !== type && matches(descriptor, type));
  const longestFirst = patterns.sort((one, other) => other.length - one.length);
  return [type, ...longestFirst].flatMap((descriptor) => transitions.get(descriptor) ?? []);
}

/** `a.*` is for `a`, `a.b` and `a.b.c`. */
function matches(descriptor: string, type: string): boolean {
  if (descriptor === '*') return true;
  const prefix = descriptor.slice(0, -2);
  return descriptor.endsWith('.*') && !prefix.split('.').includes('*') && `${type}.`.startsWith(`${prefix}.`);
}
