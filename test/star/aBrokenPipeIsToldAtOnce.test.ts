/** `statewire star listen` and `dial` when the other process is killed in mid-transfer, or we are interrupted: half a file is never called a whole one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATIENCE, statewire } from '../cli/command.ts';
import { useStar } from './world.ts';

const world = useStar();

/** Two processes that are connected; standard input of the one that has dialled stays open. */
async function transfer(wire: 'ws' | 'http') {
  const directory = await mkdtemp(join(tmpdir(), 'star-'));
  world.later(() => rm(directory, { recursive: true, force: true }));
  const server = await world.serve();
  const url = ['--json', '--url', server.url.replace('ws', wire)];
  const bob = statewire('star', 'listen', '--one-way', '--output', join(directory, 'copy'), ...url);
  world.later(() => bob.process.kill('SIGKILL'));
  const { address } = JSON.parse(await bob.line());
  const alice = statewire('star', 'dial', address, '--output', join(directory, 'answer'), ...url);
  world.later(() => alice.process.kill('SIGKILL'));
  alice.process.stdin.write('half of it');
  expect(JSON.parse(await alice.line())).toEqual({ connected: address });
  expect(JSON.parse(await bob.line())).toHaveProperty('dialled');
  return { alice, bob };
}

it.each(['ws', 'http'] as const)(
  'the one that sends is killed: the one that receives ends with 1, over %s://',
  async (wire) => {
    const { alice, bob } = await transfer(wire);
    alice.process.kill('SIGKILL');
    expect(await bob.ended).toBe(1);
    expect(bob.stderr).toBe('The connection to the other peer was lost.\n');
  },
  3 * PATIENCE,
);

it(
  'the one that receives is killed: the one that sends ends with 1, and does not wait for more to send',
  async () => {
    const { alice, bob } = await transfer('ws');
    bob.process.kill('SIGKILL');
    expect(await alice.ended).toBe(1);
    expect(alice.stderr).toBe('The connection to the other peer was lost.\n');
  },
  3 * PATIENCE,
);

it(
  'interrupted in the middle, it ends with 130',
  async () => {
    const { bob } = await transfer('ws');
    bob.process.kill('SIGINT');
    expect(await bob.ended).toBe(130);
  },
  3 * PATIENCE,
);
