/**
 * `statewire serve star`: a rendezvous server of WebSocketStar, for clients of old and for ours.
 */
import { type Command, Option } from 'commander';
import { pino } from 'pino';
import { defaultStarLimits, type StarLimits, starServer } from '../star/serve.ts';
import { fitMemoryToServer } from './memory.ts';
import { starRoutes } from './metrics.ts';
import { type ServeOptions, server } from './server.ts';
import { aborted, count, interruption, milliseconds, millisecondsOrNone, positive, say } from './terminal.ts';
import { type TlsOptions, tlsOf } from './tls.ts';

interface StarServeOptions extends ServeOptions, Partial<StarLimits>, TlsOptions {
  readonly name?: string;
  readonly challenge: boolean;
  readonly strict: boolean;
  readonly refreshMs: number;
  readonly liveness: number;
  readonly takeover: 'newest' | 'oldest';
  readonly exempt?: readonly string[];
  readonly namespace?: readonly string[];
  readonly origin?: readonly string[];
}

/** The limits that are flags: each with what stands for its value, and what it is. */
const flags: readonly (readonly [limit: keyof StarLimits, value: string, help: string])[] = [
  ['maxFrame', 'bytes', 'the largest message; a larger one closes its connection'],
  ['connections', 'number', 'connections in all; 0: no limit'],
  ['connectionsPerIp', 'number', 'connections from one network address; 0: no limit'],
  ['peers', 'number', 'addresses in all; 0: no limit'],
  ['addresses', 'number', 'addresses of one connection'],
  ['joinsPerSecond', 'number', 'joins of one connection, with a burst of ten times as many; 0: no limit'],
  ['joinsPerSecondPerIp', 'number', 'joins from one network address; 0: no limit'],
  ['dialsPerSecond', 'number', 'dials of one connection, with a burst of ten times as many; 0: no limit'],
  ['dialsPerSecondPerIp', 'number', 'dials from one network address; 0: no limit'],
  ['wrongAnswersPerMinute', 'number', 'wrong signatures of one connection; 0: no limit'],
  ['wrongAnswersPerMinutePerIp', 'number', 'wrong signatures from one network address; 0: no limit'],
  ['pendingDials', 'number', 'dials of one connection that wait for an answer'],
  ['dialsPerPair', 'number', 'open dials between two connections'],
  ['dialsPerSocket', 'number', 'open dials of one connection'],
  ['streamBytes', 'bytes', 'what one dial may carry each way; 0: no limit'],
  ['dialDuration', 'ms', 'how long a dial may last; 0: no limit'],
  ['dialTimeout', 'ms', 'how long a peer may take to answer a dial'],
  ['acceptTimeout', 'ms', 'how long a stream may wait to be accepted'],
  ['stallTimeout', 'ms', 'how long one stream may keep a connection waiting'],
  ['window', 'bytes', 'what one stream may hold before its writer is to wait'],
  ['mostHeld', 'bytes', 'what one stream may hold whose writer does not wait; then it is cut'],
  ['socketBuffer', 'bytes', "what a connection's own buffer may have before its streams hold what is for it"],
  ['heldPerSocket', 'bytes', 'what may be held of one connection that writes'],
  ['heldPerIp', 'bytes', 'what may be held of those that write from one network address; 0: no limit'],
  ['held', 'bytes', 'what may be held of all connections that write'],
  ['queue', 'bytes', 'what may wait for a connection that does not read; then it is cut'],
  ['nonceTimeout', 'ms', 'how long a challenge may be answered'],
  ['closeTimeout', 'ms', 'how long closing a connection may take'],
  ['listed', 'number', 'addresses in the answer to a join; the others follow'],
  ['announcementsPerSecond', 'number', 'announcements to all connections together'],
  ['violations', 'number', 'invalid messages after which a connection is closed'],
];

/** `joinsPerSecond` is `--joins-per-second`. */
const flagOf = (limit: string): string => `--${limit.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The star's command; `server` gives it the options of every server. */
export function serveStar(): Command {
  const command = server('star', 9090)
    .description('A rendezvous of WebSocketStar: peers find each other and talk through it. WebSocket and socket.io.')
    .option('--name <name>', 'its name in challenges (default: the host and port it listens on)')
    .option('--challenge', 'an address is joined with a proof of its key', true)
    .option('--no-challenge', 'take every address without a proof')
    .option('--strict', 'an address has the format of WebSocketStar', true)
    .option('--no-strict', 'take any multiaddr')
    .option(
      '--refresh-ms <ms>',
      'in which clients of old are told of everybody again; 0: never',
      millisecondsOrNone,
      10_000,
    )
    .option('--liveness <ms>', 'between pings; who has not answered by the next one is cut', milliseconds, 20_000)
    .addOption(
      new Option('--takeover <who>', 'who has an address that two connections join')
        .choices(['newest', 'oldest'])
        .default('newest'),
    )
    .option('--namespace <name...>', 'the namespaces that there are; "" is the one of clients of old (default: any)')
    .option('--exempt <ip...>', "not limited as one network address (default: this machine's own)")
    .option('--origin <origin...>', "the browsers' origins that may connect (default: all)")
    .option('--tls-cert <file>', 'PEM certificate: listen for wss:// and https://')
    .option('--tls-key <file>', 'PEM key');
  for (const [limit, value, help] of flags) {
    const [any, some] = value === 'ms' ? [millisecondsOrNone, milliseconds] : [count, positive];
    const isOptional = /0: no limit/.test(help);
    command.option(`${flagOf(limit)} <${value}>`, help, isOptional ? any : some, defaultStarLimits[limit]);
  }
  return command
    .addHelpText(
      'after',
      `
/healthz says whether it lives, /metrics what it has counted (Prometheus).

Examples:
  $ statewire serve star
  $ statewire serve star --host 0.0.0.0 --name star.example --tls-cert cert.pem --tls-key key.pem
  $ statewire serve star --no-challenge --no-strict --refresh-ms 1000`,
    )
    .action(async (options: StarServeOptions, given: Command) => {
      const { host, port, name, challenge, strict, refreshMs, takeover, exempt, namespace, origin, logLevel } = options;
      const log = pino({ level: logLevel }, pino.destination(2));
      const tls = tlsOf(options);
      const signal = interruption();
      fitMemoryToServer();
      // What was not asked for goes by what was: a larger window needs a larger sum.
      const asked = flags.filter(([limit]) => given.getOptionValueSource(limit) !== 'default');
      const running = await starServer({
        host,
        port,
        challenge,
        strict,
        refreshMs,
        liveness: options.liveness,
        takeover,
        limits: Object.fromEntries(asked.map(([limit]) => [limit, options[limit]])),
        ...(name === undefined ? {} : { name }),
        ...(exempt === undefined ? {} : { exempt }),
        ...(namespace === undefined ? {} : { namespaces: namespace }),
        ...(origin === undefined ? {} : { origins: origin }),
        ...(tls === undefined ? {} : { tls }),
        ...(logLevel === 'silent' ? {} : { log }),
        report: (error) => log.error({ err: error }, 'defect'),
        http: starRoutes,
      });
      say(
        options.json === true,
        { ready: true, url: running.url, pid: process.pid },
        `The star listens on ${running.url} (process ${process.pid}).`,
      );
      if (!running.hasSocketIo)
        log.warn('The package `socket.io` is not installed: clients of old are not served. npm install socket.io');
      await aborted(signal);
      await running.close();
    });
}
