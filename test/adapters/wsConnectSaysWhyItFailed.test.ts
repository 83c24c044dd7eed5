/** `connect` of the `ws` adapter: opens, or rejects with what went wrong, and leaves nothing half open. */
import { createServer } from 'node:net';
import { connect } from '../../adapters/ws.ts';
import { Told, useLines } from './line.ts';

const lines = useLines();

it('rejects when nobody is there', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const at = server.address();
  await new Promise((resolve) => server.close(resolve));
  const port = at !== null && typeof at === 'object' ? at.port : 0;
  await expect(connect(`ws://127.0.0.1:${port}`, {})).rejects.toMatchObject({
    name: 'ConnectionLost',
    code: 'connectFailed',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

it('rejects what is no URL of a WebSocket as our own mistake', async () => {
  for (const url of ['', 'nonsense', 'ftp://x', 'ws://x#fragment'])
    await expect(connect(url, {})).rejects.toMatchObject({ name: 'LocalMisuse', code: 'badUrl' });
});

it('rejects when it is refused by the server', async () => {
  const { url } = await lines.listen({ admit: () => 503 });
  await expect(connect(url, {})).rejects.toMatchObject({
    code: 'connectFailed',
    message: expect.stringContaining('503'),
  });
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
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('close', () => end());
      socket.resume();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const at = server.address();
    url = `ws://127.0.0.1:${at !== null && typeof at === 'object' ? at.port : 0}`;
    stop = () => new Promise((resolve) => server.close(() => resolve()));
  });
  afterEach(() => stop());

  it('rejects after the timeout, and hangs up', async () => {
    await expect(connect(url, { timeout: 20 })).rejects.toMatchObject({ code: 'connectFailed' });
    await ended;
  });

  it('rejects when it is aborted, before and meanwhile, and hangs up', async () => {
    await expect(connect(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'connectFailed' });
    const controller = new AbortController();
    const connecting = connect(url, { signal: controller.signal });
    setImmediate(() => controller.abort(new Error('changed my mind')));
    await expect(connecting).rejects.toMatchObject({ code: 'connectFailed' });
    await ended;
  });
});

it('a signal that is aborted after the line is open does not touch it', async () => {
  const { url, accept } = await lines.listen();
  const controller = new AbortController();
  const transport = await connect(url, { signal: controller.signal });
  controller.abort();
  const told = new Told(transport);
  (await accept()).send('still here');
  expect(await told.count(1)).toEqual(['still here']);
  transport.terminate();
});
