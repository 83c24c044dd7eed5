/**
 * The payee as an app uses it: sockets come in, channels are kept, keys of parts go out when they are paid.
 *
 * One desk for each socket and one payee for each channel, whatever the sockets. What it must never do: let one payer's fault reach another, or a key of
 * a part anywhere but into the message that carries it.
 */

import type { EmittedFrom } from 'xstate';
import type { DeskInput } from '../../machines/streaming/desk.ts';
import type { Offer } from '../../machines/streaming/messages.ts';
import { isProven, type PayeeInput, payee, type Terms } from '../../machines/streaming/payee.ts';
import { toHex } from '../bytes.ts';
import { Host, type HostOptions } from '../host.ts';
import type { PacketFrame } from '../packets.ts';
import { PerIp } from '../perIp.ts';
import type { NoticesOf } from '../role.ts';
import type { Signer } from '../signer.ts';
import type { Store } from '../store.ts';
import type { ConnectionInfo, Transport } from '../transport.ts';
import { ChannelPayee } from './channelPayee.ts';
import { DeskConnection, type OrderPayee } from './deskConnection.ts';
import type { Channel, Party, Scheme } from './scheme.ts';
import type { Settlement } from './settlement.ts';

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
  readonly #perIp = new PerIp();
  /** By public key: the channel that the key speaks of. */
  readonly #current = new Map<string, ChannelPayee>();
  readonly #all = new Set<ChannelPayee>();
  /** By public key: the channel that ends, so that who has missed how can ask again. */
  readonly #ending = new Map<string, ChannelPayee>();
  /** By the name of their session: public key and channel id. */
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
    return connectionsPerIp > 0 && this.#perIp.of(address) >= connectionsPerIp ? 429 : undefined;
  }

  /** Takes a socket over, until it ends. */
  accept(transport: Transport<PacketFrame>, { address }: Pick<ConnectionInfo, 'address'>): void {
    this.#accepted += 1;
    const connection = new DeskConnection(this, transport, `${this.#name}.${this.#accepted}`, address);
    this.#connections.set(connection.id, connection);
    this.#perIp.add(address);
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
    this.#perIp.remove(connection.address);
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
    this.#byId.delete(ended.session.id);
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
    this.#byId.set(kept.session.id, kept);
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
