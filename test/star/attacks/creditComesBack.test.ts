/** What was held of a stream, and the credit that it had, are given back however it ends. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { usePeers } from '../peers.ts';
import { PlainPeer } from '../plainPeer.ts';
import { address, eventually } from '../world.ts';

const world = usePeers();
const [writers, readers] = [address('writer'), address('reader')];

it.each([
  ['is given up by its reader', 'abort'],
  ['ends well, unread', 'error'],
  ['is cut', 'overrun'],
])('100 times a stream %s', async (_, how) => {
  const clock = new SimulatedClock();
  const limits = { heldPerSocket: 1_048_576, dialsPerSecond: 0, dialsPerSecondPerIp: 0 };
  const { url, star } = await world.serve({ challenge: false, clock, limits });
  const [writer, reader] = [await PlainPeer.connect(url), await PlainPeer.connect(url, 10_000)];
  world.later(() => writer.close());
  world.later(() => reader.close());
  await writer.join(writers);
  await reader.join(readers);
  for (let n = 0; n < 100; n += 1) {
    const [dialer, listener] = [`d${n}.dialer`, `d${n}.listener`];
    expect(await writer.dial(writers, readers, `d${n}`)).toBe(262_144);
    writer.say({ event: 'accept', stream: listener, credit: 0 });
    for (let at = 0; at < 3; at += 1) writer.chunk(dialer, Buffer.alloc(20_000));
    if (how === 'overrun') for (let at = 0; at < 3; at += 1) writer.chunk(dialer, Buffer.alloc(200_000));
    else writer.say({ event: 'error', stream: dialer, error: true });
    await writer.settled();
    if (how === 'abort') reader.say({ event: 'abort', stream: dialer, reason: 'No more.' });
    if (how === 'error') reader.say({ event: 'credit', stream: dialer, bytes: 100_000 });
    await reader.until('accept', listener);
    reader.say({ event: 'error', stream: listener, error: true });
    await eventually(() => star.openDials === 0);
    expect(star.heldBytes).toBe(0);
  }
});
