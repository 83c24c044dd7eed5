/**
 * The manifest of a stream: what the parts are, before anybody pays for one. It says for each part the hash of its ciphertext and the hash of its key,
 * so that a payer knows before paying that the part is the one that was promised, and after paying whether the key is.
 *
 * What it cannot say is whether the promised content is any good: the payer sees that with the first part, at the price of the first part. What it
 * does give is evidence: who has committed to a part and a key that do not fit has signed for it with the offer that names the commitment.
 *
 * This file never holds a key.
 */
import { z } from 'zod';
import { LocalMisuse, PeerMisbehaved } from '../../errors.ts';
import { sha256 } from './hash.ts';

/** A part is held whole by whoever encrypts or decrypts it: 64 MiB is ten seconds of the best video there is. */
export const maxPartBytes = 64 * 1_048_576;
/** Eleven hours of two-second parts. The JSON of so many has 4.6 MB. */
export const maxParts = 20_000;
/** A manifest's JSON is not read beyond this. */
export const maxManifestBytes = 8 * 1_048_576;
/** The initialization section of fMP4 is some kilobytes. */
export const maxMapBytes = 1_048_576;

/** What a stream may be called: it is a path segment of a URL and a folder, so letters, digits, `.`, `_` and `-`, and no dot in front. */
export const streamName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

const digits = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const hash = digits(32);
const ms = z.number().int().nonnegative().max(86_400_000);

const BoxPart = z.object({
  /** Bytes of the ciphertext: what is in the box, and 16. An empty part is none. */
  bytes: z.number().int().min(17).max(maxPartBytes),
  /** Milliseconds that the part plays; 0 where it is not played. */
  ms,
  /** SHA-256 of the ciphertext. */
  hash,
  /** SHA-256 of the key. */
  keyHash: hash,
});

const HlsPart = BoxPart.extend({
  /** Whole blocks of AES. */
  bytes: z.number().int().min(16).max(maxPartBytes).multipleOf(16),
  /** The initialization vector of AES-128-CBC. It is committed to, since another one would spoil the first 16 bytes unnoticed. */
  iv: digits(16),
});

const common = { version: z.literal(1), stream: streamName };

/** The manifest of one stream. Unknown fields are dropped; nothing vouches for them. */
export const Manifest = z
  .discriminatedUnion('kind', [
    z.object({ ...common, kind: z.literal('boxes'), parts: z.array(BoxPart).min(1).max(maxParts) }),
    z.object({
      ...common,
      kind: z.literal('hls'),
      /** The initialization section of fMP4 segments, which has no picture in it and is not encrypted; `null` for MPEG-TS. */
      map: z.object({ bytes: z.number().int().min(1).max(maxMapBytes), hash }).nullable(),
      parts: z.array(HlsPart).min(1).max(maxParts),
    }),
  ])
  .refine(({ parts }) => new Set(parts.map((part) => part.keyHash)).size === parts.length, 'a key is used twice')
  .refine(({ parts }) => new Set(parts.map((part) => part.hash)).size === parts.length, 'a part is sold twice');

export type Manifest = z.infer<typeof Manifest>;
export type Part = Manifest['parts'][number];

/** A part that is encrypted, with its key and its line of the manifest. */
export interface SealedPart<Entry extends Part = Part> {
  readonly bytes: Uint8Array;
  readonly key: Uint8Array;
  readonly entry: Entry;
}
export type BoxPart = z.infer<typeof BoxPart>;
export type HlsPart = z.infer<typeof HlsPart>;

/**
 * The manifest of parts that were encrypted. They are HLS segments if their lines say an IV.
 * @param map the initialization section of fMP4 segments
 * @throws LocalMisuse `badParts` when these parts make no manifest
 */
export async function manifestOf(stream: string, parts: readonly Part[], map?: Uint8Array): Promise<Manifest> {
  const isHls = parts.some((part) => 'iv' in part);
  const manifest = Manifest.safeParse({
    version: 1,
    stream,
    kind: isHls ? 'hls' : 'boxes',
    ...(isHls && { map: map === undefined ? null : { bytes: map.length, hash: await sha256(map) } }),
    parts,
  });
  if (manifest.success) return manifest.data;
  throw new LocalMisuse(`These parts make no stream "${stream}".`, { code: 'badParts', cause: manifest.error });
}

/**
 * The line of part `n`.
 * @throws LocalMisuse `noSuchPart`
 */
export function partOf(manifest: Manifest, n: number): Part {
  const part = manifest.parts[n];
  if (part !== undefined) return part;
  throw noSuchPart(manifest, n);
}

/** Says that a stream has no part of this number. */
export const noSuchPart = ({ stream, parts }: Manifest, n: number): LocalMisuse =>
  new LocalMisuse(`"${stream}" has the parts 0 to ${parts.length - 1}, and no ${n}.`, { code: 'noSuchPart' });

const domain = 'statewire stream manifest 1\n';
const kinds = { boxes: 1, hls: 2 } as const;

/**
 * The one encoding that is hashed. Integers are unsigned and big-endian, hashes raw:
 *
 * ```
 * "statewire stream manifest 1\n"
 * kind      1 byte    1 boxes, 2 hls
 * length    1 byte    of the name
 * name                ASCII
 * map       1 byte    hls only: 1 if there is one, then  bytes u32, hash 32
 * count     u32
 * parts     each      bytes u32, ms u32, hash 32, keyHash 32, and for hls iv 16
 * ```
 *
 * Every field has a fixed length or says it, so no two manifests have the same bytes.
 */
export function canonicalBytes(manifest: Manifest): Uint8Array {
  const name = new TextEncoder().encode(manifest.stream);
  const isHls = manifest.kind === 'hls';
  const map = isHls ? manifest.map : null;
  const head = domain.length + 2 + name.length + (isHls ? 1 : 0) + (map === null ? 0 : 36) + 4;
  const bytes = new Uint8Array(head + manifest.parts.length * (isHls ? 88 : 72));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (more: Uint8Array) => {
    bytes.set(more, at);
    at += more.length;
  };
  const putNumber = (number: number) => {
    view.setUint32(at, number);
    at += 4;
  };
  const putDigits = (text: string) => {
    for (let i = 0; i < text.length; i += 2) bytes[at++] = Number.parseInt(text.slice(i, i + 2), 16);
  };
  put(new TextEncoder().encode(domain));
  put(Uint8Array.of(kinds[manifest.kind], name.length));
  put(name);
  if (isHls) put(Uint8Array.of(map === null ? 0 : 1));
  if (map !== null) {
    putNumber(map.bytes);
    putDigits(map.hash);
  }
  putNumber(manifest.parts.length);
  for (const part of manifest.parts) {
    putNumber(part.bytes);
    putNumber(part.ms);
    putDigits(part.hash);
    putDigits(part.keyHash);
    if ('iv' in part) putDigits(part.iv);
  }
  return bytes;
}

/** What a payee's offer pins: the SHA-256 of the canonical bytes, 64 hexadecimal digits. */
export const commitmentOf = (manifest: Manifest): Promise<string> => sha256(canonicalBytes(manifest));

/** The manifest as it is served. */
export const manifestText = (manifest: Manifest): string => JSON.stringify(manifest);

/**
 * Reads what a peer serves as its manifest.
 * @param commitment what the peer's offer pins
 * @throws PeerMisbehaved `wrongManifest` when it is no manifest, or another one
 */
export async function readManifest(text: string, commitment: string): Promise<Manifest> {
  const manifest = Manifest.safeParse(parsed(text));
  if (!manifest.success)
    throw new PeerMisbehaved('What the payee serves as its manifest is none.', {
      code: 'wrongManifest',
      cause: manifest.error,
    });
  if ((await commitmentOf(manifest.data)) !== commitment)
    throw new PeerMisbehaved('The manifest is not the one that the offer has pinned.', { code: 'wrongManifest' });
  return manifest.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
