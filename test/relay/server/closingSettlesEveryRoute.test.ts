/** The relay closes while acknowledged routes are under way: every route of every client ends as delivered or failed, and it is delivered exactly when it was received, once. */
import type { RelayClient } from '../../../src/relay/client.ts';
import { relayClient } from '../../../src/relay/connect.ts';
import { type RelayServer, relayServer } from '../../../src/relay/serve.ts';
import { until } from './attack.ts';

const CLIENTS = 6;
const ROUTES = 200;

let server: RelayServer;
let clients: RelayClient[];
beforeEach(async () => {
  server = await relayServer();
  clients = [];
  for (let n = 0; n < CLIENTS; n += 1) clients.push(await relayClient(server.url, { attempts: 0 }));
});
afterEach(async () => {
  await Promise.all([...clients.map((client) => client.close()), server.close()]);
});

/** What each route was, and what became of it. */
async function run(whenToClose: (received: readonly unknown[]) => boolean) {
  const received: unknown[] = [];
  const taking = clients.map(async (client) => {
    for await (const { msg } of client.deliveries()) received.push(msg);
  });
  const routes = clients.flatMap((client, n) =>
    Array.from({ length: ROUTES }, async (_, i) => {
      const to = clients[(n + 1 + (i % (CLIENTS - 1))) % CLIENTS];
      const name = `${n}/${i}`;
      return { name, ...(await client.route(to?.address ?? '', name)) };
    }),
  );
  await until(() => whenToClose(received));
  await server.close();
  const settled = await Promise.all(routes);
  await Promise.all(taking);
  return { received, settled };
}

it.each([0, 1, 100, 500, 1_000])(
  'closing when %d of 1,200 have arrived',
  async (count) => {
    const { received, settled } = await run(({ length }) => length >= count);
    expect(settled).toHaveLength(CLIENTS * ROUTES);
    expect(new Set(received).size).toBe(received.length);
    for (const { outcome } of settled) expect(outcome).toMatch(/^(delivered|failed)$/);
    const delivered = settled.filter(({ outcome }) => outcome === 'delivered').map(({ name }) => name);
    expect(delivered.sort()).toEqual([...received].sort());
    expect(server.relay.stats).toMatchObject({ connections: 0, addresses: 0 });
  },
  30_000,
);
