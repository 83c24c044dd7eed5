/**
 * A real browser for a test file, headless, and a page with our code in it, bundled as an app would: everything that is needed comes with `npm install`.
 * What is bundled is what the package gives out, so it must have been built.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

const root = new URL('../..', import.meta.url).pathname;

/**
 * The folder with the browser of `@sparticuz/chromium`, unpacked once for this checkout: aside, and then moved into its place, since many test files may want it
 * at the same time. It brings the libraries that it needs, but only unpacks them where it believes to be on Amazon's Linux, which has none.
 */
async function unpacked(): Promise<string> {
  const read = await readFile(join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8');
  const cache = join(root, 'node_modules/.cache');
  const place = join(cache, `chromium-${JSON.parse(read).version}`);
  const isThere = () =>
    access(place).then(
      () => true,
      () => false,
    );
  if (await isThere()) return place;
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(`${place}-`);
  const unpack = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], {
    cwd: root,
    env: { ...process.env, TMPDIR: aside, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' },
  });
  // Its own list of folders with fonts is one of Amazon's, too.
  await writeFile(
    join(aside, 'fonts', 'fonts.conf'),
    `<fontconfig><dir>${place}/fonts/fonts</dir><cachedir>${place}/fonts/cache</cachedir></fontconfig>\n`,
  );
  try {
    await rename(aside, place);
  } catch (error) {
    await rm(aside, { recursive: true });
    if (!(await isThere())) throw error;
  }
  return place;
}

export interface Bundle {
  readonly text: string;
  readonly metafile: Metafile;
}

/** One script for browsers, with what `source` exports as the global `statewire`. */
export async function bundle(source: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'statewire-bundle-'));
  try {
    const outfile = join(folder, 'bundle.js');
    const { metafile } = await build({
      stdin: { contents: source, resolveDir: root },
      bundle: true,
      platform: 'browser',
      conditions: ['browser'],
      format: 'iife',
      globalName: 'statewire',
      outfile,
      metafile: true,
      logLevel: 'silent',
    });
    return { text: await readFile(outfile, 'utf8'), metafile };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A browser for all tests of the file. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    const place = await unpacked();
    browser = await chromium.launch({
      executablePath: join(place, 'chromium'),
      args: ['--no-sandbox'],
      env: { ...process.env, LD_LIBRARY_PATH: join(place, 'al2023/lib'), FONTCONFIG_PATH: join(place, 'fonts') },
    });
  });
  afterAll(() => browser.close());
  return {
    /** A page of this address; what goes wrong in it is in `errors`. */
    open: async (url: string): Promise<{ readonly page: Page; readonly errors: string[] }> => {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await page.goto(url);
      return { page, errors };
    },
  };
}
