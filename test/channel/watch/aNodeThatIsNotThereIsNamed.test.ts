/** Who cannot ask the chain is told where it was asked, and why nobody answers: `fetch` by itself says only that it has failed. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { chainAt } from '../../../src/channel/index.ts';
import { ConnectionLost } from '../../../src/errors.ts';

it('by its address and the reason', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  server.close();
  await once(server, 'close');
  const asked = chainAt(`ws://127.0.0.1:${port}/channel`).height();
  await expect(asked).rejects.toBeInstanceOf(ConnectionLost);
  await expect(asked).rejects.toMatchObject({ code: 'noAnswer' });
  await expect(asked).rejects.toThrow(new RegExp(`^No answer from http://127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`));
});
