/** What is known of who is there is bounded in bytes too, whatever addresses a server tells of. */
import { KnownPeers } from '../../../src/star/index.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { usePeers } from '../peers.ts';

const { peer, script } = usePeers();

it('no more than fit are kept, and who leaves makes room', () => {
  const told: string[] = [];
  const known = new KnownPeers({
    clock: new SimulatedClock(),
    most: 10,
    mostBytes: 10,
    changed: ({ type, address }) => void told.push(`${type} ${address}`),
  });
  known.found('s', ['/aaa', '/b', '/']);
  known.found('t', ['/aaa']);
  expect(known.list()).toEqual(['/aaa', '/']);
  known.forget('s');
  known.found('t', ['/b', '/']);
  expect(told).toEqual(['found /aaa', 'found /', 'left /', 'found /']);
  known.left('t', ['/aaa']);
  known.found('t', ['/b', '/', '/c', '/d']);
  expect(known.list()).toEqual(['/', '/b', '/c']);
});

it('a server that tells of endless ones fills no more than was granted', async () => {
  const { url, lines } = await script();
  const joining = peer(url, { maxKnownBytes: 10_000 });
  const line = await lines.take();
  await line.admit(Array.from({ length: 100 }, (_, n) => `/${n}/${'x'.repeat(990)}`));
  const node = await joining;
  expect(node.known).toHaveLength(5);
});
