/**
 * Plain HTTP beside a server's WebSockets: `/healthz`, and `/metrics` for Prometheus. Figures are read when they are asked for, so that counting
 * costs the server an addition and nothing more.
 */
import type { RequestListener } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Board } from '../board/server.ts';
import type { Nodes } from '../channel/nodes.ts';
import type { Relay } from '../relay/server.ts';
import type { Star } from '../star/server.ts';

/** Figures of one server that are read when somebody asks. */
function figures() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    gauge: (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      }),
    counter: (name: string, help: string, value: () => number) =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value());
        },
      }),
    /** One counter for each error, by name. */
    errors: (name: string, errors: Readonly<Record<string, number>>) =>
      new Counter({
        name,
        help: 'Errors sent, by name.',
        labelNames: ['error'],
        registers,
        collect() {
          this.reset();
          for (const [error, value] of Object.entries(errors)) this.inc({ error }, value);
        },
      }),
  };
}

/** `/healthz`, `/metrics`, and for everything else the sentence that this is no web page. */
function routes(registry: Registry, sentence: string): RequestListener {
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
        response.writeHead(426, { Upgrade: 'websocket', 'Content-Type': 'text/plain' }).end(`${sentence}\n`);
    }
  };
}

/** The routes of a relay. */
export function relayRoutes({ stats }: Relay): RequestListener {
  const { registry, gauge, counter, errors } = figures();
  gauge('relay_connections', 'Open connections.', () => stats.connections);
  gauge('relay_addresses', 'Ephemeral addresses that lead somewhere.', () => stats.addresses);
  counter('relay_connections_total', 'Connections accepted.', () => stats.accepted);
  counter('relay_connections_refused_total', 'Connections refused by a limit.', () => stats.refused);
  counter('relay_delivered_total', 'Messages given to a receiver.', () => stats.delivered);
  counter('relay_acknowledged_total', 'Messages that their receiver acknowledged.', () => stats.acknowledged);
  counter('relay_violations_total', 'Frames that were no valid message, or not expected.', () => stats.violations);
  errors('relay_errors_total', stats.errors);
  return routes(registry, 'This is a WebSocket relay.');
}

/** The routes of a board. */
export function boardRoutes(board: Board): RequestListener {
  const { stats } = board;
  const { registry, gauge, counter, errors } = figures();
  gauge('board_connections', 'Open connections.', () => board.connections);
  gauge('board_addresses', 'Addresses that lead to a client.', () => board.addresses);
  gauge('board_proposals', 'Channels that are proposed.', () => board.size);
  counter('board_connections_total', 'Connections accepted.', () => stats.accepted);
  counter('board_connections_refused_total', 'Connections refused by a limit.', () => stats.refused);
  counter('board_listed_total', 'Proposals listed.', () => stats.listed);
  counter('board_ended_total', 'Proposals that have ended.', () => stats.ended);
  counter('board_indicated_total', 'Interest told to a proposer.', () => stats.indicated);
  counter('board_violations_total', 'Messages that were none, or not expected.', () => stats.violations);
  errors('board_errors_total', stats.faults);
  return routes(registry, 'This is a channel-proposal board, for WebSockets and socket.io.');
}

/** The routes of a node that are not about its chain. */
export function channelRoutes({ stats }: Nodes): RequestListener {
  const { registry, gauge, counter } = figures();
  gauge('channel_connections', 'Open connections.', () => stats.connections);
  gauge('channel_channels', 'Channels that are open, opening or closing.', () => stats.channels);
  counter('channel_updates_total', 'States that both parties have signed.', () => stats.updates);
  counter('channel_conflicts_total', 'Changes that became void.', () => stats.conflicts);
  counter('channel_violations_total', 'Messages that were none, or not expected.', () => stats.violations);
  return routes(registry, 'This is a node for state channels: /channel for WebSockets, /v2 and /v3 for its chain.');
}

/** The routes of a star: the original's figures first, under its names. */
export function starRoutes(star: Star): RequestListener {
  const { stats } = star;
  const { registry, gauge, counter } = figures();
  gauge('rendezvous_peers', 'Addresses that are joined.', () => star.peers);
  for (const name of ['joins', 'dials'] as const) {
    const outcomes = stats[name];
    counter(`rendezvous_${name}_total`, `All ${name} that were answered.`, () => outcomes.success + outcomes.failure);
    counter(`rendezvous_${name}_total_success`, `The ${name} that were granted.`, () => outcomes.success);
    counter(`rendezvous_${name}_total_failure`, `The ${name} that were refused.`, () => outcomes.failure);
  }
  gauge('star_connections', 'Open connections.', () => star.connections);
  gauge('star_dials', 'Dials that wait or are open.', () => star.openDials);
  gauge('star_held_bytes', 'Bytes that are held for streams.', () => star.heldBytes);
  counter('star_connections_total', 'Connections accepted.', () => stats.accepted);
  counter('star_connections_refused_total', 'Connections refused by a limit.', () => stats.refused);
  counter('star_wrong_answers_total', 'Challenges that were not met.', () => stats.wrongAnswers);
  counter('star_announcements_total', 'Addresses that were told to somebody.', () => stats.announcements);
  counter('star_bytes_total', 'Bytes that went through streams.', () => stats.bytes);
  counter('star_streams_cut_total', 'Streams that came to no good end.', () => stats.cut);
  counter(
    'star_strays_total',
    "Messages of streams that were not there, or not any more, or not the sender's.",
    () => stats.strays,
  );
  counter('star_violations_total', 'Messages that were none, or not expected.', () => stats.violations);
  return routes(registry, 'This is a WebSocketStar rendezvous, for WebSockets and socket.io.');
}
