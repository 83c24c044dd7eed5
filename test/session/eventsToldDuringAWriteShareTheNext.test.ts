/** While one write is under way, what is told waits; then all of it becomes one write, in order. */
import { awaitingAck, awaitingSignature } from './started.ts';
import { settled } from './world.ts';

describe('events that are told while a write is under way', () => {
  it('become one write, and are carried out in the order in which they were told', async () => {
    const { world, session } = await awaitingSignature();
    const release = world.holdWrites();
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    session.tell({ type: 'received.ack', message: { id: 'p1' } });
    session.tell({ type: 'command.pay', id: 'p2' });
    session.tell({ type: 'signed', id: 'p2', signature: 'abc' });
    await settled();
    expect(world.journal).toEqual(['steps', 'writes']);
    release();
    await settled();
    expect(world.lines('writes')).toHaveLength(2);
    expect(world.lines('sends', 'orders', 'notifies')).toEqual([
      ...['sends pay p1', 'sends proof p1'],
      ...['orders orderReceipt p1', 'sends pay p2', 'sends proof p2', 'notifies paid p1'],
    ]);
    expect([...world.disk.keys()].filter((key) => key.startsWith('receipt/'))).toEqual(['receipt/p1', 'receipt/p2']);
  });

  it('are kept when a later one of them makes the machine throw', async () => {
    const { world, session } = await awaitingAck();
    const release = world.holdWrites();
    session.tell({ type: 'received.busy' });
    session.tell({ type: 'received.ack', message: { id: 'p1' } });
    session.tell({ type: 'command.throw' });
    release();
    await settled();
    expect(world.lines('orders', 'notifies', 'fails')).toEqual([
      'orders orderReceipt p1',
      'notifies paid p1',
      'fails MachineFailed machineFailed',
    ]);
    expect(world.durableContext).toMatchObject({ paid: 1 });
  });
});
