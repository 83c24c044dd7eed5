/** A line of socket.io that shakes hands and never names its namespace costs memory that no limit of connections sees: one network address has only so many. */
import { useSocketIo } from './socketioLine.ts';

const lines = useSocketIo();
const query = '/socket.io/?EIO=4&transport=polling';

it('one too many is refused with 429, and taken again when one of them has opened', async () => {
  const { http } = await lines.listen();
  const handshake = async () => {
    const response = await fetch(`${http}${query}`);
    return { status: response.status, text: await response.text() };
  };
  const [first] = await Promise.all(Array.from({ length: 256 }, handshake));
  expect(first?.status).toBe(200);
  expect((await handshake()).status).toBe(429);
  const { sid }: { readonly sid: string } = JSON.parse(first?.text.slice(1) ?? '');
  await fetch(`${http}${query}&sid=${sid}`, { method: 'POST', body: '40' });
  expect((await handshake()).status).toBe(200);
  expect((await handshake()).status).toBe(429);
});
