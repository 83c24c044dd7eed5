/**
 * `npm start`: the library's story in one terminal, with real processes on real sockets. A server, two strangers, a message each way; then a
 * rendezvous, at which two peers find each other and one sends the other a file; then a node and two parties of a channel; each with the commands to do it
 * by hand. Then a page, where a film is paid for while it plays: it stays until Ctrl-C, or not at all with `--once` and where
 * nobody is at the terminal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { intro, log, note, outro } from '@clack/prompts';
import { z } from 'zod';
import { servePage } from '../../visualizations/page/serve.ts';
import { parseJson } from '../json.ts';

const cli = fileURLToPath(new URL('./main.js', import.meta.url));

/** A command of the command line, as a process of its own. */
class Actor {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #said: string[] = [];
  readonly #waiting: { readonly wants: readonly string[]; readonly give: (line: Record<string, unknown>) => void }[] =
    [];

  constructor(...args: string[]) {
    this.#process = spawn(process.execPath, [cli, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#process.stdout === null) throw new Error('The process has no output.');
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#lines.on('line', (line) => {
      this.#said.push(line);
      this.#give();
    });
  }

  /** The next line of JSON that has one of these fields. */
  hear(...wants: readonly string[]): Promise<Record<string, unknown>> {
    return new Promise((give, fail) => {
      this.#process.once('close', (code) =>
        fail(new Error(`The process ended with ${code} before it said "${wants}".`)),
      );
      this.#waiting.push({ wants, give });
      this.#give();
    });
  }

  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** It is told nothing more. */
  finish(): void {
    this.#process.stdin?.end();
  }

  /** Ends the process as a person would, with Ctrl-C. @returns its exit code */
  end(): Promise<number | null> {
    return new Promise((resolve) => {
      if (this.#process.exitCode !== null) return resolve(this.#process.exitCode);
      this.#process.once('exit', resolve);
      this.#process.kill('SIGINT');
    });
  }

  #give(): void {
    for (const line of this.#said) {
      const fields: Record<string, unknown> = JSON.parse(line);
      const index = this.#waiting.findIndex(({ wants }) => wants.some((want) => want in fields));
      const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
      if (waiting === undefined) continue;
      this.#said.splice(this.#said.indexOf(line), 1);
      waiting.give(fields);
    }
  }
}

async function relayStory(): Promise<void> {
  intro('statewire: a message travels between two strangers');
  const server = new Actor('serve', 'relay', '--port', '0', '--json', '--log-level', 'error');
  const { url, pid } = await server.hear('ready');
  log.step(`A relay listens on ${url} (process ${pid}).`);

  const alice = new Actor('relay', 'listen', '--json', '--url', String(url));
  const bob = new Actor('relay', 'listen', '--json', '--url', String(url));
  const [{ address: aliceAddress }, { address: bobAddress }] = await Promise.all([
    alice.hear('address'),
    bob.hear('address'),
  ]);
  log.step(`Alice got the ephemeral address ${aliceAddress}.`);
  log.step(`Bob got   the ephemeral address ${bobAddress}.`);

  await exchange('Alice', alice, 'Bob', bob, String(bobAddress), { hello: 'Bob', from: 'a stranger' });
  await exchange('Bob', bob, 'Alice', alice, String(aliceAddress), { hello: 'Alice', bigger: 2 ** 64 });

  const codes = [await alice.end(), await bob.end(), await server.end()];
  log.step(`All three have ended cleanly (exit codes ${codes.join(', ')}).`);
  note(
    [
      'npx statewire serve relay',
      'npx statewire relay listen',
      `npx statewire relay send <the address it printed> '{"hello":"you"}'`,
    ].join('\n'),
    'By hand, in three terminals',
  );
  outro('The machines that just ran: machines/relay/client.ts and server.ts; their charts: visualizations/relay/');
}

async function exchange(
  from: string,
  sender: Actor,
  to: string,
  receiver: Actor,
  address: string,
  msg: object,
): Promise<void> {
  const text = JSON.stringify(msg);
  sender.say(`${address} ${text}`);
  const [arrived, settled] = await Promise.all([receiver.hear('msg'), sender.hear('outcome')]);
  log.success(`${from} -> ${to}: ${JSON.stringify(arrived['msg'])}   (${from} knows: ${settled['outcome']})`);
}

async function starStory(): Promise<void> {
  intro('statewire: two peers find each other and send a file');
  const directory = await mkdtemp(join(tmpdir(), 'statewire-star-'));
  try {
    const [file, copy] = [join(directory, 'file'), join(directory, 'copy')];
    await writeFile(file, randomBytes(3_000_000));
    const server = new Actor('serve', 'star', '--port', '0', '--json', '--log-level', 'error');
    const { url, pid } = await server.hear('ready');
    log.step(`A rendezvous server listens on ${url} (process ${pid}).`);
    const at = (...args: string[]) => new Actor('star', ...args, '--url', String(url), '--json');
    const alice = at('peers');
    const bob = at('listen', '--one-way', '--output', copy);
    const [{ address }, { found }] = await Promise.all([bob.hear('address'), alice.hear('found')]);
    log.step(`Bob has proven his key and waits at …${String(address).slice(-20)}`);
    log.success(`Alice is told who is there: …${String(found).slice(-20)}`);
    const dial = at('dial', String(found), '--input', file, '--output', join(directory, 'answer'));
    await dial.hear('connected');
    dial.finish();
    const [{ sent }, { received }] = await Promise.all([dial.hear('sent'), bob.hear('received')]);
    const isSame = (await readFile(file)).equals(await readFile(copy));
    log.success(`She dials him: ${sent} bytes sent, ${received} received, ${isSame ? 'the same' : 'NOT THE SAME'}.`);
    for (const actor of [dial, bob, alice, server]) await actor.end();
    note(
      [
        'npx statewire serve star',
        'npx statewire star listen --one-way | tar x',
        'tar c . | npx statewire star dial <the address it printed>',
      ].join('\n'),
      'By hand, in three terminals',
    );
    outro(
      'The machines: machines/star/listener.ts, dialer.ts, stream.ts and rendezvous.ts; charts: visualizations/star/',
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A party of the channel's story: its terminal, and how it is called there. */
interface Teller {
  readonly name: string;
  readonly actor: Actor;
}

async function channelStory(): Promise<void> {
  intro('statewire: two find each other on a board, open a channel, pay, collide and close it');
  const directory = await mkdtemp(join(tmpdir(), 'statewire-story-'));
  try {
    const node = new Actor('serve', 'channel', '--port', '0', '--block-ms', '250', '--json', '--log-level', 'error');
    const { url, pid } = await node.hear('ready');
    log.step(`A node with a chain of its own listens on ${url} (process ${pid}).`);
    const [data, otherData] = [join(directory, 'alice'), join(directory, 'bob')];
    const [account, otherAccount] = [await accountIn(data), await accountIn(otherData)];
    await meet(join(directory, 'board'), account, otherAccount);
    const party = (name: string, ...args: string[]): Teller => ({
      name,
      actor: new Actor('channel', 'open', String(url), '--json', '--push', '0', ...args),
    });
    const alice = party('Alice', '--as', 'initiator', '--with', otherAccount, '--data', data);
    const bob = party('Bob', '--as', 'responder', '--with', account, '--data', otherData);
    const parties = [alice, bob];
    const [opened] = await Promise.all(parties.map(({ actor }) => actor.hear('open')));
    log.step(`Both have signed, five blocks have confirmed it: ${opened?.['open']} is open. ${inHand(opened)}`);

    await pays(alice, bob, 3);
    await pays(bob, alice, 1);
    await collide(alice, bob);

    const http = String(url).replace('ws', 'http');
    const before = await Promise.all([account, otherAccount].map((each) => balanceOf(http, each)));
    alice.actor.say('close');
    await Promise.all(parties.map(({ actor }) => actor.hear('closed')));
    log.success('Alice closes. Both have signed how it ends, and the chain pays it out:');
    for (const [at, each] of [account, otherAccount].entries()) {
      const now = await paidOut(http, each, before[at] ?? '');
      log.step(
        `${parties[at]?.name} gets ${BigInt(now) - BigInt(before[at] ?? 0)}, its share less its part of the fee.`,
      );
    }
    for (const { actor } of parties) await actor.end();
    await node.end();
    note(
      [
        'npx statewire serve channel',
        'npx statewire channel address --data bob   # and --data alice',
        'npx statewire channel open ws://127.0.0.1:3014 \\',
        '    --as initiator --with <account of bob> --data alice',
        'npx statewire channel open ws://127.0.0.1:3014 \\',
        '    --as responder --with <account of alice> --data bob',
        'pay 3',
      ].join('\n'),
      'By hand, in three terminals',
    );
    outro(
      'The machines: machines/channel/initiator.ts, responder.ts and node.ts; their charts: visualizations/channel/',
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** On a board: Bob proposes, Alice is interested; then each knows with whom to open a channel. */
async function meet(data: string, account: string, otherAccount: string): Promise<void> {
  const board = new Actor('serve', 'board', '--port', '0', '--data', data, '--json', '--log-level', 'error');
  const { url } = await board.hear('ready');
  log.step(`A board where channels are proposed listens on ${url}.`);
  const at = (...args: string[]) => new Actor('board', ...args, '--url', String(url), '--json');
  const bob = at('propose', '10', '1', '10', '--id', 'ten', '--address', otherAccount);
  await bob.hear('proposal');
  log.step('Bob proposes a channel in which both put in 10.');
  const alice = at('interest', 'ten', '--address', account);
  const [{ interest }] = await Promise.all([bob.hear('interest'), alice.hear('outcome')]);
  const { fromAddress } = z.object({ fromAddress: z.string() }).parse(interest);
  log.success(`Alice is interested, and Bob knows that it is ${fromAddress.slice(0, 12)}…`);
  for (const actor of [alice, bob, board]) await actor.end();
}

async function accountIn(data: string): Promise<string> {
  const { address } = await new Actor('channel', 'address', '--json', '--data', data).hear('address');
  return String(address);
}

const inHand = (state: Record<string, unknown> | undefined) =>
  `Round ${state?.['round']}: Alice has ${state?.['initiatorAmount']}, Bob ${state?.['responderAmount']}.`;

const stateIn = z.object({ updated: z.record(z.string(), z.unknown()) });

async function pays(from: Teller, to: Teller, amount: number): Promise<void> {
  from.actor.say(`pay ${amount}`);
  const [seen] = await Promise.all([from, to].map(({ actor }) => actor.hear('updated')));
  log.success(`${from.name} pays ${to.name} ${amount}. ${inHand(stateIn.parse(seen).updated)}`);
}

/** Both start an update at once, until it happens that neither has seen the other's before. */
async function collide(alice: Teller, bob: Teller): Promise<void> {
  for (;;) {
    const ends = await Promise.all(
      [alice, bob].map(async ({ actor }) => {
        actor.say('pay 1');
        const end = await actor.hear('conflict', 'updated');
        await actor.hear('conflict' in end ? 'failed' : 'updated');
        return end;
      }),
    );
    const [end] = ends;
    if (end === undefined || !('conflict' in end)) continue;
    log.warn(`Both pay at once: a conflict. Both updates are void, and round ${end['conflict']} stands.`);
    await pays(bob, alice, 1);
    return;
  }
}

const accountSchema = z.object({ balance: z.union([z.number(), z.bigint()]) });

async function balanceOf(node: string, account: string): Promise<string> {
  const response = await fetch(`${node}/v2/accounts/${account}`);
  return `${accountSchema.parse(parseJson(await response.text())).balance}`;
}

/** What an account has once the chain has paid out: something else than before. */
async function paidOut(node: string, account: string, before: string): Promise<string> {
  for (;;) {
    const balance = await balanceOf(node, account);
    if (balance !== before) return balance;
    await sleep(100);
  }
}

async function pageStory(stays: boolean): Promise<void> {
  intro('statewire: a film is paid for while it plays');
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const page = await servePage({
    notify: (_, notice) => {
      if (notice.type === 'opened') log.step(`A channel is open, with ${notice.deposit} ct in it.`);
      if (notice.type === 'paid') log.success(`Payment ${notice.sequence}: ${notice.sent} ct in this channel so far.`);
      if (notice.type === 'released') log.step(`The key of part ${notice.part} is on its way.`);
    },
  });
  if (stays) {
    log.step(`Open ${page.url} in a browser: the payer runs in the page, and the payee here.`);
    log.message('Ctrl-C ends it.');
    await interrupted;
  } else log.step(`The page was at ${page.url}; run \`npm start\` in a terminal, and it stays.`);
  await page.close();
  outro('The machines: machines/streaming/payer.ts, payee.ts and desk.ts; the page: visualizations/page/');
}

await relayStory();
await starStory();
await channelStory();
await pageStory(process.stdin.isTTY === true && !process.argv.includes('--once'));
