/**
 * `npm run bench -- channel`: what a co-signed update costs, through a node and two parties on loopback, three processes.
 *
 * What counts is the ratio to THE FLOOR: the signatures and verifications that one update needs, by node:crypto alone with kept key objects. Both parties
 * sign, the node verifies both, and each party verifies the other's. Measured in this process beside every slice.
 */
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { booksSchema, nodeReadySchema, type PartyJob, readySchema, sliceSchema, usageSchema } from './channelJob.ts';
import { Child } from './children.ts';
import { median } from './streamingReport.ts';

const bar = 3;
/** Updates before those that count: what runs for the first time is compiled first. */
const warmUp = 4_000;
const usage = `usage: npm run bench -- channel [options]
  --channels <list>   channels at once (default: 1,50)
  --slices <n>        of two seconds, each channel count (default: 7)
  --dialect <name>    text or epoch (default: text)
  --quick             one slice
  --json              print the result as JSON too
`;

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** CPU microseconds of the signatures and verifications of one update. */
function floor(): number {
  const rounds = 200;
  const message = randomBytes(110);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    for (const signature of [sign(null, message, privateKey), sign(null, message, privateKey)]) {
      for (const _ of ['the node', 'the other party']) {
        if (!verify(null, message, publicKey, signature)) throw new Error('a signature is not valid');
      }
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rounds;
}

const script = (name: string) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

interface Slice {
  readonly updates: number;
  readonly perSecond: number;
  readonly node: number;
  readonly initiators: number;
  readonly responders: number;
  readonly ratio: number;
}

interface Run {
  readonly channels: number;
  readonly slices: readonly Slice[];
  readonly faults: readonly string[];
}

async function run(channels: number, slices: number, dialect: PartyJob['dialect']): Promise<Run> {
  const node = new Child('the node', [script('channelNode'), JSON.stringify({ blockMs: 20 })]);
  const parties: Child[] = [];
  try {
    const { url } = nodeReadySchema.parse(await node.answer(30));
    for (const role of ['initiator', 'responder'] as const) {
      const job: PartyJob = { role, url, channels, dialect };
      const party = new Child(`the ${role}s`, [script('channelParty'), JSON.stringify(job)]);
      parties.push(party);
      readySchema.parse(await party.answer(30));
    }
    const [initiators, responders] = parties;
    if (initiators === undefined || responders === undefined) throw new Error('there are no parties');
    for (const party of parties) readySchema.parse(await party.ask('opened', 120));
    const used = async () => {
      const all = [];
      for (const each of [node, initiators, responders])
        all.push(usageSchema.parse(await each.ask('usage', 30)).cpuMicros);
      return all;
    };
    for (let done = 0; done < warmUp; ) done += sliceSchema.parse(await initiators.ask('slice', 60)).updates;
    const measured: Slice[] = [];
    for (let slice = 0; slice < slices; slice += 1) {
      const floorBefore = floor();
      const before = await used();
      const { updates, seconds } = sliceSchema.parse(await initiators.ask('slice', 60));
      const after = await used();
      const floorMicros = (floorBefore + floor()) / 2;
      const [ofNode = 0, ofInitiators = 0, ofResponders = 0] = after.map(
        (cpu, at) => (cpu - (before[at] ?? 0)) / updates,
      );
      measured.push({
        updates,
        perSecond: updates / seconds,
        node: ofNode,
        initiators: ofInitiators,
        responders: ofResponders,
        ratio: (ofNode + ofInitiators + ofResponders) / floorMicros,
      });
    }
    const books = [];
    for (const party of parties) books.push(booksSchema.parse(await party.ask('books', 60)));
    const [one, other] = books;
    const faults = books.filter((each) => each.faults > 0).map(({ firstFault }) => firstFault);
    for (const [at, state] of (one?.states ?? []).entries()) {
      if (other?.states[at] !== state) faults.push(`channel ${at}: ${state} and ${other?.states[at]}`);
    }
    return { channels, slices: measured, faults };
  } finally {
    for (const child of [...parties, node]) await child.stop();
  }
}

const column = (text: string | number, width: number) => String(text).padStart(width);

function line({ channels, slices }: Run): string {
  const of = (pick: (slice: Slice) => number, digits = 0) => median(slices.map(pick)).toFixed(digits);
  const ratios = slices.map(({ ratio }) => ratio);
  const verdict = median(ratios) <= bar ? 'pass' : 'FAIL';
  return [
    column(channels, 8),
    column(
      of(({ perSecond }) => perSecond),
      10,
    ),
    column(
      of(({ node }) => node),
      6,
    ),
    column(
      of(({ initiators }) => initiators),
      10,
    ),
    column(
      of(({ responders }) => responders),
      10,
    ),
    column(median(ratios).toFixed(2), 7),
    column(`${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`, 11),
    `${verdict} <= ${bar}`,
  ].join(' ');
}

/** Runs the bench and prints the report. Resolves with whether both sides of all channels agree. */
export async function benchChannel(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      channels: { type: 'string', default: '1,50' },
      slices: { type: 'string', default: '7' },
      dialect: { type: 'string', default: 'text' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return true;
  }
  const table = values.json ? process.stderr : process.stdout;
  const dialect = values.dialect === 'epoch' ? 'epoch' : 'text';
  floor();
  table.write(`the floor, two signatures and four verifications: ${floor().toFixed(0)} us of CPU\n`);
  table.write('                         CPU us/update                over the\n');
  table.write('channels  updates/s   node initiators responders   floor      slices  bar\n');
  const runs: Run[] = [];
  for (const channels of values.channels.split(',').map(Number)) {
    const measured = await run(channels, values.quick ? 1 : Number(values.slices), dialect);
    runs.push(measured);
    table.write(`${line(measured)}\n`);
  }
  const updates = runs.flatMap(({ slices }) => slices).reduce((sum, slice) => sum + slice.updates, 0);
  const faults = runs.flatMap((each) => each.faults);
  const verdict = faults.length === 0 ? 'both sides agree everywhere' : `${faults.length} faults (first: ${faults[0]})`;
  table.write(`${updates} updates: ${verdict}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify(runs)}\n`);
  return faults.length === 0;
}
