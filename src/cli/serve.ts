/**
 * `statewire serve <protocol>`: the servers. Each prints one line when it is ready and stops cleanly on SIGINT and SIGTERM.
 */
import { Command, Option } from 'commander';
import { named } from './named.ts';
import { portNumber } from './terminal.ts';

/** What every server takes. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly json?: true;
  readonly logLevel: string;
}

/** The options that every server takes. */
function server(name: string, port: number): Command {
  return new Command(name)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'where to listen; 0 picks a free port', portNumber, port)
    .option('--json', 'print the line that says it is ready as JSON')
    .addOption(
      new Option('--log-level <level>', 'what is logged, as JSON lines on stderr')
        .choices(['silent', 'error', 'info', 'debug'])
        .default('info'),
    );
}

const servers = {
  relay: async () => (await import('./serveRelay.ts')).serveRelay(server),
  streaming: async () => (await import('./streaming.ts')).serveStreaming(server),
  channel: async () => (await import('./serveChannel.ts')).serveChannel(server),
  board: async () => (await import('./board.ts')).serveBoard(server),
  star: async () => (await import('./serveStar.ts')).serveStar(server),
};

/** The server that is named, or all. */
export async function serveCommands(name: string | undefined): Promise<Command> {
  const command = new Command('serve').description('Run a server.');
  for (const inner of await named(servers, name)) command.addCommand(inner);
  return command;
}
