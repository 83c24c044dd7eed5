/** A board that lets a client join and ends the line each time is asked ever less often; one whose line has held is asked again at once. */
import { type MemoryPair, memoryPair } from '../../adapters/memory.ts';
import { BoardClient } from '../../src/board/client.ts';
import { channelsPacket, encodeToClient } from '../../src/board/wire.ts';
import type { PacketFrame } from '../../src/packets.ts';
import type { Connect } from '../../src/transport.ts';
import { World } from '../relay/client/world.ts';

const [first, most] = [100, 1_600];

it('the back-off goes on until a line has held', async () => {
  const world = new World();
  const { clock, random, options } = world;
  const links: MemoryPair<PacketFrame>[] = [];
  let tried = 0;
  const connect: Connect<PacketFrame> = async () => {
    tried = clock.now();
    const link = memoryPair<PacketFrame>(clock, random);
    links.push(link);
    const [client, board] = link.ends;
    board.send(encodeToClient({ event: 'requestAddresses' }));
    board.send(channelsPacket([]));
    return client;
  };
  const alice = new BoardClient('memory:', connect, { ...options, backoff: { first, most }, timeout: 10_000 });
  await world.until(alice.join());

  /** Milliseconds until the board is asked again after its line has ended. */
  const backAfter = async (): Promise<number> => {
    const before = clock.now();
    const joined = new Promise((resolve) => alice.on('joined', resolve));
    links.at(-1)?.cut();
    await world.until(joined);
    return tried - before;
  };
  for (const full of [100, 200, 400, 800, 1_600, 1_600]) {
    const waited = await backAfter();
    expect(waited).toBeGreaterThanOrEqual(full / 2);
    expect(waited).toBeLessThanOrEqual(full);
  }
  await world.pass(10_000);
  expect(await backAfter()).toBeLessThanOrEqual(first);
});
