/** A record of another machine or version is not guessed at; it is refused, and left as it is. */
import { StoreFailed } from '../../src/errors.ts';
import { Kernel, type StoredSnapshot } from '../../src/kernel.ts';
import { payer, payerOf } from './payer.ts';
import { awaitingSignature } from './started.ts';
import { fields, settled } from './world.ts';

const newer = payerOf({ version: '3' });

async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

describe('a record', () => {
  it('of another machine is refused, and both are named', async () => {
    const kernel = new Kernel(payer);
    const stored: StoredSnapshot = { ...kernel.save(kernel.start({ name: 'ann' }).snapshot), machine: 'toy.payee' };
    const error = await thrownBy(() => kernel.load(stored));
    expect(error).toBeInstanceOf(StoreFailed);
    expect(error).toMatchObject({ code: 'foreignSnapshot' });
    expect(String(error)).toMatch(/toy\.payee.*toy\.payer/);
  });

  it('of another version is refused, and both versions are named', async () => {
    const { world, process } = await awaitingSignature();
    process.kill();
    const error = await thrownBy(() => world.boot(newer, { name: 'ann' }).session.restore());
    expect(error).toBeInstanceOf(StoreFailed);
    expect(error).toMatchObject({ code: 'foreignSnapshot' });
    expect(String(error)).toMatch(/version 2.*version 3/);
  });

  it('that was refused is not overwritten by what the session is told, nor is anything sent', async () => {
    const { world, process } = await awaitingSignature();
    process.kill();
    const before = new Map(world.disk);
    world.turnPage();
    const { session } = world.boot(newer, { name: 'ann' });
    await thrownBy(() => session.restore());
    session.tell({ type: 'command.pay', id: 'p9' });
    await settled();
    expect(world.disk).toEqual(before);
    expect(world.journal).toEqual([]);
  });

  it('that is no record is refused with an error of ours', async () => {
    const { world, process } = await awaitingSignature();
    process.kill();
    for (const [key, value] of world.disk) world.disk.set(key, value.slice(0, value.length / 2));
    const error = await thrownBy(() => world.boot(payer, { name: 'ann' }).session.restore());
    expect(error).toBeInstanceOf(StoreFailed);
  });

  it('of an older version is taken when there is a migration to this one', async () => {
    const { world, process } = await awaitingSignature();
    process.kill();
    world.turnPage();
    const { session } = world.boot(newer, { name: 'ann' });
    const isRestored = await session.restore((stored) => {
      const snapshot = fields(stored.snapshot);
      const context = { ...fields(snapshot['context']), name: 'anna' };
      return { machine: 'toy.payer', version: '3', snapshot: { ...snapshot, context } };
    });
    await settled();
    expect(isRestored).toBe(true);
    expect(session.snapshot.value).toBe('awaitingSignature');
    expect(session.snapshot.context).toMatchObject({ name: 'anna', payment: 'p1' });
    expect(fields(world.record['stored'])['version']).toBe('3');
    expect(world.lines('asks')).toEqual(['asks requestSignature p1']);
  });

  it('of an older version is refused when the migration ends at another version', async () => {
    const { world, process } = await awaitingSignature();
    process.kill();
    const { session } = world.boot(newer, { name: 'ann' });
    const error = await thrownBy(() => session.restore((stored) => ({ ...stored, version: '2.5' })));
    expect(error).toMatchObject({ code: 'foreignSnapshot' });
  });
});
