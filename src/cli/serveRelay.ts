/**
 * `statewire serve relay`: a relay in a process of its own.
 */
import type { Command } from 'commander';
import { pino } from 'pino';
import { relayServer } from '../relay/serve.ts';
import { defaultLimits, type RelayLimits } from '../relay/server.ts';
import { relayRoutes } from './metrics.ts';
import { type ServeOptions, server } from './server.ts';
import { aborted, count, interruption, milliseconds, positive, say } from './terminal.ts';
import { type TlsOptions, tlsOf } from './tls.ts';

interface RelayServeOptions extends ServeOptions, RelayLimits, TlsOptions {
  readonly liveness: number;
  readonly origin?: readonly string[];
}

export function serveRelay(): Command {
  const limits = defaultLimits;
  return server('relay', 8001)
    .description('A relay: hands out ephemeral addresses and routes messages between them.')
    .option('--max-frame <bytes>', 'the largest frame; a larger one closes its connection', positive, limits.maxFrame)
    .option('--connections <number>', 'connections in all; 0: no limit', count, limits.connections)
    .option(
      '--connections-per-ip <number>',
      'connections from one address; 0: no limit',
      count,
      limits.connectionsPerIp,
    )
    .option('--addresses <number>', 'ephemeral addresses that a connection may hold', positive, limits.addresses)
    .option(
      '--messages-per-second <number>',
      'frames that a connection may send before it is read more slowly; 0: no limit',
      count,
      limits.messagesPerSecond,
    )
    .option('--queue <bytes>', 'what may wait for a receiver before its senders get errors', positive, limits.queue)
    .option('--window <number>', 'unacknowledged messages on a connection', positive, limits.window)
    .option('--violations <number>', 'invalid frames after which a connection is closed', positive, limits.violations)
    .option('--ack-timeout <ms>', 'how long an acknowledgement may take', milliseconds, limits.ackTimeout)
    .option('--close-timeout <ms>', 'how long each step of closing may take', milliseconds, limits.closeTimeout)
    .option('--liveness <ms>', 'between pings; who has not answered by the next one is cut', milliseconds, 20_000)
    .option('--origin <origin...>', "the browsers' origins that may connect (default: all)")
    .option('--tls-cert <file>', 'PEM certificate: listen for wss://')
    .option('--tls-key <file>', 'PEM key')
    .addHelpText(
      'after',
      `
/healthz says whether it lives, /metrics what it has counted (Prometheus).

Examples:
  $ statewire serve relay --port 8001
  $ statewire serve relay --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem --origin https://app.example`,
    )
    .action(async (options: RelayServeOptions) => {
      const { origin, logLevel } = options;
      const tls = tlsOf(options);
      const log = pino({ level: logLevel }, pino.destination(2));
      const signal = interruption();
      const running = await relayServer({
        host: options.host,
        port: options.port,
        limits: limitsOf(options),
        liveness: options.liveness,
        ...(origin === undefined ? {} : { origins: origin }),
        ...(tls === undefined ? {} : { tls }),
        ...(logLevel === 'silent' ? {} : { log }),
        report: (error) => log.error({ err: error }, 'defect'),
        http: relayRoutes,
      });
      say(
        options.json === true,
        { ready: true, url: running.url, pid: process.pid },
        `The relay listens on ${running.url} (process ${process.pid}).`,
      );
      await aborted(signal);
      await running.close();
    });
}

/** The limits among the options, and nothing else of them. */
function limitsOf(options: RelayLimits): RelayLimits {
  const { maxFrame, connections, connectionsPerIp, addresses, messagesPerSecond } = options;
  const { queue, window, violations, ackTimeout, closeTimeout } = options;
  return {
    maxFrame,
    connections,
    connectionsPerIp,
    addresses,
    messagesPerSecond,
    queue,
    window,
    violations,
    ackTimeout,
    closeTimeout,
  };
}
