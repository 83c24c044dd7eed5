/** A deadline is a point in time, not a duration that a restart begins anew. */
import { ackTimeout, warnTimeout } from './payer.ts';
import { awaitingAck, restored } from './started.ts';
import { settled } from './world.ts';

describe('a timer that is not overdue', () => {
  it('fires at the time at which it was due before the restart, not a millisecond earlier or later', async () => {
    const begun = await awaitingAck();
    begun.world.clock.advance(300);
    begun.process.kill();
    begun.world.clock.advance(50);
    const { world } = await restored(begun);
    world.turnPage();
    world.clock.advance(warnTimeout - 350 - 1);
    await settled();
    expect(world.lines('notifies')).toEqual([]);
    world.clock.advance(1);
    await settled();
    expect(world.lines('notifies')).toEqual(['notifies late p1']);
    world.clock.advance(ackTimeout - warnTimeout);
    await settled();
    expect(world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1']);
  });

  it('keeps its due time over many restarts', async () => {
    let begun = await awaitingAck();
    const due = begun.world.clock.now() + ackTimeout;
    for (let restarts = 0; restarts < 5; restarts += 1) {
      begun.world.clock.advance(70);
      begun.process.kill();
      begun = await restored(begun);
    }
    begun.world.turnPage();
    begun.world.clock.advance(due - begun.world.clock.now());
    await settled();
    expect(begun.world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1']);
  });
});
