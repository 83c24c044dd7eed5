/** Where the board says so, the proposals of an address that nobody has registered for a while end; a proposer who comes back in time keeps them. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { channel, eventually, first, useBoard } from '../world.ts';

const { serve, join } = useBoard();

it('after the time that the board grants, and not before', async () => {
  const clock = new SimulatedClock();
  const store = new MemoryStore();
  const { url, board, close } = await serve({ clock, store, endsWhenGone: 10_000 });
  const bob = await join(url);
  const alice = await join(url, { addresses: ['alice'] });
  const proposal = await alice.propose(channel);
  await alice.close();
  await eventually(() => board.addresses === 0);
  clock.advance(9_999);
  const back = await join(url, { addresses: ['alice'] });
  clock.advance(10_000);
  expect(board.proposals).toEqual([proposal]);

  await back.close();
  await eventually(() => board.addresses === 0);
  const ended = first(bob, 'ended');
  clock.advance(10_000);
  expect(await ended).toEqual({ type: 'ended', proposal, reason: 'left' });
  expect(board.proposals).toEqual([]);
  await close();
});

it('also when the board was restarted and the proposer does not come back', async () => {
  const clock = new SimulatedClock();
  const store = new MemoryStore();
  const one = await serve({ clock, store });
  const alice = await join(one.url, { addresses: ['alice'] });
  await alice.propose(channel);
  await alice.close();
  await one.close();
  const two = await serve({ clock, store, endsWhenGone: 10_000 });
  expect(two.board.proposals).toHaveLength(1);
  clock.advance(10_000);
  await eventually(() => two.board.proposals.length === 0);
});

it('and stays for ever in a board as the original', async () => {
  const clock = new SimulatedClock();
  const { url, board } = await serve({ clock, lasts: 0 });
  const alice = await join(url, { addresses: ['alice'] });
  await alice.propose(channel);
  await alice.close();
  await eventually(() => board.connections === 0);
  clock.advance(10 ** 12);
  expect(board.proposals).toHaveLength(1);
});
