/** The race in closing that the text admits to: whoever closes, at whatever moment, every route is delivered or has failed for a reason, and the receiver knows the same. */
import * as fc from 'fast-check';
import type { Outcome } from '../../../machines/relay/client.ts';
import { fate, RelayWorld, settle } from './world.ts';

const parties = ['alice', 'bob', 'relay'] as const;
type Party = (typeof parties)[number];

/** When who does what, counted in steps of the world. */
interface Plan {
  readonly seed: number;
  readonly delay: number;
  readonly closes: readonly { readonly who: Party; readonly at: number }[];
  readonly routes: readonly { readonly from: 0 | 1; readonly to: 0 | 1; readonly at: number }[];
}

const last = 40;
const moment = fc.integer({ min: 0, max: last });
const end = fc.constantFrom<0 | 1>(0, 1);
const plan = fc.record<Plan>({
  seed: fc.nat(),
  delay: fc.constantFrom(0, 1, 7),
  closes: fc.uniqueArray(fc.record({ who: fc.constantFrom(...parties), at: moment }), {
    minLength: 1,
    maxLength: 3,
    selector: ({ who }) => who,
  }),
  routes: fc.array(fc.record({ from: end, to: end, at: moment }), { minLength: 1, maxLength: 12 }),
});

/** Milliseconds, more than any frame takes. */
const longest = 10;

async function run({ seed, delay, closes, routes }: Plan) {
  const world = new RelayWorld({ seed, faults: { delay: [0, delay] } });
  const opening = [world.client({ attempts: 0 }), world.client({ attempts: 0 })] as const;
  const [alice, bob] = opening;
  for (const client of opening) await world.until(client.open());
  const clients = [alice, bob] as const;
  const addresses = [alice.address, bob.address] as const;
  const received: [string[], string[]] = [[], []];
  const violations: unknown[] = [];
  const reading = clients.map(async (client, index) => {
    client.on('violated', (notice) => void violations.push(notice));
    for await (const { text } of client.deliveries()) received[index === 0 ? 0 : 1].push(text);
  });

  const outcomes: Promise<{ readonly text: string; readonly to: 0 | 1; readonly outcome: Outcome }>[] = [];
  const ends: Promise<void>[] = [];
  const began = world.clock.now();
  for (let step = 0; step <= last; step += 1) {
    routes.forEach(({ from, to, at }, n) => {
      if (at !== step) return;
      const routed = clients[from].route(addresses[to], n);
      outcomes.push(routed.then((outcome) => ({ text: `${n}`, to, outcome })));
    });
    for (const { who, at } of closes) {
      if (at !== step) continue;
      if (who === 'relay') ends.push(world.relay.close());
      else ends.push((who === 'alice' ? alice : bob).close());
    }
    await settle();
    // What a client that nobody closes waits for comes later than any frame: the world may stand still before the last step.
    const still = world.clock.set(() => {}, longest);
    await world.step();
    world.clock.clear(still);
  }
  await world.until(Promise.all(ends));
  const settled = await world.until(Promise.all(outcomes));
  const took = world.clock.now() - began;
  await world.until(Promise.all([alice.close(), bob.close(), world.relay.close()]));
  await world.until(Promise.all(reading));
  return { settled, received, violations, took, world };
}

async function check(told: Plan): Promise<void> {
  const { settled, received, violations, took, world } = await run(told);
  for (const { text, to, outcome } of settled) {
    const times = received[to].filter((other) => other === text).length;
    if (outcome.outcome === 'delivered') expect({ text, times, outcome }).toEqual({ text, times: 1, outcome });
    else expect({ text, times, outcome }).toEqual({ text, times: 0, outcome: { outcome: 'failed', reason: sure } });
  }
  expect(violations).toEqual([]);
  expect(world.reports).toEqual([]);
  // Nobody waited for a timeout: each side was told that the other had finished.
  expect(took).toBeLessThan(1_000);
  expect(world.relay.stats).toMatchObject({ connections: 0, addresses: 0, violations: 0 });
}

/** The reasons that are certain: the message did not arrive. */
const sure = expect.stringMatching(/^(unknownAddress|closing|notOpen)$/);

it('in hundreds of interleavings', async () => {
  await fc.assert(fc.asyncProperty(plan, check), { numRuns: 700, seed: 20_240_917 });
});

describe('at every moment of one exchange, when', () => {
  it.each<[string, readonly Party[]]>([
    ['the sender closes', ['alice']],
    ['the receiver closes', ['bob']],
    ['the relay closes', ['relay']],
    ['both close', ['alice', 'bob']],
    ['sender and relay close', ['alice', 'relay']],
    ['receiver and relay close', ['bob', 'relay']],
    ['all close', ['alice', 'bob', 'relay']],
  ])(
    '%s',
    async (_, who) => {
      const moments = Array.from({ length: 10 }, (__, at) => at);
      const routes = moments.flatMap((at) => [
        { from: 0, to: 1, at } as const,
        { from: 1, to: 0, at } as const,
        { from: 0, to: 0, at } as const,
      ]);
      for (const first of moments) {
        for (const second of who.length > 1 ? moments : [first]) {
          const closes = who.map((party, index) => ({ who: party, at: [first, second, 5][index] ?? first }));
          for (const delay of [0, 3]) await check({ seed: first, delay, closes, routes });
        }
      }
    },
    120_000,
  );
});

describe('a client that is closed', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('while it opens (step %s) blames nobody for what was on its way', async (steps) => {
    const world = new RelayWorld({ faults: { delay: [1, 3] } });
    const alice = world.client();
    const violations: unknown[] = [];
    alice.on('violated', (notice) => void violations.push(notice));
    const opening = fate(alice.open());
    for (let step = 0; step < steps; step += 1) {
      await settle();
      await world.step();
    }
    await world.until(alice.close());
    await world.until(opening);
    await world.pass(10_000);
    expect(violations).toEqual([]);
    expect(world.relay.stats).toMatchObject({ connections: 0, addresses: 0, violations: 0 });
  });
});
