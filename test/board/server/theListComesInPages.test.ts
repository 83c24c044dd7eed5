/** A newcomer that knows pages gets the list in pages; one of the original gets it at once; what changes meanwhile is in neither lost nor doubled. */
import { channel, first, useBoard } from '../world.ts';

const { serve, join, raw } = useBoard();

it('in order, whole, and in messages of their size', async () => {
  const { url, board } = await serve({ limits: { page: 3, messagesPerSecond: 0 } });
  const alice = await join(url, { addresses: ['alice'] });
  for (let n = 0; n < 10; n += 1) await alice.propose({ ...channel, id: n });
  const bob = await join(url);
  expect([...bob.proposals]).toEqual(board.proposals);
  expect(Array.from(bob.proposals, ({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

  const reader = await raw(`${url}/?statewire=1`);
  const [, list, place] = await reader.until('receiveChannels');
  expect([Object.keys(Object(list)), place]).toEqual([['0', '1', '2'], { next: '3' }]);
  reader.say('nextChannels', { cursor: '3' });
  const [, second, behind] = await reader.until('receiveChannels');
  expect([Object.keys(Object(second)), behind]).toEqual([['3', '4', '5'], { after: '3', next: '6' }]);

  // Between two pages one that was told ends, one that was not ends, and one comes.
  await alice.withdraw({ id: 1 });
  await alice.withdraw({ id: 8 });
  await alice.propose({ ...channel, id: 'new' });
  reader.say('nextChannels', { cursor: '6' });
  const [, third] = await reader.until('receiveChannels');
  reader.say('nextChannels', { cursor: '10' });
  const [, fourth] = await reader.until('receiveChannels');
  expect([...Object.keys(Object(third)), ...Object.keys(Object(fourth))]).toEqual(['6', '7', '9', 'new']);

  const old = await raw(url);
  const [, whole, ...nothing] = await old.until('receiveChannels');
  expect([Object.keys(Object(whole)).length, nothing]).toEqual([9 + 1 - 1, []]);
});

it('a client that joins while others propose and withdraw knows what the board knows', async () => {
  const { url, board } = await serve({ limits: { page: 2, messagesPerSecond: 0 } });
  const alice = await join(url, { addresses: ['alice'] });
  for (let n = 0; n < 9; n += 1) await alice.propose({ ...channel, id: n });
  const [bob] = await Promise.all([
    join(url),
    alice.withdraw({ id: 0 }),
    alice.withdraw({ id: 7 }),
    alice.propose({ ...channel, id: 'x' }),
  ]);
  const caughtUp = first(bob, 'ended');
  const last = await alice.propose({ ...channel, id: 'last' });
  await alice.withdraw(last);
  await caughtUp;
  expect(new Set(bob.proposals)).toEqual(new Set(board.proposals));
});

it('a page ends when it is long enough, too', async () => {
  const { url } = await serve({ limits: { pageLength: 5_000 } });
  const alice = await join(url, { addresses: ['alice'] });
  const opening = { protocol: 'x', terms: 'x'.repeat(4_000) };
  for (let n = 0; n < 5; n += 1)
    await alice.propose({ ...channel, id: n, offer: { opening, answer: async () => undefined } });
  const reader = await raw(`${url}/?statewire=1`);
  const [, list, place] = await reader.until('receiveChannels');
  expect([Object.keys(Object(list)), place]).toEqual([['0', '1'], { next: '2' }]);
  expect((await join(url)).proposals.size).toBe(5);
});

it('the ids 1 and "1" are two', async () => {
  const { url } = await serve();
  const alice = await join(url, { addresses: ['alice'] });
  const [one, other] = [await alice.propose({ ...channel, id: 1 }), await alice.propose({ ...channel, id: '1' })];
  const bob = await join(url);
  expect([...bob.proposals]).toEqual([one, other]);
  await alice.withdraw({ id: '1' });
  const carol = await join(url);
  expect([...carol.proposals]).toEqual([one]);
});
