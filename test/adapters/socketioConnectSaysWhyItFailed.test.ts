/** `connectSocketIo` opens, or rejects with what went wrong, and leaves nothing half open. */
import { createServer, type Socket } from 'node:net';
import { connectSocketIo } from '../../adapters/socketioClient.ts';
import { event, means, ToldPackets, useSocketIo } from './socketioLine.ts';

const lines = useSocketIo();

async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const at = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `ws://127.0.0.1:${at !== null && typeof at === 'object' ? at.port : 0}`;
}

it('rejects when nobody is there', async () => {
  const url = await nobody();
  await expect(connectSocketIo(url, { transports: ['websocket'] })).rejects.toMatchObject({
    name: 'ConnectionLost',
    code: 'connectFailed',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  for (const transports of [['polling'], ['websocket', 'polling']] as const)
    await expect(connectSocketIo(url, { transports })).rejects.toMatchObject({ code: 'connectFailed' });
});

it('rejects what is no URL of socket.io as our own mistake', async () => {
  for (const url of ['', 'nonsense', 'ftp://x', 'ws://x#fragment', 'localhost:1'])
    await expect(connectSocketIo(url, {})).rejects.toMatchObject({ name: 'LocalMisuse', code: 'badUrl' });
});

it('rejects when there is a server, but none of socket.io', async () => {
  const server = await lines.listen({ path: '/elsewhere/' });
  await expect(connectSocketIo(server.ws, { timeout: 500 })).rejects.toMatchObject({ code: 'connectFailed' });
});

it('falls back to polling where WebSockets are not let through', async () => {
  const server = await lines.listen({ admit: ({ target }) => (target.includes('websocket') ? 403 : undefined) });
  const transport = await connectSocketIo(server.ws);
  const { transport: accepted, info } = await server.accept();
  expect(info.target).toContain('polling');
  const told = new ToldPackets(transport);
  accepted.send(event('here'));
  expect(await told.count(1)).toEqual([event('here')]);
  transport.terminate();
});

describe('with a server that never answers', () => {
  let url: string;
  let ended: Promise<void>;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    let end = () => {};
    ended = new Promise((resolve) => {
      end = resolve;
    });
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => end());
      socket.resume();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const at = server.address();
    url = `ws://127.0.0.1:${at !== null && typeof at === 'object' ? at.port : 0}`;
    stop = () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
  });
  afterEach(() => stop());

  it.each(means)('rejects after the timeout, and hangs up (%s)', async (by) => {
    await expect(connectSocketIo(url, { timeout: 20, transports: [by] })).rejects.toMatchObject({
      code: 'connectFailed',
    });
    // A request cannot be taken back.
    if (by === 'websocket') await ended;
  });

  it.each(means)('rejects when it is aborted, before and meanwhile, and hangs up (%s)', async (by) => {
    const aborted = { signal: AbortSignal.abort(), transports: [by] };
    await expect(connectSocketIo(url, aborted)).rejects.toMatchObject({ code: 'connectFailed' });
    const controller = new AbortController();
    const connecting = connectSocketIo(url, { signal: controller.signal, transports: [by] });
    setImmediate(() => controller.abort(new Error('changed my mind')));
    await expect(connecting).rejects.toMatchObject({
      code: 'connectFailed',
      message: expect.stringContaining('aborted'),
    });
    // A request cannot be taken back.
    if (by === 'websocket') await ended;
  });
});

it('a signal that is aborted after the line is open does not touch it', async () => {
  const controller = new AbortController();
  const { server, client } = await lines.pair({}, { signal: controller.signal });
  controller.abort();
  const told = new ToldPackets(client);
  server.send(event('still here'));
  expect(await told.count(1)).toEqual([event('still here')]);
});
