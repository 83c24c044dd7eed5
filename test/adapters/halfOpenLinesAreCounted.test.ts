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

const handshakes = async (http: string, count: number) => {
  const statuses = Array.from({ length: count }, async () => (await fetch(`${http}${query}`)).status);
  return (await Promise.all(statuses)).filter((status) => status === 200).length;
};

it('who has not named its namespace in time is cut, though it polls no more', async () => {
  const { http } = await lines.listen({ openTimeout: 50 });
  const { sid }: { readonly sid: string } = JSON.parse((await (await fetch(`${http}${query}`)).text()).slice(1));
  const pong = async () => (await fetch(`${http}${query}&sid=${sid}`, { method: 'POST', body: '3' })).status;
  while ((await pong()) !== 400);
});

it('an address that many share is not counted as one', async () => {
  const { http } = await lines.listen({ isShared: (address) => address === '127.0.0.1' });
  expect(await handshakes(http, 300)).toBe(300);
});
