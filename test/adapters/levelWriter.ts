/** A process that writes to a level store until it is killed. It is the built store: `npm test` builds first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Lets a process write to the database at `location`, and kills it once it has acknowledged so many writes.
 * @returns the writes that it acknowledged, those included that it had on its lips
 */
export async function writeAndDie(location: string, life: number, writers: number, until: number): Promise<string[]> {
  const script = new URL('levelWriter.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, location, String(life), String(writers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line !== 'open') acknowledged.push(line);
    if (acknowledged.length === until) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error('The process died of something else.');
  return acknowledged;
}
