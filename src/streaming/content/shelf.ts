/**
 * A show that lies on disk, as `prepare` has put it there: what is read back is checked before anything of it is offered. Node only.
 */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StoreFailed } from '../../errors.ts';
import { sha256 } from './hash.ts';
import { type Manifest, partOf, readManifest } from './manifest.ts';
import { mapMissing, type Show } from './show.ts';

/** The file with the keys, 32 or 64 hexadecimal digits each, in the order of the parts. */
const Keys = z.object({
  version: z.literal(1),
  commitment: z.string(),
  keys: z.array(z.string().regex(/^(?:[0-9a-f]{32}){1,2}$/)).readonly(),
});

/** What is written into `keys.json`. */
export const keysText = (commitment: string, keys: readonly string[]): string =>
  JSON.stringify({ version: 1, commitment, keys } satisfies z.input<typeof Keys>);

/**
 * The show in a folder; `undefined` where there is no folder.
 *
 * Every key is checked against the manifest and every part for its length. The bytes of the parts are not read: payers check them.
 * @throws StoreFailed `brokenShow`
 */
export async function restoreShow(place: string, stream: string): Promise<Show | undefined> {
  const parts = join(place, 'parts');
  let keys: readonly Uint8Array[];
  let manifest: Manifest;
  let commitment: string;
  try {
    const isThere = await stat(place).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
        throw error;
      },
    );
    if (!isThere) return undefined;
    const kept = Keys.parse(JSON.parse(await readFile(join(place, 'keys.json'), 'utf8')));
    commitment = kept.commitment;
    manifest = await readManifest(await readFile(join(parts, 'manifest.json'), 'utf8'), commitment);
    keys = kept.keys.map((text) => Uint8Array.from(Buffer.from(text, 'hex')));
    await check(parts, manifest, keys, stream);
  } catch (cause) {
    throw new StoreFailed(
      `The show in ${place} is broken: restore it, or remove it to have it made anew with new keys.`,
      {
        code: 'brokenShow',
        cause,
      },
    );
  }
  return {
    manifest,
    commitment,
    part(n) {
      partOf(manifest, n);
      return read(join(parts, `${n}.part`));
    },
    map() {
      if (manifest.kind !== 'hls' || manifest.map === null) mapMissing(manifest);
      return read(join(parts, 'map.mp4'));
    },
    key(n) {
      partOf(manifest, n);
      return Uint8Array.from(keys[n] ?? []);
    },
  };
}

async function check(parts: string, manifest: Manifest, keys: readonly Uint8Array[], stream: string): Promise<void> {
  if (manifest.stream !== stream) throw new Error(`the manifest is that of "${manifest.stream}"`);
  if (keys.length !== manifest.parts.length) throw new Error(`${keys.length} keys for ${manifest.parts.length} parts`);
  for (const [n, { bytes, keyHash }] of manifest.parts.entries()) {
    if ((await sha256(keys[n] ?? new Uint8Array())) !== keyHash) throw new Error(`the key of part ${n} is another`);
    const { size } = await stat(join(parts, `${n}.part`));
    if (size !== bytes) throw new Error(`part ${n} has ${size} bytes, and not ${bytes}`);
  }
  if (manifest.kind === 'hls' && manifest.map !== null) {
    const { size } = await stat(join(parts, 'map.mp4'));
    if (size !== manifest.map.bytes) throw new Error(`the initialization section has ${size} bytes`);
  }
}

/** The file is opened when somebody begins to read, so that one who never does leaves nothing open. */
async function* read(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield* createReadStream(path);
}
