/** `stop` stops: timers, sends, writes to come. A durable session can be restored from where it was. */
import { payer, payerOf } from './payer.ts';
import { awaitingAck, awaitingSignature, restored } from './started.ts';
import { settled, World } from './world.ts';

describe('a session that is stopped', () => {
  it('has no timers and takes nothing more', async () => {
    const { world, session } = await awaitingAck();
    session.stop();
    expect(world.clock.waiting).toBe(0);
    expect(session.tell({ type: 'received.busy' })).toBe(false);
    await settled();
    expect(world.journal).toEqual([]);
  });

  it('sends nothing of what was being written', async () => {
    const begun = await awaitingSignature();
    const release = begun.world.holdWrites();
    begun.session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    begun.session.stop();
    release();
    await settled();
    expect(begun.world.lines('sends')).toEqual([]);
    expect((await restored(begun)).world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1']);
  });

  it('does not complain of a store that fails afterwards', async () => {
    const { world, session } = await awaitingSignature();
    const release = world.holdWrites();
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    session.stop();
    world.isFailing = true;
    release();
    await settled();
    expect(world.lines('fails')).toEqual([]);
  });

  it.each([
    ['a send', 'sends pay p1', ['sends pay p1']],
    ['the observer', 'steps', []],
  ])('from within %s says nothing more', async (_where, at, said) => {
    const { world, session } = await awaitingSignature();
    world.react = (line) => {
      if (line === at) session.stop();
    };
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    await settled();
    expect(world.lines('sends', 'orders', 'asks', 'notifies', 'ends')).toEqual(said);
    expect(world.clock.waiting).toBe(0);
  });

  it('from within a send says nothing more, also without a store', () => {
    const world = new World();
    const { session } = world.boot(payerOf({ isDurable: false }), { name: 'ann' });
    session.start();
    session.tell({ type: 'command.pay', id: 'p1' });
    world.turnPage();
    world.react = (line) => {
      if (line === 'sends pay p1') session.stop();
    };
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    expect(world.lines('sends')).toEqual(['sends pay p1']);
    expect(world.clock.waiting).toBe(0);
  });

  it('while it is being restored stays stopped, and overwrites nothing', async () => {
    const { world, process } = await awaitingAck();
    process.kill();
    const before = new Map(world.disk);
    world.turnPage();
    const { session } = world.boot(payer, { name: 'ann' });
    const restoring = session.restore();
    session.stop();
    // What `restore` says of an empty store is: now start.
    if (!(await restoring)) session.start();
    await settled();
    expect(world.disk).toEqual(before);
    expect(world.lines('sends', 'asks', 'notifies')).toEqual([]);
    expect(world.clock.waiting).toBe(0);
    expect(session.tell({ type: 'received.busy' })).toBe(false);
  });

  it('before it starts does not start', async () => {
    const world = new World();
    const { session } = world.boot(payer, { name: 'ann' });
    session.stop();
    session.start();
    await settled();
    expect(world.journal).toEqual([]);
    expect(world.disk.size).toBe(0);
  });
});
