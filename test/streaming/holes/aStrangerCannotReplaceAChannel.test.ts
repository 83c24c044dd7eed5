/** Part of the fifth hole: `newChannel` needs no proof either. Whoever knows a public key must not be able to put another channel in the place of the payer's own. */
import { keyOf, usePayees } from '../world.ts';

const world = usePayees();

it.each([
  ['announces another channel for its key', 'newChannel', {}],
  ['announces another channel for its key, with a wrong first state', 'newChannel', { server_balance: '7' }],
  ['asks for the refund of another channel for its key', 'refund', {}],
  ['asks for the refund of nonsense for its key', 'refund', { channel_address: 'nowhere' }],
])('a payer that has opened a channel can pay into it, though a stranger %s', async (_, event, changes) => {
  const [peer, other, purse] = [await world.peer(), await world.peer(), await world.purse()];
  for (const each of [peer, other]) {
    each.say('publicKey', { extensions: true });
    await each.hears();
  }
  peer.say('newChannel', purse.first());
  expect(await peer.hears()).toEqual(['latestState', purse.first()]);
  const theirs = await world.purse(1, { id: 'ee'.repeat(16) });
  other.say(event, { ...theirs.first(), ...changes });
  await other.hears();
  peer.say('play', purse.key);
  expect((await peer.hears())[0]).toBe('pay');
  peer.say('pay', await purse.pays(1), { sequence: 1, sent: '10' });
  expect((await peer.hears()).slice(0, 2)).toEqual(['secret', keyOf(0)]);
});
