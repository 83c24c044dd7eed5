/**
 * `statewire relay listen` and `statewire relay send`: a client of a relay in a terminal.
 */
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { LocalMisuse } from '../errors.ts';
import { checkJson } from '../json.ts';
import type { Delivery, Outcome, RelayClient } from '../relay/index.ts';
import { nameOf, relayClient, toBase64Url } from '../relay/index.ts';
import { exitCodes, interruption, say } from './terminal.ts';

interface ClientOptions {
  readonly url: string;
  readonly json?: true;
  readonly sealed?: true;
  readonly ack: boolean;
}

function clientCommand(name: string): Command {
  return new Command(name)
    .option('--url <url>', 'the relay', 'ws://127.0.0.1:8001')
    .option('--json', 'print JSON lines, for machines')
    .option('--sealed', 'end-to-end secrecy: only sealed messages, to contacts <address>#<key>')
    .option('--no-ack', "speak only the text's five messages");
}

/** One line of input: whom, and what. */
function parseLine(line: string): { readonly to: string; readonly text: string } {
  const [, to, text] = /^\s*(\S+)\s+(.+)$/.exec(line) ?? [];
  if (to === undefined || text === undefined)
    throw new LocalMisuse('A line is an address, a space and JSON.', { code: 'badLine' });
  return { to, text };
}

function sayOutcome(json: boolean, outcome: Outcome): void {
  say(json, outcome, outcome.outcome === 'failed' ? `failed: ${outcome.reason}` : outcome.outcome);
}

function sayDelivery(json: boolean, { text, sealedBy }: Delivery): void {
  const from = sealedBy === undefined ? '' : `,"sealedBy":"${toBase64Url(sealedBy)}"`;
  // The text as it came: a number that no double can hold is printed whole.
  process.stdout.write(json ? `{"msg":${text}${from}}\n` : `${text}\n`);
}

/** Every line of standard input is routed: `<address> <json>`. */
function routeLines(relay: RelayClient, json: boolean): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line.trim() === '') return;
    void (async () => {
      try {
        const { to, text } = parseLine(line);
        sayOutcome(json, await relay.routeText(to, text));
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
      }
    })();
  });
}

function listen(): Command {
  return clientCommand('listen')
    .description(
      'Print an ephemeral address, then the messages that come to it. Lines of standard input, `<address> <json>`, are routed.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ statewire relay listen
  $ statewire relay listen --sealed --url wss://relay.example`,
    )
    .action(async (options: ClientOptions) => {
      const json = options.json === true;
      const signal = interruption();
      const relay = await relayClient(options.url, { ack: options.ack, sealed: options.sealed === true, signal });
      const sayAddress = () => {
        const address = options.sealed === true ? relay.contact : relay.address;
        say(json, { address }, address);
      };
      sayAddress();
      relay.on('addressed', sayAddress);
      relay.on('disconnected', ({ reason }) => process.stderr.write(`${reason} Reconnecting; the address is lost.\n`));
      relay.on('refused', ({ errCode, errMsg }) => process.stderr.write(`${errCode} ${errMsg}\n`));
      relay.on('rejected', ({ error }) => process.stderr.write(`${error.message}\n`));
      routeLines(relay, json);
      for await (const delivery of relay.deliveries()) sayDelivery(json, delivery);
      process.stdin.destroy();
      if (!signal.aborted) process.exitCode = exitCodes.noConnection;
    });
}

function send(): Command {
  return clientCommand('send')
    .description('Route one message, and say what became of it.')
    .argument('<address>', 'an ephemeral address, or with --sealed a contact')
    .argument('<json>', 'the message')
    .addHelpText(
      'after',
      `
Exit codes: 0 delivered or sent, 1 failed, 2 wrong command, 3 no connection, 4 unknown (the line broke).

Examples:
  $ statewire relay send 927ec270029f4fb3976cec0a2bd67e16 '{"hello":"stranger"}'
  $ statewire relay send --json --url wss://relay.example 927ec270029f4fb3976cec0a2bd67e16 42`,
    )
    .action(async (address: string, json: string, options: ClientOptions) => {
      checkJson(json);
      const signal = interruption();
      const relay = await relayClient(options.url, {
        ack: options.ack,
        sealed: options.sealed === true,
        attempts: 0,
        backlog: 0,
        signal,
      });
      let refusal: Outcome | undefined;
      relay.on('refused', ({ errCode, errMsg }) => {
        // The only route of this connection: the error can be of no other.
        refusal = { outcome: 'failed', reason: nameOf(errCode) };
        process.stderr.write(`The relay says: ${errCode} ${errMsg}\n`);
      });
      const known = await (async (): Promise<Outcome> => {
        try {
          const outcome = await relay.routeText(address, json);
          if (outcome.outcome !== 'sent') return outcome;
          // Without acknowledgements an error may be on its way still, and the original's relay drops it when we close too soon.
          const isSettled = await relay.settled({ signal: AbortSignal.timeout(settleTimeout) });
          return refusal ?? (isSettled ? outcome : { outcome: 'unknown' });
        } finally {
          await relay.close();
        }
      })();
      sayOutcome(options.json === true, known);
      process.exitCode = codeOf(known);
    });
}

/** Milliseconds for a relay without acknowledgements to handle what it was sent. */
const settleTimeout = 5_000;

function codeOf({ outcome }: Outcome): number {
  if (outcome === 'failed') return exitCodes.refused;
  return outcome === 'unknown' ? exitCodes.unknown : exitCodes.done;
}

/** The relay's client commands. */
export function relayCommands(): Command {
  return new Command('relay').description('A client of a relay.').addCommand(listen()).addCommand(send());
}
