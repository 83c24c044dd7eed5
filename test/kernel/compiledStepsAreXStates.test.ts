/** What was worked out beforehand is what XState works out: every step that a path can take comes to the same, and no role is left to XState. */
import { type AnyMachineSnapshot, createEmptyActor, type EventObject } from 'xstate';
import { Compiled } from '../../src/compiled.ts';
import { Kernel } from '../../src/kernel.ts';
import type { TimerChange } from '../../src/timers.ts';
import { smallMachines } from './machines.ts';
import { type Role, roles, stepsOf } from './roles.ts';

/** All of a step that can be seen. */
function seen(snapshot: AnyMachineSnapshot, emitted: readonly EventObject[], timers: readonly TimerChange[]) {
  const { value, context, status, output, tags, _nodes: nodes, historyValue, children } = snapshot;
  return {
    state: { value, context, status, output, historyValue, children },
    tags: [...tags].sort(),
    nodes: nodes.map(({ id }) => id).sort(),
    emitted,
    timers,
  };
}

/** What XState says of an action. */
interface Params {
  readonly event: EventObject;
  readonly id: string;
  readonly sendId: string;
  readonly delay: number;
}

const self = createEmptyActor();
const scope = { self, system: self.system };

/** A step by XState alone, or `undefined` where that throws. */
function byXState({ machine }: Role, before: AnyMachineSnapshot, event: EventObject) {
  const emitted: EventObject[] = [];
  const timers: TimerChange[] = [];
  const actionExecutor = ({ type, params }: { readonly type: string; readonly params: unknown }) => {
    const { event: given, id, sendId, delay } = { ...(params as Partial<Params>) };
    if (type === 'xstate.emit' && given !== undefined) emitted.push(given);
    if (type === 'xstate.cancel' && sendId !== undefined) timers.push({ type: 'cancel', id: sendId });
    if (type === 'xstate.raise' && given !== undefined && delay !== undefined)
      timers.push({ type: 'start', id: id ?? given.type, delay, event: given });
  };
  const inert = { ...scope, id: '', sessionId: '', logger() {}, defer() {}, stopChild() {}, emit() {}, actionExecutor };
  try {
    return seen(machine.transition(before, event, inert as never), emitted, timers);
  } catch {
    return undefined;
  }
}

/** Of the machines that are no roles: the one whose deeds do several things at once. */
const mixing = smallMachines.filter(({ name }) => name === 'mixing');

describe('a compiled step and a step of XState come to the same', () => {
  it.each([...roles, ...mixing].map((role) => [role.name, role] as const))(
    '%s, in every step of its paths',
    (_name, role) => {
      const compiled = Compiled.of(role.machine, scope);
      const different = stepsOf(role).filter(({ before, event }) => {
        const outcome = compiled?.step(before, event);
        const ours = outcome && seen(outcome.snapshot, outcome.emitted, outcome.timers);
        return ours === undefined || JSON.stringify(ours) !== JSON.stringify(byXState(role, before, event));
      });
      expect(different.map(({ before, event }) => [before.value, event])).toEqual([]);
    },
  );

  it.each(roles.map((role) => [role.name, role] as const))('%s, in the first step of every scenario', (_name, role) => {
    const compiled = Compiled.of(role.machine, scope);
    for (const { input } of role.scenarios) {
      // The first instance of a kernel is begun by XState.
      const { snapshot, emitted, timers } = new Kernel(role.machine).start(input);
      const any: AnyMachineSnapshot = { ...snapshot, context: {} };
      const outcome = compiled?.start(any, input);
      expect(outcome && seen(outcome.snapshot, outcome.emitted, outcome.timers)).toEqual(
        seen(snapshot, emitted, timers),
      );
    }
  });

  it('machines with regions and histories are left to XState', () => {
    const left = smallMachines.filter(({ machine }) => Compiled.of(machine, scope) === undefined);
    expect(left.map(({ name }) => name)).toEqual(['nested', 'parallel']);
  });
});
