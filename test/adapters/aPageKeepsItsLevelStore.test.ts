/** The level store in a real browser: on IndexedDB, there after the page is loaded anew, and open in one page only. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build, type Plugin } from 'esbuild';
import { useBrowser } from './browser.ts';

const browser = useBrowser();
let url: string;
const server = createServer();

/** What `level` wants of Node's `events`, as long as nobody listens. An app has the npm package of that name. */
const events: Plugin = {
  name: 'events',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^events$/ }, () => ({ path: 'events', namespace: 'events' }));
    const contents = 'exports.EventEmitter = class { on() {} emit() {} listenerCount() { return 0; } };';
    onLoad({ filter: /.*/, namespace: 'events' }, () => ({ contents }));
  },
};

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL('../../adapters/level.ts', import.meta.url).pathname],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'statewire',
    plugins: [events],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

beforeAll(async () => {
  const text = await bundle();
  server.on('request', (request, response) => {
    if (request.url === '/bundle.js') response.setHeader('Content-Type', 'text/javascript').end(text);
    else if (request.url === '/favicon.ico') response.writeHead(204).end();
    else response.setHeader('Content-Type', 'text/html').end('<!doctype html><script src="/bundle.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const open = `statewire.LevelStore.open('channels')`;

it('keeps what it is given over a reload, shares syncs, and belongs to one page', async () => {
  const { page, errors } = await browser.open(url);
  const first = await page.evaluate(`(async () => {
    globalThis.store = await ${open};
    await Promise.all(Array.from({ length: 100 }, (_, n) => store.write([{ key: 'a/' + n, value: 'v' + n }, { key: 'ä', value: '😀' }])));
    await store.write([{ key: 'a/1', value: undefined }]);
    return [store.writes, store.syncs];
  })()`);
  expect(first).toEqual([101, 2]);

  const popup = page.waitForEvent('popup');
  await page.evaluate('void window.open(location.href)');
  const other = await popup;
  await other.waitForLoadState();
  const refusal = await other.evaluate(`${open}.catch(({ name, code }) => [name, code])`);
  expect(refusal).toEqual(['StoreFailed', 'storeLocked']);

  await page.reload();
  const again = await page.evaluate(`(async () => {
    globalThis.store = await ${open};
    const keys = [];
    for await (const key of store.keys('a/')) keys.push(key);
    return [keys.length, keys[0], keys[1], await store.read('a/99'), await store.read('ä'), (await store.read('a/1')) === undefined];
  })()`);
  expect(again).toEqual([99, 'a/0', 'a/10', 'v99', '😀', true]);

  expect(await page.evaluate(`store.close().then(() => store.read('ä')).catch(({ code }) => code)`)).toBe(
    'storeClosed',
  );
  expect(await other.evaluate(`${open}.then((store) => store.read('ä'))`)).toBe('😀');
  expect(errors).toEqual([]);
  await page.close();
});
