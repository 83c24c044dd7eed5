/** The window: no more routes are under way than were agreed on, the others wait for their turn, in order, and none fails for it. */
import { collect, RelayWorld, ScriptWorld, settle } from './world.ts';

const delivered = { outcome: 'delivered' };

it.each([1, 2, 7])('a thousand routes at once through a window of %s are all delivered, in order', async (window) => {
  const world = new RelayWorld({ limits: { window, messagesPerSecond: 0 } });
  const [alice, bob] = [await world.open(), await world.open()];
  const { texts } = collect(bob);
  const routed = Array.from({ length: 1_000 }, (_, n) => alice.route(bob.address, n));
  const outcomes = (await world.until(Promise.all(routed))).map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(['delivered']));
  expect(texts).toEqual(Array.from({ length: 1_000 }, (_, n) => `${n}`));
  expect(world.relay.stats.errors.windowFull).toBe(0);
});

it('on a server that only knows the text a thousand routes at once are all sent, in order', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({ window: 4 }, { ack: undefined });
  const routed = Array.from({ length: 1_000 }, (_, n) => alice.route('bob', n));
  const outcomes = (await world.until(Promise.all(routed))).map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(['sent']));
  await world.pass(1);
  expect(world.script.frames.slice(1).map((frame) => JSON.parse(frame).msg)).toEqual([...Array(1_000).keys()]);
});

it('routes given one by one while others wait do not overtake them', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({}, { ack: 2 });
  for (let n = 0; n < 20; n += 1) {
    void alice.route('bob', n);
    await settle();
  }
  for (let n = 0; n < 40; n += 1) {
    const { id, msg } = JSON.parse(await world.frame(n + 1));
    expect(msg).toBe(n);
    world.script.say({ type: 'ACK', id });
    world.clock.advance(0);
    if (n < 20) void alice.route('bob', 20 + n);
  }
});

it('never are more under way than agreed', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({}, { ack: 3 });
  for (let n = 0; n < 10; n += 1) for (const to of ['bob', 'carol', 'dave']) void alice.route(to, n);
  await world.pass(100);
  expect(world.script.frames).toHaveLength(1 + 3);
});

it('what waits for its turn when the line breaks, or when the client is closed, settles', async () => {
  for (const end of ['cut', 'close']) {
    const world = new ScriptWorld();
    const alice = await world.open({ attempts: 0 }, { ack: 1 });
    const routed: Promise<unknown>[] = [];
    for (let n = 0; n < 5; n += 1) {
      routed.push(alice.route('bob', n));
      await settle();
    }
    await world.frame(1);
    if (end === 'cut') world.script.cut();
    else void alice.close();
    const [first, ...others] = await world.until(Promise.all(routed));
    expect(first).toEqual({ outcome: 'unknown' });
    for (const other of others) expect(other).toMatchObject({ outcome: 'failed' });
  }
});

it('what was routed before `close` was called is sent', async () => {
  const world = new RelayWorld();
  const [alice, bob] = [await world.open(), await world.open()];
  const routed = [alice.route(bob.address, 1), alice.route(bob.address, 2)];
  const closed = alice.close();
  expect(await world.until(Promise.all(routed))).toEqual([delivered, delivered]);
  await world.until(closed);
});
