/** What a peer serves as its manifest is read with suspicion: no number that cannot be, nothing sold twice, nothing too large. */
import {
  commitmentOf,
  maxMapBytes,
  maxPartBytes,
  maxParts,
  readManifest,
} from '../../../src/streaming/content/manifest.ts';
import { blame } from './content.ts';

const digits = (n: number, length = 64) => n.toString(16).padStart(length, '0');
const part = (n: number) => ({ bytes: 160, ms: 2_000, hash: digits(2 * n), keyHash: digits(2 * n + 1) });
const segment = (n: number) => ({ ...part(n), iv: digits(n, 32) });
const boxes = { version: 1, stream: 'clip', kind: 'boxes', parts: [part(0), part(1)] };
const hls = {
  version: 1,
  stream: 'clip',
  kind: 'hls',
  map: { bytes: 10, hash: digits(9) },
  parts: [segment(0), segment(1)],
};

/** Whether it is read at all: then only the commitment is missed. */
async function isRead(manifest: unknown): Promise<boolean> {
  const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
  const error = await readManifest(text, '').catch((reason) => reason);
  expect(error).toMatchObject({ name: 'PeerMisbehaved', code: 'wrongManifest' });
  return error.message.includes('pinned');
}

it('a manifest as it should be', async () => {
  expect(await isRead(boxes)).toBe(true);
  expect(await isRead(hls)).toBe(true);
  expect(await isRead({ ...hls, map: null })).toBe(true);
  expect(await isRead({ ...boxes, parts: Array.from({ length: maxParts }, (_, n) => part(n)) })).toBe(true);
});

type Row = readonly [what: string, manifest: unknown];
const hostile: readonly Row[] = [
  ['no JSON', '{"version":1'],
  ['nothing', ''],
  ['null', null],
  ['a list', [boxes]],
  ['another version', { ...boxes, version: 2 }],
  ['another kind', { ...boxes, kind: 'tar' }],
  ['no parts', { ...boxes, parts: [] }],
  ['too many parts', { ...boxes, parts: Array.from({ length: maxParts + 1 }, (_, n) => part(n)) }],
  ['parts that only say how many', { ...boxes, parts: { length: 1e9 } }],
  ['parts that are none', { ...boxes, parts: [null, 1, 'part'] }],
  ['the same key twice', { ...boxes, parts: [part(0), { ...part(1), keyHash: part(0).keyHash }] }],
  ['the same part twice', { ...boxes, parts: [part(0), { ...part(1), hash: part(0).hash }] }],
  ['segments without an IV', { ...hls, parts: boxes.parts }],
  ['segments without a word of a map', { ...hls, map: undefined }],
  ['a map that is too large', { ...hls, map: { bytes: maxMapBytes + 1, hash: digits(9) } }],
  ['segments that are no blocks', { ...hls, parts: [{ ...segment(0), bytes: 161 }] }],
  ...['', '.', '..', '../clip', 'a/b', 'a\\b', '.hidden', 'a b', 'ä', 'a\n', 'a'.repeat(65), 7, null].map(
    (stream): Row => [`the name ${JSON.stringify(stream)}`, { ...boxes, stream }],
  ),
  ...[0, 16, -160, 1.5, 1e20, maxPartBytes + 1, '160', null, undefined].map(
    (bytes): Row => [`${bytes} bytes`, { ...boxes, parts: [{ ...part(0), bytes }] }],
  ),
  ...[-1, 0.5, 86_400_001, '2000', null, undefined].map(
    (ms): Row => [`${ms} ms`, { ...boxes, parts: [{ ...part(0), ms }] }],
  ),
  ...['', 'A'.repeat(64), digits(1, 63), digits(1, 65), `0x${digits(1, 62)}`, 1, undefined].map(
    (hash): Row => [`the hash ${hash}`, { ...boxes, parts: [{ ...part(0), hash }] }],
  ),
];

it.each(hostile)('%s', async (_what, manifest) => {
  expect(await isRead(manifest)).toBe(false);
});

it('a number that JSON can say and JavaScript cannot', async () => {
  for (const bytes of ['1e999', '-0.0', '9007199254740993', '160.0000001'])
    expect(await isRead(JSON.stringify(boxes).replace('160', bytes))).toBe(false);
});

it('what nobody vouches for does not come in', async () => {
  const text = JSON.stringify({ ...boxes, keys: ['00'], parts: [{ ...part(0), key: '00' }] });
  const plain = { ...boxes, kind: 'boxes' as const, version: 1 as const, parts: [part(0)] };
  expect(await readManifest(text, await commitmentOf(plain))).toEqual(plain);
  expect(await blame(readManifest(text, await commitmentOf({ ...plain, stream: 'other' })))).toBe(
    'PeerMisbehaved wrongManifest',
  );
});
