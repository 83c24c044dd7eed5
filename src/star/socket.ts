/**
 * One client's socket at the star: what its machine tells is done here, or by the star; bytes go past it, from port to port.
 */
import type { EmittedFrom } from 'xstate';
import { type RendezvousEvent, type RendezvousInput, rendezvous } from '../../machines/star/rendezvous.ts';
import { type Bringer, brought, isOfStream, outcomeOf } from '../../machines/star/rendezvousRules.ts';
import type { MachineFailed, StoreFailed } from '../errors.ts';
import { Kernel } from '../kernel.ts';
import { complain } from '../log.ts';
import type { Packet } from '../packet.ts';
import type { PacketFrame } from '../packets.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Bundle, Closure, Transport, TransportEvents } from '../transport.ts';
import type { Receiver } from './announcer.ts';
import type { Dial } from './dials.ts';
import { Rates } from './limits.ts';
import { type Carrier, StreamPort } from './port.ts';
import type { Introduction } from './query.ts';
import type { Star } from './server.ts';
import { chunkIn, chunkPacket, type Sent, serverLine } from './wire.ts';

type Emitted = EmittedFrom<typeof rendezvous>;
export type Requests = RequestsOf<Emitted>;
export type RequestOf<Type extends Requests['type']> = Extract<Requests, { readonly type: Type }>;
export type Orders = OrdersOf<Emitted>;
export type OrderOf<Type extends Orders['type']> = Extract<Orders, { readonly type: Type }>;

const kernel = new Kernel(rendezvous);

/** Bytes that a message which waits costs this process beside its own, at least. */
const messageCost = 512;

/** One client's socket. */
export class StarSocket implements Outside<typeof rendezvous>, TransportEvents<PacketFrame>, Receiver, Bringer {
  readonly id: string;
  readonly ip: string;
  readonly isOurs: boolean;
  readonly hearsOfEnds: boolean;
  readonly namespace: string;
  readonly port: StreamPort;
  readonly dials = new Map<string, Dial>();
  /** The order of the last entry that it was told of by an answer. */
  knows = 0;
  readonly #star: Star;
  readonly #transport: Transport<PacketFrame>;
  readonly #session: Session<typeof rendezvous>;
  readonly #line = serverLine();
  #rates: Rates | undefined;
  /** Messages that wait in a buffer that is full already. */
  #waiting = 0;

  constructor(
    star: Star,
    transport: Transport<PacketFrame>,
    ip: string,
    { isOurs, hearsOfEnds, namespace }: Introduction,
    input: RendezvousInput,
  ) {
    this.id = input.name;
    this.ip = ip;
    this.isOurs = isOurs;
    this.hearsOfEnds = hearsOfEnds;
    this.namespace = namespace;
    this.#star = star;
    this.#transport = transport;
    const counted = star.ips.isExempt(ip) ? undefined : ip;
    this.port = new StreamPort(new SocketCarrier(this, transport, star), star.limits, star.holdings, counted);
    const { host } = star;
    this.#session = new Session(
      {
        id: input.name,
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
    this.#session.start();
    this.#transport.attach(this);
  }

  /** The star is going away; with a farewell the client is not to come back. */
  leave(isFarewell: boolean): void {
    this.#session.tell(isFarewell ? { type: 'command.close', farewell: true } : { type: 'command.close' });
  }

  /** @returns whether anybody listens */
  tell(event: RendezvousEvent): boolean {
    return this.#session.tell(event);
  }

  /** Whether it has joined an address. */
  get hasJoined(): boolean {
    return this.#session.snapshot.context.joined.length > 0;
  }

  frame(frame: PacketFrame): void {
    const chunked = chunkIn(frame);
    if (chunked !== undefined) {
      const { stream, bytes } = chunked;
      if (!this.#star.carries(this, stream, bytes.length)) return;
      if (!this.port.chunk(stream, bytes, carriable(frame))) this.#star.stats.strays += 1;
      return;
    }
    const event = this.#line.event(frame);
    if (!isOfStream(event)) this.#session.tell(brought(event, this));
    // Otherwise of a stream that has just ended, or that is somebody else's.
    else if (!this.port.receive(event)) this.#star.stats.strays += 1;
  }

  drained(): void {
    this.port.drained();
  }

  closed({ code, reason }: Closure): void {
    this.#session.tell({ type: 'connection.lost', code, reason });
    this.port.lost(code, reason);
    for (const dial of [...this.dials.values()]) dial.lost(this);
    this.#star.gone(this);
  }

  nonceFor(address: string): string {
    return this.#star.nonceFor(address);
  }

  now(): number {
    return this.#star.host.clock.now();
  }

  mayJoin(): boolean {
    const now = this.now();
    return this.#ratesNow(now).mayJoin(now) && this.#star.ips.of(this.ip, now).mayJoin(now);
  }

  mayDial(): boolean {
    const now = this.now();
    return this.#ratesNow(now).mayDial(now) && this.#star.ips.of(this.ip, now).mayDial(now);
  }

  /** Its answer to a challenge was none. */
  wasWrong(): void {
    const now = this.now();
    this.#ratesNow(now).wasWrong(now);
    this.#star.ips.of(this.ip, now).wasWrong(now);
  }

  give(packet: Packet): void {
    this.#star.stats.announcements += 1;
    this.#give(packet);
  }

  giveAll(bundle: Bundle<PacketFrame>): void {
    if (this.#transport.bufferedAmount > this.#star.limits.socketBuffer) return;
    this.#star.stats.announcements += bundle.frames.length;
    if (this.#transport.sendAll !== undefined) this.#transport.sendAll(bundle);
    else for (const frame of bundle.frames) this.#transport.send(frame);
  }

  send({ message }: SendsOf<Emitted>): void {
    const outcome = outcomeOf(message);
    if (outcome !== undefined) this.#star.stats[outcome.of][outcome.isSuccess ? 'success' : 'failure'] += 1;
    this.sendMessage(message);
  }

  /** Sends a message; a client that does not read is cut. */
  sendMessage(message: Sent): void {
    this.#give(this.#line.encode(message));
  }

  request(request: Requests): void {
    switch (request.type) {
      case 'consultSignature':
        this.#star.judge(this, request);
        break;
      case 'requestListing':
        this.#star.places.list(this, request);
        break;
      case 'requestDial':
        this.#star.dial(this, request);
        break;
    }
  }

  order(order: Orders): void {
    switch (order.type) {
      case 'orderUnlisting':
        this.#star.places.unlist(this, order.addresses);
        break;
      case 'tell':
        this.#star.tell(this, order);
        break;
      case 'start':
        this.#star.startStream(this, order);
        break;
      case 'stop':
        this.#star.stopStream(this, order.id);
        break;
      case 'orderCut':
        for (const dial of [...this.dials.values()]) dial.abort(order.reason);
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
    complain(this.#star, { socket: this.id, ip: this.ip }, notice);
  }

  failed(error: MachineFailed | StoreFailed): void {
    this.#star.host.report(error);
    this.#star.places.unlist(this, this.#session.snapshot.context.joined);
    this.#transport.close(1011, 'Internal error');
  }

  #give(packet: Packet): void {
    const { queue, socketBuffer } = this.#star.limits;
    // As long as little waits, nothing is paid for counting.
    if (this.#transport.bufferedAmount < socketBuffer) this.#transport.send(packet);
    else {
      this.#waiting += 1;
      this.#transport.send(packet, () => {
        this.#waiting -= 1;
      });
    }
    if (this.#transport.bufferedAmount + this.#waiting * messageCost > queue) this.#transport.terminate();
  }

  #ratesNow(now: number): Rates {
    this.#rates ??= new Rates(this.#star.pace, now);
    return this.#rates;
  }
}

/** A packet that may be passed on as it came: with its bytes, and nothing beside them. */
function carriable(packet: PacketFrame): Packet | undefined {
  if (packet.type !== 'event' || packet.id !== undefined || packet.args.length !== 1) return undefined;
  return typeof packet.args[0] === 'string' ? undefined : packet;
}

/** What a socket does for its streams. */
class SocketCarrier implements Carrier {
  readonly #socket: StarSocket;
  readonly #transport: Transport<PacketFrame>;
  readonly #star: Star;

  constructor(socket: StarSocket, transport: Transport<PacketFrame>, star: Star) {
    this.#socket = socket;
    this.#transport = transport;
    this.#star = star;
  }

  get dialect(): 'ours' | 'old' {
    return this.#socket.isOurs ? 'ours' : 'old';
  }

  get hearsOfEnds(): boolean {
    return this.#socket.hearsOfEnds;
  }

  get bufferedAmount(): number {
    return this.#transport.bufferedAmount;
  }

  send(message: Parameters<Carrier['send']>[0]): void {
    this.#socket.sendMessage(message);
  }

  chunk(stream: string, bytes: Uint8Array, packet?: Packet): boolean {
    this.#star.stats.bytes += bytes.length;
    return this.#transport.send(packet ?? chunkPacket(stream, bytes));
  }

  pause(): void {
    this.#transport.pause();
  }

  resume(): void {
    this.#transport.resume();
  }
}
