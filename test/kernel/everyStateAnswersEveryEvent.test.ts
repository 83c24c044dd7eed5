/** House rule: totality. In every state that a role can reach, every event of its cases is answered by some transition, and none throws. */
import { stateName } from '../../src/inspect.ts';
import { Kernel } from '../../src/kernel.ts';
import { eventsOf, rows, stepsOf } from './roles.ts';

describe.each(rows)('%s', (_name, role) => {
  const { machine } = role;
  const states = new Map(stepsOf(role).map(({ before }) => [JSON.stringify([before.value, before.context]), before]));
  const pairs = [...states.values()].flatMap((state) => eventsOf(role).map((event) => ({ state, event })));

  it('answers every event in every state: nothing vanishes silently', () => {
    const unanswered = pairs
      .filter(({ state, event }) => machine.getTransitionData(state, event).length === 0)
      .map(({ state, event }) => `${stateName(state.value)} does not answer ${event.type}`);
    expect([...new Set(unanswered)].sort()).toEqual([]);
  });

  it('throws at no event in any state', () => {
    const kernel = new Kernel(machine);
    const thrown = pairs
      .filter(({ state, event }) => kernel.step(state, event).snapshot.status === 'error')
      .map(({ state, event }) => `${stateName(state.value)} throws at ${event.type}`);
    expect([...new Set(thrown)].sort()).toEqual([]);
  });

  it('says for every received message that only its root expects that the peer has violated the protocol', () => {
    const kernel = new Kernel(machine);
    const silent = pairs
      .filter(({ state, event }) => {
        const [transition] = machine.getTransitionData(state, event);
        if (transition?.eventType !== 'received.*' || transition.source !== machine.root) return false;
        return !kernel.step(state, event).emitted.some(({ type }) => type === 'violated');
      })
      .map(({ state, event }) => `${stateName(state.value)} takes ${event.type} in silence`);
    expect([...new Set(silent)].sort()).toEqual([]);
  });

  it('has a root that answers whatever the peer may say and whatever the app may command', () => {
    expect(Object.keys(machine.config.on ?? {})).toEqual(expect.arrayContaining(['received.*', 'command.*']));
  });
});
