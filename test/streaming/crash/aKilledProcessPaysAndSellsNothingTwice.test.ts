/** Real processes, a real disk: the payer's and the payee's commands are killed ten times, at moments that nobody chose. They are the built ones: `npm test` builds first. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fraction } from '../../../src/random.ts';
import { seededRandom } from '../../../src/testing/index.ts';

const script = new URL('../../../dist/src/cli/main.js', import.meta.url).pathname;
const parts = 200;
const price = 10;
const running = new Set<ChildProcess>();
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'statewire-'));
});

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

function start(...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function linesOf(child: ChildProcess): Promise<readonly string[]> {
  const lines: string[] = [];
  if (child.stdout === null) return lines;
  child.stderr?.resume();
  for await (const line of createInterface(child.stdout)) lines.push(line);
  return lines;
}

/** A port that nobody has: a payer knows its payee by it, so that a payee must come back there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return address.port;
}

async function serve(port: number): Promise<ChildProcess> {
  const child = start(
    ...['serve', 'streaming', '--file', join(directory, 'film'), '--price', `${price}`, '--part-bytes', '1000'],
    ...['--port', `${port}`, '--json', '--log-level', 'silent', '--data', join(directory, 'payee')],
  );
  child.stderr?.resume();
  if (child.stdout === null) throw new Error('It says nothing.');
  for await (const line of createInterface(child.stdout)) if (JSON.parse(line).ready === true) return child;
  throw new Error(`The payee did not start: ${child.exitCode}`);
}

interface Line {
  readonly channel: string;
  readonly sent: string;
}

async function balanceOf(side: string): Promise<ReadonlyMap<string, string>> {
  const lines = await linesOf(start('stream', 'balance', '--json', '--data', join(directory, side)));
  return new Map(lines.map((line) => JSON.parse(line)).map(({ channel, sent }: Line) => [channel, sent]));
}

const passed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = new Promise<never>(() => {});

it('comes back after each of ten kills, completes the file and agrees on what was paid', async () => {
  const random = seededRandom(7);
  const film = Buffer.from(random.bytes(parts * 1_000));
  const output = join(directory, 'output');
  await writeFile(join(directory, 'film'), film);
  const port = await freePort();
  let payee = await serve(port);
  const play = () => {
    const child = start(
      ...['stream', 'play', `ws://127.0.0.1:${port}`, '--output', output, '--json', '--deposit', '300'],
      ...['--budget', '100000', '--data', join(directory, 'payer')],
    );
    child.stderr?.resume();
    child.stdout?.resume();
    const begun = child.stderr === null ? never : once(child.stderr, 'data');
    return { child, begun, exit: once(child, 'exit') };
  };

  let payer = play();
  let kills = 0;
  let code: unknown;
  for (let runs = 0; runs < 40 && code !== 0; runs += 1) {
    // Half of the kills come while it plays, the others at any time.
    if (kills < 10) {
      const isPlaying = fraction(random) < 0.5;
      await Promise.race([payer.exit, isPlaying ? payer.begun : passed(1_000 * fraction(random))]);
      await Promise.race([payer.exit, passed(120 * fraction(random))]);
    } else await payer.exit;
    if (payer.child.exitCode !== null) {
      code = payer.child.exitCode;
      if (code !== 0) payer = play();
      continue;
    }
    const isPayee = fraction(random) < 0.5;
    const victim = isPayee ? payee : payer.child;
    const gone = once(victim, 'exit');
    victim.kill('SIGKILL');
    await gone;
    kills += 1;
    if (isPayee) payee = await serve(port);
    else payer = play();
  }
  payee.kill('SIGTERM');
  await once(payee, 'exit');

  const books = { payer: await balanceOf('payer'), payee: await balanceOf('payee') };
  expect(code).toBe(0);
  expect(await readFile(output)).toEqual(film);
  for (const [channel, sent] of books.payer) expect(books.payee.get(channel)).toBe(sent);
  const sum = [...books.payee.values()].reduce((all, sent) => all + Number(sent), 0);
  expect(sum).toBeGreaterThanOrEqual(parts * price);
  // A part can be lost with the channel that it used up.
  expect(sum).toBeLessThanOrEqual((parts + books.payee.size) * price);
});
