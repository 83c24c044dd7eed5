/** What is encoded once arrives the same on every kind of line, whatever its length. */
import { io } from 'socket.io-client';
import { turns } from '../../adapters/socketioLine.ts';
import { channel, eventually, generations, useBoard } from '../world.ts';

const { serve, join, wallet, raw, later } = useBoard();

it('a proposal, and the whole list, of some bytes and of many', async () => {
  const { url, board } = await serve({ limits: { proposals: 2_000, proposalsPerClient: 2_000, messagesPerSecond: 0 } });
  const alice = await join(url, { addresses: ['alice'] });
  const overWs = await raw(url);
  const wallets = [wallet(url, generations['socket.io 2']), wallet(url)];
  const polled: unknown[] = [];
  const polling = io(url.replace('ws', 'http'), { transports: ['polling'], forceNew: true });
  later(async () => {
    polling.disconnect();
    // One that polls says good-bye with one more request.
    await turns(50);
  });
  polling.on('receiveChannelProposal', (proposal) => polled.push(proposal));
  polling.on('receiveChannels', (list) => polled.push(list));
  await Promise.all([...wallets, overWs].map((peer) => peer.until('receiveChannels')));
  await eventually(() => polled.length === 1);
  polled.length = 0;

  const short = await alice.propose({ ...channel, id: 's' });
  const terms = '🂡'.repeat(500);
  const answer = async () => undefined;
  const long = await alice.propose({ ...channel, id: 'l', offer: { opening: { protocol: 'x', terms }, answer } });
  for (const peer of [...wallets, overWs]) {
    expect(await peer.until('receiveChannelProposal')).toEqual(['receiveChannelProposal', short]);
    expect(await peer.next()).toEqual(['receiveChannels', { s: short }]);
    expect(await peer.next()).toEqual(['receiveChannelProposal', long]);
    expect(await peer.next()).toEqual(['receiveChannels', { s: short, l: long }]);
  }
  await eventually(() => polled.length === 4);
  expect(polled.filter((each) => Object(each).id === 'l')).toEqual([long]);

  // More than two bytes of length can say.
  for (let n = 0; n < 20; n += 1) {
    const opening = { protocol: 'x', terms: 'x'.repeat(4_000) };
    await alice.propose({ ...channel, id: `${n}-`, offer: { opening, answer } });
  }
  const whole = Object.fromEntries(board.proposals.map((proposal) => [proposal.id, proposal]));
  expect(JSON.stringify(whole).length).toBeGreaterThan(65_536);
  for (const newcomer of [wallet(url, generations['socket.io 2']), wallet(url), await raw(url)])
    expect((await newcomer.until('receiveChannels'))[1]).toEqual(whole);
}, 20_000);
