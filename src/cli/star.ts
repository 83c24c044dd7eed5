/**
 * `statewire star listen`, `statewire star dial <address>` and `statewire star peers`: a peer of WebSocketStar in a terminal.
 *
 * Bytes go from standard input to the other peer and from it to standard output, so that `tar c . | statewire star dial …` works. What a command says
 * goes to standard error then; where no bytes come (`--output`), to standard output.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { Command } from 'commander';
import { LocalMisuse } from '../errors.ts';
import { createIdentity, identityOf, joinStar, type StarConnection, type StarNode } from '../star/index.ts';
import { signerFrom } from './keep.ts';
import { exitCodes, interruption, milliseconds, printable } from './terminal.ts';

interface PeerOptions {
  readonly url: readonly string[];
  readonly key?: string;
  readonly namespace?: string;
  readonly json?: true;
}

interface PipeOptions extends PeerOptions {
  readonly input?: string;
  readonly output?: string;
  readonly oneWay?: true;
}

const home = 'ws://127.0.0.1:9090';

function peerCommand(name: string): Command {
  const urls: string[] = [];
  return new Command(name)
    .option(
      '--url <url>',
      `a rendezvous server, http:// for socket.io; several: one of them is enough (default: ${home})`,
      (url: string) => {
        urls.push(url);
        return urls;
      },
      [],
    )
    .option('--key <file>', 'our key, made at the first use; without it the peer id is a new one each time')
    .option('--namespace <name>', 'see only the peers of this namespace, where the server knows namespaces')
    .option('--json', 'print JSON lines, for machines');
}

const pipeCommand = (name: string): Command =>
  peerCommand(name)
    .option('--input <file>', 'what is sent, in place of standard input')
    .option('--output <file>', 'where what comes is kept, in place of standard output');

async function joined({ url, key, namespace }: PeerOptions, signal: AbortSignal): Promise<StarNode> {
  const identity = key === undefined ? await createIdentity() : identityOf(await signerFrom(key));
  const node = await joinStar(url.length === 0 ? home : url, {
    identity,
    signal,
    ...(namespace === undefined ? {} : { namespace }),
  });
  node.on('disconnected', ({ url: lost, reason }) =>
    process.stderr.write(`${lost}: ${printable(reason)} Joining again.\n`),
  );
  // It is tried again and again; the reason is said once.
  const said = new Map<string, string>();
  node.on('joined', ({ url: found }) => said.delete(found));
  node.on('delayed', ({ url: lost, reason }) => {
    if (said.get(lost) !== reason) process.stderr.write(`${lost}: ${printable(reason)}\n`);
    said.set(lost, reason);
  });
  return node;
}

/** Says something beside the bytes. */
const teller =
  ({ json, output }: PipeOptions) =>
  (fields: object, sentence: string): void => {
    const stream = output === undefined ? process.stderr : process.stdout;
    stream.write(`${json === true ? JSON.stringify(fields) : printable(sentence)}\n`);
  };

/** What we have to say: until it ends, or the other peer has nothing to say any more to somebody who types. */
async function send({ writable }: StarConnection, source: AsyncIterable<Uint8Array>): Promise<number> {
  const writer = writable.getWriter();
  const sending = (async () => {
    let sent = 0;
    for await (const chunk of source) {
      await writer.write(chunk);
      sent += chunk.length;
    }
    await writer.close();
    return sent;
  })();
  // Nobody takes it any more: that is said at once, and not when our own input has its end.
  return Promise.race([writer.closed.then(() => sending), sending]);
}

async function receive({ readable }: StarConnection, sink: Writable): Promise<number> {
  const reader = readable.getReader();
  let received = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    received += next.value.length;
    if (!sink.write(next.value)) await once(sink, 'drain');
  }
  return received;
}

/** Rejects with this sentence when something is wrong with a file. */
const broken = (file: Readable | Writable, sentence: string): Promise<never> =>
  new Promise((_, reject) => {
    file.once('error', (cause) => reject(new LocalMisuse(sentence, { code: 'noFile', cause })));
  });

/** Bytes both ways until both ways have ended. */
async function pipe(
  connection: StarConnection,
  options: PipeOptions,
  speaks: boolean,
  signal: AbortSignal,
): Promise<object> {
  const { input, output } = options;
  const source = input === undefined ? process.stdin : createReadStream(input);
  const sink = output === undefined ? process.stdout : createWriteStream(output);
  const sending = speaks ? send(connection, source) : connection.writable.close().then(() => 0);
  const receiving = receive(connection, sink).then((received) => {
    // Nobody answers any more; a person would not know that only an end of input is waited for.
    if (process.stdin.isTTY) source.destroy();
    return received;
  });
  const piped = async () => {
    const [sent, received] = await Promise.all([sending, receiving]);
    if (sink !== process.stdout) {
      sink.end();
      await once(sink, 'finish');
    }
    return { sent, received };
  };
  try {
    return await Promise.race([
      ...(input === undefined ? [] : [broken(source, `The file ${input} cannot be read.`)]),
      ...(output === undefined ? [] : [broken(sink, `The file ${output} cannot be written.`)]),
      piped(),
    ]);
  } catch (error) {
    connection.abort('The other end of the pipe is broken.');
    signal.throwIfAborted();
    throw error;
  } finally {
    if (source === process.stdin) process.stdin.destroy();
  }
}

function listen(): Command {
  return pipeCommand('listen')
    .description('Print our address, wait for a dial, and pipe it: what comes to standard output, standard input back.')
    .option('--one-way', 'only receive')
    .addHelpText(
      'after',
      `
Exit codes: 0 both ways have ended well, 1 refused or cut, 2 wrong command, 3 no connection, 130 interrupted.
A server of old (http://) tells of a broken line as if it were the end: there 0 does not say that everything has come.

Examples:
  $ statewire star listen --one-way | tar x
  $ statewire star listen --one-way --output film.mp4 --url wss://star.example --key peer.key`,
    )
    .action(async (options: PipeOptions) => {
      const tell = teller(options);
      const signal = interruption();
      const node = await joined(options, signal);
      try {
        tell({ address: node.address }, `Listening as ${node.address}`);
        for await (const connection of node.incoming({ signal })) {
          const [from = ''] = connection.observed;
          tell({ dialled: from }, `Dialled by ${from}`);
          const counts = await pipe(connection, options, options.oneWay !== true, signal);
          tell(counts, `Done: ${JSON.stringify(counts)}`);
          return;
        }
        process.exitCode = signal.aborted ? exitCodes.interrupted : exitCodes.noConnection;
      } finally {
        await node.close();
      }
    });
}

function dial(): Command {
  return pipeCommand('dial')
    .description('Connect to another peer and pipe: standard input to it, what comes to standard output.')
    .argument('<address>', 'as `star listen` or `star peers` prints it')
    .option('--timeout <ms>', 'for the other peer to take the dial', milliseconds, 30_000)
    .addHelpText(
      'after',
      `
Exit codes: 0 both ways have ended well, 1 refused or cut, 2 wrong command, 3 no connection, 130 interrupted.
A server of old (http://) tells of a broken line as if it were the end: there 0 does not say that everything has come.

Examples:
  $ tar c . | statewire star dial /ip4/127.0.0.1/tcp/9090/ws/p2p-websocket-star/ipfs/12D3KooW…
  $ statewire star dial --input film.mp4 --url wss://star.example /dns4/star.example/tcp/443/wss/p2p-websocket-star/ipfs/12D3KooW…`,
    )
    .action(async (address: string, options: PipeOptions & { readonly timeout: number }) => {
      const tell = teller(options);
      const signal = interruption();
      const node = await joined(options, signal);
      try {
        const connection = await node.dial(address, { signal, timeout: options.timeout });
        tell({ connected: address }, `Connected to ${address}`);
        const counts = await pipe(connection, options, true, signal);
        tell(counts, `Done: ${JSON.stringify(counts)}`);
      } finally {
        await node.close();
      }
    });
}

function peers(): Command {
  return peerCommand('peers')
    .description('Print who is there, then who comes and goes.')
    .option('--once', 'end when those that are there are printed')
    .addHelpText(
      'after',
      `
Runs until it is interrupted, without --once.
Exit codes: 0 printed, or interrupted, 1 refused, 2 wrong command, 3 no connection, 130 interrupted before it had joined.

Examples:
  $ statewire star peers
  $ statewire star peers --once --json`,
    )
    .action(async (options: PeerOptions & { readonly once?: true }) => {
      const signal = interruption();
      const node = await joined(options, signal);
      const print = (type: string, address: string) =>
        process.stdout.write(
          `${options.json === true ? JSON.stringify({ [type]: address }) : `${type === 'found' ? '+' : '-'} ${printable(address)}`}\n`,
        );
      try {
        if (options.once === true) for (const address of node.known) print('found', address);
        else for await (const { type, address } of node.peers.watch(signal)) print(type, address);
        if (options.once !== true && !signal.aborted) process.exitCode = exitCodes.noConnection;
      } finally {
        await node.close();
      }
    });
}

/** The star's peer commands. */
export function starCommands(): Command {
  return new Command('star')
    .description('A peer of a rendezvous server.')
    .addCommand(listen())
    .addCommand(dial())
    .addCommand(peers());
}
