/** The close code of a WebSocket comes through, on both sides, whoever closed and why. */
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { Told, useLines } from './line.ts';

const lines = useLines();
const sides = { 'the listening side': () => lines.accepted(), 'the connecting side': () => lines.connected() };

describe.each(Object.entries(sides))('%s', (_, open) => {
  it.each<[number, string, (peer: WebSocket) => void]>([
    [1000, 'done', (peer) => peer.close(1000, 'done')],
    [1001, 'going', (peer) => peer.close(1001, 'going')],
    [1011, '', (peer) => peer.close(1011)],
    [4321, 'ours', (peer) => peer.close(4321, 'ours')],
    [1005, '', (peer) => peer.close()],
    [1006, '', (peer) => peer.terminate()],
  ])('is told %i when the peer ends it so (%s)', async (code, reason, end) => {
    const { transport, peer } = await open();
    const told = new Told(transport);
    end(peer);
    expect(await told.closed).toEqual({ code, reason });
    expect(transport.send('too late')).toBe(false);
  });

  it('is told 1007, and tells it, when the peer sends what is not UTF-8', async () => {
    const { transport, peer } = await open();
    const told = new Told(transport);
    peer.send(Uint8Array.of(0xff, 0xfe), { binary: false });
    expect(await told.closed).toMatchObject({ code: 1007 });
    expect(await once(peer, 'close')).toMatchObject([1007, expect.anything()]);
  });

  it('tells the peer its code and reason, and is told the same', async () => {
    const { transport, peer } = await open();
    const told = new Told(transport);
    const closed = once(peer, 'close');
    transport.close(1001, 'bye');
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([1001, 'bye']);
    expect(await told.closed).toEqual({ code: 1001, reason: 'bye' });
  });

  it('ends a paused line all the same, and sends what was written before', async () => {
    const { transport, peer } = await open();
    const told = new Told(transport);
    const frames: string[] = [];
    peer.on('message', (data) => frames.push(String(data)));
    const closed = once(peer, 'close');
    transport.pause();
    for (let n = 0; n < 100; n += 1) transport.send(`${n}`);
    transport.close();
    await closed;
    expect(frames).toEqual(Array.from({ length: 100 }, (__, n) => `${n}`));
    expect(await told.closed).toMatchObject({ code: 1000 });
  });

  it('is told 1006 after it has cut the line itself', async () => {
    const { transport } = await open();
    const told = new Told(transport);
    transport.terminate();
    expect(await told.closed).toMatchObject({ code: 1006 });
  });

  it('is told once, although it is closed, cut and closed again', async () => {
    const { transport } = await open();
    const told: number[] = [];
    const ended = new Promise<void>((resolve) => {
      transport.attach({
        frame: () => {},
        closed: ({ code }) => {
          told.push(code);
          resolve();
        },
      });
    });
    transport.close();
    transport.terminate();
    transport.close(1001);
    await ended;
    transport.terminate();
    transport.resume();
    transport.pause();
    expect(told).toHaveLength(1);
  });
});

it.each([true, false])(
  'a frame of the limit passes, one byte more ends it with 1009 (listening: %s)',
  async (isListening) => {
    const { transport, peer } = isListening ? await lines.accepted({ maxFrame: 1_000 }) : await lines.connected(1_000);
    const told = new Told(transport);
    peer.send('x'.repeat(1_000));
    await told.count(1);
    const closed = once(peer, 'close');
    peer.send('x'.repeat(1_001));
    expect(await told.closed).toMatchObject({ code: 1009 });
    expect(await closed).toMatchObject([1009, expect.anything()]);
    expect(told.frames).toHaveLength(1);
  },
);

it('a line that ended before it was attached is told when it is', async () => {
  for (const { transport, peer } of [await lines.accepted(), await lines.connected()]) {
    const closed = once(peer, 'close');
    peer.close(1001, 'early');
    // A paused line does not read the farewell before it is attached.
    await Promise.race([closed, new Promise((resolve) => setImmediate(resolve))]);
    expect(await new Told(transport).closed).toEqual({ code: 1001, reason: 'early' });
  }
});

it('a peer that does not answer pings is cut, one that does stays', async () => {
  const { transport, peer } = await lines.accepted({ liveness: 500 });
  const told = new Told(transport);
  let pings = 0;
  await new Promise<void>((resolve) => {
    peer.on('ping', () => {
      pings += 1;
      if (pings === 5) resolve();
    });
  });
  expect(transport.send('still here')).toBe(true);
  peer.pause();
  expect(await told.closed).toMatchObject({ code: 1006 });
});
