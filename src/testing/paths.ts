/**
 * Paths through a role machine that leave nothing out, and the account of what they cover.
 *
 * Every case is tried in every state, timers included, whether or not it changes anything: the key of a step holds where it came from and by which
 * event. What changes nothing in a state is tried there together, in one path. Covered means three things: every transition is taken, every guard has said both yes and no, and every state was told every message.
 * The paths are of the machine; run them against whatever claims to be that role, over a real transport, and compare what it says.
 */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type EmittedFrom,
  type EventFromLogic,
  type EventObject,
  getNextTransitions,
  type InputFrom,
  type SnapshotFrom,
} from 'xstate';
import { stateName } from '../inspect.ts';
import { Kernel } from '../kernel.ts';
import { SimulatedClock } from './clock.ts';

/** Example events of a role, all payloads that matter. What a machine is never told in these is not covered. */
export type Cases<Machine extends AnyStateMachine> = readonly EventFromLogic<Machine>[];

/** One way to look at a role: an input, the events it may be told, and what of its context tells two states apart. */
export interface Scenario<Machine extends AnyStateMachine> {
  readonly name: string;
  readonly input: InputFrom<Machine>;
  readonly cases: Cases<Machine>;
  /**
   * The cases along which paths are looked for, all by default. Every other is tried once in every state that these lead to, and nothing follows it.
   */
  readonly ways?: Cases<Machine>;
  /** All of the context by default. Leave out what only multiplies states. */
  readonly key?: (context: SnapshotFrom<Machine>['context']) => unknown;
}

/** One step of a path. */
export interface PathStep<Machine extends AnyStateMachine> {
  readonly event: EventFromLogic<Machine>;
  readonly before: SnapshotFrom<Machine>;
  readonly after: SnapshotFrom<Machine>;
  readonly emitted: readonly EmittedFrom<Machine>[];
}

/** A walk from the machine's first state. */
export interface RolePath<Machine extends AnyStateMachine> {
  readonly name: string;
  readonly input: InputFrom<Machine>;
  readonly first: readonly EmittedFrom<Machine>[];
  readonly steps: readonly PathStep<Machine>[];
}

const plain = (snapshot: unknown) => snapshot as AnyMachineSnapshot;

/** A scenario of which every case is a way on. */
export const onItsWays = <Machine extends AnyStateMachine>({
  ways,
  ...scenario
}: Scenario<Machine>): Scenario<Machine> => ({ ...scenario, cases: ways ?? scenario.cases });

/** Options for a `TestModel` (of `xstate/graph` or of `@xstate/graph`) that tries every case and every timer in every state. */
export function pathOptions<Machine extends AnyStateMachine>({
  input,
  cases,
  key = (context) => context,
}: Scenario<Machine>) {
  const keyOf = (state: unknown) => {
    const { value, context, status } = plain(state);
    return [value, status, key(context)];
  };
  return {
    input,
    events: (state: unknown): EventFromLogic<Machine>[] => {
      const snapshot = plain(state);
      if (snapshot.status !== 'active') return [];
      const timers = [...new Set(getNextTransitions(snapshot).map(({ eventType }) => eventType))]
        .filter((type) => type.startsWith('xstate.after.'))
        .map((type) => ({ type }) as EventFromLogic<Machine>);
      return [...cases, ...timers];
    },
    serializeState: (state: unknown, event: EventObject | undefined, previous?: unknown) =>
      JSON.stringify([previous === undefined ? null : keyOf(previous), event, keyOf(state)]),
    serializeEvent: (event: EventObject) => JSON.stringify(event),
  };
}

/** Paths of a scenario that take every step that its key can tell apart, none of them the beginning of another. */
export function pathsOf<Machine extends AnyStateMachine>(
  machine: Machine,
  scenario: Scenario<Machine>,
): RolePath<Machine>[] {
  return walk(machine, scenario, shortestWays(machine, onItsWays(scenario)));
}

/** A step on the shortest way to it. */
interface Way<Machine extends AnyStateMachine> {
  readonly snapshot: SnapshotFrom<Machine>;
  readonly events: readonly EventFromLogic<Machine>[];
}

/**
 * The shortest way to every step that the scenario's key can tell apart: from what, by which event, to what. The same ways as those of `TestModel`,
 * which takes a step anew for each way that leads to it: here each snapshot is told each event once.
 */
function shortestWays<Machine extends AnyStateMachine>(
  machine: Machine,
  scenario: Scenario<Machine>,
): readonly (readonly EventFromLogic<Machine>[])[] {
  const kernel = new Kernel(machine);
  const { events, serializeState, serializeEvent } = pathOptions(scenario);
  const numbers = new Map<string, number>();
  const numberOf = (text: string) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const states = new Map<SnapshotFrom<Machine>, number>();
  const stateOf = (snapshot: SnapshotFrom<Machine>) => {
    const state = states.get(snapshot) ?? numberOf(serializeState(snapshot, undefined));
    states.set(snapshot, state);
    return state;
  };
  const stepsFrom = (snapshot: SnapshotFrom<Machine>) =>
    events(snapshot).map((event) => {
      const { snapshot: after } = kernel.step(snapshot, event);
      return { name: `${stateOf(snapshot)} ${numberOf(serializeEvent(event))} ${stateOf(after)}`, event, after };
    });
  const known = new Map<SnapshotFrom<Machine>, ReturnType<typeof stepsFrom>>();
  const ways = new Map<string, Way<Machine>>([['', { snapshot: kernel.start(scenario.input).snapshot, events: [] }]]);
  // A map that grows while it is walked gives what was added, too.
  for (const way of ways.values()) {
    const steps = known.get(way.snapshot) ?? stepsFrom(way.snapshot);
    known.set(way.snapshot, steps);
    for (const { name, event, after } of steps)
      if (!ways.has(name)) ways.set(name, { snapshot: after, events: [...way.events, event] });
  }
  return [...ways.values()].map((way) => way.events);
}

/** The steps of a machine from its first snapshot, each taken once, however many paths it is on. */
class Steps<Machine extends AnyStateMachine> {
  readonly first: ReturnType<Kernel<Machine>['start']>;
  readonly #kernel: Kernel<Machine>;
  readonly #taken = new Map<SnapshotFrom<Machine>, Map<unknown, PathStep<Machine>>>();
  readonly #texts = new Map<SnapshotFrom<Machine>, string>();

  constructor(machine: Machine, input: InputFrom<Machine>) {
    this.#kernel = new Kernel(machine);
    this.first = this.#kernel.start(input);
  }

  take(before: SnapshotFrom<Machine>, event: EventFromLogic<Machine>): PathStep<Machine> {
    const taken = this.#taken.get(before) ?? new Map<unknown, PathStep<Machine>>();
    this.#taken.set(before, taken);
    // A case is the same object wherever it is told, a timer is not.
    const name = event.type.startsWith('xstate.after.') ? event.type : event;
    const known = taken.get(name);
    if (known !== undefined) return known;
    const { snapshot: after, emitted } = this.#kernel.step(before, event);
    const step = { event, before, after, emitted };
    taken.set(name, step);
    return step;
  }

  /** Whether a step leaves everything as it is. */
  isIdle({ before, after }: PathStep<Machine>): boolean {
    return this.#textOf(before) === this.#textOf(after);
  }

  #textOf(snapshot: SnapshotFrom<Machine>): string {
    const { value, context, status } = plain(snapshot);
    const text = this.#texts.get(snapshot) ?? JSON.stringify([value, context, status]);
    this.#texts.set(snapshot, text);
    return text;
  }
}

/**
 * Every case, tried in every state that the sequences lead to: those that change nothing together, in one path, and so they need none of the sequences.
 */
function tries<Machine extends AnyStateMachine>(
  steps: Steps<Machine>,
  { cases, ways = cases, key = (context) => context }: Scenario<Machine>,
  sequences: readonly (readonly EventFromLogic<Machine>[])[],
): (readonly EventFromLogic<Machine>[])[] {
  const tried = new Set<string>();
  return sequences
    .toSorted((one, other) => one.length - other.length)
    .flatMap((sequence) => {
      let { snapshot } = steps.first;
      let isIdle = false;
      const found = [undefined, ...sequence].flatMap((event, at) => {
        if (event !== undefined) {
          const step = steps.take(snapshot, event);
          isIdle = cases.includes(event) && steps.isIdle(step);
          snapshot = step.after;
        }
        const { value, context, status } = plain(snapshot);
        const state = JSON.stringify([value, key(context)]);
        if (tried.has(state) || status !== 'active') return [];
        tried.add(state);
        const way = sequence.slice(0, at);
        const idle = cases.filter((each) => steps.isIdle(steps.take(snapshot, each)));
        const changes = cases.filter((each) => !ways.includes(each) && !idle.includes(each));
        return [...changes.map((each) => [...way, each]), [...way, ...idle]];
      });
      return isIdle ? found : [sequence, ...found];
    });
}

/** Sequences of events, from any path generator, as walks of the role, and what is tried along them. What is the beginning of another is left out. */
export function walk<Machine extends AnyStateMachine>(
  machine: Machine,
  scenario: Scenario<Machine>,
  sequences: readonly (readonly EventObject[])[],
): RolePath<Machine>[] {
  const { name, input } = scenario;
  const stepsOf = new Steps(machine, input);
  const paths = new Map<string, readonly EventFromLogic<Machine>[]>();
  const found = sequences.map(
    (sequence) => sequence.filter(({ type }) => type !== 'xstate.init') as EventFromLogic<Machine>[],
  );
  for (const events of tries(stepsOf, scenario, found)) paths.set(JSON.stringify(events), events);
  const beginnings = new Set([...paths.values()].map((events) => JSON.stringify(events.slice(0, -1))));
  return [...paths].flatMap(([text, events]) => {
    if (events.length === 0 || beginnings.has(text)) return [];
    const { snapshot: start, emitted: first } = stepsOf.first;
    let before = start;
    const steps = events.map((event): PathStep<Machine> => {
      const step = stepsOf.take(before, event);
      before = step.after;
      return step;
    });
    return [{ name: `${name}: ${events.map(({ type }) => type).join(', ')}`, input, first, steps }];
  });
}

/** All paths of all scenarios, and what they cover together. */
export function coverPaths<Machine extends AnyStateMachine>(
  machine: Machine,
  scenarios: readonly Scenario<Machine>[],
): { readonly paths: RolePath<Machine>[]; readonly coverage: Coverage } {
  const paths = scenarios.flatMap((scenario) => pathsOf(machine, scenario));
  const types = scenarios.flatMap(({ cases }) => cases.map(({ type }) => type));
  return { paths, coverage: measureCoverage(machine, paths, types) };
}

/** What was covered of what there is. */
export interface Coverage {
  readonly transitions: Tally;
  /** Both outcomes of each guard. */
  readonly guards: Tally;
  /** Each state told each received message. */
  readonly messages: Tally;
  /** Everything that was missed, one line each. Empty is 100 %. */
  readonly missed: readonly string[];
}

/** So many of so many. */
export interface Tally {
  readonly covered: number;
  readonly total: number;
}

interface Edge {
  readonly name: string;
  readonly isGuarded: boolean;
}

/** Runs the paths on a live actor of the machine and counts what was taken. `types` are the events that every state must have been told. */
export function measureCoverage<Machine extends AnyStateMachine>(
  machine: Machine,
  paths: readonly RolePath<Machine>[],
  types: readonly string[],
): Coverage {
  const edges = edgesOf(machine);
  const taken = new Set<unknown>();
  const refused = new Set<unknown>();
  const told = new Set<string>();

  for (const { input, steps } of paths) {
    const actor = createActor(machine, {
      input,
      clock: liveClock(),
      inspect: (inspection) => {
        if (inspection.type === '@xstate.microstep')
          for (const transition of inspection._transitions) {
            taken.add(transition);
            for (const earlier of passedOver(transition as Transition)) refused.add(earlier);
          }
      },
    });
    actor.start();
    for (const { event, before } of steps) {
      for (const transition of refusedBy(machine, before, event)) refused.add(transition);
      told.add(`${stateName(plain(before).value)} <- ${event.type}`);
      actor.send(event);
      for (const { always } of plain(actor.getSnapshot())._nodes)
        for (const transition of always ?? []) refused.add(transition);
    }
    actor.stop();
  }

  const missed: string[] = [];
  const tally = (items: readonly (readonly [name: string, isCovered: boolean])[]): Tally => {
    missed.push(...items.filter(([, isCovered]) => !isCovered).map(([name]) => name));
    return { covered: items.filter(([, isCovered]) => isCovered).length, total: items.length };
  };
  const guarded = [...edges].filter(([, { isGuarded }]) => isGuarded);
  const received = [...new Set(types)].filter((type) => type.startsWith('received.'));
  return {
    transitions: tally([...edges].map(([edge, { name }]) => [`not taken: ${name}`, taken.has(edge)])),
    guards: tally(
      guarded.flatMap(([edge, { name }]) => [
        [`guard never true: ${name}`, taken.has(edge)] as const,
        [`guard never false: ${name}`, refused.has(edge)] as const,
      ]),
    ),
    messages: tally(
      atomicStates(machine.root).flatMap((state) =>
        received.map((type) => [`not told: ${state} <- ${type}`, told.has(`${state} <- ${type}`)] as const),
      ),
    ),
    missed,
  };
}

/** A clock on which nothing ever fires: the paths name their timers themselves. */
function liveClock() {
  const clock = new SimulatedClock();
  return {
    setTimeout: (fire: () => void, delay: number) => clock.set(fire, delay),
    clearTimeout: (handle: number) => clock.clear(handle),
  };
}

interface Node {
  readonly id: string;
  readonly path: readonly string[];
  readonly type: string;
  readonly always?: readonly unknown[] | undefined;
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  readonly states: Readonly<Record<string, Node>>;
}

interface Transition {
  readonly eventType: string;
  readonly guard?: unknown;
  readonly source: { readonly id: string; readonly always?: readonly unknown[] | undefined };
}

/** All transitions of a machine. */
function edgesOf(machine: AnyStateMachine): ReadonlyMap<unknown, Edge> {
  const edges = new Map<unknown, Edge>();
  const visit = (node: Node) => {
    const always = (node.always ?? []) as readonly Transition[];
    for (const transition of [...[...node.transitions.values()].flat(), ...always]) {
      const guard = transition.guard === undefined ? '' : ` [${guardName(transition.guard)}]`;
      const name = `${node.path.join('.') || '(root)'} on ${transition.eventType || 'always'}${guard}`;
      edges.set(transition, { name, isGuarded: transition.guard !== undefined });
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(machine.root as unknown as Node);
  return edges;
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  return guard !== null && typeof guard === 'object' && 'type' in guard ? String(guard.type) : 'inline';
}

/** The states that a machine can rest in, by name. Final ones are told nothing. */
function atomicStates(node: Node): string[] {
  const children = Object.values(node.states);
  if (children.length > 0) return children.flatMap(atomicStates);
  return node.type === 'final' ||
    (node.always ?? []).some((transition) => (transition as Transition).guard === undefined)
    ? []
    : [node.path.join('.')];
}

/** The guarded transitions that could have answered the event and whose guard said no. */
function refusedBy(machine: AnyStateMachine, before: unknown, event: EventObject): unknown[] {
  const snapshot = plain(before);
  const [selected] = machine.getTransitionData(snapshot, event);
  const refused: unknown[] = [];
  for (const transition of getNextTransitions(snapshot)) {
    if (!matches(transition.eventType, event.type)) continue;
    if (transition === selected) break;
    if (transition.guard !== undefined) refused.push(transition);
  }
  return refused;
}

/** The transitions of a state that is left at once whose guards said no before this one was taken. */
function passedOver(taken: Transition): unknown[] {
  const always = taken.eventType === '' ? (taken.source.always ?? []) : [];
  return always.slice(0, Math.max(0, always.indexOf(taken)));
}

function matches(descriptor: string, type: string): boolean {
  return (
    descriptor === type || descriptor === '*' || (descriptor.endsWith('.*') && type.startsWith(descriptor.slice(0, -1)))
  );
}
