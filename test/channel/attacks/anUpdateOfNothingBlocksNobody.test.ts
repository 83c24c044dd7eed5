/**
 * An update of amount 0 is one for the node; a party that declined it would leave the channel blocked until the node loses its patience, as often as
 * somebody likes. It changes nothing, and is signed.
 */

import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connect } from '../../../adapters/ws.ts';
import { Channel } from '../../../src/channel/channel.ts';
import { alice, bob, World } from '../node/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

it.each(['legacy', 'modern'] as const)('%s: our own, and the other’s', async (era) => {
  const [one, other] = (['initiator', 'responder'] as const).map(
    (role) =>
      new Channel(connect, {
        url: world.server.url,
        role,
        initiator: alice[era],
        responder: bob[era],
        initiatorAmount: 10n,
        responderAmount: 10n,
        pushAmount: 3n,
        channelReserve: 2n,
        lockPeriod: 10,
        host: 'localhost',
        port: 1234,
        minimumDepth: 0,
        signer: (role === 'initiator' ? alice : bob).signer,
        store: new MemoryStore(),
        notify: ({ type, ...more }) => {
          if (type === 'progress' && 'step' in more && more.step === 'on_chain_tx' && role === 'initiator')
            void world.server.chain.mine();
        },
      }),
  );
  if (one === undefined || other === undefined) throw new Error('There are two.');
  await Promise.all([one.open(), other.open()]);
  expect(await one.pay(0n)).toMatchObject({ round: 2, initiatorAmount: 7n });
  expect(await other.request(0n)).toMatchObject({ round: 3, initiatorAmount: 7n });
  expect(await one.pay(1n)).toMatchObject({ round: 4, initiatorAmount: 6n });
  await Promise.all([one.disconnect(), other.disconnect()]);
});
