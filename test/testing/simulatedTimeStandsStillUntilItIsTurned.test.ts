/** SimulatedClock: timers fire only when time is turned, in the order in which they are due, each once, at its time. */
import * as fc from 'fast-check';
import { SimulatedClock } from '../../src/testing/index.ts';

it('timers fire in the order in which they are due; of those that are due together, the one set first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), (delays) => {
      const clock = new SimulatedClock(1_000);
      const fired: [number, number][] = [];
      delays.forEach((delay, n) => {
        clock.set(() => fired.push([clock.now() - 1_000, n]), delay);
      });
      clock.advance(20);
      expect(fired).toEqual(
        delays.map((delay, n): [number, number] => [delay, n]).sort(([a, n], [b, m]) => a - b || n - m),
      );
      expect(clock.now()).toBe(1_020);
      expect(clock.waiting).toBe(0);
    }),
  );
});

it('advance fires what is due up to the moment, and what is set meanwhile if it is due too; next jumps', () => {
  const clock = new SimulatedClock();
  const fired: string[] = [];
  clock.set(() => {
    fired.push(`first at ${clock.now()}`);
    clock.set(() => fired.push(`second at ${clock.now()}`), 5);
    clock.set(() => fired.push(`third at ${clock.now()}`), 50);
  }, 10);
  clock.advance(9);
  expect(fired).toEqual([]);
  clock.advance(6);
  expect(fired).toEqual(['first at 10', 'second at 15']);
  expect(clock.next()).toBe(true);
  expect(fired.at(-1)).toBe('third at 60');
  expect(clock.next()).toBe(false);
  expect(clock.now()).toBe(60);
});

it('what is cleared does not fire, also from within; clearing twice, or what has fired, changes nothing', () => {
  const clock = new SimulatedClock();
  const fired: string[] = [];
  const second = clock.set(() => fired.push('second'), 2);
  const first = clock.set(() => {
    fired.push('first');
    clock.clear(second);
  }, 1);
  clock.advance(10);
  clock.clear(first);
  clock.clear(second);
  expect(fired).toEqual(['first']);
});

it('a delay of nothing, or of less, is due now: not before time is turned, and never back', () => {
  const clock = new SimulatedClock(5);
  const fired: number[] = [];
  clock.set(() => fired.push(clock.now()), 0);
  clock.set(() => fired.push(clock.now()), -100);
  expect(fired).toEqual([]);
  clock.advance(0);
  expect(fired).toEqual([5, 5]);
});
