/** The end of a socket.io line is told on both sides, once and last, whoever ended it and how. */
import type { PacketFrame } from '../../src/packets.ts';
import type { Closure, Transport } from '../../src/transport.ts';
import { event, means, ToldPackets, turns, useSocketIo, versions } from './socketioLine.ts';

const lines = useSocketIo();
type Side = Transport<PacketFrame>;

describe.each(
  means.flatMap((by) =>
    [true, false].map((isServer) => [by, isServer ? 'listening' : 'connecting', isServer] as const),
  ),
)('by %s, the %s side ends it', (by, _, isServer) => {
  const open = async () => {
    const { server, client, listening } = await lines.pair({}, { transports: [by] });
    const [one, other]: readonly [Side, Side] = isServer ? [server, client] : [client, server];
    return { one, other, listening };
  };

  it('in good order: it is told its own words, the other one 1000, after all that was sent', async () => {
    const { one, other } = await open();
    const [told, heard] = [new ToldPackets(one), new ToldPackets(other)];
    const sent = Array.from({ length: 200 }, (__, n) => event('n', n, Uint8Array.of(n)));
    for (const packet of sent) one.send(packet);
    one.close(1001, 'bye');
    expect(one.send(event('too late'))).toBe(false);
    expect(await told.closed).toEqual({ code: 1001, reason: 'bye' });
    expect(await heard.closed).toEqual({ code: 1000, reason: expect.stringMatching(/ disconnect$/) });
    expect(heard.frames).toEqual(sent);
    expect(other.send(event('too late'))).toBe(false);
  });

  it('at once: both are told 1006', async () => {
    const { one, other } = await open();
    const [told, heard] = [new ToldPackets(one), new ToldPackets(other)];
    one.terminate();
    expect(await told.closed).toMatchObject({ code: 1006 });
    if (by === 'websocket')
      expect(await heard.closed).toMatchObject({ code: 1006, reason: expect.stringMatching(/./) });
    else await heard.closed;
  });

  it('while both are paused', async () => {
    const { one, other } = await open();
    const [told, heard] = [new ToldPackets(one), new ToldPackets(other)];
    one.pause();
    other.pause();
    await new Promise((resolve) => one.send(event('before'), resolve));
    one.close();
    expect(await told.closed).toMatchObject({ code: 1000 });
    other.resume();
    expect(await heard.closed).toMatchObject({ code: 1000 });
    expect(heard.frames).toEqual([event('before')]);
  });

  it('again and again, and is told once', async () => {
    const { one, other } = await open();
    const told: Closure[] = [];
    const ended = new Promise<void>((resolve) => {
      one.attach({
        frame: () => {},
        closed: (closure) => {
          told.push(closure);
          resolve();
        },
      });
    });
    const heard = new ToldPackets(other);
    one.close();
    one.terminate();
    one.close(1001);
    await ended;
    one.terminate();
    one.resume();
    one.pause();
    await heard.closed;
    await turns(20);
    expect(told).toHaveLength(1);
  });

  it('before anybody has attached: it is told when somebody does', async () => {
    const { one, other } = await open();
    one.send(event('before'));
    one.close();
    await turns(50);
    const heard = new ToldPackets(other);
    expect(await heard.closed).toMatchObject({ code: 1000 });
    expect(heard.frames).toEqual([event('before')]);
    expect(await new ToldPackets(one).closed).toMatchObject({ code: 1000 });
  });

  it('every frame is told to have left, or not to', async () => {
    const { one, other } = await open();
    const told = new ToldPackets(one);
    other.pause();
    const sent = Array.from({ length: 60 }, () => {
      return new Promise<boolean>((resolve) => one.send(event('large', 'x'.repeat(500_000)), resolve));
    });
    one.terminate();
    await told.closed;
    expect((await Promise.all(sent)).at(-1)).toBe(false);
    expect(await new Promise((resolve) => one.send(event('late'), resolve))).toBe(false);
  });
});

describe.each(Object.entries(versions).flatMap(([name, open]) => means.map((by) => [name, by, open] as const)))(
  '%s by %s',
  (_, by, open) => {
    it('leaves, and we are told 1000 after what it had said', async () => {
      const server = await lines.listen();
      const client = await lines.real(open, server.http, by);
      const told = new ToldPackets((await server.accept()).transport);
      for (let n = 0; n < 50; n += 1) client.emit('n', n);
      client.disconnect();
      expect(await told.closed).toEqual({ code: 1000, reason: 'client namespace disconnect' });
      expect(told.frames).toEqual(Array.from({ length: 50 }, (__, n) => event('n', n)));
    });

    it('is told when we close', async () => {
      const server = await lines.listen();
      const client = await lines.real(open, server.http, by);
      const { transport } = await server.accept();
      const told = new ToldPackets(transport);
      const gone = new Promise((resolve) => client.once('disconnect', resolve));
      transport.close();
      expect(await gone).toBe('io server disconnect');
      expect(await told.closed).toMatchObject({ code: 1000 });
    });
  },
);

it('a peer that does not answer pings is cut, one that does stays', async () => {
  const server = await lines.listen({ liveness: 1_000 });
  const lively = await lines.real(versions['client 4'], server.http, 'websocket');
  const livelyTold = new ToldPackets((await server.accept()).transport);
  const silent = await lines.bare(server.ws);
  silent.peer.send('40');
  const told = new ToldPackets((await server.accept()).transport);
  expect(await told.closed).toEqual({ code: 1006, reason: 'ping timeout' });
  lively.emit('still here');
  expect(await livelyTold.count(1)).toEqual([event('still here')]);
});

it('a listener that stops lets everybody finish, and one that is cut lets nobody', async () => {
  const { server, client, listening } = await lines.pair();
  await lines.real(versions['client 2'], listening.http, 'polling');
  const polled = new ToldPackets((await listening.accept()).transport);
  const [told, heard] = [new ToldPackets(server), new ToldPackets(client)];
  const stopped = listening.listener.stop();
  client.send(event('still here'));
  expect(await told.count(1)).toEqual([event('still here')]);
  listening.listener.cut();
  expect(await heard.closed).toMatchObject({ code: 1006 });
  await told.closed;
  await polled.closed;
  await stopped;
});

test.each(Object.entries(versions))(
  '%s comes back after a restart, and not when it is told to leave',
  async (_, client) => {
    const listening = await lines.listen();
    for (const [code, reason] of [
      [1012, 'transport close'],
      [1001, 'io server disconnect'],
    ] as const) {
      const real = await lines.real(client, listening.http, 'websocket');
      const { transport } = await listening.accept();
      const why = new Promise((resolve) => real.once('disconnect', resolve));
      transport.close(code, '');
      expect(await why).toBe(reason);
    }
  },
);
