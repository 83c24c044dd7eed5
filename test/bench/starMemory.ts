/** What stays in a rendezvous: idle peers, dials that have ended, and what a reader that stands still has not taken. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Contestant, type Side, speechOf, start } from './star.ts';
import { StarClient } from './starClient.ts';
import { addressOf, Pair } from './starLoad.ts';
import { judged, type Verdict } from './starReport.ts';

const memorySchema = z.object({ held: z.number(), rss: z.number() });
const memoryOf = async ({ child }: Contestant) => memorySchema.parse(await child.ask('memory', 30));
/** Joining at once. */
const joining = 16;
/** Refreshes would be measured too. */
const never = '3600000';

/** The server's resident set in bytes: what it grew by for each peer that has joined and says nothing, and how large it is then. */
async function idleOf(side: Side, peers: number): Promise<{ readonly each: number; readonly whole: number }> {
  const contestant = await start(side, never);
  const clients: StarClient[] = [];
  const join = async (from: number, to: number) => {
    let next = from;
    const worker = async () => {
      while (next < to) {
        const n = next;
        next += 1;
        const client = await StarClient.open(contestant.url, speechOf(side));
        clients.push(client);
        await client.join(addressOf(n));
      }
    };
    await Promise.all(Array.from({ length: joining }, worker));
  };
  // What a server has once and for all it has after the first ones.
  await join(0, 50);
  await sleep(500);
  const before = await memoryOf(contestant);
  await join(50, 50 + peers);
  await sleep(1_000);
  const after = await memoryOf(contestant);
  for (const client of clients) client.terminate();
  await contestant.child.stop();
  return { each: (after.rss - before.rss) / peers, whole: after.rss };
}

export async function idlePeers(peers: number): Promise<Verdict[]> {
  const real = await idleOf('real', peers);
  const verdicts: Verdict[] = [];
  for (const side of ['ours', 'plain'] as const) {
    const idle = await idleOf(side, peers);
    verdicts.push(
      judged(`${peers} idle peers, ${side}, each`, idle.each / 1_024, real.each / 1_024, {
        unit: 'KiB',
        note: `the real one: ${(real.each / 1_024).toFixed(1)} KiB`,
      }),
      judged(`${peers} idle peers, ${side}, the whole process`, idle.whole / 1_048_576, real.whole / 1_048_576, {
        unit: 'MiB',
        note: `the real one: ${(real.whole / 1_048_576).toFixed(0)} MiB`,
      }),
    );
  }
  return verdicts;
}

/** What is left of dials that have ended on both sides, all sockets still open. */
export async function endedDials(dials: number): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const held = new Map<Side, number>();
  for (const side of ['real', 'ours', 'plain'] as const) {
    const contestant = await start(side);
    const pair = await Pair.join(contestant.url, speechOf(side));
    await pair.dials(1_000, 32);
    const before = await memoryOf(contestant);
    await pair.dials(dials, 32);
    const after = await memoryOf(contestant);
    held.set(side, (after.held - before.held) / 1_024);
    pair.terminate();
    await contestant.child.stop();
  }
  const note = `the real one: ${(held.get('real') ?? 0).toFixed(0)} KiB`;
  for (const side of ['ours', 'plain'] as const)
    verdicts.push(judged(`${dials} ended dials, ${side}`, held.get(side) ?? 0, 1_024, { unit: 'KiB', note }));
  return verdicts;
}

/** What a server holds of so many megabytes that are written to a peer that has stopped reading from its socket. */
export async function stalledReader(megabytes: number): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const held = new Map<Side, number>();
  for (const side of ['real', 'ours', 'plain'] as const) {
    const contestant = await start(side);
    const pair = await Pair.join(contestant.url, speechOf(side));
    const before = await memoryOf(contestant);
    await pair.flood(megabytes * 1_000_000, 65_536);
    let most = 0;
    for (let n = 0; n < 10; n += 1) {
      await sleep(300);
      most = Math.max(most, (await memoryOf(contestant)).held - before.held);
    }
    held.set(side, most / 1_024);
    pair.terminate();
    await contestant.child.stop();
  }
  const note = `the real one: ${((held.get('real') ?? 0) / 1_024).toFixed(0)} MiB`;
  for (const side of ['ours', 'plain'] as const)
    verdicts.push(
      judged(`of ${megabytes} MB to who does not read, ${side}`, held.get(side) ?? 0, 1_024, { unit: 'KiB', note }),
    );
  return verdicts;
}
