/**
 * The board's server: one small session for each connection, one directory of addresses, one book of proposals, and the limits that keep them small.
 *
 * What many are told is encoded once. A receiver that does not read is cut: when it comes back it gets the whole state. It must never let one client's
 * fault reach another, or announce what the store does not hold.
 */
import type { EmittedFrom } from 'xstate';
import { type Fault, keyOf, type Proposal } from '../../machines/board/messages.ts';
import { type RefusedAddress, type ServerInput, server } from '../../machines/board/server.ts';
import { fromHex } from '../bytes.ts';
import type { TimerHandle } from '../clock.ts';
import type { MachineFailed, StoreFailed } from '../errors.ts';
import { Host, type HostOptions } from '../host.ts';
import { Kernel } from '../kernel.ts';
import type { Packet } from '../packet.ts';
import type { PacketFrame } from '../packets.ts';
import { TokenBucket } from '../relay/bucket.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Store } from '../store.ts';
import type { Closure, ConnectionInfo, Transport, TransportEvents } from '../transport.ts';
import { Book, type Listed } from './book.ts';
import { Directory, type Takeover, type Target } from './directory.ts';
import { type VerifyAddress, verifyKeyAddress } from './proof.ts';
import {
  channelsPacket,
  encodeToClient,
  endedPacket,
  faultIn,
  isExtended,
  pageIn,
  proposedPacket,
  serverEvent,
} from './wire.ts';

type Emitted = EmittedFrom<typeof server>;
type Requests = RequestsOf<Emitted>;
type RequestOf<Type extends Requests['type']> = Extract<Requests, { readonly type: Type }>;

/** What a board grants its clients. */
export interface BoardLimits {
  /** The largest frame, in bytes. */
  readonly maxFrame: number;
  /** Connections in all; one more is refused with 503. 0: no limit. */
  readonly connections: number;
  /** Connections from one network address; one more is refused with 429. 0: no limit. */
  readonly connectionsPerIp: number;
  /** Addresses that one connection may register. */
  readonly addresses: number;
  /** Proposals in all. */
  readonly proposals: number;
  /** Proposals that the addresses of one client may have together. */
  readonly proposalsPerClient: number;
  /** Requests of one connection that may be under way. */
  readonly pending: number;
  /** Messages a second that one connection may send, with a burst of twice as many. A faster one is told so, and read more slowly. 0: no limit. */
  readonly messagesPerSecond: number;
  /** Bytes that may wait for a client that does not read; then it is cut. */
  readonly queue: number;
  /** Proposals on a page of the list, for clients that know pages. The original's get all at once. */
  readonly page: number;
  /** Characters after which a page ends, however few proposals it has. */
  readonly pageLength: number;
  /** Bytes of the list up to which the original's clients get it after every change; a larger one they get once a second at most. */
  readonly promptList: number;
  /** Invalid messages after which a connection is closed with 1008. */
  readonly violations: number;
  /** Milliseconds for each step of closing a connection. */
  readonly closeTimeout: number;
}

/** Sane limits for a board on the open internet. */
export const defaultBoardLimits: BoardLimits = {
  maxFrame: 1_048_576,
  connections: 20_000,
  connectionsPerIp: 100,
  addresses: 64,
  proposals: 10_000,
  proposalsPerClient: 100,
  pending: 64,
  messagesPerSecond: 50,
  queue: 8_388_608,
  page: 1_000,
  pageLength: 262_144,
  promptList: 65_536,
  violations: 50,
  closeTimeout: 5_000,
};

/** Where a board writes what happens. pino fits. */
export interface BoardLog {
  debug(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

export interface BoardOptions extends HostOptions {
  /** Where the proposals are kept. */
  readonly store: Store;
  readonly limits?: Partial<BoardLimits>;
  /** The board's name in proofs. Default: where it listens, `host:port`. A board behind a proxy must be told. */
  readonly name?: string;
  /** Whether every address must be proven. Default: `offered`, which verifies the proofs that come. */
  readonly proof?: 'offered' | 'required';
  /** What proves an address. Default: addresses are Ed25519 public keys, in hexadecimal. */
  readonly verifyAddress?: VerifyAddress;
  /**
   * Who has an address that two sockets register, both proven or both not. Default: `newest`, as in the original; the other one is told. What is
   * proven goes before what is not, always.
   */
  readonly takeover?: Takeover;
  /** Milliseconds after which a proposal ends, at most; 0: never by itself. Default: 7 days. */
  readonly lasts?: number;
  /** Ends the proposals of an address that nobody has registered for so many milliseconds, 24.8 days at most. Default: they stay, as in the original. */
  readonly endsWhenGone?: number;
  readonly log?: BoardLog;
}

/** What a board has counted since it started. */
export interface BoardStats {
  accepted: number;
  refused: number;
  listed: number;
  ended: number;
  indicated: number;
  violations: number;
  faults: Partial<Record<Fault, number>>;
}

const kernel = new Kernel(server);
const aWeek = 604_800_000;
/** The longest time that a timer can wait: 24.8 days. */
const longestTimer = 2 ** 31 - 1;
/** Milliseconds between two large lists to the original's clients. */
const listEvery = 1_000;

/** All connections and proposals of one board. It is given transports; it does not listen itself. Call `restore` first. */
export class Board {
  readonly host: Host;
  readonly limits: BoardLimits;
  readonly log: BoardLog | undefined;
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
  readonly #perIp = new Map<string, number>();
  /** Encoded pages by cursor, as the list is now; the original's is `whole`. */
  readonly #pages = new Map<string, Packet>();
  readonly #cursors = new Set<string>();
  #whole: { readonly packet: Packet; readonly bytes: number } | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;
  #listing: TimerHandle | undefined;
  /** Addresses that nobody has registered, and when their proposals end. */
  readonly #gone = new Map<string, TimerHandle>();
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
    this.#book = new Book({
      store: options.store,
      clock: this.host.clock,
      report: this.host.report,
      expired: (proposal) => this.#ended(proposal, 'expired'),
    });
  }

  /**
   * Goes on with the proposals that the store holds.
   * @returns how many there are
   * @throws StoreFailed
   */
  async restore(): Promise<number> {
    await this.#book.restore();
    for (const { proposal } of this.#book.list()) this.#watch(proposal.address);
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
    const isGreedy = connectionsPerIp > 0 && (this.#perIp.get(address) ?? 0) >= connectionsPerIp;
    if (!isFull && !isGreedy) return undefined;
    this.stats.refused += 1;
    return isFull ? 503 : 429;
  }

  /** Takes a connection over, until it ends. */
  accept(transport: Transport<PacketFrame>, { address, target }: Pick<ConnectionInfo, 'address' | 'target'>): void {
    this.#accepted += 1;
    this.stats.accepted += 1;
    this.#perIp.set(address, (this.#perIp.get(address) ?? 0) + 1);
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
    const connection = new BoardConnection(this, transport, `${this.#accepted}`, address, input);
    this.#directory.connect(connection);
    connection.start();
    transport.attach(connection);
  }

  /** Takes no more connections, settles what is under way, and resolves when the last client is gone. The proposals stay in the store. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#book.close();
    const { clock } = this.host;
    if (this.#listing !== undefined) clock.clear(this.#listing);
    for (const timer of this.#gone.values()) clock.clear(timer);
    this.#gone.clear();
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

  gone(connection: BoardConnection): void {
    if (!this.#directory.disconnect(connection)) return;
    const left = (this.#perIp.get(connection.ip) ?? 1) - 1;
    if (left === 0) this.#perIp.delete(connection.ip);
    else this.#perIp.set(connection.ip, left);
    if (this.#directory.size === 0) this.#empty?.();
  }

  release(connection: BoardConnection, addresses: readonly string[]): void {
    for (const address of this.#directory.release(connection, addresses)) this.#watch(address);
  }

  /** One packet to many, encoded once for each kind of line. */
  broadcast(group: 'all' | 'original' | 'extended', packet: Packet): void {
    for (const connection of this.#directory.clients())
      if (group === 'all' || connection.isExtended === (group === 'extended')) connection.give(packet);
  }

  /** A page of the list: what the host holds for a machine that knows its cursor. */
  page(extended: boolean, cursor: string): Packet {
    if (!extended) return this.#wholeList().packet;
    const known = this.#pages.get(cursor);
    if (known !== undefined) return known;
    const packet = this.#pageAfter(cursor);
    // Others will ask for what was given out; a cursor that somebody made up is nobody else's.
    if (cursor === '' || this.#cursors.has(cursor)) this.#pages.set(cursor, packet);
    return packet;
  }

  /** The whole list to the original's clients: at once, unless it is large and they had it a moment ago. */
  relist(): void {
    if (this.#listing !== undefined || this.#isClosing) return;
    if (!this.#hasOriginals()) return;
    const { clock } = this.host;
    const wait = this.#listedAt + listEvery - clock.now();
    if (wait <= 0 || this.#wholeList().bytes <= this.limits.promptList) {
      this.#relist();
      return;
    }
    this.#listing = clock.set(() => {
      this.#listing = undefined;
      this.#relist();
    }, wait);
  }

  #relist(): void {
    this.#listedAt = this.host.clock.now();
    this.broadcast('original', this.#wholeList().packet);
  }

  #hasOriginals(): boolean {
    for (const { isExtended } of this.#directory.clients()) if (!isExtended) return true;
    return false;
  }

  #wholeList() {
    if (this.#whole === undefined) {
      const packet = shared(channelsPacket(this.proposals));
      this.#whole = { packet, bytes: JSON.stringify(packet.type === 'event' ? packet.args : []).length };
    }
    return this.#whole;
  }

  #pageAfter(cursor: string): Packet {
    const after = cursor === '' ? 0 : Number(cursor);
    const page: Listed[] = [];
    let length = 0;
    let hasMore = false;
    for (const listed of this.#book.list()) {
      if (listed.place <= after) continue;
      hasMore = page.length === this.limits.page || length > this.limits.pageLength;
      if (hasMore) break;
      page.push(listed);
      length += JSON.stringify(listed.proposal).length;
    }
    const next = `${page.at(-1)?.place ?? 0}`;
    if (hasMore) this.#cursors.add(next);
    const place = { ...(cursor === '' ? {} : { after: cursor }), ...(hasMore ? { next } : {}) };
    return shared(
      channelsPacket(
        page.map(({ proposal }) => proposal),
        place,
      ),
    );
  }

  #changed(): void {
    this.#pages.clear();
    this.#cursors.clear();
    this.#whole = undefined;
  }

  /** Verifies and enters addresses, then answers. */
  register(connection: BoardConnection, { id, nonce, addresses, proofs }: RequestOf<'requestRegistration'>): void {
    const verdicts = addresses.map((address, at) => this.#verdict(address, nonce, proofs[at]));
    const answer = (known: readonly (boolean | undefined)[]) => {
      const entered: string[] = [];
      const refused: RefusedAddress[] = [];
      for (const [at, address] of addresses.entries()) {
        const error = this.#enter(connection, address, known[at]);
        if (error === undefined) entered.push(address);
        else refused.push({ address, error });
      }
      const takes = connection.tell({ type: 'registered', id, addresses: entered, refused });
      if (!takes) this.release(connection, entered);
    };
    if (verdicts.some((verdict) => verdict instanceof Promise))
      Promise.all(verdicts).then(answer).catch(this.host.report);
    else answer(verdicts.map((verdict) => (verdict instanceof Promise ? false : verdict)));
  }

  /** `true` proven, `false` badly proven, `undefined` not proven. */
  #verdict(address: string, nonce: string, proof: string | undefined): boolean | undefined | Promise<boolean> {
    if (proof === undefined) return undefined;
    const verify = this.#options.verifyAddress ?? verifyKeyAddress;
    try {
      const verdict = verify({ name: this.#name, nonce, address }, fromHex(proof));
      if (typeof verdict === 'boolean') return verdict;
      return verdict.catch((error: unknown) => {
        this.host.report(error);
        return false;
      });
    } catch (error) {
      this.host.report(error);
      return false;
    }
  }

  #enter(connection: BoardConnection, address: string, proven: boolean | undefined): Fault | undefined {
    if (proven === false) return 'badProof';
    if (proven === undefined && this.#options.proof === 'required') return 'proofNeeded';
    const entry = this.#directory.register(address, connection, proven === true);
    if (entry.taken) return 'addressTaken';
    entry.displaced?.tell({ type: 'displaced', address });
    const timer = this.#gone.get(address);
    if (timer !== undefined) this.host.clock.clear(timer);
    this.#gone.delete(address);
    return undefined;
  }

  /** Whether this client may speak for an address: it has registered it, or nobody has and nobody must. */
  #foreign(connection: BoardConnection, address: string): Fault | undefined {
    const holder = this.#directory.find({ byAddress: address });
    if (holder === connection) return undefined;
    if (holder !== undefined) return 'foreignAddress';
    return this.#options.proof === 'required' ? 'proofNeeded' : undefined;
  }

  /** Keeps a proposal, and then has it told to everybody. */
  async list(connection: BoardConnection, { id, proposal, lasts }: RequestOf<'requestListing'>): Promise<void> {
    const key = keyOf(proposal.id);
    const known = this.#book.get(key);
    // Sent again by one who did not hear that it was kept.
    if (known !== undefined && this.#isOf(connection, known) && JSON.stringify(known) === JSON.stringify(proposal)) {
      connection.tell({ type: 'done', id });
      return;
    }
    const error = this.#listingFault(connection, proposal);
    if (error !== undefined) {
      connection.tell({ type: 'denied', id, error });
      return;
    }
    const longest = this.#options.lasts ?? aWeek;
    try {
      await this.#book.keep(proposal, longest === 0 ? lasts : Math.min(lasts === 0 ? longest : lasts, longest));
    } catch (cause) {
      this.host.report(cause);
      connection.tell({ type: 'denied', id, error: 'unavailable' });
      return;
    }
    this.stats.listed += 1;
    this.#changed();
    if (this.#directory.find({ byAddress: proposal.address }) === undefined) this.#watch(proposal.address);
    // One whose connection is over tells nobody any more.
    if (!connection.tell({ type: 'listed', id, proposal })) this.announce(proposal);
  }

  #listingFault(connection: BoardConnection, proposal: Proposal): Fault | undefined {
    const foreign = this.#foreign(connection, proposal.address);
    if (foreign !== undefined) return foreign;
    if (this.#book.has(keyOf(proposal.id))) return 'duplicateId';
    const addresses = new Set([...this.#directory.addressesOf(connection), proposal.address]);
    let count = 0;
    for (const address of addresses) count += this.#book.countOf(address);
    if (count >= this.limits.proposalsPerClient) return 'tooMany';
    return this.#book.claimed >= this.limits.proposals ? 'boardFull' : undefined;
  }

  /** A kept proposal, to everybody. */
  announce(proposal: Proposal): void {
    this.broadcast('all', shared(proposedPacket(proposal)));
  }

  async withdraw(connection: BoardConnection, { id, channel }: RequestOf<'requestWithdrawal'>): Promise<void> {
    const known = this.#book.get(channel);
    if (known === undefined || !this.#isOf(connection, known)) {
      connection.tell({ type: 'denied', id, error: known === undefined ? 'unknownChannel' : 'foreignAddress' });
      return;
    }
    try {
      const removed = await this.#book.remove(channel);
      if (removed === undefined) connection.tell({ type: 'denied', id, error: 'unknownChannel' });
      else {
        this.#ended(removed, 'withdrawn');
        connection.tell({ type: 'done', id });
      }
    } catch (cause) {
      this.host.report(cause);
      connection.tell({ type: 'denied', id, error: 'unavailable' });
    }
  }

  #isOf(connection: BoardConnection, { address }: Proposal): boolean {
    return this.#directory.find({ byAddress: address }) === connection;
  }

  /** Tells the proposer that somebody is interested. */
  indicate(connection: BoardConnection, request: RequestOf<'requestIndication'>): void {
    const { id, fromAddress, otherData } = request;
    const answer = this.#indication(connection, request);
    if (typeof answer === 'string') {
      connection.tell({ type: 'denied', id, error: answer });
      return;
    }
    const { owner, channel } = answer;
    const takes = owner.tell({ type: 'indicate', fromAddress, otherData, channel });
    if (takes) this.stats.indicated += 1;
    connection.tell(takes ? { type: 'done', id } : { type: 'denied', id, error: 'unknownAddress' });
  }

  #indication(
    connection: BoardConnection,
    { channel, address, fromAddress }: RequestOf<'requestIndication'>,
  ): Fault | { readonly owner: BoardConnection; readonly channel: Proposal['id'] } {
    const proposal = channel === '' ? this.#book.of(address).next().value : this.#book.get(channel);
    if (proposal === undefined) return 'unknownChannel';
    const foreign = this.#foreign(connection, fromAddress);
    if (foreign !== undefined) return foreign;
    const owner = this.#directory.find({ byAddress: proposal.address });
    if (owner === connection || fromAddress === proposal.address) return 'ownChannel';
    return owner === undefined ? 'unknownAddress' : { owner, channel: proposal.id };
  }

  #ended(proposal: Proposal, reason: 'withdrawn' | 'expired' | 'left'): void {
    this.stats.ended += 1;
    this.#changed();
    this.broadcast('extended', shared(endedPacket(proposal.id, reason)));
    this.relist();
  }

  /** Nobody has registered the address: its proposals end, if that is wanted and lasts. */
  #watch(address: string): void {
    const { endsWhenGone } = this.#options;
    if (endsWhenGone === undefined || this.#isClosing || this.#gone.has(address)) return;
    if (this.#book.countOf(address) === 0) return;
    const timer = this.host.clock.set(
      () => {
        this.#gone.delete(address);
        void this.#endAll(address);
      },
      Math.min(endsWhenGone, longestTimer),
    );
    this.#gone.set(address, timer);
  }

  async #endAll(address: string): Promise<void> {
    for (const proposal of [...this.#book.of(address)]) {
      try {
        const removed = await this.#book.remove(keyOf(proposal.id));
        if (removed !== undefined) this.#ended(removed, 'left');
      } catch (error) {
        this.host.report(error);
      }
    }
  }
}

/** A packet for many: what it is encoded to is kept with it. */
const shared = (packet: Packet): Packet => (packet.type === 'event' ? { ...packet, forms: {} } : packet);

/** One client's connection: what its machine tells is done here. */
export class BoardConnection implements Outside<typeof server>, TransportEvents<PacketFrame> {
  readonly id: string;
  readonly ip: string;
  readonly isExtended: boolean;
  readonly #board: Board;
  readonly #transport: Transport<PacketFrame>;
  readonly #session: Session<typeof server>;
  readonly #bucket: TokenBucket | undefined;
  #resumption: TimerHandle | undefined;

  constructor(board: Board, transport: Transport<PacketFrame>, id: string, ip: string, input: ServerInput) {
    this.id = id;
    this.ip = ip;
    this.isExtended = input.extended;
    this.#board = board;
    this.#transport = transport;
    const { host, limits } = board;
    if (limits.messagesPerSecond > 0)
      this.#bucket = new TokenBucket(limits.messagesPerSecond, 2 * limits.messagesPerSecond, host.clock.now());
    this.#session = new Session(
      {
        id,
        kernel,
        outside: this,
        clock: host.clock,
        report: host.report,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect }),
      },
      input,
    );
  }

  start(): void {
    this.#session.start().tell({ type: 'connection.opened' });
  }

  /** The board is going away. */
  leave(): void {
    this.#session.tell({ type: 'command.close' });
  }

  tell(event: Parameters<Session<typeof server>['tell']>[0]): boolean {
    return this.#session.tell(event);
  }

  /** Sends a packet; a client that does not read is cut. @returns whether the line took it */
  give(packet: Packet): boolean {
    const takes = this.#transport.send(packet);
    if (this.#transport.bufferedAmount > this.#board.limits.queue) this.#transport.terminate();
    return takes;
  }

  cut(): void {
    this.#transport.terminate();
  }

  frame(frame: PacketFrame): void {
    if (this.#bucket !== undefined) this.#pace(this.#bucket);
    this.#session.tell(serverEvent(frame));
  }

  closed({ code, reason }: Closure): void {
    if (this.#resumption !== undefined) this.#board.host.clock.clear(this.#resumption);
    this.#session.tell({ type: 'connection.lost', code, reason });
    this.#board.gone(this);
  }

  send(effect: SendsOf<Emitted>): void {
    const { message } = effect;
    if (effect.type === 'broadcast') {
      if ('proposal' in message) this.#board.announce(message.proposal);
      else this.#board.relist();
      return;
    }
    const fault = faultIn(message);
    if (fault !== undefined) {
      const { faults } = this.#board.stats;
      faults[fault] = (faults[fault] ?? 0) + 1;
    }
    const page = pageIn(message);
    if (page !== undefined) this.give(this.#board.page(this.isExtended, page));
    else if (!('page' in message)) this.give(encodeToClient(message));
  }

  request(request: Requests): void {
    switch (request.type) {
      case 'requestRegistration':
        this.#board.register(this, request);
        break;
      case 'requestListing':
        this.#board.list(this, request).catch(this.#board.host.report);
        break;
      case 'requestWithdrawal':
        this.#board.withdraw(this, request).catch(this.#board.host.report);
        break;
      case 'requestIndication':
        this.#board.indicate(this, request);
        break;
    }
  }

  order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'orderRelease':
        this.#board.release(this, order.addresses);
        break;
      case 'orderClose':
        this.#transport.close(order.code, order.reason);
        break;
      case 'orderTermination':
        this.#transport.terminate();
        break;
    }
  }

  notify(notice: NoticesOf<Emitted>): void {
    if (notice.type === 'misused') {
      this.#board.log?.error({ connection: this.id, state: notice.state }, notice.command);
      return;
    }
    this.#board.stats.violations += 1;
    this.#board.log?.info({ connection: this.id, event: notice.event, state: notice.state }, notice.reason);
  }

  failed(error: MachineFailed | StoreFailed): void {
    this.#board.host.report(error);
    this.#transport.close(1011, 'Internal error');
  }

  /** Reads a client that sends too fast more slowly: nothing of it is lost, and it is told. */
  #pace(bucket: TokenBucket): void {
    const wait = bucket.take(this.#board.host.clock.now());
    if (wait === 0 || this.#resumption !== undefined) return;
    this.#session.tell({ type: 'hurried' });
    this.#transport.pause();
    this.#resumption = this.#board.host.clock.set(() => {
      this.#resumption = undefined;
      this.#transport.resume();
    }, wait);
  }
}
