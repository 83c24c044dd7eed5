/** "play - Client sends it to server along with client's publicKey. Server does not reply but enters in streaming state with that client". */
import { keyOf, usePayees } from '../../world.ts';

const world = usePayees();

it('is followed by pay without an argument, and by nothing else', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.raw(`["play","${purse.key}"]`);
  expect(await peer.frame()).toBe('["pay"]');
  expect(await peer.answers()).toEqual([]);
});

it('is followed by nothing for a key without a channel: the text has no word for that', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.raw(`["play","${purse.key}"]`);
  expect(await peer.answers()).toEqual([]);
  expect(world.payees().stats.refused).toBe(1);
});

it('says to a payer that knows the extensions that the key is unknown', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  peer.say('play', purse.key);
  expect(await peer.frame()).toBe('["refused","play","unknownKey"]');
});

it('says to a payer that knows the extensions for what it wants how much', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.raw(`["play","${purse.key}",{"stream":"news","part":4}]`);
  expect(await peer.frame()).toBe('["pay",{"stream":"news","part":4,"required":"10","accepted":"0","deposit":"30"}]');
  peer.raw(`["pay","${await purse.pays(1)}",{"sequence":1,"sent":"10"}]`);
  expect(await peer.frame()).toBe(`["secret","${keyOf(4)}",{"stream":"news","part":4}]`);
});
