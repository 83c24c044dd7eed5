/** Sessions that are brought to where a test begins. */
import { type Payer, payer, payerOf } from './payer.ts';
import { type Process, settled, World } from './world.ts';

export interface Begun {
  readonly world: World;
  readonly process: Process<Payer>;
  readonly session: Process<Payer>['session'];
}

type Options = Parameters<typeof payerOf>[0];

/** A session that has started and waits for a command, with an empty journal. */
export async function idle(options?: Options): Promise<Begun> {
  const world = new World();
  const process = world.boot(options === undefined ? payer : payerOf(options), { name: 'ann' });
  process.session.start();
  await settled();
  world.turnPage();
  return { world, process, session: process.session };
}

/** A session that waits for the signature of p1. */
export async function awaitingSignature(options?: Options): Promise<Begun> {
  const begun = await idle(options);
  begun.session.tell({ type: 'command.pay', id: 'p1' });
  await settled();
  begun.world.turnPage();
  return begun;
}

/** A session that has paid p1 and waits for its acknowledgement. */
export async function awaitingAck(options?: Options): Promise<Begun> {
  const begun = await awaitingSignature(options);
  begun.session.tell({ type: 'signed', id: 'p1', signature: 'xyz' });
  await settled();
  begun.world.turnPage();
  return begun;
}

/** A new process in the same world, restored from its disk. */
export async function restored({ world }: Pick<Begun, 'world'>, options?: Options): Promise<Begun> {
  world.turnPage();
  const process = world.boot(options === undefined ? payer : payerOf(options), { name: 'ann' });
  if (!(await process.session.restore())) throw new Error('There is nothing to restore.');
  await settled();
  return { world, process, session: process.session };
}
