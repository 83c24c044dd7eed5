/** A server that lets a peer join and ends the line each time is asked ever less often; one whose line has held is asked again at once. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { usePeers } from '../peers.ts';

const { peer, script } = usePeers();
const [first, most] = [100, 1_600];

it('the back-off goes on until a line has held', async () => {
  const clock = new SimulatedClock();
  const { url, lines } = await script();
  const joining = peer(url, { clock, backoff: { first, most }, timeout: 10_000 });
  let line = await lines.take();
  await line.admit();
  const node = await joining;

  /** Milliseconds until it is there again after its line has ended. */
  const backAfter = async (): Promise<number> => {
    const [lost, joined] = (['disconnected', 'joined'] as const).map(
      (type) => new Promise((resolve) => node.on(type, resolve)),
    );
    line.cut();
    await lost;
    const before = clock.now();
    expect(clock.waiting).toBe(1);
    clock.next();
    const waited = clock.now() - before;
    line = await lines.take();
    await line.admit();
    await joined;
    return waited;
  };
  for (const full of [100, 200, 400, 800, 1_600, 1_600]) {
    const waited = await backAfter();
    expect(waited).toBeGreaterThanOrEqual(full / 2);
    expect(waited).toBeLessThanOrEqual(full);
  }
  clock.advance(10_000);
  expect(await backAfter()).toBeLessThanOrEqual(first);
});
