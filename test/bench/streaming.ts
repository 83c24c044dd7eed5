/**
 * `npm run bench -- streaming`: payments from payers to a payee over WebSockets, in one run on this machine.
 *
 * What counts is the ratio to THE FLOOR: one signature and its verification with kept key objects, of which no payment can have less. Figures of this
 * machine's minute double from one to the next, so everything takes turns: in each round every cell has a fresh payee and fresh payers, which stand
 * ready and cost nothing; one slice of each cell, and so on, with the floor measured before and after each. A figure is the median of all slices of
 * all rounds, and a ratio that of the slices' ratios to the floor around them. CPU is that of both processes together, all threads: the disk's are
 * among them.
 * In the end all books must agree: what each payer says it has sent and got, what the payee was told of each payment, what its sessions hold,
 * and, where they are kept on the disk, what a payee that is restored from there holds.
 */
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Child } from './children.ts';
import {
  type Books,
  booksSchema,
  type Memory,
  memorySchema,
  type PayeeJob,
  type PayerJob,
  payeeReadySchema,
  payerReadySchema,
  sliceSchema,
  usageSchema,
} from './streamingJob.ts';
import {
  booksLine,
  type Cell,
  cellLine,
  disagreements,
  type Idle,
  idleLine,
  medianOf,
  type Slice,
  shareLine,
  tableHead,
} from './streamingReport.ts';

const usage = `npm run bench -- streaming [options]

  --payers <list>   payers of the cells (1,1000)
  --rounds <n>      fresh pairs of processes per cell (3)
  --slices <n>      slices of two seconds of each cell in a round, after the warm-up (4)
  --idle <n>        streams of the memory measurement, 0 = none (10000)
  --quick           one short round of each: shows that it works, says little about speed
  --json            the report as one JSON line on standard output, the table on standard error
`;

/** What the project promises: CPU of a payment over the floor, throughput on the disk over that in memory, bytes of an idle stream. */
const cpuBar = 3;
const shareBar = 0.6;
const idleBar = 5 * 1_024;

/** Payers of one process that only holds connections. */
const idlePerProcess = 2_500;
/** Connections that are there before the measurement: code is compiled then, and the heap has its size. */
const idleBefore = 1_000;
const floorPairs = 500;
/** Code is compiled by then. */
const warmPayments = 3_000;
const warmSlices = 10;

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name}: a whole number from ${least} to ${most}, not "${text}"`);
};

function optionsFrom(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      payers: { type: 'string', default: '1,1000' },
      rounds: { type: 'string' },
      slices: { type: 'string' },
      idle: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { quick } = values;
  return {
    help: values.help,
    json: values.json,
    payers: values.payers.split(',').map((text) => wholeNumber('payers', text, 1, 5_000)),
    rounds: wholeNumber('rounds', values.rounds ?? (quick ? '1' : '3'), 1, 99),
    slices: wholeNumber('slices', values.slices ?? (quick ? '1' : '4'), 1, 600),
    idle: wholeNumber('idle', values.idle ?? (quick ? '1000' : '10000'), 0, 15_000),
  };
}
type Options = ReturnType<typeof optionsFrom>;

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** CPU microseconds of one signature and its verification. */
function floor(): number {
  const message = randomBytes(100);
  const before = process.cpuUsage();
  for (let times = 0; times < floorPairs; times += 1) {
    if (!verify(null, message, publicKey, sign(null, message, privateKey))) throw new Error('a signature is not valid');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / floorPairs;
}

/** A payee's process, and those of its payers. */
class Contest {
  readonly #payee: Child;
  readonly #payers: Child[] = [];

  private constructor(job: PayeeJob) {
    this.#payee = new Child('the payee', ['--expose-gc', fileOf('streamingPayee.js'), JSON.stringify(job)]);
  }

  /** @param begun is told of the contest at once, so that it can be stopped whatever happens */
  static async start(job: PayeeJob, begun: (contest: Contest) => void): Promise<{ contest: Contest; url: string }> {
    const contest = new Contest(job);
    begun(contest);
    return { contest, url: payeeReadySchema.parse(await contest.#payee.answer(20)).url };
  }

  async join(job: PayerJob): Promise<void> {
    const payer = new Child('the payers', [fileOf('streamingPayer.js'), JSON.stringify(job)]);
    this.#payers.push(payer);
    payerReadySchema.parse(await payer.answer(120));
  }

  async memory(): Promise<Memory> {
    return memorySchema.parse(await this.#payee.ask('memory', 30));
  }

  /** Both processes' use, the payers' first. */
  async #usage() {
    const all = [...this.#payers, this.#payee];
    return Promise.all(all.map(async (child) => usageSchema.parse(await child.ask('usage', 10))));
  }

  /** As many payments as it takes, within reason. */
  async warmUp(): Promise<void> {
    let payments = 0;
    for (let slices = 0; slices < warmSlices && payments < warmPayments; slices += 1) {
      payments += (await this.slice()).payments;
    }
  }

  async slice(): Promise<Omit<Slice, 'floorMicros'>> {
    const before = await this.#usage();
    const [payer] = this.#payers;
    const { payments, seconds } = sliceSchema.parse(await payer?.ask('slice', 60));
    const after = await this.#usage();
    const spent = after.map(({ cpuMicros, syncs, writes }, at) => ({
      cpuMicros: cpuMicros - (before[at]?.cpuMicros ?? 0),
      syncs: syncs - (before[at]?.syncs ?? 0),
      writes: writes - (before[at]?.writes ?? 0),
    }));
    const sum = (of: (each: (typeof spent)[number]) => number) => spent.reduce((total, each) => total + of(each), 0);
    return {
      payments,
      perSecond: payments / seconds,
      payerMicros: (spent[0]?.cpuMicros ?? 0) / payments,
      payeeMicros: (spent[1]?.cpuMicros ?? 0) / payments,
      cpuMicros: sum(({ cpuMicros }) => cpuMicros) / payments,
      syncs: sum(({ syncs }) => syncs),
      writes: sum(({ writes }) => writes),
    };
  }

  /** The books of both sides; the payee is closed with it. */
  async books(): Promise<{ payers: Books[]; payee: Books }> {
    const payers: Books[] = [];
    for (const payer of this.#payers) payers.push(booksSchema.parse(await payer.ask('books', 30)));
    return { payers, payee: booksSchema.parse(await this.#payee.ask('books', 120)) };
  }

  async stop(): Promise<void> {
    for (const payer of this.#payers) await payer.stop();
    await this.#payee.stop();
  }
}

/** Folders that are gone when the bench is. */
const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'statewire-bench-'));
  folders.push(folder);
  return folder;
}

interface Found {
  readonly payments: number;
  readonly faults: readonly string[];
}

const kinds = [
  { isDurable: false, name: 'memory' },
  { isDurable: true, name: 'disk' },
] as const;

/** One round: all cells stand ready, then they take turns. */
async function round(options: Options, at: number, cells: readonly Cell[]): Promise<Found[]> {
  const contests: Contest[] = [];
  const begun = (contest: Contest) => contests.push(contest);
  try {
    const running: { cell: Cell; contest: Contest }[] = [];
    for (const cell of at % 2 === 0 ? cells : cells.toReversed()) {
      const folder = () => (cell.isDurable ? freshFolder() : null);
      const { contest, url } = await Contest.start({ kind: 'payee', folder: folder() }, begun);
      await contest.join({ kind: 'traffic', url, payers: cell.payers, folder: folder() });
      await contest.warmUp();
      running.push({ cell, contest });
    }
    for (let slice = 0; slice < options.slices; slice += 1) {
      for (const { cell, contest } of slice % 2 === 0 ? running : running.toReversed()) {
        const before = floor();
        const measured = await contest.slice();
        cell.slices.push({ ...measured, floorMicros: (before + floor()) / 2 });
      }
    }
    const found: Found[] = [];
    for (const { contest } of running) found.push(disagreements(await contest.books()));
    return found;
  } finally {
    for (const contest of contests) await contest.stop();
  }
}

/** Bytes that a connection takes in the payee's process, or in the bare server's. */
async function idleBytes(payee: PayeeJob, kind: 'idle' | 'bare', payers: number, found: Found[]): Promise<Memory> {
  const contests: Contest[] = [];
  try {
    const { contest, url } = await Contest.start(payee, (each) => contests.push(each));
    await contest.join({ kind, url, payers: idleBefore });
    const before = await contest.memory();
    for (let left = payers; left > 0; left -= idlePerProcess) {
      await contest.join({ kind, url, payers: Math.min(left, idlePerProcess) });
    }
    const after = await contest.memory();
    if (kind === 'idle') found.push(disagreements(await contest.books()));
    return { rss: (after.rss - before.rss) / payers, heap: (after.heap - before.heap) / payers };
  } finally {
    for (const contest of contests) await contest.stop();
  }
}

/** Once: memory is no matter of the machine's minute. */
async function benchIdle({ idle: streams }: Options, found: Found[]): Promise<Idle> {
  const ours = await idleBytes({ kind: 'payee', folder: freshFolder() }, 'idle', streams, found);
  const bare = await idleBytes({ kind: 'bare' }, 'bare', streams, found);
  const of = (pick: (memory: Memory) => number) => ({
    ours: pick(ours),
    bare: pick(bare),
    above: pick(ours) - pick(bare),
  });
  const rss = of((memory) => memory.rss);
  return { streams, rss, heap: of((memory) => memory.heap), bar: idleBar, pass: rss.above <= idleBar };
}

/** Runs the bench and prints the report. Resolves with whether all books balance. */
export async function benchStreaming(args: string[]): Promise<boolean> {
  const options = optionsFrom(args);
  if (options.help) {
    process.stdout.write(usage);
    return true;
  }
  const table = options.json ? process.stderr : process.stdout;
  const cells: Cell[] = options.payers.flatMap((payers) => kinds.map((kind) => ({ ...kind, payers, slices: [] })));
  const found: Found[] = [];
  floor();
  for (let at = 0; at < options.rounds; at += 1) found.push(...(await round(options, at, cells)));

  const floorMicros = medianOf(
    cells.flatMap((cell) => cell.slices),
    (slice) => slice.floorMicros,
  );
  table.write(`the floor, one signature and one verification: ${floorMicros.toFixed(0)} us of CPU\n${tableHead}\n`);
  const judged = cells.map((cell) => {
    const ratio = medianOf(cell.slices, (slice) => slice.cpuMicros / slice.floorMicros);
    // The disk has its own bar.
    return { ...cell, ratio, ...(cell.isDurable ? {} : { bar: cpuBar, pass: ratio <= cpuBar }) };
  });
  for (const cell of judged) table.write(`${cellLine(cell)}\n`);
  const shares = options.payers.map((payers) => {
    const [inMemory = 0, onDisk = 0] = kinds.map(({ isDurable }) => {
      const cell = cells.find((each) => each.payers === payers && each.isDurable === isDurable);
      return medianOf(cell?.slices ?? [], ({ perSecond }) => perSecond);
    });
    const share = onDisk / inMemory;
    return { payers, share, ...(payers === 1_000 ? { bar: shareBar, pass: share >= shareBar } : {}) };
  });
  for (const share of shares) table.write(`${shareLine(share)}\n`);
  const idle = options.idle > 0 ? await benchIdle(options, found) : undefined;
  if (idle !== undefined) table.write(`${idleLine(idle)}\n`);
  table.write(`${booksLine(found)}\n`);
  const clean = found.every(({ faults }) => faults.length === 0);
  if (options.json) {
    const pass = [...judged, ...shares, ...(idle === undefined ? [] : [idle])].every((each) => each.pass !== false);
    const { rounds, slices } = options;
    const report = { protocol: 'streaming', node: process.version, rounds, slices, clean, pass, floorMicros };
    process.stdout.write(`${JSON.stringify({ ...report, cells: judged, shares, idle })}\n`);
  }
  return clean;
}
