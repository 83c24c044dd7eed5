/** The sample stream, encrypted, in a real browser with hls.js: no picture before the first key, none after the last part that has a key. */
import { readFile } from 'node:fs/promises';
import type { HlsConfig } from 'hls.js';
import type { Page } from 'playwright-core';
import { hex } from '../../../src/random.ts';
import type { PartSource } from '../../../src/streaming/content/fetchParts.ts';
import { prepare } from '../../../src/streaming/content/library.ts';
import { playerLoader } from '../../../src/streaming/content/player.ts';
import { contentRoutes } from '../../../src/streaming/content/routes.ts';
import type { Show } from '../../../src/streaming/content/show.ts';
import { bundle, useBrowser } from '../../adapters/browser.ts';
import { useWorld } from './content.ts';

const playlist = new URL('../../../visualizations/page/sample/index.m3u8', import.meta.url).pathname;
const browser = useBrowser();
const world = useWorld();
let script: string;

beforeAll(async () => {
  const { text } = await bundle(`
    export { default as Hls } from 'hls.js';
    export { partSource } from './src/streaming/content/fetchParts.ts';
    export { playerAddress, playerLoader } from './src/streaming/content/player.ts';
  `);
  script = text;
});

/** Whoever has paid for the first parts. */
class Paid {
  readonly asked: number[] = [];
  readonly #show: Show;
  readonly #waiting = new Map<number, (key: string) => void>();
  #parts = 0;

  constructor(show: Show) {
    this.#show = show;
  }

  keyOf = (n: number): Promise<string> => {
    this.asked.push(n);
    return new Promise((resolve) => {
      this.#waiting.set(n, resolve);
      this.upTo(this.#parts);
    });
  };

  upTo(parts: number): void {
    this.#parts = parts;
    for (const [n, resolve] of this.#waiting) if (n < parts) resolve(hex(this.#show.key(n)));
  }
}

/** A page with the video element in it, whose frames can be looked at. */
const html = `<!doctype html><video muted width="320" height="180"></video><script src="/bundle.js"></script><script>
  const video = document.querySelector('video');
  const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  const failures = [];
  const settings = { maxBufferLength: 2, maxMaxBufferLength: 2 };
  const attach = (hls, url) => {
    hls.on(statewire.Hls.Events.ERROR, (_, { details }) => failures.push(details));
    hls.loadSource(url);
    hls.attachMedia(video);
    video.play().catch(() => {});
  };
  const picture = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const drawing = canvas.getContext('2d');
    drawing.drawImage(video, 0, 0);
    return new Set(new Uint32Array(drawing.getImageData(0, 0, 320, 180).data.buffer)).size;
  };
  const look = () => ({ time: video.currentTime, buffered: video.buffered.length, colours: picture() });
  /** What is to be seen after so many frames of the screen. */
  const after = async (frames) => {
    while (frames-- > 0) await new Promise(requestAnimationFrame);
    return look();
  };
</script>`;

async function visit(paid: (show: Show) => (n: number) => Promise<string>) {
  const show = await prepare({ kind: 'hls', stream: 'clip', playlist }, { directory: await world.folder() });
  const routes = contentRoutes((stream) => (stream === 'clip' ? show : undefined));
  const url = await world.listen((request, response) => {
    if (routes(request, response)) return;
    if (request.url === '/bundle.js') response.setHeader('Content-Type', 'text/javascript').end(script);
    else response.setHeader('Content-Type', 'text/html').end(html);
  });
  const { page } = await browser.open(url);
  await page.exposeFunction('keyOf', paid(show));
  return { page, show };
}

/** Plays through our loader. */
const play = (page: Page, show: Show) =>
  page.evaluate(`(async () => {
    globalThis.source = await statewire.partSource(location.origin + '/clip', { commitment: '${show.commitment}' });
    const keyFor = async (n) => fromHex(await keyOf(n));
    const failed = ({ name, code }) => failures.push(name + ' ' + code);
    const loader = statewire.playerLoader({ source, keyFor, failed });
    attach(new statewire.Hls({ ...settings, loader }), statewire.playerAddress(source));
  })()`);

it('the sample is eight parts of two seconds, and small', async () => {
  const show = await prepare({ kind: 'hls', stream: 'clip', playlist }, { directory: await world.folder() });
  expect(show.manifest.parts.map(({ ms }) => ms)).toEqual(Array.from({ length: 8 }, () => 2_000));
  expect(show.manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(400_000);
  expect(await readFile(playlist, 'utf8')).toContain('#EXT-X-MAP:URI="init.mp4"');
});

it('through our loader: part for part, as the keys come', async () => {
  let paid: Paid | undefined;
  const { page, show } = await visit((made) => {
    paid = new Paid(made);
    return paid.keyOf;
  });
  await play(page, show);
  await page.waitForFunction('source !== undefined');
  while (paid?.asked.length === 0) await page.evaluate('after(1)');
  expect(paid?.asked).toEqual([0]);
  expect(await page.evaluate('after(60)')).toEqual({ time: 0, buffered: 0, colours: 1 });

  paid?.upTo(2);
  await page.waitForFunction('video.currentTime > 3.5 && video.readyState < 3');
  const stalled = await page.evaluate('after(60)');
  expect(stalled).toMatchObject({ buffered: 1 });
  expect(await page.evaluate('video.currentTime')).toBeLessThan(4.1);
  expect(await page.evaluate('video.buffered.end(0)')).toBeCloseTo(4, 1);
  expect(await page.evaluate('picture()')).toBeGreaterThan(100);
  expect(new Set(paid?.asked)).toEqual(new Set([0, 1, 2]));

  paid?.upTo(8);
  await page.evaluate('video.playbackRate = 4');
  await page.waitForFunction('video.ended');
  expect(await page.evaluate('video.currentTime')).toBeCloseTo(16, 0);
  expect(new Set(paid?.asked)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
  expect(await page.evaluate('failures.filter((failure) => !/^bufferStalled|^bufferNudge/.test(failure))')).toEqual([]);
  await page.close();
});

it('another key, though of the right length: no picture, and it is said whose fault it was', async () => {
  const { page, show } = await visit((made) => async (n) => hex(made.key((n + 1) % 8)));
  await play(page, show);
  await page.waitForFunction(`failures.includes('PeerMisbehaved wrongKey') && failures.includes('keyLoadError')`);
  expect(await page.evaluate('after(60)')).toEqual({ time: 0, buffered: 0, colours: 1 });
  await page.close();
});

it('the served playlist, in a player that fetches for itself: only keys are given to it', async () => {
  const { page } = await visit((show) => async (n) => hex(show.key(n)));
  await page.evaluate(`
    class Keys extends statewire.Hls.DefaultConfig.loader {
      load(context, config, callbacks) {
        const [, n] = /^statewire-key:clip\\/(\\d+)$/.exec(context.url) ?? [];
        if (n === undefined) return super.load(context, config, callbacks);
        keyOf(Number(n)).then((key) =>
          callbacks.onSuccess({ url: context.url, data: fromHex(key).buffer, code: 200 }, this.stats, context, null));
      }
    }
    attach(new statewire.Hls({ ...settings, loader: Keys }), '/clip/index.m3u8');
  `);
  await page.waitForFunction('video.currentTime > 2.5');
  expect(await page.evaluate('picture()')).toBeGreaterThan(100);
  await page.close();
});

it('and with nobody to give keys, it has none: no address leads to one', async () => {
  const { page } = await visit(() => async () => '');
  await page.evaluate(`attach(new statewire.Hls(settings), '/clip/index.m3u8')`);
  await page.waitForFunction(`failures.includes('keyLoadError')`);
  expect(await page.evaluate('after(60)')).toEqual({ time: 0, buffered: 0, colours: 1 });
  await page.close();
});

it('the loader has the shape that hls.js asks for', () => {
  const config = (source: PartSource): Partial<HlsConfig> => ({
    loader: playerLoader({ source, keyFor: () => Promise.resolve(new Uint8Array(16)) }),
  });
  const source = { manifest: { kind: 'boxes', stream: 'film' } } as PartSource;
  expect(() => config(source)).toThrow(expect.objectContaining({ name: 'LocalMisuse', code: 'notHls' }));
});
