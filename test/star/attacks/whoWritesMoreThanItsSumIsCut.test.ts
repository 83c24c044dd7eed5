/** What is held of one connection that writes has a bound, however many streams it has; who writes on regardless is cut, and nobody else. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { all, connected, say, usePeers } from '../peers.ts';
import { PlainPeer } from '../plainPeer.ts';
import { address, eventually } from '../world.ts';

const world = usePeers();
const [writers, readers] = [address('writer'), address('reader')];
const mebibyte = 1_048_576;
const heldPerSocket = 2 * mebibyte;

it('one who writes beyond its credit on 40 streams that nobody reads', async () => {
  const { url, star } = await world.serve({
    challenge: false,
    clock: new SimulatedClock(),
    limits: { heldPerSocket, dialsPerSocket: 64 },
  });
  const [writer, reader] = [await PlainPeer.connect(url), await PlainPeer.connect(url)];
  world.later(() => writer.close());
  world.later(() => reader.close());
  await writer.join(writers);
  await reader.join(readers);
  let most = 0;
  for (let n = 0; n < 40; n += 1) {
    await writer.dial(writers, readers, `d${n}`);
    // Any credit lets it begin a chunk.
    writer.chunk(`d${n}.dialer`, Buffer.alloc(mebibyte - 1_024));
    await writer.settled();
    most = Math.max(most, star.heldBytes);
  }
  expect(most).toBeGreaterThan(mebibyte);
  expect(most).toBeLessThanOrEqual(heldPerSocket);
  expect((await writer.until('abort')).reason).toBe('More was sent than was allowed.');
  expect(star.stats.cut).toBeGreaterThan(30);

  const [one, other] = [await world.peer(url), await world.peer(url)];
  const [dialled, incoming] = await connected(one, other);
  const text = 'x'.repeat(mebibyte);
  const [heard] = await Promise.all([all(incoming.readable), say(dialled.writable, text)]);
  expect(heard).toBe(text);

  writer.close();
  reader.close();
  await Promise.all([one.close(), other.close()]);
  await eventually(() => star.connections === 0);
  expect({ held: star.heldBytes, open: star.openDials }).toEqual({ held: 0, open: 0 });
});
