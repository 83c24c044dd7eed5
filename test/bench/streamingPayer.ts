/**
 * The payers' process of the streaming bench: many payers, each with its own key, connection and session. Content costs nothing.
 *
 * A slice is let in through a gate: a payer gets its encrypted part while the gate is open and waits for it otherwise. So a slice begins with everybody
 * standing still and ends the same way, no payment is half counted, and nobody pays or costs anything between slices. Payers are checked as they
 * pay: each part once and in order, each for its price.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connect } from '../../adapters/ws.ts';
import { toHex } from '../../src/bytes.ts';
import { freshSigner } from '../../src/keys/index.ts';
import { type PacketFrame, packetTransport } from '../../src/packets.ts';
import { plain } from '../../src/streaming/plain.ts';
import { Player } from '../../src/streaming/player.ts';
import { Trust } from '../../src/streaming/trust.ts';
import type { Connect } from '../../src/transport.ts';
import { type Books, deposit, type PayerJob, payerJobSchema, price } from './streamingJob.ts';
import { answerLines, type CountedStore, Faults, openStore, say, usageOf } from './streamingProcess.ts';

/** Connections being opened at a time: below the server's listen backlog (511 in Node). */
const opening = 64;
const sliceMilliseconds = 2_000;
const takingMilliseconds = 5_000;

const connectPackets: Connect<PacketFrame> = async (address, options) =>
  packetTransport(await connect(address, options));

async function inBatches(count: number, open: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += opening) {
    await Promise.all(Array.from({ length: Math.min(opening, count - done) }, open));
  }
}

/** Lets payers through while it is open, and knows when all of them wait before it. */
class Gate {
  readonly #all: number;
  #waiting = 0;
  #isOpen = false;
  #let = () => {};
  #opened = this.#closed();
  #standStill = () => {};

  constructor(all: number) {
    this.#all = all;
  }

  pass(): Promise<void> {
    if (this.#isOpen) return Promise.resolve();
    this.#waiting += 1;
    if (this.#waiting === this.#all) this.#standStill();
    return this.#opened;
  }

  open(): void {
    this.#isOpen = true;
    this.#waiting = 0;
    this.#let();
  }

  /** Resolves when everybody waits. */
  close(): Promise<void> {
    this.#isOpen = false;
    this.#opened = this.#closed();
    return this.settled();
  }

  settled(): Promise<void> {
    return this.#waiting === this.#all ? Promise.resolve() : new Promise((resolve) => (this.#standStill = resolve));
  }

  #closed(): Promise<void> {
    return new Promise((resolve) => (this.#let = resolve));
  }
}

const bytes = new Uint8Array(0);

/** One payer, how many parts it was given, and the part that it is to pay for next. */
interface Payer {
  readonly player: Player;
  parts: number;
  next: number;
}

class Payers {
  readonly faults = new Faults();
  readonly #payers = new Map<string, Payer>();
  readonly #url: string;
  readonly #counted: CountedStore;
  readonly #have: (player: Player, part: number) => Promise<void>;
  payments = 0;

  /** @param have when a payer has the encrypted part that it is to pay for */
  constructor(url: string, counted: CountedStore, have: (player: Player, part: number) => Promise<void>) {
    this.#url = url;
    this.#counted = counted;
    this.#have = have;
  }

  async open(): Promise<void> {
    const signer = await freshSigner();
    const player: Player = new Player(this.#url, connectPackets, {
      signer,
      budget: { part: price, session: deposit },
      store: this.#counted.store,
      schemes: [plain],
      settlement: new Trust(deposit),
      content: () => ({
        have: (part) => {
          payer.next = part;
          return this.#have(player, part);
        },
        open: async () => bytes,
      }),
      answerTimeout: 60_000,
      secretTimeout: 60_000,
      attempts: 0,
      report: this.faults.add,
    });
    for (const type of ['violated', 'misused', 'partLost', 'declined', 'refusedBy', 'stopped'] as const) {
      player.on(type, (notice) => this.faults.add(`a payer told ${JSON.stringify(notice)}`));
    }
    const payer: Payer = { player, parts: 0, next: 0 };
    this.#payers.set(toHex(signer.publicKey), payer);
    await player.open();
    void this.#take(payer);
  }

  async #take(payer: Payer): Promise<void> {
    try {
      for await (const { number } of payer.player.parts()) {
        if (number !== payer.parts) this.faults.add(`part ${number} came where ${payer.parts} was to come`);
        payer.parts += 1;
        this.payments += 1;
      }
    } catch (error) {
      this.faults.add(error);
    }
  }

  /** Resolves when everybody has taken what it has paid for: a part may come a moment after the next one was asked for. */
  async taken(): Promise<void> {
    const deadline = performance.now() + takingMilliseconds;
    for (const payer of this.#payers.values()) {
      while (payer.parts < payer.next && performance.now() < deadline) await sleep(1);
      if (payer.parts !== payer.next)
        this.faults.add(`${payer.parts} parts were taken of ${payer.next} that were paid`);
    }
  }

  /** While everybody stands still. */
  books(): Books {
    const sent: Record<string, string> = {};
    for (const [key, { player, parts }] of this.#payers) {
      const { balance, spent } = player;
      sent[key] = `${balance.sent}`;
      const due = BigInt(price) * BigInt(parts);
      if (spent !== due || balance.sent !== due)
        this.faults.add(`${spent} spent, ${balance.sent} sent for ${parts} parts`);
    }
    return { sent, payments: this.payments, ...this.faults.told };
  }
}

async function payInSlices({ url, payers: count, folder }: Extract<PayerJob, { kind: 'traffic' }>): Promise<void> {
  const counted = await openStore(folder);
  const gate = new Gate(count);
  const payers = new Payers(url, counted, () => gate.pass());
  await inBatches(count, () => payers.open());
  await gate.settled();
  const slice = async () => {
    const before = payers.payments;
    const begun = performance.now();
    gate.open();
    await sleep(sliceMilliseconds);
    await gate.close();
    await payers.taken();
    return { payments: payers.payments - before, seconds: (performance.now() - begun) / 1_000 };
  };
  say({ ready: true });
  await answerLines({ slice, usage: () => usageOf(counted), books: () => payers.books() });
}

/** Each pays for one part, and pauses when it is asked for the next one. */
async function payOnce({ url, payers: count }: Extract<PayerJob, { kind: 'idle' }>): Promise<void> {
  let paused = 0;
  const payers = new Payers(url, await openStore(null), async (player, part) => {
    if (part === 0) return;
    paused += 1;
    player.pause();
    await new Promise(() => {});
  });
  await inBatches(count, () => payers.open());
  while (paused < count) await sleep(50);
  // The last of them have said so; the payee is to hear it.
  await sleep(500);
  say({ ready: true });
  await answerLines({ books: () => payers.books() });
}

async function connectBare({ url, payers: count }: Extract<PayerJob, { kind: 'bare' }>): Promise<void> {
  const held: WebSocket[] = [];
  await inBatches(count, async () => {
    const ws = new WebSocket(url, { perMessageDeflate: false });
    held.push(ws);
    await once(ws, 'open');
    ws.send('{}');
    await once(ws, 'message');
  });
  say({ ready: true });
  await answerLines({ held: () => held.length });
}

const job = payerJobSchema.parse(JSON.parse(process.argv[2] ?? ''));
if (job.kind === 'traffic') await payInSlices(job);
else if (job.kind === 'idle') await payOnce(job);
else await connectBare(job);
