/**
 * The encrypted parts over plain HTTP, for anybody: what nobody can open needs no guard. Keys are not here; this file never asks a show for one.
 *
 * A path is never made of what a request says: a request names a show that is known, and in it a number or one of three names.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Manifest, manifestText } from './manifest.ts';
import { playlistText } from './playlist.ts';
import type { Show } from './show.ts';

export interface ContentRoutesOptions {
  /** What stands before the stream's name; begins and ends with a slash. @defaultValue `/` */
  readonly base?: string;
}

/** Answers a request if it is for a show. @returns whether it was; otherwise nothing was done to the response */
export type ContentRoutes = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What is served at one address. */
interface Content {
  readonly type: string;
  readonly length: number;
  /** A hash of it. */
  readonly tag: string;
  body(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const year = 'public, max-age=31536000, immutable';
const address = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/(?:(manifest\.json|index\.m3u8|map\.mp4)|(0|[1-9]\d{0,5})\.part)$/;

/**
 * Serves `<stream>/manifest.json`, `<stream>/<n>.part`, and for HLS `<stream>/index.m3u8` and `<stream>/map.mp4`.
 *
 * A part that is asked for with its hash, as in `0.part?<hash>`, never changes and may be cached for ever; with another hash it is not there, since
 * it belongs to another show of that name. Without a hash a cache has to ask again.
 *
 * @param find the show of a name; a map of shows does
 * @example
 * const shows = new Map([[show.manifest.stream, show]]);
 * const serve = contentRoutes((stream) => shows.get(stream));
 * createServer((request, response) => { if (!serve(request, response)) response.writeHead(404).end(); });
 */
export function contentRoutes(
  find: (stream: string) => Show | undefined,
  { base = '/' }: ContentRoutesOptions = {},
): ContentRoutes {
  return (request, response) => {
    const [path = '', query] = (request.url ?? '').split('?', 2);
    if (!path.startsWith(base)) return false;
    const rest = path.slice(base.length);
    const show = find(rest.slice(0, Math.max(0, rest.indexOf('/'))));
    if (show === undefined) return false;
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const [, , name, number] = address.exec(rest) ?? [];
    const content = number === undefined ? named(show, name) : part(show, Number(number));
    if (content === undefined) response.writeHead(404).end();
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    else if (query !== undefined && number !== undefined && query !== content.tag) response.writeHead(404).end();
    else answer(request, response, content, query === content.tag);
    return true;
  };
}

function answer(request: IncomingMessage, response: ServerResponse, content: Content, isPinned: boolean): void {
  const tag = `"${content.tag}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', isPinned ? year : 'no-cache');
  const known = request.headers['if-none-match']?.split(',').map((item) => item.trim().replace(/^W\//, ''));
  if (known?.some((item) => item === tag || item === '*')) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': content.type, 'Content-Length': content.length });
  if (request.method === 'HEAD') response.end();
  // Whoever leaves in the middle, or a disk that fails, ends the connection: the promised length is not reached, and the other side sees it.
  else pipeline(content.body(), response).catch(() => response.destroy());
}

function named(show: Show, name: string | undefined): Content | undefined {
  const { manifest, commitment } = show;
  if (name === 'manifest.json') return text('application/json', manifestText(manifest), commitment);
  if (manifest.kind !== 'hls') return undefined;
  if (name === 'index.m3u8') return text('application/vnd.apple.mpegurl', playlistText(manifest), commitment);
  const { map } = manifest;
  if (name !== 'map.mp4' || map === null) return undefined;
  return { type: 'video/mp4', length: map.bytes, tag: map.hash, body: () => show.map() };
}

function text(type: string, content: string, tag: string): Content {
  const bytes = Buffer.from(content);
  return { type, length: bytes.length, tag, body: () => [bytes] };
}

function part(show: Show, n: number): Content | undefined {
  const entry: Manifest['parts'][number] | undefined = show.manifest.parts[n];
  if (entry === undefined) return undefined;
  return { type: 'application/octet-stream', length: entry.bytes, tag: entry.hash, body: () => show.part(n) };
}
