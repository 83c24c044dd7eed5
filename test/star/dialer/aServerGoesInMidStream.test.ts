/** A server that goes while a peer writes as fast as it can: it is gone, and both peers know it. */
import { connected, over, usePeers, wires } from '../peers.ts';

const { serve, peer } = usePeers();

it.each(wires)('over %s://', async (wire) => {
  const server = await serve();
  const url = over(wire, server.url);
  const [dialled, taken] = await connected(await peer(url), await peer(url));
  const writer = dialled.writable.getWriter();
  const writing = (async () => {
    for (;;) await writer.write(new Uint8Array(60_000));
  })();
  const reader = taken.readable.getReader();
  await reader.read();
  const reading = (async () => {
    while (!(await reader.read()).done);
  })();
  await Promise.all([server.close(), expect(writing).rejects.toThrow(), expect(reading).rejects.toThrow()]);
});
