/**
 * What a payee sells, as files: one file that is cut into parts, or an HLS playlist with its segments. Reads them, and encrypts them part by part;
 * however large a file is, no more than two parts are in memory. Node only.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { LocalMisuse } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { type Cut, sealBoxes } from './boxes.ts';
import { sealSegment } from './hls.ts';
import { maxMapBytes, maxPartBytes, maxParts, type SealedPart } from './manifest.ts';
import { readPlaylist } from './playlist.ts';

/** Something to sell. */
export type Source =
  | {
      readonly kind: 'boxes';
      /** What the stream is called, in the offer and in addresses. */
      readonly stream: string;
      readonly file: string;
      readonly cut: Cut;
    }
  | {
      readonly kind: 'hls';
      readonly stream: string;
      /** A finished media playlist; its segments lie beside it, or in folders beside it. */
      readonly playlist: string;
    };

/** A file of a source, with the hash that it had when it was looked at. */
interface SourceFile {
  readonly path: string;
  readonly hash: string;
}

/** A source that was looked at. */
export interface Surveyed {
  /** Says what it is, by its bytes and how they are cut: 32 hexadecimal digits. Names, places and times of the files do not count. */
  readonly id: string;
  /** The initialization section of fMP4 segments. */
  readonly map: Uint8Array | undefined;
  /**
   * Encrypts the parts, in order.
   * @throws LocalMisuse `sourceChanged` when a file is not what it was when it was looked at
   */
  parts(random: Random): AsyncGenerator<SealedPart, void, undefined>;
}

/**
 * Looks at a source.
 * @throws LocalMisuse `badPlaylist`, `partTooLarge`, `tooManyParts`
 */
export async function survey(source: Source): Promise<Surveyed> {
  if (source.kind === 'hls') return surveyHls(source.playlist);
  const { cut } = source;
  const file = { path: source.file, hash: await hashFile(source.file) };
  const how = 'seconds' in cut ? [cut.bytesPerSecond, cut.seconds] : [cut.partBytes];
  return {
    id: idOf(['boxes', ...how, file.hash]),
    map: undefined,
    async *parts(random) {
      const hash = createHash('sha256');
      yield* sealBoxes(hashed(file.path, hash), cut, random);
      refuseChange(file, hash.digest('hex'));
    },
  };
}

async function surveyHls(path: string): Promise<Surveyed> {
  const playlist = readPlaylist(await readFile(path, 'utf8'));
  if (playlist.segments.length > maxParts)
    throw new LocalMisuse(`A stream has at most ${maxParts} parts: make the segments longer.`, {
      code: 'tooManyParts',
    });
  const map = playlist.map === undefined ? undefined : await readWhole(beside(path, playlist.map), maxMapBytes);
  const segments: (SourceFile & { readonly ms: number })[] = [];
  for (const { uri, ms } of playlist.segments) {
    const segment = beside(path, uri);
    segments.push({ path: segment, ms, hash: await hashFile(segment) });
  }
  const mapHash = map === undefined ? '' : createHash('sha256').update(map).digest('hex');
  return {
    id: idOf(['hls', mapHash, ...segments.flatMap(({ hash, ms }) => [hash, ms])]),
    map,
    async *parts(random) {
      for (const segment of segments) {
        const plain = await readWhole(segment.path, maxPartBytes - 1);
        refuseChange(segment, createHash('sha256').update(plain).digest('hex'));
        yield await sealSegment(plain, segment.ms, random);
      }
    },
  };
}

const idOf = (facts: readonly (string | number)[]) =>
  createHash('sha256')
    .update(JSON.stringify(['statewire source 1', ...facts]))
    .digest('hex')
    .slice(0, 32);

/** A file beside the playlist, or below. An address that leads elsewhere is refused: a playlist that somebody else has made must not sell `/etc`. */
function beside(playlist: string, uri: string): string {
  const folder = dirname(playlist);
  let name: string | undefined;
  try {
    name = decodeURIComponent(uri);
  } catch {
    // No address then.
  }
  const inside = name === undefined ? '..' : relative(folder, join(folder, name));
  if (
    name === undefined ||
    /^[a-z][a-z0-9+.-]*:|^\/|[?#\0\\]/i.test(name) ||
    inside.startsWith('..') ||
    isAbsolute(inside)
  )
    throw new LocalMisuse(`"${uri}" is no file beside the playlist.`, { code: 'badPlaylist' });
  return join(folder, name);
}

async function readWhole(path: string, most: number): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > most)
    throw new LocalMisuse(`${path} has ${size} bytes, and at most ${most} can be.`, { code: 'partTooLarge' });
  return readFile(path);
}

async function* hashed(path: string, hash: Hash): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
    hash.update(chunk);
    yield chunk;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of hashed(path, hash)) void chunk;
  return hash.digest('hex');
}

function refuseChange({ path, hash }: SourceFile, now: string): void {
  if (now !== hash)
    throw new LocalMisuse(`${path} has changed while it was being encrypted: prepare it again.`, {
      code: 'sourceChanged',
    });
}
