/**
 * Installs of their own for the peers that tests are held against: what they bring along must not come into the library's own tree.
 *
 * `npm ci` runs once for each lock file, also when several test processes ask at the same time. It runs where no test's imports are looked for: jest
 * remembers that a folder was not there.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Milliseconds that an install takes at most, the wait for another process's included: for `beforeAll`. */
export const installTimeout = 300_000;

const read = (path: string) => readFile(path, 'utf8').catch(() => '');

/** Runs `deed` in one process at a time. A process that died while it held the lock does not hold it any more. */
async function alone(lock: string, deed: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch {
      const holder = Number(await read(join(lock, 'pid')));
      if (holder !== 0 && !isAlive(holder)) await rm(lock, { recursive: true, force: true });
      else await wait(100);
    }
  }
  try {
    await writeFile(join(lock, 'pid'), `${process.pid}`);
    await deed();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure that what `test/interop/<name>/package.json` asks for is there, without optional and peer dependencies.
 * @param rooms the folder of these folders: for who does not run from the sources
 * @returns `require` as a file beside what was installed has it
 */
export async function installed(name: string, rooms = new URL('./', import.meta.url)): Promise<NodeJS.Require> {
  const asked = fileURLToPath(new URL(`${name}/`, rooms));
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/interop/${name}/`, rooms));
  const wanted = createHash('sha256')
    .update(await readFile(join(asked, 'package.json')))
    .update(await readFile(join(asked, 'package-lock.json')))
    .digest('hex');
  const stamp = join(folder, 'node_modules', '.installed');
  if ((await read(stamp)) !== wanted) {
    const lock = join(tmpdir(), `statewire-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`);
    await alone(lock, async () => {
      if ((await read(stamp)) === wanted) return;
      await mkdir(folder, { recursive: true });
      for (const file of ['package.json', 'package-lock.json']) await copyFile(join(asked, file), join(folder, file));
      const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
      await run('npm', ['ci', '--omit=optional', '--omit=peer', ...quiet, '--prefix', folder], {
        cwd: folder,
        shell: process.platform === 'win32',
      });
      await writeFile(stamp, wanted);
    });
  }
  return createRequire(join(folder, 'package.json'));
}
