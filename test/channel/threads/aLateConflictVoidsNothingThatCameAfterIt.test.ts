/**
 * The conflict of one race reaches a party when its next update is under way (aeternity#3715): it is no violation, it does not end the update of a later
 * round, and where nobody can tell it from a new one, nobody waits for a signature that will never come.
 */
import { opened as openedToday } from '../node/today.ts';
import { alice, bob, World } from '../node/world.ts';
import { dealtWith, fate, type Peer, useNode } from '../party/world.ts';

const { opened } = useNode();

const understands = { action: 'info', payload: { event: 'fsm_up', fsm_id: 'ba_known' } } as const;
const wrong = (told: readonly { readonly type: string }[]) => told.filter(({ type }) => type === 'error');

/** The node tells a race, and we begin again at once. */
async function raced(peer: Peer, pay: () => Promise<unknown>) {
  const first = fate(pay());
  await peer.hears();
  peer.conflict(1);
  expect(await first).toMatchObject({ code: 'conflict' });
  const second = fate(pay());
  expect(await peer.hears()).toMatchObject({ action: 'update', tag: 'new' });
  return { second };
}

it('of a round before: the update goes on', async () => {
  const { channel, node, peer, told } = await opened();
  const first = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  await first;
  const second = channel.pay(2n);
  const own = await node.takesUpdate('initiator', 2n);
  peer.conflict(1);
  await node.finishes(own);
  expect(await second).toMatchObject({ round: 3 });
  expect(wrong(told)).toEqual([]);
});

it('of the same round, a second time: the node that asks for the update all the same hears that it is void', async () => {
  const { channel, node, peer, hears, told } = await opened();
  peer.say(understands);
  const { second } = await raced(peer, () => channel.pay(1n));
  peer.conflict(1);
  expect(await second).toMatchObject({ code: 'conflict' });
  peer.asks('update', node.next('initiator', 1n).tx);
  expect(await peer.hears()).toEqual({ action: 'update', payload: { error: 4 } });
  peer.info('aborted_update');
  await dealtWith(peer, hears);
  const third = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  expect(await third).toMatchObject({ round: 2 });
  expect(wrong(told)).toEqual([]);
});

it('our node tells each race once, also to who begins again before it has heard of it', async () => {
  const world = await World.open();
  const { initiator, responder } = await openedToday(world);
  const [there, back] = [
    { from: alice.modern, to: bob.modern, amount: 1 },
    { from: bob.modern, to: alice.modern, amount: 1 },
  ];
  for (let race = 0; race < 3; race += 1) {
    initiator.says('update.new', there);
    await initiator.signs('update');
    expect(await responder.hears(2)).toEqual(['info update', 'sign.update_ack']);
    responder.says('update.new', back);
    responder.says('update.new', back);
    expect(await responder.hears(1)).toEqual(['conflict']);
    await responder.signs('update');
    expect(await initiator.hears(2)).toEqual(['conflict', 'info update']);
    await initiator.signs('update_ack');
    expect(await responder.hears(1)).toEqual(['update']);
    expect(await initiator.hears(1)).toEqual(['update']);
  }
  expect([initiator.line.unread, responder.line.unread]).toEqual([[], []]);
  await world.close();
});
