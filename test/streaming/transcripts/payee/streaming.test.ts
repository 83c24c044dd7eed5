/** The streaming state of the text, step by step, with a payer that knows nothing else. */
import { keyOf, usePayees } from '../../world.ts';

const world = usePayees({ limits: { payTimeout: 150 } });

it('goes from the first publicKey to the final state at zero balance, and on with a new channel', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.raw('["publicKey"]');
  expect(await peer.hears()).toEqual(['publicKey', world.payee(), 'the payee']);
  peer.raw(`["latestState","${purse.key}"]`);
  expect(await peer.hears()).toEqual(['latestState', null]);
  peer.say('newChannel', purse.first());
  expect(await peer.hears()).toEqual(['latestState', purse.first()]);
  peer.raw(`["play","${purse.key}"]`);
  for (const n of [1, 2]) {
    expect(await peer.frame()).toBe('["pay"]');
    peer.raw(`["pay","${await purse.sign(`${n}0`, n)}"]`);
    expect(await peer.frame()).toBe(`["secret","${keyOf(n - 1)}"]`);
  }
  // "If the resulting balance is zero, the state is signed as a final state."
  expect(await peer.frame()).toBe('["pay"]');
  peer.raw(`["pay","${await purse.sign('30', 3, 'close')}"]`);
  expect(await peer.frame()).toBe(`["secret","${keyOf(2)}"]`);
  // "The client forgets the channel and enters the idle state."
  const next = await world.purse(1, { id: 'ab'.repeat(16) });
  peer.say('newChannel', next.first());
  expect(await peer.hears()).toEqual(['latestState', next.first()]);
  peer.raw(`["play","${next.key}"]`);
  expect(await peer.frame()).toBe('["pay"]');
  expect(world.payees().stats).toMatchObject({ payments: 3, released: 3, refused: 0 });
});

it('does not take the last payment as a mere state: a final state is asked for', async () => {
  const [peer, purse] = [await world.peer(), await world.purse(1, { deposit: '10' })];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.sign('10', 1, 'state'));
  await world.told().until(({ notice }) => notice.type === 'idled');
  expect(peer.unread()).toEqual([]);
  expect(world.payees().balance(purse.key)).toEqual({ sent: '0', deposit: '10' });
});

it('"if server does not receive the response to pay, it will enter idle state; the client will have to send play again"', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  expect(await peer.hears()).toEqual(['pay']);
  await world.told().until(({ notice }) => notice.type === 'idled');
  // Now a payment that nobody asks for any more gets no secret.
  peer.say('pay', await purse.pays(1));
  expect(await peer.answers()).toEqual([]);
  peer.say('play', purse.key);
  expect(await peer.hears()).toEqual(['pay']);
  peer.say('pay', await purse.pays(1));
  expect(await peer.hears()).toEqual(['secret', keyOf(0)]);
  expect(world.payees().balance(purse.key)).toEqual({ sent: '10', deposit: '30' });
});

it('goes idle in the middle of the stream too, and on from there', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.pays(1));
  expect(await peer.hears()).toEqual(['secret', keyOf(0)]);
  expect(await peer.hears()).toEqual(['pay']);
  await world.told().until(({ notice }) => notice.type === 'idled');
  peer.say('play', purse.key);
  expect(await peer.hears()).toEqual(['pay']);
  peer.say('pay', await purse.pays(2));
  expect(await peer.hears()).toEqual(['secret', keyOf(1)]);
});

it('sends nothing that the text does not know to a payer that knows only the text', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', '00'.repeat(64));
  peer.say('refund', purse.first());
  peer.say('receipt', purse.key);
  peer.say('topUp', purse.key, '1');
  peer.raw('garbage');
  for (const [event, ...args] of await peer.answers()) {
    expect(['latestState', 'pay', 'secret']).toContain(event);
    expect(args.length).toBeLessThanOrEqual(1);
  }
});
