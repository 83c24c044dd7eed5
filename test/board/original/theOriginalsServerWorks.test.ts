/** Our client at a server as the original's: it answers nothing, calls nobody back, and drops in silence what it does not like. */
import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { channel, useBoard } from '../world.ts';

const Registered = z.object({ addresses: z.array(z.string()) });
const Proposed = z.object({ channelData: z.looseObject({ id: z.union([z.string(), z.number()]) }) });
const Interested = z.object({ channel: z.looseObject({ address: z.string() }), fromAddress: z.string() });

/** The original's manager, in its own order of messages. */
async function originalServer() {
  const http = createServer();
  const io = new Server(http, { allowEIO3: true });
  const channels: Record<string, unknown> = {};
  const sockets = new Map<string, Socket>();
  const said: unknown[] = [];
  io.on('connection', (socket) => {
    socket.onAny((...all) => said.push(all));
    socket.emit('requestAddresses', {});
    socket.emit('receiveChannels', channels);
    socket.on('registerAddresses', (data) => {
      for (const address of Registered.parse(data).addresses) sockets.set(address, socket);
    });
    socket.on('proposeChannel', (data) => {
      const { channelData } = Proposed.parse(data);
      if (channels[channelData.id] !== undefined) return;
      channels[channelData.id] = channelData;
      io.emit('receiveChannelProposal', channelData);
      io.emit('receiveChannels', channels);
    });
    socket.on('indicateInterest', (data) => {
      const { channel: target, fromAddress } = Interested.parse(data);
      sockets.get(target.address)?.emit('receiveIndicator', { fromAddress, otherData: 'trade info here' });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const bound = http.address();
  const port = typeof bound === 'object' ? bound?.port : 0;
  return { url: `http://127.0.0.1:${port}`, said, close: () => io.close() };
}

describe("our client at the original's server", () => {
  const { join, later } = useBoard();

  it('joins, proposes, hears of others, and ends every promise with what it knows', async () => {
    const original = await originalServer();
    later(original.close);
    const bob = await join(original.url, { addresses: ['bob'], answerTimeout: 200 });
    expect(bob.isExtended).toBe(false);
    const proposal = await bob.propose({ ...channel, id: 0.5 });
    expect(proposal).toEqual({ ...channel, address: 'bob', id: 0.5 });

    const alice = await join(original.url, { addresses: ['alice'] });
    expect([...alice.proposals]).toEqual([proposal]);
    const interest = new Promise((resolve) => bob.on('interest', resolve));
    expect(await alice.indicateInterest(proposal, { otherData: 'left out here' })).toBe('sent');
    expect(await interest).toMatchObject({ fromAddress: 'alice', otherData: 'trade info here', proposal: undefined });

    await expect(bob.withdraw(proposal)).rejects.toMatchObject({ code: 'notSupported' });
    expect(original.said).toContainEqual(['registerAddresses', { addresses: ['bob'] }]);
    expect(original.said).toContainEqual(['proposeChannel', { channelData: proposal }]);
    expect(original.said).toContainEqual(['indicateInterest', { channel: proposal, fromAddress: 'alice' }]);
  });

  it('does not take silence for a yes', async () => {
    const original = await originalServer();
    later(original.close);
    const bob = await join(original.url, { addresses: ['bob'], answerTimeout: 200 });
    await bob.propose({ ...channel, id: 7 });
    await expect(bob.propose({ ...channel, quotePrice: '3', id: 7 })).rejects.toMatchObject({ code: 'unknown' });
  });
});
