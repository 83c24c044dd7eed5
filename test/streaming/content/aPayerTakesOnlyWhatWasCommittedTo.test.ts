/** A payer's source of parts gives out nothing that the payee has not committed to, says whose fault it is, and fetches no more than it should. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sealBoxes } from '../../../src/streaming/content/boxes.ts';
import { type PartSourceOptions, partSource } from '../../../src/streaming/content/fetchParts.ts';
import { sha256 } from '../../../src/streaming/content/hash.ts';
import { sealSegment } from '../../../src/streaming/content/hls.ts';
import type { SealedPart } from '../../../src/streaming/content/manifest.ts';
import { contentRoutes } from '../../../src/streaming/content/routes.ts';
import { memoryShow, type Show } from '../../../src/streaming/content/show.ts';
import { blame, boxesShow, chunks, collect, counting, hlsShow, joined, useWorld } from './content.ts';

const world = useWorld();

/** A server of a show that does something of its own first, and remembers what it was asked for. */
async function serve(
  show: Show,
  first?: (name: string, response: ServerResponse, request: IncomingMessage) => boolean,
) {
  const asked: string[] = [];
  const routes = contentRoutes(() => show);
  const url = await world.listen((request, response) => {
    const name = request.url?.split(/[/?]/)[2] ?? '';
    asked.push(name);
    if (first?.(name, response, request) !== true) routes(request, response);
  });
  const open = (options: Partial<PartSourceOptions> = {}) =>
    partSource(`${url}clip`, { commitment: show.commitment, ahead: 0, ...options });
  return { asked, open, url };
}

/** Resolves when `isSo`; a test that waits for ever fails by its time. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

it.each([
  ['boxes', () => boxesShow(1_000, 300)],
  ['hls', () => hlsShow(4)],
])('%s: fetched, checked, opened with the key', async (_kind, make) => {
  const show = await make();
  const { open } = await serve(show);
  const source = await open({ ahead: 2 });
  expect(source.manifest).toEqual(show.manifest);
  for (const n of show.manifest.parts.keys()) {
    expect(await source.part(n)).toEqual(await joined(show.part(n)));
    const length = show.manifest.kind === 'boxes' ? (n < 3 ? 300 : 100) : 300 + n;
    expect(await source.open(n, show.key(n))).toHaveLength(length);
  }
  expect(await source.map()).toEqual(show.manifest.kind === 'hls' ? counting(40) : undefined);
  source.close();
});

it('the address may end with a slash or not, and may carry a query', async () => {
  const show = await boxesShow();
  const { url } = await serve(show);
  for (const content of [`${url}clip`, `${url}clip/`, `${url}clip?x=1#y`])
    expect((await partSource(content, { commitment: show.commitment })).manifest).toEqual(show.manifest);
  for (const content of ['', 'clip', 'file:///etc', 'data:application/json,{}', 'ws://127.0.0.1', 'http://'])
    expect(await blame(partSource(content, { commitment: show.commitment }))).toBe('PeerMisbehaved badContent');
  for (const commitment of ['', 'x', show.commitment.toUpperCase()])
    expect(await blame(partSource(url, { commitment }))).toBe('LocalMisuse noCommitment');
});

it('another manifest, none, and one without an end: wrongManifest', async () => {
  const [show, other] = [await boxesShow(), await boxesShow()];
  const { open } = await serve(show);
  expect(await blame(open({ commitment: other.commitment }))).toBe('PeerMisbehaved wrongManifest');
  const html = await serve(show, (_name, response) => !!response.end('<html>'));
  expect(await blame(html.open())).toBe('PeerMisbehaved wrongManifest');
  const endless = await serve(show, (_name, response) => {
    const more = () => {
      while (response.write(' '.repeat(65_536)));
    };
    response.on('drain', more);
    more();
    return true;
  });
  expect(await blame(endless.open())).toBe('PeerMisbehaved wrongManifest');
});

it('a part that is another, shorter, longer or without an end: wrongPart, before anything is paid', async () => {
  const show = await boxesShow();
  const good = await joined(show.part(0));
  const bad: ((response: ServerResponse) => void)[] = [
    (response) => response.end(good.with(5, (good[5] ?? 0) ^ 1)),
    (response) => response.end(good.subarray(1)),
    (response) => response.end(Buffer.concat([good, Buffer.alloc(1)])),
    (response) => response.end(),
    (response) => {
      const more = () => {
        while (response.write(good));
      };
      response.on('drain', more);
      more();
    },
  ];
  for (const answer of bad) {
    const { open } = await serve(show, (name, response) => {
      if (name === '0.part') answer(response);
      return name === '0.part';
    });
    const source = await open();
    expect(await blame(source.part(0))).toBe('PeerMisbehaved wrongPart');
    expect((await source.part(1)).length).toBe(116);
  }
});

it('another initialization section: wrongPart', async () => {
  for (const map of [new Uint8Array(40), counting(41), counting(39)]) {
    const { open } = await serve(await hlsShow(), (name, response) => name === 'map.mp4' && !!response.end(map));
    expect(await blame((await open()).map())).toBe('PeerMisbehaved wrongPart');
  }
});

it('another key: wrongKey', async () => {
  const show = await boxesShow();
  const source = await (await serve(show)).open();
  for (const key of [show.key(1), new Uint8Array(32), new Uint8Array(), show.key(0).subarray(1)])
    expect(await blame(source.open(0, key))).toBe('PeerMisbehaved wrongKey');
  expect(await source.open(0, show.key(0))).toEqual(counting(100));
});

it('a payee that has committed to a part and a key that do not fit: corruptPart', async () => {
  const [box, another] = await collect(sealBoxes(chunks(counting(20)), { partBytes: 10 }));
  const [segment, spare] = [await sealSegment(counting(10), 2_000), await sealSegment(counting(10), 2_000)];
  const misfit = (part: SealedPart | undefined, key: Uint8Array = new Uint8Array(), keyHash = ''): SealedPart[] =>
    part === undefined ? [] : [{ ...part, key, entry: { ...part.entry, keyHash } }];
  const shortKey = new Uint8Array(5);
  for (const parts of [
    misfit(box, another?.key, another?.entry.keyHash),
    misfit(box, shortKey, await sha256(shortKey)),
    misfit(segment, shortKey, await sha256(shortKey)),
  ]) {
    const show = await memoryShow('clip', parts);
    const source = await (await serve(show)).open();
    expect(await blame(source.open(0, show.key(0)))).toBe('PeerMisbehaved corruptPart');
  }
  // CBC cannot tell another key from the right one save by its padding: one time in 256 it opens, to something.
  const show = await memoryShow('clip', misfit(segment, spare.key, spare.entry.keyHash));
  const source = await (await serve(show)).open();
  expect(['nothing', 'PeerMisbehaved corruptPart']).toContain(await blame(source.open(0, show.key(0))));
});

it('a server that is not there, refuses, breaks off or is silent: ConnectionLost', async () => {
  const show = await boxesShow();
  const { commitment } = show;
  expect(await blame(partSource('http://127.0.0.1:1/', { commitment }))).toBe('ConnectionLost fetchFailed');
  const { open } = await serve(show, (name, response) => {
    if (name === '0.part') response.writeHead(500).end();
    else if (name === '1.part') response.writeHead(200, { 'Content-Length': 116 }).write('x', () => response.destroy());
    return ['0.part', '1.part', '2.part'].includes(name);
  });
  const source = await open({ timeout: 300 });
  expect(await blame(source.part(0))).toBe('ConnectionLost fetchFailed');
  expect(await blame(source.part(1))).toBe('ConnectionLost fetchFailed');
  expect(await blame(source.part(2))).toBe('ConnectionLost fetchTimedOut');
  expect((await source.part(3)).length).toBe(116);
  expect(await blame(source.part(10))).toBe('LocalMisuse noSuchPart');
});

it('what failed is fetched again when it is asked for again', async () => {
  let failures = 2;
  const { open, asked } = await serve(await boxesShow(), (name, response) => {
    if (name !== '1.part' || failures-- <= 0) return false;
    response.writeHead(503).end();
    return true;
  });
  const source = await open({ ahead: 1 });
  await source.part(0);
  await until(() => asked.includes('1.part'));
  expect(await blame(source.part(1))).toBe('ConnectionLost fetchFailed');
  while ((await blame(source.part(1))) !== 'nothing');
  expect(asked.filter((name) => name === '1.part')).toHaveLength(3);
});

it('parts are fetched in advance, as many as was said, and each once', async () => {
  const show = await boxesShow();
  const { open, asked } = await serve(show);
  const source = await open({ ahead: 2 });
  await source.part(0);
  await until(() => asked.length === 4);
  expect(asked).toEqual(['manifest.json', '0.part', '1.part', '2.part']);
  await Promise.all([source.part(1), source.part(1), source.open(1, show.key(1))]);
  await until(() => asked.length === 5);
  expect(asked.at(-1)).toBe('3.part');
  // The one before is still here; what lies far off is forgotten.
  await source.open(0, show.key(0));
  await source.part(9);
  await source.part(1);
  await until(() => asked.length === 9);
  expect(asked.slice(5).sort()).toEqual(['1.part', '2.part', '3.part', '9.part']);
});

it('and no more bytes than was said', async () => {
  const { open, asked } = await serve(await boxesShow());
  const source = await open({ ahead: 8, aheadBytes: 350 });
  await source.part(0);
  await until(() => asked.includes('3.part'));
  await source.part(1);
  await until(() => asked.includes('4.part'));
  expect(asked).toEqual(['manifest.json', '0.part', '1.part', '2.part', '3.part', '4.part']);
});

it('a jump stops what is on its way', async () => {
  const left: string[] = [];
  const { open, asked } = await serve(await boxesShow(), (name, response) => {
    if (name !== '0.part') return false;
    response.on('close', () => left.push(name));
    response.writeHead(200).write('x');
    return true;
  });
  const source = await open();
  const first = blame(source.part(0));
  await until(() => asked.includes('0.part'));
  expect((await source.part(5)).length).toBe(116);
  expect(await first).toBe('LocalMisuse forgotten');
  await until(() => left.length === 1);
});

it('a signal ends one wait; closing, or the signal of the source, ends all', async () => {
  const show = await boxesShow();
  const silent = () => serve(show, (name) => name === '0.part');
  const { open, asked } = await silent();
  const source = await open();
  const [one, other] = [new AbortController(), source.part(0)];
  const mine = source.part(0, { signal: one.signal });
  const opened = source.open(0, show.key(0), { signal: one.signal });
  await until(() => asked.includes('0.part'));
  one.abort(new Error('enough'));
  expect([await blame(mine), await blame(opened)]).toEqual(['Error enough', 'Error enough']);
  expect(await blame(source.part(1, { signal: one.signal }))).toBe('Error enough');
  source.close();
  expect(await blame(other)).toBe('LocalMisuse closed');
  expect(await blame(source.part(1))).toBe('LocalMisuse closed');

  const all = new AbortController();
  const second = await (await silent()).open({ signal: all.signal });
  const waiting = blame(second.part(0));
  all.abort();
  expect(await waiting).toBe('LocalMisuse closed');
  expect(await blame(open({ signal: AbortSignal.abort(new Error('never')) }))).toBe('Error never');
});

it('nothing but the parts is asked for, and nothing of the user goes along', async () => {
  const show = await hlsShow(2);
  const said: string[][] = [];
  const { open, asked } = await serve(show, (_name, _response, { headers }) => {
    said.push(Object.keys(headers).filter((name) => ['cookie', 'authorization', 'referer', 'origin'].includes(name)));
    return false;
  });
  const source = await open({ ahead: 5 });
  await source.map();
  for (const n of [0, 1]) await source.open(n, show.key(n));
  expect(asked).toEqual(['manifest.json', 'map.mp4', '0.part', '1.part']);
  expect(said.flat()).toEqual([]);
});
