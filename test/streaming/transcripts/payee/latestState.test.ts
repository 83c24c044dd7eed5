/** "latestState - Client sends it along with its publicKey; server replies with the latest state object or empty". */
import { usePayees } from '../../world.ts';

const world = usePayees();

it('is empty for a key without a channel', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.raw(`["latestState","${purse.key}"]`);
  expect(await peer.frame()).toBe('["latestState",null]');
});

it('has the eight fields of the text, as they were announced', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.raw(`["newChannel",${JSON.stringify(purse.first())}]`);
  await peer.frame();
  peer.raw(`["latestState","${purse.key}"]`);
  expect(await peer.frame()).toBe(
    `["latestState",{"channel_id":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","channel_address":"${purse.first().channel_address}",` +
      `"client_wallet_address":"the payer","client_public_key":"${purse.key}","client_balance":"30","server_balance":"0",` +
      '"client_sequence_number":0,"client_signature":null}]',
  );
});

it('has the state of the latest payment, and the signature of it', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  peer.say('latestState', purse.key);
  await peer.hearsOf('latestState');
  await peer.hearsOf('latestState');
  peer.say('play', purse.key);
  await peer.hearsOf('pay');
  peer.say('pay', await purse.pays(1));
  await peer.hearsOf('secret');
  peer.say('latestState', purse.key);
  expect(await peer.hearsOf('latestState')).toEqual(['latestState', purse.state('10', 1, await purse.pays(1))]);
});

it('"the client can query the latest channel from the server and continue on from there", on another connection too', async () => {
  const [first, purse] = [await world.peer(), await world.purse()];
  first.say('newChannel', purse.first());
  await first.hearsOf('latestState');
  first.say('play', purse.key);
  await first.hearsOf('pay');
  first.say('pay', await purse.pays(1));
  await first.hearsOf('secret');
  first.socket.close();
  await first.closed;

  const second = await world.peer();
  second.say('latestState', purse.key);
  expect(await second.hears()).toEqual(['latestState', purse.state('10', 1, await purse.pays(1))]);
  second.say('play', purse.key);
  expect(await second.hears()).toEqual(['pay']);
  second.say('pay', await purse.pays(2));
  expect((await second.hears())[0]).toBe('secret');
  expect(world.payees().balance(purse.key)).toEqual({ sent: '20', deposit: '30' });
});

it('takes a key as bytes, or as the object that JSON makes of them, where the line carries it so', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  const base64 = Buffer.from(purse.key, 'hex').toString('base64');
  peer.raw(`["latestState",{"$bytes":"${base64}"}]`);
  expect(await peer.frame()).toBe('["latestState",null]');
});
