/** A client of the board, over a real WebSocket and in both forms of packets, along every path of its machine. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { clientScenarios } from '../../../machines/board/cases.ts';
import { connecting } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { clientBinding, forms } from './bindings.ts';

let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

describe('a client of the board', () => {
  const [first, ...others] = Object.values(forms).map(clientBinding);
  if (first === undefined) throw new Error('The board has no wire.');
  followsEveryPath(first, clientScenarios, () => connecting(peers), ...others);
});
