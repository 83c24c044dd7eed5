/** A payer's record is of a payee: of the place where it is, and of whom it comes there as. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connect } from '../../../adapters/ws.ts';
import { packetTransport } from '../../../src/packets.ts';
import { play } from '../../../src/streaming/index.ts';
import { Trust } from '../../../src/streaming/trust.ts';
import { fate, playerAt, signerOf, usePayees } from '../world.ts';

const world = usePayees();

it('is not that of another path or account on the same host', async () => {
  const store = new MemoryStore();
  const { host } = new URL(world.url());
  for (const place of [`${host}`, `${host}/films`, `someone@${host}/films`, `${host}/films/`]) {
    const { player } = await playerAt(`ws://${place}`, { store }, async (_, options) =>
      packetTransport(await connect(world.url(), options)),
    );
    // The payee is the same in truth, and may have its doubts.
    await fate(player.open());
    await player.leave();
  }
  const places: string[] = [];
  for await (const key of store.keys('session/')) places.push(key.slice(key.indexOf('@') + 1));
  expect(places.map((place) => place.replace(host, 'host')).sort()).toEqual([
    'host',
    'host/films',
    'someone@host/films',
  ]);
});

it('comes over the line that the app puts between', async () => {
  let lines = 0;
  const show = await play(world.url(), {
    signer: await signerOf(1),
    budget: { part: 10n, session: 100n },
    store: new MemoryStore(),
    settlement: new Trust('0'),
    content: () => ({ have: async () => {}, open: async () => new Uint8Array(1) }),
    line: (open) => (url, options) => {
      lines += 1;
      return open(url, options);
    },
  });
  expect((await show.parts().next()).value).toMatchObject({ number: 0 });
  expect(lines).toBe(1);
  await show.leave();
});
