/** Frames come through a WebSocket once, whole and in order: those that come before anybody listens, those that wait while reading is paused, those of one burst. */
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import type { Transport } from '../../src/transport.ts';
import { type Frame, Told, useLines } from './line.ts';

const lines = useLines();
const sides = { 'the listening side': () => lines.accepted(), 'the connecting side': () => lines.connected() };
const numbers = Array.from({ length: 300 }, (_, n) => `${n}`);

/** Sends, and returns once the peer's process has written everything. */
const write = (peer: WebSocket, frames: readonly Frame[]) =>
  Promise.all(frames.map((frame) => new Promise<void>((resolve) => peer.send(frame, () => resolve()))));

/** A round trip on another line: what was written before has arrived by then. */
async function roundTrip(): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    const { transport, peer } = await lines.connected();
    const told = new Told(transport);
    peer.send('x');
    await told.count(1);
  }
}

describe.each(Object.entries(sides))('%s', (_, open) => {
  it('gives what came before it was attached', async () => {
    const { transport, peer } = await open();
    await write(peer, numbers);
    await roundTrip();
    const told = new Told(transport);
    expect(await told.count(numbers.length)).toEqual(numbers);
  });

  it('gives what came while it was paused, once it goes on, and nothing before', async () => {
    const { transport, peer } = await open();
    const told = new Told(transport);
    transport.pause();
    await write(peer, numbers);
    await roundTrip();
    // What was read into memory already may still come: a few, never all.
    const before = told.frames.length;
    expect(before).toBe(0);
    transport.resume();
    expect(await told.count(numbers.length)).toEqual(numbers);
  });

  it('can be paused and resumed from within every frame: what was read already may still come, in order, and once', async () => {
    const { transport, peer } = await open();
    const seen: Frame[] = [];
    let wake = () => {};
    transport.attach({
      frame: (frame) => {
        seen.push(frame);
        transport.pause();
        wake();
      },
      closed: () => {},
    });
    await write(peer, numbers.slice(0, 50));
    while (seen.length < 50) {
      const { length } = seen;
      transport.resume();
      if (seen.length === length)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    expect(seen).toEqual(numbers.slice(0, 50));
  });

  it('sends what is given in one turn, and in many, in order, text as text and bytes as bytes', async () => {
    const { transport, peer } = await open();
    new Told(transport);
    const got: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      peer.on('message', (data, isBinary) => {
        got.push(isBinary ? [...Buffer.from(String(data), 'latin1')] : String(data));
        if (got.length === 400) resolve();
      });
    });
    for (const n of numbers) transport.send(n);
    for (let n = 0; n < 50; n += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      transport.send(`turn ${n}`);
      transport.send(Uint8Array.of(n));
    }
    await done;
    const turns = Array.from({ length: 50 }, (__, n) => [`turn ${n}`, [n]]).flat();
    expect(got).toEqual([...numbers, ...turns]);
  });

  it('takes bytes as bytes, text as text, fragments as one', async () => {
    const { transport, peer } = await open();
    const told = new Told(transport);
    peer.send(Uint8Array.of(1, 2, 255));
    peer.send('é💡');
    peer.send('half ', { fin: false });
    peer.send('and half', { fin: true });
    peer.send('');
    expect(await told.count(4)).toEqual([Uint8Array.of(1, 2, 255), 'é💡', 'half and half', '']);
  });

  it('sends what is larger than any buffer, and says that it waits', async () => {
    const { transport, peer } = await open();
    new Told(transport);
    peer.pause();
    const sizes: number[] = [];
    for (let n = 0; n < 40; n += 1) transport.send('x'.repeat(500_000));
    expect(transport.bufferedAmount).toBeGreaterThan(1_000_000);
    const done = new Promise<void>((resolve) => {
      peer.on('message', (data) => {
        sizes.push(String(data).length);
        if (sizes.length === 40) resolve();
      });
    });
    peer.resume();
    await done;
    expect(new Set(sizes)).toEqual(new Set([500_000]));
  });
});

describe('handedOver', () => {
  it.each(Object.entries(sides))('is true once the frame has left, in order (%s)', async (_, open) => {
    const { transport, peer } = await open();
    new Told(transport);
    const order: string[] = [];
    const all = numbers.map(
      (n) =>
        new Promise<boolean>((resolve) => {
          transport.send(n, (ok) => {
            order.push(n);
            resolve(ok);
          });
        }),
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set([true]));
    expect(order).toEqual(numbers);
    peer.close();
  });

  it.each(Object.entries(sides))('is false on a line that has ended (%s)', async (_, open) => {
    const { transport, peer } = await open();
    const told = new Told(transport);
    peer.terminate();
    await told.closed;
    expect(await send(transport, 'x')).toEqual({ taken: false, ok: false });
  });

  it.each(Object.entries(sides))('is told for every frame, whatever happens to the line (%s)', async (_, open) => {
    const { transport, peer } = await open();
    const told = new Told(transport);
    peer.pause();
    const sent = Array.from({ length: 60 }, () => send(transport, 'x'.repeat(500_000)));
    peer.terminate();
    await told.closed;
    const outcomes = await Promise.all(sent);
    expect(outcomes.every(({ taken }) => taken)).toBe(true);
    expect(outcomes.at(-1)).toEqual({ taken: true, ok: false });
  });

  it('is false after close was called, and the frame is not sent', async () => {
    const { transport, peer } = await lines.connected();
    new Told(transport);
    const frames: string[] = [];
    peer.on('message', (data) => frames.push(String(data)));
    const closed = once(peer, 'close');
    transport.send('in time');
    transport.close();
    expect(await send(transport, 'too late')).toEqual({ taken: false, ok: false });
    await closed;
    expect(frames).toEqual(['in time']);
  });
});

function send(transport: Transport<Frame>, frame: Frame) {
  return new Promise<{ readonly taken: boolean; readonly ok: boolean }>((resolve) => {
    let taken = false;
    let told: boolean | undefined;
    taken = transport.send(frame, (ok) => {
      told = ok;
      queueMicrotask(() => resolve({ taken, ok }));
    });
    if (told !== undefined) queueMicrotask(() => resolve({ taken, ok: told === true }));
  });
}
