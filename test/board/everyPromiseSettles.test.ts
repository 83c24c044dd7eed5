/** Every promise of a client ends, with a value or a typed error, whatever happens to the line, the board, or the app's patience. */

import { WebSocketServer } from 'ws';
import { BoardRefused, joinBoard } from '../../src/board/index.ts';
import { ConnectionLost, LocalMisuse } from '../../src/errors.ts';
import { channel, first, useBoard } from './world.ts';

const { serve, join, later } = useBoard();

/** A server that opens, asks, lists, and then says nothing more. */
async function silent(says: readonly string[]) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  later(() => server.close());
  server.on('connection', (socket) => {
    for (const frame of says) socket.send(frame);
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  return { url: `ws://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`, server };
}

const welcome = ['["requestAddresses",{}]', '["receiveChannels",{}]'];

it('joining: nobody there, nobody who answers, one who gives up, a URL that is none', async () => {
  await expect(joinBoard('ws://127.0.0.1:1')).rejects.toMatchObject({ code: 'notOpened' });
  const { url } = await silent([]);
  await expect(joinBoard(url, { addresses: ['a'], timeout: 50 })).rejects.toMatchObject({ code: 'notOpened' });
  await expect(joinBoard(url, { addresses: ['a'], signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  await expect(joinBoard(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  await expect(joinBoard('file:///x')).rejects.toBeInstanceOf(LocalMisuse);
});

it('what comes first of the address request and the list does not matter', async () => {
  for (const order of [welcome, [...welcome].reverse()]) {
    const board = await join((await silent(order)).url, { addresses: ['a'] });
    expect([board.state, board.isExtended]).toEqual(['open.quiet', false]);
  }
});

it('a request: nobody answers, the line breaks, the app gives up, the client closes', async () => {
  const { url, server } = await silent(welcome);
  const board = await join(url, { addresses: ['a'], answerTimeout: 50, attempts: 0, closeTimeout: 50 });
  await expect(board.propose(channel)).rejects.toMatchObject({ name: 'ConnectionLost', code: 'unknown' });
  const reason = new Error('no patience');
  await expect(board.propose(channel, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const giving = new AbortController();
  const given = board.propose(channel, { signal: giving.signal });
  giving.abort(reason);
  await expect(given).rejects.toBe(reason);
  const broken = board.propose(channel);
  for (const socket of server.clients) socket.terminate();
  await expect(broken).rejects.toMatchObject({ code: 'unknown' });
  await board.closed;
  await expect(board.propose(channel)).rejects.toMatchObject({ code: 'notOpen' });
  await expect(board.withdraw({ id: 1 })).rejects.toBeInstanceOf(ConnectionLost);

  const closing = await join(url, { addresses: ['a'], closeTimeout: 50 });
  const under = closing.propose(channel);
  void closing.close();
  const late = closing.propose(channel);
  await expect(late).rejects.toMatchObject({ name: 'BoardRefused', code: 'closing' });
  await expect(under).rejects.toMatchObject({ code: 'unknown' });
});

it('more requests than may be under way wait for their turn, also at the end', async () => {
  const { url, board: there } = await serve({ limits: { messagesPerSecond: 0, proposalsPerClient: 1_000 } });
  const board = await join(url, { addresses: ['a'], window: 3 });
  await Promise.all(Array.from({ length: 100 }, (_, id) => board.propose({ ...channel, id })));
  expect(there.size).toBe(100);

  const silence = await silent(welcome);
  const stuck = await join(silence.url, { addresses: ['a'], window: 2, attempts: 0, answerTimeout: 60_000 });
  const codes = Array.from({ length: 5 }, () => stuck.propose(channel).catch(({ code }) => code));
  for (const socket of silence.server.clients) socket.terminate();
  expect(await Promise.all(codes)).toEqual(['unknown', 'unknown', 'notOpen', 'notOpen', 'notOpen']);
});

it('waiting for proposals: ends when the client does, and with a signal', async () => {
  const { url } = await serve();
  const board = await join(url);
  const next = board.proposals[Symbol.asyncIterator]().next();
  const leaving = new AbortController();
  const other = board.proposals.iterate(leaving.signal).next();
  leaving.abort();
  expect(await other).toEqual({ done: true, value: undefined });
  await board.close();
  expect(await next).toEqual({ done: true, value: undefined });
});

it('when the board goes away: what is under way is told, and the client looks for it', async () => {
  const server = await serve();
  const board = await join(server.url, { addresses: ['a'], backoff: { first: 5, most: 5 }, attempts: 3 });
  const disconnected = first(board, 'disconnected');
  await server.close();
  await disconnected;
  await expect(board.propose(channel)).rejects.toMatchObject({ code: 'notOpen' });
  await board.closed;
});

it('what is wrong with a draft is said before anything is sent', async () => {
  const { url, board: there } = await serve();
  const board = await join(url, { addresses: ['a'] });
  for (const wrong of [
    { quotePrice: '-1' },
    { quotePrice: '1e3' },
    { marginBalance: '' },
    { id: Number.NaN },
    { lasts: 0.5 },
  ])
    await expect(board.propose({ ...channel, ...wrong })).rejects.toMatchObject({ code: 'badProposal' });
  await expect(board.propose({ ...channel, address: 'b' })).rejects.toMatchObject({ code: 'noAddress' });
  await expect((await join(url)).propose(channel)).rejects.toBeInstanceOf(LocalMisuse);
  await board.propose({ ...channel, id: 1 });
  await expect(board.propose({ ...channel, quotePrice: '3', id: 1 })).rejects.toBeInstanceOf(BoardRefused);
  // The same again, by one who may not have heard the answer, is no mistake.
  await board.propose({ ...channel, id: 1 });
  expect(there.proposals).toHaveLength(1);
});
