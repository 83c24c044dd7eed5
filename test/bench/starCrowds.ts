/** Whether a crowd is told of everybody, and how long that takes, while dials go through as if there was none. */

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Child } from './children.ts';
import { start } from './star.ts';
import type { Speech } from './starClient.ts';
import { Pair } from './starLoad.ts';
import { judged, type Verdict } from './starReport.ts';

const joinedSchema = z.object({ joinedIn: z.number() });
const viewSchema = z.object({ completeIn: z.number() });
const endSchema = z.object({ complete: z.number(), faults: z.number(), firstFault: z.string() });

/** Seconds after the last one has joined in which every view is to be complete; and the milliseconds that a dial may take at p99 all the while. */
const statedSeconds = 10;
const statedDial = 100;
/** Milliseconds between dials that are timed. */
const probing = 50;

/** The 99th of a hundred. */
function percentile(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

async function crowdOf(name: string, speech: Speech, peers: number): Promise<Verdict[]> {
  const server = await start('ours');
  const script = fileURLToPath(new URL('starCrowd.js', import.meta.url));
  const pair = await Pair.join(server.url, speech, 900_000);
  const took: number[] = [];
  let isOver = false;
  const probe = (async () => {
    while (!isOver) {
      took.push(...(await pair.dials(1, 1)));
      await sleep(probing);
    }
  })();
  // With nobody there: what the machine itself makes of a dial now.
  await sleep(5_000);
  const quiet = percentile(took.splice(0));
  const crowd = new Child(`the crowd (${speech})`, [script, server.url, speech, `${peers}`, '0']);
  const { joinedIn } = joinedSchema.parse(await crowd.answer(600));
  const { completeIn } = viewSchema.parse(await crowd.ask('view', 300));
  // A whole refresh with everybody there.
  await sleep(10_000);
  isOver = true;
  await probe;
  const { faults, firstFault } = endSchema.parse(await crowd.ask('end', 60));
  await crowd.stop();
  pair.terminate();
  await server.child.stop();
  return [
    judged(`${peers} ${name}: last join to last view`, (completeIn - joinedIn) / 1_000, statedSeconds, {
      unit: 's',
      note: `joined in ${(joinedIn / 1_000).toFixed(1)} s${firstFault === '' ? '' : `, ${firstFault}`}`,
      faults,
    }),
    judged(`${peers} ${name}: a dial at p99`, percentile(took), statedDial, {
      unit: 'ms',
      note: `${took.length} dials; with nobody there ${quiet.toFixed(0)} ms`,
    }),
  ];
}

export async function benchCrowd({ ours, old }: { readonly ours: number; readonly old: number }): Promise<Verdict[]> {
  return [...(await crowdOf('peers of ours', 'plain', ours)), ...(await crowdOf('clients of old', 'socket.io', old))];
}
