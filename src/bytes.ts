/** Bytes, their lower-case hexadecimal digits, and a name for them. */

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += pairs[byte];
  return digits;
}

/** What a hexadecimal digit says, by its character code. */
const digitOf = new Uint8Array(128);
for (let value = 0; value < 16; value += 1) {
  digitOf[value.toString(16).charCodeAt(0)] = value;
  digitOf[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** @param digits an even number of hexadecimal digits */
export function fromHex(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = ((digitOf[digits.charCodeAt(2 * at)] ?? 0) << 4) | (digitOf[digits.charCodeAt(2 * at + 1)] ?? 0);
  }
  return bytes;
}

/** A text of as many letters: what a map finds bytes by. For some hundred bytes; as spread arguments they take seven times as long. */
export function nameOf(bytes: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, undefined, bytes);
}
