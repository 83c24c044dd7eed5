/**
 * Media playlists of HLS (RFC 8216): reading those of a payee's own finished streams, writing those of encrypted ones.
 *
 * The playlist that is written is made from the manifest alone, and from nothing that the first one said beside the durations. So reading is strict:
 * a tag that would have to be carried over is refused, never lost.
 */
import { LocalMisuse } from '../../errors.ts';
import type { Manifest } from './manifest.ts';

/** A finished media playlist. Addresses are as they stand in it. */
export interface Playlist {
  /** The initialization section, for fMP4. */
  readonly map: string | undefined;
  readonly segments: readonly { readonly uri: string; readonly ms: number }[];
}

/** What can be dropped without a loss, or says what is checked otherwise. */
const harmless =
  /^#EXT-X-(?:VERSION:\d+|TARGETDURATION:\d+|MEDIA-SEQUENCE:\d+|PLAYLIST-TYPE:(?:VOD|EVENT)|INDEPENDENT-SEGMENTS|ALLOW-CACHE:(?:YES|NO))$/;
const required = ['#EXT-X-TARGETDURATION:', '#EXT-X-ENDLIST'];

/**
 * Reads a media playlist that has ended.
 * @throws LocalMisuse `badPlaylist` with the line that cannot be
 */
export function readPlaylist(text: string): Playlist {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const fail = (at: number, why: string): never => {
    throw new LocalMisuse(`Line ${at + 1} of the playlist: ${why}.`, { code: 'badPlaylist' });
  };
  if (lines[0] !== '#EXTM3U') fail(0, 'a playlist begins with #EXTM3U');
  for (const tag of required) {
    if (!lines.some((line) => line.startsWith(tag)))
      fail(lines.length - 1, `${tag} is missing: only a finished media playlist can be sold`);
  }
  let map: string | undefined;
  let ms: number | undefined;
  const segments: { uri: string; ms: number }[] = [];
  for (const [at, line] of lines.entries()) {
    if (at === 0 || line === '' || harmless.test(line) || (line.startsWith('#') && !line.startsWith('#EXT'))) continue;
    if (line === '#EXT-X-ENDLIST') {
      if (ms !== undefined) fail(at, 'a segment was announced and does not come');
      break;
    }
    const duration = /^#EXTINF:(\d+(?:\.\d+)?),/.exec(line)?.[1];
    const section = /^#EXT-X-MAP:URI="([^"]+)"$/.exec(line)?.[1];
    if (section !== undefined) {
      if (map !== undefined || segments.length > 0 || ms !== undefined)
        fail(at, 'there is one #EXT-X-MAP, before all segments');
      map = section;
    } else if (duration !== undefined) {
      if (ms !== undefined) fail(at, 'two #EXTINF for one segment');
      ms = Math.round(Number(duration) * 1_000);
    } else if (line.startsWith('#')) {
      fail(at, `${line.split(':')[0]} is not understood here, or not in this form`);
    } else {
      segments.push({ uri: line, ms: ms ?? fail(at, 'a segment without #EXTINF') });
      ms = undefined;
    }
  }
  if (segments.length === 0) fail(lines.length - 1, 'there is no segment');
  return { map, segments };
}

/** Where a player finds things. */
export interface PlaylistAddresses {
  readonly map: string;
  part(n: number): string;
  key(n: number): string;
}

/** The scheme of key addresses. No browser and no player knows it: keys come only through what carries out the payment. */
export const keyScheme = 'statewire-key:';

/** Addresses relative to the playlist, as `contentRoutes` serves them; keys by a scheme that cannot be fetched. */
export const servedAddresses = (manifest: Manifest): PlaylistAddresses => ({
  map: 'map.mp4',
  part: (n) => `${n}.part?${manifest.parts[n]?.hash}`,
  key: (n) => `${keyScheme}${manifest.stream}/${n}`,
});

/**
 * The playlist of an encrypted stream; any player that knows AES-128 can play it, if it gets keys.
 *
 * Each segment names its key and its IV (section 4.3.2.4). The initialization section stands before the first key, and so is not encrypted.
 */
export function playlistText(
  manifest: Extract<Manifest, { kind: 'hls' }>,
  addresses: PlaylistAddresses = servedAddresses(manifest),
): string {
  const longest = manifest.parts.reduce((most, { ms }) => Math.max(most, ms), 0);
  const lines = [
    '#EXTM3U',
    // EXT-X-MAP in an ordinary playlist needs 6 (section 7); durations with a fraction need 3.
    `#EXT-X-VERSION:${manifest.map === null ? 3 : 6}`,
    // The durations, rounded, must not be above it (section 4.3.3.1).
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(longest / 1_000))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
  ];
  if (manifest.map !== null) lines.push(`#EXT-X-MAP:URI="${addresses.map}"`);
  for (const [n, { ms, iv }] of manifest.parts.entries()) {
    lines.push(
      `#EXT-X-KEY:METHOD=AES-128,URI="${addresses.key(n)}",IV=0x${iv}`,
      `#EXTINF:${(ms / 1_000).toFixed(3)},`,
      addresses.part(n),
    );
  }
  return `${[...lines, '#EXT-X-ENDLIST'].join('\n')}\n`;
}
