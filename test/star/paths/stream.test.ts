/** A byte stream, over a real WebSocket as JSON, along every path of its machine. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { streamScenarios } from '../../../machines/star/streamCases.ts';
import { forms } from '../../board/paths/bindings.ts';
import { connecting } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { streamBinding } from './peerBindings.ts';

let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

describe('a stream', () => {
  const form = forms['a plain WebSocket'];
  if (form === undefined) throw new Error('The star has no wire.');
  followsEveryPath(streamBinding(form), streamScenarios, () => connecting(peers));
});
