/**
 * `statewire serve channel` and `statewire channel …`: state channels in a terminal, for two terminals and a node.
 *
 * `open` stays: what is typed there (`pay 3`, `deposit 5`, `message hello`, `leave`, `close`) goes to the channel, and what happens is printed. The other
 * commands take up the channel that lies in their directory (`--data`), do one thing, and go.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError, Option } from 'commander';
import { pino } from 'pino';
import { z } from 'zod';
import { type Dialect, dialects, type Party, parties } from '../../machines/channel/messages.ts';
import { type Channel, type ChannelNotice, openChannel, type State } from '../channel/index.ts';
import { channelsIn } from '../channel/records.ts';
import { channelServer } from '../channel/serve.ts';
import { LocalMisuse } from '../errors.ts';
import { isAmount } from '../money.ts';
import { addressIn, channelCommand, type DataOptions, type Terms, termsIn } from './channelKept.ts';
import { closeAlone, saySettled, watch } from './channelWatch.ts';
import { keep, signerIn, storeIn } from './keep.ts';
import type { ServeOptions } from './serve.ts';
import { aborted, count, exitCodes, interruption, milliseconds, say } from './terminal.ts';

function money(text: string): bigint {
  if (!isAmount(text)) throw new InvalidArgumentError('Not an amount: a whole number of the smallest unit.');
  return BigInt(text);
}

/** The help shows a default as JSON, which a bigint is not. */
const amount = (flags: string, description: string, usual: bigint) =>
  new Option(flags, description).argParser(money).default(usual, `${usual}`);

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
export function serveChannel(server: (name: string, port: number) => Command): Command {
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
GET /v2/tx/<hash>?tx_encoding=json says where a transaction is.

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

/** The channel of a directory: opened, or gone on with. Its store is closed once it is `over`: when the node has ended it, unless somebody knows better. */
async function take(
  data: string,
  terms: Terms,
  signal: AbortSignal,
  notify: (notice: ChannelNotice) => void = () => {},
  over: (channel: Channel) => Promise<unknown> = ({ ended }) => ended,
): Promise<Channel> {
  const { role, other, url, lockPeriod, networkId, ttl, minimumDepth, dialect } = terms;
  const own = await addressIn(data, other.startsWith('ak$') ? 'legacy' : 'modern');
  const store = await storeIn(data);
  try {
    const channel = await openChannel({
      url,
      role,
      initiator: role === 'initiator' ? own : other,
      responder: role === 'initiator' ? other : own,
      initiatorAmount: BigInt(terms.initiatorAmount),
      responderAmount: BigInt(terms.responderAmount),
      pushAmount: BigInt(terms.pushAmount),
      channelReserve: BigInt(terms.channelReserve),
      lockPeriod,
      networkId,
      signer: await signerIn(data),
      store,
      signal,
      notify,
      ...(ttl === undefined ? {} : { ttl }),
      ...(minimumDepth === undefined ? {} : { minimumDepth }),
      ...(dialect === undefined ? {} : { dialect }),
    });
    void over(channel)
      .then(() => channel.disconnect())
      .then(() => store.close());
    return channel;
  } catch (error) {
    await store.close();
    throw error;
  }
}

const fieldsOf = ({ round, initiatorAmount, responderAmount }: State) => ({
  round,
  initiatorAmount: `${initiatorAmount}`,
  responderAmount: `${responderAmount}`,
});

const sentenceOf = ({ round, initiatorAmount, responderAmount }: State) =>
  `round ${round}: initiator ${initiatorAmount}, responder ${responderAmount}`;

function sayState(isJson: boolean, what: string, state: State): void {
  say(isJson, { [what]: fieldsOf(state) }, `${what}, ${sentenceOf(state)}`);
}

function sayNotice(isJson: boolean, notice: ChannelNotice): void {
  switch (notice.type) {
    case 'updated':
    case 'deposited':
    case 'withdrawn':
    case 'missed':
      sayState(isJson, notice.type, notice.state);
      break;
    case 'left':
      say(isJson, { left: notice.state }, 'left: the same command comes back to the channel');
      break;
    case 'message':
      say(isJson, { message: notice.message.info }, `message: ${notice.message.info}`);
      break;
    case 'progress': {
      const { step, tx } = notice;
      say(isJson, { progress: step, ...(tx === '' ? {} : { tx }) }, `  ${step.replaceAll('_', ' ')}`);
      break;
    }
    case 'confirmed':
      say(isJson, { confirmations: notice.confirmations }, `  confirmations: ${notice.confirmations}`);
      break;
    case 'conflict':
      say(
        isJson,
        { conflict: notice.round, ...(notice.errorCode === undefined ? {} : { code: notice.errorCode }) },
        `conflict${notice.errorCode === undefined ? ': both have started an update' : ` with code ${notice.errorCode}`}; round ${notice.round} stands`,
      );
      break;
    case 'ready':
      break;
    case 'settled':
      say(isJson, { progress: 'settled', tx: notice.tx }, '  settled');
      break;
    case 'paidOut':
      saySettled(isJson, notice.paid);
      break;
    default: {
      const { type, ...fields } = notice;
      say(isJson, { [type]: fields }, `${type}${'reason' in fields ? `: ${fields.reason}` : ''}`);
    }
  }
}

const lines = 'pay <amount>, request <amount>, deposit <amount>, withdraw <amount>, message <text>, leave, close';

/** Carries out a line that was typed. */
async function obey(channel: Channel, line: string, isJson: boolean): Promise<void> {
  const [, verb = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? [];
  switch (verb) {
    case 'pay':
      await channel.pay(money(rest));
      break;
    case 'request':
      await channel.request(money(rest));
      break;
    case 'deposit':
      await channel.deposit(money(rest));
      break;
    case 'withdraw':
      await channel.withdraw(money(rest));
      break;
    case 'message':
      await channel.message(rest);
      break;
    case 'leave':
      await channel.leave();
      break;
    case 'close': {
      const { tx } = await channel.shutdown();
      say(isJson, { closing: tx }, `closed by ${tx}`);
      break;
    }
    default:
      throw new LocalMisuse(`"${verb}" is none of: ${lines}.`, { code: 'badLine' });
  }
}

interface OpenOptions extends DataOptions {
  readonly as: Party;
  readonly with: string;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  readonly push: bigint;
  readonly reserve: bigint;
  readonly lockPeriod: number;
  readonly ttl?: number;
  readonly minimumDepth?: number;
  readonly networkId: string;
  readonly dialect?: Dialect;
}

function open(): Command {
  return channelCommand('open')
    .description(
      'Open a channel, or come back to it, and stay. Lines of standard input: pay 3, request 2, deposit 5, withdraw 5, message hello, leave, close.',
    )
    .argument('<url>', 'the node')
    .addOption(new Option('--as <role>', 'which end').choices(parties).makeOptionMandatory())
    .requiredOption(
      '--with <account>',
      "the other party's account, as its `channel address` says; with `ak$…` both are",
    )
    .addOption(amount('--initiator-amount <amount>', 'what the initiator puts in', 10n))
    .addOption(amount('--responder-amount <amount>', 'what the responder puts in', 10n))
    .addOption(amount('--push <amount>', 'of it, in favour of the responder', 0n))
    .addOption(amount('--reserve <amount>', 'what both must keep', 2n))
    .option('--lock-period <blocks>', 'for disputing a solo close', count, 10)
    .option('--ttl <height>', 'by which the channel has to be on the chain', count)
    .option('--minimum-depth <blocks>', 'on top of it', count)
    .option('--network-id <name>', 'what signatures are made for', 'ae_devnet')
    .addOption(new Option('--dialect <name>', 'how the node is to speak').choices(dialects))
    .addHelpText(
      'after',
      `
Ctrl-C leaves; the channel stays in --data, and the same command comes back to it.

Exit codes: 0 closed, left by both or paid out, 1 refused or died, 2 wrong command, 3 no connection, 130 interrupted.

Examples:
  $ statewire channel address --data alice
  $ statewire channel open ws://127.0.0.1:3014 --as initiator --with ak_… --data alice`,
    )
    .action(async (url: string, options: OpenOptions) => {
      const { data, ttl, minimumDepth, dialect, networkId, lockPeriod } = options;
      const isJson = options.json === true;
      const terms: Terms = {
        url,
        role: options.as,
        other: options.with,
        initiatorAmount: `${options.initiatorAmount}`,
        responderAmount: `${options.responderAmount}`,
        pushAmount: `${options.push}`,
        channelReserve: `${options.reserve}`,
        lockPeriod,
        networkId,
        ...(ttl === undefined ? {} : { ttl }),
        ...(minimumDepth === undefined ? {} : { minimumDepth }),
        ...(dialect === undefined ? {} : { dialect }),
      };
      const signal = interruption();
      let hasLeft = false;
      let isDisputed = false;
      let isPaidOut = false;
      let tellPaidOut = () => {};
      const paidOut = new Promise<void>((resolve) => {
        tellPaidOut = resolve;
      });
      // In a dispute the node's last word is not the chain's.
      const over = async (channel: Channel) => {
        await channel.ended;
        if (isDisputed && !signal.aborted) await Promise.race([paidOut, aborted(signal)]);
      };
      const notify = (notice: ChannelNotice) => {
        hasLeft ||= notice.type === 'left';
        isDisputed ||= notice.type === 'disputed';
        isPaidOut ||= notice.type === 'paidOut';
        sayNotice(isJson, notice);
        if (isPaidOut) tellPaidOut();
      };
      const channel = await take(data, terms, signal, notify, over);
      await keep(join(data, 'channel.json'), JSON.stringify(terms));
      const { state } = channel;
      say(
        isJson,
        { open: channel.id, ...(state === undefined ? {} : fieldsOf(state)) },
        `${channel.id} is open${state === undefined ? '' : `, ${sentenceOf(state)}`}`,
      );
      const lines = createInterface({ input: process.stdin });
      lines.on('line', (line) => {
        if (line.trim() === '') return;
        obey(channel, line, isJson).catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          say(isJson, { failed: line, reason }, `${line}: ${reason}`);
        });
      });
      await over(channel);
      process.stdin.destroy();
      if (signal.aborted) process.exitCode = exitCodes.interrupted;
      else if (!hasLeft && !isPaidOut && channel.machineState !== 'closed') process.exitCode = exitCodes.refused;
    });
}

/** A command that takes up the channel, does one thing and leaves. */
function deed(name: string, description: string): Command {
  return channelCommand(name).description(`${description} The other party must be there.`);
}

/** Carries out one line in the channel of a directory. */
async function once(line: string, { data, json }: DataOptions): Promise<void> {
  const channel = await take(data, await termsIn(data), interruption());
  try {
    await obey(channel, line, json === true);
    if (channel.state !== undefined) sayState(json === true, 'now', channel.state);
  } finally {
    await channel.disconnect();
  }
}

const deeds = () => [
  deed('pay', 'Pay the other party.')
    .argument('<amount>', 'in the smallest unit')
    .action((amount: string, options: DataOptions) => once(`pay ${amount}`, options)),
  deed('request', 'Ask the other party to pay.')
    .argument('<amount>', 'in the smallest unit')
    .action((amount: string, options: DataOptions) => once(`request ${amount}`, options)),
  deed('deposit', 'Put more into the channel.')
    .argument('<amount>', 'in the smallest unit')
    .action((amount: string, options: DataOptions) => once(`deposit ${amount}`, options)),
  deed('withdraw', 'Take out of what is yours in the channel.')
    .argument('<amount>', 'in the smallest unit')
    .action((amount: string, options: DataOptions) => once(`withdraw ${amount}`, options)),
  deed('message', 'Send the other party a text.')
    .argument('<text>')
    .action((text: string, options: DataOptions) => once(`message ${text}`, options)),
  deed('leave', 'Leave the channel, both: it stays, and `open` comes back to it.').action((options: DataOptions) =>
    once('leave', options),
  ),
  channelCommand('close')
    .description('Close the channel: both agreeing, for which the other party must be there, or alone.')
    .option('--alone', 'with the last state that both have signed; waits until the chain pays out')
    .action((options: DataOptions & { readonly alone?: true }) =>
      options.alone === true ? closeAlone(options) : once('close', options),
    ),
];

function show(): Command {
  return channelCommand('show')
    .description('The last state that both have signed, as the directory keeps it. Not while `open` or `watch` runs.')
    .action(async ({ data, json }: DataOptions) => {
      const store = await storeIn(data);
      try {
        for (const { channelId, agreed } of await channelsIn(store)) {
          if (agreed === null) continue;
          const { round, initiatorAmount, responderAmount, tx } = agreed;
          say(
            json === true,
            { channel: channelId, round, initiatorAmount, responderAmount, tx },
            `${channelId}, round ${round}: initiator ${initiatorAmount}, responder ${responderAmount}`,
          );
        }
      } finally {
        await store.close();
      }
    });
}

function address(): Command {
  return channelCommand('address')
    .description('The account of the key in --data, made at the first use.')
    .option('--legacy', 'as `ak$…`, in the encoding of 2018')
    .action(async ({ data, json, legacy }: DataOptions & { readonly legacy?: true }) => {
      const account = await addressIn(data, legacy === true ? 'legacy' : 'modern');
      say(json === true, { address: account }, account);
    });
}

/** A party's commands. */
export function channelCommands(): Command {
  const commands = new Command('channel')
    .description('A party of a state channel: open, pay, be paid, put in, take out, leave, close.')
    .addCommand(address())
    .addCommand(open())
    .addCommand(show())
    .addCommand(watch());
  for (const each of deeds()) commands.addCommand(each);
  return commands;
}
