/** The responder, over a real WebSocket, along every path of its machine. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { responderScenarios } from '../../../../machines/channel/party/cases.ts';
import { connecting } from '../../../harness/binding.ts';
import { followsEveryPath } from '../../../harness/everyPath.ts';
import { responderBinding } from './bindings.ts';

let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

describe('the responder', () => {
  followsEveryPath(responderBinding, responderScenarios, () => connecting(peers));
});
