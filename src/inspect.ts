/**
 * What an observer may see of a session: one record a step, with everything secret taken out.
 */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { redact } from './secrets.ts';
import type { TimerChange } from './timers.ts';

/** A step of a session, as an observer sees it: plain data, redacted. */
export interface StepRecord {
  /** The session's id, unique within its host. */
  readonly session: string;
  /** The machine's id. */
  readonly machine: string;
  /** Milliseconds since the epoch, by the host's clock. */
  readonly at: number;
  readonly event: unknown;
  readonly before: SeenState;
  readonly after: SeenState;
  readonly emitted: readonly unknown[];
  readonly timers: readonly TimerChange[];
}

/** A snapshot, as an observer sees it. */
export interface SeenState {
  readonly status: string;
  readonly value: unknown;
  readonly context: unknown;
}

/** Is called after every step, before anything that the step told is carried out. */
export type Inspect = (record: StepRecord, machine: AnyStateMachine) => void;

/** A snapshot without what is secret. */
export function seen(snapshot: AnyMachineSnapshot, secrets: ReadonlySet<string>): SeenState {
  return { status: snapshot.status, value: snapshot.value, context: redact(snapshot.context, secrets) };
}

/** The state's name, as a path: `open.awaitingInit`. Regions of a parallel state stand beside each other. */
export function stateName(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return '';
  return Object.entries(value)
    .map(([key, inner]) => (stateName(inner) === '' ? key : `${key}.${stateName(inner)}`))
    .join(' + ');
}

/** The clause of the protocol text that the innermost active state carries out. */
export function clauseOf(snapshot: AnyMachineSnapshot): string {
  const nodes = [...snapshot._nodes].sort((one, other) => other.path.length - one.path.length);
  const metas: unknown[] = nodes.map(({ meta }) => meta);
  for (const meta of metas) {
    if (meta !== null && typeof meta === 'object' && 'clause' in meta && typeof meta.clause === 'string')
      return meta.clause;
  }
  return '';
}
