/**
 * `npm run bench -- star`: our rendezvous, the real one, and a bare socket.io 4 server with the same events, in one run on this machine (Linux).
 *
 * Each server is a process of its own; the same lean peers put the same load on each, in turns: A B C D, D C B A … What counts is server CPU, read from
 * /proc: per dial (begun, answered, both directions ended) and per megabyte of a stream. `plain` is our server with the same peers on plain WebSockets. Then
 * what stays behind: memory of idle peers, of dials that have ended, of a reader that stands still; and whether a crowd is told of everybody while dials go
 * through.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Child } from './children.ts';
import type { Speech } from './starClient.ts';
import { benchCrowd } from './starCrowds.ts';
import { cpuMicros, Pair } from './starLoad.ts';
import { endedDials, idlePeers, stalledReader } from './starMemory.ts';
import { judged, type Verdict, verdictLine } from './starReport.ts';

const usage = `npm run bench -- star [options]

  --rounds <n>   fresh servers of each kind (3)
  --slices <n>   measured slices of each server in a round (6)
  --ours <n>     peers of ours in the crowd (3000)
  --old <n>      clients of old in the crowd (1500)
  --only <list>  of cpu, memory, crowd (all)
  --quick        one short round of each, small crowds: shows that it works, says little about speed
  --json         the report as one JSON line on standard output
`;

export const sides = ['ours', 'bare', 'real', 'plain'] as const;
export type Side = (typeof sides)[number];
const scripts: Readonly<Record<Side, string>> = {
  ours: 'starOurs.js',
  plain: 'starOurs.js',
  bare: 'starBare.js',
  real: 'starReal.js',
};
export const speechOf = (side: Side): Speech => (side === 'plain' ? 'plain' : 'socket.io');

const readySchema = z.object({ url: z.string(), pid: z.number() });

/** A server in a process of its own. */
export interface Contestant {
  readonly side: Side;
  readonly child: Child;
  readonly url: string;
  readonly pid: number;
}

/** @param args for the server: the milliseconds of its refresh */
export async function start(side: Side, ...args: readonly string[]): Promise<Contestant> {
  const script = fileURLToPath(new URL(scripts[side], import.meta.url));
  const child = new Child(`the server (${side})`, ['--expose-gc', script, ...args]);
  // The first time the real one is installed.
  return { side, child, ...readySchema.parse(await child.answer(300)) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/** Loads, and what one unit of each is: microseconds per dial, and per megabyte. */
const loads = {
  dial: async (pair: Pair, scale: number) => {
    const dials = Math.ceil(1_000 * scale);
    await pair.dials(dials, 32);
    return dials;
  },
  '1 KB chunks': async (pair: Pair, scale: number) => (await pair.stream(6_000_000 * scale, 1_024)) / 1_000_000,
  '64 KB chunks': async (pair: Pair, scale: number) => (await pair.stream(50_000_000 * scale, 65_536)) / 1_000_000,
} as const;
type Load = keyof typeof loads;
const loadNames: readonly Load[] = ['dial', '1 KB chunks', '64 KB chunks'];

const warmUps = 4;

interface Plan {
  readonly rounds: number;
  readonly slices: number;
  readonly scale: number;
}

/** Server CPU by load and by side, in microseconds per unit. */
async function benchCpu({ rounds, slices, scale }: Plan): Promise<Record<Load, Record<Side, number>>> {
  const figures = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    const contestants = await Promise.all(
      sides.map(async (side) => {
        const contestant = await start(side);
        return { ...contestant, pair: await Pair.join(contestant.url, speechOf(side)) };
      }),
    );
    for (const load of loadNames) {
      // What is not compiled yet is not measured. A thousand dials are not enough: the next thousand cost half.
      for (let count = 0; count < warmUps; count += 1)
        for (const { pair } of contestants) await loads[load](pair, scale);
      for (let slice = 0; slice < slices; slice += 1) {
        for (const { side, pid, pair } of slice % 2 === 0 ? contestants : [...contestants].reverse()) {
          const before = cpuMicros(pid);
          const units = await loads[load](pair, scale);
          const key = `${load} ${side}`;
          figures.set(key, [...(figures.get(key) ?? []), (cpuMicros(pid) - before) / units]);
        }
      }
    }
    for (const { pair, child } of contestants) {
      pair.terminate();
      await child.stop();
    }
  }
  const of = (load: Load) => {
    const at = (side: Side) => median(figures.get(`${load} ${side}`) ?? []);
    return { ours: at('ours'), bare: at('bare'), real: at('real'), plain: at('plain') };
  };
  return { dial: of('dial'), '1 KB chunks': of('1 KB chunks'), '64 KB chunks': of('64 KB chunks') };
}

const column = (value: number): string => value.toFixed(0).padStart(9);

/** Runs the bench and prints the report. Resolves with whether nothing was lost. */
export async function benchStar(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string' },
      slices: { type: 'string' },
      ours: { type: 'string' },
      old: { type: 'string' },
      only: { type: 'string', default: 'cpu,memory,crowd' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return true;
  }
  const whole = (name: string, text: string): number => {
    if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${name}: a whole number, not "${text}"`);
    return Number(text);
  };
  const { quick } = values;
  const plan: Plan = {
    rounds: whole('rounds', values.rounds ?? (quick ? '1' : '3')),
    slices: whole('slices', values.slices ?? (quick ? '3' : '6')),
    scale: quick ? 0.3 : 1,
  };
  const only = values.only.split(',');
  const table = values.json ? process.stderr : process.stdout;
  const verdicts: Verdict[] = [];
  const tell = (verdict: Verdict) => {
    verdicts.push(verdict);
    table.write(`${verdictLine(verdict)}\n`);
  };

  if (only.includes('cpu')) {
    const cpu = await benchCpu(plan);
    table.write('server CPU in us per dial and per MB       ours     bare     real    plain\n');
    for (const load of loadNames) {
      const figures = cpu[load];
      table.write(`${load.padEnd(38)}${sides.map((side) => column(figures[side])).join('')}\n`);
    }
    for (const load of loadNames) {
      const { ours, bare, real, plain } = cpu[load];
      tell(judged(`${load}, ours : bare`, ours / bare, 1.25));
      tell(judged(`${load}, ours : real`, ours / real, 1));
      tell(judged(`${load}, plain : real`, plain / real, 0.6));
    }
  }
  if (only.includes('memory')) {
    for (const verdict of await idlePeers(quick ? 100 : 500)) tell(verdict);
    for (const verdict of await endedDials(quick ? 2_000 : 20_000)) tell(verdict);
    for (const verdict of await stalledReader(quick ? 20 : 200)) tell(verdict);
  }
  if (only.includes('crowd')) {
    const crowd = {
      ours: whole('ours', values.ours ?? (quick ? '200' : '3000')),
      old: whole('old', values.old ?? (quick ? '100' : '1500')),
    };
    for (const verdict of await benchCrowd(crowd)) tell(verdict);
  }
  if (values.json)
    process.stdout.write(`${JSON.stringify({ protocol: 'star', node: process.version, ...plan, verdicts })}\n`);
  return verdicts.every(({ faults }) => faults === 0);
}
