/** A request is asked again after a restart until it is answered or withdrawn; and only by that is it settled. */
import { dialer } from './dialer.ts';
import { awaitingAck, awaitingSignature, restored } from './started.ts';
import { settled, World } from './world.ts';

const asked = ['asks requestSignature p1'];

describe('a request that waits for its answer', () => {
  it('is asked again after every restart', async () => {
    let begun = await awaitingSignature();
    for (let restarts = 0; restarts < 3; restarts += 1) {
      begun.process.kill();
      begun = await restored(begun);
      expect(begun.world.lines('asks')).toEqual(asked);
    }
  });

  it('is not asked again once it is answered', async () => {
    const begun = await awaitingAck();
    begun.process.kill();
    expect((await restored(begun)).world.lines('asks')).toEqual([]);
  });

  it('is not asked again once it is withdrawn', async () => {
    const begun = await awaitingSignature();
    begun.session.tell({ type: 'command.cancel' });
    await settled();
    begun.process.kill();
    expect((await restored(begun)).world.lines('asks')).toEqual([]);
  });

  it('is not settled by a peer that says something under the same id', async () => {
    const begun = await awaitingSignature();
    begun.session.tell({ type: 'received.nonsense', id: 'p1' });
    await settled();
    begun.process.kill();
    expect((await restored(begun)).world.lines('asks')).toEqual(asked);
  });

  it('is not settled by the transport, which has handed over a message of the same id', async () => {
    const begun = await awaitingSignature();
    begun.session.tell({ type: 'handedOver', id: 'p1', ok: true });
    await settled();
    begun.process.kill();
    expect((await restored(begun)).world.lines('asks')).toEqual(asked);
  });

  it('is settled by its answer also when it was asked once more just before, in the same write', async () => {
    const begun = await awaitingSignature();
    const release = begun.world.holdWrites();
    begun.session.tell({ type: 'command.again', id: 'p1' });
    begun.session.tell({ type: 'command.cancel' });
    begun.session.tell({ type: 'command.pay', id: 'p1' });
    begun.session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
    release();
    await settled();
    expect(begun.session.snapshot.value).toBe('awaitingAck');
    begun.process.kill();
    expect((await restored(begun)).world.lines('asks')).toEqual([]);
  });
});

describe('a request for a connection', () => {
  it('is asked once after a restart, although the machine asks for it anew', async () => {
    const world = new World();
    const before = world.boot(dialer, { name: 'ann' });
    before.session.start();
    await settled();
    before.session.tell({ type: 'connection.opened' });
    await settled();
    before.kill();
    world.turnPage();
    await world.boot(dialer, { name: 'ann' }).session.restore();
    await settled();
    expect(world.lines('asks')).toEqual(['asks requestConnection connection']);
  });

  it('is asked again after a restart while it was not answered', async () => {
    const world = new World();
    const before = world.boot(dialer, { name: 'ann' });
    before.session.start();
    await settled();
    before.kill();
    world.turnPage();
    await world.boot(dialer, { name: 'ann' }).session.restore();
    await settled();
    expect(world.lines('asks')).toEqual(['asks requestConnection connection']);
  });
});
