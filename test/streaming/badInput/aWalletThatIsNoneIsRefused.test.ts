/** A scheme whose wallets have a form of their own (a chain's) refuses others. What a payer sends is the payer's fault: it is told so, and the app is not bothered. */
import { LocalMisuse } from '../../../src/errors.ts';
import { plain } from '../../../src/streaming/plain.ts';
import type { Channel, Scheme } from '../../../src/streaming/scheme.ts';
import { usePayees } from '../world.ts';

const checked = (channel: Channel): Channel => {
  if (channel.payer.wallet === 'the payer') return channel;
  throw new LocalMisuse('That is no wallet.', { code: 'badWallet' });
};
const strict: Scheme = {
  ...plain,
  address: (channel) => plain.address(checked(channel)),
  bytes: (statement, channel, standing) => plain.bytes(statement, checked(channel), standing),
};
const world = usePayees({ scheme: strict });

it.each(['newChannel', 'refund'])('%s with such a wallet is refused, and the payer can mend it', async (event) => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  peer.say(event, purse.first({ client_wallet_address: 'nowhere' }));
  expect((await peer.hears()).slice(0, 2)).toEqual(['refused', event]);
  expect(world.reports()).toEqual([]);
  peer.say(
    'newChannel',
    purse.first({
      channel_id: 'ab'.repeat(16),
      channel_address: plain.address({ ...purse.channel, id: 'ab'.repeat(16) }),
    }),
  );
  expect((await peer.hears())[0]).toBe('latestState');
});

it('a payer of the text with such a wallet gets nothing, and harms nobody', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first({ client_wallet_address: 'nowhere' }));
  peer.say('play', purse.key);
  await peer.answers();
  peer.say('play', purse.key);
  peer.say('pay', await purse.pays(1));
  for (let n = 0; n < 3; n += 1) await peer.answers();
  expect(world.reports()).toEqual([]);
  expect(world.payees().stats).toMatchObject({ payments: 0, released: 0 });
});
