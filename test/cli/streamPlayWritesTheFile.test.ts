/** `statewire stream play` pays for a file part by part and writes it, byte for byte; it never pays more than it may, and pays for nothing twice. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

import { outcomeOf, PATIENCE, statewire } from './command.ts';

let folder: string;
const movie = randomBytes(1_000_000);
const file = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statewire-'));
  await writeFile(file('movie.bin'), movie);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function serve(...options: readonly string[]) {
  const command = statewire(
    ...['serve', 'streaming', '--file', file('movie.bin'), '--price', '10', '--part-bytes', '100000'],
    ...['--port', '0', '--json', '--log-level', 'error', '--data', file('payee'), ...options],
  );
  const { url } = z.object({ url: z.string(), parts: z.literal(10) }).parse(JSON.parse(await command.line()));
  return { command, url };
}

const play = (url: string, ...options: readonly string[]) =>
  outcomeOf('stream', 'play', url, '--data', file('payer'), ...options);

async function books(name: string): Promise<unknown[]> {
  const { stdout } = await outcomeOf('stream', 'balance', '--json', '--data', file(name));
  return stdout.split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]));
}

it.each(['ws', 'http'])(
  'is byte-equal, and both sides have the same books (%s)',
  async (scheme) => {
    const { command, url } = await serve();
    const { code } = await play(url.replace('ws', scheme), '--output', file('out.bin'));
    expect(code).toBe(0);
    expect(Buffer.compare(await readFile(file('out.bin')), movie)).toBe(0);
    command.process.kill('SIGINT');
    expect(await command.ended).toBe(0);
    const sent = { sent: '100', sequence: 10 };
    expect(await books('payer')).toEqual([expect.objectContaining({ role: 'payer', ...sent })]);
    expect(await books('payee')).toEqual([expect.objectContaining({ role: 'payee', ...sent })]);
  },
  PATIENCE,
);

it(
  'stops at the budget with exit code 1, and goes on with another',
  async () => {
    const { url } = await serve();
    const { code, stderr } = await play(url, '--output', file('out.bin'), '--budget', '40', '--deposit', '100');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('budget') });
    expect((await stat(file('out.bin'))).size).toBe(400_000);
    expect((await play(url, '--output', file('out.bin'), '--budget', '60')).code).toBe(0);
    expect(Buffer.compare(await readFile(file('out.bin')), movie)).toBe(0);
    // Each channel was used up, and then forgotten.
    expect(await books('payer')).toEqual([]);
  },
  2 * PATIENCE,
);

it(
  'pays nothing for a part that is too dear',
  async () => {
    const { url } = await serve();
    const { code, stderr } = await play(url, '--budget-part', '9', '--output', file('out.bin'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('the budget allows 9') });
    expect((await stat(file('out.bin'))).size).toBe(0);
    expect(await books('payer')).toEqual([]);
  },
  PATIENCE,
);

it(
  'settles with the payee when it is asked to',
  async () => {
    const { command, url } = await serve();
    expect((await play(url, '--settle', '--output', file('out.bin'))).code).toBe(0);
    command.process.kill('SIGINT');
    await command.ended;
    expect([await books('payer'), await books('payee')]).toEqual([[], []]);
  },
  PATIENCE,
);

it(
  'says 3 where nobody is, and 2 for an amount that is none',
  async () => {
    expect((await play('ws://127.0.0.1:1')).code).toBe(3);
    expect((await play('ws://127.0.0.1:1', '--budget', '1.5')).code).toBe(2);
  },
  PATIENCE,
);
