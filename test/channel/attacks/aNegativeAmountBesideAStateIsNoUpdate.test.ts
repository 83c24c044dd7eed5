/** Today's state does not say what changes; a node that says it with a minus takes from the reserve of whoever is not the payer. Nothing is signed. */
import { dealtWith, useNode } from '../party/world.ts';

const { opened } = useNode();

it.each([
  ['from the reserve', -6, [1n, 19n]],
  ['from what nobody has', -9, [0n, 20n]],
  ['more than there is', -1_000, [0n, 20n]],
] as const)('%s', async (_, amount, shares) => {
  const { channel, node, peer, notary, hears } = await opened({ era: 'modern' });
  const { initiator, responder } = node.accounts;
  peer.asks('update_ack', notary.state(2, 'initiator', 0n, shares), [{ from: responder, to: initiator, amount }]);
  expect((await hears('declined')).reason).toMatch(/less than nothing/);
  await dealtWith(peer, hears);
  expect(peer.unread()).toEqual([]);
  expect(channel.state).toMatchObject({ round: 1, initiatorAmount: 7n });
  await node.finishes(await node.putsUpdate('initiator', 1n));
  expect((await hears('updated')).state).toMatchObject({ round: 2, initiatorAmount: 6n });
});
