/** A client of old dies of an address that does not end in `/ipfs/` and a peer id: it is never told of one. Ours are. */
import { introduce } from '../../../src/star/query.ts';
import { address, addressOf, generations, keys, useStar } from '../world.ts';

const world = useStar();
const id = keys.Ed25519().id;
const deadly = [
  '/ip4/1.2.3.4',
  '/ip4/0.0.0.0',
  '/ip4/1.2.3.4/tcp/80/ws/p2p-websocket-star',
  `/ip4/1.2.3.4/tcp/80/ws/p2p-websocket-star/p2p/${id}`,
  `/ip4/1.2.3.4/tcp/80/ws/p2p-websocket-star/ipfs/${id}/p2p-circuit`,
];

it('is never told of one, in an answer or by an announcement; a peer of ours is told of all', async () => {
  const { url, star } = await world.serve({ challenge: false, strict: false, refreshMs: 20 });
  const [old, ours] = [await world.old(url), await world.old(introduce(url), generations['socket.io 4'])];
  await old.join(address('old'));
  await ours.join(address('ours'));
  const mallory = await world.old(url);
  for (const each of deadly) expect(await mallory.join(each)).toEqual([null, null, expect.any(Array)]);
  await mallory.join(address('last'));
  expect(star.addresses()).toEqual(expect.arrayContaining(deadly));

  const late = await world.old(url);
  expect(await late.join(address('late'))).toEqual([null, null, [address('old'), address('ours'), address('last')]]);
  const told: unknown[] = [];
  while (!told.includes(address('late'))) told.push((await old.until('ws-peer'))[1]);
  // And once more by the refresh.
  for (let n = 0; n < 6; n += 1) told.push((await old.until('ws-peer'))[1]);
  expect(told.filter((each) => deadly.includes(String(each)))).toEqual([]);

  const found: unknown[] = [];
  while (!found.includes(address('late'))) found.push(...Array.of((await ours.until('peers'))[1]).flat());
  expect(found).toEqual(expect.arrayContaining(deadly));
});

it.each([
  ['nothing', '/'],
  ['a path', `/unix/xipfs/${id}`],
  ['a path before the id', `/unix/x/ipfs/${id}`],
  ['a space', `${addressOf(id)} `],
  ['a line break', `/dns4/a\nb/ws/p2p-websocket-star/ipfs/${id}`],
  ['another alphabet', addressOf(id.replace(/.$/, '0'))],
])('an address with %s is none, strict or not', async (_, bad) => {
  const { url } = await world.serve({ challenge: false, strict: false });
  expect(await (await world.old(url)).join(bad)).toEqual(['Invalid multiaddr']);
});

it.each([
  ['/ip6/::1/tcp/80/ws', true],
  ['/dns/star.example/ws', true],
  ['/dns4/star.example/wss', true],
  ['/dns6/star.example/tcp/443/wss', true],
  ['/dnsaddr/star.example/wss', true],
  ['/ip4/1.2.3.4/ws', false],
  ['/ip4/1.2.3.4/tcp/80/http', false],
  ['/ip4/1.2.3.4/udp/80/ws', false],
])('strict takes %s: %s', async (start, isTaken) => {
  const { url } = await world.serve({ challenge: false });
  const peer = await world.old(url);
  for (const end of ['', `/ipfs/${id}`, `/p2p/${id}`]) {
    const [error] = await peer.join(`${start}/p2p-websocket-star${end}`);
    expect({ end, error }).toEqual({ end, error: isTaken ? null : 'Invalid multiaddr' });
  }
});
