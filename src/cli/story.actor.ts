/** Who acts in the story: processes of the command line, told what a person would type. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('./main.js', import.meta.url));

/** A command of the command line, as a process of its own. */
export class Actor {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #said: string[] = [];
  readonly #waiting: { readonly wants: readonly string[]; readonly give: (line: Record<string, unknown>) => void }[] =
    [];

  constructor(...args: string[]) {
    this.#process = spawn(process.execPath, [cli, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#process.stdout === null) throw new Error('The process has no output.');
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#lines.on('line', (line) => {
      this.#said.push(line);
      this.#give();
    });
  }

  /** The next line of JSON that has one of these fields. */
  hear(...wants: readonly string[]): Promise<Record<string, unknown>> {
    return new Promise((give, fail) => {
      this.#process.once('close', (code) =>
        fail(new Error(`The process ended with ${code} before it said "${wants}".`)),
      );
      this.#waiting.push({ wants, give });
      this.#give();
    });
  }

  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** It is told nothing more. */
  finish(): void {
    this.#process.stdin?.end();
  }

  /** Ends the process as a person would, with Ctrl-C. @returns its exit code */
  end(): Promise<number | null> {
    return new Promise((resolve) => {
      if (this.#process.exitCode !== null) return resolve(this.#process.exitCode);
      this.#process.once('exit', resolve);
      this.#process.kill('SIGINT');
    });
  }

  #give(): void {
    for (const line of this.#said) {
      const fields: Record<string, unknown> = JSON.parse(line);
      const index = this.#waiting.findIndex(({ wants }) => wants.some((want) => want in fields));
      const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
      if (waiting === undefined) continue;
      this.#said.splice(this.#said.indexOf(line), 1);
      waiting.give(fields);
    }
  }
}
