/** Whether a crowd is told of everybody, and how long that takes, while dials go through as if there was none. */

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Child } from './children.ts';
import { start } from './star.ts';
import type { Speech } from './starClient.ts';
import { cpuMicros } from './starLoad.ts';
import { judged, type Verdict } from './starReport.ts';

const joinedSchema = z.object({ joinedIn: z.number() });
const viewSchema = z.object({ completeIn: z.number() });
const timedSchema = z.object({ p99: z.number(), dials: z.number() });
const endSchema = z.object({ complete: z.number(), faults: z.number(), firstFault: z.string() });

/** Seconds after the last one has joined in which every view is to be complete; and the milliseconds that a dial may take at p99 all the while. */
const statedSeconds = 10;
const statedDial = 100;
/** Beside the numbers of the crowd. */
const firstOfProbe = 60_000;
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function crowdOf(name: string, speech: Speech, peers: number): Promise<Verdict[]> {
  const server = await start('ours');
  const probe = new Child(`the probe (${speech})`, [script('starProbe.js'), server.url, speech, `${firstOfProbe}`]);
  const timed = async () => timedSchema.parse(await probe.ask('timed', 60));
  await probe.answer(60);
  // With nobody there: what the machine itself makes of a dial now.
  await sleep(5_000);
  const quiet = await timed();
  const before = cpuMicros(server.pid);
  const crowd = new Child(`the crowd (${speech})`, [script('starCrowd.js'), server.url, speech, `${peers}`, '0']);
  const { joinedIn } = joinedSchema.parse(await crowd.answer(600));
  const { completeIn } = viewSchema.parse(await crowd.ask('view', 300));
  const used = cpuMicros(server.pid) - before;
  // A whole refresh with everybody there.
  await sleep(10_000);
  const busy = await timed();
  const { faults, firstFault } = endSchema.parse(await crowd.ask('end', 60));
  await crowd.stop();
  await probe.stop();
  await server.child.stop();
  return [
    judged(`${peers} ${name}: last join to last view`, (completeIn - joinedIn) / 1_000, statedSeconds, {
      unit: 's',
      note: `first to last join ${(joinedIn / 1_000).toFixed(1)} s, server CPU ${(used / 1_000_000).toFixed(1)} s${firstFault === '' ? '' : `, ${firstFault}`}`,
      faults,
    }),
    judged(`${peers} ${name}: a dial at p99`, busy.p99, statedDial, {
      unit: 'ms',
      note: `${busy.dials} dials; with nobody there ${quiet.p99.toFixed(0)} ms`,
    }),
  ];
}

export async function benchCrowd({ ours, old }: { readonly ours: number; readonly old: number }): Promise<Verdict[]> {
  return [...(await crowdOf('peers of ours', 'plain', ours)), ...(await crowdOf('clients of old', 'socket.io', old))];
}
