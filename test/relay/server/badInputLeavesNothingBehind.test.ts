/** Three rounds of the whole table of bad input: after a forced collection the relay's heap is within 2 MB of where it was after the second. */
import { Bystanders, until } from './attack.ts';
import { badInput } from './badInput.ts';
import { useRelayProcess } from './relayProcess.ts';

const report = useRelayProcess({ limits: { messagesPerSecond: 0, connectionsPerIp: 0 }, liveness: 6_000 });
const ROUNDS = 3;
const MEGABYTE = 1_048_576;

it('leaves the heap where it was, and no connection and no address but the bystanders’', async () => {
  const { url } = await report();
  const bystanders = await Bystanders.meet(url);
  const heaps: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(
      badInput.map(async ([act, comesOfIt, run]) => {
        const whatCame = await run({ url, bystanders });
        expect(`${act}: ${whatCame}`).toBe(`${act}: ${comesOfIt}`);
      }),
    );
    await bystanders.talk();
    await until(async () => {
      const { connections, addresses } = await report();
      return connections === 2 && addresses === 2;
    });
    heaps.push((await report()).heapUsed);
  }
  bystanders.leave();
  const [, second = 0] = heaps;
  expect(Math.abs((heaps.at(-1) ?? 0) - second)).toBeLessThan(2 * MEGABYTE);
}, 240_000);
