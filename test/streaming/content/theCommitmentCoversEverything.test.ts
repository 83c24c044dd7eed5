/** The commitment is the SHA-256 of the bytes that are documented, and nothing in a manifest can change without it. */
import { createHash } from 'node:crypto';
import { canonicalBytes, commitmentOf, type Manifest, partOf } from '../../../src/streaming/content/manifest.ts';

const boxes: Manifest = {
  version: 1,
  stream: 'clip',
  kind: 'boxes',
  parts: [
    { bytes: 258, ms: 2_000, hash: '01'.repeat(32), keyHash: '02'.repeat(32) },
    { bytes: 17, ms: 0, hash: '03'.repeat(32), keyHash: '04'.repeat(32) },
  ],
};
const hls: Manifest = {
  version: 1,
  stream: 'clip',
  kind: 'hls',
  map: { bytes: 40, hash: '05'.repeat(32) },
  parts: [{ bytes: 272, ms: 2_000, hash: '01'.repeat(32), keyHash: '02'.repeat(32), iv: '06'.repeat(16) }],
};

it('the canonical bytes, written out', async () => {
  const domain = Buffer.from('statewire stream manifest 1\n').toString('hex');
  const name = `04${Buffer.from('clip').toString('hex')}`;
  const ofBoxes = [
    domain,
    '01',
    name,
    '00000002',
    `00000102000007d0${'01'.repeat(32)}${'02'.repeat(32)}`,
    `0000001100000000${'03'.repeat(32)}${'04'.repeat(32)}`,
  ].join('');
  const ofHls = [
    domain,
    '02',
    name,
    `0100000028${'05'.repeat(32)}`,
    '00000001',
    `00000110000007d0${'01'.repeat(32)}${'02'.repeat(32)}${'06'.repeat(16)}`,
  ].join('');
  for (const [manifest, written] of [
    [boxes, ofBoxes],
    [hls, ofHls],
    [{ ...hls, map: null }, ofHls.replace(`0100000028${'05'.repeat(32)}`, '00')],
  ] as const) {
    expect(Buffer.from(canonicalBytes(manifest)).toString('hex')).toBe(written);
    expect(await commitmentOf(manifest)).toBe(createHash('sha256').update(Buffer.from(written, 'hex')).digest('hex'));
  }
});

it('every change makes another commitment', async () => {
  const [first, second] = [partOf(boxes, 0), partOf(boxes, 1)];
  const [segment] = hls.parts;
  const others: Manifest[] = [
    boxes,
    { ...boxes, stream: 'clip2' },
    { ...boxes, parts: [second, first] },
    { ...boxes, parts: [first] },
    { ...boxes, parts: [{ ...first, bytes: 259 }, second] },
    { ...boxes, parts: [{ ...first, ms: 2_001 }, second] },
    { ...boxes, parts: [{ ...first, hash: '07'.repeat(32) }, second] },
    { ...boxes, parts: [{ ...first, keyHash: '07'.repeat(32) }, second] },
    { ...boxes, parts: [{ ...first, hash: first.keyHash, keyHash: first.hash }, second] },
    hls,
    { ...hls, map: null },
    { ...hls, map: { bytes: 41, hash: '05'.repeat(32) } },
    { ...hls, map: { bytes: 40, hash: '07'.repeat(32) } },
    { ...hls, parts: [{ ...segment, iv: '07'.repeat(16) }] as typeof hls.parts },
  ];
  const commitments = await Promise.all(others.map(commitmentOf));
  expect(new Set(commitments).size).toBe(others.length);
});

it('a part that is not there is said so', () => {
  for (const n of [-1, 2, 0.5, Number.NaN])
    expect(() => partOf(boxes, n)).toThrow(expect.objectContaining({ name: 'LocalMisuse', code: 'noSuchPart' }));
});
