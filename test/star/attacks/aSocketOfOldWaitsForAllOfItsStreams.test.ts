/** A socket of old is not read any more once much is held of all its streams together, each of which holds little. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { address, eventually, useStar } from '../world.ts';

const world = useStar();
const [alices, bobs, carols] = [address('alice'), address('bob'), address('carol')];
const mebibyte = 1_048_576;
const heldPerSocket = 4 * mebibyte;
const chunk = Buffer.alloc(65_536, 7);

it('40 streams of a little less than a window each, which nobody accepts', async () => {
  const clock = new SimulatedClock();
  const { url, star } = await world.serve({ challenge: false, clock, limits: { heldPerSocket } });
  const [alice, bob, carol] = [await world.old(url), await world.old(url), await world.old(url)];
  await alice.join(alices);
  await bob.join(bobs);
  await carol.join(carols);
  bob.accepts = false;
  for (let n = 0; n < 40; n += 1) expect(await alice.dial(alices, bobs, `d${n}`)).toEqual([]);
  expect(await alice.dial(alices, carols, 'e')).toEqual([]);
  for (let n = 0; n < 40; n += 1) for (let at = 0; at < 3; at += 1) alice.queue(`d${n}.dialer`, chunk);
  alice.queue('e.dialer', Buffer.from('hello'));
  let before = -1;
  while (before !== star.heldBytes) {
    before = star.heldBytes;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(star.heldBytes).toBeGreaterThan(mebibyte);
  expect(star.heldBytes).toBeLessThan(heldPerSocket);
  // She is only not read.
  expect(star.stats.cut).toBe(0);

  clock.advance(30_000);
  await eventually(() => star.stats.cut > 0);
  expect(await carol.until('queue')).toEqual(['queue', 'e.dialer', Buffer.from('hello')]);
});
