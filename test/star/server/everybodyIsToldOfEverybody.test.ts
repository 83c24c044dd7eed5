/** Who is told of whom, when, and in what form. */
import { introduce } from '../../../src/star/query.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { address, generations, type OldPeer, useStar } from '../world.ts';

const world = useStar();
const ours = (url: string, namespace = '') => world.old(introduce(url, namespace), generations['socket.io 4']);
const names = (count: number, start = 0) => Array.from({ length: count }, (_, at) => address(`peer ${start + at}`));

/** One who has joined, and what it knows by the answer. */
async function joined(peer: OldPeer, own: string): Promise<unknown> {
  const [error, , peers] = await peer.join(own);
  expect(error).toBe(null);
  return peers;
}

it('clients of old are told of a newcomer at once, and of everybody in every interval', async () => {
  const clock = new SimulatedClock();
  const { url } = await world.serve({ challenge: false, clock, refreshMs: 10_000 });
  const [a, b, c] = [await world.old(url), await world.old(url), await world.old(url)];
  const [as = '', bs = '', cs = ''] = names(3);
  expect(await joined(a, as)).toEqual([]);
  expect(await joined(b, bs)).toEqual([as]);
  clock.advance(1);
  expect(await a.until('ws-peer')).toEqual(['ws-peer', bs]);
  expect(await joined(c, cs)).toEqual([as, bs]);
  clock.advance(1);
  expect([await a.until('ws-peer'), await b.until('ws-peer')]).toEqual([
    ['ws-peer', cs],
    ['ws-peer', cs],
  ]);
  clock.advance(10_000);
  expect([await a.until('ws-peer'), await a.until('ws-peer')]).toEqual([
    ['ws-peer', bs],
    ['ws-peer', cs],
  ]);
  expect([await c.until('ws-peer'), await c.until('ws-peer')]).toEqual([
    ['ws-peer', as],
    ['ws-peer', bs],
  ]);
  expect(c.heard).toEqual([]);
});

it('who has left is announced no more, and who has joined nothing is told of nobody', async () => {
  const clock = new SimulatedClock();
  const { url } = await world.serve({ challenge: false, clock });
  const [a, b, mute] = [await world.old(url), await world.old(url), await world.old(url)];
  const [as = '', bs = ''] = names(2);
  await joined(a, as);
  await joined(b, bs);
  clock.advance(1);
  await a.until('ws-peer');
  b.socket.emit('ss-leave', bs);
  await b.settled();
  clock.advance(20_000);
  await a.settled();
  expect([a.heard, b.heard, mute.heard]).toEqual([[], [], []]);
});

it('peers of ours are told what has changed, and nothing twice', async () => {
  const clock = new SimulatedClock();
  const { url } = await world.serve({ challenge: false, clock, batchMs: 100 });
  const [a, b, c] = [await ours(url), await world.old(url), await ours(url)];
  const [as = '', bs = '', cs = ''] = names(3);
  await joined(a, as);
  clock.advance(100);
  await joined(b, bs);
  expect(await joined(c, cs)).toEqual([as, bs]);
  clock.advance(100);
  expect(await a.until('peers')).toEqual(['peers', [bs, cs], []]);
  b.socket.emit('ss-leave', bs);
  await b.settled();
  clock.advance(100);
  expect(await a.until('peers')).toEqual(['peers', [], [bs]]);
  expect(await c.until('peers')).toEqual(['peers', [], [bs]]);
  // Who comes and goes within a moment was never there.
  await joined(b, bs);
  b.socket.disconnect();
  c.socket.disconnect();
  await a.settled();
  await a.settled();
  clock.advance(100);
  const [, found, left] = await a.until('peers');
  expect(found).toEqual([]);
  expect(left).toContain(cs);
  clock.advance(60_000);
  await a.settled();
  expect(a.heard.filter(([event]) => event === 'peers')).toEqual([]);
});

it('an answer has so many peers, and the others follow by themselves', async () => {
  const { url, star } = await world.serve({
    challenge: false,
    limits: { listed: 100, addresses: 300, joinsPerSecond: 0, joinsPerSecondPerIp: 0 },
  });
  const crowd = await world.old(url);
  const all = names(300);
  await Promise.all(all.map((each) => crowd.join(each)));
  expect(star.peers).toBe(300);
  for (const late of [await ours(url), await world.old(url)]) {
    const own = address(`late ${late === crowd}${star.peers}`);
    const listed = await joined(late, own);
    const known = new Set<unknown>(Array.isArray(listed) ? listed : []);
    expect(known.size).toBeLessThan(300);
    while (known.size < star.peers - 1) {
      const [event, told] = await late.take(([name]) => name === 'peers' || name === 'ws-peer');
      for (const each of event === 'peers' && Array.isArray(told) ? told : [told]) known.add(each);
    }
    expect(known.has(own)).toBe(false);
  }
});

it('peers of different namespaces do not meet', async () => {
  const { url, star } = await world.serve({ challenge: false });
  const [old, one, two] = [await world.old(url), await ours(url, 'one'), await ours(url, 'two')];
  const [a = '', b = '', c = ''] = names(3);
  await joined(old, a);
  expect(await joined(one, b)).toEqual([]);
  expect(await joined(two, c)).toEqual([]);
  expect(await one.dial(b, c, 'd1')).toEqual(['Peer not found']);
  expect([star.addresses(), star.addresses('one'), star.addresses('two')]).toEqual([[a], [b], [c]]);
  const other = await ours(url, 'one');
  expect(await joined(other, c)).toEqual([b]);
  expect(await one.dial(b, c, 'd1')).toEqual([]);
});

it('a star may have only some namespaces', async () => {
  const { url } = await world.serve({ namespaces: ['one'] });
  await ours(url, 'one');
  await expect(ours(url, 'two')).rejects.toThrow();
});

it('a client over long polling hears what the others hear', async () => {
  const { url } = await world.serve({ challenge: false });
  const [a, b] = [await world.old(url, generations['socket.io 2'], { transports: ['polling'] }), await world.old(url)];
  const [as = '', bs = '', cs = ''] = names(3);
  await joined(a, as);
  await joined(b, bs);
  expect(await a.until('ws-peer')).toEqual(['ws-peer', bs]);
  await b.join(cs);
  expect(await a.until('ws-peer')).toEqual(['ws-peer', cs]);
});
