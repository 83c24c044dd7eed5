/** The browser's backend in a real browser: the same verdicts and the same signatures as in Node, with its WebCrypto and without (a page that is no secure context has none). */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { z } from 'zod';
import { ed25519 as node } from '../../src/keys/node.ts';
import { bundle, useBrowser } from '../adapters/browser.ts';
import { fromHex, never, smallOrder, smallOrderMisspelt, toHex } from './backends.ts';

const Vectors = z.array(z.object({ message: z.string(), pub_key: z.string(), signature: z.string() }));
const vectors = Vectors.parse(JSON.parse(readFileSync(new URL('speccheck.json', import.meta.url), 'utf8')));

/** The vectors, and signatures with S = 0 for every key of small order. */
const cases = [
  ...vectors.map(({ message, pub_key, signature }) => [pub_key, message, signature]),
  ...[...smallOrder, ...smallOrderMisspelt].map((key) => [toHex(key), '01', toHex(key) + '00'.repeat(32)]),
];

const browser = useBrowser();
const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
let url: string;
let script: string;

beforeAll(async () => {
  script = (await bundle(`export { ed25519 } from './src/keys/webcrypto.ts';`)).text;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  url = `http://127.0.0.1:${address.port}/`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it.each([
  ['with WebCrypto', ''],
  ['without WebCrypto', `Object.defineProperty(crypto, 'subtle', { value: undefined });`],
])('a page %s', async (_name, before) => {
  const { page, errors } = await browser.open(url);
  await page.evaluate(before);
  await page.addScriptTag({ content: script });
  const told = await page.evaluate(`(async () => {
    const { ed25519 } = statewire;
    const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
    const verdicts = [];
    for (const [key, message, signature] of ${JSON.stringify(cases)})
      verdicts.push(await ed25519.verifier(bytes(key))(bytes(message), bytes(signature)));
    const signer = await ed25519.signer(new Uint8Array(32).fill(5));
    const signature = await signer.sign(new Uint8Array(3), new AbortController().signal);
    const holds = await ed25519.verifier(signer.publicKey)(new Uint8Array(3), signature);
    return { verdicts, publicKey: [...signer.publicKey], signature: [...signature], holds };
  })()`);
  const signer = await node.signer(new Uint8Array(32).fill(5));
  expect(told).toEqual({
    verdicts: cases.map(([key = '', message = '', signature = '']) =>
      node.verifier(fromHex(key))(fromHex(message), fromHex(signature)),
    ),
    publicKey: [...signer.publicKey],
    signature: [...(await signer.sign(new Uint8Array(3), never))],
    holds: true,
  });
  expect(errors).toEqual([]);
  await page.close();
});
