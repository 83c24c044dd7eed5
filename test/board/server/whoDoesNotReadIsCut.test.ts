/** A client that never reads costs bounded memory, and nobody else waits for it: it is cut, and gets the whole state when it comes back. */
import { channel, useBoard } from '../world.ts';

const { serve, join, raw } = useBoard();

it('while the others are told everything', async () => {
  const { url, board } = await serve({
    limits: { queue: 65_536, proposals: 10_000, proposalsPerClient: 10_000, messagesPerSecond: 0, promptList: 0 },
  });
  const stuck = await raw(url);
  await stuck.until('receiveChannels');
  stuck.socket.pause();
  const alice = await join(url, { addresses: ['alice'] });
  const bob = await join(url);
  const opening = { protocol: 'x', terms: 'x'.repeat(4_000) };
  const answer = async () => undefined;
  let proposed = 0;
  for (; board.connections === 3; proposed += 1) {
    await alice.propose({ ...channel, offer: { opening, answer } });
    expect(proposed).toBeLessThan(9_000);
  }
  expect(board.connections).toBe(2);
  const last = await alice.propose(channel);
  for await (const proposal of bob.proposals) if (proposal.id === last.id) break;
  expect(bob.proposals.size).toBe(proposed + 1);
}, 20_000);
