/** The initiator, over a real WebSocket, along every path of its machine. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { initiatorScenarios } from '../../../../machines/channel/party/cases.ts';
import { connecting } from '../../../harness/binding.ts';
import { followsEveryPath } from '../../../harness/everyPath.ts';
import { initiatorBinding } from './bindings.ts';

let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

describe('the initiator', () => {
  followsEveryPath(initiatorBinding, initiatorScenarios, () => connecting(peers));
});
