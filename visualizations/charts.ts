/**
 * The command behind `npm run charts`: draws every role into `visualizations/<protocol>/<role>.{svg,mmd,stately.js}`.
 *
 * With `--check` it writes nothing, names every file that is stale, missing or left over, and exits with 1. It must never touch any
 * other file.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { drawMermaid } from './mermaid.ts';
import { readChart } from './model.ts';
import { type DrawnRole, roles } from './roles.ts';
import { drawStately } from './stately.ts';
import { drawSvg } from './svg.ts';

/** What is wrong with a file that should be a role's chart. */
export interface Difference {
  readonly file: string;
  readonly state: 'missing' | 'stale' | 'left over';
}

/** The files of some roles: contents by path under `visualizations/`. */
export async function chartFiles(drawn: readonly DrawnRole[]): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const { protocol, role, machine, exampleContext } of drawn) {
    const chart = readChart(machine);
    files.set(`${protocol}/${role}.svg`, await drawSvg(chart));
    files.set(`${protocol}/${role}.mmd`, drawMermaid(chart));
    files.set(`${protocol}/${role}.stately.js`, drawStately(machine, exampleContext));
  }
  return files;
}

/** Compares the files with those in a folder. */
export async function compare(folder: string, files: ReadonlyMap<string, string>): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [file, content] of files) {
    const found = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (found !== content) differences.push({ file, state: found === undefined ? 'missing' : 'stale' });
  }
  for (const protocol of new Set([...files.keys()].map((file) => dirname(file)))) {
    for (const name of await readdir(join(folder, protocol)).catch(() => [])) {
      const file = `${protocol}/${name}`;
      if (/\.(svg|mmd|stately\.js)$/.test(name) && !files.has(file)) differences.push({ file, state: 'left over' });
    }
  }
  return differences;
}

/** Writes the files into a folder. */
export async function write(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [file, content] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
}

/** Runs the command; gives the process's exit code. */
export async function run(
  args: readonly string[],
  folder: string,
  drawn: readonly DrawnRole[] = roles,
): Promise<number> {
  const files = await chartFiles(drawn);
  if (!args.includes('--check')) {
    await write(folder, files);
    console.log(`Drew ${files.size} files of ${drawn.length} roles.`);
    return 0;
  }
  const differences = await compare(folder, files);
  for (const { file, state } of differences) console.error(`${state}: visualizations/${file}`);
  if (differences.length > 0) console.error('Run `npm run charts` and commit what it draws.');
  return differences.length === 0 ? 0 : 1;
}

const command = process.argv[1];
if (command !== undefined && import.meta.url === pathToFileURL(command).href) {
  process.exitCode = await run(process.argv.slice(2), join(process.cwd(), 'visualizations'));
}
