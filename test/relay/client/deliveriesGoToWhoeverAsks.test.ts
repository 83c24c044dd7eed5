/** Deliveries: each goes to one of those who ask, in order; what nobody asks for is kept, and then reading pauses until it is taken. */

import { connect as connectWs } from '../../../adapters/ws.ts';
import { RelayClient } from '../../../src/relay/client.ts';
import { relayServer } from '../../../src/relay/serve.ts';
import type { Connect } from '../../../src/transport.ts';
import { collect, type Frame, RelayWorld, ScriptWorld, settle } from './world.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

it('what has come before somebody asks is given first, in order', async () => {
  const world = new RelayWorld();
  const alice = await world.open();
  for (const n of numbers(5)) await world.until(alice.route(alice.address, n));
  const iterator = alice.deliveries();
  for (const msg of numbers(5)) expect(await iterator.next()).toEqual({ done: false, value: { msg, text: `${msg}` } });
});

it('several iterators share: each message goes to one of them, those who have waited longest first', async () => {
  const world = new RelayWorld();
  const alice = await world.open();
  const [first, second] = [alice.deliveries(), alice.deliveries()];
  const asked = [first.next(), second.next(), first.next(), second.next()];
  for (const n of numbers(4)) await world.until(alice.route(alice.address, n));
  expect((await Promise.all(asked)).map(({ value }) => value.msg)).toEqual([0, 1, 2, 3]);
});

it('three loops together get everything once', async () => {
  const world = new RelayWorld();
  const alice = await world.open();
  const loops = [collect(alice), collect(alice), collect(alice)];
  for (const n of numbers(30)) await world.until(alice.route(alice.address, n));
  await world.until(alice.close());
  await world.until(Promise.all(loops.map(({ done }) => done)));
  const all = loops.flatMap(({ texts }) => texts.map(Number));
  expect(all.sort((one, other) => one - other)).toEqual(numbers(30));
});

it('a loop that is left keeps nothing for itself', async () => {
  const world = new RelayWorld();
  const alice = await world.open();
  for (const n of numbers(3)) await world.until(alice.route(alice.address, n));
  for await (const { msg } of alice.deliveries()) {
    expect(msg).toBe(0);
    break;
  }
  expect((await alice.deliveries().next()).value).toMatchObject({ msg: 1 });
});

it('iterators end when the client is closed, after what had come', async () => {
  const world = new RelayWorld();
  const [alice, bob] = [await world.open(), await world.open()];
  const waits = bob.deliveries().next();
  for (const n of numbers(3)) await world.until(bob.route(alice.address, n));
  await world.until(Promise.all([alice.close(), bob.close()]));
  expect(await waits).toMatchObject({ done: true });
  const { texts, done } = collect(alice);
  await done;
  expect(texts).toEqual(['0', '1', '2']);
  expect(await alice.deliveries().next()).toMatchObject({ done: true });
});

it('iterators end when the client fails', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({ attempts: 0 });
  const waits = alice.deliveries().next();
  world.script.cut();
  expect(await world.until(waits)).toMatchObject({ done: true });
});

describe('while nobody takes them', () => {
  it('reading pauses at the backlog, and goes on at half of it', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({ backlog: 4 });
    for (const msg of numbers(10)) world.script.say({ type: 'DELIVER', id: `${msg}`, msg });
    await world.pass(1);
    expect(world.script.deeds).toEqual(['pause']);
    expect(world.script.frames.filter((frame) => frame.includes('ACK'))).toHaveLength(4);
    const iterator = alice.deliveries();
    await iterator.next();
    expect(world.script.deeds).toEqual(['pause']);
    await iterator.next();
    expect(world.script.deeds).toEqual(['pause', 'resume', 'pause']);
    const { texts } = collect(alice);
    await world.pass(1);
    expect(texts).toEqual(['2', '3', '4', '5', '6', '7', '8', '9']);
    expect(world.script.deeds.at(-1)).toBe('resume');
  });

  it('reading stays paused on the next connection, when the line breaks meanwhile', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({ backlog: 2 });
    for (const msg of numbers(2)) world.script.say({ type: 'DELIVER', id: `${msg}`, msg });
    await world.pass(1);
    expect(world.script.deeds).toEqual(['pause']);
    world.script.cut();
    const addressed = new Promise((resolve) => alice.on('addressed', resolve));
    await world.greetAgain('alice again');
    for (const msg of numbers(50)) world.script.say({ type: 'DELIVER', id: `${msg}`, msg });
    // Whether it takes the address before it pauses again or not: it must not take fifty.
    await world.pass(1);
    expect(world.script.frames.filter((frame) => frame.includes('ACK')).length).toBeLessThan(10);
    const { texts } = collect(alice);
    await world.until(addressed);
    await world.pass(1);
    expect(texts).toHaveLength(52);
  });

  it('the client closes all the same, without waiting for a timeout, and nothing that was delivered is lost', async () => {
    const world = new RelayWorld();
    const [alice, bob] = [await world.open(), await world.open({ backlog: 2 })];
    const routed = numbers(6).map((n) => alice.route(bob.address, n));
    await world.pass(1);
    const began = world.clock.now();
    await world.until(bob.close());
    const took = world.clock.now() - began;
    const outcomes = await world.until(Promise.all(routed));
    const { texts, done } = collect(bob);
    await done;
    const delivered = outcomes.flatMap(({ outcome }, n) => (outcome === 'delivered' ? [`${n}`] : []));
    expect(texts).toEqual(delivered);
    expect(took).toBeLessThan(1_000);
  });
});

describe('over a real WebSocket', () => {
  it('a backlog pauses the socket, the server waits, and everything arrives in order once it is taken', async () => {
    await using server = await relayServer({ limits: { messagesPerSecond: 0, queue: 64 << 20 } });
    const deeds: string[] = [];
    let paused = () => {};
    const hasPaused = new Promise<void>((resolve) => {
      paused = resolve;
    });
    const connect: Connect<Frame> = async (url, options) => {
      const transport = await connectWs(url, options);
      const { pause, resume } = transport;
      transport.pause = () => {
        deeds.push('pause');
        paused();
        pause.call(transport);
      };
      transport.resume = () => {
        deeds.push('resume');
        resume.call(transport);
      };
      return transport;
    };
    const bob = await new RelayClient(server.url, connect, { backlog: 16, ack: false }).open();
    const alice = await new RelayClient(server.url, connectWs, { ack: false }).open();
    const filler = 'x'.repeat(50_000);
    for (const n of numbers(400)) expect(await alice.route(bob.address, [n, filler])).toEqual({ outcome: 'sent' });
    await hasPaused;
    expect(deeds).toEqual(['pause']);
    const seen: unknown[] = [];
    for await (const { msg } of bob.deliveries()) {
      seen.push(Array.isArray(msg) ? msg[0] : msg);
      if (seen.length === 400) break;
      if (seen.length % 50 === 0) await settle();
    }
    expect(seen).toEqual(numbers(400));
    expect(deeds).toContain('resume');
    await Promise.all([alice.close(), bob.close()]);
  });
});
