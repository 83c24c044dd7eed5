/** What the command of every server takes. */
import { Command, Option } from 'commander';
import { portNumber } from './terminal.ts';

/** What every server takes. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly json?: true;
  readonly logLevel: string;
}

/** The command of a server, with the options that every server takes. */
export function server(name: string, port: number): Command {
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
