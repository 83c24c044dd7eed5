/**
 * `npm run bench -- relay`: our relay server against a bare `ws` relay, in one run on this machine (Linux).
 *
 * What counts is the ratio: absolute figures are this machine's and this minute's, and here they double from one minute
 * to the next. So both servers stand ready, each with its own load process, and take turns in slices of a quarter of a second:
 * A B, B A, A B ... while the other one is silent. Every round starts fresh processes, since no two processes are
 * compiled alike. A figure is the median of all slices of all rounds, a ratio is one of medians. Server CPU per message
 * is the steady figure; messages/s and latency are at saturation and suffer from whatever else runs here. How far to
 * trust a ratio tells `paired` (the median of the ratios of neighbouring slices: where it disagrees, the machine was
 * noisy) and, better, the same cell with `--control`.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Child } from './children.ts';
import { type Checks, checksSchema, idleSchema, type Job, readySchema, type Slice, sliceSchema } from './job.ts';
import { smallestPayload } from './payloads.ts';
import { checksLine, compare, idleLine, type Pair, row, type Side, tableHead, tallyOf } from './report.ts';

const usage = `npm run bench -- relay [options]

  --payload <list>      bytes of a message, as JSON text (100,1024,16384)
  --connections <list>  (2,100,1000)
  --rounds <n>          pairs of fresh servers per cell (3)
  --seconds <n>         measured time of each server in a round, after the warm-up (2)
  --idle <n>            connections of the memory measurement, 0 = none (5000)
  --quick               one short round of each: shows that it works, says little about speed
  --control             the bare relay against itself: every ratio should be near 1.00
  --json                the report as one JSON line on standard output, the table on standard error
`;

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const bareCommand = [fileOf('bareRelay.js')];
/** Seen from dist/test/bench. No limits: the bare relay has none, and all connections come from one address. */
const oursCommand = [
  fileOf('../../src/cli/main.js'),
  ...['serve', 'relay', '--port', '0', '--json', '--log-level', 'silent'],
  ...['--connections', '0', '--connections-per-ip', '0', '--messages-per-second', '0'],
];

/** Server CPU per message, ours over bare, that the project promises; memory per idle connection likewise. */
const barOf = (payload: number, connections: number): number => (payload === 1024 && connections === 100 ? 1.0 : 1.3);
const idleBar = 1.3;

/** Few connections keep many messages in flight, many keep one: the same as the baselines in the facts. */
const inFlightOf = (connections: number): number => (connections < 50 ? 64 : connections < 500 ? 4 : 1);
const sliceSeconds = 0.25;

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name}: a whole number from ${least} to ${most}, not "${text}"`);
};
const wholeNumbers = (name: string, text: string, least: number, most: number): number[] =>
  text.split(',').map((part) => wholeNumber(name, part, least, most));

function optionsFrom(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      payload: { type: 'string', default: '100,1024,16384' },
      connections: { type: 'string', default: '2,100,1000' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      idle: { type: 'string', default: '5000' },
      quick: { type: 'boolean', default: false },
      control: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const seconds = Number(values.seconds ?? (values.quick ? 0.5 : 2));
  if (!(seconds >= 0.1 && seconds <= 60)) throw new Error('--seconds: from 0.1 to 60');
  return {
    help: values.help,
    json: values.json,
    control: values.control,
    commands: { ours: values.control ? bareCommand : oursCommand, bare: bareCommand },
    slices: Math.ceil(seconds / sliceSeconds),
    slice: Math.min(seconds, sliceSeconds),
    warmup: values.quick ? 0.5 : 1,
    rounds: wholeNumber('rounds', values.rounds ?? (values.quick ? '1' : '3'), 1, 99),
    // Above, the ROUTE around it would pass the relay's limit of 1 MiB.
    payloads: wholeNumbers('payload', values.payload, smallestPayload, 1_000_000),
    connectionCounts: wholeNumbers('connections', values.connections, 2, 5000),
    idle: wholeNumber('idle', values.idle, 0, 10_000),
  };
}
type Options = ReturnType<typeof optionsFrom>;

const serverReadySchema = z.object({ ready: z.literal(true), url: z.url(), pid: z.number().int().positive() });

/** A server in a process of its own and the load process that drives it. */
class Contestant {
  readonly #server: Child;
  #load: Child | undefined;

  constructor(side: Side, command: readonly string[]) {
    this.#server = new Child(`the server (${side})`, command);
  }

  /** Gives the job to a load process and takes its first answer. */
  async start(jobFor: (server: { url: string; pid: number }) => Job): Promise<unknown> {
    const { url, pid } = serverReadySchema.parse(await this.#server.answer(20));
    this.#load = new Child('the load process', [fileOf('load.js'), JSON.stringify(jobFor({ url, pid }))]);
    return this.#load.answer(60);
  }

  ask(command: 'slice' | 'end'): Promise<unknown> {
    if (this.#load === undefined) throw new Error('not started');
    return this.#load.ask(command, 30);
  }

  async stop(): Promise<void> {
    await this.#load?.stop();
    await this.#server.stop();
  }
}

/** Does the same with both, never at once; `swapped` says who goes first. */
async function inTurn<T>(swapped: boolean, act: (side: Side) => Promise<T>): Promise<Pair<T>> {
  if (swapped) {
    const bare = await act('bare');
    return { ours: await act('ours'), bare };
  }
  const ours = await act('ours');
  return { ours, bare: await act('bare') };
}

/** One round of one cell: two fresh servers, warmed up, then slice by slice. */
async function trafficRound(options: Options, payload: number, connections: number, round: number) {
  const { warmup, slice, commands } = options;
  const inFlight = inFlightOf(connections);
  const contestants: Partial<Pair<Contestant>> = {};
  const ask = (side: Side, command: 'slice' | 'end'): Promise<unknown> => {
    const contestant = contestants[side];
    return contestant === undefined ? Promise.reject(new Error('not started')) : contestant.ask(command);
  };
  try {
    await inTurn(round % 2 === 1, async (side) => {
      const contestant = new Contestant(side, commands[side]);
      contestants[side] = contestant;
      const job = { kind: 'traffic', payload, connections, inFlight, warmup, slice } as const;
      readySchema.parse(await contestant.start((server) => ({ ...job, ...server })));
    });
    const slices: Pair<Slice>[] = [];
    for (let i = 0; i < options.slices; i++) {
      slices.push(await inTurn((round + i) % 2 === 1, async (side) => sliceSchema.parse(await ask(side, 'slice'))));
    }
    return { slices, checks: await inTurn(false, async (side) => checksSchema.parse(await ask(side, 'end'))) };
  } finally {
    await contestants.ours?.stop();
    await contestants.bare?.stop();
  }
}

async function benchCell(options: Options, payload: number, connections: number) {
  const slices: Pair<Slice>[][] = [];
  const checks: Pair<Checks>[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const result = await trafficRound(options, payload, connections, round);
    slices.push(result.slices);
    checks.push(result.checks);
  }
  const figure = (of: (slice: Slice) => number) =>
    compare(slices.map((round) => round.map(({ ours, bare }) => ({ ours: of(ours), bare: of(bare) }))));
  const cpuMicros = figure((slice) => slice.cpuMicros);
  const bar = barOf(payload, connections);
  return {
    payload,
    connections,
    inFlight: inFlightOf(connections),
    cpuMicros,
    bar,
    pass: cpuMicros.ratio <= bar,
    messagesPerSecond: figure((slice) => slice.messagesPerSecond),
    p50: figure((slice) => slice.p50),
    p99: figure((slice) => slice.p99),
    generatorShare: figure((slice) => slice.generatorShare),
    checked: tallyOf(checks),
  };
}
export type Cell = Awaited<ReturnType<typeof benchCell>>;

/** A fresh server for each measurement, and never both at once: the other's memory is no concern of a server's RSS. */
async function benchIdle({ commands, idle: connections, rounds }: Options) {
  const pairs: Pair<number>[] = [];
  for (let round = 0; round < rounds; round++) {
    const pair = await inTurn(round % 2 === 1, async (side) => {
      const contestant = new Contestant(side, commands[side]);
      try {
        return idleSchema.parse(await contestant.start((server) => ({ kind: 'idle', ...server, connections })));
      } finally {
        await contestant.stop();
      }
    });
    pairs.push({ ours: pair.ours.bytesPerConnection, bare: pair.bare.bytesPerConnection });
  }
  const bytesPerConnection = compare(pairs.map((pair) => [pair]));
  return { connections, bytesPerConnection, bar: idleBar, pass: bytesPerConnection.ratio <= idleBar };
}
export type Idle = Awaited<ReturnType<typeof benchIdle>>;

/** Runs the bench and prints the report. Resolves with whether every message arrived once, whole and in order. */
export async function benchRelay(args: string[]): Promise<boolean> {
  const options = optionsFrom(args);
  if (options.help) {
    process.stdout.write(usage);
    return true;
  }
  const table = options.json ? process.stderr : process.stdout;
  if (options.control) table.write('control run: "ours" is a second bare relay\n');
  table.write(`${tableHead}\n`);
  const cells: Cell[] = [];
  for (const payload of options.payloads) {
    for (const connections of options.connectionCounts) {
      const cell = await benchCell(options, payload, connections);
      cells.push(cell);
      table.write(`${row(cell)}\n`);
    }
  }
  const idle = options.idle > 0 ? await benchIdle(options) : undefined;
  if (idle !== undefined) table.write(`${idleLine(idle)}\n`);
  const tallies = cells.map((cell) => cell.checked);
  table.write(`${checksLine(tallies)}\n`);
  const clean = tallies.every((tally) => tally.clean);
  if (options.json) {
    const { rounds, slices, slice, warmup, control } = options;
    const pass = cells.every((cell) => cell.pass) && (idle?.pass ?? true);
    const settings = { control, node: process.version, rounds, slices, slice, warmup };
    process.stdout.write(`${JSON.stringify({ protocol: 'relay', ...settings, clean, pass, cells, idle })}\n`);
  }
  return clean;
}
