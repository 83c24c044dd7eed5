/** The responder, over a real WebSocket, along every path of its machine. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { responderScenarios } from '../../../../machines/channel/partyCases.ts';
import { responder } from '../../../../machines/channel/responder.ts';
import { coverPaths, walk } from '../../../../src/testing/index.ts';
import { connecting, expectedOf, observe } from '../../../harness/binding.ts';
import { coverageReport } from '../../../harness/report.ts';
import { testModel } from '../../../harness/testModel.ts';
import { responderBinding } from './bindings.ts';

const { paths, coverage } = coverPaths(responder, responderScenarios);
let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

describe('the responder', () => {
  it('is covered in full: every transition, both outcomes of every guard, every message in every state', () => {
    coverageReport('channel.responder', paths.length, coverage);
    expect(coverage.missed).toEqual([]);
  });

  it('has the same paths by @xstate/test', () => {
    for (const scenario of responderScenarios) {
      const model = testModel(responder, scenario);
      const events = model
        .getShortestPaths({ allowDuplicatePaths: true })
        .map(({ steps }) => steps.map(({ event }) => event));
      const ours = paths.filter(({ name }) => name.startsWith(`${scenario.name}:`));
      expect(
        walk(responder, scenario, events)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(ours.map(({ name }) => name).sort());
    }
  }, 300_000);

  it('does at every step of every path what its machine says, to the byte', async () => {
    for (const path of paths) {
      const observed = await observe(responderBinding, path, () => connecting(peers));
      expect({ path: path.name, observed }).toEqual({ path: path.name, observed: expectedOf(responderBinding, path) });
    }
  }, 400_000);
});
