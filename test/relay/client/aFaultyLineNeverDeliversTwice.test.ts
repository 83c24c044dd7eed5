/** On a line that delays, drops, doubles, reorders and breaks: no message twice, no `delivered` that did not arrive, no promise that hangs, nothing left behind. */
import * as fc from 'fast-check';
import type { Outcome } from '../../../machines/relay/client.ts';
import type { RelayClient } from '../../../src/relay/client.ts';
import type { Faults } from '../../../src/testing/index.ts';
import { fate, RelayWorld, settle } from './world.ts';

interface Plan {
  readonly seed: number;
  readonly faults: Faults;
  readonly window: number;
  readonly routes: readonly { readonly from: number; readonly to: number; readonly at: number }[];
  readonly closes: readonly { readonly who: number; readonly at: number }[];
}

const chance = fc.constantFrom(0, 0, 0.01, 0.1, 0.3);
const faults = fc.record({
  delay: fc.constantFrom<readonly [number, number]>([0, 0], [1, 10], [0, 80]),
  drop: chance,
  duplicate: chance,
  reorder: chance,
  cut: fc.constantFrom(0, 0, 0.01, 0.05),
});
const plan = (window: fc.Arbitrary<number>) =>
  fc.record<Plan>({
    seed: fc.nat(),
    faults,
    window,
    routes: fc.array(fc.record({ from: fc.nat({ max: 2 }), to: fc.nat({ max: 2 }), at: fc.nat({ max: 60 }) }), {
      minLength: 1,
      maxLength: 25,
    }),
    closes: fc.array(fc.record({ who: fc.nat({ max: 2 }), at: fc.nat({ max: 60 }) }), { maxLength: 2 }),
  });

async function run({ seed, faults, window, routes, closes }: Plan): Promise<void> {
  const world = new RelayWorld({ seed, faults, limits: { window } });
  const received = new Map<string, number>();
  const clients: RelayClient[] = [];
  const reading: Promise<void>[] = [];
  for (let n = 0; n < 3; n += 1) {
    const client = world.client({ attempts: 3, timeout: 2_000 });
    clients.push(client);
    await world.until(fate(client.open()));
    reading.push(
      (async () => {
        for await (const { text } of client.deliveries()) received.set(text, (received.get(text) ?? 0) + 1);
      })(),
    );
  }
  const outcomes: Promise<{ readonly text: string; readonly outcome: Outcome }>[] = [];
  for (let step = 0; step <= 60; step += 1) {
    for (const [n, { from, to, at }] of routes.entries()) {
      const [sender, receiver] = [clients[from], clients[to]];
      if (at !== step || sender === undefined || receiver === undefined) continue;
      const routed = sender.route(receiver.address, n);
      outcomes.push(routed.then((outcome) => ({ text: `${n}`, outcome })));
    }
    for (const { who, at } of closes) if (at === step) void clients[who]?.close();
    await settle();
    await world.step();
  }
  // What was dropped is never answered: a route waits for its connection's end.
  await world.pass(60_000);
  await world.until(Promise.all(clients.map((client) => client.close())));
  await world.until(Promise.all([...reading, world.relay.close()]));
  const settled = await world.until(Promise.all(outcomes));

  for (const [text, times] of received) expect({ text, times }).toEqual({ text, times: 1 });
  for (const { text, outcome } of settled) {
    const arrived = received.has(text);
    if (outcome.outcome === 'delivered') expect({ text, arrived, outcome }).toMatchObject({ arrived: true });
    if (outcome.outcome === 'failed' && outcome.reason !== 'unacknowledged')
      expect({ text, arrived, outcome }).toMatchObject({ arrived: false });
  }
  expect(world.reports).toEqual([]);
  expect(world.relay.stats).toMatchObject({ connections: 0, addresses: 0 });
}

it('with the window that servers grant by default', async () => {
  await fc.assert(fc.asyncProperty(plan(fc.constant(256)), run), { numRuns: 300, seed: 1 });
});

it('with a window so small that a doubled message comes back after more than a window of others', async () => {
  await fc.assert(fc.asyncProperty(plan(fc.constantFrom(1, 2, 4)), run), { numRuns: 300, seed: 2 });
});

it('is never claimed to be delivered by a wire that drops everything', async () => {
  const world = new RelayWorld({ faults: { drop: 1 } });
  const alice = world.client({ timeout: 100 });
  expect(await world.until(fate(alice.open()))).toMatchObject({ rejected: { code: 'notOpened' } });
  await world.until(alice.closed);
  await world.pass(30_000);
  expect(world.relay.stats).toMatchObject({ connections: 0, addresses: 0 });
});
