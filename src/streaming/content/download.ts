/**
 * One download over HTTP, bounded in bytes and in time, in Node and in browsers.
 */
import { ConnectionLost, PeerMisbehaved } from '../../errors.ts';
import { readBody } from '../../readBody.ts';

export interface DownloadOptions {
  /** More bytes than these are not read. */
  readonly limit: number;
  /** Milliseconds for the whole of it. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * What is at an address.
 * @throws the signal's reason; ConnectionLost `fetchFailed`, `fetchTimedOut`; PeerMisbehaved `tooLarge`
 */
export async function download(url: URL, { limit, timeout, signal, fetch }: DownloadOptions): Promise<Uint8Array> {
  signal.throwIfAborted();
  const tooLate = AbortSignal.timeout(timeout);
  // Nothing that the user has with this host goes along: content is for anybody, and who pays is not the host's business.
  const init = {
    signal: AbortSignal.any([signal, tooLate]),
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  } as const;
  try {
    const response = await fetch(url, init);
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new ConnectionLost(`${url.href} answers ${response.status}.`, { code: 'fetchFailed' });
    }
    return await readBody(response, limit, url.href);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ConnectionLost || cause instanceof PeerMisbehaved) throw cause;
    if (tooLate.aborted)
      throw new ConnectionLost(`${url.href} was not here after ${timeout} ms.`, { code: 'fetchTimedOut', cause });
    throw new ConnectionLost(`${url.href} could not be fetched.`, { code: 'fetchFailed', cause });
  }
}
