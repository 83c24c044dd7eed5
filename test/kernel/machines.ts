/**
 * Small machines that are not roles: each holds one thing that could tell a pure step apart from a live actor.
 */
import { and, assign, emit, enqueueActions, not, setup, stateIn } from 'xstate';
import { type Role, role } from './roles.ts';

interface Input {
  readonly limit: number;
}

/** Nested states with both kinds of history, entry and exit on every level, and a root transition beside inner ones. */
const nested = setup({
  types: {} as {
    context: { readonly depth: number };
    input: Input;
    events: { readonly type: 'in' | 'out' | 'back' | 'backDeep' | 'swap' | 'reset' | 'stay' };
    emitted: { readonly type: 'entered' | 'left' | 'swapped' | 'reset' | 'stayed'; readonly depth: number };
  },
  actions: {
    entered: emit(({ context }) => ({ type: 'entered', depth: context.depth })),
    left: emit(({ context }) => ({ type: 'left', depth: context.depth })),
    swapped: emit(({ context }) => ({ type: 'swapped', depth: context.depth })),
    reset: emit(({ context }) => ({ type: 'reset', depth: context.depth })),
    stayed: emit(({ context }) => ({ type: 'stayed', depth: context.depth })),
    deepen: assign(({ context }) => ({ depth: context.depth + 1 })),
  },
}).createMachine({
  id: 'nested',
  options: { maxIterations: 100 },
  context: { depth: 0 },
  initial: 'outside',
  states: {
    outside: { on: { in: 'inside', back: 'inside.shallow', backDeep: 'inside.deep' } },
    inside: {
      entry: ['entered', 'deepen'],
      exit: 'left',
      initial: 'left',
      on: { out: { target: 'outside', actions: 'left' }, stay: { actions: 'stayed' } },
      states: {
        shallow: { type: 'history' },
        deep: { type: 'history', history: 'deep' },
        left: { entry: 'entered', on: { swap: { target: 'right', actions: 'swapped' } } },
        right: {
          entry: ['deepen', 'entered'],
          exit: 'left',
          initial: 'one',
          states: {
            one: { on: { swap: 'two' } },
            two: { entry: 'entered', on: { swap: { target: '#nested.inside.right', reenter: true } } },
          },
        },
      },
    },
  },
  on: { reset: { target: '.outside', actions: 'reset' } },
});

/** Two regions that look at each other, each with its own timer; done when both are. */
const parallel = setup({
  types: {} as {
    context: { readonly turns: number; readonly limit: number };
    input: Input;
    output: { readonly turns: number };
    events: { readonly type: 'turn' | 'finish' | 'note' };
    emitted: { readonly type: 'lit' | 'dark' | 'turned' | 'over' };
  },
  actions: {
    lit: emit(() => ({ type: 'lit' })),
    dark: emit(() => ({ type: 'dark' })),
    turned: emit(() => ({ type: 'turned' })),
    over: emit(() => ({ type: 'over' })),
    count: assign(({ context }) => ({ turns: context.turns + 1 })),
  },
  guards: {
    isLit: stateIn({ lamp: 'on' }),
    isWorn: ({ context }) => context.turns >= context.limit,
    mayTurn: and([not(stateIn({ lamp: 'off' })), ({ context }) => context.turns < 100]),
  },
  delays: { glow: ({ context }) => 5 + context.turns },
}).createMachine({
  id: 'parallel',
  options: { maxIterations: 100 },
  context: ({ input }) => ({ turns: 0, limit: input.limit }),
  type: 'parallel',
  onDone: { actions: 'over' },
  output: ({ context }) => ({ turns: context.turns }),
  on: { note: { actions: 'over' } },
  states: {
    lamp: {
      initial: 'off',
      states: {
        off: { entry: 'dark', on: { turn: 'on', note: { actions: 'dark' } }, after: { 20: 'on' } },
        on: {
          entry: 'lit',
          on: { turn: 'off', finish: 'broken', note: { actions: ['lit', 'lit'] } },
          after: { glow: 'off' },
        },
        broken: { type: 'final' },
      },
    },
    wheel: {
      initial: 'still',
      states: {
        still: {
          on: {
            turn: { guard: 'mayTurn', target: 'turning', actions: 'count' },
            finish: 'gone',
            note: [{ guard: 'isLit', actions: ['turned', 'count'] }, { actions: 'turned' }],
          },
        },
        turning: {
          entry: 'turned',
          always: { guard: 'isWorn', target: 'gone' },
          after: { 10: { target: 'still', actions: 'count' } },
          on: { turn: { guard: 'isLit', target: 'turning', reenter: true, actions: 'count' } },
        },
        gone: { type: 'final' },
      },
    },
  },
});

/** Timers: two in one state, one at once, re-entry that starts them anew, and one of the whole machine. */
const timers = setup({
  types: {} as {
    context: { readonly fired: number };
    input: Input;
    events: { readonly type: 'again' | 'inner' | 'pause' | 'go' };
    emitted: { readonly type: 'short' | 'long' | 'atOnce' | 'whole' };
  },
  actions: {
    short: emit(() => ({ type: 'short' })),
    long: emit(() => ({ type: 'long' })),
    atOnce: emit(() => ({ type: 'atOnce' })),
    whole: emit(() => ({ type: 'whole' })),
    count: assign(({ context }) => ({ fired: context.fired + 1 })),
  },
  guards: { isOdd: ({ context }) => context.fired % 2 === 1 },
  delays: { long: 90, growing: ({ context }) => 10 * (context.fired + 1) },
}).createMachine({
  id: 'timers',
  options: { maxIterations: 100 },
  context: { fired: 0 },
  initial: 'waiting',
  after: { 2500: { actions: ['whole', 'count'] } },
  states: {
    waiting: {
      initial: 'one',
      on: { again: { target: 'waiting', reenter: true }, pause: 'paused' },
      after: {
        growing: [
          { guard: 'isOdd', target: 'waiting', reenter: true, actions: ['short', 'count'] },
          { actions: ['short', 'count'] },
        ],
        long: { target: 'instant', actions: 'long' },
      },
      states: {
        one: { on: { inner: 'two' }, after: { 10: { target: 'two', actions: 'short' } } },
        two: { on: { inner: 'one' }, after: { 1: { target: 'two', reenter: true, actions: 'count' } } },
      },
    },
    instant: { after: { 0: { target: 'waiting', actions: 'atOnce' } } },
    paused: { on: { go: 'waiting', again: 'instant' } },
  },
});

/** Throws wherever a machine can: in a guard, in an assignment behind an emit, on entry, in an emit; and goes round without an end. */
const throwing = setup({
  types: {} as {
    context: { readonly count: number };
    input: Input;
    events: { readonly type: 'guard' | 'assign' | 'entry' | 'emit' | 'loop' | 'fine' };
    emitted: { readonly type: 'fine' | 'before' | 'after' };
  },
  actions: {
    fine: emit(() => ({ type: 'fine' })),
    before: emit(() => ({ type: 'before' })),
    after: emit(() => ({ type: 'after' })),
    count: assign(({ context }) => ({ count: context.count + 1 })),
    throwAssign: assign(() => {
      throw new Error('assign');
    }),
    throwEmit: emit(() => {
      throw new Error('emit');
    }),
  },
  guards: {
    throwGuard: () => {
      throw new Error('guard');
    },
  },
}).createMachine({
  id: 'throwing',
  options: { maxIterations: 20 },
  context: { count: 0 },
  initial: 'calm',
  states: {
    calm: {
      after: { 10: { actions: ['fine', 'count'] } },
      on: {
        fine: { actions: ['fine', 'count'] },
        guard: { guard: 'throwGuard', actions: 'fine' },
        assign: { actions: ['count', 'before', 'throwAssign', 'after'] },
        entry: { target: 'bad', actions: ['before', 'count'] },
        emit: { actions: ['before', 'throwEmit'] },
        loop: { target: 'round', actions: 'before' },
      },
    },
    bad: { entry: ['after', 'throwAssign'], after: { 5: 'calm' } },
    round: { entry: 'fine', always: 'andRound' },
    andRound: { always: 'round' },
  },
});

/** Comes to its end from within a nested state, with exit actions on the way and an output from the final state. */
const ending = setup({
  types: {} as {
    context: { readonly steps: number; readonly limit: number };
    input: Input;
    output: { readonly steps: number };
    events: { readonly type: 'step' | 'end' | 'afterwards' };
    emitted: { readonly type: 'stepped' | 'left' | 'ended' | 'afterwards' };
  },
  actions: {
    stepped: emit(() => ({ type: 'stepped' })),
    left: emit(() => ({ type: 'left' })),
    ended: emit(() => ({ type: 'ended' })),
    afterwards: emit(() => ({ type: 'afterwards' })),
    count: assign(({ context }) => ({ steps: context.steps + 1 })),
  },
  guards: { isLast: ({ context }) => context.steps >= context.limit },
}).createMachine({
  id: 'ending',
  options: { maxIterations: 100 },
  context: ({ input }) => ({ steps: 0, limit: input.limit }),
  initial: 'running',
  exit: 'left',
  after: { 50: '.ended' },
  output: ({ context }) => ({ steps: context.steps }),
  states: {
    running: {
      initial: 'stepping',
      exit: 'left',
      onDone: { target: 'ended', actions: 'count' },
      states: {
        stepping: {
          always: { guard: 'isLast', target: 'enough' },
          on: { step: { actions: ['count', 'stepped'] } },
          after: { 7: { target: 'stepping', reenter: true, actions: 'count' } },
        },
        enough: { type: 'final' },
      },
    },
    ended: { type: 'final', entry: 'ended' },
  },
  on: { end: '.ended', afterwards: { actions: 'afterwards' } },
});

/** `enqueueActions` that emits, assigns, raises and asks its guards, in that order or not at all. */
const enqueuing = setup({
  types: {} as {
    context: { readonly sum: number; readonly limit: number };
    input: Input;
    events: { readonly type: 'add' | 'raised' | 'late' };
    emitted: { readonly type: 'added' | 'raised' | 'late'; readonly sum: number };
  },
  actions: {
    late: emit(({ context }) => ({ type: 'late', sum: context.sum })),
    add: enqueueActions(({ context, enqueue, check }) => {
      enqueue.emit({ type: 'added', sum: context.sum });
      enqueue.assign({ sum: context.sum + 1 });
      enqueue.emit({ type: 'raised', sum: context.sum });
      if (context.sum % 2 === 0) enqueue.raise({ type: 'raised' });
      // A live actor that starts a second timer under the same id forgets the first and fires both: roles only have `after`, which cancels.
      enqueue.cancel('later');
      if (check(({ context: now }) => now.sum >= now.limit)) enqueue.raise({ type: 'late' }, { delay: 3, id: 'later' });
    }),
  },
}).createMachine({
  id: 'enqueuing',
  options: { maxIterations: 100 },
  context: ({ input }) => ({ sum: 0, limit: input.limit }),
  initial: 'here',
  states: { here: { on: { raised: 'there' } }, there: { on: { raised: { target: 'here', actions: 'add' } } } },
  on: { add: { actions: 'add' }, late: { actions: 'late' } },
});

/** `enqueueActions` that only emits, assigns and raises: what it assigns it sees no more, and what it raises comes next. */
const mixing = setup({
  types: {} as {
    context: { readonly sum: number; readonly limit: number };
    input: Input;
    events: { readonly type: 'mix' | 'raised' };
    emitted: { readonly type: 'before' | 'after' | 'told'; readonly sum: number };
  },
  actions: {
    told: emit(({ context }) => ({ type: 'told', sum: context.sum })),
    mix: enqueueActions(({ context, enqueue }) => {
      enqueue.emit({ type: 'before', sum: context.sum });
      enqueue.assign({ sum: context.sum + 1 });
      enqueue.assign(({ context: now }) => ({ sum: now.sum * 2 }));
      enqueue.emit({ type: 'after', sum: context.sum });
      if (context.sum % 3 === 0) enqueue.raise({ type: 'raised' });
    }),
  },
  guards: { isFull: ({ context }) => context.sum >= context.limit },
}).createMachine({
  id: 'mixing',
  options: { maxIterations: 100 },
  context: ({ input }) => ({ sum: 0, limit: input.limit }),
  initial: 'here',
  states: {
    here: { always: { guard: 'isFull', target: 'full' }, on: { mix: { actions: ['told', 'mix', 'told'] } } },
    full: { entry: 'mix' },
  },
  on: { raised: { actions: 'told' } },
});

const types = <Type extends string>(...names: readonly Type[]) => names.map((type) => ({ type }));
const pauses = [0, 1, 4, 5, 10, 20, 60];
const one = <Event>(cases: readonly Event[], limit = 3) => [{ name: 'small', input: { limit }, cases }];

/** The small machines, in the same shape as the roles. */
export const smallMachines: readonly Role[] = [
  role(nested, one(types('in', 'out', 'back', 'backDeep', 'swap', 'reset', 'stay')), pauses),
  role(parallel, one(types('turn', 'finish', 'note')), pauses),
  role(timers, one(types('again', 'inner', 'pause', 'go')), pauses),
  role(
    throwing,
    one(types('guard', 'assign', 'entry', 'emit', 'loop', 'fine', 'fine', 'fine', 'fine', 'fine')),
    pauses,
  ),
  role(ending, one(types('step', 'end', 'afterwards')), pauses),
  role(enqueuing, one(types('add', 'raised', 'late')), pauses),
  role(mixing, one(types('mix', 'raised'), 50), pauses),
];

/** Starts with this input, or throws on it. */
export const startsWith = (input: 'context' | 'entry' | 'fine') =>
  setup({
    types: {} as { context: { readonly text: string }; input: { readonly text: string | undefined } },
    actions: {
      throwAssign: assign(() => {
        throw new Error('entry');
      }),
    },
  }).createMachine({
    id: 'starting',
    context: (given) => {
      if (input === 'context') throw new Error('context');
      return { text: given.input.text ?? '' };
    },
    ...(input === 'entry' ? { entry: 'throwAssign' } : {}),
  });
