/** Where the package `socket.io` is not installed a star serves our own clients, and says whom it does not serve. */
import { joinStar } from '../../src/star/index.ts';
import { PATIENCE, statewire, statewireWithout } from '../cli/command.ts';

const serve = ['serve', 'star', '--port', '0', '--json'];

it(
  'it serves what it can, and warns',
  async () => {
    const server = statewireWithout('socket.io', ...serve);
    const { url } = JSON.parse(await server.line());
    await server.complains('socket.io` is not installed: clients of old are not served. npm install socket.io');
    const node = await joinStar(url);
    expect(node.servers).toMatchObject([{ state: 'open.joined' }]);
    await node.close();
    await expect(joinStar(url.replace('ws', 'http'))).rejects.toMatchObject({ code: 'notOpened' });
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  },
  PATIENCE,
);

it(
  'with it there is nothing to warn of',
  async () => {
    const server = statewire(...serve);
    const { url } = JSON.parse(await server.line());
    const node = await joinStar(url.replace('ws', 'http'));
    await node.close();
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(server.stderr).not.toContain('not installed');
  },
  PATIENCE,
);
