/** The relay closes, and is closed after the time that it grants for that, whoever holds a line and says nothing; also when it is told twice. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { RawPeer } from '../transcripts/rawPeer.ts';
import { initRaw, until, useServer } from './attack.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

// After the hook above: what a test has left open is cut before the relay is closed.
const relay = useServer({ limits: { closeTimeout: 100, connections: 2 }, origins: ['https://app.example'] });

/** A line on which nothing is ever ended by us. */
async function line(bytes = ''): Promise<Socket> {
  const { port } = new URL(relay.url());
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

/** The relay has seen what came before this. */
const seen = async () => {
  const response = await fetch(relay.url().replace('ws:', 'http:'));
  await response.text();
};

it.each<[string, () => Promise<unknown>]>([
  ['a line on which nothing was said', () => line()],
  ['half a request', () => line('GET / HTTP/1.1\r\nHo')],
  ['a client that says neither LEFT nor close', async () => (await relay.raw()).text('{"type":"INIT","ack":true}')],
  ['a client that does not answer the close', async () => initRaw(await relay.raw())],
  [
    'a browser that was refused and stays',
    async () => {
      const socket = await line();
      const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n';
      socket.write(
        `GET / HTTP/1.1\r\nHost: relay\r\nOrigin: null\r\n${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      await once(socket, 'end');
    },
  ],
])(
  '%s',
  async (_, hold) => {
    await hold();
    await seen();
    await relay.close();
    expect(relay.stats()).toMatchObject({ connections: 0, addresses: 0 });
  },
  10_000,
);

it('a client that goes on sending garbage', async () => {
  const offender = await relay.raw();
  offender.socket.resume();
  await initRaw(offender);
  const closing = relay.close();
  let isClosed = false;
  void closing.then(() => {
    isClosed = true;
  });
  await until(() => {
    if (!isClosed) offender.text('{"type":"DELIVER","msg":1}');
    return isClosed;
  });
});

it('told twice at once, it is closed for both', async () => {
  const peer = await RawPeer.open(relay.url());
  sockets.push(peer.socket);
  await Promise.all([relay.close(), relay.close()]);
});

it('told again when it is closed, it stays closed', async () => {
  await relay.close();
  await relay.close();
});
