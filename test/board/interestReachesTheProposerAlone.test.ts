/** "Server sends a `receiveIndicator` message to Bob (using his address) letting him know of Alice's interest." */
import { joinBoard } from '../../src/board/index.ts';
import type { Interest } from '../../src/board/opener.ts';
import { boardServer } from '../../src/board/serve.ts';

const channel = { marginBalance: '10', quotePrice: '2.5', unpublishedTradeSize: '3' };

describe.each(['ws', 'http'])('interest, over %s', (scheme) => {
  it('reaches the proposer, and nobody else', async () => {
    await using server = await boardServer();
    const url = server.url.replace('ws', scheme);
    await using bob = await joinBoard(url, { addresses: ['bob'] });
    await using alice = await joinBoard(url, { addresses: ['alice'] });
    await using carol = await joinBoard(url, { addresses: ['carol'] });
    const heard: [string, Interest][] = [];
    for (const [name, board] of Object.entries({ alice, bob, carol }))
      board.on('interest', ({ fromAddress, otherData, proposal }) =>
        heard.push([name, { fromAddress, otherData, proposal }]),
      );

    const proposal = await bob.propose(channel);
    for await (const seen of alice.proposals) {
      expect(seen).toEqual(proposal);
      expect(await alice.indicateInterest(seen, { otherData: { size: '1' } })).toBe('done');
      break;
    }
    // Whatever the server has sent to the others has come when their own question is answered.
    for (const other of [carol, bob]) await other.propose({ ...channel });
    expect(heard).toEqual([['bob', { fromAddress: 'alice', otherData: { size: '1' }, proposal }]]);
    expect(server.board.stats.indicated).toBe(1);
  });
});
