/** A star that ends says so; and it says how it is, while it lives. */
import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { starRoutes } from '../../../src/cli/metrics.ts';
import { address, type Heard, Inbox, useStar } from '../world.ts';

const world = useStar();
const [alices, bobs] = [address('alice'), address('bob')];

it.each([
  ['and its clients may come back', {}, []],
  ['and its clients are told to leave', { farewell: true }, ['41']],
])('ends all streams, answers what waits, and closes every socket: %s', async (_, leaving, said) => {
  const server = await world.serve({ challenge: false });
  const [alice, bob] = [await world.old(server.url), await world.old(server.url)];
  await alice.join(alices);
  await bob.join(bobs);
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  bob.answer = () => {};
  const waiting = alice.dial(alices, bobs, 'd2');
  await bob.take(([event, id]) => event === 'ss-incomming' && id === 'd2');
  const frames = new Inbox<string>();
  const raw = new WebSocket(`${server.url}/socket.io/?EIO=3&transport=websocket`);
  raw.on('message', (data) => frames.put(String(data)));
  raw.on('close', () => frames.put('closed'));
  await frames.take((frame) => frame === '40');

  const closed = server.close(leaving);
  expect(['The peer has gone', 'The server is closing']).toContain((await waiting)[0]);
  expect(await bob.until('error', 'd1.dialer')).toEqual(['error', 'd1.dialer', 'The server is closing']);
  await frames.take((frame) => frame === 'closed');
  expect(frames.heard.filter((frame) => frame === '41')).toEqual(said);
  await alice.until('disconnect');
  await bob.until('disconnect');
  await closed;
  expect(server.star.openDials).toBe(0);
});

it('has the original figures under their names, and its own', async () => {
  const { url } = await world.serve({ challenge: false, http: starRoutes });
  const alice = await world.old(url);
  await alice.join(alices);
  await alice.join('/none');
  await alice.dial(alices, bobs, 'd1');
  const http = url.replace(/^ws/, 'http');
  expect(await (await fetch(`${http}/healthz`)).json()).toEqual({ status: 'ok' });
  const text = await (await fetch(`${http}/metrics`)).text();
  const figures = Object.fromEntries(
    [...text.matchAll(/^((?:rendezvous|star)_\w+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
  expect(figures).toMatchObject({
    rendezvous_peers: 1,
    rendezvous_joins_total: 2,
    rendezvous_joins_total_success: 1,
    rendezvous_joins_total_failure: 1,
    rendezvous_dials_total: 1,
    rendezvous_dials_total_success: 0,
    rendezvous_dials_total_failure: 1,
    star_connections: 1,
    star_dials: 0,
  });
});

it('is nothing at other paths', async () => {
  const { url } = await world.serve();
  const lost = new WebSocket(`${url}/elsewhere`);
  const heard = new Inbox<Heard>();
  lost.on('error', (error) => heard.put([error.message]));
  expect(await heard.take()).toEqual(['Unexpected server response: 404']);
});

it('is found over TLS', async () => {
  const [cert, key] = await Promise.all(
    ['cert', 'key'].map((name) => readFile(new URL(`../../relay/server/testOnly.${name}.pem`, import.meta.url))),
  );
  if (cert === undefined || key === undefined) throw new Error('There is no certificate.');
  const { url } = await world.serve({ challenge: false, tls: { cert, key } });
  expect(url).toMatch(/^wss:/);
  const alice = await world.old(url, undefined, { rejectUnauthorized: false });
  expect(await alice.join(alices)).toEqual([null, null, []]);
});
