/**
 * The board's server: one small session for each connection, one directory of addresses, one book of proposals, and the limits that keep them small.
 *
 * What many are told is encoded once. A receiver that does not read is cut: when it comes back it gets the whole state. It must never let one client's
 * fault reach another, or announce what the store does not hold.
 */
import type { Proposal } from '../../machines/board/messages.ts';
import type { ServerInput } from '../../machines/board/server.ts';
import { Host } from '../host.ts';
import type { Log } from '../log.ts';
import type { PacketFrame } from '../packets.ts';
import { PerIp } from '../perIp.ts';
import type { ConnectionInfo, Transport } from '../transport.ts';
import { Absences } from './absences.ts';
import { Announcements } from './announcements.ts';
import { Book } from './book.ts';
import { BoardConnection, type Surroundings } from './connection.ts';
import { Directory, type Target } from './directory.ts';
import { verifyKeyAddress } from './proof.ts';
import { Registration } from './registration.ts';
import { Requests } from './requests.ts';
import { type BoardLimits, type BoardOptions, type BoardStats, defaultBoardLimits } from './serverOptions.ts';
import { isExtended } from './wire.ts';

const aWeek = 604_800_000;

/** All connections and proposals of one board. It is given transports; it does not listen itself. Call `restore` first. */
export class Board {
  readonly host: Host;
  readonly limits: BoardLimits;
  readonly log: Log | undefined;
  readonly stats: BoardStats = {
    accepted: 0,
    refused: 0,
    listed: 0,
    ended: 0,
    indicated: 0,
    violations: 0,
    faults: {},
  };
  readonly #options: BoardOptions;
  readonly #directory: Directory<BoardConnection>;
  readonly #book: Book;
  readonly #absences: Absences;
  readonly #announcements: Announcements;
  readonly #surroundings: Surroundings;
  readonly #perIp = new PerIp();
  #name = '';
  #accepted = 0;
  #isClosing = false;
  #empty: (() => void) | undefined;
  #emptied: Promise<void> | undefined;

  constructor(options: BoardOptions) {
    this.#options = options;
    this.host = new Host(options);
    this.limits = { ...defaultBoardLimits, ...options.limits };
    this.log = options.log;
    this.#directory = new Directory(options.takeover ?? 'newest');
    this.#name = options.name ?? '';
    const { clock, report } = this.host;
    this.#book = new Book({
      store: options.store,
      clock,
      report,
      expired: (proposal) => requests.ended(proposal, 'expired'),
    });
    this.#absences = new Absences({
      clock,
      most: options.endsWhenGone,
      matters: (address) => this.#book.countOf(address) > 0,
      over: (address) => void requests.endAll(address),
    });
    this.#announcements = new Announcements({
      clock,
      limits: this.limits,
      hearers: () => this.#directory.clients(),
      list: () => this.#book.list(),
    });
    const registration = new Registration({
      directory: this.#directory,
      absences: this.#absences,
      verify: options.verifyAddress ?? verifyKeyAddress,
      mustProve: options.proof === 'required',
      name: () => this.#name,
      report,
    });
    const requests = new Requests({
      book: this.#book,
      directory: this.#directory,
      registration,
      absences: this.#absences,
      announcements: this.#announcements,
      stats: this.stats,
      limits: this.limits,
      longest: options.lasts ?? aWeek,
      report,
    });
    this.#surroundings = {
      host: this.host,
      limits: this.limits,
      log: this.log,
      stats: this.stats,
      registration,
      requests,
      announcements: this.#announcements,
      gone: (connection) => this.#gone(connection),
    };
  }

  /**
   * Goes on with the proposals that the store holds.
   * @returns how many there are
   * @throws StoreFailed
   */
  async restore(): Promise<number> {
    await this.#book.restore();
    for (const { proposal } of this.#book.list()) this.#absences.begin(proposal.address);
    return this.#book.size;
  }

  /** The board's name in proofs, once it is known where it listens. One that was given stays. */
  listensAt(name: string): void {
    if (this.#options.name === undefined) this.#name = name;
  }

  /** What is proposed now, in the order in which it came. */
  get proposals(): Proposal[] {
    return Array.from(this.#book.list(), ({ proposal }) => proposal);
  }

  /** How many channels are proposed. */
  get size(): number {
    return this.#book.size;
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#directory.size;
  }

  /** How many addresses lead to a client. */
  get addresses(): number {
    return this.#directory.addresses;
  }

  /** The socket that an address leads to, by its id. */
  socketOf(address: string): string | undefined {
    return this.#directory.find({ byAddress: address })?.id;
  }

  /** Ends a socket's connection at once, without a word. @returns whether it was there */
  cut(socketId: string): boolean {
    const connection = this.#directory.find({ bySockId: socketId });
    connection?.cut();
    return connection !== undefined;
  }

  /** Whether a connection may come: `undefined`, or the HTTP status that refuses it. */
  admit({ address }: Pick<ConnectionInfo, 'address'>): number | undefined {
    const { connections, connectionsPerIp } = this.limits;
    const isFull = this.#isClosing || (connections > 0 && this.#directory.size >= connections);
    const isGreedy = connectionsPerIp > 0 && this.#perIp.of(address) >= connectionsPerIp;
    if (!isFull && !isGreedy) return undefined;
    this.stats.refused += 1;
    return isFull ? 503 : 429;
  }

  /** Takes a connection over, until it ends. */
  accept(transport: Transport<PacketFrame>, { address, target }: Pick<ConnectionInfo, 'address' | 'target'>): void {
    this.#accepted += 1;
    this.stats.accepted += 1;
    this.#perIp.add(address);
    const { limits } = this;
    const input: ServerInput = {
      extended: isExtended(target),
      name: this.#name,
      nonce: this.host.freshId(),
      proof: this.#options.proof === 'required',
      maxAddresses: limits.addresses,
      maxPending: limits.pending,
      maxViolations: limits.violations,
      closeTimeout: limits.closeTimeout,
    };
    const connection = new BoardConnection(this.#surroundings, transport, `${this.#accepted}`, address, input);
    this.#directory.connect(connection);
    connection.start();
    transport.attach(connection);
  }

  /** Takes no more connections, settles what is under way, and resolves when the last client is gone. The proposals stay in the store. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#book.close();
    this.#announcements.close();
    this.#absences.close();
    for (const connection of [...this.#directory.clients()]) connection.leave();
    if (this.#directory.size === 0) return;
    this.#emptied ??= new Promise((resolve) => {
      this.#empty = resolve;
    });
    await this.#emptied;
  }

  /**
   * Sends an event with any data to one client: by itself, by one of its addresses, or by its socket's id.
   * @returns whether there is such a client, and its line took it
   */
  sendMessage(event: string, data: unknown, to: Target<BoardConnection>): boolean {
    return this.#directory.find(to)?.give({ type: 'event', event, args: [data] }) ?? false;
  }

  #gone(connection: BoardConnection): void {
    if (!this.#directory.disconnect(connection)) return;
    this.#perIp.remove(connection.ip);
    if (this.#directory.size === 0) this.#empty?.();
  }
}
