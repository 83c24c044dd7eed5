/**
 * JSON text as it came: finding a member's text without reading it, and reading numbers that a double cannot hold.
 *
 * `memberText` must only be given text that `JSON.parse` has accepted: it skips, it does not check.
 */
import { isInteger, isSafeNumber, parse, stringify } from 'lossless-json';
import { LocalMisuse } from './errors.ts';

/** What JSON can say, with whole numbers beyond 2^53 as bigint. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

const quote = 0x22;
const backslash = 0x5c;

/** Where the string that opens at `start` ends, behind its closing quote. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
}

/** Where the value that starts at `start` ends: before the `,` or `}` that follows it at its own depth. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at) - 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (depth === 0) return at;
        depth -= 1;
        break;
      case 0x2c: // ,
        if (depth === 0) return at;
        break;
      default:
        break;
    }
  }
  return text.length;
}

/**
 * The text of the member `name` of the object that `text` is, as it stands there, or `undefined`. Of a name that occurs twice the last counts, as
 * for `JSON.parse`. `text` must be the valid JSON of an object.
 */
export function memberText(text: string, name: string): string | undefined {
  let found: string | undefined;
  let at = text.indexOf('{') + 1;
  for (;;) {
    const open = text.indexOf('"', at);
    if (open === -1) return found;
    const close = endOfString(text, open);
    const raw = text.slice(open + 1, close - 1);
    const key: unknown = raw.includes('\\') ? JSON.parse(text.slice(open, close)) : raw;
    const start = text.indexOf(':', close) + 1;
    const end = endOfValue(text, start);
    if (key === name) found = text.slice(start, end).trim();
    if (text.charCodeAt(end) !== 0x2c) return found;
    at = end + 1;
  }
}

const longNumber = /\d{16}/;

/**
 * The value of JSON text; whole numbers that a double cannot hold exactly are bigint.
 * @throws SyntaxError
 */
export function parseJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  if (!longNumber.test(text)) return value;
  try {
    return parse(text, undefined, {
      parseNumber: (digits) => (isInteger(digits) && !isSafeNumber(digits) ? BigInt(digits) : Number(digits)),
      onDuplicateKey: ({ newValue }) => newValue,
    }) as JsonValue;
  } catch {
    // Nested deeper than the lossless parser can go.
    return value;
  }
}

/**
 * The JSON text of a value; bigint is written as a whole number.
 * @throws LocalMisuse `notJson` for what JSON cannot say: undefined, a function, a cycle, a number that is not finite
 */
export function toJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = stringify(value, (_, member) => {
      if (typeof member === 'number' && !Number.isFinite(member)) throw new RangeError(`${member} is no JSON number.`);
      return member;
    });
  } catch (cause) {
    throw new LocalMisuse('The message cannot be written as JSON.', { code: 'notJson', cause });
  }
  if (text === undefined) throw new LocalMisuse('The message cannot be written as JSON.', { code: 'notJson' });
  return text;
}

/**
 * Lets JSON text pass.
 * @throws LocalMisuse `notJson`
 */
export function checkJson(text: string): void {
  try {
    JSON.parse(text);
    // Half of a letter has no UTF-8, and would arrive as another letter.
    if (!text.isWellFormed()) throw new SyntaxError('The text holds half of a letter.');
  } catch (cause) {
    throw new LocalMisuse('The message is not JSON.', { code: 'notJson', cause });
  }
}
