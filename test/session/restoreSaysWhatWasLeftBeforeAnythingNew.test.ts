/** What the crash left unsent comes first, also when the world answers while it goes out. */

import { payer } from './payer.ts';
import { awaitingSignature, restored } from './started.ts';
import { settled } from './world.ts';

/** A crash after the write and before the first send. */
async function killedBeforeItsSends(options?: Parameters<typeof awaitingSignature>[0]) {
  const begun = await awaitingSignature(options);
  begun.world.killAt = begun.world.points + 2;
  begun.session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
  await settled();
  expect(begun.process.isDead).toBe(true);
  begun.process.kill();
  begun.world.killAt = undefined;
  return begun;
}

describe('a session restored after a crash between its write and its sends', () => {
  it('sends everything in its order, and only then steps on what was answered meanwhile', async () => {
    const { world } = await killedBeforeItsSends();
    world.turnPage();
    const { session } = world.boot(payer, { name: 'ann' });
    world.react = (line) => {
      if (line === 'sends pay p1') session.tell({ type: 'received.ack', message: { id: 'p1' } });
    };
    await session.restore();
    await settled();
    expect(world.lines('sends', 'steps', 'notifies')).toEqual([
      'sends pay p1',
      'sends proof p1',
      'steps',
      'notifies paid p1',
    ]);
  });

  it('waits with them for its connection, where it has one', async () => {
    const { world, session } = await restored(await killedBeforeItsSends({ isOnline: true }), { isOnline: true });
    expect(world.lines('sends')).toEqual([]);
    session.tell({ type: 'connection.opened' });
    await settled();
    expect(world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1']);
  });

  it('keeps them on the disk while it waits, whatever is written meanwhile', async () => {
    const first = await restored(await killedBeforeItsSends({ isOnline: true }), { isOnline: true });
    first.session.tell({ type: 'received.busy' });
    await settled();
    first.process.kill();
    const { world, session } = await restored(first, { isOnline: true });
    session.tell({ type: 'connection.opened' });
    await settled();
    expect(world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1']);
  });

  it('sends them before what it says since, when it is connected', async () => {
    const { world, session } = await restored(await killedBeforeItsSends({ isOnline: true }), { isOnline: true });
    session.tell({ type: 'received.ack', message: { id: 'p1' } });
    session.tell({ type: 'command.close' });
    session.tell({ type: 'connection.opened' });
    await settled();
    expect(world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1', 'sends bye ann']);
  });

  it('hands over what is left when it ends without ever having been connected', async () => {
    const { world, session } = await restored(await killedBeforeItsSends({ isOnline: true }), { isOnline: true });
    session.tell({ type: 'received.ack', message: { id: 'p1' } });
    await settled();
    session.tell({ type: 'command.close' });
    await settled();
    expect(world.lines('sends', 'ends')).toEqual(['sends pay p1', 'sends proof p1', 'sends bye ann', 'ends']);
  });
});
