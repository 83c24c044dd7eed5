/** A file that is named on the command line and cannot be read or written is told of in a sentence, with the exit code of a wrong command. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { starServer } from '../../src/star/serve.ts';
import { outcomeOf, PATIENCE, statewire } from '../cli/command.ts';

it(
  'the output of one who listens, and the input of one who dials',
  async () => {
    const server = await starServer();
    try {
      const file = join(tmpdir(), 'there is no such directory', 'file');
      const listening = (...more: readonly string[]) =>
        statewire('star', 'listen', '--one-way', '--json', '--url', server.url, ...more);
      const bob = listening('--output', file);
      const { address } = JSON.parse(await bob.line());
      await outcomeOf('star', 'dial', address, '--url', server.url);
      expect(await bob.ended).toBe(2);
      expect(bob.stderr).toBe(`The file ${file} cannot be written.\n`);

      const carol = listening();
      await carol.complains('\n');
      const { address: carols } = JSON.parse(carol.stderr);
      const alice = await outcomeOf('star', 'dial', carols, '--url', server.url, '--input', file);
      expect(alice.code).toBe(2);
      expect(alice.stderr).toMatch(/\nThe file .* cannot be read\.\n$/);
      expect(await carol.ended).toBe(1);
    } finally {
      await server.close();
    }
  },
  5 * PATIENCE,
);

it(
  'a key that is there and cannot be read is not replaced',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'star-'));
    try {
      for (const [key, sentence] of [
        [directory, 'read'],
        [join(directory, 'none', 'key'), 'written'],
      ] as const) {
        const { code, stderr } = await outcomeOf('star', 'peers', '--key', key);
        expect({ code, stderr }).toEqual({ code: 2, stderr: `The file ${key} cannot be ${sentence}.\n` });
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  },
  PATIENCE,
);

it(
  'nor is a time longer than a timer can wait',
  async () => {
    for (const flag of ['--refresh-ms', '--dial-timeout', '--stall-timeout', '--dial-duration']) {
      const { code, stderr } = await outcomeOf('serve', 'star', '--port', '0', flag, '3000000000');
      expect(code).toBe(2);
      expect(stderr).toContain('Longer than a timer can wait');
    }
  },
  2 * PATIENCE,
);
