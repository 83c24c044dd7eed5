/** `statewire serve channel`: a node for state channels, with a chain of its own. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { pino } from 'pino';
import { z } from 'zod';
import { type Dialect, dialects } from '../../machines/channel/messages.ts';
import { channelServer } from '../channel/serve.ts';
import { LocalMisuse } from '../errors.ts';
import { storeIn } from './keep.ts';
import { channelRoutes } from './metrics.ts';
import { type ServeOptions, server } from './server.ts';
import { aborted, interruption, milliseconds, say } from './terminal.ts';

interface ChannelServeOptions extends ServeOptions {
  readonly dialect?: Dialect;
  readonly networkId: string;
  readonly blockMs: number;
  readonly accounts?: string;
  readonly data?: string;
}

const accountsSchema = z.record(z.string(), z.string().regex(/^\d+$/));

async function accountsOf(file: string): Promise<Record<string, bigint>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new LocalMisuse(`The file ${file} cannot be read.`, { code: 'noFile', cause });
  });
  try {
    const accounts = accountsSchema.parse(JSON.parse(text));
    return Object.fromEntries(Object.entries(accounts).map(([account, balance]) => [account, BigInt(balance)]));
  } catch (cause) {
    throw new LocalMisuse(`${file} does not hold accounts: {"ak_…": "1000"}.`, { code: 'badAccounts', cause });
  }
}

/** The node's command; `server` gives it the options of every server. */
export function serveChannel(): Command {
  return server('channel', 3014)
    .description('A node for state channels, with a chain of its own: for development and for tests.')
    .addOption(new Option('--dialect <name>', 'speak it to everybody, whatever they ask for').choices(dialects))
    .option('--network-id <name>', 'what modern signatures are made for', 'ae_devnet')
    .option('--block-ms <ms>', 'between two blocks', milliseconds, 3_000)
    .option('--accounts <file>', 'JSON: balances by account (default: whoever comes has enough)')
    .option('--data <directory>', 'keeps the chain and the channels (default: memory)')
    .addHelpText(
      'after',
      `
GET /v2/tx/<hash>?tx_encoding=json says where a transaction is; /healthz whether the node lives, /metrics what it has counted (Prometheus).

Examples:
  $ statewire serve channel --block-ms 500
  $ wscat --connect 'localhost:3014/channel?initiator=ak$…&responder=ak$…&lock_period=10&push_amount=3&initiator_amount=10&responder_amount=10&channel_reserve=2&ttl=1000&host=localhost&port=1234&role=initiator'`,
    )
    .action(async (options: ChannelServeOptions) => {
      const { accounts, data, dialect, networkId, blockMs } = options;
      const log = pino({ level: options.logLevel }, pino.destination(2));
      const signal = interruption();
      const store = data === undefined ? undefined : await storeIn(data);
      const running = await channelServer({
        host: options.host,
        port: options.port,
        networkId,
        blockMs,
        ...(store === undefined ? {} : { store }),
        ...(dialect === undefined ? {} : { dialect }),
        ...(accounts === undefined ? {} : { accounts: await accountsOf(accounts) }),
        http: channelRoutes,
        report: (error) => log.error({ err: error }, 'defect'),
        notify: (notice) => log.info(notice, notice.type),
      });
      say(
        options.json === true,
        { ready: true, url: running.url, pid: process.pid },
        `The node listens on ${running.url} (process ${process.pid}).`,
      );
      await aborted(signal);
      await running.close();
      await store?.close();
    });
}
