/** An observer sees every step before anything of it is carried out, without what is secret. */
import { payer } from './payer.ts';
import { settled, World } from './world.ts';

const secret = 'the signature that nobody may see';

async function observed() {
  const world = new World();
  const { session } = world.boot(payer, { name: 'ann' }, { secrets: new Set(['signature']) });
  session.start();
  session.tell({ type: 'command.pay', id: 'p1' });
  await settled();
  world.turnPage();
  session.tell({ type: 'signed', id: 'p1', signature: secret });
  await settled();
  return world;
}

describe('an observer', () => {
  it('sees event, states and what was told, with every secret field redacted', async () => {
    const { records } = await observed();
    expect(records).toMatchObject([
      {
        session: 's1',
        machine: 'toy.payer',
        at: 1_000_000,
        event: { type: 'signed', id: 'p1', signature: '[redacted]' },
        before: { status: 'active', value: 'awaitingSignature' },
        after: { status: 'active', value: 'awaitingAck', context: { payment: 'p1', signature: '[redacted]' } },
        emitted: [
          { type: 'send', message: { type: 'pay', id: 'p1', signature: '[redacted]' } },
          { type: 'send', message: { type: 'proof', id: 'p1' } },
          { type: 'keep', key: 'receipt/p1' },
        ],
      },
    ]);
  });

  it('does not see what the store is given to keep: a text may hold anything', async () => {
    const { records, disk } = await observed();
    expect(disk.get('receipt/p1')).toBe(secret);
    expect(JSON.stringify(records)).not.toContain(secret);
  });

  it('sees a step before it is written, and before anything of it is carried out', async () => {
    const { journal } = await observed();
    expect(journal).toEqual(['steps', 'writes', 'has written', 'sends pay p1', 'sends proof p1']);
  });

  it('that throws changes nothing of what it observes', async () => {
    const world = new World();
    const { session } = world.boot(
      payer,
      { name: 'ann' },
      {
        inspect: () => {
          throw new Error('an observer that throws');
        },
      },
    );
    session.start();
    await settled();
    const tell = () => session.tell({ type: 'command.pay', id: 'p1' });
    expect(tell).not.toThrow();
    await settled();
    expect(world.lines('asks')).toEqual(['asks requestSignature p1']);
  });
});
