/**
 * Whatever the two and the node do, and whatever befalls them: no unit is made or lost, the reserve is kept, no round is signed twice unless a conflict
 * took it back, every promise settles; and once it is quiet both have the same state and can pay, or both know that it is over.
 */
import fc from 'fast-check';
import { alice, bob } from '../node/world.ts';
import { type Mood, otherRole, type Role, roles, World } from './world.ts';

interface Deed {
  readonly after: number;
  readonly who: Role;
  readonly deed: 'pay' | 'request' | 'message' | 'shutdown' | 'cut' | 'kill' | 'killNode' | 'leave' | Mood;
  readonly amount: number;
}

const who = fc.constantFrom<Role>('initiator', 'responder');
const deed: fc.Arbitrary<Deed> = fc.record({
  after: fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 5_000 })),
  who,
  deed: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<Deed['deed']>('pay', 'request') },
    { weight: 4, arbitrary: fc.constantFrom<Deed['deed']>('cut', 'kill', 'killNode') },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Deed['deed']>('signs', 'refuses', 'hangs', 'hesitates', 'message', 'leave'),
    },
    { weight: 1, arbitrary: fc.constant<Deed['deed']>('shutdown') },
  ),
  amount: fc.nat({ max: 9 }),
});
const dialect = fc.constantFrom<'text' | 'epoch'>('text', 'epoch');

function does(world: World, { who: role, deed: what, amount }: Deed): void | Promise<void> {
  const actor = world.actors[role];
  const { channel } = actor;
  world.trace.push(`${world.clock.now()} --- ${role} ${what} ${amount}`);
  switch (what) {
    case 'pay':
      if (channel !== undefined) void world.promise(role, 'pay', channel.pay(BigInt(amount)));
      return;
    case 'request':
      if (channel !== undefined) void world.promise(role, 'request', channel.request(BigInt(amount)));
      return;
    case 'message':
      if (channel !== undefined) void world.promise(role, 'message', channel.message('hejsan'));
      return;
    case 'shutdown':
      if (channel !== undefined) void world.promise(role, 'shutdown', channel.shutdown());
      return;
    case 'leave':
      if (channel !== undefined) void world.promise(role, 'leave', channel.disconnect());
      return;
    case 'cut':
      return world.cut(role);
    case 'kill':
      return world.kill(role);
    case 'killNode':
      return world.killNode();
    default:
      actor.mood = what;
  }
}

const isOpen = (world: World, role: Role) => world.actors[role].channel?.machineState.startsWith('open.') === true;
const isQuiet = (world: World) =>
  roles.every((role) => /^open\.(ready|inConflict)$/.test(world.actors[role].channel?.machineState ?? ''));
const isOver = (world: World) => roles.every((role) => world.actors[role].isOver);

/** When it is quiet: both can pay, or close, or it is over. */
async function heals(world: World): Promise<void> {
  for (const role of roles) world.actors[role].mood = 'signs';
  const hour = 3_600_000;
  // What was lost with a line is given up by then.
  await world.pass(4_000);
  await world.until(() => isQuiet(world) || isOver(world), 300_000);
  for (const role of roles) world.open(role);
  await world.until(() => isQuiet(world) || isOver(world), hour);
  // What was contested is certain by then.
  for (let turns = 0; turns < 4; turns += 1) {
    await world.pass(5_000);
    await world.until(() => isQuiet(world) || isOver(world), hour);
  }
  const left = world.pending.filter(({ isSettled, isForgiven }) => !isSettled && !isForgiven);
  for (const { what } of left) world.wrong.push(`never settled: ${what}`);
  if (isOver(world)) return;
  const closer = roles.find((role) => !isOpen(world, role));
  if (closer === undefined) {
    const [one, other] = roles.map((role) => {
      const { round, initiatorAmount, responderAmount } = world.actors[role].channel?.state ?? {};
      return `round ${round}: ${initiatorAmount} and ${responderAmount}`;
    });
    if (one !== other) world.wrong.push(`they do not agree: ${one}; ${other}`);
    for (const role of roles) {
      const { channel } = world.actors[role];
      if (channel === undefined) continue;
      const { initiatorAmount = 0n } = channel.state ?? {};
      const [from, to] = initiatorAmount > 10n ? [alice, bob] : [bob, alice];
      // What was given up may still be asked for, and has to be void first; then it is one's turn.
      let outcome: unknown = new Error('There was no try.');
      for (let tries = 0; outcome instanceof Error && tries < 6; tries += 1) {
        outcome = undefined;
        const paying = channel.update({ from: from.modern, to: to.modern, amount: 1n });
        void world.promise(role, 'the last update', paying).then((value) => {
          outcome = value;
        });
        await world.until(() => outcome !== undefined && isQuiet(world), 120_000);
        if (outcome instanceof Error) await world.pass(25_000);
      }
      if (outcome === undefined || outcome instanceof Error)
        world.wrong.push(`the ${role} cannot pay any more: ${String(outcome)}`);
    }
  }
  // Who has signed a closing signs nothing else: the other closes, and then both know.
  const last = closer === undefined ? 'initiator' : otherRole(closer);
  const { channel } = world.actors[last];
  for (let tries = 0; channel !== undefined && !isOver(world) && tries < 6; tries += 1) {
    void world.promise(last, 'the last shutdown', channel.shutdown());
    await world.until(() => isOver(world), 60_000);
  }
  for (const role of roles)
    if (!world.actors[role].isOver)
      world.wrong.push(`the ${role} does not end: ${world.actors[role].channel?.machineState}`);
  await world.pass(20_000);
  const { chain } = world;
  if (chain === undefined) return;
  const sum = chain.balance(alice.modern) + chain.balance(bob.modern) + chain.fees + chain.locked;
  if (sum !== 2n * 10n ** 24n) world.wrong.push(`the chain has ${sum}`);
  if (chain.locked !== 0n) world.wrong.push(`${chain.locked} stay locked`);
}

const story = fc.record({
  seed: fc.nat(),
  era: fc.constantFrom<'legacy' | 'modern'>('legacy', 'modern'),
  dialects: fc.record({ initiator: dialect, responder: dialect }),
  isOpenFirst: fc.boolean(),
  deeds: fc.array(deed, { maxLength: 14 }),
});

it('holds whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ isOpenFirst, deeds, ...options }) => {
      const world = new World(options);
      await world.startNode();
      for (const role of roles) world.open(role);
      if (isOpenFirst) await world.until(() => isQuiet(world), 60_000);
      for (const each of deeds) {
        await world.pass(each.after);
        await does(world, each);
      }
      await heals(world);
      await world.stop();
      expect({ wrong: world.wrong, trace: world.wrong.length > 0 ? world.trace : [] }).toEqual({
        wrong: [],
        trace: [],
      });
    }),
    {
      numRuns: 50,
      seed: 1,
    },
  );
}, 120_000);
