/** However many routes wait for their turn: when the line breaks for good, or the client is closed, every one of them ends. */
import { ScriptWorld, settle } from './world.ts';

const many = 20_000;

it.each(['cut', 'close'])('twenty thousand that wait end at once: %s', async (end) => {
  const world = new ScriptWorld();
  const alice = await world.open({ attempts: 0 }, { ack: 1 });
  const routed = Array.from({ length: many }, () => alice.route('bob', 'x'));
  await settle();
  await world.frame(1);
  if (end === 'cut') world.script.cut();
  else void alice.close();
  const [first, ...others] = await world.until(Promise.all(routed));
  expect(first).toEqual({ outcome: 'unknown' });
  expect(new Set(others.map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
});
