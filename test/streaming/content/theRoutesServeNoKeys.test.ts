/** What is served is the manifest, the playlist and the encrypted parts; no key is, at any address, in any form, and no other file. */
import { request } from 'node:http';
import { toBase64Url } from '../../../src/relay/sealed.ts';
import { sha256 } from '../../../src/streaming/content/hash.ts';
import { readManifest } from '../../../src/streaming/content/manifest.ts';
import { playlistText } from '../../../src/streaming/content/playlist.ts';
import { contentRoutes } from '../../../src/streaming/content/routes.ts';
import type { Show } from '../../../src/streaming/content/show.ts';
import { boxesShow, hlsShow, joined, useWorld } from './content.ts';

const world = useWorld();

/** A request whose path goes out exactly as it is written; `fetch` would tidy it up. */
const ask = (base: string, path: string, method = 'GET', headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const { hostname, port } = new URL(base);
    request({ hostname, port, path, method, headers }, (response) => {
      const { statusCode: status = 0, headers: said } = response;
      joined(response).then((body) => resolve({ status, headers: said, body: Buffer.from(body) }), reject);
    })
      .on('error', reject)
      .end();
  });

it('a show of boxes', async () => {
  const show = await boxesShow();
  const url = await world.serve(show);
  const manifest = await ask(url, '/clip/manifest.json');
  expect(manifest).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'content-length': `${manifest.body.length}`,
      'cache-control': 'no-cache',
      etag: `"${show.commitment}"`,
      'access-control-allow-origin': '*',
    },
  });
  expect(await readManifest(manifest.body.toString(), show.commitment)).toEqual(show.manifest);
  for (const [n, { bytes, hash }] of show.manifest.parts.entries()) {
    const part = await ask(url, `/clip/${n}.part?${hash}`);
    expect(part).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': `${bytes}`,
        'cache-control': 'public, max-age=31536000, immutable',
        etag: `"${hash}"`,
        'access-control-allow-origin': '*',
      },
    });
    expect(await sha256(part.body)).toBe(hash);
  }
  for (const name of ['index.m3u8', 'map.mp4']) expect((await ask(url, `/clip/${name}`)).status).toBe(404);
});

it('a show of HLS', async () => {
  const show = await hlsShow();
  const url = await world.serve(show);
  if (show.manifest.kind !== 'hls') throw new Error('no HLS');
  const playlist = await ask(url, '/clip/index.m3u8');
  expect(playlist.headers['content-type']).toBe('application/vnd.apple.mpegurl');
  expect(playlist.body.toString()).toBe(playlistText(show.manifest));
  for (const line of playlist.body
    .toString()
    .split('\n')
    .filter((text) => /^\d/.test(text)))
    expect((await ask(url, `/clip/${line}`)).status).toBe(200);
  const map = await ask(url, '/clip/map.mp4');
  expect(map.headers).toMatchObject({ 'content-type': 'video/mp4', 'content-length': '40' });
  expect(await sha256(map.body)).toBe(show.manifest.map?.hash);
});

it('a part may be kept for ever only by an address that says which it is', async () => {
  const show = await boxesShow();
  const url = await world.serve(show);
  const [first, second] = show.manifest.parts;
  const bare = await ask(url, '/clip/0.part');
  expect([bare.status, bare.headers['cache-control']]).toEqual([200, 'no-cache']);
  expect((await ask(url, `/clip/0.part?${second?.hash}`)).status).toBe(404);
  const again = await ask(url, '/clip/0.part', 'GET', { 'If-None-Match': `"x", W/"${first?.hash}"` });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  expect((await ask(url, '/clip/0.part', 'GET', { 'If-None-Match': '"x"' })).status).toBe(200);
});

it('HEAD says the same and sends nothing; other methods are refused', async () => {
  const show = await boxesShow();
  const url = await world.serve(show);
  const head = await ask(url, '/clip/0.part', 'HEAD');
  expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '116', 0]);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const refused = await ask(url, '/clip/0.part', method);
    expect([refused.status, refused.headers['allow'], refused.body.length]).toEqual([405, 'GET, HEAD', 0]);
  }
});

const strange = [
  '',
  'keys',
  'keys.json',
  '0.key',
  'key/0',
  '0.part/',
  '00.part',
  '-1.part',
  '1e0.part',
  '10.part',
  '999999999.part',
  '0.part/../keys.json',
  '../clip/keys.json',
  '%2e%2e/keys.json',
  '..%2fkeys.json',
  '..\\keys.json',
  'parts/0.part',
  '0.part%00',
  'manifest.json%20',
  'manifest.json/',
  'MANIFEST.JSON',
  '__proto__',
];

it('nothing else is there', async () => {
  const url = await world.serve(await hlsShow());
  for (const path of strange) expect([path, (await ask(url, `/clip/${path}`)).status]).toEqual([path, 404]);
});

it('what is not of a known show is left to others', async () => {
  const url = await world.serve(await boxesShow());
  for (const path of ['/', '/clip', '/clip2/0.part', '//clip/0.part', '/../clip/0.part', '/%63lip/0.part', '/metrics'])
    expect([path, (await ask(url, path)).status]).toEqual([path, 418]);
});

it('below another address', async () => {
  const show = await boxesShow();
  const routes = contentRoutes(() => show, { base: '/content/' });
  const url = await world.listen((asked, response) => {
    if (!routes(asked, response)) response.writeHead(418).end();
  });
  expect((await ask(url, '/content/clip/0.part')).status).toBe(200);
  for (const path of ['/clip/0.part', '/content', '/contents/clip/0.part'])
    expect((await ask(url, path)).status).toBe(418);
});

it.each([
  ['boxes', boxesShow],
  ['hls', hlsShow],
])('no key of %s, raw or written, in anything that is served', async (_kind, make) => {
  const made = await make();
  let asked = 0;
  const show: Show = { ...made, key: () => Uint8Array.of(++asked) };
  const url = await world.serve(show);
  const names = [
    'manifest.json',
    'index.m3u8',
    'map.mp4',
    ...strange,
    ...made.manifest.parts.map((_, n) => `${n}.part`),
  ];
  const served: Buffer[] = [];
  for (const name of names) {
    const { headers, body } = await ask(url, `/clip/${name}`);
    served.push(body, Buffer.from(JSON.stringify(headers)));
  }
  const everything = Buffer.concat(served);
  for (const n of made.manifest.parts.keys()) {
    const key = Buffer.from(made.key(n));
    for (const form of [
      key,
      key.toString('hex'),
      key.toString('hex').toUpperCase(),
      key.toString('base64').slice(0, 20),
      toBase64Url(key),
    ])
      expect(everything.includes(form)).toBe(false);
  }
  expect(asked).toBe(0);
});

it('a disk that fails in the middle ends the connection, and nothing else', async () => {
  const made = await boxesShow();
  const show: Show = {
    ...made,
    async *part(n) {
      yield (await joined(made.part(n))).subarray(0, 5);
      throw new Error('the disk is gone');
    },
  };
  const url = await world.serve(show);
  await expect(ask(url, '/clip/0.part')).rejects.toThrow(/aborted|hang up/);
  expect((await ask(url, '/clip/manifest.json')).status).toBe(200);
});
