/** `statewire serve board`, `board watch`, `board propose` and `board interest`, as processes; the board is restarted in the middle. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATIENCE, statewire } from '../cli/command.ts';

it(
  'one proposes, another watches, a third is interested; after a restart the proposal is there again',
  async () => {
    const data = await mkdtemp(join(tmpdir(), 'board-'));
    const serve = (port: string) =>
      statewire('serve', 'board', '--port', port, '--data', join(data, 'store'), '--json', '--log-level', 'silent');
    const server = serve('0');
    const { url } = JSON.parse(await server.line());
    const alice = statewire(
      'board',
      'propose',
      '10',
      '2.5',
      '3',
      '--url',
      url,
      '--json',
      '--id',
      'x',
      '--key',
      join(data, 'key'),
    );
    const { proposal } = JSON.parse(await alice.line());
    expect(proposal).toMatchObject({ marginBalance: '10', quotePrice: '2.5', unpublishedTradeSize: '3', id: 'x' });
    const bob = statewire('board', 'watch', '--url', url.replace('ws', 'http'));
    expect(await bob.line()).toBe(`"x"  price 2.5, size 3, margin 10, by ${proposal.address}`);
    const carol = statewire('board', 'interest', 'x', '--url', url, '--address', 'carol');
    expect(await carol.ended).toBe(0);
    expect(JSON.parse(await alice.line())).toMatchObject({ interest: { fromAddress: 'carol', id: 'x' } });

    const http = url.replace('ws', 'http');
    expect(await (await fetch(`${http}/healthz`)).json()).toEqual({ status: 'ok' });
    const metrics = await (await fetch(`${http}/metrics`)).text();
    for (const line of ['board_proposals 1', 'board_listed_total 1', 'board_indicated_total 1'])
      expect(metrics).toContain(`${line}\n`);

    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const again = serve(new URL(url).port);
    expect(JSON.parse(await again.line())).toMatchObject({ url, proposals: 1 });
    const dave = statewire('board', 'interest', 'nobody', '--url', url, '--address', 'dave');
    expect(await dave.ended).toBe(1);
    const wrong = statewire('board', 'propose', '1e3', '2', '3', '--url', url, '--address', 'dave');
    expect([await wrong.ended, wrong.stderr]).toEqual([2, expect.stringContaining('marginBalance')]);
    for (const each of [alice, bob, again]) each.process.kill('SIGTERM');
    await Promise.all([alice.ended, bob.ended, again.ended]);
    await rm(data, { recursive: true, force: true });
  },
  2 * PATIENCE,
);
