/** A client of the board, over a real WebSocket and in both forms of packets, along every path of its machine. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { clientScenarios } from '../../../machines/board/cases.ts';
import { client } from '../../../machines/board/client.ts';
import { coverPaths, walk } from '../../../src/testing/index.ts';
import { connecting, expectedOf, observe } from '../../harness/binding.ts';
import { coverageReport } from '../../harness/report.ts';
import { testModel } from '../../harness/testModel.ts';
import { clientBinding, forms } from './bindings.ts';

const { paths, coverage } = coverPaths(client, clientScenarios);
let peers: WebSocketServer;

beforeAll(async () => {
  peers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(peers, 'listening');
});
afterAll(() => new Promise((resolve) => peers.close(resolve)));

describe('a client of the board', () => {
  it('is covered in full: every transition, both outcomes of every guard, every message in every state', () => {
    coverageReport('board.client', paths.length, coverage);
    expect(coverage.missed).toEqual([]);
  });

  it('has the same paths by @xstate/test', () => {
    for (const scenario of clientScenarios) {
      const model = testModel(client, scenario);
      const events = model
        .getShortestPaths({ allowDuplicatePaths: true })
        .map(({ steps }) => steps.map(({ event }) => event));
      const ours = paths.filter(({ name }) => name.startsWith(`${scenario.name}:`));
      expect(
        walk(client, scenario, events)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(ours.map(({ name }) => name).sort());
    }
  }, 300_000);

  it.each(Object.entries(forms))(
    'does at every step of every path what its machine says, to the byte, on %s',
    async (_, form) => {
      const binding = clientBinding(form);
      for (const path of paths) {
        const observed = await observe(binding, path, () => connecting(peers));
        expect({ path: path.name, observed }).toEqual({ path: path.name, observed: expectedOf(binding, path) });
      }
    },
    240_000,
  );
});
