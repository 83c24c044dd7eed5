/** What is held of all who write has a bound too: whoever has most of it loses a stream, and an honest transfer goes on. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { all, connected, say, usePeers } from '../peers.ts';
import { PlainPeer } from '../plainPeer.ts';
import { address } from '../world.ts';

const world = usePeers();
const readers = address('reader');
const mebibyte = 1_048_576;
const held = 2 * mebibyte;

it('eight who write to one that does not read', async () => {
  const { url, star } = await world.serve({ challenge: false, clock: new SimulatedClock(), limits: { held } });
  const reader = await PlainPeer.connect(url);
  world.later(() => reader.close());
  await reader.join(readers);
  const [one, other] = [await world.peer(url), await world.peer(url)];
  const credits: number[] = [];
  let most = 0;
  for (let n = 0; n < 8; n += 1) {
    const writer = await PlainPeer.connect(url);
    world.later(() => writer.close());
    await writer.join(address(`writer ${n}`));
    credits.push(await writer.dial(address(`writer ${n}`), readers, `d${n}`));
    writer.chunk(`d${n}.dialer`, Buffer.alloc(mebibyte / 2));
    await writer.settled();
    most = Math.max(most, star.heldBytes);
  }
  expect(most).toBeGreaterThan(mebibyte);
  expect(most).toBeLessThanOrEqual(held);
  // Who comes when much is held has less credit.
  expect(credits[0]).toBe(262_144);
  expect(credits.at(-1)).toBe(65_536);
  expect(star.stats.cut).toBeGreaterThan(0);

  const { cut } = star.stats;
  const [dialled, incoming] = await connected(one, other);
  const text = 'x'.repeat(mebibyte);
  const [heard] = await Promise.all([all(incoming.readable), say(dialled.writable, text)]);
  expect(heard).toBe(text);
  expect(star.stats.cut).toBe(cut);
});
