/** The initiator, over a real WebSocket, along every path of its machine. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { initiator } from '../../../../machines/channel/initiator.ts';
import { initiatorScenarios } from '../../../../machines/channel/partyCases.ts';
import { coverPaths, walk } from '../../../../src/testing/index.ts';
import { connecting, expectedOf, observe } from '../../../harness/binding.ts';
import { coverageReport } from '../../../harness/report.ts';
import { testModel } from '../../../harness/testModel.ts';
import { initiatorBinding } from './bindings.ts';

const { paths, coverage } = coverPaths(initiator, initiatorScenarios);
let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

describe('the initiator', () => {
  it('is covered in full: every transition, both outcomes of every guard, every message in every state', () => {
    coverageReport('channel.initiator', paths.length, coverage);
    expect(coverage.missed).toEqual([]);
  });

  it('has the same paths by @xstate/test', () => {
    for (const scenario of initiatorScenarios) {
      const model = testModel(initiator, scenario);
      const events = model
        .getShortestPaths({ allowDuplicatePaths: true })
        .map(({ steps }) => steps.map(({ event }) => event));
      const ours = paths.filter(({ name }) => name.startsWith(`${scenario.name}:`));
      expect(
        walk(initiator, scenario, events)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(ours.map(({ name }) => name).sort());
    }
  }, 300_000);

  it('does at every step of every path what its machine says, to the byte', async () => {
    for (const path of paths) {
      const observed = await observe(initiatorBinding, path, () => connecting(peers));
      expect({ path: path.name, observed }).toEqual({ path: path.name, observed: expectedOf(initiatorBinding, path) });
    }
  }, 400_000);
});
