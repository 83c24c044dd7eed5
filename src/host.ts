/**
 * What sessions share: the clock, the random source, the observer, and the directory that leads from an address to its connection.
 */
import { type Clock, systemClock } from './clock.ts';
import type { Inspect } from './inspect.ts';
import { hex, type Random, systemRandom } from './random.ts';

export interface HostOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  /** Sees every step of every session, redacted. */
  readonly inspect?: Inspect;
  /** Is told of defects: a listener of the app that threw, a session that failed. Never of a peer's faults. */
  readonly report?: (error: unknown) => void;
}

/** The surroundings of one or many sessions. */
export class Host {
  readonly clock: Clock;
  readonly random: Random;
  readonly inspect: Inspect | undefined;
  readonly report: (error: unknown) => void;

  constructor(options: HostOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? systemRandom;
    this.inspect = options.inspect;
    this.report = options.report ?? ((error) => console.error(error));
  }

  /** A fresh name of 128 random bits, as lower-case hex. */
  freshId(): string {
    return hex(this.random.bytes(16));
  }
}

/** Leads from an address to the connection that holds it: at once where it is known here, later where another process must be asked. */
export interface Directory<Connection> {
  find(address: string): Connection | undefined | Promise<Connection | undefined>;
  list(address: string, connection: Connection): void;
  /** Unlists the address if it still leads to this connection: a late farewell does not harm a newcomer. */
  unlist(address: string, connection: Connection): void;
}

/** A directory in this process's memory. */
export class MemoryDirectory<Connection> implements Directory<Connection> {
  readonly #connections = new Map<string, Connection>();

  get size(): number {
    return this.#connections.size;
  }

  find(address: string): Connection | undefined {
    return this.#connections.get(address);
  }

  list(address: string, connection: Connection): void {
    this.#connections.set(address, connection);
  }

  unlist(address: string, connection: Connection): void {
    if (this.#connections.get(address) === connection) this.#connections.delete(address);
  }
}
