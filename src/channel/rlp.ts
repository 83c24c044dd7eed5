/**
 * RLP, the encoding of nested lists of bytes. Every value has one spelling, and only that is read: other decoders let second spellings pass, copy
 * the rest of the bytes for every item (a second for 64 KiB of small ones) or recurse as deep as a peer likes.
 */
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

/** How many bytes a number takes. */
const sizeOf = (value: number) => (value === 0 ? 0 : Math.floor(Math.log2(value) / 8) + 1);

const isOwnSpelling = (item: Uint8Array) => item.length === 1 && (item[0] ?? 0) < shortText;

function contentLength(item: Item): number {
  return isBytes(item) ? item.length : item.reduce((sum, inner) => sum + encodedLength(inner), 0);
}

function encodedLength(item: Item): number {
  if (isBytes(item) && isOwnSpelling(item)) return 1;
  const length = contentLength(item);
  return 1 + (length <= maxShort ? 0 : sizeOf(length)) + length;
}

/** Writes an item at `at`. @returns where it ends */
function write(into: Uint8Array, at: number, item: Item): number {
  if (isBytes(item) && isOwnSpelling(item)) {
    into.set(item, at);
    return at + 1;
  }
  const first = isBytes(item) ? shortText : shortList;
  const length = contentLength(item);
  const size = length <= maxShort ? 0 : sizeOf(length);
  into[at] = first + (size === 0 ? length : maxShort + size);
  for (let byte = 0; byte < size; byte += 1) into[at + 1 + byte] = Math.floor(length / 256 ** (size - 1 - byte)) % 256;
  const start = at + 1 + size;
  if (isBytes(item)) into.set(item, start);
  else item.reduce((end, inner) => write(into, end, inner), start);
  return start + length;
}

/** The one encoding of `item`, in fresh memory. */
export function encodeRlp(item: Item): Uint8Array {
  const bytes = new Uint8Array(encodedLength(item));
  write(bytes, 0, item);
  return bytes;
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
