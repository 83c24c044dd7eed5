/**
 * A payee's encrypted streams on disk. A source is encrypted once; parts and keys are then used again, also after a restart, so that a payer who comes
 * back finds the parts that it knows and gets the keys that were committed to.
 *
 * What a source is, its bytes say: the folder of a show is named by a hash of them and of how they were cut. A changed source is another show, with
 * other keys, in another folder; the earlier one stays where it is, since somebody may have paid for it.
 *
 * ```
 * <directory>/<stream>/<hash of the source>/
 *   keys.json     the keys, for the owner's eyes only; never to be served
 *   parts/        what anybody may have: manifest.json, 0.part, 1.part, … and for HLS map.mp4 and index.m3u8
 * ```
 *
 * A show is prepared aside and then moved into its place: it is there whole, or not at all. Node only.
 */
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalMisuse, StatewireError, StoreFailed } from '../../errors.ts';
import { hex, type Random, systemRandom } from '../../random.ts';
import { commitmentOf, manifestOf, manifestText, type Part, streamName } from './manifest.ts';
import { playlistText } from './playlist.ts';
import { keysText, restoreShow } from './shelf.ts';
import type { Show } from './show.ts';
import { type Source, type Surveyed, survey } from './source.ts';

export interface PrepareOptions {
  /** Where shows are kept. It holds keys: give it to nobody. */
  readonly directory: string;
  /** For keys; the platform's by default. */
  readonly random?: Random;
  /** Told after each part that was encrypted; not called when the show was there already. */
  readonly encrypted?: (n: number) => void;
}

const asidePrefix = '.aside-';
/** Milliseconds after which what a crash left aside is swept away. */
const abandonedAfter = 86_400_000;

/**
 * The show of a source: encrypted now, or found as it was encrypted before.
 *
 * @example
 * const show = await prepare({ kind: 'hls', stream: 'clip', playlist: 'clip/index.m3u8' }, { directory: 'shows' });
 * @throws LocalMisuse `badName`, `unreadable`, `badCut`, `badPlaylist`, `emptySource`, `partTooLarge`, `tooManyParts`, `sourceChanged`
 * @throws StoreFailed `brokenShow` when what is on disk is not what was written; `notKept` when nothing could be written
 */
export async function prepare(source: Source, options: PrepareOptions): Promise<Show> {
  const { stream } = source;
  if (!streamName.safeParse(stream).success)
    throw new LocalMisuse(`"${stream}" cannot be the name of a stream.`, { code: 'badName' });
  const surveyed = await survey(source).catch((cause: unknown) => {
    if (cause instanceof StatewireError) throw cause;
    throw new LocalMisuse(`The source of "${stream}" cannot be read.`, { code: 'unreadable', cause });
  });
  const shelf = join(options.directory, stream);
  const place = join(shelf, surveyed.id);
  const known = await restoreShow(place, stream);
  if (known !== undefined) return known;
  try {
    await mkdir(shelf, { recursive: true, mode: 0o700 });
    await sweep(shelf);
    const aside = await mkdtemp(join(shelf, asidePrefix));
    try {
      await encrypt(source, surveyed, aside, options);
      await moveTo(place, aside);
      await sync(shelf);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  } catch (cause) {
    if (cause instanceof StatewireError) throw cause;
    throw new StoreFailed(`"${stream}" could not be kept in ${options.directory}.`, { code: 'notKept', cause });
  }
  const show = await restoreShow(place, stream);
  if (show !== undefined) return show;
  throw new StoreFailed(`"${stream}" was put in ${place}, and is not there.`, { code: 'brokenShow' });
}

async function encrypt(source: Source, surveyed: Surveyed, aside: string, options: PrepareOptions): Promise<void> {
  const parts = join(aside, 'parts');
  await mkdir(parts);
  const entries: Part[] = [];
  const keys: string[] = [];
  for await (const { bytes, key, entry } of surveyed.parts(options.random ?? systemRandom)) {
    const n = entries.length;
    await write(join(parts, `${n}.part`), bytes);
    entries.push(entry);
    keys.push(hex(key));
    options.encrypted?.(n);
  }
  const { map } = surveyed;
  if (map !== undefined) await write(join(parts, 'map.mp4'), map);
  const manifest = await manifestOf(source.stream, entries, map);
  await write(join(parts, 'manifest.json'), manifestText(manifest));
  if (manifest.kind === 'hls') await write(join(parts, 'index.m3u8'), playlistText(manifest));
  await write(join(aside, 'keys.json'), keysText(await commitmentOf(manifest), keys), 0o600);
  await sync(parts);
  await sync(aside);
}

/** Moves a show into its place. When somebody else was faster, theirs is the show: its keys may already have been sold. */
async function moveTo(place: string, aside: string): Promise<void> {
  try {
    await rename(aside, place);
  } catch (error) {
    const isThere = await stat(place).then(
      () => true,
      () => false,
    );
    if (!isThere) throw error;
  }
}

/** Writes a new file, and waits until it survives a crash. */
async function write(path: string, content: Uint8Array | string, mode = 0o644): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder survive a crash. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what crashes of long ago left aside; what is recent may be somebody else's work. */
async function sweep(shelf: string): Promise<void> {
  for (const name of await readdir(shelf)) {
    if (!name.startsWith(asidePrefix)) continue;
    const path = join(shelf, name);
    if (Date.now() - (await stat(path)).mtimeMs > abandonedAfter) await rm(path, { recursive: true, force: true });
  }
}
