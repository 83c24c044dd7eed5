/** `statewire/relay` in a real browser: two pages route to each other through our relay, acknowledged, over the browser's own WebSocket. */
import { type RelayServer, relayServer } from '../../src/relay/serve.ts';
import { type Bundle, bundle, useBrowser } from './browser.ts';

const browser = useBrowser();
let bundled: Bundle;
let server: RelayServer;
let url: string;

beforeAll(async () => {
  bundled = await bundle(`export { relayClient } from 'statewire/relay';`);
  server = await relayServer({
    http: () => (request, response) => {
      if (request.url === '/bundle.js') response.setHeader('Content-Type', 'text/javascript').end(bundled.text);
      else if (request.url === '/favicon.ico') response.writeHead(204).end();
      else response.setHeader('Content-Type', 'text/html').end('<!doctype html><script src="/bundle.js"></script>');
    },
  });
  url = server.url.replace('ws:', 'http:');
});
afterAll(() => server.close());

/** A page with a client in it, as `globalThis.relay`. */
async function visit() {
  const { page, errors } = await browser.open(url);
  const address = await page.evaluate(`(async () => {
    globalThis.relay = await statewire.relayClient(location.origin.replace('http:', 'ws:'));
    globalThis.next = () => relay.deliveries().next().then(({ value }) => value.text);
    return relay.address;
  })()`);
  return { page, errors, address: String(address) };
}

it('a message each way, delivered; then both leave, and nothing is left behind', async () => {
  const [alice, bob] = [await visit(), await visit()];
  expect(alice.address).not.toBe(bob.address);
  const route = (from: typeof alice, to: typeof alice, text: string) =>
    from.page.evaluate(`relay.routeText('${to.address}', '${text}')`);
  expect(await route(alice, bob, '{"hello":"b\\u00f6b","n":12345678901234567890}')).toEqual({ outcome: 'delivered' });
  expect(await bob.page.evaluate('next()')).toBe('{"hello":"böb","n":12345678901234567890}');
  expect(await route(bob, alice, '[1.10]')).toEqual({ outcome: 'delivered' });
  expect(await alice.page.evaluate('next()')).toBe('[1.10]');
  expect(await alice.page.evaluate(`relay.route('nobody', 1)`)).toEqual({
    outcome: 'failed',
    reason: 'unknownAddress',
  });
  expect(server.relay.stats).toMatchObject({ connections: 2, addresses: 2 });

  expect(await alice.page.evaluate('relay.close().then(() => relay.state)')).toBe('closed');
  expect(await alice.page.evaluate(`relay.route('${bob.address}', 1)`)).toEqual({
    outcome: 'failed',
    reason: 'notOpen',
  });
  const gone = bob.page.evaluate(`relay.route('${alice.address}', 1)`);
  expect(await gone).toEqual({ outcome: 'failed', reason: 'unknownAddress' });
  await bob.page.evaluate('relay.close()');
  expect(server.relay.stats).toMatchObject({ connections: 0, addresses: 0, violations: 0 });
  for (const { page, errors } of [alice, bob]) {
    expect(errors).toEqual([]);
    await page.close();
  }
});

it('a sealed message from page to page', async () => {
  const { page } = await visit();
  const got = await page.evaluate(`(async () => {
    const at = location.origin.replace('http:', 'ws:');
    const [one, other] = await Promise.all([1, 2].map(() => statewire.relayClient(at, { sealed: true })));
    const outcome = await one.route(other.contact, { secret: 7n });
    const { value } = await other.deliveries().next();
    await Promise.all([one.close(), other.close(), relay.close()]);
    return [outcome, value.text, value.sealedBy.length];
  })()`);
  expect(got).toEqual([{ outcome: 'delivered' }, '{"secret":7}', 32]);
  await page.close();
});

it('without acknowledgements a route is `sent` once it has left', async () => {
  const { page } = await visit();
  const got = await page.evaluate(`(async () => {
    const one = await statewire.relayClient(location.origin.replace('http:', 'ws:'), { ack: false });
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, n) => one.route(relay.address, n)));
    const texts = [];
    while (texts.length < 50) texts.push(await next());
    await Promise.all([one.close(), relay.close()]);
    return [[...new Set(outcomes.map(({ outcome }) => outcome))], texts.join()];
  })()`);
  expect(got).toEqual([['sent'], Array.from({ length: 50 }, (_, n) => n).join()]);
  await page.close();
});

it('a page that nobody answers is told so', async () => {
  const { page } = await visit();
  const failure = await page.evaluate(
    `statewire.relayClient('ws://127.0.0.1:1').catch(({ name, code }) => [name, code])`,
  );
  expect(failure).toEqual(['ConnectionLost', 'notOpened']);
  await page.evaluate('relay.close()');
  await page.close();
});

it('the bundle holds neither `ws` nor anything of Node', () => {
  const inputs = Object.keys(bundled.metafile.inputs);
  expect(inputs).toContain('dist/adapters/websocket.js');
  expect(
    inputs.filter((input) => /node_modules\/(ws|pino|prom-client|commander)\/|adapters\/ws\.js|^node:/.test(input)),
  ).toEqual([]);
  const imports = Object.values(bundled.metafile.inputs).flatMap((input) => input.imports);
  expect(imports.filter(({ external, path }) => external === true && path !== '<runtime>')).toEqual([]);
  expect(bundled.text).not.toMatch(/require\("|from "node:|import\("node:/);
});
