/** Reconnecting: the app is told that its address is lost, then the new one; it is tried again after a back-off, so many times, and `close` ends it at any moment. */
import * as fc from 'fast-check';
import { backoffOf } from '../../../src/connector.ts';
import { seededRandom } from '../../../src/testing/index.ts';
import { collect, fate, notices, RelayWorld, ScriptWorld, settle } from './world.ts';

describe('when the line breaks', () => {
  it('the app is told `disconnected`, then `addressed` with the previous address', async () => {
    const world = new RelayWorld();
    const alice = await world.open();
    const told = notices(alice, 'disconnected', 'addressed');
    const previous = alice.address;
    world.links[0]?.cut();
    await world.until(new Promise((resolve) => alice.on('addressed', resolve)));
    expect(told).toEqual([
      { type: 'disconnected', reason: expect.stringContaining('1006') },
      { type: 'addressed', address: alice.address, previous, acknowledged: true },
    ]);
    expect(alice.address).not.toBe(previous);
    expect(world.relay.stats).toMatchObject({ connections: 1, addresses: 1 });
  });

  it('iterators go on, and deliveries that nobody has taken are kept', async () => {
    const world = new RelayWorld();
    const [alice, bob] = [await world.open(), await world.open()];
    await world.until(bob.route(alice.address, 'kept'));
    world.links[0]?.cut();
    await world.until(new Promise((resolve) => alice.on('addressed', resolve)));
    const { texts } = collect(alice);
    expect(await world.until(bob.route(alice.address, 'new'))).toEqual({ outcome: 'delivered' });
    await settle();
    expect(texts).toEqual(['"kept"', '"new"']);
  });

  it('the same ids of another connection are other messages', async () => {
    const world = new ScriptWorld();
    const alice = await world.open();
    const { texts } = collect(alice);
    world.script.say({ type: 'DELIVER', id: '1', msg: 'old' });
    await world.pass(1);
    world.script.cut();
    const addressed = new Promise((resolve) => alice.on('addressed', resolve));
    await world.greetAgain('alice again');
    await world.until(addressed);
    world.script.say({ type: 'DELIVER', id: '1', msg: 'new' });
    await world.pass(1);
    expect(texts).toEqual(['"old"', '"new"']);
  });

  it('what is negotiated anew holds: a server that only knows the text gets the five shapes', async () => {
    const world = new ScriptWorld();
    const alice = await world.open();
    world.script.cut();
    const addressed = new Promise((resolve) => alice.on('addressed', resolve));
    await world.greetAgain('alice again', {});
    await world.until(addressed);
    expect(await world.until(alice.route('bob', 1))).toEqual({ outcome: 'sent' });
    expect(await world.frame(1)).toBe('{"type":"ROUTE","EpheWssAddr":"bob","msg":1}');
  });
});

describe('the back-off', () => {
  it('doubles from one try to the next, up to the cap, with up to half of it as jitter', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (seed, attempt, first, most) => {
          const full = Math.min(most, first * 2 ** (attempt - 1));
          const wait = backoffOf(attempt, { first, most }, seededRandom(seed));
          expect(wait).toBeGreaterThanOrEqual(full / 2);
          expect(wait).toBeLessThanOrEqual(full);
        },
      ),
    );
  });

  it('is none for the first connection, and differs from client to client', () => {
    const backoff = { first: 1_000, most: 1_000 };
    expect(backoffOf(0, backoff, seededRandom(1))).toBe(0);
    const waits = new Set(Array.from({ length: 100 }, (_, seed) => backoffOf(1, backoff, seededRandom(seed))));
    expect(waits.size).toBeGreaterThan(90);
  });

  it('is kept by the clock that was handed in, and ends after as many tries as were allowed', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({ attempts: 8, backoff: { first: 100, most: 1_000 } });
    const ended = fate(alice.closed);
    const [routed, next] = [fate(alice.route('bob', 1)), alice.deliveries().next()];
    await world.frame(1);
    world.isUp = false;
    world.script.cut();
    await world.until(ended);
    expect(await routed).toEqual({ outcome: 'unknown' });
    expect(await next).toMatchObject({ done: true });
    expect(alice.state).toBe('failed');
    const waits = world.tries.slice(1).map((at, n) => at - (world.tries[n] ?? 0));
    const full = [100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000];
    expect(waits).toHaveLength(full.length);
    for (const [n, most] of full.entries()) {
      expect(waits[n]).toBeGreaterThanOrEqual(most / 2);
      expect(waits[n]).toBeLessThanOrEqual(most);
    }
    await expect(alice.open()).rejects.toMatchObject({ code: 'notOpened', message: 'nobody there' });
  });

  it('counts a connection that breaks before there is an address as a try', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({ attempts: 3 });
    const ended = fate(alice.closed);
    for (let round = 0; round < 4; round += 1) {
      const { script } = world;
      script.cut();
      if (round === 3) break;
      while (world.script === script) await world.step();
      await world.frame(0);
    }
    await world.until(ended);
    expect(world.tries).toHaveLength(1 + 3);
  });
});

describe('open rejects with ConnectionLost', () => {
  it.each<[string, (world: ScriptWorld) => Promise<void>, RegExp]>([
    ['nobody is there', async () => {}, /nobody there/],
    ['no address comes in time', async (world) => void (await world.frame(0)), /address in time/],
    [
      'the server refuses an address',
      async (world) => {
        await world.frame(0);
        world.script.say({ type: 'ERR', errCode: 503, errMsg: 'Closing' });
      },
      /503 Closing/,
    ],
  ])('when %s', async (when, happens, reason) => {
    const world = new ScriptWorld();
    world.isUp = when !== 'nobody is there';
    const alice = world.client();
    const opening = fate(alice.open());
    await happens(world);
    expect(await world.until(opening)).toEqual({
      rejected: expect.objectContaining({
        name: 'ConnectionLost',
        code: 'notOpened',
        message: expect.stringMatching(reason),
      }),
    });
    expect(alice.state).toBe('failed');
    await world.pass(30_000);
    expect(world.scripts.every(({ closed }) => closed)).toBe(true);
    expect(world.clock.waiting).toBe(0);
  });
});

describe('close settles while the client reconnects, and nothing is tried after it,', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('at step %s', async (steps) => {
    const world = new ScriptWorld();
    const alice = await world.open();
    world.isUp = steps > 4;
    world.script.cut();
    for (let step = 0; step < steps; step += 1) {
      await settle();
      await world.step();
    }
    await world.until(alice.close(), world.clock.now() + 6_000);
    const tries = world.tries.length;
    await world.pass(1_000_000);
    expect(world.tries).toHaveLength(tries);
    expect(world.scripts.every(({ closed }) => closed)).toBe(true);
    expect(world.clock.waiting).toBe(0);
  });

  it('while the connection is being made', async () => {
    const world = new ScriptWorld();
    const alice = await world.open();
    world.isSilent = true;
    world.script.cut();
    while (world.tries.length === 1) await world.step();
    await world.until(alice.close());
    expect(alice.state).toBe('closed');
  });

  it('although the connection comes all the same: it is ended', async () => {
    const world = new ScriptWorld();
    const opening = world.client();
    const opened = fate(opening.open());
    // The connection is made in the same turn in which it is given up.
    void opening.close();
    await world.until(opened);
    await world.pass(10_000);
    expect(world.scripts.every(({ closed }) => closed)).toBe(true);
  });
});
