/** A client that sends faster than it may is read more slowly: every message arrives, in order, at the rate that is granted; nobody else waits. */
import { SimulatedClock } from '../../../src/testing/clock.ts';
import { deliver, route } from '../transcripts/peer.ts';
import { until, useServer } from './attack.ts';

const clock = new SimulatedClock();
const relay = useServer({ clock, limits: { messagesPerSecond: 10 } });

const COUNT = 100;
/** More than the relay reads at once, so that it can stop after each of them. */
const PADDING = 'x'.repeat(100_000);

it('delivers 100 messages at 10 a second, after a burst of 20, and lets others talk meanwhile', async () => {
  const bystanders = await relay.bystanders();
  const [sender, receiver] = [await relay.settled(), await relay.settled()];
  for (let n = 0; n < COUNT; n += 1) sender.send(route(receiver.address, `[${n},"${PADDING}"]`));
  const hasAll = () => receiver.unread().length === COUNT;
  /** The relay waits for the clock, and only for the clock. */
  const isHeld = () => clock.waiting === 1;

  await until(isHeld);
  await bystanders.talk();
  expect(receiver.unread().length).toBeLessThanOrEqual(20);
  while (!hasAll()) {
    await until(() => isHeld() || hasAll());
    clock.next();
  }
  expect(clock.now()).toBeGreaterThan(7_500);
  expect(clock.now()).toBeLessThan(8_500);
  const expected = Array.from({ length: COUNT }, (_, n) => deliver(`[${n},"${PADDING}"]`));
  expect((await receiver.frames(COUNT)).every((frame, n) => frame === expected[n])).toBe(true);
  expect(sender.unread()).toEqual([]);
  await bystanders.talk();
});

it('notices that a client which it reads slowly has gone', async () => {
  const bystanders = await relay.bystanders();
  const sender = await relay.settled();
  for (let n = 0; n < COUNT; n += 1) sender.send(route(sender.address, `"${PADDING}"`));
  await until(() => clock.waiting === 1);
  sender.socket.terminate();
  while (relay.stats().connections > 2) {
    await until(() => clock.waiting === 1 || relay.stats().connections === 2);
    clock.next();
  }
  expect(relay.stats().addresses).toBe(2);
  await bystanders.talk();
});
