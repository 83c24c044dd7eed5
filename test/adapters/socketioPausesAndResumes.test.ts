/** A paused side of socket.io gets nothing, loses nothing, and keeps no more than a bound; a peer that does not read is seen in `bufferedAmount`. */
import { event, means, ToldPackets, turns, useSocketIo } from './socketioLine.ts';

const lines = useSocketIo();
const numbers = Array.from({ length: 300 }, (_, n) => event('n', n));

describe.each(means)('by %s', (by) => {
  it('a paused side gets what came meanwhile once it goes on, and nothing before', async () => {
    const { server, client } = await lines.pair({}, { transports: [by] });
    for (const [one, other] of [
      [server, client],
      [client, server],
    ] as const) {
      const told = new ToldPackets(other);
      other.pause();
      await Promise.all(numbers.map((packet) => new Promise((resolve) => one.send(packet, resolve))));
      await turns(20);
      expect(told.frames).toEqual([]);
      other.resume();
      expect(await told.count(300)).toEqual(numbers);
    }
  });

  it('can be paused and resumed from within every packet', async () => {
    const { server, client } = await lines.pair({}, { transports: [by] });
    for (const [one, other] of [
      [server, client],
      [client, server],
    ] as const) {
      const seen: unknown[] = [];
      let wake = () => {};
      other.attach({
        frame: (frame) => {
          seen.push(frame);
          other.pause();
          wake();
        },
        closed: () => {},
      });
      for (const packet of numbers) one.send(packet);
      while (seen.length < numbers.length) {
        const { length } = seen;
        other.resume();
        if (seen.length === length)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      expect(seen).toEqual(numbers);
    }
  });
});

it('the peer of a paused side feels it, nothing is lost, and it is told when it can go on', async () => {
  const { server, client } = await lines.pair();
  const large = event('large', 'x'.repeat(500_000));
  for (const [one, other] of [
    [server, client],
    [client, server],
  ] as const) {
    const told = new ToldPackets(other);
    other.pause();
    let drained = () => {};
    const done = new Promise<void>((resolve) => {
      drained = resolve;
    });
    one.attach({ frame: () => {}, drained, closed: () => {} });
    for (let n = 0; n < 60; n += 1) one.send(large);
    await turns(20);
    expect(one.bufferedAmount).toBeGreaterThan(5_000_000);
    other.resume();
    expect(await told.count(60)).toHaveLength(60);
    await done;
    expect(one.bufferedAmount).toBe(0);
  }
});

it('a polling peer that cannot be made to wait is cut when a paused side has kept enough', async () => {
  const { server, client } = await lines.pair({}, { transports: ['polling'] });
  const told = new ToldPackets(server);
  server.pause();
  const gone = new ToldPackets(client).closed;
  const large = event('large', 'x'.repeat(500_000));
  let sent = 0;
  const send = (): void => {
    sent += 1;
    if (sent < 40) client.send(large, (ok) => ok && send());
  };
  send();
  expect((await gone).code).not.toBe(undefined);
  server.resume();
  expect(await told.closed).toMatchObject({ code: 1006, reason: expect.stringContaining('paused') });
  expect(sent).toBeLessThan(20);
  expect(told.frames).toEqual([]);
});
