/** A relay that cannot listen says where and why in one sentence, and ends with 3. */
import { outcomeOf, PATIENCE, serveRelay } from './command.ts';

it(
  'a port that is taken',
  async () => {
    const { url } = await serveRelay();
    const { port } = new URL(url);
    expect(await outcomeOf('serve', 'relay', '--json', '--port', port)).toEqual({
      code: 3,
      stdout: '',
      stderr: `Cannot listen on 127.0.0.1:${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
    });
  },
  PATIENCE,
);

it(
  'an address that is not ours',
  async () => {
    const { code, stdout, stderr } = await outcomeOf('serve', 'relay', '--host', '192.0.2.1', '--port', '0');
    expect(stderr).toMatch(/^Cannot listen on 192\.0\.2\.1:0: .+\n$/);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  },
  PATIENCE,
);
