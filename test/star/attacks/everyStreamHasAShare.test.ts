/** However many streams a writer has, each has some credit at once, and more when others have ended. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { usePeers } from '../peers.ts';
import { PlainPeer } from '../plainPeer.ts';
import { address, eventually } from '../world.ts';

const world = usePeers();
const [writers, readers] = [address('writer'), address('reader')];

it('one who has dialled 20 times and written nothing', async () => {
  const limits = { heldPerSocket: 1_048_576, dialsPerSocket: 32 };
  const { url, star } = await world.serve({ challenge: false, clock: new SimulatedClock(), limits });
  const [writer, reader] = [await PlainPeer.connect(url), await PlainPeer.connect(url)];
  world.later(() => writer.close());
  world.later(() => reader.close());
  await writer.join(writers);
  await reader.join(readers);
  const credits: number[] = [];
  for (let n = 0; n < 20; n += 1) credits.push(await writer.dial(writers, readers, `d${n}`));
  expect(credits).toEqual([262_144, 262_144, ...Array(18).fill(8_192)]);
  for (let n = 0; n < 20; n += 1) {
    writer.say({ event: 'error', stream: `d${n}.dialer`, error: 'given up' });
    reader.say({ event: 'error', stream: `d${n}.listener`, error: 'given up' });
    writer.say({ event: 'accept', stream: `d${n}.listener`, credit: 0 });
  }
  await eventually(() => star.openDials === 0);
  expect(await writer.dial(writers, readers, 'e')).toBe(262_144);
});
