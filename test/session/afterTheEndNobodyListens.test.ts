/** The end is told once, after everything else; from the moment at which the machine is final, nothing that is told is taken. */
import { payerOf } from './payer.ts';
import { settled, World } from './world.ts';

describe.each([false, true])('a session at its end (durable: %s)', (isDurable) => {
  async function started() {
    const world = new World();
    const { session } = world.boot(payerOf({ isDurable }), { name: 'ann' });
    session.start();
    await settled();
    world.turnPage();
    return { world, session };
  }

  it('tells it once, after everything that the machine told', async () => {
    const { world, session } = await started();
    session.tell({ type: 'command.close' });
    await settled();
    expect(world.journal.filter((line) => !line.includes('wri'))).toEqual([
      ...['steps', 'sends bye ann', 'orders orderReceipt', 'notifies closed ann', 'ends'],
    ]);
  });

  it('takes nothing more', async () => {
    const { world, session } = await started();
    session.tell({ type: 'command.close' });
    await settled();
    world.turnPage();
    expect(session.ended).toBe(true);
    expect(session.tell({ type: 'command.pay', id: 'p1' })).toBe(false);
    await settled();
    expect(world.journal).toEqual([]);
  });

  it('says so also to whoever tells it something from within its last words', async () => {
    const { world, session } = await started();
    const taken: boolean[] = [];
    world.react = (line) => {
      if (line === 'sends bye ann' || line === 'notifies closed ann')
        taken.push(session.tell({ type: 'command.pay', id: 'p1' }));
    };
    session.tell({ type: 'command.close' });
    await settled();
    expect(taken).toEqual([false, false]);
  });

  it('leaves no timer, and nothing in the store', async () => {
    const { world, session } = await started();
    session.tell({ type: 'command.pay', id: 'p1' });
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    session.tell({ type: 'received.leave' });
    await settled();
    expect(session.ended).toBe(true);
    expect(world.clock.waiting).toBe(0);
    expect([...world.disk.keys()].filter((key) => key.startsWith('session/'))).toEqual([]);
  });
});
