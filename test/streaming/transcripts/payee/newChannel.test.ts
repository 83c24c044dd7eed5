/** "newChannel - Client sends it to server with the latest state (which is actually the first state); server replies with latestState". */
import { usePayees } from '../../world.ts';

const world = usePayees();

it('is answered with latestState and the state that was sent', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  expect(await peer.hears()).toEqual(['latestState', purse.first()]);
});

it('can be sent again: the answer is the same, and nothing is begun anew', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  for (let n = 0; n < 2; n += 1) {
    peer.say('newChannel', purse.first());
    expect(await peer.hears()).toEqual(['latestState', purse.first()]);
  }
  expect(world.payees().stats.channels).toBe(1);
});

it('keeps the latest channel only, once the one before is used up: "transferring all the balance … starts a new channel"', async () => {
  const [peer, purse] = [await world.peer(), await world.purse(1, { deposit: '10' })];
  peer.say('newChannel', purse.first());
  await peer.hearsOf('latestState');
  peer.say('play', purse.key);
  await peer.hearsOf('pay');
  peer.say('pay', await purse.pays(1));
  await peer.hearsOf('secret');
  const next = await world.purse(1, { deposit: '20', id: 'ab'.repeat(16) });
  peer.say('newChannel', next.first());
  expect(await peer.hearsOf('latestState')).toEqual(['latestState', next.first()]);
  peer.say('play', next.key);
  expect(await peer.hears()).toEqual(['pay']);
  peer.say('pay', await next.pays(1));
  expect((await peer.hears())[0]).toBe('secret');
  expect(world.payees().balance(next.key)).toEqual({ sent: '10', deposit: '20' });
});
