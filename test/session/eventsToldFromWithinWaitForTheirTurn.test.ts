/** An answer that is given before the question has returned is told after everything that came with the question. */
import { payerOf } from './payer.ts';
import { settled, World } from './world.ts';

const variants = [
  ['a session without a store', payerOf({ isDurable: false })],
  ['a durable session', payerOf({ isDurable: true })],
] as const;

describe.each(variants)('%s', (_name, machine) => {
  it('takes what is told from within only when everything of the step before is done', async () => {
    const world = new World();
    const { session } = world.boot(machine, { name: 'ann' });
    session.start();
    await settled();
    world.turnPage();
    world.react = (line) => {
      if (line === 'asks requestSignature p1') session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
      if (line === 'sends pay p1') session.tell({ type: 'received.ack', message: { id: 'p1' } });
      if (line === 'notifies paid p1') session.tell({ type: 'command.close' });
    };
    expect(session.tell({ type: 'command.pay', id: 'p1' })).toBe(true);
    await settled();
    expect(world.journal.filter((line) => !line.includes('wri'))).toEqual([
      ...['steps', 'asks requestSignature p1'],
      ...['steps', 'sends pay p1', 'sends proof p1'],
      ...['steps', 'orders orderReceipt p1', 'notifies paid p1'],
      ...['steps', 'sends bye ann', 'orders orderReceipt p1', 'notifies closed ann'],
      'ends',
    ]);
  });

  it('takes many that are told from within in their order', async () => {
    const world = new World();
    const { session } = world.boot(machine, { name: 'ann' });
    session.start();
    await settled();
    world.turnPage();
    world.react = (line) => {
      if (line !== 'asks requestSignature p1') return;
      session.tell({ type: 'received.nonsense' });
      session.tell({ type: 'command.unheardOf' });
      session.tell({ type: 'received.busy' });
    };
    session.tell({ type: 'command.pay', id: 'p1' });
    await settled();
    expect(world.notices).toMatchObject([
      { type: 'violated', event: 'received.nonsense' },
      { type: 'misused', command: 'command.unheardOf' },
      { type: 'violated', event: 'received.busy' },
    ]);
  });
});

describe('a session without a store', () => {
  it('has carried everything out when tell returns', () => {
    const world = new World();
    const { session } = world.boot(payerOf({ isDurable: false }), { name: 'ann' });
    session.start();
    session.tell({ type: 'command.pay', id: 'p1' });
    expect(world.journal).toEqual(['sends hello ann', 'steps', 'asks requestSignature p1']);
  });
});
