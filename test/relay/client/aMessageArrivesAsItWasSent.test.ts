/** `msg` arrives exactly as it was sent: to the letter as `text`, to the last digit as `msg`, over real WebSockets. */
import * as fc from 'fast-check';
import type { JsonValue } from '../../../src/json.ts';
import type { RelayClient } from '../../../src/relay/client.ts';
import { relayClient } from '../../../src/relay/connect.ts';
import { type RelayServer, relayServer } from '../../../src/relay/serve.ts';

let server: RelayServer;
let alice: RelayClient;
let bob: RelayClient;

beforeAll(async () => {
  server = await relayServer({ limits: { messagesPerSecond: 0 } });
  alice = await relayClient(server.url);
  bob = await relayClient(server.url);
});
afterAll(async () => {
  await Promise.all([alice.close(), bob.close()]);
  await server.close();
});

async function send(routed: Promise<unknown>) {
  expect(await routed).toEqual({ outcome: 'delivered' });
  const { value } = await bob.deliveries().next();
  return value;
}

/** The value as `JSON.parse` would give it: without bigint. */
function rounded(value: JsonValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(rounded);
  // Not by assignment: a field may be named `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, rounded(field)]));
}

const isList = (value: object): value is readonly JsonValue[] => Array.isArray(value);

it('as its text, whatever JSON it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.constantFrom('', ' ', '\n\t'), async (json, space) => {
      const { text, msg } = await send(alice.routeText(bob.address, space + json + space));
      expect(text).toBe(json);
      expect(rounded(msg)).toEqual(JSON.parse(json));
    }),
    { numRuns: 300 },
  );
});

it('as its value, whatever JSON can say', async () => {
  const value = fc.jsonValue({ noUnicodeString: false });
  await fc.assert(
    fc.asyncProperty(value, async (msg) => {
      expect(rounded((await send(alice.route(bob.address, msg))).msg)).toEqual(JSON.parse(JSON.stringify(msg)));
    }),
    { numRuns: 300 },
  );
});

it.each([
  '1.10',
  '-0.0',
  '1E400',
  '{"a" : 1,  "a":2}',
  '"\\u0041\\/\\ud800"',
  '[\n1 ,\t2\r\n]',
  '{"msg":{"msg":1},"type":"INIT"}',
  '{"}":"{","\\"":"]"}',
  '"\u2028\u2029\ufeff\u0000"'.replace('\u0000', '\\u0000'),
  '""',
  'null',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
])('to the letter: %s', async (text) => {
  expect((await send(alice.routeText(bob.address, text))).text).toBe(text);
});

it.each([2n ** 53n, 2n ** 53n + 1n, -(2n ** 64n), 10n ** 40n, 12345678901234567890n])(
  'to the last digit: %s',
  async (n) => {
    const { msg, text } = await send(alice.route(bob.address, { n, list: [n] }));
    expect(msg).toEqual({ n, list: [n] });
    expect(text).toBe(`{"n":${n},"list":[${n}]}`);
    expect((await send(alice.route(bob.address, msg))).text).toBe(text);
  },
);

it('as a number up to 2^53 - 1', async () => {
  const { msg } = await send(alice.routeText(bob.address, '[9007199254740991,-9007199254740991,0.1,1e20]'));
  expect(msg).toEqual([9007199254740991, -9007199254740991, 0.1, 1e20]);
});

it('as a field and nothing more, when it is named `__proto__` or `constructor`', async () => {
  for (const text of [
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    '{"__proto__":{"polluted":12345678901234567890},"toString":1}',
  ]) {
    const { msg } = await send(alice.routeText(bob.address, text));
    expect(Object.getPrototypeOf(msg)).toBe(Object.prototype);
    expect(Object.hasOwn(msg, '__proto__')).toBe(true);
    expect('polluted' in {}).toBe(false);
    expect('polluted' in msg).toBe(false);
    expect((await send(alice.route(bob.address, msg))).text).toBe(text);
  }
});

it('or is refused, when it holds half of a letter that no WebSocket can carry', async () => {
  const text = '"\ud800"';
  const fate = await alice.routeText(bob.address, text).catch((error: unknown) => ({ error }));
  if ('error' in fate) expect(fate.error).toMatchObject({ code: 'notJson' });
  else expect((await bob.deliveries().next()).value.text).toBe(text);
});
