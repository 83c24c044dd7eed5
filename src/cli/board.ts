/**
 * `statewire serve board`, `statewire board watch`, `propose` and `interest`: the channel-proposal board in a terminal.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { pino } from 'pino';
import { type BoardClient, joinBoard, type Proposal } from '../board/index.ts';
import { boardServer, defaultBoardLimits } from '../board/serve.ts';
import { signerFrom, storeAt } from './keep.ts';
import { boardRoutes } from './metrics.ts';
import { type ServeOptions, server } from './server.ts';
import { aborted, count, exitCodes, interruption, milliseconds, positive, say } from './terminal.ts';

interface BoardServeOptions extends ServeOptions {
  readonly data: string;
  readonly name?: string;
  readonly requireProof?: true;
  readonly takeover: 'newest' | 'oldest';
  readonly lasts: number;
  readonly endsWhenGone?: number;
  readonly origin?: readonly string[];
  readonly connections: number;
  readonly connectionsPerIp: number;
  readonly addresses: number;
  readonly proposals: number;
  readonly proposalsPerClient: number;
  readonly messagesPerSecond: number;
}

/** The board's command; `server` gives it the options of every server. */
export function serveBoard(): Command {
  const limits = defaultBoardLimits;
  return server('board', 8003)
    .description('A board: clients propose channels, and find who wants them. WebSocket and socket.io on one port.')
    .option('--data <directory>', 'where the proposals are kept', 'statewire-board')
    .option('--name <name>', "the board's name in proofs of addresses (default: the host and port it listens on)")
    .option('--require-proof', 'take only addresses whose key has signed')
    .addOption(
      new Option('--takeover <who>', 'who has an address that two clients register')
        .choices(['newest', 'oldest'])
        .default('newest'),
    )
    .option('--lasts <ms>', 'after which a proposal ends; 0: never by itself', count, 604_800_000)
    .option('--ends-when-gone <ms>', 'end the proposals of a client that is gone for so long', milliseconds)
    .option('--origin <origin...>', "the browsers' origins that may connect (default: all)")
    .option('--connections <number>', 'connections in all; 0: no limit', count, limits.connections)
    .option('--connections-per-ip <number>', 'from one network address; 0: no limit', count, limits.connectionsPerIp)
    .option('--addresses <number>', 'addresses that a client may register', positive, limits.addresses)
    .option('--proposals <number>', 'proposals in all', positive, limits.proposals)
    .option('--proposals-per-client <number>', 'proposals of one client', positive, limits.proposalsPerClient)
    .option(
      '--messages-per-second <number>',
      'that a client may send before it is read more slowly; 0: no limit',
      count,
      limits.messagesPerSecond,
    )
    .addHelpText(
      'after',
      `
/healthz says whether it lives, /metrics what it has counted (Prometheus).

Examples:
  $ statewire serve board
  $ statewire serve board --host 0.0.0.0 --name board.example --require-proof`,
    )
    .action(async (options: BoardServeOptions) => {
      const { host, port, name, takeover, lasts, endsWhenGone, origin, logLevel } = options;
      const { connections, connectionsPerIp, addresses, proposals, proposalsPerClient, messagesPerSecond } = options;
      const log = pino({ level: logLevel }, pino.destination(2));
      const signal = interruption();
      const store = await storeAt(options.data);
      const running = await boardServer({
        host,
        port,
        store,
        takeover,
        lasts,
        limits: { connections, connectionsPerIp, addresses, proposals, proposalsPerClient, messagesPerSecond },
        ...(name === undefined ? {} : { name }),
        ...(options.requireProof === true ? { proof: 'required' } : {}),
        ...(endsWhenGone === undefined ? {} : { endsWhenGone }),
        ...(origin === undefined ? {} : { origins: origin }),
        ...(logLevel === 'silent' ? {} : { log }),
        report: (error) => log.error({ err: error }, 'defect'),
        http: boardRoutes,
      });
      const listed = running.board.size;
      say(
        options.json === true,
        { ready: true, url: running.url, pid: process.pid, proposals: listed },
        `The board listens on ${running.url} with ${listed} proposals (process ${process.pid}).`,
      );
      await aborted(signal);
      await running.close();
      await store.close();
    });
}

interface ClientOptions {
  readonly url: string;
  readonly address?: readonly string[];
  readonly key?: string;
  readonly json?: true;
}

function clientCommand(name: string): Command {
  return new Command(name)
    .option('--url <url>', 'the board; http:// for socket.io', 'ws://127.0.0.1:8003')
    .option('--address <address...>', 'addresses that are ours')
    .option('--key <file>', 'our key, made at the first use: its public half is an address of ours, and proven')
    .option('--json', 'print JSON lines, for machines');
}

async function joined({ url, address = [], key }: ClientOptions, signal: AbortSignal): Promise<BoardClient> {
  const signers = key === undefined ? [] : [await signerFrom(key)];
  const board = await joinBoard(url, { addresses: address, signers, signal });
  board.on('disconnected', ({ reason }) => process.stderr.write(`${reason} Reconnecting.\n`));
  board.on('displaced', ({ address: lost }) =>
    process.stderr.write(`Interest in ${lost} goes to another client now.\n`),
  );
  board.on('refused', ({ about, reason }) => process.stderr.write(`${about}: ${reason}\n`));
  return board;
}

const sentenceOf = ({ id, quotePrice, marginBalance, unpublishedTradeSize, address }: Proposal): string =>
  `${JSON.stringify(id)}  price ${quotePrice}, size ${unpublishedTradeSize}, margin ${marginBalance}, by ${address}`;

function sayInterest(board: BoardClient, json: boolean): void {
  board.on('interest', ({ fromAddress, otherData, proposal }) =>
    say(
      json,
      { interest: { fromAddress, otherData, id: proposal?.id } },
      `${fromAddress} is interested${proposal === undefined ? '' : ` in ${JSON.stringify(proposal.id)}`}.`,
    ),
  );
}

function watch(): Command {
  return clientCommand('watch')
    .description('Print what is proposed, as it comes and goes, and the interest in what is ours.')
    .addHelpText('after', '\nExamples:\n  $ statewire board watch\n  $ statewire board watch --json --address alice')
    .action(async (options: ClientOptions) => {
      const json = options.json === true;
      const signal = interruption();
      const board = await joined(options, signal);
      sayInterest(board, json);
      board.on('ended', ({ proposal, reason }) =>
        say(json, { ended: { id: proposal.id, reason } }, `${JSON.stringify(proposal.id)}  ended: ${reason}`),
      );
      for await (const proposal of board.proposals) say(json, { proposal }, sentenceOf(proposal));
      if (!signal.aborted) process.exitCode = exitCodes.noConnection;
    });
}

interface ProposeOptions extends ClientOptions {
  readonly id?: string;
  readonly lasts?: number;
  readonly wait: boolean;
}

function propose(): Command {
  return clientCommand('propose')
    .description('Propose a channel, print its id, and then the interest in it until interrupted.')
    .argument('<marginBalance>', 'a decimal: 10')
    .argument('<quotePrice>', 'a decimal: 2.5')
    .argument('<unpublishedTradeSize>', 'a decimal: 3')
    .option('--id <id>', "the proposal's name (default: a fresh one)")
    .option('--lasts <ms>', 'after which it ends', milliseconds)
    .option('--no-wait', 'end when it is listed')
    .addHelpText(
      'after',
      `
Exit codes: 0 listed, 1 refused, 2 wrong command, 3 no connection.

Examples:
  $ statewire board propose 10 2.5 3 --address alice
  $ statewire board propose 10 2.5 3 --key alice.key --lasts 3600000 --no-wait`,
    )
    .action(
      async (marginBalance: string, quotePrice: string, unpublishedTradeSize: string, options: ProposeOptions) => {
        const { id, lasts, wait } = options;
        const json = options.json === true;
        const signal = interruption();
        const board = await joined(options, signal);
        try {
          sayInterest(board, json);
          const proposal = await board.propose({
            marginBalance,
            quotePrice,
            unpublishedTradeSize,
            ...(id === undefined ? {} : { id }),
            ...(lasts === undefined ? {} : { lasts }),
          });
          say(json, { proposal }, sentenceOf(proposal));
          if (wait) await board.closed;
        } finally {
          await board.close();
        }
      },
    );
}

function interest(): Command {
  return clientCommand('interest')
    .description('Tell a proposer that we are interested.')
    .argument('<id>', "the proposal's id, as `watch` prints it: JSON", (text) => {
      try {
        const id: unknown = JSON.parse(text);
        if (typeof id === 'string' || typeof id === 'number') return id;
      } catch {
        return text;
      }
      throw new InvalidArgumentError('Not an id: a text or a number.');
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 the proposer was told, 1 refused, 2 wrong command, 3 no connection.

Examples:
  $ statewire board interest 0.5 --address bob
  $ statewire board interest '"offer-1"' --key bob.key`,
    )
    .action(async (id: string | number, options: ClientOptions) => {
      const signal = interruption();
      const board = await joined(options, signal);
      try {
        const proposal = board.proposals.get(id);
        if (proposal === undefined) {
          process.stderr.write(`No channel ${JSON.stringify(id)} is proposed.\n`);
          process.exitCode = exitCodes.refused;
          return;
        }
        const outcome = await board.indicateInterest(proposal);
        say(options.json === true, { outcome }, outcome === 'done' ? 'The proposer was told.' : 'Sent.');
      } finally {
        await board.close();
      }
    });
}

/** The board's client commands. */
export function boardCommands(): Command {
  return new Command('board')
    .description('A client of a channel-proposal board.')
    .addCommand(watch())
    .addCommand(propose())
    .addCommand(interest());
}
