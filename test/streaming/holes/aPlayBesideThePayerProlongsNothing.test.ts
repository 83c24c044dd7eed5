/** Anyone may send `play`: it moves no money, and the payer's time for a payment stays what it was. */
import { usePayees } from '../world.ts';

const payTimeout = 400;
const world = usePayees({ limits: { payTimeout } });

it('falls idle in time, however often somebody else plays', async () => {
  const [peer, purse, stranger] = [await world.peer(), await world.purse(), await world.peer()];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.pays(1));
  await peer.hearsOf('secret');
  await peer.hearsOf('pay');
  const playing = setInterval(() => stranger.say('play', purse.key), payTimeout / 4);
  const silent = new Promise<void>((resolve) => setTimeout(resolve, 2 * payTimeout));
  await silent;
  // Nobody asks the payer any more; the stranger may go on asking for itself.
  peer.say('pay', await purse.pays(2));
  expect(await peer.answers()).toEqual([]);
  clearInterval(playing);
  expect(world.payees().balance(purse.key)).toEqual({ sent: '10', deposit: '30' });
});
