/** Whoever grants streams a larger window than usual gets what was granted. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { address, useStar } from '../world.ts';

const world = useStar();
const [alices, bobs] = [address('alice'), address('bob')];
const mebibyte = 1_048_576;

it('a sender with a larger window than usual is neither cut nor made to wait before it is full', async () => {
  const limits = { window: 6 * mebibyte };
  const [size, chunks] = [512 * 1_024, 10];
  const { url, star } = await world.serve({ challenge: false, clock: new SimulatedClock(), limits });
  const [alice, bob] = [await world.old(url), await world.old(url)];
  await alice.join(alices);
  await bob.join(bobs);
  bob.accepts = false;
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  for (let n = 0; n < chunks; n += 1) alice.queue('d1.dialer', Buffer.alloc(size));
  alice.end('d1.dialer');
  await alice.settled();
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
