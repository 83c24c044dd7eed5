/** After a restart a deadline that has passed meanwhile does not fire before the role has had its chance to connect. */
import { ackTimeout } from './payer.ts';
import { awaitingAck, restored } from './started.ts';
import { settled } from './world.ts';

const resent = ['sends pay p1', 'sends proof p1'];

async function restartedLate() {
  const begun = await awaitingAck({ isOnline: true });
  begun.process.kill();
  begun.world.clock.advance(ackTimeout * 5);
  return restored(begun, { isOnline: true });
}

describe('a timer that became due while nobody ran', () => {
  it('does not fire when the session is restored, nor soon after', async () => {
    const { world } = await restartedLate();
    world.turnPage();
    world.clock.advance(ackTimeout * 3);
    await settled();
    expect(world.lines('sends', 'notifies')).toEqual([]);
  });

  it('fires once the connection is there', async () => {
    const { world, session } = await restartedLate();
    session.tell({ type: 'connection.opened' });
    await settled();
    world.turnPage();
    world.clock.advance(0);
    await settled();
    expect(world.lines('sends')).toEqual(resent);
  });

  it('does not fire when the peer, once connected, answers first', async () => {
    const { world, session } = await restartedLate();
    world.turnPage();
    session.tell({ type: 'connection.opened' });
    session.tell({ type: 'received.ack', message: { id: 'p1' } });
    await settled();
    world.clock.advance(ackTimeout * 20);
    await settled();
    expect(world.lines('notifies')).toEqual(['notifies connected ann', 'notifies paid p1']);
    expect(session.snapshot.value).toBe('idle');
  });

  it('fires after the grace when there is no connection', async () => {
    const { world } = await restartedLate();
    world.turnPage();
    world.clock.advance(9_999);
    await settled();
    expect(world.lines('notifies')).toEqual([]);
    world.clock.advance(1);
    await settled();
    expect(world.lines('notifies', 'sends')).not.toEqual([]);
  });

  it('has the whole grace again after a second crash within the first one', async () => {
    const first = await restartedLate();
    first.world.clock.advance(9_000);
    first.process.kill();
    first.world.clock.advance(999);
    const { world } = await restored(first, { isOnline: true });
    world.turnPage();
    world.clock.advance(5_000);
    await settled();
    expect(world.lines('notifies', 'sends')).toEqual([]);
  });
});
