/**
 * The relay's server: one small session for each connection, one directory of addresses, and the limits that keep both small.
 *
 * It must never block: a receiver that does not read has a bounded queue, and its senders are told; nobody waits for anybody else. A message's
 * text passes through unread, from the sender's frame into the receiver's, without a step of the receiver's machine.
 */
import type { EmittedFrom } from 'xstate';
import { delivery, type ErrorName, type Message } from '../../machines/relay/messages.ts';
import { type ServerInput, server } from '../../machines/relay/server.ts';
import type { MachineFailed, StoreFailed } from '../errors.ts';
import { type Directory, Host, type HostOptions, MemoryDirectory } from '../host.ts';
import { Kernel } from '../kernel.ts';
import { complain, type Log } from '../log.ts';
import { Pace } from '../pace.ts';
import { PerIp } from '../perIp.ts';
import { hex } from '../random.ts';
import type { NoticesOf, OrdersOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Closure, ConnectionInfo, Transport, TransportEvents } from '../transport.ts';
import { relaySecrets, relayWire, serverEvent } from './wire.ts';

type Frame = string | Uint8Array;
type Emitted = EmittedFrom<typeof server>;

/** What a relay grants its clients. 0 means no limit, where a limit may be left out. */
export interface RelayLimits {
  /** The largest frame, in bytes. A larger one closes its connection with 1009. */
  readonly maxFrame: number;
  /** Connections in all; one more is refused with 503. 0: no limit. */
  readonly connections: number;
  /** Connections from one network address; one more is refused with 429. 0: no limit. */
  readonly connectionsPerIp: number;
  /** Addresses that one connection may hold. */
  readonly addresses: number;
  /** Frames a second that one connection may send, with a burst of twice as many. A faster one is read more slowly. 0: no limit. */
  readonly messagesPerSecond: number;
  /** Bytes that may wait for one receiver; further messages to it are answered with 507. */
  readonly queue: number;
  /** Routes, and deliveries, that may wait for their acknowledgement on one connection. */
  readonly window: number;
  /** Invalid frames after which a connection is closed with 1008. */
  readonly violations: number;
  /** Milliseconds for the oldest delivery to be acknowledged; then all that are due on the connection count as lost. */
  readonly ackTimeout: number;
  /** Milliseconds for each step of closing a connection. */
  readonly closeTimeout: number;
}

/** Sane limits for a relay on the open internet. */
export const defaultLimits: RelayLimits = {
  maxFrame: 1_048_576,
  connections: 10_000,
  connectionsPerIp: 100,
  addresses: 16,
  messagesPerSecond: 1_000,
  queue: 4_194_304,
  window: 256,
  violations: 100,
  ackTimeout: 30_000,
  closeTimeout: 5_000,
};

/** What a relay has counted since it started. */
export interface RelayStats {
  connections: number;
  addresses: number;
  accepted: number;
  refused: number;
  delivered: number;
  acknowledged: number;
  violations: number;
  readonly errors: Record<ErrorName, number>;
}

export interface RelayOptions extends HostOptions {
  readonly limits?: Partial<RelayLimits>;
  /** Is never told of messages and ephemeral addresses. */
  readonly log?: Log;
}

const kernel = new Kernel(server);

/** All connections of one relay. It is given transports; it does not listen itself. */
export class Relay {
  readonly host: Host;
  readonly limits: RelayLimits;
  readonly stats: RelayStats;
  readonly log: Log | undefined;
  readonly input: ServerInput;
  readonly #directory: Directory<RelayConnection> = new MemoryDirectory();
  readonly #connections = new Set<RelayConnection>();
  readonly #perIp = new PerIp();
  #accepted = 0;
  #isClosing = false;
  #empty: (() => void) | undefined;
  #emptied: Promise<void> | undefined;

  constructor(options: RelayOptions = {}) {
    const limits = { ...defaultLimits, ...options.limits };
    this.host = new Host(options);
    this.limits = limits;
    this.log = options.log;
    this.input = {
      maxAddresses: limits.addresses,
      window: limits.window,
      maxViolations: limits.violations,
      ackTimeout: limits.ackTimeout,
      closeTimeout: limits.closeTimeout,
    };
    this.stats = {
      connections: 0,
      addresses: 0,
      accepted: 0,
      refused: 0,
      delivered: 0,
      acknowledged: 0,
      violations: 0,
      errors: {
        malformed: 0,
        unknownAddress: 0,
        unexpected: 0,
        unacknowledged: 0,
        tooMany: 0,
        windowFull: 0,
        closing: 0,
        receiverBusy: 0,
      },
    };
  }

  /** Whether a connection may come: `undefined`, or the HTTP status that refuses it. */
  admit({ address }: Pick<ConnectionInfo, 'address'>): number | undefined {
    const { connections, connectionsPerIp } = this.limits;
    const isFull = this.#isClosing || (connections > 0 && this.#connections.size >= connections);
    const isGreedy = connectionsPerIp > 0 && this.#perIp.of(address) >= connectionsPerIp;
    if (!isFull && !isGreedy) return undefined;
    this.stats.refused += 1;
    this.log?.info({ ip: address, connections: this.#connections.size }, 'connection refused');
    return isFull ? 503 : 429;
  }

  /** Takes a connection over, until it ends. */
  accept(transport: Transport<Frame>, { address }: Pick<ConnectionInfo, 'address'>): void {
    this.#accepted += 1;
    const connection = new RelayConnection(this, transport, `${this.#accepted}`, address);
    this.#connections.add(connection);
    this.#perIp.add(address);
    this.stats.accepted += 1;
    this.stats.connections += 1;
    this.log?.debug({ connection: connection.id, ip: address }, 'connected');
    transport.attach(connection);
  }

  /** Takes no more connections, lets every client finish, and resolves when the last is gone. */
  close(): Promise<void> {
    this.#isClosing = true;
    for (const connection of this.#connections) connection.leave();
    if (this.#connections.size === 0) return Promise.resolve();
    this.#emptied ??= new Promise((resolve) => {
      this.#empty = resolve;
    });
    return this.#emptied;
  }

  list(address: string, connection: RelayConnection): void {
    this.stats.addresses += 1;
    this.#directory.list(address, connection);
  }

  unlist(addresses: readonly string[], connection: RelayConnection): void {
    this.stats.addresses -= addresses.length;
    for (const address of addresses) this.#directory.unlist(address, connection);
  }

  gone(connection: RelayConnection): void {
    if (!this.#connections.delete(connection)) return;
    this.#perIp.remove(connection.address);
    this.stats.connections -= 1;
    if (this.#connections.size === 0) this.#empty?.();
  }

  /** Hands a message to whoever holds the address, now or once the directory has answered. */
  deliver(from: RelayConnection, id: string, to: string, msg: string): void {
    const found = this.#directory.find(to);
    if (found instanceof Promise) {
      found.then(
        (receiver) => this.#handOver(from, id, receiver, msg),
        (error: unknown) => {
          this.host.report(error);
          this.#handOver(from, id, undefined, msg);
        },
      );
    } else {
      this.#handOver(from, id, found, msg);
    }
  }

  #handOver(from: RelayConnection, id: string, receiver: RelayConnection | undefined, msg: string): void {
    const error = receiver === undefined ? 'unknownAddress' : receiver.take(from, id, msg);
    if (error !== undefined) from.unroutable(id, error);
  }
}

/** A route that waits for its receiver's acknowledgement. */
interface Awaited {
  readonly from: RelayConnection;
  readonly routeId: string;
}

/** One client's connection: what its machine tells is done here. */
class RelayConnection implements Outside<typeof server>, TransportEvents<Frame> {
  readonly id: string;
  readonly address: string;
  readonly #relay: Relay;
  readonly #transport: Transport<Frame>;
  readonly #session: Session<typeof server>;
  readonly #pace: Pace;
  #awaited: Map<string, Awaited> | undefined;
  #deliveries = 0;

  constructor(relay: Relay, transport: Transport<Frame>, id: string, address: string) {
    this.id = id;
    this.address = address;
    this.#relay = relay;
    this.#transport = transport;
    const { host, limits } = relay;
    this.#pace = new Pace({ perSecond: limits.messagesPerSecond, clock: host.clock, transport });
    this.#session = new Session(
      {
        id,
        kernel,
        outside: this,
        clock: host.clock,
        report: host.report,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect, secrets: relaySecrets }),
      },
      relay.input,
    ).start();
  }

  /** The server is going away. */
  leave(): void {
    this.#session.tell({ type: 'command.close' });
  }

  frame(frame: Frame): void {
    this.#pace.count();
    this.#session.tell(serverEvent(frame, this.#freshAddress));
  }

  closed({ code, reason }: Closure): void {
    this.#pace.end();
    this.#session.tell({ type: 'connection.lost', code, reason });
    this.#relay.log?.debug({ connection: this.id, code }, 'disconnected');
    this.#relay.gone(this);
  }

  send({ message }: SendsOf<Emitted>): void {
    this.#count(message);
    this.#transport.send(relayWire.encode(message));
    // One who never reads the answers to what it sends.
    const { queue, maxFrame } = this.#relay.limits;
    if (this.#transport.bufferedAmount > 2 * queue + maxFrame) this.#transport.terminate();
  }

  order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'orderDelivery':
        this.#relay.deliver(this, order.id, order.to, order.msg);
        break;
      case 'orderListing':
        this.#relay.list(order.address, this);
        break;
      case 'orderRelease':
        this.#relay.unlist(order.addresses, this);
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
    switch (notice.type) {
      case 'acknowledged':
        this.#relay.stats.acknowledged += 1;
        this.#settle(notice.id, undefined);
        break;
      case 'unacknowledged':
        for (const id of notice.ids) this.#settle(id, notice.error);
        break;
      default:
        complain(this.#relay, { connection: this.id }, notice);
    }
  }

  failed(error: MachineFailed | StoreFailed): void {
    this.#relay.host.report(error);
    this.#relay.log?.error({ connection: this.id, error: error.message }, 'session failed');
    this.#relay.unlist(this.#session.snapshot.context.addresses, this);
    for (const id of [...(this.#awaited?.keys() ?? [])]) this.#settle(id, 'unacknowledged');
    this.#transport.close(1011, 'Internal error');
  }

  /** Takes a message for this client. An error is told at once; what comes of a named route is told later. */
  take(from: RelayConnection, routeId: string, msg: string): ErrorName | undefined {
    if (this.#transport.bufferedAmount > this.#relay.limits.queue) return 'receiverBusy';
    if (routeId !== '' && this.#session.snapshot.hasTag('acknowledging')) {
      this.#deliveries += 1;
      const id = `${this.#deliveries}`;
      this.#awaited ??= new Map();
      if (this.#holdsTooManyOf(from)) return 'receiverBusy';
      this.#awaited.set(id, { from, routeId });
      if (this.#session.tell({ type: 'deliver', id, msg })) return undefined;
      this.#awaited.delete(id);
      return 'unknownAddress';
    }
    const handedOver = routeId === '' ? undefined : (ok: boolean) => from.handedOver(routeId, ok);
    if (!this.#transport.send(relayWire.encode(delivery(msg)), handedOver)) {
      // Just closing. A named route was told so by `handedOver`.
      return routeId === '' ? 'unknownAddress' : undefined;
    }
    this.#relay.stats.delivered += 1;
    return undefined;
  }

  /** A receiver that acknowledges nothing may hold half of a sender's window, so that there is room for others. */
  #holdsTooManyOf(sender: RelayConnection): boolean {
    let held = 0;
    for (const { from } of this.#awaited?.values() ?? []) if (from === sender) held += 1;
    return held >= Math.ceil(this.#relay.limits.window / 2);
  }

  /** A route of this client has failed. */
  unroutable(id: string, error: ErrorName): void {
    this.#session.tell({ type: 'unroutable', id, error });
  }

  /** A route of this client has left for a receiver that does not acknowledge, or could not. */
  handedOver(id: string, ok: boolean): void {
    if (ok) this.#session.tell({ type: 'routed', id, confirmed: false });
    else this.unroutable(id, 'unacknowledged');
  }

  #settle(id: string, error: ErrorName | undefined): void {
    const awaited = this.#awaited?.get(id);
    if (awaited === undefined) return;
    this.#awaited?.delete(id);
    if (error === undefined) awaited.from.#session.tell({ type: 'routed', id: awaited.routeId, confirmed: true });
    else awaited.from.unroutable(awaited.routeId, error);
  }

  #count(message: Message): void {
    const { stats } = this.#relay;
    const error = relayWire.errorOf(message);
    if (error !== undefined) stats.errors[error] += 1;
    else if (relayWire.isDelivery(message)) stats.delivered += 1;
  }

  readonly #freshAddress = () => hex(this.#relay.host.random.bytes(16));
}
