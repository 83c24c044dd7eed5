/**
 * Plain HTTP beside a server's WebSockets: `/healthz`, and `/metrics` for Prometheus. Figures are read when they are asked for, so that counting
 * costs the relay an addition and nothing more.
 */
import type { RequestListener } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Relay } from '../relay/server.ts';

/** The routes of a relay. */
export function relayRoutes(relay: Relay): RequestListener {
  const { stats } = relay;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });

  gauge('relay_connections', 'Open connections.', () => stats.connections);
  gauge('relay_addresses', 'Ephemeral addresses that lead somewhere.', () => stats.addresses);
  counter('relay_connections_total', 'Connections accepted.', () => stats.accepted);
  counter('relay_connections_refused_total', 'Connections refused by a limit.', () => stats.refused);
  counter('relay_delivered_total', 'Messages given to a receiver.', () => stats.delivered);
  counter('relay_acknowledged_total', 'Messages that their receiver acknowledged.', () => stats.acknowledged);
  counter('relay_violations_total', 'Frames that were no valid message, or not expected.', () => stats.violations);
  new Counter({
    name: 'relay_errors_total',
    help: 'Errors sent, by name.',
    labelNames: ['error'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [error, value] of Object.entries(stats.errors)) this.inc({ error }, value);
    },
  });

  return (request, response) => {
    switch (request.url?.split('?')[0]) {
      case '/healthz':
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok"}\n');
        break;
      case '/metrics':
        registry.metrics().then(
          (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
          () => response.writeHead(500).end(),
        );
        break;
      default:
        response
          .writeHead(426, { Upgrade: 'websocket', 'Content-Type': 'text/plain' })
          .end('This is a WebSocket relay.\n');
    }
  };
}
