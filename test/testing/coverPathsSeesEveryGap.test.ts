/** coverPaths can fail: a transition that is never taken, a guard that only ever says one thing, a message that a state was not told, each is named. */
import { assign, emit, setup } from 'xstate';
import { coverPaths, measureCoverage, pathsOf, type Scenario, walk } from '../../src/testing/index.ts';

/** A door with a lock: two states, a guard, a timer. */
const door = setup({
  types: {} as {
    context: { readonly knocks: number };
    input: { readonly most: number };
    events:
      | { readonly type: 'received.KNOCK' }
      | { readonly type: 'received.KEY'; readonly fits: boolean }
      | { readonly type: 'received.SLAM' };
    emitted: { readonly type: 'opened' };
  },
  guards: {
    fits: ({ event }) => event.type === 'received.KEY' && event.fits,
    isPatient: ({ context }) => context.knocks < 2,
  },
  actions: { opened: emit({ type: 'opened' }), count: assign(({ context }) => ({ knocks: context.knocks + 1 })) },
  delays: { wind: 1_000 },
}).createMachine({
  id: 'door',
  context: { knocks: 0 },
  initial: 'shut',
  states: {
    shut: {
      on: {
        'received.KEY': { guard: 'fits', target: 'open', actions: 'opened' },
        'received.KNOCK': { guard: 'isPatient', actions: 'count' },
      },
    },
    open: { on: { 'received.SLAM': 'shut' }, after: { wind: 'shut' } },
  },
});
type Door = Scenario<typeof door>;

const all: Door['cases'] = [
  { type: 'received.KEY', fits: true },
  { type: 'received.KEY', fits: false },
  { type: 'received.KNOCK' },
  { type: 'received.SLAM' },
];
const cover = (cases: Door['cases'], key?: Door['key']) =>
  coverPaths(door, [{ name: 'door', input: { most: 1 }, cases, ...(key === undefined ? {} : { key }) }]).coverage;

it('nothing is missed when every case is there', () => {
  expect(cover(all)).toEqual({
    transitions: { covered: 4, total: 4 },
    guards: { covered: 4, total: 4 },
    messages: { covered: 6, total: 6 },
    missed: [],
  });
});

it('a transition that no case takes', () => {
  expect(cover(all.filter(({ type }) => type !== 'received.SLAM')).missed).toEqual([
    'not taken: open on received.SLAM',
  ]);
});

it('a guard that never says yes, and what lies behind it', () => {
  const { missed } = cover(all.filter((event) => event.type !== 'received.KEY' || !event.fits));
  expect(missed).toEqual(
    expect.arrayContaining([
      'guard never true: shut on received.KEY [fits]',
      'not taken: shut on received.KEY [fits]',
      'not taken: open on received.SLAM',
      'not told: open <- received.KEY',
    ]),
  );
});

it('a guard that never says no', () => {
  const missed = cover(all.filter((event) => event.type !== 'received.KEY' || event.fits)).missed;
  expect(missed).toEqual(['guard never false: shut on received.KEY [fits]']);
});

it('a guard whose outcome depends on what the key leaves out', () => {
  expect(cover(all, () => 0).missed).toEqual(['guard never false: shut on received.KNOCK [isPatient]']);
});

it('a message that a state was not told, though another one was', () => {
  const scenario: Door = { name: 'door', input: { most: 1 }, cases: [] };
  const [key] = all;
  if (key === undefined) throw new Error('no cases');
  const short = walk(door, scenario, [[key], [{ type: 'received.KNOCK' }]]);
  const types = all.map(({ type }) => type);
  const { messages, missed } = measureCoverage(door, short, types);
  expect(messages).toEqual({ covered: 2, total: 6 });
  expect(missed).toEqual(
    expect.arrayContaining(['not told: shut <- received.SLAM', 'not told: open <- received.KNOCK']),
  );
  expect(missed).not.toContain('not told: shut <- received.KEY');
});

it('every path says what is told and emitted at each step, and timers are steps too', () => {
  const paths = pathsOf(door, { name: 'door', input: { most: 1 }, cases: all });
  const steps = paths.flatMap((path) => path.steps);
  expect(steps.some(({ event }) => event.type.startsWith('xstate.after.'))).toBe(true);
  for (const { event, before, after, emitted } of steps) {
    const opens = before.value === 'shut' && after.value === 'open';
    expect(emitted).toEqual(opens ? [{ type: 'opened' }] : []);
    if (opens) expect(event).toEqual({ type: 'received.KEY', fits: true });
  }
  const begins = paths.map((path) => JSON.stringify(path.steps.map(({ event }) => event)).slice(0, -1));
  for (const one of begins) expect(begins.filter((other) => other.startsWith(`${one},`))).toEqual([]);
});
