/** Whoever carries out what a session tells must know the session first: before `start` or `restore` nothing happens. */
import { payerOf } from './payer.ts';
import { awaitingSignature } from './started.ts';
import { settled, World } from './world.ts';

describe('a session that is not started yet', () => {
  it.each([false, true])('keeps what it is told until it starts (durable: %s)', async (isDurable) => {
    const world = new World();
    const { session } = world.boot(payerOf({ isDurable }), { name: 'ann' });
    session.tell({ type: 'command.pay', id: 'p1' });
    await settled();
    expect(world.journal).toEqual([]);
    session.start();
    await settled();
    expect(world.lines('sends', 'asks')).toEqual(['sends hello ann', 'asks requestSignature p1']);
  });

  it('tells the restored machine what it was told while the store was read', async () => {
    const { world, process } = await awaitingSignature();
    process.kill();
    world.turnPage();
    const { session } = world.boot(payerOf(), { name: 'ann' });
    const restoring = session.restore();
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    expect(await restoring).toBe(true);
    await settled();
    expect(world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1']);
  });

  it('says that there is nothing to restore, and can start then', async () => {
    const world = new World();
    const { session } = world.boot(payerOf(), { name: 'ann' });
    expect(await session.restore()).toBe(false);
    expect(world.journal).toEqual([]);
    session.start();
    await settled();
    expect(world.lines('sends')).toEqual(['sends hello ann']);
  });

  it('starts only once', async () => {
    const world = new World();
    const { session } = world.boot(payerOf(), { name: 'ann' });
    session.start().start();
    await settled();
    session.start();
    await settled();
    expect(world.lines('sends')).toEqual(['sends hello ann']);
  });
});
