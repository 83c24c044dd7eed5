/** "The decryption key for the next n seconds": a part is asked for in time, and never at once after the one before it. */
import { usePayees } from '../../world.ts';

const partMs = 400;
const world = usePayees({ offer: { partMs } });

it('asks for short parts halfway through the one before', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.pays(1));
  await peer.hearsOf('secret');
  const given = performance.now();
  await peer.hearsOf('pay');
  expect(performance.now() - given).toBeGreaterThan(partMs / 4);
});
