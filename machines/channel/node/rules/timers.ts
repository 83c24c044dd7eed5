/** How long the node waits: what the parties ask for, of two the shorter. */
import { type NodeContext, type TimeoutName, type Timeouts, timeoutNames } from '../types.ts';

/** The timers of the node of its time, as long as it had them. Those that end a channel with money in it run only where a party asks for them. */
const defaults = {
  accept: 120_000,
  initialized: 120_000,
  awaiting_open: 600_000,
  funding_create: 120_000,
  funding_sign: 120_000,
  sign: 500_000,
} as const satisfies Timeouts;

export const shorter = (one: Timeouts, other: Timeouts): Timeouts => {
  const merged: Partial<Record<TimeoutName, number>> = { ...one };
  for (const name of timeoutNames) {
    const value = other[name];
    if (value !== undefined) merged[name] = Math.min(value, merged[name] ?? value);
  }
  return merged;
};

/** The shortest of the named timers. */
export function timeout(
  { timeouts }: Pick<NodeContext, 'timeouts'>,
  ...names: readonly (keyof typeof defaults)[]
): number {
  return Math.min(...names.map((name) => timeouts[name] ?? defaults[name]));
}

/** Beyond what a timer can be set to: it is set, and does nothing. */
const never = 2_147_483_647;

export const askedTimeout = ({ timeouts }: Pick<NodeContext, 'timeouts'>, ...names: readonly TimeoutName[]): number =>
  Math.min(never, ...names.flatMap((name) => timeouts[name] ?? []));

export const isTimed = ({ timeouts }: Pick<NodeContext, 'timeouts'>, ...names: readonly TimeoutName[]): boolean =>
  names.some((name) => timeouts[name] !== undefined);
