/** The package as a stranger gets it: packed, installed into an empty project, used from JavaScript and from TypeScript. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

const javascript = `
import { relayClient } from 'statewire/relay';
import { relayServer } from 'statewire/relay/server';
// Without the optional peers: no level, no socket.io, no @ton/core.
import { Player, plain } from 'statewire/streaming';
import { payeeServer } from 'statewire/streaming/server';
if ([Player, plain, payeeServer].includes(undefined)) throw new Error('streaming is not whole');
const server = await relayServer();
const [alice, bob] = [await relayClient(server.url), await relayClient(server.url)];
const outcome = await alice.route(bob.address, { hello: 'stranger', big: 2n ** 64n });
const { value } = await bob.deliveries().next();
await Promise.all([alice.close(), bob.close()]);
await server.close();
console.log(outcome.outcome, value.text);
`;

const typescript = `
import { Kernel, Session, SimulatedClock } from './names.ts';
import { connect } from 'statewire/adapters/ws';
import { memoryPair } from 'statewire/adapters/memory';
import { type Delivery, client, clientDefaults, type Outcome, type RelayClient, relayClient } from 'statewire/relay';
const relay: RelayClient = await relayClient('ws://127.0.0.1:1');
const outcome: Outcome = await relay.route('address', { n: 1n });
if (outcome.outcome === 'failed') console.log(outcome.reason satisfies string);
for await (const { msg, text } of relay.deliveries()) console.log(msg, text satisfies Delivery['text']);
// @ts-expect-error: there is no such notice
relay.on('nothing', () => {});
new Kernel(client).start({ ...clientDefaults, ack: false });
console.log(connect, memoryPair, Session, SimulatedClock);
`;

describe('the package', () => {
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'statewire-'));
    await writeFile(join(project, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }');
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: root });
    const [tarball = ''] = (await readdir(project)).filter((file) => file.endsWith('.tgz'));
    await run(
      'npm',
      [
        'install',
        '--no-audit',
        '--no-fund',
        '--prefer-offline',
        join(project, tarball),
        'typescript',
        '@types/node@20',
      ],
      {
        cwd: project,
      },
    );
  }, 180_000);

  afterAll(() => rm(project, { recursive: true, force: true }));

  it('runs from JavaScript in an empty project', async () => {
    await writeFile(join(project, 'main.js'), javascript);
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: project });
    expect(stdout).toBe('delivered {"hello":"stranger","big":18446744073709551616}\n');
  });

  it('is typed for TypeScript, strictly', async () => {
    await writeFile(
      join(project, 'names.ts'),
      "export { Kernel, Session } from 'statewire';\nexport { SimulatedClock } from 'statewire/testing';\n",
    );
    await writeFile(join(project, 'main.ts'), typescript);
    const options = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--skipLibCheck',
      '--allowImportingTsExtensions',
      '--exactOptionalPropertyTypes',
      '--types',
      'node',
    ];
    await expect(
      run(join(project, 'node_modules', '.bin', 'tsc'), [...options, 'main.ts'], { cwd: project }),
    ).resolves.toBeDefined();
  });

  it('has a command line', async () => {
    const { stdout } = await run(join(project, 'node_modules', '.bin', 'statewire'), ['--help'], { cwd: project });
    expect(stdout).toContain('statewire serve relay');
  });

  it('ships declarations and sources, and no tests', async () => {
    const files = await readdir(join(project, 'node_modules', 'statewire'), { recursive: true });
    expect(files).toEqual(
      expect.arrayContaining([
        'machines/relay/client.ts',
        'dist/machines/relay/client.d.ts',
        'dist/machines/relay/client.js',
      ]),
    );
    expect(files.filter((file) => file.split('/').includes('test'))).toEqual([]);
  });

  it('is in order for publint', async () => {
    await expect(run(bin('publint'), ['run', '--strict', '--pack', 'false'], { cwd: root })).resolves.toBeDefined();
  });

  it('resolves with its types everywhere that ESM can be resolved, for arethetypeswrong', async () => {
    const [tarball = ''] = (await readdir(project)).filter((file) => file.endsWith('.tgz'));
    await expect(run(bin('attw'), [join(project, tarball), '--profile', 'esm-only'])).resolves.toBeDefined();
  });
});
