/**
 * The texts in which bytes travel: a prefix that says what they are, and the bytes with a checksum, the first four of a double SHA-256.
 *
 * - `legacy`, to node v0.21: `xx$` and base58 for everything. The protocol text is written in it.
 * - `modern`, since: `xx_`, base58 for what people copy, base64 for what is long.
 *
 * Texts come from strangers: how long one may be is looked at before anything else, since base58 costs the square of it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { base58, base64 } from '@scure/base';
import { fromHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { byBytes, joined } from './joined.ts';
import { Undecodable } from './undecodable.ts';

/** Which of the two encodings. */
export type Era = 'legacy' | 'modern';

interface KindRules {
  /** How the modern encoding writes it. */
  readonly modern: 'base58' | 'base64';
  /** Bytes without the checksum; any number where there are none given. */
  readonly lengths?: readonly number[];
  /** Bytes in the legacy encoding, where that has others. */
  readonly legacyLengths?: readonly number[];
}

/** What a text can be, by its prefix. */
const kinds = {
  /** An account: 32 bytes of public key. Of old also its 33 bytes of id, as in the protocol text, or a secp256k1 key. */
  ak: { modern: 'base58', lengths: [32], legacyLengths: [32, 33, 65] },
  /** A channel. */
  ch: { modern: 'base58', lengths: [32] },
  /** The hash of a transaction. */
  th: { modern: 'base58', lengths: [32] },
  /** A signature; those with secp256k1 had no fixed length. */
  sg: { modern: 'base58', lengths: [64], legacyLengths: [] },
  /** A contract. */
  ct: { modern: 'base58', lengths: [32] },
  /** A name: its hash, or of old the name itself. */
  nm: { modern: 'base58' },
  /** An oracle. */
  ok: { modern: 'base58', lengths: [32] },
  /** The hash of a key block. */
  kh: { modern: 'base58', lengths: [32] },
  /** The hash of a micro block. */
  mh: { modern: 'base58', lengths: [32] },
  /** A transaction. */
  tx: { modern: 'base64' },
  /** The hash of a state. */
  st: { modern: 'base64', lengths: [32] },
  /** State trees. */
  ss: { modern: 'base64' },
  /** Contract calls. */
  cs: { modern: 'base64' },
  /** A proof of inclusion. */
  pi: { modern: 'base64' },
  /** Bytes. */
  ba: { modern: 'base64' },
  /** Bytes of a contract. */
  cb: { modern: 'base64' },
} as const satisfies Record<string, KindRules>;

/** What a text is, as its prefix says. */
export type Kind = keyof typeof kinds;

/** A text that was read. */
export interface Decoded<K extends Kind = Kind> {
  readonly kind: K;
  readonly era: Era;
  /** Without prefix and checksum. */
  readonly bytes: Uint8Array;
}

const checksumLength = 4;

/**
 * How long a text may be: its letters, prefix and all, and the bytes in it, checksum and all. The longest transaction of 2018 has less than a
 * thousand bytes; 2,800 letters of base58 take 3 ms.
 */
const longest = {
  base58: { letters: 2_800, bytes: 2_048 },
  base64: { letters: 65_536, bytes: 49_149 },
} as const;

const coders = { base58, base64 } as const;

const baseOf = (kind: Kind, era: Era) => (era === 'legacy' ? 'base58' : kinds[kind].modern);

function fits(kind: Kind, era: Era, length: number): boolean {
  const { lengths = [], legacyLengths = lengths }: KindRules = kinds[kind];
  const allowed = era === 'legacy' ? legacyLengths : lengths;
  return allowed.length === 0 || allowed.includes(length);
}

const checksum = (bytes: Uint8Array) => sha256(sha256(bytes)).subarray(0, checksumLength);

const isKind = (prefix: string): prefix is Kind => Object.hasOwn(kinds, prefix);

const separators: Readonly<Record<string, Era>> = { $: 'legacy', _: 'modern' };

/** What a peer wrote, short enough to be shown. */
const shown = (text: string) => JSON.stringify(text.slice(0, 16));

function prefixOf<K extends Kind>(text: string, expected: readonly K[]): { readonly kind: K; readonly era: Era } {
  const era = separators[text.slice(2, 3)];
  if (era === undefined) {
    throw new Undecodable('notEncoded', `${shown(text)} does not begin with a prefix like "tx_" or "tx$".`);
  }
  const prefix = text.slice(0, 2);
  const kind = expected.find((one) => one === prefix);
  if (kind !== undefined) return { kind, era };
  const isKnown = isKind(prefix) ? '' : ', and no prefix that is known';
  throw new Undecodable('wrongPrefix', `${shown(text)} is not "${expected.join('" or "')}"${isKnown}.`);
}

function checkedBytes(text: string, base: keyof typeof coders): Uint8Array {
  try {
    return coders[base].decode(text.slice(3));
  } catch (cause) {
    throw new Undecodable('notEncoded', `What follows ${shown(text)} is not ${base}.`, { cause });
  }
}

/**
 * Reads a text of either era.
 *
 * @param text whatever a peer may have sent
 * @param expected the kinds that it may be of
 * @throws Undecodable `notEncoded`, `wrongPrefix`, `wrongLength`, `wrongChecksum`; never anything else
 */
export function decode<K extends Kind>(text: string, ...expected: readonly [K, ...K[]]): Decoded<K> {
  if (typeof text !== 'string') throw new Undecodable('notEncoded', 'What was given is no text.');
  const { kind, era } = prefixOf(text, expected);
  const base = baseOf(kind, era);
  const most = longest[base];
  if (text.length > most.letters) {
    throw new Undecodable('wrongLength', `${text.length} letters are more than the ${most.letters} of ${base}.`);
  }
  const checked = checkedBytes(text, base);
  if (checked.length < checksumLength || checked.length > most.bytes) {
    throw new Undecodable('wrongLength', `${shown(text)} is too short for a checksum, or too long for anything.`);
  }
  const bytes = checked.slice(0, -checksumLength);
  if (byBytes(checksum(bytes), checked.subarray(-checksumLength)) !== 0) {
    throw new Undecodable('wrongChecksum', `${shown(text)} has the checksum of something else: it was damaged.`);
  }
  if (!fits(kind, era, bytes.length)) {
    throw new Undecodable('wrongLength', `${shown(text)} holds ${bytes.length} bytes, which "${kind}" cannot have.`);
  }
  return { kind, era, bytes };
}

/**
 * Writes bytes as text.
 *
 * ```ts
 * encode('ch', 'legacy', id); // 'ch$2cobu19u5X3rVgT2vVmnwpYgdzYtDMZekD1cHRLpwxZyk6BVVM'
 * ```
 *
 * @throws LocalMisuse `wrongLength` for what `decode` would not read
 */
export function encode(kind: Kind, era: Era, bytes: Uint8Array): string {
  const base = baseOf(kind, era);
  if (!fits(kind, era, bytes.length) || bytes.length + checksumLength > longest[base].bytes) {
    throw new LocalMisuse(`${bytes.length} bytes were to be written as "${kind}", which cannot have as many.`, {
      code: 'wrongLength',
    });
  }
  return `${kind}${era === 'legacy' ? '$' : '_'}${coders[base].encode(joined(bytes, checksum(bytes)))}`;
}

/** The tag that stands before the key in the 33 bytes of an account's id. */
const accountTag = 1;

/**
 * The public key of an account: 32 bytes. The protocol text writes accounts with the tag of their id before the key; both ways are read.
 *
 * @throws Undecodable as `decode`; `wrongLength` for the secp256k1 keys of old
 */
export function accountKey(text: string): Uint8Array {
  const { bytes } = decode(text, 'ak');
  if (bytes.length === 32) return bytes;
  if (bytes.length === 33 && bytes[0] === accountTag) return bytes.slice(1);
  throw new Undecodable('wrongLength', `${shown(text)} is no Ed25519 key of 32 bytes.`);
}

/** A channel's id as text; empty until it is known. */
export const idOf = ({ channelId, era }: { readonly channelId: string; readonly era: Era }): string =>
  channelId === '' ? '' : encode('ch', era, fromHex(channelId));
