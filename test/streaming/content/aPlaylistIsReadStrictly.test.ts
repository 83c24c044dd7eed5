/** A payee's playlist is understood whole or refused; what is made of it says to a player all that it needs, and no key. */
import { playlistText, readPlaylist } from '../../../src/streaming/content/playlist.ts';
import { hlsShow } from './content.ts';

const lines = [
  '#EXTM3U',
  '#EXT-X-VERSION:7',
  '#EXT-X-TARGETDURATION:2',
  '#EXT-X-MEDIA-SEQUENCE:3',
  '#EXT-X-PLAYLIST-TYPE:VOD',
  '# a remark',
  '#EXT-X-MAP:URI="init.mp4"',
  '#EXTINF:2.000000,',
  'part0.m4s',
  '',
  '#EXTINF:1.25,a title, with a comma',
  'more/part1.m4s',
  '#EXT-X-ENDLIST',
];
const fault = (changed: readonly string[]): string => {
  try {
    readPlaylist(changed.join('\n'));
    return 'none';
  } catch (error) {
    expect(error).toMatchObject({ name: 'LocalMisuse', code: 'badPlaylist' });
    return error instanceof Error ? error.message : '';
  }
};

it('segments, durations, and the initialization section', () => {
  const read = {
    map: 'init.mp4',
    segments: [
      { uri: 'part0.m4s', ms: 2_000 },
      { uri: 'more/part1.m4s', ms: 1_250 },
    ],
  };
  expect(readPlaylist(lines.join('\n'))).toEqual(read);
  expect(readPlaylist(lines.join('\r\n'))).toEqual(read);
  expect(readPlaylist(lines.filter((line) => !line.includes('MAP')).join('\n'))).toEqual({ ...read, map: undefined });
});

it.each([
  ['no playlist', ['<html>', ...lines], 'Line 1 '],
  ['one that goes on', lines.slice(0, -1), 'only a finished media playlist'],
  [
    'a playlist of playlists',
    ['#EXTM3U', '#EXT-X-STREAM-INF:BANDWIDTH=1', 'low.m3u8'],
    'only a finished media playlist',
  ],
  [
    'one that is encrypted already',
    lines.toSpliced(7, 0, '#EXT-X-KEY:METHOD=AES-128,URI="k"'),
    'Line 8 of the playlist: #EXT-X-KEY',
  ],
  ['pieces of one file', lines.toSpliced(8, 0, '#EXT-X-BYTERANGE:100@0'), '#EXT-X-BYTERANGE'],
  ['a break', lines.toSpliced(10, 0, '#EXT-X-DISCONTINUITY'), '#EXT-X-DISCONTINUITY'],
  ['a tag that nobody knows', lines.toSpliced(2, 0, '#EXT-X-NEW:1'), '#EXT-X-NEW'],
  ['a map with a range', lines.with(6, '#EXT-X-MAP:URI="init.mp4",BYTERANGE="8@0"'), '#EXT-X-MAP'],
  ['a second map', lines.toSpliced(9, 0, '#EXT-X-MAP:URI="b.mp4"'), 'before all segments'],
  ['a duration that is none', lines.with(7, '#EXTINF:two,'), '#EXTINF'],
  ['a negative duration', lines.with(7, '#EXTINF:-2,'), '#EXTINF'],
  ['two durations', lines.toSpliced(7, 0, '#EXTINF:2,'), 'two #EXTINF'],
  ['no duration', lines.toSpliced(7, 1), 'a segment without #EXTINF'],
  ['a duration of nothing', lines.toSpliced(11, 1), 'does not come'],
  ['no segment', ['#EXTM3U', '#EXT-X-TARGETDURATION:2', '#EXT-X-ENDLIST'], 'there is no segment'],
  ['no target duration', lines.toSpliced(2, 1), '#EXT-X-TARGETDURATION: is missing'],
])('%s is refused', (_what, changed, why) => {
  expect(fault(changed)).toContain(why);
});

it('what is served: each segment names its key and its IV', async () => {
  const { manifest } = await hlsShow(2);
  if (manifest.kind !== 'hls') throw new Error('no HLS');
  const [first, second] = manifest.parts;
  expect(playlistText(manifest).split('\n')).toEqual([
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-TARGETDURATION:2',
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-MAP:URI="map.mp4"',
    `#EXT-X-KEY:METHOD=AES-128,URI="statewire-key:clip/0",IV=0x${first?.iv}`,
    '#EXTINF:2.000,',
    `0.part?${first?.hash}`,
    `#EXT-X-KEY:METHOD=AES-128,URI="statewire-key:clip/1",IV=0x${second?.iv}`,
    '#EXTINF:2.000,',
    `1.part?${second?.hash}`,
    '#EXT-X-ENDLIST',
    '',
  ]);
  expect(playlistText({ ...manifest, map: null })).toContain('#EXT-X-VERSION:3\n');
  const long = manifest.parts.map((part) => ({ ...part, ms: 9_500 }));
  expect(playlistText({ ...manifest, parts: long })).toContain('#EXT-X-TARGETDURATION:10\n');
});
