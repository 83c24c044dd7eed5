/** House rule: a role is told, and it tells. Nothing in it runs, starts, or speaks to anything by itself. */
import { transition } from 'xstate';
import { placesOf } from './config.ts';
import { rows, stepsOf } from './roles.ts';

describe.each(rows)('%s', (_name, role) => {
  it('invokes nothing and knows no other actors', () => {
    expect(placesOf(role.machine).filter(({ path }) => path.at(-1) === 'invoke' || path.at(-1) === 'src')).toEqual([]);
    expect(Object.keys(role.machine.implementations.actors)).toEqual([]);
  });

  it('has a config of plain data: no function but the factory of its context and its output', () => {
    const functions = placesOf(role.machine).filter(({ value }) => typeof value === 'function');
    expect(
      functions.map(({ path }) => path.join('.')).filter((path) => path !== 'context' && path !== 'output'),
    ).toEqual([]);
  });

  it('has no actions but emit, assign and enqueueActions, all of them named', () => {
    const kinds = Object.entries(role.machine.implementations.actions).map(([name, action]) => [
      name,
      typeof action === 'function' && 'type' in action ? action.type : 'inline',
    ]);
    const allowed = ['xstate.emit', 'xstate.assign', 'xstate.enqueueActions'];
    expect(kinds.filter(([, kind]) => !allowed.includes(String(kind)))).toEqual([]);
  });

  it('asks at no step of any path for more than to emit and to start or cancel a timer', () => {
    const asked = stepsOf(role).flatMap(({ before, event }) => transition(role.machine, before, event)[1]);
    const kinds = new Set<string>(asked.map(({ type }) => type));
    for (const kind of ['xstate.emit', 'xstate.raise', 'xstate.cancel']) kinds.delete(kind);
    expect([...kinds]).toEqual([]);
  });
});
