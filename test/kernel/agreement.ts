/**
 * One sequence of moves, played by the kernel and by a live actor of the same machine, each on its own simulated clock.
 */
import fc from 'fast-check';
import { type AnyMachineSnapshot, type AnyStateMachine, createActor, type EventObject } from 'xstate';
import { Kernel, type Stepped } from '../../src/kernel.ts';
import { type Scenario, SimulatedClock } from '../../src/testing/index.ts';

/** An event that the machine is told, or milliseconds that pass. */
export type Move = { readonly tell: EventObject } | { readonly pass: number };

/** What can be seen of a machine after a move. */
export interface Seen {
  readonly value: unknown;
  readonly context: unknown;
  readonly status: string;
  readonly error: string;
  readonly output: unknown;
  readonly emitted: readonly unknown[];
  readonly timers: number;
}

/** Sequences of a scenario's events and of time passing. They shrink to the shortest that still shows the difference. */
export function movesOf({ cases }: Scenario<AnyStateMachine>, pauses: readonly number[]): fc.Arbitrary<Move[]> {
  const tell = fc.constantFrom(...cases).map((event): Move => ({ tell: event }));
  const pass = fc.constantFrom(...pauses).map((ms): Move => ({ pass: ms }));
  return fc.array(fc.oneof({ weight: 3, arbitrary: tell }, { weight: 1, arbitrary: pass }), { maxLength: 24 });
}

function see(snapshot: AnyMachineSnapshot, emitted: readonly unknown[], timers: number): Seen {
  const { value, context, status, output } = snapshot;
  const error = snapshot.error instanceof Error ? snapshot.error.message : String(snapshot.error);
  return { value, context, status, error, output, emitted, timers };
}

/** Plays the moves on the kernel. Between two moves `between` may replace the snapshot: by one that was stored and read again, for example. */
export function playKernel(
  machine: AnyStateMachine,
  input: unknown,
  moves: readonly Move[],
  between: (kernel: Kernel<AnyStateMachine>, snapshot: AnyMachineSnapshot) => AnyMachineSnapshot = (_, same) => same,
): Seen[] {
  const kernel = new Kernel(machine);
  const clock = new SimulatedClock();
  const handles = new Map<string, ReturnType<SimulatedClock['set']>>();
  let emitted: unknown[] = [];
  const stop = (id: string) => {
    const handle = handles.get(id);
    if (handle !== undefined) clock.clear(handle);
    handles.delete(id);
  };
  const take = (step: Stepped<AnyStateMachine>): AnyMachineSnapshot => {
    emitted.push(...step.emitted);
    for (const change of step.timers) {
      stop(change.id);
      if (change.type === 'cancel') continue;
      const fire = () => {
        handles.delete(change.id);
        snapshot = take(kernel.step(snapshot, change.event));
      };
      handles.set(change.id, clock.set(fire, change.delay));
    }
    if (step.snapshot.status !== 'active') for (const id of [...handles.keys()]) stop(id);
    return step.snapshot;
  };
  let snapshot = take(kernel.start(input));
  const seen = [see(snapshot, emitted, clock.waiting)];
  for (const move of moves) {
    emitted = [];
    snapshot = between(kernel, snapshot);
    if ('tell' in move) snapshot = take(kernel.step(snapshot, move.tell));
    else clock.advance(move.pass);
    seen.push(see(snapshot, emitted, clock.waiting));
  }
  return seen;
}

/** Plays the moves on a live actor. */
export function playLive(machine: AnyStateMachine, input: unknown, moves: readonly Move[]): Seen[] {
  const clock = new SimulatedClock();
  let emitted: unknown[] = [];
  const actor = createActor(machine, {
    input,
    clock: {
      setTimeout: (fire: () => void, delay: number) => clock.set(fire, delay),
      clearTimeout: (handle: number) => clock.clear(handle),
    },
  });
  actor.on('*', (event) => void emitted.push(event));
  // Somebody must listen to errors, or they are thrown at the process.
  actor.subscribe({ error: () => {} });
  actor.start();
  const seen = [see(actor.getSnapshot(), emitted, clock.waiting)];
  for (const move of moves) {
    emitted = [];
    if ('pass' in move) clock.advance(move.pass);
    else if (actor.getSnapshot().status === 'active') actor.send(move.tell);
    seen.push(see(actor.getSnapshot(), emitted, clock.waiting));
  }
  actor.stop();
  return seen;
}

/** Holds what two players have seen against each other. As text first: thousands of deep comparisons would take the time of the whole suite. */
export function expectSame(seen: readonly Seen[], other: readonly Seen[]): void {
  if (JSON.stringify(seen) !== JSON.stringify(other)) expect(seen).toEqual(other);
}
