/** Whoever grants streams a larger window, or larger messages, than usual gets what was granted: a sender waits, and is not cut before the window is full. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { address, useStar } from '../world.ts';

const world = useStar();
const [alices, bobs] = [address('alice'), address('bob')];
const mebibyte = 1_048_576;

it.each([
  ['window', { window: 6 * mebibyte }, 512 * 1_024, 10],
  ['message', { maxFrame: 4 * mebibyte }, 3 * mebibyte, 1],
] as const)('a larger %s', async (_, limits, size, chunks) => {
  const { url, star } = await world.serve({ challenge: false, clock: new SimulatedClock(), limits });
  const [alice, bob] = [await world.old(url), await world.old(url)];
  await alice.join(alices);
  await bob.join(bobs);
  bob.accepts = false;
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  for (let n = 0; n < chunks; n += 1) alice.queue('d1.dialer', Buffer.alloc(size));
  alice.end('d1.dialer');
  bob.accept('d1.dialer');
  let come = 0;
  for (let n = 0; n < chunks; n += 1) {
    const [, , chunk] = await bob.until('queue', 'd1.dialer');
    come += Buffer.isBuffer(chunk) ? chunk.length : 0;
  }
  expect(come).toBe(size * chunks);
  expect(await bob.until('error', 'd1.dialer')).toEqual(['error', 'd1.dialer', true]);
  expect(star.stats.cut).toBe(0);
});
