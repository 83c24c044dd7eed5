/** A machine that throws is a defect of ours: it is told as `failed`, and never thrown at whoever told the event. */
import { payerOf } from './payer.ts';
import { awaitingAck, restored } from './started.ts';
import { settled, World } from './world.ts';

describe.each([false, true])('a machine that throws in a guard (durable: %s)', (isDurable) => {
  async function thrown() {
    const world = new World();
    const { session } = world.boot(payerOf({ isDurable }), { name: 'ann' });
    session.start();
    await settled();
    session.tell({ type: 'command.pay', id: 'p1' });
    await settled();
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    await settled();
    world.turnPage();
    const tell = () => session.tell({ type: 'command.throw' });
    expect(tell).not.toThrow();
    await settled();
    return { world, session };
  }

  it('fails its session, which says so once and nothing else', async () => {
    const { world } = await thrown();
    expect(world.journal).toEqual(['steps', 'fails MachineFailed machineFailed']);
  });

  it('leaves no timer and nobody who listens', async () => {
    const { world, session } = await thrown();
    expect(world.clock.waiting).toBe(0);
    expect(session.ended).toBe(true);
    expect(session.tell({ type: 'command.cancel' })).toBe(false);
  });
});

describe('a durable session whose machine threw', () => {
  it('is where it was before when it is restored', async () => {
    const begun = await awaitingAck();
    begun.session.tell({ type: 'command.throw' });
    await settled();
    const { session } = await restored(begun);
    expect(session.snapshot.value).toBe('awaitingAck');
    session.tell({ type: 'received.ack', message: { id: 'p1' } });
    await settled();
    expect(session.snapshot.context.paid).toBe(1);
  });
});
