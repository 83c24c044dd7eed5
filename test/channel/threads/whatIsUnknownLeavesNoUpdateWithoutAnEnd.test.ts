/**
 * A client that is told what its machine does not know must not leave the promise of its update hanging (aepp-sdk-js#332, #767): the update goes on, and
 * ends as it would have, or with the line.
 */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { dealtWith, fate, type Node, type Peer, useNode } from '../party/world.ts';

const { opened } = useNode();

const timeouts = { answerTimeout: 1_000, signTimeout: 2_000, finishTimeout: 5_000 };

/** What no state of a client expects, or no client at all. */
const unknown: readonly (readonly [string, (peer: Peer, node: Node) => void])[] = [
  ['an unknown action', (peer) => peer.say({ action: 'dance' })],
  ['a message without its fields', (peer) => peer.say({ action: 'sign', tag: 'update', payload: {} })],
  ['what is no JSON', (peer) => peer.raw('hello')],
  ['bytes', (peer) => peer.raw(new Uint8Array([1, 2, 3]))],
  ['an event that nobody knows', (peer) => peer.info('zombie_channel')],
  ['the opening once more', (peer, node) => peer.asks(node.createTag, node.notary.create())],
  [
    'a state of a round that is not there yet',
    (peer, node) => peer.state(node.notary.state(9, 'responder', 1n, [1n, 19n])),
  ],
];

const steps = ['begun', 'signed'] as const;

async function at(step: (typeof steps)[number]) {
  const clock = new SimulatedClock();
  const made = await opened({ ...timeouts, clock });
  const paying = fate(made.channel.pay(1n));
  const own = made.node.next('initiator', 1n);
  await made.peer.hears();
  const isAsked = step === 'signed';
  if (isAsked) made.peer.asks('update', own.tx);
  if (isAsked) await made.peer.reply('update');
  return { ...made, clock, paying, own, isAsked };
}

describe.each(steps)('an update that is %s', (step) => {
  it('goes on, whatever unknown comes in between', async () => {
    const { node, peer, hears, paying, own, isAsked } = await at(step);
    for (const [, say] of unknown) say(peer, node);
    await dealtWith(peer, hears);
    if (!isAsked) peer.asks('update', own.tx);
    if (!isAsked) await peer.reply('update');
    await node.finishes(own);
    expect(await paying).toMatchObject({ round: 2 });
    expect(peer.unread()).toEqual([]);
  });

  it.each(unknown)('ends in time when nothing follows %s', async (_, say) => {
    const { node, peer, hears, paying, clock, channel } = await at(step);
    say(peer, node);
    await dealtWith(peer, hears);
    clock.advance(timeouts.answerTimeout + timeouts.finishTimeout);
    expect(await paying).toMatchObject({ name: 'DeadlinePassed', code: 'noAnswer' });
    expect(channel.state).toMatchObject({ round: 1 });
  });

  it('ends when the node closes the line for good after it', async () => {
    const { peer, paying, channel } = await at(step);
    peer.say({ action: 'dance' });
    peer.socket.close(1008, 'too many messages made no sense');
    expect(await paying).toMatchObject({ name: 'ConnectionLost', code: 'turnedAway' });
    await channel.ended;
  });
});
