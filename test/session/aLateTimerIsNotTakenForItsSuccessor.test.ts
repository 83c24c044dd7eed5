/** A timer that fires while a write is under way, and is cancelled by what was told before it, has not fired. */
import { ackTimeout } from './payer.ts';
import { awaitingAck } from './started.ts';
import { settled } from './world.ts';

describe('a timer that fires while a write is under way', () => {
  it('does nothing when an event that was told before it starts it anew', async () => {
    const { world, session } = await awaitingAck();
    world.clock.advance(ackTimeout - 1);
    await settled();
    const release = world.holdWrites();
    // Starts the timer anew, 1 ms before it is due: a write begins.
    session.tell({ type: 'received.busy' });
    await settled();
    world.clock.advance(ackTimeout - 1);
    // It is started anew once more, and becomes due by its old time before its turn has come.
    session.tell({ type: 'received.busy' });
    world.clock.advance(1);
    world.turnPage();
    release();
    await settled();
    expect(world.lines('sends')).toEqual([]);
    world.clock.advance(ackTimeout - 2);
    await settled();
    expect(world.lines('sends')).toEqual([]);
    world.clock.advance(2);
    await settled();
    expect(world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1']);
  });

  it('does nothing when an event that was told before it leaves its state', async () => {
    const { world, session } = await awaitingAck();
    const release = world.holdWrites();
    session.tell({ type: 'received.busy' });
    session.tell({ type: 'received.ack', message: { id: 'p1' } });
    world.clock.advance(ackTimeout);
    release();
    await settled();
    expect(world.lines('sends')).toEqual([]);
    expect(session.snapshot.value).toBe('idle');
    expect(world.clock.waiting).toBe(0);
  });

  it('fires when nothing before it cancels it', async () => {
    const { world, session } = await awaitingAck();
    const release = world.holdWrites();
    session.tell({ type: 'received.busy' });
    session.tell({ type: 'received.nonsense' });
    world.clock.advance(ackTimeout);
    release();
    await settled();
    expect(world.lines('sends')).toEqual(['sends pay p1', 'sends proof p1']);
  });
});
