/** `@statelyai/inspect` is fed from Node over a WebSocket: the machine, its events and its states, without what is secret. */

import { once } from 'node:events';
import { createWebSocketInspector } from '@statelyai/inspect';
import { WebSocketServer } from 'ws';
import { feed } from '../../adapters/inspect.ts';
import { relayClient } from '../../src/relay/index.ts';
import { relayServer } from '../../src/relay/serve.ts';

it('shows a session to an inspector, and no message contents', async () => {
  const window = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(window, 'listening');
  const address = window.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const seen: string[] = [];
  const closed = new Promise((resolve) =>
    window.on('connection', (socket) => {
      socket.on('message', (data) => {
        seen.push(data.toString());
        if (data.toString().includes('"closed"')) resolve(undefined);
      });
    }),
  );
  const inspector = createWebSocketInspector({ url: `ws://127.0.0.1:${address.port}`, serializationDepthLimit: 40 });
  await once(window, 'connection');

  const server = await relayServer();
  const alice = await relayClient(server.url, { inspect: feed(inspector) });
  await alice.route(alice.address, { password: 'hunter2' });
  await alice.close();
  await server.close();
  await closed;
  inspector.stop();
  for (const client of window.clients) client.terminate();
  window.close();

  const events = seen.map((text): Record<string, unknown> => JSON.parse(text));
  const actor = events.find(({ type }) => type === '@xstate.actor');
  expect(String(actor?.['definition'])).toContain('awaitingAddress');
  expect(events.filter(({ type }) => type === '@xstate.event').length).toBeGreaterThan(4);
  expect(events.filter(({ type }) => type === '@xstate.snapshot').length).toBeGreaterThan(4);
  expect(seen.join()).toContain('[redacted]');
  expect(seen.join()).not.toContain('hunter2');
});
