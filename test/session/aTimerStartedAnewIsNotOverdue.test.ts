/** A timer that was overdue at the restart, and was started anew since, runs its full time like any other. */
import { dialer } from './dialer.ts';
import { ackTimeout } from './payer.ts';
import { awaitingAck, restored } from './started.ts';
import { settled, World } from './world.ts';

describe('a timer that was overdue at the restart and has been started anew', () => {
  it('by what the peer said does not fire when the connection comes', async () => {
    const begun = await awaitingAck({ isOnline: true });
    begun.process.kill();
    begun.world.clock.advance(ackTimeout * 5);
    const { world, session } = await restored(begun, { isOnline: true });
    session.tell({ type: 'received.busy' });
    await settled();
    session.tell({ type: 'connection.opened' });
    await settled();
    world.turnPage();
    world.clock.advance(0);
    await settled();
    expect(world.lines('sends', 'notifies')).toEqual([]);
  });

  it('by the loss of the connection that the restart is does not fire when the connection comes', async () => {
    const world = new World();
    const before = world.boot(dialer, { name: 'ann' });
    before.session.start();
    before.session.tell({ type: 'connection.opened' });
    before.session.tell({ type: 'command.wait' });
    await settled();
    before.kill();
    world.clock.advance(5_000);
    const { session } = world.boot(dialer, { name: 'ann' });
    await session.restore();
    await settled();
    session.tell({ type: 'connection.opened' });
    await settled();
    world.clock.advance(999);
    await settled();
    expect(world.lines('notifies')).toEqual([]);
    world.clock.advance(1);
    await settled();
    expect(world.lines('notifies')).toEqual(['notifies waited']);
  });
});
