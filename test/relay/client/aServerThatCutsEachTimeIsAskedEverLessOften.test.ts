/** A relay that gives an address and ends the line each time is asked ever less often; one whose line has held is asked again at once. */
import { ScriptWorld } from './world.ts';

const [first, most] = [100, 1_600];

it('the back-off goes on until a line has held', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({ backoff: { first, most }, timeout: 10_000 });

  /** Milliseconds until the relay is asked again after its line has ended. */
  const backAfter = async (): Promise<number> => {
    const before = world.clock.now();
    const addressed = new Promise((resolve) => alice.on('addressed', resolve));
    world.script.cut();
    await world.greetAgain('alice');
    await world.until(addressed);
    return (world.tries.at(-1) ?? 0) - before;
  };
  for (const full of [100, 200, 400, 800, 1_600, 1_600]) {
    const waited = await backAfter();
    expect(waited).toBeGreaterThanOrEqual(full / 2);
    expect(waited).toBeLessThanOrEqual(full);
  }
  await world.pass(10_000);
  expect(await backAfter()).toBeLessThanOrEqual(first);
});
