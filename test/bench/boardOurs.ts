/**
 * Our board for its bench: as `statewire serve board` makes it, with the proposals in a store of its own on the disk, and without the limits that one
 * machine full of clients would meet.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LevelStore } from '../../adapters/level.ts';
import { boardServer } from '../../src/board/serve.ts';

const directory = mkdtempSync(join(tmpdir(), 'bench-board-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

const { url } = await boardServer({
  store: await LevelStore.open(directory),
  liveness: 300_000,
  limits: {
    connections: 0,
    connectionsPerIp: 0,
    messagesPerSecond: 0,
    proposals: 1_000_000,
    proposalsPerClient: 1_000_000,
  },
});
process.stdout.write(`${JSON.stringify({ ready: true, url, pid: process.pid })}\n`);

process.stdin.on('end', () => process.exit()).resume();
