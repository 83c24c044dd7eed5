/**
 * A show: everything that a payee has of one stream. The manifest and the encrypted parts are for everybody; the keys are for who has paid.
 */
import { LocalMisuse } from '../../errors.ts';
import { commitmentOf, type Manifest, manifestOf, noSuchPart, type SealedPart } from './manifest.ts';

export interface Show {
  readonly manifest: Manifest;
  /** What the offer pins, 64 hexadecimal digits. */
  readonly commitment: string;
  /** The ciphertext of a part. @throws LocalMisuse `noSuchPart` */
  part(n: number): AsyncIterable<Uint8Array>;
  /** The initialization section of fMP4 segments. @throws LocalMisuse `noMap` where there is none */
  map(): AsyncIterable<Uint8Array>;
  /** The key of a part: 32 bytes of a box, 16 of an HLS segment. Only for who has paid for it. @throws LocalMisuse `noSuchPart` */
  key(n: number): Uint8Array;
}

/**
 * A show that is held in memory: for what is small, and for a payee in a page. It is gone with the process, and its keys with it.
 * @throws LocalMisuse `badParts`
 */
export async function memoryShow(stream: string, parts: readonly SealedPart[], map?: Uint8Array): Promise<Show> {
  const entries = parts.map(({ entry }) => entry);
  const manifest = await manifestOf(stream, entries, map);
  const at = (n: number): SealedPart => {
    const part = parts[n];
    if (part !== undefined) return part;
    throw noSuchPart(manifest, n);
  };
  return {
    manifest,
    commitment: await commitmentOf(manifest),
    part: (n) => one(at(n).bytes),
    map: () => one(map ?? mapMissing(manifest)),
    key: (n) => Uint8Array.from(at(n).key),
  };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** Says that a stream has no initialization section. */
export function mapMissing({ stream }: Manifest): never {
  throw new LocalMisuse(`"${stream}" has no initialization section.`, { code: 'noMap' });
}
