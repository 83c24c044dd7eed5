/** Proposals are kept before anybody hears of them, and outlive the board's process; their time runs on meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { LevelStore } from '../../../adapters/level.ts';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import type { StoreChange } from '../../../src/store.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { channel, first, useBoard } from '../world.ts';

const { serve, join, later } = useBoard();

it('restarts on the same port: the clients come back, and the proposals are there', async () => {
  const directory = await mkdtemp(path(tmpdir(), 'board-'));
  later(() => rm(directory, { recursive: true, force: true }));
  const store = await LevelStore.open(directory);
  const one = await serve({ store });
  const port = Number(new URL(one.url).port);
  const backoff = { first: 1, most: 20 };
  const alice = await join(one.url, { addresses: ['alice'], backoff, attempts: 1_000 });
  const bob = await join(one.url, { addresses: ['bob'], backoff, attempts: 1_000 });
  const kept = [await alice.propose(channel), await alice.propose({ ...channel, id: 0.25, quotePrice: '0.001' })];

  const again = [first(alice, 'joined'), first(bob, 'joined')];
  await one.close();
  await store.close();
  const reopened = await LevelStore.open(directory);
  later(() => reopened.close());
  const two = await serve({ store: reopened, port });
  expect(two.board.proposals).toEqual(kept);
  await Promise.all(again);
  expect([...bob.proposals]).toEqual(kept);

  const interest = first(alice, 'interest');
  for (const proposal of kept.slice(0, 1)) expect(await bob.indicateInterest(proposal)).toBe('done');
  expect(await interest).toMatchObject({ fromAddress: 'bob', proposal: kept[0] });
});

it('ends what has expired by the wall clock, also while it was down', async () => {
  const clock = new SimulatedClock(1_000_000);
  const store = new MemoryStore();
  const one = await serve({ store, clock });
  const alice = await join(one.url, { addresses: ['alice'] });
  const bob = await join(one.url);
  const short = await alice.propose({ ...channel, lasts: 1_000 });
  const long = await alice.propose({ ...channel, lasts: 60_000 });
  const ended = first(bob, 'ended');
  clock.advance(1_000);
  expect(await ended).toEqual({ type: 'ended', proposal: short, reason: 'expired' });
  expect([...bob.proposals]).toEqual([long]);
  await Promise.all([alice.close(), bob.close()]);
  await one.close();
  clock.advance(59_000);
  const two = await serve({ store, clock });
  expect(two.board.proposals).toEqual([]);
  for await (const key of store.keys('board/')) expect(key).toBeUndefined();
});

it('lasts no longer than the board grants', async () => {
  const clock = new SimulatedClock();
  const { url } = await serve({ clock, lasts: 5_000 });
  const alice = await join(url, { addresses: ['alice'] });
  await alice.propose({ ...channel, lasts: 1_000_000 });
  const ended = first(alice, 'ended');
  clock.advance(5_000);
  expect(await ended).toMatchObject({ reason: 'expired' });
});

it('tells nobody of what the store did not keep', async () => {
  class Full extends MemoryStore {
    override async write(changes: readonly StoreChange[]): Promise<void> {
      if (changes.some(({ value }) => value?.includes('666'))) throw new Error('The disk is full.');
      await super.write(changes);
    }
  }
  const reported: unknown[] = [];
  const { url, board } = await serve({ store: new Full(), report: (error) => reported.push(error) });
  const alice = await join(url, { addresses: ['alice'] });
  const bob = await join(url);
  await expect(alice.propose({ ...channel, quotePrice: '666' })).rejects.toMatchObject({ code: 'unavailable' });
  const proposal = await alice.propose(channel);
  expect(board.proposals).toEqual([proposal]);
  for await (const seen of bob.proposals) {
    expect(seen).toEqual(proposal);
    break;
  }
  expect(reported).toHaveLength(1);
});
