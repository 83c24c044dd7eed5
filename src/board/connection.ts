/**
 * One client's connection at the board: what its machine tells is done here. A client that does not read is cut, one that hurries is read more slowly.
 */
import type { EmittedFrom } from 'xstate';
import { type ServerInput, server } from '../../machines/board/server.ts';
import type { MachineFailed, StoreFailed } from '../errors.ts';
import type { Host } from '../host.ts';
import { Kernel } from '../kernel.ts';
import { complain, type Log } from '../log.ts';
import { Pace } from '../pace.ts';
import type { Packet } from '../packet.ts';
import type { PacketFrame } from '../packets.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Closure, Transport, TransportEvents } from '../transport.ts';
import type { Announcements } from './announcements.ts';
import type { Registration } from './registration.ts';
import type { Requests } from './requests.ts';
import type { BoardLimits, BoardStats } from './serverOptions.ts';
import { encodeToClient, faultIn, pageIn, serverEvent } from './wire.ts';

type Emitted = EmittedFrom<typeof server>;

/** What a connection needs of its board. */
export interface Surroundings {
  readonly host: Host;
  readonly limits: BoardLimits;
  readonly log: Log | undefined;
  readonly stats: BoardStats;
  readonly registration: Registration<BoardConnection>;
  readonly requests: Requests<BoardConnection>;
  readonly announcements: Announcements;
  gone(connection: BoardConnection): void;
}

const kernel = new Kernel(server);

/** One client's connection: what its machine tells is done here. */
export class BoardConnection implements Outside<typeof server>, TransportEvents<PacketFrame> {
  readonly id: string;
  readonly ip: string;
  readonly isExtended: boolean;
  readonly #board: Surroundings;
  readonly #transport: Transport<PacketFrame>;
  readonly #session: Session<typeof server>;
  readonly #pace: Pace;

  constructor(board: Surroundings, transport: Transport<PacketFrame>, id: string, ip: string, input: ServerInput) {
    this.id = id;
    this.ip = ip;
    this.isExtended = input.extended;
    this.#board = board;
    this.#transport = transport;
    const { host, limits } = board;
    this.#pace = new Pace({
      perSecond: limits.messagesPerSecond,
      clock: host.clock,
      transport,
      hurried: () => this.#session.tell({ type: 'hurried' }),
    });
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
    this.#pace.count();
    this.#session.tell(serverEvent(frame));
  }

  closed({ code, reason }: Closure): void {
    this.#pace.end();
    this.#session.tell({ type: 'connection.lost', code, reason });
    this.#board.gone(this);
  }

  send(effect: SendsOf<Emitted>): void {
    const { message } = effect;
    if (effect.type === 'broadcast') {
      if ('proposal' in message) this.#board.announcements.announce(message.proposal);
      else this.#board.announcements.relist();
      return;
    }
    const fault = faultIn(message);
    if (fault !== undefined) {
      const { faults } = this.#board.stats;
      faults[fault] = (faults[fault] ?? 0) + 1;
    }
    const page = pageIn(message);
    if (page !== undefined) this.give(this.#board.announcements.page(this.isExtended, page));
    else if (!('page' in message)) this.give(encodeToClient(message));
  }

  request(request: RequestsOf<Emitted>): void {
    switch (request.type) {
      case 'requestRegistration':
        this.#board.registration.register(this, request);
        break;
      case 'requestListing':
        this.#board.requests.list(this, request).catch(this.#board.host.report);
        break;
      case 'requestWithdrawal':
        this.#board.requests.withdraw(this, request).catch(this.#board.host.report);
        break;
      case 'requestIndication':
        this.#board.requests.indicate(this, request);
        break;
    }
  }

  order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'orderRelease':
        this.#board.registration.release(this, order.addresses);
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
    complain(this.#board, { connection: this.id }, notice);
  }

  failed(error: MachineFailed | StoreFailed): void {
    this.#board.host.report(error);
    this.#transport.close(1011, 'Internal error');
  }
}
