/** A server that is killed, at every moment of a client's life: open, routes, deliveries, settled, close and closed all settle. */
import { collect, fate, RelayWorld, settle } from './world.ts';

describe.each([true, false])('a client (ack: %s)', (ack) => {
  it.each([0, 2])('with %s tries to come back settles everything that it was asked for', async (attempts) => {
    for (let killed = 0; killed < 40; killed += 1) {
      const world = new RelayWorld({ seed: killed, faults: { delay: [0, 3] } });
      const alice = world.client({ ack, attempts });
      const opening = fate(alice.open());
      const bob = world.client({ ack, attempts });
      const promises: Promise<unknown>[] = [opening, fate(bob.open())];
      const { done } = collect(alice);
      promises.push(done, alice.closed, bob.closed);
      for (let step = 0; step < 40; step += 1) {
        if (step === killed) {
          world.isUp = false;
          for (const link of world.links) link.cut();
        }
        if (step % 3 === 1) promises.push(fate(alice.route(alice.address, step)), fate(alice.route(bob.address, step)));
        if (step % 7 === 2 && alice.state.startsWith('open.')) promises.push(alice.settled());
        if (step === 35) promises.push(alice.close(), bob.close());
        await settle();
        await world.step();
      }
      await world.until(Promise.all(promises));
      await world.until(fate(alice.route('bob', 1)));
      expect(world.reports).toEqual([]);
      await world.pass(100_000);
      expect(world.relay.stats).toMatchObject({ connections: 0, addresses: 0 });
      expect(world.clock.waiting).toBe(0);
    }
  });

  it('whose server is killed and comes back goes on', async () => {
    for (let killed = 0; killed < 25; killed += 1) {
      const world = new RelayWorld({ seed: killed, faults: { delay: [0, 3] } });
      const alice = await world.open({ ack });
      const routed: Promise<unknown>[] = [];
      for (let step = 0; step < 30; step += 1) {
        if (step === killed) world.links[0]?.cut();
        routed.push(alice.route(alice.address, step));
        await settle();
        await world.step();
      }
      await world.pass(1_000);
      expect(alice.state).toBe(ack ? 'open.acknowledged.quiet' : 'open.plain');
      await world.until(Promise.all(routed));
      await world.until(alice.close());
    }
  });
});
