/** The watcher along every path of its machine. It has no peer: what it asks of its host is what is compared. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { watcher } from '../../../machines/channel/watcher.ts';
import { watcherScenarios } from '../../../machines/channel/watcherCases.ts';
import { type Binding, connecting } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';

let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

const binding: Binding<typeof watcher> = {
  machine: watcher,
  encode: () => '',
  frameOf: () => undefined,
  eventOf: (_, expected) => expected,
};

describe('the watcher', () => {
  followsEveryPath(binding, watcherScenarios, () => connecting(peers));
});
