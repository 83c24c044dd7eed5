/** A receiver that does not read costs a bounded buffer; then its stream is cut, with a reason, and its sender goes on with others. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { address, eventually, type OldPeer, useStar } from '../world.ts';

const world = useStar();
const [alices, bobs, carols] = [address('alice'), address('bob'), address('carol')];
const mebibyte = 1_048_576;
const chunk = Buffer.alloc(65_536, 7);

/** Bytes that one socket of the kernel may hold: they have left the server. */
const inKernel = 12 * mebibyte;

/** The TCP socket below a client of socket.io. */
function tcpOf({ socket }: OldPeer): { pause(): void; resume(): void } {
  return ['io', 'engine', 'transport', 'ws', '_socket'].reduce(
    (inner, name) => Object(Reflect.get(inner, name)),
    Object(socket),
  );
}

it.each(['does not accept', 'does not read'])('one who %s', async (how) => {
  const clock = new SimulatedClock();
  const { url, star } = await world.serve({ challenge: false, clock });
  const [alice, bob, carol] = [await world.old(url), await world.old(url), await world.old(url)];
  await alice.join(alices);
  await bob.join(bobs);
  await carol.join(carols);
  if (how === 'does not accept') bob.accepts = false;
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  expect(await alice.dial(alices, carols, 'd2')).toEqual([]);
  const tcp = tcpOf(bob);
  if (how === 'does not read') tcp.pause();

  // 32 MiB to somebody who takes nothing: what the server has not read waits at the sender.
  for (let n = 0; n < 512; n += 1) alice.queue('d1.dialer', chunk);
  const sent = () => star.stats.bytes;
  let before = -1;
  while (before !== sent()) {
    before = sent();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(sent()).toBeLessThan(inKernel);
  // Nobody is cut so far: she is only not read.
  expect(star.stats.cut).toBe(0);

  clock.advance(30_000);
  await eventually(() => star.stats.cut > 0);
  // What comes for the stream that is cut is read and thrown away: her other stream goes on.
  alice.queue('d2.dialer', Buffer.from('hello'));
  expect(await carol.until('queue')).toEqual(['queue', 'd2.dialer', Buffer.from('hello')]);
  tcp.resume();
  expect(await bob.until('error', 'd1.dialer')).toEqual(['error', 'd1.dialer', expect.any(String)]);
});
