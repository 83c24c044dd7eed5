/**
 * A payer's side of the content: fetches the manifest and the encrypted parts, and gives out nothing that is not what the payee has committed to.
 *
 * The order is the payer's protection: fetch a part, check it, and only then pay for it. Once the key is here, `open` checks that too. In Node and
 * in browsers.
 */
import { LocalMisuse, PeerMisbehaved } from '../../errors.ts';
import { download } from './download.ts';
import { sha256 } from './hash.ts';
import { type Manifest, maxManifestBytes, partOf, readManifest } from './manifest.ts';
import { checkKey, checkPart, openPart } from './open.ts';

export interface PartSourceOptions {
  /** What the payee's offer pins, 64 hexadecimal digits. */
  readonly commitment: string;
  /** Parts that are fetched before they are asked for. @defaultValue 2 */
  readonly ahead?: number;
  /** Bytes that parts fetched in advance may have together. @defaultValue 32 MiB */
  readonly aheadBytes?: number;
  /** Milliseconds for one part, and for the manifest. @defaultValue 30 000 */
  readonly timeout?: number;
  /** @defaultValue the platform's */
  readonly fetch?: typeof globalThis.fetch;
  /** Ends the source, as `close` does. */
  readonly signal?: AbortSignal;
}

/** A part that is here or on its way. */
interface Held {
  readonly bytes: Promise<Uint8Array>;
  readonly abort: AbortController;
}

/**
 * Fetches the manifest of a stream and checks it against the commitment.
 *
 * @param content where the offer says that the parts are: the address of the folder with `manifest.json`
 * @example
 * const source = await partSource(offer.content, { commitment: offer.commitment });
 * await source.part(0); // it is here, and what was promised: now pay
 * const plain = await source.open(0, key);
 * @throws PeerMisbehaved `badContent` when `content` is no http address, `wrongManifest`
 * @throws ConnectionLost `fetchFailed`, `fetchTimedOut`; LocalMisuse `noCommitment`
 */
export async function partSource(content: string, options: PartSourceOptions): Promise<PartSource> {
  const { commitment } = options;
  if (!/^[0-9a-f]{64}$/.test(commitment))
    throw new LocalMisuse('Without a commitment of 64 hexadecimal digits no part can be checked.', {
      code: 'noCommitment',
    });
  const base = folder(content);
  const settings = {
    ahead: options.ahead ?? 2,
    aheadBytes: options.aheadBytes ?? 32 * 1_048_576,
    timeout: options.timeout ?? 30_000,
    fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
    ended: new AbortController(),
  };
  const signal = options.signal ?? settings.ended.signal;
  const limit = maxManifestBytes;
  const bytes = await download(new URL('manifest.json', base), { ...settings, limit, signal }).catch(
    as('wrongManifest'),
  );
  const manifest = await readManifest(new TextDecoder().decode(bytes), commitment);
  signal.throwIfAborted();
  const source = new PartSource(base, manifest, settings);
  options.signal?.addEventListener('abort', () => source.close(), { once: true, signal: settings.ended.signal });
  return source;
}

interface Settings {
  readonly ahead: number;
  readonly aheadBytes: number;
  readonly timeout: number;
  readonly fetch: typeof globalThis.fetch;
  readonly ended: AbortController;
}

/** The encrypted parts of one stream. Made by `partSource`. */
export class PartSource {
  readonly manifest: Manifest;
  readonly #base: URL;
  readonly #settings: Settings;
  readonly #held = new Map<number, Held>();

  constructor(base: URL, manifest: Manifest, settings: Settings) {
    this.#base = base;
    this.manifest = manifest;
    this.#settings = settings;
  }

  /**
   * The ciphertext of part `n`, checked: it is the part that the payee has committed to. The bytes are not the caller's: they must not be written to.
   *
   * Then the parts after it are fetched in advance. One part before it is kept; others are forgotten, and stopped if they are on their way.
   * @throws PeerMisbehaved `wrongPart`; ConnectionLost `fetchFailed`, `fetchTimedOut`; LocalMisuse `noSuchPart`, `closed`, and `forgotten` when another
   * part was asked for meanwhile; the signal's reason
   */
  async part(n: number, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Uint8Array> {
    partOf(this.manifest, n);
    signal?.throwIfAborted();
    for (const [other, { abort }] of this.#held) {
      if (other >= n - 1 && other <= n + this.#settings.ahead) continue;
      this.#held.delete(other);
      abort.abort(
        new LocalMisuse(`Part ${other} is no longer wanted, since part ${n} was asked for.`, { code: 'forgotten' }),
      );
    }
    const bytes = await until(this.#hold(n).bytes, signal);
    this.#fetchAfter(n);
    return bytes;
  }

  /**
   * The initialization section of an fMP4 stream, checked; `undefined` where there is none.
   * @throws PeerMisbehaved `wrongPart`; ConnectionLost `fetchFailed`, `fetchTimedOut`; the signal's reason
   */
  async map({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Uint8Array | undefined> {
    const { manifest } = this;
    if (manifest.kind !== 'hls' || manifest.map === null) return undefined;
    const { bytes: limit, hash } = manifest.map;
    const ended = this.#settings.ended.signal;
    const either = signal === undefined ? ended : AbortSignal.any([signal, ended]);
    const url = new URL(`map.mp4?${hash}`, this.#base);
    const bytes = await download(url, { ...this.#settings, limit, signal: either }).catch(as('wrongPart'));
    if ((await sha256(bytes)) === hash) return bytes;
    throw new PeerMisbehaved('The initialization section is not the one that the payee has committed to.', {
      code: 'wrongPart',
    });
  }

  /** Checks a key. @throws PeerMisbehaved `wrongKey` */
  checkKey(n: number, key: Uint8Array): Promise<void> {
    return checkKey(this.manifest, n, key);
  }

  /**
   * The content of part `n`.
   * @throws PeerMisbehaved `wrongKey`, `corruptPart`, and what `part` throws when the part is not held any more and must be fetched again
   */
  async open(n: number, key: Uint8Array, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Uint8Array> {
    await this.checkKey(n, key);
    signal?.throwIfAborted();
    return openPart(this.manifest, n, await until(this.#hold(n).bytes, signal), key);
  }

  /** Forgets all parts and stops what is on its way. */
  close(): void {
    this.#settings.ended.abort(new LocalMisuse('The source of these parts was closed.', { code: 'closed' }));
    this.#held.clear();
  }

  #hold(n: number): Held {
    const known = this.#held.get(n);
    if (known !== undefined) return known;
    const abort = new AbortController();
    const held: Held = { abort, bytes: this.#fetch(n, abort.signal) };
    this.#held.set(n, held);
    // What failed is not kept: whoever asks next tries again. Nobody may be waiting for it, so that its rejection is heard here.
    held.bytes.catch(() => {
      if (this.#held.get(n) === held) this.#held.delete(n);
    });
    return held;
  }

  async #fetch(n: number, forgotten: AbortSignal): Promise<Uint8Array> {
    const { bytes: limit, hash } = partOf(this.manifest, n);
    const signal = AbortSignal.any([forgotten, this.#settings.ended.signal]);
    const url = new URL(`${n}.part?${hash}`, this.#base);
    const bytes = await download(url, { ...this.#settings, limit, signal }).catch(as('wrongPart'));
    await checkPart(this.manifest, n, bytes);
    return bytes;
  }

  #fetchAfter(n: number): void {
    const { ahead, aheadBytes, ended } = this.#settings;
    let room = aheadBytes;
    for (const { bytes } of this.manifest.parts.slice(n + 1, n + 1 + ahead)) {
      n += 1;
      room -= bytes;
      if (room < 0 || ended.signal.aborted) return;
      this.#hold(n);
    }
  }
}

/** The address of a folder, from what a peer says. */
function folder(content: string): URL {
  const page: string | undefined = globalThis.location?.href;
  const url = URL.canParse(content, page) ? new URL(content, page) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new PeerMisbehaved('The payee names no http address for its content.', { code: 'badContent' });
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** What is larger than it should be is not what was promised. */
const as =
  (code: 'wrongManifest' | 'wrongPart') =>
  (error: unknown): never => {
    if (error instanceof PeerMisbehaved) throw new PeerMisbehaved(error.message, { code, cause: error });
    throw error;
  };

/** Waits for what others may wait for too: the signal ends this wait, and nothing else. */
function until<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
