/**
 * A loader for hls.js, through which it gets everything: playlist, initialization section, parts, and keys once they are paid. What it plays was
 * checked, and a part is here and checked before its key is asked for, that is before it is paid.
 *
 * hls.js loads keys with `config.loader`, as all else, and leaves time limits to it: a payment may take as long as a person thinks. It fills its
 * buffer by time, and each part in the buffer is paid: so `maxBufferLength` and `maxMaxBufferLength` say how many seconds are paid in advance.
 *
 * hls.js is not imported: this has the shape of its loaders (version 1.5 and later).
 */
import { LocalMisuse } from '../../errors.ts';
import type { PartSource } from './fetchParts.ts';
import { keyScheme, playlistText } from './playlist.ts';

export interface PlayerLoaderOptions {
  /** Of an HLS stream. */
  readonly source: PartSource;
  /**
   * The key of a part, once it is paid. The part is here by then. Asked again when the player wants the part again or tries again after an error:
   * what was paid must not be paid twice.
   */
  readonly keyFor: (n: number, signal: AbortSignal) => Promise<Uint8Array>;
  /** Told why something could not be loaded; hls.js only knows that, and tries again. After a `PeerMisbehaved` destroy the player. */
  readonly failed?: (error: unknown) => void;
}

/** What hls.js measures of a load, in milliseconds and bytes. */
export interface LoadStats {
  aborted: boolean;
  loaded: number;
  retry: number;
  total: number;
  chunkCount: number;
  bwEstimate: number;
  loading: { start: number; first: number; end: number };
  parsing: { start: number; end: number };
  buffering: { start: number; first: number; end: number };
}

/** What a loader tells hls.js. */
export interface LoadCallbacks<Context> {
  onSuccess(response: LoadResponse, stats: LoadStats, context: Context, details: null): void;
  onError(error: { code: number; text: string }, context: Context, details: null, stats: LoadStats): void;
  onAbort?(stats: LoadStats, context: Context, details: null): void;
}

export interface LoadResponse {
  url: string;
  data: string | ArrayBuffer;
  code: number;
}

/** A loader as hls.js wants it: one object for each load. */
export interface PlayerLoader<Context> {
  context: Context | null;
  stats: LoadStats;
  load(context: Context, config: unknown, callbacks: LoadCallbacks<Context>): void;
  abort(): void;
  destroy(): void;
}

const addresses = {
  playlist: 'statewire-playlist:',
  map: 'statewire-map:',
  part: 'statewire-part:',
  key: keyScheme,
} as const;

/** What to give to `hls.loadSource`. */
export const playerAddress = ({ manifest }: PartSource): string => `${addresses.playlist}${manifest.stream}`;

/**
 * A class for `new Hls({ loader })`.
 *
 * @example
 * const hls = new Hls({ loader: playerLoader({ source, keyFor }), maxBufferLength: 4, maxMaxBufferLength: 4 });
 * hls.loadSource(playerAddress(source));
 * hls.attachMedia(video);
 * @throws LocalMisuse `notHls`
 */
export function playerLoader<Context extends { url: string }>(
  options: PlayerLoaderOptions,
): new () => PlayerLoader<Context> {
  if (options.source.manifest.kind !== 'hls')
    throw new LocalMisuse(`"${options.source.manifest.stream}" is no HLS stream.`, { code: 'notHls' });
  return class {
    context: Context | null = null;
    stats = freshStats();
    readonly #abort = new AbortController();
    #callbacks: LoadCallbacks<Context> | undefined;

    load(context: Context, _config: unknown, callbacks: LoadCallbacks<Context>): void {
      this.context = context;
      this.#callbacks = callbacks;
      const { stats } = this;
      stats.loading.start = performance.now();
      loaded(options, context.url, this.#abort.signal).then(
        (data) => {
          if (this.#callbacks === undefined) return;
          this.#callbacks = undefined;
          stats.loading.end = performance.now();
          stats.loading.first = stats.loading.end;
          stats.loaded = typeof data === 'string' ? data.length : data.byteLength;
          stats.total = stats.loaded;
          callbacks.onSuccess({ url: context.url, data, code: 200 }, stats, context, null);
        },
        (error: unknown) => {
          if (this.#callbacks === undefined) return;
          this.#callbacks = undefined;
          options.failed?.(error);
          callbacks.onError({ code: 0, text: error instanceof Error ? error.message : '' }, context, null, stats);
        },
      );
    }

    abort(): void {
      const callbacks = this.#callbacks;
      const { context, stats } = this;
      this.destroy();
      if (callbacks !== undefined && context !== null) callbacks.onAbort?.(stats, context, null);
    }

    destroy(): void {
      if (this.#callbacks !== undefined) this.stats.aborted = true;
      this.#callbacks = undefined;
      this.#abort.abort();
    }
  };
}

async function loaded(
  { source, keyFor }: PlayerLoaderOptions,
  url: string,
  signal: AbortSignal,
): Promise<string | ArrayBuffer> {
  const { manifest } = source;
  const kind = (['playlist', 'map', 'part', 'key'] as const).find((name) => url.startsWith(addresses[name]));
  const [stream, number] = kind === undefined ? [] : url.slice(addresses[kind].length).split('/');
  const n = Number(number);
  if (kind === undefined || stream !== manifest.stream || manifest.kind !== 'hls')
    throw new LocalMisuse(`${url} is nothing of "${manifest.stream}".`, { code: 'unknownAddress' });
  switch (kind) {
    case 'playlist':
      return playlistText(manifest, {
        map: `${addresses.map}${stream}`,
        part: (part) => `${addresses.part}${stream}/${part}`,
        key: (part) => `${addresses.key}${stream}/${part}`,
      });
    case 'map':
      return own((await source.map({ signal })) ?? new Uint8Array());
    case 'part':
      return own(await source.part(n, { signal }));
    case 'key': {
      await source.part(n, { signal });
      const key = await keyFor(n, signal);
      await source.checkKey(n, key);
      return own(key);
    }
  }
}

/** A copy: hls.js gives its memory away to its worker. */
const own = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

const freshStats = (): LoadStats => ({
  aborted: false,
  loaded: 0,
  retry: 0,
  total: 0,
  chunkCount: 0,
  bwEstimate: 0,
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
});
