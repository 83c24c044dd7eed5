/** What a timer said is said once, also when it changed nothing that the disk would know of. */
import { warnTimeout } from './payer.ts';
import { awaitingAck, restored } from './started.ts';
import { settled } from './world.ts';

it('a timer that has fired does not fire again after a restart', async () => {
  const begun = await awaitingAck({ isOnline: true });
  begun.world.clock.advance(warnTimeout);
  await settled();
  expect(begun.world.lines('notifies')).toEqual(['notifies late p1']);
  begun.process.kill();
  const { world, session } = await restored(begun, { isOnline: true });
  session.tell({ type: 'connection.opened' });
  await settled();
  world.turnPage();
  world.clock.advance(100);
  await settled();
  expect(world.lines('notifies')).toEqual([]);
});
