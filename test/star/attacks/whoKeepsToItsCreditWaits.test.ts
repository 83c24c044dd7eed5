/** A writer whose readers do not read waits for them, and is not cut; a reader who reads gets everything from it all the same. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { all, say, usePeers } from '../peers.ts';
import { PlainPeer } from '../plainPeer.ts';
import { address, eventually } from '../world.ts';

const world = usePeers();
const readers = address('reader');
const mebibyte = 1_048_576;
const heldPerSocket = 2 * mebibyte;

it('one who writes to 60 that do not read, and to one that does', async () => {
  const { url, star } = await world.serve({
    challenge: false,
    clock: new SimulatedClock(),
    limits: { heldPerSocket, dialsPerSocket: 64 },
  });
  const reader = await PlainPeer.connect(url);
  world.later(() => reader.close());
  await reader.join(readers);
  const [writer, other] = [await world.peer(url), await world.peer(url)];
  let most = 0;
  const writing = [];
  for (let n = 0; n < 60; n += 1) {
    const { writable } = await writer.dial(readers);
    writing.push(say(writable, 'x'.repeat(mebibyte)).catch(() => {}));
    most = Math.max(most, star.heldBytes);
  }
  const incoming = other.incoming();
  const [{ writable }, { value: last }] = await Promise.all([writer.dial(other.address), incoming.next()]);
  const text = 'y'.repeat(mebibyte);
  const [heard] = await Promise.all([all(last.readable), say(writable, text)]);
  expect(heard).toBe(text);
  most = Math.max(most, star.heldBytes);
  expect(most).toBeGreaterThan(mebibyte / 2);
  expect(most).toBeLessThanOrEqual(heldPerSocket);
  expect(star.stats.cut).toBe(0);

  reader.close();
  await Promise.all(writing);
  await eventually(() => star.heldBytes === 0);
});
