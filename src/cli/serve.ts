/**
 * `statewire serve <protocol>`: the servers. Each prints one line when it is ready and stops cleanly on SIGINT and SIGTERM.
 */
import { Command } from 'commander';
import { named } from './named.ts';

const servers = {
  relay: async () => (await import('./serveRelay.ts')).serveRelay(),
  streaming: async () => (await import('./streaming.ts')).serveStreaming(),
  channel: async () => (await import('./serveChannel.ts')).serveChannel(),
  board: async () => (await import('./board.ts')).serveBoard(),
  star: async () => (await import('./serveStar.ts')).serveStar(),
};

/** The server that is named, or all. */
export async function serveCommands(name: string | undefined): Promise<Command> {
  const command = new Command('serve').description('Run a server.');
  for (const inner of await named(servers, name)) command.addCommand(inner);
  return command;
}
