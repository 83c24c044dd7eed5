/**
 * A relay and its clients in one process, joined in memory, on a clock that is turned by hand and random bytes from a seed: a run can be run again.
 */
import { memoryPair } from '../../../adapters/memory.ts';
import { ConnectionLost } from '../../../src/errors.ts';
import { RelayClient } from '../../../src/relay/client.ts';
import type { RelayClientOptions, RelayNotice } from '../../../src/relay/options.ts';
import { Relay, type RelayLimits } from '../../../src/relay/server.ts';
import { type Faults, type MemoryPair, SimulatedClock, seededRandom } from '../../../src/testing/index.ts';
import type { Connect, Transport } from '../../../src/transport.ts';

export type Frame = string | Uint8Array;

/** Lets everything happen that waits for nothing but its turn. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The promise has not settled, and nothing is left that could settle it. */
export class Hangs extends Error {}

/** Simulated time, and promises that must settle within it. */
export class World {
  readonly clock = new SimulatedClock();
  readonly reports: unknown[] = [];
  readonly random;
  readonly options;

  constructor(seed = 1) {
    this.random = seededRandom(seed);
    this.options = {
      clock: this.clock,
      random: this.random,
      report: (error: unknown) => void this.reports.push(error),
    };
  }

  /** Fires the next timer and lets everything happen that follows from it. @returns whether there was one */
  async step(): Promise<boolean> {
    const fired = this.clock.next();
    await settle();
    return fired;
  }

  /** What the promise gives, with time turned as far as it takes. */
  async until<Value>(promise: Promise<Value>, most = 10_000_000): Promise<Value> {
    let isSettled = false;
    const done = () => {
      isSettled = true;
    };
    promise.then(done, done);
    await settle();
    while (!isSettled) {
      const fired = await this.step();
      if (!isSettled && (!fired || this.clock.now() > most)) throw new Hangs(`not settled at ${this.clock.now()} ms`);
    }
    return promise;
  }

  /** Lets `ms` pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    let isOver = false;
    await settle();
    this.clock.set(() => {
      isOver = true;
    }, ms);
    while (!isOver) await this.step();
  }
}

export interface RelayWorldOptions {
  readonly seed?: number;
  readonly faults?: Faults;
  readonly limits?: Partial<RelayLimits>;
}

/** A relay with clients. */
export class RelayWorld extends World {
  readonly relay: Relay;
  readonly links: MemoryPair<Frame>[] = [];
  /** Frames that the relay saw, in order. */
  readonly seen: string[] = [];
  readonly #faults: Faults;
  /** Whether the relay can be reached. */
  isUp = true;

  constructor({ seed = 1, faults = {}, limits = {} }: RelayWorldOptions = {}) {
    super(seed);
    this.#faults = faults;
    this.relay = new Relay({ ...this.options, limits: { connectionsPerIp: 0, ...limits } });
  }

  readonly connect: Connect<Frame> = async () => {
    if (!this.isUp || this.relay.admit({ address: 'here' }) !== undefined) {
      throw new ConnectionLost('nobody there', { code: 'connectFailed' });
    }
    const link = memoryPair<Frame>(this.clock, this.random, this.#faults);
    this.links.push(link);
    const [client, server] = link.ends;
    this.relay.accept(this.#watched(server), { address: 'here' });
    return client;
  };

  /** A client that has not connected yet. */
  client(options: RelayClientOptions = {}): RelayClient {
    return new RelayClient('memory:', this.connect, { ...this.options, ...options });
  }

  /** A client that has an address. */
  async open(options: RelayClientOptions = {}): Promise<RelayClient> {
    return this.until(this.client(options).open());
  }

  #watched(transport: Transport<Frame>): Transport<Frame> {
    const attach: Transport<Frame>['attach'] = (events) =>
      transport.attach({
        frame: (frame) => {
          this.seen.push(String(frame));
          events.frame(frame);
        },
        drained: () => events.drained?.(),
        closed: (closure) => events.closed(closure),
      });
    return {
      attach,
      send: (frame, handedOver) => transport.send(frame, handedOver),
      get bufferedAmount() {
        return transport.bufferedAmount;
      },
      pause: () => transport.pause(),
      resume: () => transport.resume(),
      close: (code, reason) => transport.close(code, reason),
      terminate: () => transport.terminate(),
    };
  }
}

/** A relay's end of a connection, that says what the test says. */
export class Script {
  readonly frames: string[] = [];
  /** What the client did to its end besides sending: `pause`, `resume`. */
  readonly deeds: string[] = [];
  readonly #link: MemoryPair<Frame>;
  closed = false;

  constructor(link: MemoryPair<Frame>) {
    this.#link = link;
    link.ends[1].attach({
      frame: (frame) => void this.frames.push(String(frame)),
      closed: () => {
        this.closed = true;
      },
    });
  }

  say(message: object): void {
    this.sayText(JSON.stringify(message));
  }

  sayText(frame: Frame): void {
    this.#link.ends[1].send(frame);
  }

  close(code: number): void {
    this.#link.ends[1].close(code);
  }

  cut(): void {
    this.#link.cut();
  }

  /** The client's end, with its deeds written down. */
  get end(): Transport<Frame> {
    const [end] = this.#link.ends;
    return {
      attach: (events) => end.attach(events),
      send: (frame, handedOver) => end.send(frame, handedOver),
      get bufferedAmount() {
        return end.bufferedAmount;
      },
      pause: () => {
        this.deeds.push('pause');
        end.pause();
      },
      resume: () => {
        this.deeds.push('resume');
        end.resume();
      },
      close: (code, reason) => end.close(code, reason),
      terminate: () => end.terminate(),
    };
  }
}

/** Clients whose relay is played by the test. */
export class ScriptWorld extends World {
  readonly scripts: Script[] = [];
  /** When the client tried to connect. */
  readonly tries: number[] = [];
  isUp = true;
  /** An unanswered connect ends only when it is aborted. */
  isSilent = false;

  readonly connect: Connect<Frame> = async (_, { signal }) => {
    this.tries.push(this.clock.now());
    if (this.isSilent) {
      await new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new ConnectionLost('aborted', { code: 'connectFailed' }))),
      );
    }
    if (!this.isUp) throw new ConnectionLost('nobody there', { code: 'connectFailed' });
    const script = new Script(memoryPair<Frame>(this.clock, this.random));
    this.scripts.push(script);
    return script.end;
  };

  client(options: RelayClientOptions = {}): RelayClient {
    return new RelayClient('memory:', this.connect, { ...this.options, ...options });
  }

  /** The relay's end of the connection made last. */
  get script(): Script {
    const script = this.scripts.at(-1);
    if (script === undefined) throw new Error('not connected yet');
    return script;
  }

  /** A client that was given the address, and whatever else the INITRESP shall say. */
  async open(options: RelayClientOptions = {}, initresp: object = { ack: 256 }): Promise<RelayClient> {
    const client = this.client(options);
    const opening = client.open();
    await this.greet('alice', initresp);
    return this.until(opening);
  }

  /** Answers the INIT of the connection made last. */
  async greet(address: string, initresp: object = { ack: 256 }): Promise<void> {
    await this.frame(0);
    this.script.say({ type: 'INITRESP', EpheWssAddr: address, ...initresp });
  }

  /** Waits for the client's next connection, and gives it an address there. */
  async greetAgain(address: string, initresp: object = { ack: 256 }): Promise<void> {
    const { length } = this.scripts;
    while (this.scripts.length === length) await this.step();
    await this.greet(address, initresp);
  }

  /** The frame of this number on the connection made last, once it has come. */
  async frame(number: number): Promise<string> {
    for (;;) {
      const frame = this.scripts.at(-1)?.frames[number];
      if (frame !== undefined) return frame;
      await settle();
      if (this.scripts.at(-1)?.frames[number] === undefined && !(await this.step())) {
        throw new Hangs(`frame ${number} does not come`);
      }
    }
  }
}

/** Everything that a client is given, as it comes. */
export function collect(client: RelayClient): { readonly texts: string[]; readonly done: Promise<void> } {
  const texts: string[] = [];
  const take = async () => {
    for await (const { text } of client.deliveries()) texts.push(text);
  };
  return { texts, done: take() };
}

/** The client's notices of these types, as they come. */
export function notices(client: RelayClient, ...types: RelayNotice['type'][]): RelayNotice[] {
  const told: RelayNotice[] = [];
  for (const type of types) client.on(type, (notice) => void told.push(notice));
  return told;
}

/** What became of a promise, as a value. */
export function fate<Value>(promise: Promise<Value>): Promise<Value | { readonly rejected: unknown }> {
  return promise.catch((error: unknown) => ({ rejected: error }));
}
