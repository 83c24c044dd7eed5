/** What is held of all who write from one network address has a bound of its own: from there nobody makes those wait who write from elsewhere. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { usePeers } from '../peers.ts';
import { PlainPeer } from '../plainPeer.ts';
import { address } from '../world.ts';

const world = usePeers();
const readers = address('reader');
const mebibyte = 1_048_576;
const heldPerIp = 2 * mebibyte;

it('eight who write from one address, and one from another', async () => {
  const { url, star } = await world.serve({
    challenge: false,
    clock: new SimulatedClock(),
    exempt: [],
    limits: { heldPerIp, held: 4 * heldPerIp },
  });
  const join = async (name: string, from?: string): Promise<PlainPeer> => {
    const peer = await PlainPeer.connect(url, 0, from);
    world.later(() => peer.close());
    await peer.join(address(name));
    return peer;
  };
  await join('reader');
  const credits: number[] = [];
  let most = 0;
  for (let n = 0; n < 8; n += 1) {
    const writer = await join(`writer ${n}`);
    credits.push(await writer.dial(address(`writer ${n}`), readers, `d${n}`));
    writer.chunk(`d${n}.dialer`, Buffer.alloc(mebibyte / 2));
    await writer.settled();
    most = Math.max(most, star.heldBytes);
  }
  expect(most).toBeGreaterThan(mebibyte);
  expect(most).toBeLessThanOrEqual(heldPerIp);
  expect(credits[0]).toBe(262_144);
  expect(credits.at(-1)).toBe(65_536);
  expect(star.stats.cut).toBeGreaterThan(0);

  const { cut } = star.stats;
  const elsewhere = await join('elsewhere', '127.0.0.2');
  expect(await elsewhere.dial(address('elsewhere'), readers, 'd8')).toBe(262_144);
  elsewhere.chunk('d8.dialer', Buffer.alloc(mebibyte / 2));
  await elsewhere.settled();
  expect(star.heldBytes).toBeGreaterThan(most - mebibyte / 2);
  expect(star.stats.cut).toBe(cut);
});
