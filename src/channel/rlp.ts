/**
 * RLP, the encoding of nested lists of bytes. Every value has one spelling, and only that is read: other decoders let second spellings pass, copy
 * the rest of the bytes for every item (a second for 64 KiB of small ones) or recurse as deep as a peer likes.
 */
import { joined } from './joined.ts';
import { Undecodable } from './undecodable.ts';

/** Bytes, or a list of items. */
export type Item = Uint8Array | readonly Item[];

/** Nothing in a channel's transaction is nested deeper than an update in the updates of a transaction: 3. */
const maxDepth = 8;

const shortText = 0x80;
const shortList = 0xc0;
/** The longest length that is written into the first byte. */
const maxShort = 55;

const isBytes = (item: Item): item is Uint8Array => item instanceof Uint8Array;

function bigEndian(length: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

function withLength(first: number, content: Uint8Array): Uint8Array {
  if (content.length <= maxShort) return joined(Uint8Array.of(first + content.length), content);
  const length = bigEndian(content.length);
  return joined(Uint8Array.of(first + maxShort + length.length), length, content);
}

/** The one encoding of `item`. */
export function encodeRlp(item: Item): Uint8Array {
  if (!isBytes(item)) return withLength(shortList, joined(...item.map(encodeRlp)));
  const [first = shortText] = item;
  return item.length === 1 && first < shortText ? item : withLength(shortText, item);
}

const notCanonical = (why: string) => new Undecodable('notCanonical', `The bytes are not canonical RLP: ${why}.`);

/** Where the content of an item stands. */
interface Span {
  readonly isList: boolean;
  readonly start: number;
  readonly end: number;
}

/** The length that is written in `size` bytes at `at`. */
function readLength(bytes: Uint8Array, at: number, size: number): number {
  // More than four bytes of length are more than there can be.
  if (size > 4 || bytes[at] === 0) throw notCanonical('a length is spelt with more bytes than it needs');
  let length = 0;
  for (const byte of bytes.subarray(at, at + size)) length = length * 256 + byte;
  if (length <= maxShort) throw notCanonical('a length is spelt with more bytes than it needs');
  return length;
}

function spanAt(bytes: Uint8Array, at: number, end: number): Span {
  const first = bytes[at] ?? 0;
  if (first < shortText) return { isList: false, start: at, end: at + 1 };
  const isList = first >= shortList;
  const short = first - (isList ? shortList : shortText);
  const size = Math.max(0, short - maxShort);
  const start = at + 1 + size;
  if (start > end) throw notCanonical('they end in the middle of an item');
  const span = { isList, start, end: start + (size === 0 ? short : readLength(bytes, at + 1, size)) };
  if (span.end > end) throw notCanonical('they end in the middle of an item');
  if (!isList && short === 1 && (bytes[start] ?? 0) < shortText) throw notCanonical('a small byte has a prefix');
  return span;
}

function readItem(bytes: Uint8Array, { isList, start, end }: Span, depth: number): Item {
  if (!isList) return bytes.slice(start, end);
  if (depth === maxDepth) throw notCanonical('lists are nested deeper than in any transaction');
  const items: Item[] = [];
  for (let at = start; at < end; ) {
    const span = spanAt(bytes, at, end);
    items.push(readItem(bytes, span, depth + 1));
    at = span.end;
  }
  return items;
}

/**
 * Reads what `encodeRlp` has written. What it gives shares no memory with `bytes`.
 *
 * @throws Undecodable `notCanonical`
 */
export function decodeRlp(bytes: Uint8Array): Item {
  if (bytes.length === 0) throw notCanonical('there are none');
  const span = spanAt(bytes, 0, bytes.length);
  if (span.end !== bytes.length) throw notCanonical('something follows the item');
  return readItem(bytes, span, 0);
}
