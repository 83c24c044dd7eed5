/**
 * The child processes of a bench: each started with a time limit on what is awaited from it, none left behind.
 *
 * Whatever ends the bench (its end, an error, a signal) kills them: `exit` runs in all these cases. After a SIGKILL
 * of the bench, children that read their standard input end with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => process.exit(code));
}

/** A Node process that answers in lines of JSON on its standard output. Lines that nobody asked for are dropped. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #lines: Interface;
  readonly #gone = new AbortController();

  /** `args` as for `node`: the script and its arguments. */
  constructor(name: string, args: readonly string[]) {
    this.#name = name;
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout });
    running.add(child);
    // `close` and not `exit`: by then its last line has been read.
    child.once('close', () => {
      running.delete(child);
      this.#gone.abort();
    });
    child.once('error', () => this.#gone.abort());
    // It may have died with a question unread; its end is what gets reported.
    child.stdin.on('error', () => undefined);
  }

  /** The next line that it prints. Rejects if it ends before, or after `seconds`. */
  async answer(seconds: number): Promise<unknown> {
    const late = AbortSignal.timeout(seconds * 1000);
    try {
      const [line] = await once(this.#lines, 'line', { signal: AbortSignal.any([late, this.#gone.signal]) });
      return JSON.parse(String(line));
    } catch (error) {
      if (this.#gone.signal.aborted) throw new Error(`${this.#name} ended without an answer`);
      if (late.aborted) throw new Error(`${this.#name} said nothing within ${seconds} s`);
      throw error;
    }
  }

  /** Sends it a line and takes the next one that it prints. */
  ask(line: string, seconds: number): Promise<unknown> {
    this.#process.stdin?.write(`${line}\n`);
    return this.answer(seconds);
  }

  /** Kills it and waits until it is gone. */
  async stop(): Promise<void> {
    if (!running.has(this.#process)) return;
    const gone = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await gone;
  }
}
