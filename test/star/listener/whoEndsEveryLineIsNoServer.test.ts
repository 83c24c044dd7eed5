/** A server that takes connections and ends them lets nobody join: that is said, however long one may go on trying. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { joinStar } from '../../../src/star/index.ts';
import { over, usePeers, wires } from '../peers.ts';

const { serve } = usePeers();

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.send('0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}');
    socket.send('40');
    socket.once('message', () => socket.close());
  });
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});
const url = () => {
  const { port }: AddressInfo = Object(server.address());
  return `ws://127.0.0.1:${port}`;
};

it.each(wires)('over %s://', async (wire) => {
  await expect(joinStar(over(wire, url()))).rejects.toMatchObject({ name: 'ConnectionLost', code: 'lost' });
});

it('is not in the way of one that has us', async () => {
  const good = await serve();
  const node = await joinStar([url(), good.url], { backoff: { first: 1, most: 1 } });
  expect(node.addresses).toHaveLength(1);
  await node.close();
});
