#!/usr/bin/env node
/**
 * The command line: `statewire serve <protocol>` runs a server, `statewire <protocol> <verb>` a client.
 *
 * Exit codes: 0 done; 1 the peer or the relay refused; 2 the command is wrong; 3 no connection; 4 unknown, the line broke; 130 interrupted before it was
 * done. What runs until it is interrupted (a server, `relay listen`, `board watch`, `star peers`) is done then: 0.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ConnectionLost, LocalMisuse } from '../errors.ts';
import { named } from './named.ts';
import { endWithReader, exitCodes, printable } from './terminal.ts';

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);

const [, , group, server] = process.argv;
const groups = {
  serve: async () => (await import('./serve.ts')).serveCommands(server),
  relay: async () => (await import('./relay.ts')).relayCommands(),
  stream: async () => (await import('./streaming.ts')).streamCommands(),
  channel: async () => (await import('./channel.ts')).channelCommands(),
  board: async () => (await import('./board.ts')).boardCommands(),
  star: async () => (await import('./star.ts')).starCommands(),
};

const program = new Command('statewire')
  .description('Every role of a wire protocol as one explicit XState machine.')
  .version(version)
  .showHelpAfterError()
  .addHelpText(
    'after',
    `
Examples:
  $ statewire serve relay --port 8001
  $ statewire relay listen
  $ statewire relay send 927ec270029f4fb3976cec0a2bd67e16 '{"hello":"stranger"}'
  $ statewire serve streaming --file movie.mp4 --price 10
  $ statewire stream play ws://127.0.0.1:8002 > movie.mp4
  $ statewire serve channel --block-ms 500
  $ statewire serve board
  $ statewire board propose 10 2.5 3 --address alice
  $ statewire serve star
  $ statewire star listen --one-way | tar x`,
  );

for (const command of await named(groups, group)) program.addCommand(command);

/** Every command throws instead of ending the process, so that the exit code is ours. */
function override(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) override(inner);
}
override(program);
endWithReader();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.misuse;
  console.error(printable(error instanceof Error ? error.message : String(error)));
  if (error instanceof LocalMisuse) return exitCodes.misuse;
  // A channel that is over has not lost its connection, and who is turned away had one.
  const isRefused = error instanceof ConnectionLost && /^(died|closed|turnedAway)$/.test(error.code);
  return error instanceof ConnectionLost && !isRefused ? exitCodes.noConnection : exitCodes.refused;
}
