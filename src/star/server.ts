/**
 * The star's server: one small session for each socket, one room for each namespace, the dials between them, and the limits that keep all of it small.
 *
 * What many are told is encoded once. It must never let one client's fault reach another, tell a client of old of an address that would end it, or keep
 * anything of a dial that has ended.
 */
import { refusals } from '../../machines/star/rendezvousRules.ts';
import { Host, type HostOptions } from '../host.ts';
import type { PacketFrame } from '../packets.ts';
import type { ConnectionInfo, Transport } from '../transport.ts';
import { Announcer, Pump } from './announcer.ts';
import { judge, nonceFor } from './challenge.ts';
import { Dial, dialRefusal } from './dials.ts';
import { defaultStarLimits, type Pace, RatesByIp, type StarLimits } from './limits.ts';
import { introductionIn, longestNamespace } from './query.ts';
import { type Entry, type Page, pageSize, Room } from './room.ts';
import { type OrderOf, type RequestOf, StarSocket } from './socket.ts';
import { Streams } from './streams.ts';
import { difference } from './wire.ts';

/** Where a star writes what happens. pino fits. */
export interface StarLog {
  debug(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

/** Who asks to join or to dial. */
export interface Asker {
  readonly ip: string;
  readonly namespace: string;
}

export interface StarOptions extends HostOptions {
  /** Whether an address must be proven by the key of the peer that it names. Default: yes. */
  readonly challenge?: boolean;
  /** Whether addresses must have the star's own format. Default: yes; otherwise any multiaddr will do. */
  readonly strict?: boolean;
  /** The server's name in challenges. Default: where it listens, `host:port`. One behind a proxy should be told. */
  readonly name?: string;
  /** Milliseconds in which clients of old are told of everybody again; 0: never. Default: 10 s, as in the text. */
  readonly refreshMs?: number;
  /** Milliseconds that news wait for others to go with them. Default: 100. */
  readonly batchMs?: number;
  /** Who has an address that two sockets join. Default: `newest`, as in the original; the other one may not dial from it any more. */
  readonly takeover?: 'newest' | 'oldest';
  readonly limits?: Partial<StarLimits>;
  /** The network addresses to which the limits of one address do not apply. Default: this machine's own, where tests and proxies come from. */
  readonly exempt?: readonly string[];
  /** The namespaces that there are. Default: any. The one of the clients of old has no name. */
  readonly namespaces?: readonly string[];
  /** Asked before an address is joined; its proof has been seen. */
  readonly mayJoin?: (address: string, asker: Asker) => boolean;
  /** Asked before a dial goes out. */
  readonly mayDial?: (from: string, to: string, asker: Asker) => boolean;
  readonly log?: StarLog;
}

/** What came of something. */
export interface Outcomes {
  success: number;
  failure: number;
}

/** What a star has counted since it started. */
export interface StarStats {
  accepted: number;
  refused: number;
  readonly joins: Outcomes;
  readonly dials: Outcomes;
  /** Wrong answers to challenges. */
  wrongAnswers: number;
  /** Addresses that were told. */
  announcements: number;
  /** Bytes that went through. */
  bytes: number;
  /** Streams that did not come to a good end. */
  cut: number;
  /** Messages of streams that were not there, or not the sender's. */
  strays: number;
  violations: number;
}

/** How a star ends. */
export interface Leaving {
  /** Tells clients of socket.io to leave (`41`): they do not come back by themselves then, as they do after a restart. Default: no. */
  readonly farewell?: boolean;
}

interface Place {
  readonly room: Room<StarSocket>;
  readonly announcer: Announcer<StarSocket>;
}

const defaults = { refreshMs: 10_000, batchMs: 100, exempt: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] };

/** All sockets of one star. It is given transports; it does not listen itself. */
export class Star {
  readonly host: Host;
  readonly limits: StarLimits;
  readonly log: StarLog | undefined;
  readonly pace: Pace;
  readonly ips: RatesByIp;
  readonly stats: StarStats = {
    accepted: 0,
    refused: 0,
    joins: { success: 0, failure: 0 },
    dials: { success: 0, failure: 0 },
    wrongAnswers: 0,
    announcements: 0,
    bytes: 0,
    cut: 0,
    strays: 0,
    violations: 0,
  };
  readonly #options: StarOptions;
  readonly #sockets = new Map<string, StarSocket>();
  readonly #places = new Map<string, Place>();
  readonly #streams: Streams;
  readonly #pump: Pump;
  #name: string;
  #addresses = 0;
  #openDials = 0;
  #isClosing = false;
  #empty: (() => void) | undefined;
  #emptied: Promise<void> | undefined;

  constructor(options: StarOptions = {}) {
    this.#options = options;
    this.host = new Host(options);
    this.limits = { ...defaultStarLimits, ...options.limits };
    this.log = options.log;
    const { limits } = this;
    this.pace = {
      joins: limits.joinsPerSecond,
      dials: limits.dialsPerSecond,
      wrongAnswers: limits.wrongAnswersPerMinute,
    };
    const paceOfIp = {
      joins: limits.joinsPerSecondPerIp,
      dials: limits.dialsPerSecondPerIp,
      wrongAnswers: limits.wrongAnswersPerMinutePerIp,
    };
    this.ips = new RatesByIp(paceOfIp, options.exempt ?? defaults.exempt);
    this.#name = options.name ?? '';
    this.#streams = new Streams(this.host, limits);
    this.#pump = new Pump(this.host.clock, limits.announcementsPerSecond);
  }

  /** The star's name in challenges, once it is known where it listens. One that was given stays. */
  listensAt(name: string): void {
    if (this.#options.name === undefined) this.#name = name;
  }

  /** How many sockets are connected. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** How many addresses are joined. */
  get peers(): number {
    return this.#addresses;
  }

  /** How many dials wait or are open. */
  get openDials(): number {
    return this.#openDials;
  }

  /** The addresses that are joined in a namespace. */
  addresses(namespace = ''): string[] {
    return [...(this.#places.get(namespace)?.room.entries() ?? [])].map(({ address }) => address);
  }

  /** Whether a connection may come: `undefined`, or the HTTP status that refuses it. */
  admit({ address, target }: Pick<ConnectionInfo, 'address' | 'target'>): number | undefined {
    const refusal = this.#refusalOf(address, target);
    if (refusal !== undefined) this.stats.refused += 1;
    return refusal;
  }

  /** Takes a connection over, until it ends. */
  accept(transport: Transport<PacketFrame>, { address, target }: Pick<ConnectionInfo, 'address' | 'target'>): void {
    // It was let in before, and has taken its time to open its namespace: nobody would tell it to leave any more.
    if (this.#isClosing) {
      this.stats.refused += 1;
      transport.terminate();
      return;
    }
    this.stats.accepted += 1;
    this.ips.connected(address);
    const { limits } = this;
    const { challenge = true, strict = true } = this.#options;
    const socket = new StarSocket(this, transport, address, introductionIn(target), {
      name: `${this.stats.accepted}`,
      challenge,
      strict,
      maxAddresses: limits.addresses,
      maxDials: limits.pendingDials,
      maxViolations: limits.violations,
      nonceTimeout: limits.nonceTimeout,
      closeTimeout: limits.closeTimeout,
    });
    this.#sockets.set(socket.id, socket);
    socket.start();
  }

  /** Takes no more connections, ends all streams, and resolves when the last socket is gone. */
  async close({ farewell = false }: Leaving = {}): Promise<void> {
    this.#isClosing = true;
    this.#pump.stop();
    for (const { announcer } of this.#places.values()) announcer.stop();
    for (const socket of [...this.#sockets.values()]) socket.leave(farewell);
    if (this.#sockets.size === 0) return;
    this.#emptied ??= new Promise((resolve) => {
      this.#empty = resolve;
    });
    await this.#emptied;
  }

  // For sockets.

  nonceFor(address: string): string {
    return nonceFor(this.#name, address, this.host.random);
  }

  gone(socket: StarSocket): void {
    if (!this.#sockets.delete(socket.id)) return;
    this.ips.gone(socket.ip, this.host.clock.now());
    if (this.#sockets.size === 0) this.#empty?.();
  }

  judge(socket: StarSocket, { id, key, nonce, signature }: RequestOf<'consultSignature'>): void {
    judge(key, nonce, signature).then((verdict) => {
      if (verdict !== 'valid') {
        this.stats.wrongAnswers += 1;
        socket.wasWrong();
      }
      socket.tell({ type: 'verified', id, verdict });
    }, this.host.report);
  }

  /** Enters an address, and tells who is there. */
  list(socket: StarSocket, { id, address }: RequestOf<'requestListing'>): void {
    const { mayJoin, takeover } = this.#options;
    const { peers } = this.limits;
    const { room, announcer } = this.#placeOf(socket.namespace);
    const holder = room.get(address)?.holder;
    const isTaken = holder !== undefined && holder !== socket;
    const refusal =
      mayJoin?.(address, socket) === false
        ? 'forbidden'
        : isTaken && takeover === 'oldest'
          ? 'addressTaken'
          : holder === undefined && peers > 0 && this.#addresses >= peers
            ? 'tooManyPeers'
            : undefined;
    if (refusal !== undefined) {
      this.#dropIfEmpty(socket.namespace);
      socket.tell({ type: 'unlistable', id, error: refusal });
      return;
    }
    if (holder !== socket) {
      const { entry } = room.list(address, socket);
      if (holder === undefined) this.#addresses += 1;
      else this.#displace(holder, address, announcer);
      announcer.found(entry);
    }
    announcer.add(socket);
    const { peers: listed, rest, newest } = this.#listFor(socket, room);
    socket.knows = newest;
    socket.tell({ type: 'listed', id, peers: listed });
    if (rest.length > 0) announcer.catchUp(socket, rest);
  }

  unlist(socket: StarSocket, addresses: readonly string[]): void {
    const place = this.#places.get(socket.namespace);
    if (place === undefined) return;
    for (const address of addresses) {
      if (!place.room.unlist(address, socket)) continue;
      this.#addresses -= 1;
      place.announcer.left(address);
    }
    if (!socket.hasJoined) place.announcer.delete(socket);
    this.#dropIfEmpty(socket.namespace);
  }

  /** Looks for who holds an address, and starts a dial to it. */
  dial(socket: StarSocket, { id, dialId, from, to }: RequestOf<'requestDial'>): void {
    const target = this.#places.get(socket.namespace)?.room.find(to);
    const refusal =
      this.#options.mayDial?.(from, to, socket) === false
        ? 'forbidden'
        : target === undefined
          ? 'peerNotFound'
          : dialRefusal(dialId, socket, target, this.limits);
    if (target === undefined || refusal !== undefined) {
      socket.tell({ type: 'unreachable', id, error: refusal ?? 'peerNotFound' });
      return;
    }
    const dial = new Dial(dialId, socket, target, this.host.clock, () => {
      this.#openDials -= 1;
    });
    this.#openDials += 1;
    dial.after(this.limits.dialTimeout, () => socket.tell({ type: 'dialExpired', id }));
    socket.tell({ type: 'reached', id, peer: target.id, from });
  }

  tell(socket: StarSocket, { id, event }: OrderOf<'tell'>): void {
    const isTold = this.#sockets.get(id)?.tell(event) === true;
    if (!isTold && event.type === 'dial')
      socket.tell({ type: 'dialled', id: event.dialId, error: refusals.peerNotFound });
  }

  startStream(socket: StarSocket, { id, input }: OrderOf<'start'>): void {
    const dial = dialOf(socket, id);
    const [source, sink] = [this.#sockets.get(input.source), this.#sockets.get(input.sink)];
    if (dial === undefined || source === undefined || sink === undefined) return;
    const stream = this.#streams.start(
      id,
      { source: source.port, sink: sink.port },
      {
        ended: ({ error }) => {
          if (error !== true) this.stats.cut += 1;
          dial.streamEnded(id);
        },
        violated: ({ reason }) => {
          this.stats.violations += 1;
          this.log?.info({ socket: source.id, stream: id }, reason);
        },
      },
    );
    dial.carry(stream);
    if (source !== dial.to) return;
    const { dialDuration } = this.limits;
    dial.settle();
    if (dialDuration > 0) dial.after(dialDuration, () => dial.abort('The dial has lasted as long as it may.'));
  }

  stopStream(socket: StarSocket, id: string): void {
    dialOf(socket, id)?.abort('The dial was not answered.');
  }

  /** Whether these bytes may go through a stream, too. */
  carries(socket: StarSocket, stream: string, bytes: number): boolean {
    const { streamBytes } = this.limits;
    if (streamBytes === 0) return true;
    const dial = dialOf(socket, stream);
    if (dial === undefined) return false;
    if (dial.count(stream, bytes) <= streamBytes) return true;
    dial.abort('The dial has carried as much as it may.');
    return false;
  }

  #refusalOf(address: string, target: string): number | undefined {
    const { connections, connectionsPerIp } = this.limits;
    const { namespace } = introductionIn(target);
    if (this.#isClosing || (connections > 0 && this.#sockets.size >= connections)) return 503;
    if (connectionsPerIp > 0 && this.ips.connections(address) >= connectionsPerIp) return 429;
    const isKnown = this.#options.namespaces?.includes(namespace) ?? namespace.length <= longestNamespace;
    return isKnown ? undefined : 403;
  }

  #placeOf(namespace: string): Place {
    const known = this.#places.get(namespace);
    if (known !== undefined) return known;
    const { refreshMs = defaults.refreshMs, batchMs = defaults.batchMs } = this.#options;
    const room = new Room<StarSocket>();
    const { clock } = this.host;
    const announcer = new Announcer(room, { clock, pump: this.#pump, refresh: refreshMs, batch: batchMs });
    const place = { room, announcer };
    this.#places.set(namespace, place);
    return place;
  }

  #dropIfEmpty(namespace: string): void {
    const place = this.#places.get(namespace);
    if (place === undefined || place.room.size > 0 || place.announcer.size > 0) return;
    place.announcer.stop();
    this.#places.delete(namespace);
  }

  #displace(holder: StarSocket, address: string, announcer: Announcer<StarSocket>): void {
    holder.tell({ type: 'displaced', address });
    if (holder.isOurs) holder.give(difference([], [address]));
    if (!holder.hasJoined) announcer.delete(holder);
    this.log?.info({ socket: holder.id, ip: holder.ip }, 'another socket has joined its address');
  }

  /** Who is there, for an answer: whole pages, as many as it takes. For peers of ours one: the others they are sent as pages that are encoded already. */
  #listFor(socket: StarSocket, room: Room<StarSocket>) {
    const peers: string[] = [];
    const rest: Page<StarSocket>[] = [];
    const isTold = ({ holder, announced }: Entry<StarSocket>) =>
      holder !== socket && (socket.isOurs || announced !== undefined);
    const most = socket.isOurs ? Math.min(pageSize, this.limits.listed) : this.limits.listed;
    for (const page of room.pages) {
      if (peers.length >= most) rest.push(page);
      else for (const entry of page.entries.values()) if (isTold(entry)) peers.push(entry.address);
    }
    return { peers, rest, newest: room.newest };
  }
}

/** `<dialId>.dialer` and `<dialId>.listener` are of one dial. */
const dialOf = (socket: StarSocket, stream: string): Dial | undefined =>
  socket.dials.get(stream.slice(0, stream.lastIndexOf('.')));
