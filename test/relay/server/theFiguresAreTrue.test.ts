/** `/healthz` says that the relay lives, `/metrics` what it has counted: after a known exchange the figures are those of the exchange, and no message and no address is in them. */
import { relayRoutes } from '../../../src/cli/metrics.ts';
import { NOBODY, route } from '../transcripts/peer.ts';
import { ack, namedDelivery, namedRoute, until, useServer } from './attack.ts';

const relay = useServer({ http: relayRoutes, limits: { connections: 3, window: 1 } });

const get = async (path: string, method = 'GET') => {
  const response = await fetch(`${relay.url().replace('ws:', 'http:')}${path}`, { method });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

/** The relay's own figures, by name and label. */
async function figures(): Promise<Record<string, number>> {
  const { text } = await get('/metrics');
  const lines = text.split('\n').filter((line) => line.startsWith('relay_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

it('counts an exchange that is known', async () => {
  expect(await figures()).toEqual({
    relay_connections: 0,
    relay_addresses: 0,
    relay_connections_total: 0,
    relay_connections_refused_total: 0,
    relay_delivered_total: 0,
    relay_acknowledged_total: 0,
    relay_violations_total: 0,
    'relay_errors_total{error="malformed"}': 0,
    'relay_errors_total{error="unknownAddress"}': 0,
    'relay_errors_total{error="unexpected"}': 0,
    'relay_errors_total{error="unacknowledged"}': 0,
    'relay_errors_total{error="tooMany"}': 0,
    'relay_errors_total{error="windowFull"}': 0,
    'relay_errors_total{error="closing"}': 0,
    'relay_errors_total{error="receiverBusy"}': 0,
  });

  const [plain, acker, gone] = [await relay.settled(), await relay.acknowledging(), await relay.settled()];
  await relay.raw();
  gone.socket.close();
  await until(() => relay.stats().connections === 2);
  await plain.init();
  // One delivered and acknowledged.
  acker.send(namedRoute('a', acker.address, '"secret"'));
  acker.send(ack(namedDelivery(await acker.frame()).id));
  expect(await acker.frame()).toBe(ack('a'));
  // Two delivered to a plain client, and the one that `answers` sends; two to nobody; three violations.
  await plain.answers(
    route(plain.address, '"secret"'),
    route(plain.address, '"secret"'),
    route(NOBODY, '1'),
    route(gone.address, '2'),
    'garbage',
    'garbage',
    '{"type":"DELIVER","msg":1}',
  );
  expect(await figures()).toEqual({
    relay_connections: 2,
    relay_addresses: 3,
    relay_connections_total: 3,
    relay_connections_refused_total: 1,
    relay_delivered_total: 4,
    relay_acknowledged_total: 1,
    relay_violations_total: 3,
    'relay_errors_total{error="malformed"}': 2,
    'relay_errors_total{error="unknownAddress"}': 2,
    'relay_errors_total{error="unexpected"}': 1,
    'relay_errors_total{error="unacknowledged"}': 0,
    'relay_errors_total{error="tooMany"}': 0,
    'relay_errors_total{error="windowFull"}': 0,
    'relay_errors_total{error="closing"}': 0,
    'relay_errors_total{error="receiverBusy"}': 0,
  });
});

it('gives Prometheus what it reads, without messages and addresses', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  await alice.answers(route(bob.address, '"a very private matter"'), 'a very private matter');
  const { status, type, text } = await get('/metrics');
  expect(status).toBe(200);
  expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toMatch(/^# TYPE relay_connections gauge$/m);
  expect(text).toMatch(/^# TYPE relay_delivered_total counter$/m);
  expect(text).toMatch(/^process_cpu_seconds_total /m);
  for (const secret of ['private', alice.address, bob.address]) expect(text).not.toContain(secret);
});

it('is healthy', async () => {
  expect(await get('/healthz')).toEqual({ status: 200, type: 'application/json', text: '{"status":"ok"}\n' });
  expect((await get('/healthz?from=probe')).status).toBe(200);
});

it.each(['/', '/nothing', '/metrics/', '/../metrics.json'])('answers plain HTTP to %s with 426', async (path) => {
  expect((await get(path)).status).toBe(426);
  expect((await get(path, 'POST')).status).toBe(426);
});
