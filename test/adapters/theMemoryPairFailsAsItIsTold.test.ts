/** The pair in memory: without faults in order and whole; with each fault as that fault says; with the same seed the same run. */
import * as fc from 'fast-check';
import { type Faults, memoryPair, SimulatedClock, seededRandom } from '../../src/testing/index.ts';
import type { Closure } from '../../src/transport.ts';

const numbers = Array.from({ length: 200 }, (_, n) => n);

function run(faults: Faults, seed = 1, frames: readonly number[] = numbers) {
  const clock = new SimulatedClock();
  const pair = memoryPair<number>(clock, seededRandom(seed), faults);
  const got: [at: number, frame: number][] = [];
  const closures: (Closure & { readonly at: number })[] = [];
  const [one, other] = pair.ends;
  const closed = (closure: Closure) => void closures.push({ ...closure, at: clock.now() });
  one.attach({ frame: () => {}, closed });
  other.attach({ frame: (frame) => void got.push([clock.now(), frame]), closed });
  for (const frame of frames) {
    one.send(frame);
    clock.advance(1);
  }
  clock.advance(10_000);
  return { clock, pair, one, other, got, frames: got.map(([, frame]) => frame), closures };
}

it('without faults every frame arrives, in order, each in a turn of its own', () => {
  const { frames, closures } = run({});
  expect(frames).toEqual(numbers);
  expect(closures).toEqual([]);
  const clock = new SimulatedClock();
  const [one, other] = memoryPair<number>(clock, seededRandom(1)).ends;
  const got: number[] = [];
  other.attach({ frame: (frame) => void got.push(frame), closed: () => {} });
  one.send(1);
  one.send(2);
  expect(got).toEqual([]);
  clock.next();
  expect(got).toEqual([1]);
});

it('delayed frames take their time, and stay in order', () => {
  const { got, frames } = run({ delay: [5, 20] });
  expect(frames).toEqual(numbers);
  for (const [at, frame] of got) expect(at - frame).toBeGreaterThanOrEqual(5);
  expect(new Set(got.map(([at, frame]) => at - frame)).size).toBeGreaterThan(5);
  for (const [at, frame] of run({ delay: [7, 7] }).got) expect(at - frame).toBe(7);
});

it('some frames are dropped, the rest is in order', () => {
  const { frames } = run({ drop: 0.3 });
  expect(frames.length).toBeGreaterThan(100);
  expect(frames.length).toBeLessThan(180);
  expect(frames).toEqual([...new Set(frames)].sort((a, b) => a - b));
  expect(run({ drop: 1 }).frames).toEqual([]);
});

it('some frames come twice', () => {
  const { frames } = run({ duplicate: 0.3 });
  expect(new Set(frames)).toEqual(new Set(numbers));
  expect(frames.length).toBeGreaterThan(220);
  expect(frames.length).toBeLessThan(300);
  expect(run({ duplicate: 1 }).frames).toHaveLength(400);
});

it('some frames are overtaken, none is lost', () => {
  const { frames } = run({ reorder: 0.2 });
  expect(frames).not.toEqual(numbers);
  expect([...frames].sort((a, b) => a - b)).toEqual(numbers);
});

it('the line breaks: both ends are told 1006 once, nothing comes after it, and nothing is taken', () => {
  const { frames, closures, one, other, clock } = run({ cut: 0.05, delay: [3, 3] });
  expect(frames.length).toBeLessThan(200);
  expect(frames).toEqual(numbers.slice(0, frames.length));
  expect(closures).toMatchObject([
    { code: 1006, reason: '' },
    { code: 1006, reason: '' },
  ]);
  const handedOver: boolean[] = [];
  for (const end of [one, other]) expect(end.send(1, (ok) => handedOver.push(ok))).toBe(false);
  clock.advance(100);
  expect(handedOver).toEqual([false, false]);
  expect(closures).toHaveLength(2);
});

it('the same seed gives the same run, another one another', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const faults = fc.record({
    delay: fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })).map(([a, b]): [number, number] => [a, a + b]),
    drop: chance,
    duplicate: chance,
    reorder: chance,
    cut: fc.constantFrom(0, 0.01),
  });
  fc.assert(
    fc.property(faults, fc.nat(), (told, seed) => {
      const [first, second] = [run(told, seed), run(told, seed)];
      expect(second.got).toEqual(first.got);
      expect(second.closures).toEqual(first.closures);
    }),
  );
  expect(run({ drop: 0.5 }, 1).frames).not.toEqual(run({ drop: 0.5 }, 2).frames);
});

describe('a closing handshake', () => {
  it('comes after what was sent before it, on both sides, with its code', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 20 }), fc.nat({ max: 10 }), (seed, delay, at) => {
        const clock = new SimulatedClock();
        const [one, other] = memoryPair<number>(clock, seededRandom(seed), { delay: [0, delay] }).ends;
        const told: [unknown[], unknown[]] = [[], []];
        one.attach({
          frame: (frame) => void told[0].push(frame),
          closed: ({ code }) => void told[0].push(`closed ${code}`),
        });
        other.attach({
          frame: (frame) => void told[1].push(frame),
          closed: ({ code }) => void told[1].push(`closed ${code}`),
        });
        const sent: [number[], number[]] = [[], []];
        for (let n = 0; n < 10; n += 1) {
          if (n === at) one.close(1001, 'bye');
          if (one.send(n)) sent[0].push(n);
          if (other.send(n)) sent[1].push(n);
          clock.next();
        }
        if (at >= 10) one.close(1001, 'bye');
        clock.advance(1_000);
        expect(told[1]).toEqual([...sent[0], 'closed 1001']);
        expect(told[0]).toEqual([...sent[1], 'closed 1001']);
        expect(sent[0]).toHaveLength(Math.min(at, 10));
      }),
    );
  });

  it('of both ends at once, or twice, is told once', () => {
    const { one, other, clock, closures } = run({}, 1, []);
    one.close(1000);
    other.close(1001);
    one.close(1011);
    clock.advance(10);
    expect(closures).toHaveLength(2);
  });
});

describe('a paused end', () => {
  it('gives what came meanwhile when it goes on, in order, and only then that the line has ended', () => {
    const clock = new SimulatedClock();
    const [one, other] = memoryPair<string>(clock, seededRandom(1)).ends;
    const told: string[] = [];
    for (const text of ['before', 'it', 'was', 'attached']) one.send(text);
    clock.advance(1);
    other.attach({
      frame: (frame) => {
        told.push(frame);
        if (frame === 'was') other.pause();
      },
      closed: ({ code }) => void told.push(`${code}`),
    });
    expect(told).toEqual(['before', 'it', 'was']);
    one.send('last');
    one.close();
    clock.advance(1);
    expect(told).toHaveLength(3);
    other.resume();
    expect(told).toEqual(['before', 'it', 'was', 'attached', 'last', '1000']);
  });

  it('lets the other end feel it: bytes wait there, and `drained` is told when they are gone', () => {
    const clock = new SimulatedClock();
    const [one, other] = memoryPair<string>(clock, seededRandom(1)).ends;
    let drained = 0;
    one.attach({
      frame: () => {},
      drained: () => {
        drained += 1;
      },
      closed: () => {},
    });
    other.attach({ frame: () => {}, closed: () => {} });
    const before = drained;
    other.pause();
    one.send('x'.repeat(1_000));
    one.send('é');
    clock.advance(1);
    expect(one.bufferedAmount).toBe(1_002);
    expect(drained).toBe(before);
    other.resume();
    expect(one.bufferedAmount).toBe(0);
    expect(drained).toBe(before + 1);
  });
});
