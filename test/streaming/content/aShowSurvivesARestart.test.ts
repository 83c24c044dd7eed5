/** A source is encrypted once: whoever prepares it again, after a restart or at the same time, has the same parts and the same keys. */

import { writeFileSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hex } from '../../../src/random.ts';
import { prepare } from '../../../src/streaming/content/library.ts';
import { maxPartBytes } from '../../../src/streaming/content/manifest.ts';
import { openPart } from '../../../src/streaming/content/open.ts';
import type { Show } from '../../../src/streaming/content/show.ts';
import type { Source } from '../../../src/streaming/content/source.ts';
import { blame, collect, counting, joined, useWorld } from './content.ts';

const world = useWorld();

async function setting() {
  const folder = await world.folder();
  const file = join(folder, 'film.bin');
  await writeFile(file, counting(1_000));
  const directory = join(folder, 'shows');
  const source: Source = { kind: 'boxes', stream: 'film', file, cut: { partBytes: 300 } };
  return { folder, file, directory, source };
}

async function hlsSetting() {
  const folder = await world.folder();
  const playlist = join(folder, 'index.m3u8');
  await mkdir(join(folder, 'more'));
  const write = (...lines: string[]) =>
    writeFile(playlist, ['#EXTM3U', '#EXT-X-TARGETDURATION:2', ...lines, '#EXT-X-ENDLIST', ''].join('\n'));
  await write('#EXT-X-MAP:URI="init.mp4"', '#EXTINF:2,', 'more/a%20b.m4s', '#EXTINF:1.5,', 'b.m4s');
  await writeFile(join(folder, 'init.mp4'), counting(50));
  await writeFile(join(folder, 'more/a b.m4s'), counting(200));
  await writeFile(join(folder, 'b.m4s'), counting(100));
  const source: Source = { kind: 'hls', stream: 'film', playlist };
  return { folder, directory: join(folder, 'shows'), source, write };
}

const place = async (directory: string) => {
  const [name = ''] = await readdir(join(directory, 'film'));
  return join(directory, 'film', name);
};

const content = async (show: Show) => {
  const plain: Uint8Array[] = [];
  for (const n of show.manifest.parts.keys())
    plain.push(await openPart(show.manifest, n, await joined(show.part(n)), show.key(n)));
  return plain;
};

const keys = (show: Show) => [...show.manifest.parts.keys()].map((n) => hex(show.key(n)));

it('a file', async () => {
  const { directory, source } = await setting();
  const encrypted: number[] = [];
  const show = await prepare(source, { directory, encrypted: (n) => encrypted.push(n) });
  expect(encrypted).toEqual([0, 1, 2, 3]);
  expect(Buffer.concat(await content(show)).equals(counting(1_000))).toBe(true);
  const again = await prepare(source, { directory, encrypted: (n) => encrypted.push(n) });
  expect(encrypted).toHaveLength(4);
  expect([again.commitment, keys(again)]).toEqual([show.commitment, keys(show)]);
  expect(await content(again)).toEqual(await content(show));
  expect(() => show.key(4)).toThrow(expect.objectContaining({ code: 'noSuchPart' }));
  expect(() => show.part(4)).toThrow(expect.objectContaining({ code: 'noSuchPart' }));
  expect(() => show.map()).toThrow(expect.objectContaining({ code: 'noMap' }));
  show.key(0).fill(0);
  expect(keys(show)).toEqual(keys(again));
});

it('HLS, with its initialization section in the clear', async () => {
  const { directory, source } = await hlsSetting();
  const show = await prepare(source, { directory });
  expect(await content(show)).toEqual([counting(200), counting(100)]);
  expect(show.manifest.parts.map(({ ms }) => ms)).toEqual([2_000, 1_500]);
  expect(await joined(show.map())).toEqual(counting(50));
  expect(keys(await prepare(source, { directory }))).toEqual(keys(show));
});

it('the keys are for the owner, apart from what may be served', async () => {
  const { directory, source } = await setting();
  const show = await prepare(source, { directory });
  const folder = await place(directory);
  expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).sort()).toEqual(['keys.json', 'parts']);
  expect((await readdir(join(folder, 'parts'))).sort()).toEqual([
    '0.part',
    '1.part',
    '2.part',
    '3.part',
    'manifest.json',
  ]);
  const served = await Promise.all(
    (await readdir(join(folder, 'parts'))).map((name) => readFile(join(folder, 'parts', name))),
  );
  for (const key of keys(show)) {
    expect(Buffer.concat(served).includes(key)).toBe(false);
    expect(Buffer.concat(served).includes(Buffer.from(key, 'hex'))).toBe(false);
  }
});

it('what the bytes are counts, not when they were written or what the file is called', async () => {
  const { directory, source, file } = await setting();
  const show = await prepare(source, { directory });
  await utimes(file, 1, 1);
  await rename(file, `${file}.moved`);
  const moved = { ...source, file: `${file}.moved` } as Source;
  expect(keys(await prepare(moved, { directory }))).toEqual(keys(show));
  await appendFile(`${file}.moved`, 'more');
  const changed = await prepare(moved, { directory });
  expect(changed.commitment).not.toBe(show.commitment);
  expect(keys(changed).some((key) => keys(show).includes(key))).toBe(false);
  const cut = await prepare({ ...moved, cut: { partBytes: 299 } } as Source, { directory });
  expect(cut.manifest.parts[0]?.bytes).toBe(315);
  // Nobody who has paid for the earlier one is left without.
  await truncate(`${file}.moved`, 1_000);
  expect(keys(await prepare(moved, { directory }))).toEqual(keys(show));
});

it('two who prepare at the same time have the same show', async () => {
  const { directory, source } = await setting();
  const shows = await Promise.all(Array.from({ length: 5 }, () => prepare(source, { directory })));
  expect(new Set(shows.map(({ commitment }) => commitment)).size).toBe(1);
  expect(new Set(shows.map((show) => keys(show).join())).size).toBe(1);
  expect(await readdir(join(directory, 'film'))).toHaveLength(1);
});

it('what a crash left behind is no show, and is swept away later', async () => {
  const { directory, source } = await setting();
  const [recent, old] = ['.aside-recent', '.aside-old'].map((name) => join(directory, 'film', name));
  for (const aside of [recent, old]) await mkdir(aside ?? '', { recursive: true });
  await utimes(old ?? '', 1, 1);
  await prepare(source, { directory });
  expect((await readdir(join(directory, 'film'))).filter((name) => name.startsWith('.'))).toEqual(['.aside-recent']);
});

it('a source that changes while it is read makes no show', async () => {
  const { directory, source, file } = await setting();
  await writeFile(file, new Uint8Array(8_000_000));
  const last = Buffer.alloc(1_000_000, 1);
  const large = { ...source, cut: { partBytes: 1_000_000 } } as Source;
  const encrypted = (n: number) => {
    if (n === 0) writeFileSync(file, Buffer.concat([new Uint8Array(7_000_000), last]));
  };
  expect(await blame(prepare(large, { directory, encrypted }))).toBe('LocalMisuse sourceChanged');
  const hls = await hlsSetting();
  const changed = (n: number) => {
    if (n === 0) writeFileSync(join(hls.folder, 'b.m4s'), counting(99));
  };
  const { directory: other } = hls;
  expect(await blame(prepare(hls.source, { directory: other, encrypted: changed }))).toBe('LocalMisuse sourceChanged');
  for (const shows of [directory, other]) expect(await readdir(join(shows, 'film'))).toEqual([]);
});

it.each([
  [
    'a key is missing',
    async (folder: string) => {
      const kept = JSON.parse(await readFile(join(folder, 'keys.json'), 'utf8'));
      await writeFile(join(folder, 'keys.json'), JSON.stringify({ ...kept, keys: kept.keys.slice(1) }));
    },
  ],
  [
    'a key is another',
    async (folder: string) => {
      const kept = JSON.parse(await readFile(join(folder, 'keys.json'), 'utf8'));
      await writeFile(join(folder, 'keys.json'), JSON.stringify({ ...kept, keys: kept.keys.toReversed() }));
    },
  ],
  ['the keys are gone', (folder: string) => rm(join(folder, 'keys.json'))],
  ['the manifest is another', (folder: string) => writeFile(join(folder, 'parts/manifest.json'), '{}')],
  ['a part is gone', (folder: string) => rm(join(folder, 'parts/2.part'))],
  ['a part is shorter', (folder: string) => truncate(join(folder, 'parts/2.part'), 5)],
])('when %s, nothing is offered and no key is made anew', async (_what, damage) => {
  const { directory, source } = await setting();
  await prepare(source, { directory });
  await damage(await place(directory));
  expect(await blame(prepare(source, { directory }))).toBe('StoreFailed brokenShow');
});

it('a playlist leads to nothing outside of its folder', async () => {
  const { directory, source, write } = await hlsSetting();
  for (const uri of [
    '../film.bin',
    '/etc/hostname',
    'file:///etc/hostname',
    'https://localhost/a',
    '%2e%2e/film.bin',
    'more/../../a',
    'a%',
    'a?b',
    '..',
  ]) {
    await write('#EXTINF:2,', uri);
    expect([uri, await blame(prepare(source, { directory }))]).toEqual([uri, 'LocalMisuse badPlaylist']);
  }
});

it('what cannot be is refused before anything is written', async () => {
  const { folder, directory, source, file } = await setting();
  const refused = (changes: object) => blame(prepare({ ...source, ...changes } as Source, { directory }));
  for (const stream of ['', '..', '../film', 'a/b', '.film'])
    expect(await refused({ stream })).toBe('LocalMisuse badName');
  expect(await refused({ file: join(folder, 'none') })).toBe('LocalMisuse unreadable');
  expect(await refused({ cut: { partBytes: 0 } })).toBe('LocalMisuse badCut');
  await truncate(file, 0);
  expect(await refused({})).toBe('LocalMisuse emptySource');
  expect(await readdir(join(directory, 'film'))).toEqual([]);
  const hls = await hlsSetting();
  await truncate(join(hls.folder, 'b.m4s'), maxPartBytes);
  expect(await blame(prepare(hls.source, { directory }))).toBe('LocalMisuse partTooLarge');
  await writeFile(file, counting(10));
  expect(await blame(prepare(source, { directory: join(file, 'shows') }))).toBe('StoreFailed notKept');
});

it('a part is read when somebody reads it, and piece by piece', async () => {
  const { directory, file, source } = await setting();
  await writeFile(file, new Uint8Array(400_000));
  const show = await prepare({ ...source, cut: { partBytes: 400_000 } } as Source, { directory });
  show.part(0);
  expect((await collect(show.part(0))).length).toBeGreaterThan(1);
});
