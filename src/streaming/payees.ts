/**
 * The payee as an app uses it: sockets come in, channels are kept, keys of parts go out when they are paid.
 *
 * One desk for each socket and one payee for each channel, whatever the sockets. What it must never do: let one payer's fault reach another, or a key of
 * a part anywhere but into the message that carries it.
 */
import type { EmittedFrom } from 'xstate';
import { type DeskInput, desk, type Forwarded } from '../../machines/streaming/desk.ts';
import type { Offer, ToPayer } from '../../machines/streaming/messages.ts';
import { isProven, type PayeeEvent, type PayeeInput, payee, type Terms } from '../../machines/streaming/payee.ts';
import { toHex } from '../bytes.ts';
import { LocalMisuse, type MachineFailed, type StoreFailed } from '../errors.ts';
import { Host, type HostOptions } from '../host.ts';
import { Kernel } from '../kernel.ts';
import type { PacketFrame } from '../packets.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Signer } from '../signer.ts';
import type { Store } from '../store.ts';
import type { Closure, ConnectionInfo, Transport, TransportEvents } from '../transport.ts';
import { judge } from './judge.ts';
import type { Channel, Party, Scheme } from './scheme.ts';
import type { Settlement } from './settlement.ts';
import { deskEvent, encodeToPayer, extendedIn, isRefusal, partIn, streamingSecrets, withKey } from './wire.ts';

/** What is played: an offer, and the keys of its parts. */
export interface Show {
  readonly offer: Omit<Offer, 'scheme'>;
  /** The key of a part, hexadecimal. */
  key(part: number): string | Promise<string>;
}

/** What a payee grants. */
export interface PayeeLimits {
  /** The largest frame, in bytes. */
  readonly maxFrame: number;
  /** Sockets in all. */
  readonly connections: number;
  /** Sockets from one network address; 0: no limit. */
  readonly connectionsPerIp: number;
  /** Channels that one socket may announce before one of them is paid. */
  readonly openings: number;
  /** Refused or invalid messages after which a socket is closed. */
  readonly violations: number;
  /** Sockets and streams that may wait at one channel. */
  readonly plays: number;
  /** Bytes that may wait for a payer that does not read; then its socket is cut. */
  readonly queue: number;
  /** Milliseconds for a payment. */
  readonly payTimeout: number;
  /** Milliseconds for a channel to be funded. */
  readonly openTimeout: number;
  /** Milliseconds that a channel which is used up can be asked for its last part. */
  readonly lingerTimeout: number;
  /** Milliseconds that a part is asked for before the one before it ends; at most half of its length. */
  readonly lead: number;
}

export const defaultPayeeLimits: PayeeLimits = {
  maxFrame: 65_536,
  connections: 20_000,
  connectionsPerIp: 100,
  openings: 8,
  violations: 20,
  plays: 16,
  queue: 1_048_576,
  payTimeout: 30_000,
  openTimeout: 120_000,
  lingerTimeout: 60_000,
  lead: 2_000,
};

export interface PayeesOptions extends HostOptions {
  readonly signer: Signer;
  /** Where the money goes, in the scheme's form. */
  readonly wallet: string;
  readonly shows: readonly Show[];
  readonly store: Store;
  readonly scheme: Scheme;
  readonly settlement: Settlement;
  readonly limits?: Partial<PayeeLimits>;
  /** Is told what happens, with the payer's public key. */
  readonly notify?: (payer: string, notice: PayeeNotice) => void;
}

export type PayeeNotice = NoticesOf<EmittedFrom<typeof payee>>;

/** What was counted since the start. */
export interface PayeeStats {
  connections: number;
  channels: number;
  payments: number;
  released: number;
  refused: number;
}

const payeeKernel = new Kernel(payee);
const deskKernel = new Kernel(desk);
const recordPrefix = `session/${payee.id}/`;

const termsOf = ({ stream, price, partMs, parts, credit, commitment }: Omit<Offer, 'scheme'>): Terms => ({
  stream,
  price,
  partMs,
  parts,
  credit,
  commitment,
});

/** All sockets and channels of one payee. It is given transports; it does not listen itself. */
export class Payees {
  readonly host: Host;
  readonly limits: PayeeLimits;
  readonly stats: PayeeStats = { connections: 0, channels: 0, payments: 0, released: 0, refused: 0 };
  readonly party: Party;
  readonly options: PayeesOptions;
  readonly deskInput: DeskInput;
  readonly shows: ReadonlyMap<string, Show>;
  readonly #terms: readonly Terms[];
  readonly #connections = new Map<string, DeskConnection>();
  readonly #perIp = new Map<string, number>();
  /** By public key: the channel that the key speaks of. */
  readonly #current = new Map<string, ChannelPayee>();
  readonly #all = new Set<ChannelPayee>();
  /** By public key: the channel that ends, so that who has missed how can ask again. */
  readonly #ending = new Map<string, ChannelPayee>();
  /** By public key and channel id. */
  readonly #byId = new Map<string, ChannelPayee>();
  /** No socket of a process before this one had such a name. */
  readonly #name: string;
  #accepted = 0;
  #isClosing = false;

  constructor(options: PayeesOptions) {
    this.options = options;
    this.host = new Host(options);
    this.#name = this.host.freshId().slice(0, 8);
    this.limits = { ...defaultPayeeLimits, ...options.limits };
    this.party = { publicKey: toHex(options.signer.publicKey), wallet: options.wallet };
    this.shows = new Map(options.shows.map((show) => [show.offer.stream, show]));
    this.#terms = options.shows.map(({ offer }) => termsOf(offer));
    this.deskInput = {
      payee: this.party,
      offers: options.shows.map(({ offer }) => ({ ...offer, scheme: options.scheme.name })),
      maxViolations: this.limits.violations,
    };
  }

  /**
   * Goes on with the channels that the store holds: also to see a payer that closes with an old state while it is not connected.
   * @returns how many there are
   * @throws StoreFailed
   */
  async restore(): Promise<number> {
    const { store } = this.options;
    const ids: string[] = [];
    for await (const key of store.keys(recordPrefix)) ids.push(key.slice(recordPrefix.length));
    for (const id of ids) {
      const [publicKey = '', channelId = ''] = id.split('/');
      const channel: Channel = { id: channelId, payer: { publicKey, wallet: '' }, payee: this.party };
      const restored = new ChannelPayee(this, publicKey, this.#input(channel, '', '0'));
      if (await restored.session.restore()) {
        restored.session.tell({ type: 'offered', terms: this.#terms });
        this.#keep(restored);
        if (restored.session.snapshot.hasTag('usable')) this.opened(restored);
        if (restored.session.snapshot.hasTag('ending')) this.#ending.set(publicKey, restored);
        restored.watch();
      }
    }
    return ids.length;
  }

  /** Whether a socket may come: `undefined`, or the HTTP status that refuses it. */
  admit({ address }: Pick<ConnectionInfo, 'address'>): number | undefined {
    const { connections, connectionsPerIp } = this.limits;
    if (this.#isClosing || this.#connections.size >= connections) return 503;
    return connectionsPerIp > 0 && (this.#perIp.get(address) ?? 0) >= connectionsPerIp ? 429 : undefined;
  }

  /** Takes a socket over, until it ends. */
  accept(transport: Transport<PacketFrame>, { address }: Pick<ConnectionInfo, 'address'>): void {
    this.#accepted += 1;
    const connection = new DeskConnection(this, transport, `${this.#name}.${this.#accepted}`, address);
    this.#connections.set(connection.id, connection);
    this.#perIp.set(address, (this.#perIp.get(address) ?? 0) + 1);
    this.stats.connections += 1;
    transport.attach(connection);
  }

  /** The payee's channels stay in the store; the sockets are closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const connection of this.#connections.values()) connection.leave();
    for (const each of this.#all) each.stop();
  }

  /** What a payer's key has paid and may still pay, or `undefined`. */
  balance(publicKey: string): { readonly sent: string; readonly deposit: string } | undefined {
    const current = this.#current.get(publicKey);
    if (current === undefined) return undefined;
    const { accepted, deposit } = current.session.snapshot.context;
    return { sent: accepted.sent, deposit };
  }

  /** The sockets that are open, in the order in which they came. */
  get connections(): readonly { leave(): void }[] {
    return [...this.#connections.values()];
  }

  connection(id: string): DeskConnection | undefined {
    return this.#connections.get(id);
  }

  gone(connection: DeskConnection): void {
    if (!this.#connections.delete(connection.id)) return;
    const left = (this.#perIp.get(connection.address) ?? 1) - 1;
    if (left === 0) this.#perIp.delete(connection.address);
    else this.#perIp.set(connection.address, left);
    this.stats.connections -= 1;
  }

  /** The key may open another channel. */
  release(released: ChannelPayee): void {
    const { publicKey } = released;
    this.#ending.set(publicKey, released);
    const current = this.#current.get(publicKey);
    if (current?.publicKey === publicKey && current.session.snapshot.hasTag('ending')) this.#current.delete(publicKey);
  }

  ended(ended: ChannelPayee): void {
    if (!this.#all.delete(ended)) return;
    this.stats.channels -= 1;
    this.#byId.delete(`${ended.publicKey}/${ended.channelId}`);
    for (const map of [this.#current, this.#ending]) {
      if (map.get(ended.publicKey) === ended) map.delete(ended.publicKey);
    }
  }

  /** Finds the payee that a message is for; a channel's first state may begin a new one. */
  find(connection: DeskConnection, { key, opens }: OrderPayee): ChannelPayee | undefined {
    const current = this.#current.get(key);
    // A socket speaks of the channel that it has opened itself: nobody can put another in its place.
    if (opens === undefined)
      return connection.openedWith(key) ?? current ?? this.#ending.get(key) ?? connection.begunWith(key);
    const known = this.#byId.get(`${key}/${opens.channel_id}`);
    if (known !== undefined) return known;
    if (current !== undefined && isProven(current.session.snapshot.context)) {
      const { accepted, deposit } = current.session.snapshot.context;
      if (accepted.sent !== deposit) return current;
    }
    const channel: Channel = {
      id: opens.channel_id,
      payer: { publicKey: key, wallet: opens.client_wallet_address },
      payee: this.party,
    };
    // A payer that knows only the text cannot know where a scheme has its channels.
    const address = connection.isExtended ? this.options.scheme.address(channel) : opens.channel_address;
    const begun = new ChannelPayee(this, key, this.#input(channel, address, opens.client_balance));
    begun.session.start();
    this.#keep(begun);
    connection.begins(begun);
    return begun;
  }

  /** A channel with money in it is what its key speaks of, where there is no other. */
  opened(opened: ChannelPayee): void {
    const current = this.#current.get(opened.publicKey);
    const isBetter = current !== undefined && hasPaid(opened) && !isSpent(opened) && !hasPaid(current);
    if (current === undefined || isBetter || isSpent(current)) this.#current.set(opened.publicKey, opened);
  }

  /** The first payment proves the key: one that nobody has paid into gives way; whoever announced it can still be given its refund. */
  proved(proved: ChannelPayee): void {
    const current = this.#current.get(proved.publicKey);
    if (current === proved) return;
    this.#current.set(proved.publicKey, proved);
    if (current !== undefined && !isProven(current.session.snapshot.context)) current.tell({ type: 'command.close' });
  }

  #keep(kept: ChannelPayee): void {
    this.#byId.set(`${kept.publicKey}/${kept.channelId}`, kept);
    this.#all.add(kept);
    this.stats.channels += 1;
  }

  #input(channel: Channel, address: string, deposit: string): PayeeInput {
    const { scheme } = this.options;
    const { plays, payTimeout, openTimeout, lingerTimeout, lead } = this.limits;
    return {
      channel,
      address,
      deposit,
      terms: this.#terms,
      maxSequence: scheme.maxSequence,
      canTopUp: scheme.canTopUp,
      lead,
      payTimeout,
      openTimeout,
      lingerTimeout,
      maxPlays: plays,
    };
  }
}

const hasPaid = ({ session }: ChannelPayee) => isProven(session.snapshot.context);

const isSpent = ({ session }: ChannelPayee) => {
  const { accepted, deposit } = session.snapshot.context;
  return accepted.sent === deposit;
};

type OrderPayee = Extract<EmittedFrom<typeof desk>, { readonly type: 'orderPayee' }>;

/** One socket. */
class DeskConnection implements Outside<typeof desk>, TransportEvents<PacketFrame> {
  readonly id: string;
  readonly address: string;
  readonly #payees: Payees;
  readonly #transport: Transport<PacketFrame>;
  readonly #session: Session<typeof desk>;
  /** By public key: the channel that this socket has begun. */
  readonly #begun = new Map<string, ChannelPayee>();
  /** The channels that this socket has spoken of. */
  readonly #touched = new Set<ChannelPayee>();
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
    this.#begun.set(begun.publicKey, begun);
  }

  /** The channel that this socket has begun with this key, if there is money in it. */
  openedWith(publicKey: string): ChannelPayee | undefined {
    const begun = this.#begun.get(publicKey);
    return begun?.session.snapshot.hasTag('usable') === true ? begun : undefined;
  }

  /** The channel that this socket has begun with this key: its money may still be looked for. */
  begunWith(publicKey: string): ChannelPayee | undefined {
    return this.#begun.get(publicKey);
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
    if (found?.tell({ ...order.event, from: this.id }) === true) this.#touched.add(found);
    else this.#session.tell({ type: 'unknown', about: aboutOf(order.event) });
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

type PayeeEmitted = EmittedFrom<typeof payee>;

/** One channel. */
class ChannelPayee implements Outside<typeof payee> {
  readonly publicKey: string;
  readonly channelId: string;
  readonly session: Session<typeof payee>;
  readonly #payees: Payees;
  readonly #signing = new Map<string, AbortController>();
  #endWatch: (() => void) | undefined;

  constructor(payees: Payees, publicKey: string, input: PayeeInput) {
    this.#payees = payees;
    this.publicKey = publicKey;
    this.channelId = input.channel.id;
    const { host } = payees;
    this.session = new Session(
      {
        id: `${publicKey}/${input.channel.id}`,
        kernel: payeeKernel,
        outside: this,
        clock: host.clock,
        report: host.report,
        store: payees.options.store,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect, secrets: streamingSecrets }),
      },
      input,
    );
  }

  tell(event: PayeeEvent): boolean {
    return this.session.tell(event);
  }

  watch(): void {
    const { channel } = this.session.snapshot.context;
    this.#endWatch ??= this.#payees.options.settlement.watch(channel, (sight) =>
      this.tell(sight.type === 'closing' ? { type: 'closingSeen', sent: sight.sent } : { type: 'closedSeen' }),
    );
  }

  stop(): void {
    this.session.stop();
    this.#release();
  }

  send({ to, message }: SendsOf<PayeeEmitted>): void {
    this.#payees.connection(to)?.deliver(message);
  }

  request(request: RequestsOf<PayeeEmitted>): void {
    const { options } = this.#payees;
    const { id } = request;
    switch (request.type) {
      case 'consultClaim': {
        const { claim } = request;
        const verdict = judge(
          options.scheme,
          claim.statement,
          request,
          request.channel.payer.publicKey,
          claim.signature,
        );
        if (typeof verdict === 'boolean') this.tell({ type: 'verified', id, ok: verdict, claim });
        else void verdict.then((ok) => this.tell({ type: 'verified', id, ok, claim }));
        break;
      }
      case 'requestSignature':
        void this.#sign(id, () => options.scheme.bytes(request.statement, request.channel, request.standing));
        break;
      case 'consultDeposit':
        options.settlement.deposit(request.channel).then(
          (deposit) => this.tell({ type: 'deposited', id, deposit }),
          (error: unknown) => {
            this.#payees.host.report(error);
            this.tell({ type: 'deposited', id, deposit: '0' });
          },
        );
        break;
      case 'requestSettlement': {
        const { channel, proof, alone } = request;
        const settling = alone
          ? options.settlement.closeAlone(channel, proof)
          : options.settlement.close(channel, proof);
        settling.then(
          () => this.tell({ type: 'settled', id }),
          (error: unknown) => this.tell({ type: 'unsettled', id, reason: sentence(error) }),
        );
        break;
      }
    }
  }

  order(order: OrdersOf<PayeeEmitted>): void {
    if (order.type !== 'orderChallenge') return;
    this.#payees.options.settlement
      .challenge(order.channel, order.proof)
      .catch((error: unknown) => this.#payees.host.report(error));
  }

  notify(notice: PayeeNotice): void {
    const { stats, options } = this.#payees;
    if (notice.type === 'paid') stats.payments += 1;
    if (notice.type === 'released') stats.released += 1;
    if (notice.type === 'opened') {
      this.watch();
      this.#payees.opened(this);
    }
    if (notice.type === 'paid') this.#payees.proved(this);
    if (notice.type === 'ending') this.#payees.release(this);
    options.notify?.(this.publicKey, notice);
  }

  ended(): void {
    this.#release();
    this.#payees.ended(this);
  }

  failed(error: MachineFailed | StoreFailed): void {
    this.#payees.host.report(error);
    this.#release();
    this.#payees.ended(this);
  }

  #release(): void {
    this.#endWatch?.();
    for (const signing of this.#signing.values()) signing.abort();
  }

  async #sign(id: string, bytes: () => Uint8Array): Promise<void> {
    const asked = new AbortController();
    this.#signing.set(id, asked);
    try {
      const signature = await this.#payees.options.signer.sign(bytes(), asked.signal);
      this.tell({ type: 'signed', id, signature: toHex(signature) });
    } catch (error) {
      this.tell({ type: 'refused', id, reason: sentence(error) });
    } finally {
      this.#signing.delete(id);
    }
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
