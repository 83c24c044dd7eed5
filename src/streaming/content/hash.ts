/**
 * SHA-256 as hexadecimal text, with WebCrypto: it is in Node and in browsers, needs no dependency, and takes 6 ms for a megabyte
 * (on a processor without an instruction for it).
 */
import { LocalMisuse } from '../../errors.ts';
import { hex } from '../../random.ts';

/**
 * The platform's WebCrypto.
 * @throws LocalMisuse `noWebCrypto` where a page has none
 */
export function webCrypto(): SubtleCrypto {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle !== undefined) return subtle;
  throw new LocalMisuse('This page has no WebCrypto: serve it over https, or from localhost.', { code: 'noWebCrypto' });
}

/** The same bytes, as WebCrypto takes them: over memory that no other thread can change. A view of it, not a copy, wherever that is so. */
export const unshared = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Uint8Array.from(bytes);

/** The SHA-256 of `bytes`, 64 lower-case hexadecimal digits. `bytes` must not be written to before this resolves. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  return hex(new Uint8Array(await webCrypto().digest('SHA-256', unshared(bytes))));
}
