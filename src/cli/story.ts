/**
 * `npm start`: the library's story in one terminal, with real processes on real sockets. A server, two strangers, a message each way; then the
 * commands to do it by hand. Then a page, where a film is paid for while it plays: it stays until Ctrl-C, or not at all with `--once` and where
 * nobody is at the terminal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { intro, log, note, outro } from '@clack/prompts';
import { servePage } from '../../visualizations/page/serve.ts';

const cli = fileURLToPath(new URL('./main.js', import.meta.url));

/** A command of the command line, as a process of its own. */
class Actor {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #said: string[] = [];
  readonly #waiting: { readonly want: string; readonly give: (line: Record<string, unknown>) => void }[] = [];

  constructor(...args: string[]) {
    this.#process = spawn(process.execPath, [cli, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#process.stdout === null) throw new Error('The process has no output.');
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#lines.on('line', (line) => {
      this.#said.push(line);
      this.#give();
    });
  }

  /** The next line of JSON that has this field. */
  hear(want: string): Promise<Record<string, unknown>> {
    return new Promise((give, fail) => {
      this.#process.once('exit', (code) => fail(new Error(`The process ended with ${code} before it said "${want}".`)));
      this.#waiting.push({ want, give });
      this.#give();
    });
  }

  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
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
      const index = this.#waiting.findIndex(({ want }) => want in fields);
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
await pageStory(process.stdin.isTTY === true && !process.argv.includes('--once'));
