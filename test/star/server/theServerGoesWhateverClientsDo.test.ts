/** A star that ends is done within a bound: whoever came in at the last moment, says nothing, or does not shake hands. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { Inbox, useStar } from '../world.ts';

const world = useStar();

/** The bare WebSocket below socket.io 4, up to where the client has to open its namespace. */
async function admitted(url: string) {
  const socket = new WebSocket(`${url}/socket.io/?EIO=4&transport=websocket`);
  world.later(() => socket.terminate());
  const frames = new Inbox<string>();
  socket.on('message', (data) => frames.put(String(data)));
  socket.on('close', () => frames.put('closed'));
  await frames.take((frame) => frame.startsWith('0'));
  return { socket, frames };
}

it('who opens its namespace while the server goes is cut', async () => {
  const server = await world.serve({ challenge: false, limits: { closeTimeout: 100 } });
  const late = await admitted(server.url);
  // Holds the server until its time is over.
  const silent = await admitted(server.url);
  silent.socket.send('40');
  await silent.frames.take((frame) => frame.startsWith('40'));
  silent.socket.pause();
  const closed = server.close();
  late.socket.send('40');
  await late.frames.take((frame) => frame === 'closed');
  await closed;
  expect(server.star.connections).toBe(0);
});

it('who never shakes hands over TLS is cut', async () => {
  const [cert = '', key = ''] = await Promise.all(
    ['cert', 'key'].map((name) => readFile(new URL(`../../relay/server/testOnly.${name}.pem`, import.meta.url))),
  );
  const server = await world.serve({ tls: { cert, key } });
  const silent = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true });
  world.later(() => silent.destroy());
  silent.on('error', () => {});
  silent.resume();
  await once(silent, 'connect');
  // The server has taken the first line when it answers on the second.
  const second = new WebSocket(`${server.url}/elsewhere`, { rejectUnauthorized: false });
  await once(second, 'error');
  const ended = once(silent, 'close');
  await server.close();
  silent.end();
  await ended;
});
