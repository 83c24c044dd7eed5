/** A dial, over a real WebSocket in socket.io's text, along every path of its machine. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { dialerScenarios } from '../../../machines/star/peerCases.ts';
import { forms } from '../../board/paths/bindings.ts';
import { connecting } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { dialerBinding } from './peerBindings.ts';

let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

describe('a dial', () => {
  const form = forms["socket.io's text"];
  if (form === undefined) throw new Error('The star has no wire.');
  followsEveryPath(dialerBinding(form), dialerScenarios, () => connecting(peers));
});
