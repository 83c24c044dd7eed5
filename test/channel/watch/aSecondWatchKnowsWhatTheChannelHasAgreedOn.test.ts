/** A process may watch over a channel that it has open itself: whichever of its watches closes alone, it is with the last state. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { chainAt } from '../../../src/channel/chainAccess.ts';
import { openChannel } from '../../../src/channel/connect.ts';
import { type Channel, type Watch, watchChannel } from '../../../src/channel/index.ts';
import { alice, bob, World } from '../node/world.ts';

const people = { initiator: alice, responder: bob } as const;

let world: World;
let store: MemoryStore;
let ends: readonly [Channel, Channel];
let second: Watch;

const open = (role: 'initiator' | 'responder', isWatched: boolean) =>
  openChannel({
    url: world.server.url,
    role,
    initiator: alice.modern,
    responder: bob.modern,
    initiatorAmount: 10n ** 15n,
    responderAmount: 10n ** 15n,
    pushAmount: 0n,
    channelReserve: 0n,
    lockPeriod: 5,
    minimumDepth: 0,
    host: 'localhost',
    port: 1234,
    signer: people[role].signer,
    watch: isWatched ? { chain: chainAt(world.server.url), every: 30 } : false,
    ...(role === 'responder' ? { store } : {}),
  });

const begin = async (isWatched: boolean) => {
  world = await World.open({ blockMs: 30 });
  store = new MemoryStore();
  ends = await Promise.all([open('initiator', false), open('responder', isWatched)]);
  second = await watchChannel({ url: world.server.url, store, signer: bob.signer, every: 30 });
};

afterEach(async () => {
  await second.stop();
  await Promise.all(ends.map((end) => end.disconnect()));
  await world.close();
  expect(world.reports).toEqual([]);
});

it.each([
  ['beside the one of the channel', true],
  ['alone', false],
])(
  '%s',
  async (_, isWatched) => {
    await begin(isWatched);
    const [initiator, responder] = ends;
    await initiator.pay(100n);
    const last = await responder.request(400n);
    expect(second.round).toBe(last.round);
    expect(await second.closeAlone()).toEqual({
      initiatorAmount: last.initiatorAmount,
      responderAmount: last.responderAmount,
    });
  },
  20_000,
);

it('and writes no older one over what the channel has kept', async () => {
  await begin(true);
  const [initiator] = ends;
  const last = await initiator.pay(100n);
  await second.stop();
  await Promise.all(ends.map((end) => end.disconnect()));
  second = await watchChannel({ url: world.server.url, store, signer: bob.signer });
  expect(second.round).toBe(last.round);
}, 20_000);
