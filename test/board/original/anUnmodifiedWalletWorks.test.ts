/** The original's wallet, with its own messages, on our board: its events, its arguments, and their order. */
import { generations, useBoard } from '../world.ts';

const proposed = { marginBalance: '10', quotePrice: '2.5', unpublishedTradeSize: '3', address: 'addrA1', id: 0.5 };

describe.each(Object.entries(generations))('a wallet on %s', (_, open) => {
  const { serve, wallet } = useBoard();

  it('hears what the original says, to the letter and in its order, and is called back never', async () => {
    const { url } = await serve();
    const alice = wallet(url, open);
    expect(await alice.some(2)).toEqual([
      ['requestAddresses', {}],
      ['receiveChannels', {}],
    ]);
    alice.registerAddresses(['addrA1']);
    expect(await alice.settled()).toEqual([]);

    const bob = wallet(url, open);
    expect(await bob.some(2)).toEqual([
      ['requestAddresses', {}],
      ['receiveChannels', {}],
    ]);
    bob.registerAddresses(['addrB']);
    await bob.settled();

    alice.proposeChannel(proposed);
    for (const each of [alice, bob])
      expect(await each.some(2)).toEqual([
        ['receiveChannelProposal', proposed],
        ['receiveChannels', { '0.5': proposed }],
      ]);

    bob.indicateInterest({ channel: proposed, fromAddress: 'addrB' });
    expect(await alice.next()).toEqual(['receiveIndicator', { fromAddress: 'addrB', otherData: 'trade info here' }]);
    expect(await bob.settled()).toEqual([]);
    expect([...alice.acknowledged, ...bob.acknowledged]).toEqual([]);

    const carol = wallet(url, open);
    expect(await carol.some(2)).toEqual([
      ['requestAddresses', {}],
      ['receiveChannels', { '0.5': proposed }],
    ]);
  });

  it('proposes amounts as its user has typed them', async () => {
    const { url } = await serve();
    const alice = wallet(url, open);
    alice.registerAddresses(['addrA1']);
    const typed = { ...proposed, marginBalance: '010', quotePrice: '2.50', unpublishedTradeSize: '3.0' };
    alice.proposeChannel(typed);
    expect(await alice.until('receiveChannelProposal')).toEqual(['receiveChannelProposal', typed]);
  });

  it('of 2019 names the target address alone', async () => {
    const { url } = await serve();
    const [alice, bob] = [wallet(url, open), wallet(url, open)];
    alice.registerAddresses(['addrA1']);
    alice.proposeChannel(proposed);
    await alice.until('receiveChannelProposal');
    bob.indicateInterest({ targetAddress: 'addrA1', fromAddress: 'addrB' });
    expect(await alice.until('receiveIndicator')).toEqual([
      'receiveIndicator',
      { fromAddress: 'addrB', otherData: 'trade info here' },
    ]);
  });

  it('that comes back is reachable, however late its old socket ends', async () => {
    const { url, board } = await serve();
    const old = wallet(url, open);
    old.registerAddresses(['addrA1']);
    await old.settled();
    const again = wallet(url, open);
    again.registerAddresses(['addrA1']);
    again.proposeChannel(proposed);
    await again.until('receiveChannelProposal');
    old.socket.disconnect();
    await old.until('disconnect');
    const bob = wallet(url, open);
    bob.indicateInterest({ channel: proposed, fromAddress: 'addrB' });
    expect((await again.until('receiveIndicator'))[1]).toEqual({ fromAddress: 'addrB', otherData: 'trade info here' });
    expect(board.addresses).toBe(1);
  });
});
