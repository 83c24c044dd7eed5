/**
 * The load process of the relay bench: opens connections, sends in a closed loop, checks every delivered message.
 *
 * Connection i sends to i + 1 and keeps a fixed number in flight: a message goes out when one has arrived. It reads the
 * server's CPU time and memory from /proc (Linux) in the same breath as its own counters, so that both speak of the
 * same window. Must never be busier than the server: see `generatorShare`. Ends when its standard input does.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { FrameReader, maskedFrame, opcodes, openingRequest } from './frames.ts';
import {
  type Checks,
  type IdleJob,
  type idleSchema,
  jobSchema,
  type readySchema,
  type Slice,
  type TrafficJob,
} from './job.ts';
import { Messages } from './payloads.ts';

/** Seconds without any arrival after which messages still in flight are lost. */
const patienceSeconds = 3;
/** Connections being opened at a time: below the server's listen backlog (511 in Node). */
const opening = 64;
/** Seconds of traffic at the start of each slice that are not measured: the queues fill. */
const settleSeconds = 0.1;

const initRespSchema = z.object({ type: z.literal('INITRESP'), EpheWssAddr: z.string().regex(/^[0-9a-f]+$/i) });
const deliverSchema = z.object({ type: z.literal('DELIVER'), msg: z.object({ seq: z.number().int() }).loose() });

/** CPU time of all threads of a process, in microseconds. Not from /proc/<pid>/stat: a slice is 25 of its ticks. */
function cpuMicrosOf(pid: number): number {
  if (!existsSync(`/proc/${pid}/task`)) throw new Error(`the server, process ${pid}, has ended`);
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'latin1').split(' ')[0]));
  return nanos.reduce((sum, each) => sum + each, 0) / 1000;
}

function rssBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (kilobytes === undefined) throw new Error(`no VmRSS of process ${pid}`);
  return Number(kilobytes) * 1024;
}

/** Latencies in steps of 2 %: constant memory, no sorting. */
class Latencies {
  readonly #counts = new Uint32Array(2048);
  #total = 0;

  add(milliseconds: number): void {
    const step = Math.min(2047, Math.max(0, Math.round(Math.log(milliseconds * 1000) * 50)));
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.#total++;
  }

  quantile(share: number): number {
    let left = share * this.#total;
    const step = this.#counts.findIndex((times) => {
      left -= times;
      return left <= 0;
    });
    return Math.exp(step / 50) / 1000;
  }
}

/** A connection that has its address: what it sends, and what it has seen of the connection before it. */
class Peer {
  readonly index: number;
  readonly address: Buffer;
  readonly #socket: Socket;
  sent = 0;
  /** The sequence number that must come next, and those passed over, which may still come late. */
  expected = 0;
  readonly missing = new Set<number>();

  constructor(index: number, address: string, socket: Socket) {
    this.index = index;
    this.address = Buffer.from(address);
    this.#socket = socket;
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }
}

/** What a peer's owner does with what arrives after INITRESP. */
interface Handler {
  onText(peer: Peer, bytes: Buffer, start: number, end: number): void;
  /** All frames of one read have been handed over. */
  onBatch(peer: Peer): void;
  onFault(what: string): void;
}

/** Opens one connection and asks for its address. Resolves with INITRESP. */
function open(index: number, url: URL, handler: Handler): Promise<Peer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    const { request, accept } = openingRequest(url);
    const reader = new FrameReader();
    let answer: Buffer | undefined = Buffer.alloc(0);
    let peer: Peer | undefined;
    let failed = false;

    const fail = (what: string): void => {
      if (failed) return;
      failed = true;
      socket.destroy();
      if (peer === undefined) reject(new Error(`connection ${index}: ${what}`));
      else handler.onFault(`connection ${index}: ${what}`);
    };
    const onFrame = (opcode: number, bytes: Buffer, start: number, end: number): void => {
      if (opcode === opcodes.text && peer !== undefined) handler.onText(peer, bytes, start, end);
      else if (opcode === opcodes.text) {
        const { EpheWssAddr } = initRespSchema.parse(JSON.parse(bytes.toString('utf8', start, end)));
        peer = new Peer(index, EpheWssAddr, socket);
        resolve(peer);
      } else if (opcode === opcodes.ping) {
        socket.write(maskedFrame(opcodes.pong, bytes.subarray(start, end)));
      } else if (opcode === opcodes.close) {
        const code = end - start >= 2 ? bytes.readUInt16BE(start) : 1005;
        throw new Error(`closed by the server, ${code} ${bytes.toString('utf8', Math.min(start + 2, end), end)}`);
      } else throw new Error(`unexpected frame, opcode ${opcode}`);
    };
    const onData = (chunk: Buffer): void => {
      if (answer === undefined) reader.push(chunk, onFrame);
      else {
        answer = Buffer.concat([answer, chunk]);
        const end = answer.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = answer.toString('latin1', 0, end);
        const accepted = head.startsWith('HTTP/1.1 101 ') && head.toLowerCase().includes(accept.toLowerCase());
        if (!accepted) throw new Error(`not a WebSocket: ${head}`);
        const rest = answer.subarray(end + 4);
        answer = undefined;
        socket.write(maskedFrame(opcodes.text, Buffer.from('{"type":"INIT"}')));
        reader.push(rest, onFrame);
      }
      if (peer !== undefined) handler.onBatch(peer);
    };
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      try {
        onData(chunk);
      } catch (error) {
        fail(String(error));
      }
    });
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => fail('ended'));
  });
}

async function openAll(first: number, total: number, url: URL, handler: Handler): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (let done = 0; done < total; done += opening) {
    const indexes = Array.from({ length: Math.min(opening, total - done) }, (_, i) => first + done + i);
    peers.push(...(await Promise.all(indexes.map((index) => open(index, url, handler)))));
  }
  return peers;
}

async function traffic(job: TrafficJob): Promise<void> {
  const seen = { sent: 0, delivered: 0, verbatim: 0, duplicated: 0, reordered: 0, corrupt: 0, faults: 0 };
  let firstFault = '';
  let sending = false;
  let arrived = 0;
  let now = 0;
  let latencies = new Latencies();
  let messages = new Messages(job.payload, 0);
  const peers: Peer[] = [];
  /** Send times in milliseconds of what is in flight: `inFlight` places per sender. */
  const sentAt = new Float64Array(job.connections * job.inFlight);
  const placeOf = (sender: Peer, seq: number): number => sender.index * job.inFlight + (seq % job.inFlight);
  const neighbour = (peer: Peer, step: number): Peer =>
    peers[(peer.index + step + peers.length) % peers.length] ?? peer;

  const fault = (what: string): void => {
    seen.faults++;
    firstFault ||= what;
  };
  const send = (sender: Peer, total: number): void => {
    const receiver = neighbour(sender, 1);
    const out = Buffer.allocUnsafe(total * messages.frameBytes);
    const time = performance.now();
    for (let i = 0; i < total; i++) {
      messages.writeRoute(out, i * messages.frameBytes, receiver.address, sender.index, sender.sent);
      sentAt[placeOf(sender, sender.sent)] = time;
      sender.sent++;
    }
    seen.sent += total;
    sender.write(out);
  };
  /** Which message this is, if it is not the very text that should come next; nothing if it is none of ours. */
  const compareDeeply = (receiver: Peer, sender: Peer, text: string): number | undefined => {
    try {
      const { msg } = deliverSchema.parse(JSON.parse(text));
      const seq = Messages.seqOf(msg.seq);
      if (seq >= 0 && seq < sender.sent && isDeepStrictEqual(msg, messages.valueOf(sender.index, seq))) return seq;
      seen.corrupt++;
    } catch {
      if (/^\{"type":\s*"ERR/.test(text)) fault(`connection ${receiver.index}: ${text.slice(0, 200)}`);
      else seen.corrupt++;
    }
    firstFault ||= `connection ${receiver.index} got ${text.slice(0, 200)}`;
    return undefined;
  };

  const handler: Handler = {
    onFault: fault,
    onText(receiver, bytes, start, end) {
      arrived++;
      if (now === 0) now = performance.now();
      const sender = neighbour(receiver, -1);
      let seq: number | undefined = receiver.expected;
      if (seq < sender.sent && messages.isDeliver(bytes, start, end, sender.index, seq)) seen.verbatim++;
      else seq = compareDeeply(receiver, sender, bytes.toString('utf8', start, end));
      if (seq === undefined) return;
      if (seq < receiver.expected) {
        if (!receiver.missing.delete(seq)) {
          seen.duplicated++;
          return;
        }
        seen.reordered++;
      } else {
        for (let passed = receiver.expected; passed < seq; passed++) receiver.missing.add(passed);
        receiver.expected = seq + 1;
      }
      seen.delivered++;
      latencies.add(now - (sentAt[placeOf(sender, seq)] ?? 0));
    },
    onBatch(receiver) {
      if (arrived > 0 && sending) send(neighbour(receiver, -1), arrived);
      arrived = 0;
      now = 0;
    },
  };

  peers.push(...(await openAll(0, job.connections, new URL(job.url), handler)));
  const lengths = new Set(peers.map((peer) => peer.address.length));
  const [addressLength = 0] = lengths;
  if (lengths.size !== 1) throw new Error('addresses of several lengths');
  messages = new Messages(job.payload, addressLength);

  /** Starts the loop, measures, stops it and waits until all has arrived, so that the other server can have its turn. */
  const runFor = async (seconds: number): Promise<Slice> => {
    sending = true;
    for (const peer of peers) send(peer, job.inFlight);
    await sleep(settleSeconds * 1000);
    latencies = new Latencies();
    const before = mark(job.pid, seen.delivered);
    await sleep(seconds * 1000);
    const after = mark(job.pid, seen.delivered);
    const [p50, p99] = [latencies.quantile(0.5), latencies.quantile(0.99)];
    sending = false;

    let last = { time: performance.now(), delivered: seen.delivered };
    while (seen.delivered < seen.sent && performance.now() < last.time + patienceSeconds * 1000) {
      await sleep(5);
      if (seen.delivered > last.delivered) last = { time: performance.now(), delivered: seen.delivered };
    }
    const delivered = after.delivered - before.delivered;
    const took = (after.time - before.time) / 1000;
    if (delivered === 0) throw new Error(`nothing was delivered in ${took.toFixed(1)} s; first fault: ${firstFault}`);
    return {
      messagesPerSecond: delivered / took,
      cpuMicros: (after.server - before.server) / delivered,
      p50,
      p99,
      generatorShare: (after.own - before.own) / 1e6 / took,
    };
  };

  await runFor(job.warmup);
  say({ ready: true } satisfies z.infer<typeof readySchema>);
  for await (const command of createInterface({ input: process.stdin })) {
    if (command === 'slice') say(await runFor(job.slice));
    // A breath before the count: a duplicate would come after the last message.
    else if (command === 'end')
      await sleep(50).then(() => say({ ...seen, lost: seen.sent - seen.delivered, firstFault }));
  }
}

/** Everything that a window's two ends need, read at once. */
function mark(pid: number, delivered: number) {
  const own = process.cpuUsage();
  return { server: cpuMicrosOf(pid), own: own.user + own.system, time: performance.now(), delivered };
}

/** Growth of the server's memory per connection that has an address and is silent. */
async function idle(job: IdleJob): Promise<z.infer<typeof idleSchema>> {
  const onFault = (what: string): void => {
    throw new Error(what);
  };
  const handler: Handler = { onFault, onText: () => undefined, onBatch: () => undefined };
  const url = new URL(job.url);
  // The first connections pay for what is loaded and compiled once; they stay open and are not counted.
  await openAll(0, 100, url, handler);
  await sleep(500);
  const before = rssBytesOf(job.pid);
  await openAll(100, job.connections, url, handler);
  await sleep(1000);
  return { bytesPerConnection: (rssBytesOf(job.pid) - before) / job.connections };
}

/** One line to the measuring side: of the shape that `job.ts` tells for this moment. */
function say(answer: z.infer<typeof readySchema | typeof idleSchema> | Slice | Checks): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

process.stdin.once('end', () => process.exit());
try {
  const job = jobSchema.parse(JSON.parse(process.argv[2] ?? 'null'));
  if (job.kind === 'traffic') await traffic(job);
  else say(await idle(job));
  process.exit();
} catch (error) {
  process.stderr.write(`load process: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
