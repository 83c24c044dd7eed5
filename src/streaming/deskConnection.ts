/** One socket at the payee: its desk, and the way from there to the payees of its channels and back. */
import type { EmittedFrom } from 'xstate';
import { desk, type Forwarded } from '../../machines/streaming/desk.ts';
import type { ToPayer } from '../../machines/streaming/messages.ts';
import { LocalMisuse, type MachineFailed, type StoreFailed } from '../errors.ts';
import { Kernel } from '../kernel.ts';
import type { PacketFrame } from '../packets.ts';
import type { OrdersOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Closure, Transport, TransportEvents } from '../transport.ts';
import type { ChannelPayee } from './channelPayee.ts';
import type { Payees } from './payees.ts';
import { deskEvent, encodeToPayer, extendedIn, isRefusal, partIn, streamingSecrets, withKey } from './wire.ts';

const deskKernel = new Kernel(desk);
const none: readonly never[] = [];

/** A message for the payee of a channel, as the desk passes it on. */
export type OrderPayee = Extract<EmittedFrom<typeof desk>, { readonly type: 'orderPayee' }>;

/** One socket. */
export class DeskConnection implements Outside<typeof desk>, TransportEvents<PacketFrame> {
  readonly id: string;
  readonly address: string;
  readonly #payees: Payees;
  readonly #transport: Transport<PacketFrame>;
  readonly #session: Session<typeof desk>;
  /** The channels that this socket has begun, one for a key; a list, since most have one or none. */
  #begun: readonly ChannelPayee[] = none;
  /** The channels that this socket has spoken of. */
  #touched: readonly ChannelPayee[] = none;
  /** Messages that wait for a key that is being fetched, in order. */
  #sending: Promise<void> | undefined;
  #openings = 0;
  isExtended = false;

  constructor(payees: Payees, transport: Transport<PacketFrame>, id: string, address: string) {
    this.id = id;
    this.address = address;
    this.#payees = payees;
    this.#transport = transport;
    const { host } = payees;
    this.#session = new Session(
      {
        id,
        kernel: deskKernel,
        outside: this,
        clock: host.clock,
        report: host.report,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect, secrets: streamingSecrets }),
      },
      payees.deskInput,
    ).start();
  }

  frame(packet: PacketFrame): void {
    const event = deskEvent(packet);
    this.isExtended = extendedIn(event) ?? this.isExtended;
    this.#session.tell(event);
  }

  closed({ code, reason }: Closure): void {
    this.#session.tell({ type: 'connection.lost', code, reason });
    for (const each of this.#touched) each.tell({ type: 'connection.lost', code, reason, from: this.id });
    this.#payees.gone(this);
  }

  begins(begun: ChannelPayee): void {
    this.#begun = [...this.#begun.filter(({ publicKey }) => publicKey !== begun.publicKey), begun];
  }

  /** The channel that this socket has begun with this key, if there is money in it. */
  openedWith(publicKey: string): ChannelPayee | undefined {
    const begun = this.#begun.find((each) => each.publicKey === publicKey);
    return begun?.session.snapshot.hasTag('usable') === true ? begun : undefined;
  }

  /** The channel that this socket has begun with this key: its money may still be looked for. */
  begunWith(publicKey: string): ChannelPayee | undefined {
    return this.#begun.find((each) => each.publicKey === publicKey);
  }

  leave(): void {
    this.#session.tell({ type: 'command.close' });
  }

  /** Sends what a payee or the desk says; a key is put in on the way. */
  deliver(message: ToPayer): void {
    if (isRefusal(message)) {
      this.#payees.stats.refused += 1;
      this.#session.tell({ type: 'faulted' });
    }
    const part = partIn(message);
    const key = part === undefined ? undefined : this.#payees.shows.get(part.stream)?.key(part.part);
    if (this.#sending === undefined && !(key instanceof Promise)) {
      this.#transmit(key === undefined ? message : withKey(message, key));
      return;
    }
    const sent = (this.#sending ?? Promise.resolve()).then(async () => {
      const found = await key;
      this.#transmit(found === undefined ? message : withKey(message, found));
    });
    this.#sending = sent.catch((error: unknown) => {
      this.#payees.host.report(error);
      this.#transport.close(1011, 'The key of the part is not to be had');
    });
  }

  send({ message }: SendsOf<EmittedFrom<typeof desk>>): void {
    if (isRefusal(message)) this.#payees.stats.refused += 1;
    this.#transmit(message);
  }

  order(order: OrdersOf<EmittedFrom<typeof desk>>): void {
    switch (order.type) {
      case 'orderPayee':
        this.#pass(order);
        break;
      case 'orderClose':
        this.#transport.close(order.code, order.reason);
        break;
    }
  }

  notify(): void {}

  failed(error: MachineFailed | StoreFailed): void {
    this.#payees.host.report(error);
    this.#transport.close(1011, 'Internal error');
  }

  #pass(order: OrderPayee): void {
    if (order.opens !== undefined) {
      this.#openings += 1;
      if (this.#openings > this.#payees.limits.openings) {
        this.#transport.close(1008, 'Too many channels');
        return;
      }
    }
    const found = this.#find(order);
    if (found?.tell({ ...order.event, from: this.id }) !== true) {
      this.#session.tell({ type: 'unknown', about: aboutOf(order.event) });
    } else if (!this.#touched.includes(found)) this.#touched = [...this.#touched, found];
  }

  /** A scheme refuses what it cannot write down, such as a wallet that is none. */
  #find(order: OrderPayee): ChannelPayee | undefined {
    try {
      return this.#payees.find(this, order);
    } catch (error) {
      if (error instanceof LocalMisuse) return undefined;
      throw error;
    }
  }

  #transmit(message: ToPayer): void {
    const packet = encodeToPayer(message, { extended: this.isExtended });
    if (packet === undefined) return;
    this.#transport.send(packet);
    if (this.#transport.bufferedAmount > this.#payees.limits.queue) this.#transport.terminate();
  }
}

const aboutOf = ({ type }: Forwarded) => type.slice('received.'.length);
