/** The disk is not worn out by events that leave nothing to lose. */
import { payer } from './payer.ts';
import { settled, World } from './world.ts';

it('writes nothing for an event that changes nothing', async () => {
  const world = new World();
  const { session } = world.boot(payer, { name: 'ann' });
  session.start();
  await settled();
  world.turnPage();
  session.tell({ type: 'received.nonsense' });
  await settled();
  expect(world.journal).toEqual(['steps', 'notifies violated']);
});
