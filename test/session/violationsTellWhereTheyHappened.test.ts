/** `violated` and `misused` are told with the state in which the event came, and the clause which that state carries out. */
import { server } from '../../machines/relay/server.ts';
import { awaitingAck, awaitingSignature, idle } from './started.ts';
import { settled, World } from './world.ts';

describe('a violation', () => {
  it('tells the state and its clause', async () => {
    const { world, session } = await awaitingSignature();
    session.tell({ type: 'received.nonsense' });
    await settled();
    expect(world.notices).toEqual([
      {
        type: 'violated',
        event: 'received.nonsense',
        reason: 'Nobody may say that now.',
        state: 'awaitingSignature',
        clause: 'Signing',
      },
    ]);
  });

  it('tells the clause of the innermost state, however short its id', async () => {
    const { world, session } = await awaitingAck();
    session.tell({ type: 'received.nonsense' });
    await settled();
    expect(world.notices).toMatchObject([{ state: 'awaitingAck', clause: 'Acknowledging' }]);
  });

  it('tells the clause of the role in a state that has none', async () => {
    const { world, session } = await idle();
    session.tell({ type: 'received.nonsense' });
    await settled();
    expect(world.notices).toMatchObject([{ state: 'idle', clause: 'Payer' }]);
  });

  it('that ends the session tells the state in which it happened, not the one to which it led', async () => {
    const { world, session } = await awaitingSignature();
    session.tell({ type: 'received.leave' });
    await settled();
    expect(world.notices).toMatchObject([{ type: 'violated', state: 'awaitingSignature', clause: 'Signing' }]);
  });

  it('tells its own state also when it shares a write with what came after it', async () => {
    const { world, session } = await awaitingSignature();
    const release = world.holdWrites();
    session.tell({ type: 'command.again', id: 'p1' });
    session.tell({ type: 'received.nonsense' });
    session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    release();
    await settled();
    expect(world.notices).toMatchObject([{ type: 'violated', state: 'awaitingSignature', clause: 'Signing' }]);
  });

  it('of the relay that closes the connection is told with the state before', () => {
    const world = new World();
    const { session } = world.boot(server, {
      maxAddresses: 2,
      window: 1,
      maxViolations: 1,
      ackTimeout: 30_000,
      closeTimeout: 5_000,
    });
    session.start();
    session.tell({ type: 'received.malformed', reason: 'not JSON' });
    expect(world.notices).toMatchObject([{ type: 'violated', state: 'open.awaitingInit' }]);
  });
});

describe('a misuse', () => {
  it('tells the state and its clause', async () => {
    const { world, session } = await awaitingAck();
    session.tell({ type: 'command.unheardOf' });
    await settled();
    expect(world.notices).toMatchObject([
      { type: 'misused', command: 'command.unheardOf', state: 'awaitingAck', clause: 'Acknowledging' },
    ]);
  });
});
