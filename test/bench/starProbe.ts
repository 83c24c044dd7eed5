/**
 * The dials of the star's bench that are timed while there is a crowd, in a process of its own, so that nothing waits but for the server. It answers
 * every line with the 99th of a hundred of its dials since the last one, in milliseconds, and how many there were.
 *
 * Its arguments: the server, the speech, and the number of its first address.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pair } from './starLoad.ts';

const [url = '', speech = '', first = '0'] = process.argv.slice(2);
/** Milliseconds between dials. */
const probing = 50;

/** The 99th of a hundred. */
function percentile(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

const pair = await Pair.join(url, speech === 'plain' ? 'plain' : 'socket.io', Number(first));
const took: number[] = [];
// What is not compiled yet is not measured.
await pair.dials(500, 8);

createInterface({ input: process.stdin })
  .on('line', () => {
    const values = took.splice(0);
    process.stdout.write(`${JSON.stringify({ p99: percentile(values), dials: values.length })}\n`);
  })
  .on('close', () => process.exit());
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);

for (;;) {
  took.push(...(await pair.dials(1, 1)));
  await sleep(probing);
}
