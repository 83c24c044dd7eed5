/** `statewire star listen`, `dial` and `peers`, as processes: bytes go through, and the exit codes say what became of them. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { starServer } from '../../src/star/serve.ts';
import { outcomeOf, PATIENCE, statewire } from '../cli/command.ts';

it(
  'one listens, another finds it and sends a file, and an answer comes back',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'star-'));
    const server = await starServer();
    try {
      const [file, copy] = [join(directory, 'file'), join(directory, 'copy')];
      await writeFile(file, randomBytes(700_001));
      const url = server.url.replace('ws', 'http');
      const bob = statewire(
        'star',
        'listen',
        '--output',
        copy,
        '--json',
        '--url',
        url,
        '--key',
        join(directory, 'key'),
      );
      const { address } = JSON.parse(await bob.line());
      const peers = await outcomeOf('star', 'peers', '--once', '--url', server.url);
      expect(peers).toEqual({ code: 0, stdout: `+ ${address}\n`, stderr: '' });

      bob.process.stdin.end('Thank you.');
      const alice = await outcomeOf('star', 'dial', address, '--input', file, '--url', server.url);
      expect(alice).toMatchObject({ code: 0, stdout: 'Thank you.' });
      expect(await bob.ended).toBe(0);
      expect((await readFile(copy)).equals(await readFile(file))).toBe(true);

      const waiting = statewire('star', 'listen', '--json', '--output', join(directory, 'none'), '--url', server.url);
      await waiting.line();
      waiting.process.kill('SIGINT');
      expect(await waiting.ended).toBe(130);

      const nobody = await outcomeOf('star', 'dial', address, '--url', server.url);
      expect(nobody).toMatchObject({ code: 1, stderr: 'The dial was refused: Peer not found\n' });
      const garbage = await outcomeOf('star', 'dial', 'garbage', '--url', server.url);
      expect(garbage).toMatchObject({ code: 2, stderr: expect.stringMatching(/^garbage is no address of a peer: /) });
      await server.close();
      expect(await outcomeOf('star', 'dial', address, '--url', server.url)).toMatchObject({ code: 3 });
      expect(await outcomeOf('star', 'listen', '--url', 'ftp://nowhere')).toMatchObject({ code: 2 });
    } finally {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    }
  },
  5 * PATIENCE,
);
