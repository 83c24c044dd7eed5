/** What the star's bench does to a server: dials that end well on both sides, and streams; with lean peers in this process. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Ends, Speech, StarClient } from './starClient.ts';
import { StarClient as Client } from './starClient.ts';

/** CPU time of all threads of a process, in microseconds. */
export function cpuMicros(pid: number): number {
  if (!existsSync(`/proc/${pid}/task`)) throw new Error(`the server, process ${pid}, has ended`);
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'latin1').split(' ')[0]));
  return nanos.reduce((sum, each) => sum + each, 0) / 1_000;
}

export function rssBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (kilobytes === undefined) throw new Error(`no VmRSS of process ${pid}`);
  return Number(kilobytes) * 1_024;
}

const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

const beforePort = Buffer.from('/tcp/');
const [zero, nine] = [0x30, 0x39];

/** Calls back with the number of each address (see `addressOf`) in a text. Nothing else is read. */
export function addressesIn(text: Buffer, each: (n: number) => void): void {
  for (let at = text.indexOf(beforePort); at >= 0; at = text.indexOf(beforePort, at)) {
    let port = 0;
    for (at += beforePort.length; ; at += 1) {
      const digit = text[at] ?? 0;
      if (digit < zero || digit > nine) break;
      port = 10 * port + digit - zero;
    }
    each(port - 1);
    at += addressRest;
  }
}

/** Ports that there are. */
const ports = 65_535;
/** Bytes from behind a port to the next address's, at the least. */
const addressRest = 85;

/** An address with a well-formed id: base58 of a sha2-256 multihash whose bytes count, as its port does. */
export function addressOf(n: number): string {
  const bytes = Buffer.alloc(34);
  bytes.set([0x12, 32]);
  bytes.writeUInt32BE(n, 30);
  bytes.writeUInt32BE((n * 2_654_435_761) >>> 0, 10);
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let id = '';
  for (; value > 0n; value /= 58n) id = `${letters[Number(value % 58n)]}${id}`;
  return `/ip4/127.0.0.1/tcp/${1 + (n % ports)}/ws/p2p-websocket-star/ipfs/${id}`;
}

/** Bytes under way in one stream. */
const inFlight = 524_288;

/** Two peers that have joined. */
export class Pair {
  readonly #a: StarClient;
  readonly #b: StarClient;
  readonly #from: string;
  readonly #to: string;
  readonly #incoming = new Map<string, Readonly<Record<'dialer' | 'listener', Ends>>>();
  #dials = 0;

  private constructor(a: StarClient, b: StarClient, from: string, to: string) {
    this.#a = a;
    this.#b = b;
    this.#from = from;
    this.#to = to;
    b.dialled = (dialId) => {
      const ends = this.#incoming.get(dialId);
      this.#incoming.delete(dialId);
      return ends ?? { dialer: {}, listener: {} };
    };
  }

  static async join(url: string, speech: Speech, first = 0): Promise<Pair> {
    const [a, b] = await Promise.all([Client.open(url, speech), Client.open(url, speech)]);
    const [from, to] = [addressOf(first), addressOf(first + 1)];
    await a.join(from);
    await b.join(to);
    return new Pair(a, b, from, to);
  }

  #freshId(): string {
    this.#dials += 1;
    return `00000000-0000-4000-8000-${`${process.pid % 10_000}${this.#dials}`.padStart(12, '0')}`;
  }

  /** A dial, and both directions ended: over when both sides know. */
  async dial(): Promise<void> {
    const id = this.#freshId();
    await new Promise<void>((resolve, reject) => {
      let left = 2;
      const done = () => {
        left -= 1;
        if (left === 0) resolve();
      };
      this.#incoming.set(id, { dialer: { ended: done }, listener: { accepted: () => this.#b.end(`${id}.listener`) } });
      const dialer: Ends = { accepted: () => this.#a.end(`${id}.dialer`) };
      this.#a.dial(this.#from, this.#to, id, { dialer, listener: { ended: done } }).catch(reject);
    });
  }

  /** So many dials, some of them at once. @returns milliseconds of each */
  async dials(count: number, atOnce: number): Promise<number[]> {
    const took: number[] = [];
    let begun = 0;
    const worker = async () => {
      while (begun < count) {
        begun += 1;
        const start = performance.now();
        await this.dial();
        took.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return took;
  }

  /** One stream of so many bytes. @returns the bytes that came */
  async stream(total: number, size: number): Promise<number> {
    const id = this.#freshId();
    const stream = `${id}.dialer`;
    const chunk = Buffer.alloc(size, 7);
    let sent = 0;
    let came = 0;
    return new Promise((resolve, reject) => {
      const pump = () => {
        while (sent < total && sent - came < inFlight && this.#a.hasRoom(stream, size)) {
          sent += size;
          this.#a.write(stream, chunk);
          if (sent >= total) this.#a.end(stream);
        }
      };
      this.#incoming.set(id, {
        dialer: {
          chunk: (bytes) => {
            came += bytes;
            pump();
          },
          ended: () => resolve(came),
        },
        listener: { accepted: () => this.#b.end(`${id}.listener`) },
      });
      let isAccepted = false;
      const dialer: Ends = {
        accepted: () => {
          isAccepted = true;
          pump();
        },
        room: () => {
          if (isAccepted) pump();
        },
      };
      this.#a.dial(this.#from, this.#to, id, { dialer, listener: {} }).catch(reject);
    });
  }

  /** Writes as fast as the line takes it, to a peer that has stopped reading from its socket. Resolves as soon as it does not take any more. */
  async flood(total: number, size: number): Promise<void> {
    const id = this.#freshId();
    const stream = `${id}.dialer`;
    const chunk = Buffer.alloc(size, 7);
    await new Promise<void>((resolve, reject) => {
      this.#incoming.set(id, { dialer: {}, listener: {} });
      this.#a.dial(this.#from, this.#to, id, { dialer: { accepted: resolve }, listener: {} }).catch(reject);
    });
    this.#b.pause();
    for (let sent = 0; sent < total && this.#a.hasRoom(stream, size); sent += size) this.#a.write(stream, chunk);
  }

  terminate(): void {
    this.#a.terminate();
    this.#b.terminate();
  }
}
