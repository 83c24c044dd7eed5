/** A line of the old kind, to real servers of version 2 and 4 and to ours: packets with bytes and answers both ways, and how it begins and ends. */
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { engine3 } from '../../adapters/engine3.ts';
import { connect } from '../../adapters/ws.ts';
import type { PacketFrame } from '../../src/packets.ts';
import type { ConnectOptions, Transport } from '../../src/transport.ts';
import { installed, installTimeout } from '../interop/install.ts';
import { event, ToldPackets, useSocketIo } from './socketioLine.ts';

const lines = useSocketIo();
const open = engine3(connect);
const bytes = Uint8Array.of(0, 4, 255);

/** What servers of both versions have. */
interface RealSocket {
  on(event: string, listener: (...args: unknown[]) => void): void;
  emit(event: string, ...args: unknown[]): void;
  disconnect(all?: boolean): void;
  readonly conn: { on(event: 'packet', listener: (packet: { readonly type: string }) => void): void };
}
type RealServer = { on(event: 'connection', listener: (socket: RealSocket) => void): void; close(): unknown };
type Start = (http: HttpServer, options: object) => RealServer;

let startOld: Start;
beforeAll(async () => {
  startOld = (await installed('star'))('socket.io');
}, installTimeout);

const starts: readonly (readonly [string, Start])[] = [
  ['version 2', (http, options) => startOld(http, options)],
  ['version 4', (http, options) => new Server(http, { ...options, allowEIO3: true })],
];

async function serve(start: Start, options: object = {}) {
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server = start(http, options);
  lines.later(() => server.close());
  const sockets: RealSocket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('echo', (...args) => socket.emit('echoed', ...args));
    socket.on('ask', (question, answer) => {
      if (typeof answer === 'function') answer(null, question);
    });
  });
  const { port }: AddressInfo = Object(http.address());
  return { url: `http://127.0.0.1:${port}`, sockets };
}

async function opened(url: string, options: ConnectOptions = {}): Promise<Transport<PacketFrame>> {
  const transport = await open(url, options);
  lines.later(() => transport.terminate());
  return transport;
}

/** Resolves when the server has had so many pings. */
function pinged(socket: RealSocket | undefined, times: number): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    socket?.conn.on('packet', ({ type }) => {
      if (type !== 'ping') return;
      count += 1;
      if (count === times) resolve();
    });
  });
}

describe.each(starts)('a real server of %s', (_, start) => {
  it('takes events with bytes, gives them back, and answers', async () => {
    const { url } = await serve(start);
    const transport = await opened(url);
    const told = new ToldPackets(transport);
    transport.send(event('echo', 'text', { deep: [1] }));
    transport.send(event('echo', bytes));
    transport.send({ type: 'event', event: 'ask', args: ['why'], id: 7 });
    const frames = await told.count(3);
    expect(frames).toMatchObject([
      event('echoed', 'text', { deep: [1] }),
      event('echoed', bytes),
      { type: 'answer', id: 7, args: [null, 'why'] },
    ]);
  });

  it('is pinged, and lets the line live', async () => {
    const { url, sockets } = await serve(start, { pingInterval: 100, pingTimeout: 200 });
    const transport = await opened(url);
    const told = new ToldPackets(transport);
    await pinged(sockets[0], 4);
    transport.send(event('echo', 1));
    expect(await told.count(1)).toEqual([event('echoed', 1)]);
  });

  it('is told good-bye, and tells it', async () => {
    const { url, sockets } = await serve(start);
    const leaving = await opened(url);
    const gone = new Promise((resolve) => sockets[0]?.on('disconnect', resolve));
    const told = new ToldPackets(leaving);
    leaving.close(1000, 'enough');
    expect(await gone).toBe('client namespace disconnect');
    expect(await told.closed).toEqual({ code: 1000, reason: 'enough' });

    const left = await opened(url);
    const toldLeft = new ToldPackets(left);
    sockets[1]?.disconnect();
    expect(await toldLeft.closed).toMatchObject({ code: 1000 });
    expect(left.send(event('late'))).toBe(false);
  });
});

test('what comes before anybody listens, and while nobody reads, waits', async () => {
  const { url, sockets } = await serve(starts[1]?.[1] ?? startOld);
  const transport = await opened(url);
  sockets[0]?.emit('early', 1);
  const told = new ToldPackets(transport);
  expect(await told.count(1)).toEqual([event('early', 1)]);
  transport.pause();
  transport.send(event('echo', 2));
  transport.resume();
  expect(await told.count(2)).toEqual([event('early', 1), event('echoed', 2)]);
});

test('our own server takes it', async () => {
  const server = await lines.listen();
  const client = await opened(`${server.http}/?ns=a`);
  const { transport, info } = await server.accept();
  const [told, heard] = [new ToldPackets(transport), new ToldPackets(client)];
  expect(new URL(info.target, 'http://x').searchParams.get('ns')).toBe('a');
  client.send(event('chunk', bytes));
  expect(await told.count(1)).toMatchObject([event('chunk', bytes)]);
  transport.send(event('chunk', bytes));
  expect(await heard.count(1)).toMatchObject([event('chunk', bytes)]);
  client.close();
  expect(await told.closed).toMatchObject({ code: 1000 });
});

test('a server of version 4 that takes no old clients refuses it', async () => {
  const { url } = await serve((http, options) => new Server(http, options));
  await expect(open(url, {})).rejects.toMatchObject({ name: 'ConnectionLost', code: 'connectFailed' });
});

test.each([
  ['says nothing', []],
  ['says something else', ['hello']],
  ['says no pulse', ['0{}']],
  ['says an endless pulse', ['0{"pingInterval":1e12,"pingTimeout":1000}']],
  ['opens with no JSON', ['0{']],
  ['refuses', ['0{"pingInterval":1000,"pingTimeout":1000}', '44"no"']],
  ['sends bytes first', [Buffer.of(4, 1)]],
])('a server that %s is none', async (_, frames) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  lines.later(() => server.close());
  server.on('connection', (socket) => {
    for (const frame of frames) socket.send(frame);
  });
  await once(server, 'listening');
  const { port }: AddressInfo = Object(server.address());
  await expect(open(`ws://127.0.0.1:${port}`, { timeout: 200 })).rejects.toMatchObject({ code: 'connectFailed' });
  for (const socket of server.clients) socket.terminate();
});

test('it is given up when the signal says so, and a URL that is none is refused', async () => {
  const { url } = await serve(startOld);
  await expect(open(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'connectFailed' });
  await expect(open('/nowhere', {})).rejects.toMatchObject({ code: 'badUrl' });
});
