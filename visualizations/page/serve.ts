/**
 * The page that `npm start` shows: a film that is paid for while it plays. One port for the page, the encrypted parts and the payee's WebSocket.
 *
 * The script is bundled at the start, in memory; the page loads nothing from anywhere else, and its content policy forbids it to. Node only.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemoryStore } from '../../adapters/memoryStore.ts';
import { freshSigner } from '../../src/keys/index.ts';
import { plain } from '../../src/streaming/plain.ts';
import { type PayeeServer, type PayeeServerOptions, payeeServer, prepare } from '../../src/streaming/serve.ts';
import { Trust } from '../../src/streaming/trust.ts';

/** What the film costs: a part is two seconds. */
const price = 2n;
const unit = 'ct';
const partMs = 2_000;
/** The payee asks so much before a part is over: it is a little faster than the picture, so that the picture never waits for it. */
const lead = 250;

/** One answer. */
interface Page {
  readonly type: string;
  readonly text: string;
  /** Where its style may come from. */
  readonly style?: string;
}

export interface PageServer {
  /** For a browser. */
  readonly url: string;
  readonly payees: PayeeServer['payees'];
  close(): Promise<void>;
}

/** The checkout: the sources lie there, also when this file was compiled into `dist`. */
const root = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url));
const own = (file: string) => join(root, 'visualizations/page', file);

/** What a page may do. */
const policyOf = ({ style = "'self'" }: Page) => policy.replace('$style', style);

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  'style-src $style',
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  'media-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Starts the payee and its page.
 * @throws ConnectionLost `listenFailed`
 */
export async function servePage(
  options: Pick<PayeeServerOptions, 'port' | 'host' | 'notify'> = {},
): Promise<PageServer> {
  const directory = await mkdtemp(join(tmpdir(), 'statewire-page-'));
  const clear = () => rm(directory, { recursive: true, force: true });
  try {
    const [http, show] = await Promise.all([
      pages(),
      prepare({ kind: 'hls', stream: 'film', playlist: own('sample/index.m3u8') }, { directory }),
    ]);
    const server = await payeeServer({
      ...options,
      shows: [{ show, price, unit, partMs }],
      signer: await freshSigner(),
      wallet: 'the payee',
      store: new MemoryStore(),
      scheme: plain,
      settlement: new Trust('1000'),
      limits: { lead },
      http,
    });
    const close = async () => {
      await server.close();
      await clear();
    };
    return { url: `${server.url.replace(/^ws/, 'http')}/`, payees: server.payees, close };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** Answers for the page, its style and its script. */
async function pages(): Promise<RequestListener> {
  const [html, css, js, svg] = await Promise.all([
    readFile(own('index.html'), 'utf8'),
    readFile(own('style.css'), 'utf8'),
    script(),
    readFile(join(root, 'visualizations/streaming/payer.svg'), 'utf8').catch(() => undefined),
  ]);
  const files = new Map<string, Page>([
    ['/', { type: 'text/html; charset=utf-8', text: html }],
    ['/style.css', { type: 'text/css; charset=utf-8', text: css }],
    ['/script.js', { type: 'text/javascript; charset=utf-8', text: js }],
  ]);
  // A chart brings its style within.
  if (svg !== undefined) files.set('/payer.svg', { type: 'image/svg+xml', text: svg, style: "'unsafe-inline'" });
  return (request, response) => {
    const file = files.get(request.url?.split('?', 1)[0] ?? '');
    if (file === undefined) response.writeHead(404).end('Not here.\n');
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    else {
      response.writeHead(200, {
        'Content-Type': file.type,
        'Content-Security-Policy': policyOf(file),
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-cache',
      });
      response.end(request.method === 'HEAD' ? undefined : file.text);
    }
  };
}

/** The payer's side as one script. */
async function script(): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [own('client.ts')],
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    conditions: ['browser'],
    format: 'esm',
    target: 'es2022',
    legalComments: 'eof',
    logLevel: 'error',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('The script of the page is empty.');
  return output.text;
}
