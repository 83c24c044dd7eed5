/** What a channel's command waits for, and why it came to nothing, is said in a sentence, and once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Command, outcomeOf, PATIENCE, statewire } from './command.ts';

let folder: string;
let node: Command;
let url: string;
let accounts: Readonly<Record<'alice' | 'bob', string>>;

const data = (name: string) => ['--data', join(folder, name)] as const;
const account = async (name: string) => (await outcomeOf('channel', 'address', ...data(name))).stdout.trim();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statewire-'));
  node = statewire('serve', 'channel', '--port', '0', '--block-ms', '20', '--json', '--log-level', 'error');
  url = z.object({ url: z.string() }).parse(JSON.parse(await node.line())).url;
  const [alice, bob] = await Promise.all([account('alice'), account('bob')]);
  accounts = { alice, bob };
}, PATIENCE);
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The arguments of a terminal. */
const opening = (name: 'alice' | 'bob', ...options: readonly string[]) => {
  const [role, other] = name === 'alice' ? ['initiator', accounts.bob] : ['responder', accounts.alice];
  return ['channel', 'open', url, '--as', role, '--with', other, ...data(name), ...options] as const;
};

async function bothOpen(...ofBob: readonly string[]) {
  const [alice, bob] = [statewire(...opening('alice')), statewire(...opening('bob', ...ofBob))];
  for (const terminal of [alice, bob]) await saying(terminal, 'is open');
  return { alice, bob };
}

/** The next line that has these words. */
async function saying(terminal: Command, words: string): Promise<string> {
  for (;;) {
    const line = await terminal.line();
    if (line.includes(words)) return line;
  }
}

const timesIn = (text: string, words: string) => text.split(words).length - 1;

it(
  'that the two disagree: the node says in what, the command says it once, and ends with 1',
  async () => {
    const ends = [opening('alice', '--lock-period', '5'), opening('bob', '--lock-period', '6')];
    for (const { code, stdout, stderr } of await Promise.all(ends.map((args) => outcomeOf(...args)))) {
      expect(code).toBe(1);
      expect(timesIn(stdout + stderr, 'says otherwise of lock_period')).toBe(1);
    }
  },
  PATIENCE,
);

it(
  'that nobody is there to sign; that other terms are those of another channel; that no chain can be asked',
  async () => {
    const { alice, bob } = await bothOpen();
    alice.type('pay 9');
    expect(await saying(alice, 'insufficient_balance')).toMatch(/^pay 9: /);
    alice.type('dance');
    await saying(alice, 'is none of');
    expect(timesIn(alice.stdout, 'insufficient_balance')).toBe(1);
    for (const terminal of [alice, bob]) terminal.process.kill('SIGKILL');
    await Promise.all([alice.ended, bob.ended]);

    const paying = statewire('channel', 'pay', '1', ...data('alice'));
    await paying.complains('Waits for the other party');
    expect(paying.stdout).toBe('');
    paying.process.kill('SIGINT');
    expect(await paying.ended).toBe(130);

    const otherwise = await Promise.all([
      outcomeOf(...opening('alice', '--lock-period', '6')),
      outcomeOf(
        'channel',
        'open',
        url,
        '--as',
        'responder',
        '--with',
        accounts.alice,
        ...data('bob'),
        '--keep-running',
      ),
    ]);
    expect(otherwise).toMatchObject([
      { code: 2, stderr: expect.stringContaining('--lock-period was 10') },
      { code: 2, stderr: expect.stringContaining('--keep-running was not given') },
    ]);

    node.process.kill('SIGKILL');
    await node.ended;
    let looks = 0;
    let looked = () => {};
    const several = new Promise<void>((resolve) => {
      looked = resolve;
    });
    const broken = createServer((_, response) => {
      looks += 1;
      if (looks > 5) looked();
      response.writeHead(500).end();
    });
    await new Promise<void>((resolve) => broken.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    const watch = statewire('channel', 'watch', '--every', '10', ...data('alice'));
    await several;
    watch.process.kill('SIGINT');
    expect(await watch.ended).toBe(130);
    expect(timesIn(watch.stdout, 'not now')).toBe(1);
    broken.closeAllConnections();
    await new Promise((resolve) => broken.close(resolve));
  },
  2 * PATIENCE,
);

it(
  'that a responder which keeps running is left alone',
  async () => {
    const { alice, bob } = await bothOpen('--keep-running');
    alice.type('leave');
    expect(await alice.ended).toBe(0);
    await saying(bob, 'leftBehind');
  },
  PATIENCE,
);
