/** The one rule of the session: for each event step; then persist; then send; then notify. */
import { payer } from './payer.ts';
import { settled, World } from './world.ts';

describe('a durable session', () => {
  it('persists, then sends, then notifies, event by event', async () => {
    const world = new World();
    const { session } = world.boot(payer, { name: 'ann' });
    session.start();
    await settled();
    for (const event of [
      { type: 'command.pay', id: 'p1' },
      { type: 'signed', id: 'p1', signature: 'xyz' },
      { type: 'received.ack', message: { id: 'p1' } },
    ] as const) {
      session.tell(event);
      await settled();
    }
    expect(world.journal).toEqual([
      ...['writes', 'has written', 'sends hello ann'],
      ...['steps', 'writes', 'has written', 'asks requestSignature p1'],
      ...['steps', 'writes', 'has written', 'sends pay p1', 'sends proof p1'],
      ...['steps', 'writes', 'has written', 'orders orderReceipt p1', 'notifies paid p1'],
    ]);
  });

  it('sends and notifies nothing while a write is under way', async () => {
    const world = new World();
    const { session } = world.boot(payer, { name: 'ann' });
    const release = world.holdWrites();
    session.start();
    session.tell({ type: 'command.pay', id: 'p1' });
    await settled();
    expect(world.journal).toEqual(['writes']);
    release();
    await settled();
    expect(world.lines('sends', 'asks')).toEqual(['sends hello ann', 'asks requestSignature p1']);
  });

  it('writes what the machine wants kept together with its state', async () => {
    const world = new World();
    const { session } = world.boot(payer, { name: 'ann' });
    session.start();
    session.tell({ type: 'command.pay', id: 'p1' });
    await settled();
    world.turnPage();
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    await settled();
    expect(world.lines('writes')).toHaveLength(1);
    expect(world.disk.get('receipt/p1')).toBe('xyz');
    expect(world.durableContext).toMatchObject({ signature: 'xyz' });
  });
});
