/** The browser adapter in a real browser: frames in order, also around pauses and the end; close codes; `handedOver`; what cannot be connected. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Page } from 'playwright-core';
import { WebSocket, WebSocketServer } from 'ws';
import { type Bundle, bundle, useBrowser } from './browser.ts';

const browser = useBrowser();
let bundled: Bundle;
let http: Server;
let sockets: WebSocketServer;
let origin: string;
let page: Page;

beforeAll(async () => {
  bundled = await bundle(`export { connect } from 'statewire/adapters/websocket';`);
  http = createServer((request, response) => {
    if (request.url === '/bundle.js') response.setHeader('Content-Type', 'text/javascript').end(bundled.text);
    else response.setHeader('Content-Type', 'text/html').end('<!doctype html><script src="/bundle.js"></script>');
  });
  sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const at = http.address();
  origin = `127.0.0.1:${at !== null && typeof at === 'object' ? at.port : 0}`;
  page = (await browser.open(`http://${origin}`)).page;
});
afterAll(async () => {
  await page.close();
  for (const socket of sockets.clients) socket.terminate();
  await new Promise((resolve) => http.close(resolve));
});

/** Runs `code` in the page, with `transport` connected to a peer of ours, and `told`, to which everything is written that it tells. */
async function inPage(peer: (socket: WebSocket) => void, code: string): Promise<unknown> {
  const arrived = new Promise<WebSocket>((resolve) => sockets.once('connection', (socket) => resolve(socket)));
  const running = page.evaluate(`(async () => {
    const Native = WebSocket;
    let socket;
    globalThis.WebSocket = class extends Native { constructor(url) { super(url); socket = this; } };
    const transport = await statewire.connect('ws://${origin}', {});
    globalThis.WebSocket = Native;
    /** The page has seen the end of the line, whether or not it was told. */
    const ended = new Promise((resolve) => socket.addEventListener('close', resolve));
    const told = [];
    let wake = () => {};
    const events = {
      frame: (frame) => { told.push(typeof frame === 'string' ? frame : [...frame]); wake(); },
      closed: ({ code, reason }) => { told.push({ code, reason }); wake(); },
    };
    const count = async (n) => { while (told.length < n) await new Promise((resolve) => { wake = resolve; }); };
    ${code}
  })()`);
  peer(await arrived);
  return running;
}

const burst = (socket: WebSocket) => {
  for (let n = 0; n < 5; n += 1) socket.send(`${n}`);
  socket.close(1001, 'bye');
};
const all = ['0', '1', '2', '3', '4', { code: 1001, reason: 'bye' }];

it('gives frames in order, and the end after them', async () => {
  expect(await inPage(burst, 'transport.attach(events); await count(6); return told;')).toEqual(all);
});

it('gives what came before it was attached, and the end after it', async () => {
  expect(await inPage(burst, 'await ended; transport.attach(events); await count(6); return told;')).toEqual(all);
});

it('gives what came while it was paused before it tells the end', async () => {
  const code =
    'transport.attach(events); transport.pause(); await ended; const before = [...told]; transport.resume(); await count(6); return [before, told];';
  expect(await inPage(burst, code)).toEqual([[], all]);
});

it('tells nothing after the end, when it is paused from within a frame', async () => {
  const code = `
    await ended;
    const { frame } = events;
    events.frame = (text) => { frame(text); if (text === '2') transport.pause(); };
    transport.attach(events);
    const before = [...told];
    transport.resume();
    await count(6);
    return [before, told];`;
  expect(await inPage(burst, code)).toEqual([['0', '1', '2'], all]);
});

it('sends text as text and bytes as bytes, in order, and tells what has left', async () => {
  const got: unknown[] = [];
  const handedOver = await inPage(
    (socket) => {
      socket.on('message', (data, isBinary) => {
        got.push(isBinary ? 'bytes' : String(data));
        if (String(data) === 'last') socket.close(1000);
      });
    },
    `transport.attach(events);
    const all = ['first', new Uint8Array([1, 2]), 'last'].map((frame) => new Promise((resolve) => transport.send(frame, resolve)));
    const outcomes = await Promise.all(all);
    await count(1);
    const late = await new Promise((resolve) => { const taken = transport.send('late', (ok) => queueMicrotask(() => resolve([taken, ok]))); });
    return [outcomes, late];`,
  );
  expect(handedOver).toEqual([
    [true, true, true],
    [false, false],
  ]);
  expect(got).toEqual(['first', 'bytes', 'last']);
});

it.each<[string, string, number]>([
  ['1000', 'transport.close()', 1000],
  ['a code of the app', "transport.close(4001, 'mine')", 4001],
  ['a code that a page may not say, as 1000', "transport.close(1001, 'going')", 1000],
  ['a cut, as a close: a page cannot cut', 'transport.terminate()', 1005],
])('closes with %s', async (_, deed, expected) => {
  let code = 0;
  await inPage((socket) => {
    socket.on('close', (told) => {
      code = told;
    });
  }, `transport.attach(events); ${deed}; await count(1); return told;`);
  for (const socket of sockets.clients) if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
  expect([expected, 1000]).toContain(code);
});

it('rejects when nobody is there, when it is aborted before or meanwhile, and what is no URL', async () => {
  const rejection = (code: string) => page.evaluate(`${code}.then(() => 'open', ({ name, code }) => [name, code])`);
  const lost = ['ConnectionLost', 'connectFailed'];
  expect(await rejection(`statewire.connect('ws://127.0.0.1:1', {})`)).toEqual(lost);
  expect(await rejection(`statewire.connect('ws://${origin}', { signal: AbortSignal.abort() })`)).toEqual(lost);
  const meanwhile = `(() => {
    const controller = new AbortController();
    const connecting = statewire.connect('ws://${origin}', { signal: controller.signal });
    controller.abort();
    return connecting;
  })()`;
  expect(await rejection(meanwhile)).toEqual(lost);
  expect(await rejection(`statewire.connect('nonsense://', {})`)).toEqual(['LocalMisuse', 'badUrl']);
});
