/** What a stranger answers over HTTP, and no more of it than is wanted. */
import { PeerMisbehaved } from './errors.ts';

/**
 * The length that a response announces says nothing (it may be compressed, or a lie): what counts is what comes.
 *
 * @param name what is read, for the error: the URL that was asked may hold a secret
 * @throws PeerMisbehaved `tooLarge`, and what the network throws
 */
export async function readBody({ body }: Response, limit: number, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
    length += read.value.length;
    if (length > limit) {
      await reader?.cancel();
      throw new PeerMisbehaved(`${name} is larger than ${limit} bytes.`, { code: 'tooLarge' });
    }
    chunks.push(read.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
