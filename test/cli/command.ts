/** The command line as a person or a program runs it: real processes of the built `statewire`. `npm test` builds first. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** A process takes a second to start, and longer on a busy machine. */
export const PATIENCE = 30_000;

/** One process. */
export class Command {
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves when it has ended and everything that it printed was read: with its exit code, or the signal that killed it. */
  readonly ended: Promise<number | string>;
  stdout = '';
  stderr = '';
  #taken = 0;
  #wake: () => void = () => {};
  #hasEnded = false;

  constructor(args: readonly string[], nodeOptions: readonly string[] = []) {
    this.process = spawn(process.execPath, [...nodeOptions, main, ...args], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.process.stdin.on('error', () => {});
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#wake();
    });
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      this.process.on('close', (code, signal) => {
        this.#hasEnded = true;
        this.#wake();
        resolve(code ?? signal ?? 'ended');
      });
    });
  }

  /** The next line of standard output. */
  async line(): Promise<string> {
    await this.#until(() => this.stdout.indexOf('\n', this.#taken) !== -1);
    const end = this.stdout.indexOf('\n', this.#taken);
    const line = this.stdout.slice(this.#taken, end);
    this.#taken = end + 1;
    return line;
  }

  /** Waits until standard error says this. */
  async complains(about: string): Promise<void> {
    await this.#until(() => this.stderr.includes(about));
  }

  /** A line for its standard input. */
  type(line: string): void {
    this.process.stdin.write(`${line}\n`);
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#hasEnded) throw new Error(`ended with ${await this.ended}: ${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const running = new Set<Command>();
afterEach(async () => {
  for (const command of running) command.process.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  running.clear();
}, PATIENCE);

/** Runs `statewire` with these arguments. It is killed after the test, if it still runs then. */
export const statewire = (...args: readonly string[]): Command => kept(new Command(args));

/** The same where a package is not installed. */
export function statewireWithout(name: string, ...args: readonly string[]): Command {
  const hooks = `export const resolve = async (specifier, context, next) => {
    if (specifier !== ${JSON.stringify(name)}) return next(specifier, context);
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  };`;
  const first = `import { register } from 'node:module'; register(${JSON.stringify(moduleOf(hooks))});`;
  return kept(new Command(args, ['--import', moduleOf(first)]));
}

const moduleOf = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;

function kept(command: Command): Command {
  running.add(command);
  return command;
}

/** Runs it to its end. */
export async function outcomeOf(...args: readonly string[]) {
  const command = statewire(...args);
  command.process.stdin.end();
  const code = await command.ended;
  return { code, stdout: command.stdout, stderr: command.stderr };
}

const Ready = z.strictObject({ ready: z.literal(true), url: z.string(), pid: z.int() });

/** A relay that is ready. */
export async function serveRelay(...options: readonly string[]) {
  const command = statewire('serve', 'relay', '--json', '--port', '0', ...options);
  const ready = Ready.parse(JSON.parse(await command.line()));
  return { command, ...ready };
}

/** A listener that has its address. */
export async function listen(url: string, ...options: readonly string[]) {
  const command = statewire('relay', 'listen', '--json', '--url', url, ...options);
  const { address } = z.strictObject({ address: z.string() }).parse(JSON.parse(await command.line()));
  return { command, address };
}
