/**
 * The guards and actions of a machine as plain functions, for `compiled.ts`: what XState's `assign`, `emit`, `enqueueActions`, `raise` and `cancel` do,
 * without what they need for actors. What roles do not use is `Unsupported`, and left to XState.
 */
import type { AnyStateMachine, AnyStateNode, EventObject } from 'xstate';
import type { TimerChange } from './timers.ts';

export type Context = Readonly<Record<string, unknown>>;

/** A step under way. */
export interface Run {
  context: Context;
  event: EventObject;
  /** Whether the last transition has made another snapshot of it: until one makes none, states may be left at once. */
  hasChanged: boolean;
  isDone: boolean;
  output: unknown;
  readonly emitted: EventObject[];
  readonly timers: TimerChange[];
  /** Events of the machine's own, for the rest of this step. */
  readonly raised: EventObject[];
}

/** An action, ready to be carried out. */
export type Deed = (run: Run) => void;
export type Guard = (args: Pick<Run, 'context' | 'event'>) => boolean;

/** What is left to XState. */
export class Unsupported extends Error {}

/** @throws Unsupported */
export function unsupported(): never {
  throw new Unsupported('This is left to XState.');
}

/** What an expression of an action is given. */
interface Args extends Scope {
  readonly context: Context;
  readonly event: EventObject;
  /** Of `assign`. */
  readonly spawn: () => never;
}

/** The actor that actions are told of: none, where steps are pure. */
export interface Scope {
  readonly self: unknown;
  readonly system: unknown;
}

type Maker<Value> = (args: Args) => Value;
/** A value, or what makes it. */
type Expression<Value> = Value | Maker<Value>;

/** What XState's action creators leave on the functions that they return. */
interface Builtin {
  readonly type: string;
  /** Of `assign`: what makes the changes, or an expression for each. */
  readonly assignment: Maker<Context> | Readonly<Record<string, Expression<unknown>>>;
  /** Of `emit` and `raise`. */
  readonly event: Expression<EventObject>;
  readonly id: string | undefined;
  readonly delay: Expression<number> | string | undefined;
  /** Of `enqueueActions`. */
  readonly collect: (args: unknown) => void;
  /** Of `cancel`. */
  readonly sendId: unknown;
}

const isFunction = (value: unknown): value is (args: unknown) => unknown => typeof value === 'function';

const isMaker = <Value>(expression: Expression<Value>): expression is Maker<Value> => isFunction(expression);

const made = <Value>(expression: Expression<Value>, args: Args): Value =>
  isMaker(expression) ? expression(args) : expression;

/** An event that needs not be made first. */
const ready = (event: unknown): EventObject => (isFunction(event) ? unsupported() : (event as EventObject));

function nameOf(reference: unknown): string {
  if (typeof reference === 'string') return reference;
  const isPlain = reference !== null && typeof reference === 'object' && !('params' in reference);
  return isPlain && 'type' in reference && typeof reference.type === 'string' ? reference.type : unsupported();
}

/**
 * What one machine's names stand for.
 *
 * Of what `enqueueActions` can enqueue it carries out `emit` and `raise` of events that are there already, at once, and `assign`. A deed that asks `check`,
 * names another action or wants anything else is right, but each of its steps is left to XState.
 */
export class Deeds {
  readonly #implementations: AnyStateMachine['implementations'];
  readonly #context: unknown;
  readonly #scope: Scope;
  /** The run whose `enqueueActions` is collecting. */
  #collecting: Run | undefined;
  /** Carried out as it is enqueued: whoever enqueues sees nothing but what was before. */
  readonly #enqueue = Object.assign(() => unsupported(), {
    emit: (event: unknown) => void this.#collecting?.emitted.push(ready(event)),
    assign: (assignment: Builtin['assignment']) => {
      if (this.#collecting !== undefined) this.#assign(this.#collecting, assignment);
    },
    raise: (event: unknown, options?: unknown) =>
      void this.#collecting?.raised.push(options === undefined ? ready(event) : unsupported()),
    cancel: unsupported,
    sendTo: unsupported,
    sendParent: unsupported,
    spawnChild: unsupported,
    stopChild: unsupported,
  });

  constructor({ implementations, config }: AnyStateMachine, { self, system }: Scope) {
    this.#implementations = implementations;
    this.#context = config.context;
    this.#scope = { self, system };
  }

  /** The first context of an instance. */
  contextOf(input: unknown): Context {
    const { self } = this.#scope;
    const context = isFunction(this.#context) ? this.#context({ input, self, spawn: unsupported }) : this.#context;
    return (context ?? {}) as Context;
  }

  /** @throws Unsupported */
  guard(reference: unknown): Guard | undefined {
    if (reference === undefined) return undefined;
    const guard: unknown = isFunction(reference) ? reference : this.#implementations.guards[nameOf(reference)];
    return isFunction(guard) && !('check' in guard) ? (guard as Guard) : unsupported();
  }

  /** @throws Unsupported */
  of(references: readonly unknown[]): Deed[] {
    return references.flatMap((reference) => this.#deed(reference) ?? []);
  }

  /** What a final state does: it ends the state that it is in, or the machine. */
  ending({ id, parent, output }: AnyStateNode, root: AnyStateNode): Deed {
    if (parent?.parent !== undefined) {
      const type = `xstate.done.state.${parent.id}`;
      return (run) => void run.raised.push(withOutput(type, made<unknown>(output, this.#args(run))));
    }
    return (run) => {
      const args = this.#args(run);
      const event = withOutput(`xstate.done.state.${id}`, made<unknown>(output, args));
      run.output = made<unknown>(root.output, { ...args, event });
      run.isDone = true;
      run.hasChanged = true;
    };
  }

  /** Actions that are no builtin of XState do nothing here. */
  #deed(reference: unknown): Deed | undefined {
    const action: unknown = isFunction(reference) ? reference : this.#implementations.actions[nameOf(reference)];
    if (!isFunction(action) || !('resolve' in action)) return undefined;
    const { type, assignment, event, id, delay, collect, sendId } = action as unknown as Builtin;
    const { self, system } = this.#scope;
    switch (type) {
      case 'xstate.assign':
        return (run) => this.#assign(run, assignment);
      case 'xstate.emit':
        return (run) => void run.emitted.push(made(event, this.#args(run)));
      case 'xstate.enqueueActions':
        return (run) => {
          this.#collecting = run;
          const { context, event } = run;
          collect({ context, event, self, system, enqueue: this.#enqueue, check: unsupported });
        };
      case 'xstate.raise':
        return (run) => {
          const args = this.#args(run);
          const raised = made(event, args);
          const wait = typeof delay === 'string' ? this.#implementations.delays[delay] : delay;
          const ms: unknown = made<unknown>(wait, args);
          if (typeof ms === 'number')
            run.timers.push({ type: 'start', id: id ?? raised.type, delay: ms, event: raised });
          else run.raised.push(raised);
        };
      case 'xstate.cancel':
        return typeof sendId === 'string'
          ? (run) => void run.timers.push({ type: 'cancel', id: sendId })
          : unsupported();
      default:
        return unsupported();
    }
  }

  #assign(run: Run, assignment: Builtin['assignment']): void {
    const args = this.#args(run);
    assign(run, typeof assignment === 'function' ? assignment(args) : eachMade(assignment, args));
  }

  #args({ context, event }: Run): Args {
    const { self, system } = this.#scope;
    return { context, event, self, system, spawn: unsupported };
  }
}

/** Assigning what is there already makes no new context. */
function assign(run: Run, changes: Context | undefined): void {
  run.hasChanged = true;
  const { context } = run;
  for (const name in changes) {
    if (changes[name] === context[name] && name in context) continue;
    run.context = { ...context, ...changes };
    return;
  }
}

const eachMade = (assignment: Readonly<Record<string, Expression<unknown>>>, args: Args): Context =>
  Object.fromEntries(Object.entries(assignment).map(([name, expression]) => [name, made(expression, args)]));

const withOutput = (type: string, output: unknown): EventObject & { readonly output: unknown } => ({ type, output });
