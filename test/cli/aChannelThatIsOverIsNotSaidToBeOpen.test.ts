/** A channel that one party has closed alone, and that the chain has paid out: whatever is asked of it in a terminal afterwards, the answer is that it is over. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { outcomeOf, PATIENCE, statewire } from './command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statewire-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const Shown = z.object({ channel: z.string(), round: z.number() });

it(
  'by close, watch, show and open',
  async () => {
    const node = statewire('serve', 'channel', '--port', '0', '--block-ms', '20', '--json', '--log-level', 'error');
    const { url } = z.object({ url: z.string() }).parse(JSON.parse(await node.line()));
    const plain = url.replace('ws:', 'http:');
    expect(await (await fetch(`${plain}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${plain}/metrics`)).text()).toContain('channel_connections 0');

    const of = (name: string) => ['--data', join(folder, name)] as const;
    const nothing = await outcomeOf('channel', 'show', ...of('alice'));
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('open one first')]);

    const account = async (name: string) => (await outcomeOf('channel', 'address', ...of(name))).stdout.trim();
    const [alice, bob] = [await account('alice'), await account('bob')];
    const open = (name: string, role: string, other: string) =>
      statewire('channel', 'open', url, '--as', role, '--with', other, '--lock-period', '2', ...of(name));
    const both = [open('alice', 'initiator', bob), open('bob', 'responder', alice)];
    for (const terminal of both) while (!/is open/.test(await terminal.line()));
    // What is around an amount is not part of it.
    both[0]?.type('  pay  3  ');
    while (!/round 2/.test((await both[1]?.line()) ?? ''));
    for (const terminal of both) {
      terminal.process.kill('SIGINT');
      await terminal.ended;
    }
    const shown = Shown.parse(JSON.parse((await outcomeOf('channel', 'show', '--json', ...of('alice'))).stdout));
    expect(shown).toEqual({ channel: expect.stringMatching(/^ch_/), round: 2 });

    expect((await outcomeOf('channel', 'close', '--alone', ...of('alice'))).stdout).toContain('settled: initiator 7');
    const watch = statewire('channel', 'watch', ...of('alice'));
    expect(await watch.line()).toContain('settled: initiator 7');
    expect(await watch.ended).toBe(0);

    const paying = await outcomeOf('channel', 'pay', '1', ...of('bob'));
    expect([paying.code, paying.stderr]).toEqual([1, 'The node has ended the channel.\n']);

    const again = open('alice', 'initiator', bob);
    // The watch has seen what was paid out.
    expect(await again.ended).toBe(0);
    expect(again.stdout).toContain('settled: initiator 7');
    expect(again.stdout).not.toMatch(/is open|violated/);
  },
  2 * PATIENCE,
);
