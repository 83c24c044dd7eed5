/**
 * `npm run bench -- board`: our board against a bare socket.io broadcast, in one run on this machine (Linux).
 *
 * Both servers stand ready with as many clients, each a bare WebSocket that speaks socket.io's text, and take turns: A B, B A, A B … Each slice is so
 * many proposals, ten at a time; a slice is over when every client has been told every one of them, in order, with the text that was proposed.
 * What counts is the ratio of server CPU per delivered proposal, of medians over all slices of all rounds. Ours also validates every proposal, keeps it on
 * the disk before anybody hears of it, and knows whose it is; the bare one does nothing but pass it on. `plain` is our board with the same clients on plain
 * WebSockets.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { Child } from './children.ts';

const usage = `npm run bench -- board [options]

  --clients <list>     clients that are told of every proposal (1000,5000)
  --rounds <n>         fresh servers per cell (3)
  --slices <n>         measured slices of each server in a round (6)
  --proposals <n>      proposals of a slice (40)
  --quick              one short round of each: shows that it works, says little about speed
  --json               the report as one JSON line on standard output
`;

/** Server CPU per delivered proposal, ours over bare, that the project promises. */
const bar = 1.25;

/** Proposals that are made at once: those of several clients. */
const inFlight = 10;

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const sides = ['ours', 'bare', 'plain'] as const;
type Side = (typeof sides)[number];
const scripts: Readonly<Record<Side, string>> = { ours: 'boardOurs.js', bare: 'boardBare.js', plain: 'boardOurs.js' };

const readySchema = z.object({ url: z.string(), pid: z.number() });

/** CPU time of all threads of a process, in microseconds. */
function cpuMicros(pid: number): number {
  if (!existsSync(`/proc/${pid}/task`)) throw new Error(`the server, process ${pid}, has ended`);
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'latin1').split(' ')[0]));
  return nanos.reduce((sum, each) => sum + each, 0) / 1_000;
}

/** The text around an event, on one kind of line. */
interface Line {
  readonly path: string;
  readonly event: string;
}
const socketIo: Line = { path: '/socket.io/?EIO=4&transport=websocket&statewire=1', event: '42' };
const plain: Line = { path: '/?statewire=1', event: '' };

/** One client: counts the proposals that it is told, and looks at each. */
class Client {
  readonly socket: WebSocket;
  readonly ready: Promise<void>;
  told = 0;
  wrong = 0;
  expected: readonly string[] = [];
  done: () => void = () => {};

  constructor(url: string, line: Line) {
    this.socket = new WebSocket(`${url}${line.path}`, { perMessageDeflate: false });
    const start = `${line.event}["receiveChannelProposal",`;
    this.ready = new Promise((resolve, reject) => {
      this.socket.on('error', reject);
      this.socket.on('message', (data: Buffer) => {
        const text = data.toString();
        if (text.startsWith(start)) this.#take(text.slice(start.length, -1));
        else if (text.startsWith('0')) this.socket.send('40');
        else if (text.startsWith(`${line.event}["receiveChannels"`)) resolve();
        else if (text === '2') this.socket.send('3');
      });
    });
  }

  #take(proposal: string): void {
    if (proposal !== this.expected[this.told]) this.wrong += 1;
    this.told += 1;
    if (this.told === this.expected.length) this.done();
  }
}

/** A server in a process of its own, and its clients in this one. */
class Contestant {
  readonly #server: Child;
  readonly #line: Line;
  readonly #ready: Promise<unknown>;
  #pid = 0;
  #clients: Client[] = [];
  #proposed = 0;

  constructor(side: Side) {
    this.#server = new Child(`the server (${side})`, [fileOf(scripts[side])]);
    this.#line = side === 'plain' ? plain : socketIo;
    // A line that nobody waits for is dropped.
    this.#ready = this.#server.answer(20);
  }

  async start(clients: number): Promise<void> {
    const { url, pid } = readySchema.parse(await this.#ready);
    this.#pid = pid;
    while (this.#clients.length < clients) {
      const some = Array.from(
        { length: Math.min(100, clients - this.#clients.length) },
        () => new Client(url, this.#line),
      );
      await Promise.all(some.map(({ ready }) => ready));
      this.#clients.push(...some);
    }
  }

  /** @returns server CPU in microseconds per delivered proposal */
  async slice(proposals: number): Promise<number> {
    const before = cpuMicros(this.#pid);
    const texts: string[] = [];
    for (const client of this.#clients) {
      client.told = 0;
      client.expected = texts;
    }
    const [proposer] = this.#clients;
    if (proposer === undefined) throw new Error('no clients');
    for (let n = 0; n < proposals; n += inFlight) {
      const some = Array.from({ length: Math.min(inFlight, proposals - n) }, () => this.#draft());
      texts.push(...some);
      const heard = Promise.all(
        this.#clients.map(
          (client) =>
            new Promise<void>((resolve) => {
              client.done = resolve;
            }),
        ),
      );
      for (const text of some) proposer.socket.send(`${this.#line.event}["proposeChannel",{"channelData":${text}}]`);
      await heard;
    }
    return (cpuMicros(this.#pid) - before) / (proposals * this.#clients.length);
  }

  #draft(): string {
    this.#proposed += 1;
    const fields = { marginBalance: '10', quotePrice: '2.5', unpublishedTradeSize: `${this.#proposed}` };
    return JSON.stringify({ ...fields, address: 'addrA1', id: `offer-${this.#proposed}` });
  }

  get wrong(): number {
    return this.#clients.reduce((sum, { wrong }) => sum + wrong, 0);
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#clients) socket.terminate();
    await this.#server.stop();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

interface Plan {
  readonly rounds: number;
  readonly slices: number;
  readonly proposals: number;
}

async function benchCell(clients: number, { rounds, slices, proposals }: Plan) {
  const figures: Record<Side, number[]> = { ours: [], bare: [], plain: [] };
  let wrong = 0;
  for (let round = 0; round < rounds; round += 1) {
    const contestants = sides.map((side) => ({ side, contestant: new Contestant(side) }));
    for (const { contestant } of contestants) await contestant.start(clients);
    // What is not compiled yet is not measured.
    for (const { contestant } of contestants) await contestant.slice(proposals);
    for (let slice = 0; slice < slices; slice += 1) {
      const order = slice % 2 === 0 ? contestants : [...contestants].reverse();
      for (const { side, contestant } of order) figures[side].push(await contestant.slice(proposals));
    }
    for (const { contestant } of contestants) {
      wrong += contestant.wrong;
      await contestant.stop();
    }
  }
  const [ours, bare, onPlain] = [median(figures.ours), median(figures.bare), median(figures.plain)];
  const deliveries = 3 * rounds * (slices + 1) * proposals * clients;
  return { clients, ours, bare, ratio: ours / bare, plain: onPlain, wrong, deliveries, pass: ours / bare <= bar };
}

/** Runs the bench and prints the report. Resolves with whether every proposal reached every client once, whole and in order. */
export async function benchBoard(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      clients: { type: 'string' },
      rounds: { type: 'string' },
      slices: { type: 'string' },
      proposals: { type: 'string' },
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
  const plan: Plan = {
    rounds: whole('rounds', values.rounds ?? (values.quick ? '1' : '3')),
    slices: whole('slices', values.slices ?? (values.quick ? '4' : '6')),
    proposals: whole('proposals', values.proposals ?? (values.quick ? '20' : '40')),
  };
  const counts = (values.clients ?? (values.quick ? '1000' : '1000,5000'))
    .split(',')
    .map((text) => whole('clients', text));
  const table = values.json ? process.stderr : process.stdout;
  table.write(
    'clients   server CPU us per delivered proposal: ours   bare  ratio        bar   (ours on plain WebSockets)\n',
  );
  const cells: Awaited<ReturnType<typeof benchCell>>[] = [];
  for (const clients of counts) {
    const cell = await benchCell(clients, plan);
    cells.push(cell);
    const verdict = `${cell.pass ? 'pass' : 'FAIL'} <= ${bar}`;
    const figures = [cell.ours, cell.bare].map((micros) => micros.toFixed(2).padStart(7)).join('');
    table.write(
      `${`${clients}`.padStart(7)}${figures.padStart(55)}${cell.ratio.toFixed(2).padStart(7)}${verdict.padStart(14)}${cell.plain.toFixed(2).padStart(10)}\n`,
    );
  }
  const wrong = cells.reduce((sum, cell) => sum + cell.wrong, 0);
  const deliveries = cells.reduce((sum, cell) => sum + cell.deliveries, 0);
  table.write(`${deliveries} deliveries compared byte for byte and in order: ${wrong} wrong, none lost\n`);
  if (values.json)
    process.stdout.write(`${JSON.stringify({ protocol: 'board', node: process.version, ...plan, cells })}\n`);
  return wrong === 0;
}
