/** What the payee's and the payers' processes have in common: questions by line, usage, memory, faults, stores. */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { LevelStore } from '../../adapters/level.ts';
import { MemoryStore } from '../../adapters/memoryStore.ts';
import type { Store } from '../../src/store.ts';
import type { Memory, Usage } from './streamingJob.ts';

/** A store, and what it has kept so far. */
export interface CountedStore {
  readonly store: Store;
  counts(): Omit<Usage, 'cpuMicros'>;
}

export async function openStore(folder: string | null): Promise<CountedStore> {
  if (folder === null) return { store: new MemoryStore(), counts: () => ({ syncs: 0, writes: 0 }) };
  const store = await LevelStore.open(folder);
  return { store, counts: () => ({ syncs: store.syncs, writes: store.writes }) };
}

export function usageOf(counted: CountedStore): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, ...counted.counts() };
}

/** Needs `--expose-gc`. The first collections free what the next ones give back to the system. */
export async function memoryNow(): Promise<Memory> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('the process was not started with --expose-gc');
  for (let times = 0; times < 5; times += 1) {
    await gc();
    await sleep(200);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}

/** Counts what should not have happened. */
export class Faults {
  #count = 0;
  #first = '';

  readonly add = (fault: unknown): void => {
    if (this.#count === 0) this.#first = fault instanceof Error ? `${fault.message} ${fault.cause ?? ''}` : `${fault}`;
    this.#count += 1;
  };

  get told(): { readonly faults: number; readonly firstFault: string } {
    return { faults: this.#count, firstFault: this.#first };
  }
}

/** Answers each line of standard input with a line of JSON, until it ends. */
export async function answerLines(answers: Readonly<Record<string, () => unknown>>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = answers[line];
    if (answer === undefined) throw new Error(`${line} is no question`);
    say(await answer());
  }
  process.exit();
}

export function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
