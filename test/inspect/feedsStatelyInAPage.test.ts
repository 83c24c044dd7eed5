/** `@statelyai/inspect` is fed in a page: an inspector in a frame gets the machine, its events and its states, without what is secret. */
import { type RelayServer, relayServer } from '../../src/relay/serve.ts';
import { type Bundle, bundle, useBrowser } from '../adapters/browser.ts';

const browser = useBrowser();
let bundled: Bundle;
let server: RelayServer;

/** What stands in for the inspector's page: it says that it is there, and keeps what it is told. */
const inspectorPage = `<!doctype html><script>
  addEventListener('message', ({ data }) => parent.told.push(JSON.stringify(data)));
  // Once the frame around it has loaded too: before that the inspector's library does not know where to post.
  addEventListener('load', () => setTimeout(() => parent.postMessage({ type: '@statelyai.connected' }, '*')));
</script>`;

beforeAll(async () => {
  bundled = await bundle(`
    export { createBrowserInspector } from '@statelyai/inspect';
    export { feed } from 'statewire/adapters/inspect';
    export { relayClient } from 'statewire/relay';
  `);
  server = await relayServer({
    http: () => (request, response) => {
      if (request.url === '/bundle.js') response.setHeader('Content-Type', 'text/javascript').end(bundled.text);
      else if (request.url?.startsWith('/inspector'))
        response.setHeader('Content-Type', 'text/html').end(inspectorPage);
      else if (request.url === '/favicon.ico') response.writeHead(204).end();
      else
        response
          .setHeader('Content-Type', 'text/html')
          .end('<!doctype html><iframe></iframe><script src="/bundle.js"></script>');
    },
  });
});
afterAll(() => server.close());

it('shows a session to an inspector in a frame, and no message contents', async () => {
  const { page, errors } = await browser.open(server.url.replace('ws:', 'http:'));
  await page.evaluate(`(async () => {
    globalThis.told = [];
    const iframe = document.querySelector('iframe');
    const inspect = statewire.feed(
      statewire.createBrowserInspector({ url: location.origin + '/inspector', iframe, serializationDepthLimit: 40 }),
    );
    const relay = await statewire.relayClient(location.origin.replace('http:', 'ws:'), { inspect });
    await relay.route(relay.address, { password: 'hunter2' });
    await relay.close();
  })()`);
  await page.waitForFunction(`told.some((text) => text.includes('"closed"'))`);
  const told = String(await page.evaluate('told.join()'));
  expect(told).toContain('@xstate.actor');
  expect(told).toContain('awaitingAddress');
  expect(told).toContain('[redacted]');
  expect(told).not.toContain('hunter2');
  expect(errors).toEqual([]);
  await page.close();
});
