/** Both clients are gone before their channel is open (aeternity#4235), wherever it stands: the next channel of the same two opens and is paid in. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { type Caller, call, opened, pays } from '../node/today.ts';
import { World } from '../node/world.ts';

type Step = readonly [string, (initiator: Caller, responder: Caller) => Promise<void>];

const signs: Step = [
  'when the initiator has signed',
  async (initiator, responder) => {
    await initiator.hears(1);
    await initiator.signs('initiator_sign');
    await responder.hears(3);
  },
];
const steps: readonly Step[] = [
  [
    'when both have come',
    async (initiator, responder) => void (await Promise.all([initiator.hears(1), responder.hears(2)])),
  ],
  signs,
  [
    'when both have signed',
    async (initiator, responder) => {
      await signs[1](initiator, responder);
      await responder.signs('responder_sign');
      await initiator.hears(2);
    },
  ],
];

let world: World;
let clock: SimulatedClock;
beforeEach(async () => {
  clock = new SimulatedClock(1_000_000);
  world = await World.open({ clock });
});
afterEach(async () => {
  await world.close();
  expect(world.reports).toEqual([]);
});

test.each(steps)('%s', async (_, go) => {
  for (let time = 0; time < 2; time += 1) {
    const [initiator, responder] = [await call(world, 'initiator'), await call(world, 'responder')];
    await initiator.hears(1);
    await go(initiator, responder);
    for (const { line } of [initiator, responder]) await line.cut();
  }
  const { initiator, responder } = await opened(world);
  await pays(initiator, responder, 1);
  // What nobody signs any more dies of time, and takes nobody along.
  clock.advance(600_000);
  await pays(responder, initiator, 1);
});
