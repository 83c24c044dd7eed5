/**
 * `statewire serve streaming`, `statewire stream play` and `statewire stream balance`: paid streams in a terminal.
 *
 * Keys, channels and encrypted parts lie in a directory of the command's own (`--data`), readable by its owner only. Channels are settled by `Trust`: what
 * is signed is an invoice. Whoever wants a chain embeds the library with its settlement.
 */
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { isAmount, whatAnAmountIs } from '../money.ts';
import { type Player, plain, play, Trust } from '../streaming/index.ts';
import { payeeServer, prepare } from '../streaming/serve.ts';
import { signerIn, storeIn } from './keep.ts';
import { type ServeOptions, server } from './server.ts';
import { aborted, count, exitCodes, interruption, milliseconds, positive, say } from './terminal.ts';

/** An amount of money, for an option. */
function money(text: string): string {
  if (!isAmount(text)) throw new InvalidArgumentError(`Not an amount: ${whatAnAmountIs}.`);
  return text;
}

interface StreamingServeOptions extends ServeOptions {
  readonly file?: string;
  readonly hls?: string;
  readonly stream?: string;
  readonly price: string;
  readonly partBytes: number;
  readonly partMs: number;
  readonly credit: number;
  readonly trust: string;
  readonly data: string;
  readonly wallet?: string;
  readonly payTimeout: number;
}

/** The payee's command; `server` gives it the options of every server. */
export function serveStreaming(): Command {
  return server('streaming', 8002)
    .description('A payee: sells a file or a video part by part. What is signed is an invoice: see --trust.')
    .option('--file <file>', 'what is sold, in parts of --part-bytes')
    .option('--hls <playlist>', 'or a video: an HLS media playlist beside its segments')
    .option('--stream <name>', "what the stream is called (default: the file's name)")
    .requiredOption('--price <amount>', 'what a part costs, in the smallest unit', money)
    .option('--part-bytes <bytes>', 'the size of a part of a file', positive, 65_536)
    .option('--part-ms <ms>', 'between two payments; 0: as fast as they come', count, 0)
    .option('--credit <parts>', 'parts that are given before they are paid', count, 0)
    .option('--trust <amount>', 'the highest sum that a channel is believed to hold', money, '1000000')
    .option('--pay-timeout <ms>', 'how long a payment may take', milliseconds, 30_000)
    .option('--wallet <address>', 'where the money goes, on the invoices', '')
    .option('--data <directory>', 'the key, the channels and the encrypted parts', 'statewire-payee')
    .addHelpText(
      'after',
      `
Examples:
  $ statewire serve streaming --file movie.mp4 --price 10
  $ statewire serve streaming --hls clip/index.m3u8 --price 1000 --part-ms 2000 --stream clip`,
    )
    .action(async (options: StreamingServeOptions, command: Command) => {
      const { file, hls, data } = options;
      if ((file === undefined) === (hls === undefined)) command.error('error: one of --file and --hls');
      const log = pino({ level: options.logLevel }, pino.destination(2));
      const signal = interruption();
      const signer = await signerIn(data);
      const stream = options.stream ?? basename(file ?? 'video').replaceAll(/[^A-Za-z0-9._-]/g, '-');
      const show = await prepare(
        hls === undefined
          ? { kind: 'boxes', stream, file: file ?? '', cut: { partBytes: options.partBytes } }
          : { kind: 'hls', stream, playlist: hls },
        { directory: join(data, 'shows') },
      );
      const store = await storeIn(data);
      const running = await payeeServer({
        host: options.host,
        port: options.port,
        signer,
        wallet: options.wallet ?? '',
        store,
        scheme: plain,
        settlement: new Trust(options.trust),
        shows: [{ show, price: options.price, partMs: options.partMs, credit: options.credit }],
        limits: { payTimeout: options.payTimeout },
        report: (error) => log.error({ err: error }, 'defect'),
        notify: (payer, notice) => log.info({ payer: payer.slice(0, 16), ...notice }, notice.type),
      });
      say(
        options.json === true,
        { ready: true, url: running.url, pid: process.pid, stream, parts: show.manifest.parts.length },
        `${stream} is sold on ${running.url} in ${show.manifest.parts.length} parts of ${options.price} (process ${process.pid}).`,
      );
      await aborted(signal);
      await running.close();
      await store.close();
    });
}

interface PlayOptions {
  readonly budget: string;
  readonly budgetPart: string;
  readonly deposit?: string;
  readonly stream?: string;
  readonly output?: string;
  readonly data: string;
  readonly settle?: true;
  readonly json?: true;
}

/** Where the parts are written: a file that a later run goes on with, or standard output. */
interface Sink {
  readonly from: number;
  write(part: number, bytes: Uint8Array): Promise<void>;
  /** It is whole. */
  end(): Promise<void>;
  close(): Promise<void>;
}

const standardOutput: Sink = {
  from: 0,
  write: (_, bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    }),
  async end() {},
  async close() {},
};

/** How far a file has come lies beside it until it is whole: what was written after that is written again. */
async function fileSink(file: string): Promise<Sink> {
  const mark = `${file}.part`;
  const text = await readFile(mark, 'utf8').catch(() => undefined);
  const known: { readonly part?: number; readonly bytes?: number } = text === undefined ? {} : JSON.parse(text);
  const { part = 0, bytes = 0 } = known;
  const handle = await open(file, text === undefined ? 'w' : 'r+');
  await handle.truncate(bytes);
  let at = bytes;
  return {
    from: part,
    write: async (number, written) => {
      await handle.write(written, 0, written.length, at);
      await handle.sync();
      at += written.length;
      await writeFile(`${mark}.new`, JSON.stringify({ part: number + 1, bytes: at }), { flush: true });
      await rename(`${mark}.new`, mark);
    },
    end: () => rm(mark, { force: true }),
    close: () => handle.close(),
  };
}

/** One line on the terminal that is written over: how far, how much. */
function progress(show: Player, done: number, start: number): string {
  const { parts, price, unit, partMs } = show.offer;
  const { left } = show.balance;
  const width = 24;
  const full = parts === null ? 0 : Math.floor((done / parts) * width);
  const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
  const played =
    partMs === 0 ? `${((Date.now() - start) / 1_000).toFixed(1)} s` : `${((done * partMs) / 1_000).toFixed(0)} s`;
  return `${bar} ${done}/${parts ?? '?'}  ${played}  paid ${show.spent} ${unit} (${price} a part)  left ${left}`;
}

function playCommand(): Command {
  return new Command('play')
    .description(
      'Play a stream: pay for each part and write it to standard output, or to a file that can be gone on with.',
    )
    .argument('<url>', 'the payee: ws://, or http:// for socket.io')
    .option('--budget <amount>', 'what may be paid in all', money, '1000')
    .option('--budget-part <amount>', 'what one part may cost', money, '10')
    .option('--deposit <amount>', 'what is put into a channel (default: the budget)', money)
    .option('--stream <name>', "which one (default: the payee's first)")
    .option('--output <file>', 'where to; when it was cut short, the next run goes on')
    .option('--settle', 'end the channel afterwards: what is left comes back')
    .option('--json', 'print what happens as JSON lines on standard error')
    .option('--data <directory>', 'the key and the channels', 'statewire-payer')
    .addHelpText(
      'after',
      `
Exit codes: 0 the whole stream is here, 1 it is not (budget, or the payee), 2 wrong command, 3 no connection.

Examples:
  $ statewire stream play ws://127.0.0.1:8002 > movie.mp4
  $ statewire stream play ws://127.0.0.1:8002 --budget 5000 --output movie.mp4`,
    )
    .action(async (url: string, options: PlayOptions) => {
      const signal = interruption();
      const signer = await signerIn(options.data);
      const store = await storeIn(options.data);
      try {
        const sink = options.output === undefined ? standardOutput : await fileSink(options.output);
        const show = await play(url, {
          signer,
          store,
          settlement: new Trust('0'),
          budget: { part: options.budgetPart, session: options.budget },
          from: sink.from,
          signal,
          ...(options.deposit === undefined ? {} : { deposit: options.deposit }),
          ...(options.stream === undefined ? {} : { stream: options.stream }),
        });
        try {
          await write(show, sink, options);
          if (options.settle === true) await show.settle();
        } finally {
          await show.leave();
          await sink.close();
        }
        if (signal.aborted) process.exitCode = exitCodes.interrupted;
      } finally {
        await store.close();
      }
    });
}

async function write(show: Player, sink: Sink, { json }: PlayOptions): Promise<void> {
  const start = Date.now();
  const isTerminal = process.stderr.isTTY === true && json !== true;
  let done = sink.from;
  const whole = show.offer.parts;
  // It was whole already; only the mark beside it had stayed.
  if (whole !== null && done >= whole) return sink.end();
  for await (const { number, bytes } of show.parts()) {
    await sink.write(number, bytes);
    done = number + 1;
    if (json === true) {
      process.stderr.write(`${JSON.stringify({ part: number, bytes: bytes.length, spent: `${show.spent}` })}\n`);
    } else if (isTerminal) process.stderr.write(`\r${progress(show, done, start)}`);
  }
  const { parts } = show.offer;
  if (isTerminal) process.stderr.write('\n');
  else if (json !== true) process.stderr.write(`${progress(show, done, start)}\n`);
  if (parts === null || done >= parts) await sink.end();
  else process.exitCode = exitCodes.refused;
}

/** What of a channel's record is of interest. */
interface Books {
  readonly role: 'payer' | 'payee';
  readonly channel: string;
  readonly deposit: string;
  readonly sent: string;
  readonly sequence: number;
}

function balance(): Command {
  return new Command('balance')
    .description('The channels of a payer or a payee, as its directory keeps them. Not while it runs.')
    .option('--data <directory>', 'the key and the channels', 'statewire-payer')
    .option('--json', 'print JSON lines, for machines')
    .action(async ({ data, json }: { readonly data: string; readonly json?: true }) => {
      const store = await storeIn(data);
      try {
        for await (const key of store.keys('session/streaming.')) {
          const books = booksOf(key, (await store.read(key)) ?? '{}');
          if (books === undefined) continue;
          const { role, channel, deposit, sent, sequence } = books;
          say(
            json === true,
            books,
            `${role} of channel ${channel}: ${sent} of ${deposit} paid, ${BigInt(deposit) - BigInt(sent)} left (sequence ${sequence})`,
          );
        }
      } finally {
        await store.close();
      }
    });
}

interface StoredPayment {
  readonly sent: string;
  readonly sequence: number;
}

function booksOf(key: string, text: string): Books | undefined {
  const record: {
    readonly stored?: {
      readonly snapshot?: {
        readonly context?: {
          readonly channel?: { readonly id: string } | null;
          readonly deposit: string;
          readonly accepted?: StoredPayment;
          readonly agreed?: StoredPayment;
          readonly promised?: StoredPayment | null;
        };
      };
    };
  } = JSON.parse(text);
  const context = record.stored?.snapshot?.context;
  const last = context?.accepted ?? context?.promised ?? context?.agreed;
  if (context?.channel == null || last === undefined) return undefined;
  const { deposit, channel } = context;
  const role = key.startsWith('session/streaming.payee') ? 'payee' : 'payer';
  return { role, channel: channel.id, deposit, sent: last.sent, sequence: last.sequence };
}

/** The payer's commands. */
export function streamCommands(): Command {
  return new Command('stream')
    .description('A payer: play paid streams.')
    .addCommand(playCommand())
    .addCommand(balance());
}
