/** The first hole: the payee kept what the payer said of itself. Here it reckons on its own, and one state is worth one part, however often it comes. */
import { keyOf, type Peer, type Purse, usePayees } from '../world.ts';

const world = usePayees();

async function paidOnce() {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.pays(1));
  expect(await peer.hears()).toEqual(['secret', keyOf(0)]);
  expect(await peer.hears()).toEqual(['pay']);
  return { peer, purse };
}

/** The next honest payment gets the next key, and no key came before it. */
async function goesOnHonestly({ peer, purse }: { peer: Peer; purse: Purse }) {
  expect(world.payees().balance(purse.key)).toEqual({ sent: '10', deposit: '30' });
  peer.say('pay', await purse.pays(2));
  expect((await peer.hearsOf('secret'))[1]).toBe(keyOf(1));
  expect(world.payees().stats).toMatchObject({ payments: 2, released: 2 });
}

it('gives no second part for the same signature', async () => {
  const { peer, purse } = await paidOnce();
  for (let n = 0; n < 10; n += 1) peer.say('pay', await purse.pays(1));
  await goesOnHonestly({ peer, purse });
});

it('gives no second part for the same signature under another number and amount', async () => {
  const { peer, purse } = await paidOnce();
  for (const signed of [
    { sequence: 2, sent: '20' },
    { sequence: 2, sent: '10' },
    { sequence: 1, sent: '20' },
  ]) {
    peer.say('pay', await purse.pays(1), signed);
  }
  await goesOnHonestly({ peer, purse });
});

it('gives no part for a higher number without more money', async () => {
  const { peer, purse } = await paidOnce();
  peer.say('pay', await purse.sign('10', 2), { sequence: 2, sent: '10' });
  peer.say('pay', await purse.sign('11', 2), { sequence: 2, sent: '11' });
  peer.say('latestState', purse.key);
  await peer.hearsOf('latestState');
  expect(world.payees().stats.released).toBe(1);
});

it('believes no balance and no number of a whole state in the place of a signature', async () => {
  const { peer, purse } = await paidOnce();
  const signature = await purse.pays(1);
  peer.say('pay', purse.state('10', 1, signature, { client_balance: '30', server_balance: '0' }));
  peer.say('pay', purse.state('20', 2, signature));
  await goesOnHonestly({ peer, purse });
});

it('believes no first state that says that something was paid, or owned', async () => {
  const [peer, purse] = [await world.peer(), await world.purse(2)];
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  for (const changes of [
    { server_balance: '10' },
    { client_sequence_number: 7 },
    { client_signature: '00'.repeat(64) },
  ]) {
    peer.say('newChannel', purse.first(changes));
    // Refused, or taken for what it can be at most: the beginning, with nothing paid.
    const [event, about] = await peer.hears();
    if (event === 'refused') expect(about).toBe('newChannel');
    else expect([event, about]).toEqual(['latestState', purse.first()]);
  }
  expect(world.payees().balance(purse.key)?.sent ?? '0').toBe('0');
});
