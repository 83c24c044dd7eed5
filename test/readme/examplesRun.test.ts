/** Every example of the README that can run outside of a page does, as written, against the built package. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { relayServer } from '../../src/relay/serve.ts';

const root = new URL('../../', import.meta.url);
const folder = new URL('dist/readme/', root);

async function examples(): Promise<string[]> {
  const readme = await readFile(new URL('README.md', root), 'utf8');
  return [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
}

/** Runs an example inside of the package, so that `statewire` is the package itself, until it ends or has printed `until`. */
async function run(name: string, code: string, url: string, until?: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = new URL(`${name}.mjs`, folder);
  await writeFile(file, code.replaceAll('ws://127.0.0.1:8001', url).replace('port: 8001', 'port: 0'));
  const child = spawn(process.execPath, [fileURLToPath(file)], {
    cwd: fileURLToPath(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
    if (until !== undefined && output.includes(until)) child.kill();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return output;
}

describe("the README's example", () => {
  let server: Awaited<ReturnType<typeof relayServer>>;

  beforeAll(async () => {
    server = await relayServer();
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const example = async (containing: string): Promise<string> => {
    const found = (await examples()).filter((code) => code.includes(containing));
    expect(found).toHaveLength(1);
    return found.join('');
  };

  it('of the façade delivers a message', async () => {
    const output = await run('facade', await example('alice.route'), server.url);
    expect(output).toContain('delivered');
    expect(output).toContain('18446744073709551616n');
    expect(output).toContain('{"hello":"stranger","exactly":18446744073709551616}');
  });

  it('of a plain actor gets an address', async () => {
    const output = await run('actor', await example('createActor'), server.url, "'plain'");
    expect(output).toContain("addressed { open: 'plain' }");
  });

  it('of a server listens', async () => {
    expect(await run('server', await example('relayServer'), server.url, 'ws://')).toContain('ws://127.0.0.1:');
  });

  it('of a paid stream pays for every part, and ends the channel with the payee', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(new URL('movie.mp4', folder), new Uint8Array(100_000).fill(7));
    const output = await run('streaming', await example('payeeServer'), server.url);
    expect(output).toBe('0 65536 990n\n1 34464 980n\ntogether 20n\n');
  });

  it('of a channel opens it, pays, puts more in, leaves, comes back, and closes alone', async () => {
    const output = await run('channel', await example('channelServer'), server.url);
    expect(output).toBe('2 7n 13n\n3 12n\n{ initiatorAmount: 12n, responderAmount: 13n }\n');
  });

  it('of the board brings two together', async () => {
    expect(await run('board', await example('joinBoard'), server.url)).toBe('2.5 done\nalice\n');
  });

  it('of the star carries a file from one peer to another', async () => {
    expect(await run('star', await example('joinStar'), server.url)).toBe('a file, of any size\n');
  });

  it('of the coverage misses nothing', async () => {
    expect(await run('coverage', await example('coverPaths'), server.url)).toMatch(/^\d+ \[\]\n$/);
  });
});
