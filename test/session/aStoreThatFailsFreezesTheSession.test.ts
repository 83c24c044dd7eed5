/** A store that fails freezes the session where it last was durable: nothing of what was not kept is ever said. */
import { StoreFailed } from '../../src/errors.ts';
import { awaitingSignature, restored } from './started.ts';
import { settled } from './world.ts';

async function failing() {
  const begun = await awaitingSignature();
  begun.world.isFailing = true;
  begun.session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
  await settled();
  return begun;
}

describe('a session whose store fails', () => {
  it('says nothing but that its store has failed', async () => {
    const { world } = await failing();
    expect(world.lines('sends', 'asks', 'orders', 'notifies', 'ends', 'fails')).toEqual([
      `fails ${StoreFailed.name} writeFailed`,
    ]);
  });

  it('listens no more, and has no timers', async () => {
    const { world, session } = await failing();
    expect(session.ended).toBe(true);
    expect(session.tell({ type: 'command.cancel' })).toBe(false);
    expect(world.clock.waiting).toBe(0);
  });

  it('stands at its last durable snapshot', async () => {
    const { session } = await failing();
    expect(session.snapshot.value).toBe('awaitingSignature');
    expect(session.snapshot.context.signature).toBe('');
  });

  it('leaves the disk as it was, and goes on from there when it is restored', async () => {
    const begun = await failing();
    expect(begun.world.disk.has('receipt/p1')).toBe(false);
    begun.world.isFailing = false;
    const { world } = await restored(begun);
    expect(world.lines('asks')).toEqual(['asks requestSignature p1']);
  });

  it('does not carry out what was told while the write was under way', async () => {
    const { world, session } = await awaitingSignature();
    const release = world.holdWrites();
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    session.tell({ type: 'received.nonsense' });
    world.isFailing = true;
    release();
    await settled();
    expect(world.lines('sends', 'notifies')).toEqual([]);
  });
});
