/** "refused" says about which message, also where that message is none. */
import { usePayees } from '../world.ts';

const world = usePayees();

it.each([
  ['["play",7]', 'play'],
  ['["newChannel",{"channel_id":1}]', 'newChannel'],
  ['["steal"]', ''],
  ['garbage', ''],
])('%s', async (frame, about) => {
  const peer = await world.peer();
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  peer.raw(frame);
  expect(await peer.hears()).toEqual(['refused', about, 'malformed']);
});

it('takes a key as the object that JSON makes of bytes, of exactly so many', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  const object = (key: string) => Object.fromEntries(Buffer.from(key, 'hex').entries());
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('latestState', object(purse.key));
  expect(await peer.hears()).toEqual(['latestState', purse.first()]);
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  for (const wrong of [object(`${purse.key}00`), object(purse.key.slice(2)), { ...object(purse.key), 3: 256 }, {}]) {
    peer.say('latestState', wrong);
    expect(await peer.hears()).toEqual(['refused', 'latestState', 'malformed']);
  }
});
