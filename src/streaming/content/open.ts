/**
 * The last step of a payer: from a part and the key that was paid for to the content. Whatever does not fit is the payee's fault, and is said so.
 */
import { PeerMisbehaved } from '../../errors.ts';
import { openBox } from './boxes.ts';
import { sha256 } from './hash.ts';
import { openSegment } from './hls.ts';
import { type Manifest, partOf } from './manifest.ts';

/**
 * Checks a key against what the manifest says of it.
 * @throws PeerMisbehaved `wrongKey`
 */
export async function checkKey(manifest: Manifest, n: number, key: Uint8Array): Promise<void> {
  if ((await sha256(key)) !== partOf(manifest, n).keyHash)
    throw new PeerMisbehaved(`The key of part ${n} is not the one that the payee has committed to.`, {
      code: 'wrongKey',
    });
}

/**
 * Checks an encrypted part against what the manifest says of it.
 * @throws PeerMisbehaved `wrongPart`
 */
export async function checkPart(manifest: Manifest, n: number, bytes: Uint8Array): Promise<void> {
  const { bytes: length, hash } = partOf(manifest, n);
  if (bytes.length !== length || (await sha256(bytes)) !== hash)
    throw new PeerMisbehaved(`Part ${n} is not the one that the payee has committed to.`, { code: 'wrongPart' });
}

/**
 * Decrypts a part that was checked.
 * @throws PeerMisbehaved `wrongKey`; `corruptPart` when the payee has committed to a part and a key that do not fit
 */
export async function openPart(manifest: Manifest, n: number, bytes: Uint8Array, key: Uint8Array): Promise<Uint8Array> {
  await checkKey(manifest, n, key);
  const part = partOf(manifest, n);
  const plain = 'iv' in part ? await openSegment(bytes, part.iv, key) : openBox(bytes, key);
  if (plain !== undefined) return plain;
  throw new PeerMisbehaved(`Part ${n} cannot be opened with the key that the payee has committed to.`, {
    code: 'corruptPart',
  });
}
