/** With a list of origins, a browser from elsewhere gets 403; who names no origin is no browser and may. */
import { useServer } from './attack.ts';

const relay = useServer({ origins: ['https://app.example', 'http://localhost:5173'] });

it.each([
  ['https://app.example', '101'],
  ['http://localhost:5173', '101'],
  ['https://evil.example', '403'],
  ['https://app.example.evil.example', '403'],
  ['https://app.example:444', '403'],
  ['http://app.example', '403'],
  ['https://APP.example', '403'],
  ['null', '403'],
  ['', '403'],
  ['*', '403'],
])('Origin %s: %s', async (origin, status) => {
  const { handshake } = await relay.raw({ headers: [`Origin: ${origin}`] });
  expect(handshake.slice('HTTP/1.1 '.length, 'HTTP/1.1 101'.length)).toBe(status);
});

it('no Origin: 101', async () => {
  expect((await relay.raw()).handshake).toMatch(/^HTTP\/1\.1 101 /);
});

it('takes no list as a list of none where none is given', async () => {
  expect(
    (await relay.raw({ headers: ['Origin: https://evil.example', 'Origin: https://app.example'] })).handshake,
  ).toMatch(/^HTTP\/1\.1 403 /);
});
