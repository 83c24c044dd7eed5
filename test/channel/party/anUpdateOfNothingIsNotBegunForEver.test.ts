/**
 * A payment that was signed and refused could be shown instead of the next state: an update of nothing makes that certain. Who does not want one is asked
 * a few times, and not for ever; who says so with a code is asked once.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { dealtWith, fate, useNode } from './world.ts';

const { opened } = useNode();

/** A state of the second round that a payment which was refused could take the place of. */
async function contested() {
  const clock = new SimulatedClock();
  const scene = await opened({ clock, settleTimeout: 1_000 });
  const { channel, node, peer, hears } = scene;
  const paying = fate(channel.pay(2n));
  await node.takesUpdate('initiator', 2n);
  peer.conflict(1);
  expect(await paying).toMatchObject({ code: 'conflict' });
  await hears('conflict');
  await node.finishes(await node.putsUpdate('responder', 1n));
  await hears('contested');
  return { ...scene, clock };
}

const nothing = { action: 'update', tag: 'new', payload: expect.objectContaining({ amount: 0 }) };

/** Lets the party rest for a minute, and gives what it has begun then. */
async function rests({ clock, peer, hears }: Pick<Awaited<ReturnType<typeof contested>>, 'clock' | 'peer' | 'hears'>) {
  clock.advance(60_000);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  await dealtWith(peer, hears);
  return peer.unread().map((frame): unknown => JSON.parse(frame));
}

it('where the other has always begun something else', async () => {
  const scene = await contested();
  const { clock, peer, node, hears } = scene;
  for (let times = 0; times < 3; times += 1) {
    clock.advance(1_000);
    expect(await peer.hears()).toEqual(nothing);
    const own = node.next('responder', 0n);
    peer.asks('update', own.tx);
    await peer.reply('update');
    peer.conflict(2);
    await hears('conflict');
  }
  expect(await rests(scene)).toEqual([]);
});

it('where the other says that it does not want one', async () => {
  const scene = await contested();
  const { clock, peer, node, hears } = scene;
  clock.advance(1_000);
  expect(await peer.hears()).toEqual(nothing);
  peer.asks('update', node.next('responder', 0n).tx);
  await peer.reply('update');
  peer.say({ action: 'conflict', payload: { channel_id: 'ch', round: 2, error_code: 4, error_msg: 'user-defined' } });
  await hears('conflict');
  expect(await rests(scene)).toEqual([]);
});
