/**
 * The node as an app uses it: sockets come in, pairs are found, channels are kept, and the chain is asked.
 *
 * One session of the node's machine for each channel, whatever the sockets. What it must never do: let what one socket says reach another channel than
 * its own, or give a party's place to somebody while the party is there.
 */
import type { EmittedFrom } from 'xstate';
import { type Dialect, type FromNode, otherParty, type Party, type Reason } from '../../machines/channel/messages.ts';
import { toldChannel } from '../../machines/channel/node/rules/parties.ts';
import type { Deed } from '../../machines/channel/node/types.ts';
import { failure } from '../../machines/channel/node/words/frames.ts';
import { type NodeEvent, type NodeInput, node } from '../../machines/channel/node.ts';
import { fromHex } from '../bytes.ts';
import type { TimerHandle } from '../clock.ts';
import type { MachineFailed, StoreFailed } from '../errors.ts';
import { Host, type HostOptions } from '../host.ts';
import { Kernel } from '../kernel.ts';
import { verify } from '../keys/index.ts';
import { TokenBucket } from '../relay/bucket.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Store } from '../store.ts';
import type { Closure, ConnectionInfo, Transport, TransportEvents } from '../transport.ts';
import type { Chain } from './chain.ts';
import type { ChannelDeed } from './chainPosting.ts';
import type { ChannelEvent } from './chainRecords.ts';
import { decode, type Era, encode } from './encoding.ts';
import { blake2b256 } from './hashes.ts';
import { joined } from './joined.ts';
import { type Asked, disagreement, type Existing, isSamePair, readQuery } from './query.ts';
import { see } from './seen.ts';
import { encodeFromNode, nodeEvent } from './wire.ts';

/** What a node grants. */
export interface NodeLimits {
  /** The largest frame, in bytes. */
  readonly maxFrame: number;
  /** Sockets in all. */
  readonly connections: number;
  /** Sockets from one network address; 0: no limit. */
  readonly connectionsPerIp: number;
  /** Channels at once. */
  readonly channels: number;
  /** Messages of one socket a second, over time; 0: no limit. Who is faster is read more slowly. */
  readonly messagesPerSecond: number;
  /** Messages that make no sense after which a socket is closed. */
  readonly violations: number;
  /** Bytes that may wait for a party that does not read; then its socket is cut. */
  readonly queue: number;
  /** Updates of a party that wait while its own is under way. */
  readonly postponed: number;
  /** Messages that wait for a party that cannot take them. */
  readonly held: number;
  /** Characters of all that waits at a channel. */
  readonly waiting: number;
  /** Milliseconds that a party which was not there when its channel ended can come for the last words. */
  readonly lingerTimeout: number;
}

export const defaultNodeLimits: NodeLimits = {
  maxFrame: 65_536,
  connections: 10_000,
  connectionsPerIp: 1_000,
  channels: 10_000,
  messagesPerSecond: 1_000,
  violations: 100,
  queue: 1_048_576,
  postponed: 16,
  held: 16,
  waiting: 131_072,
  lingerTimeout: 600_000,
};

export interface NodesOptions extends HostOptions {
  readonly store: Store;
  readonly chain: Chain;
  /** Speaks so to everybody, whatever the query says. */
  readonly dialect?: Dialect;
  /** For signatures of today. Default: `ae_devnet`. */
  readonly networkId?: string;
  /** Blocks on top of the one that includes the create transaction, where no party says. Default: 4. */
  readonly minimumDepth?: number;
  /** What a create transaction costs, and closing. Default: 1 each; with a client of today 2 · 10^13, since it signs nothing cheaper. */
  readonly createFee?: bigint;
  readonly closeFee?: bigint;
  /** What a deposit or a withdrawal costs who wants it. Default: the same. */
  readonly changeFee?: bigint;
  readonly limits?: Partial<NodeLimits>;
  /** Milliseconds that the timers of a restored channel wait for its parties. Default: 10 s. */
  readonly grace?: number;
  /** Is told what happens. */
  readonly notify?: (notice: NodeNotice) => void;
}

export type NodeNotice = NoticesOf<EmittedFrom<typeof node>>;

/** What was counted since the start. */
export interface NodeStats {
  connections: number;
  channels: number;
  updates: number;
  conflicts: number;
  violations: number;
}

const kernel = new Kernel(node);
const recordPrefix = `session/${node.id}/`;

type Frame = string | Uint8Array;

/** The reason of a closing frame has room for 123 bytes. */
const short = (reason: string) => reason.slice(0, 120);

/** All sockets and channels of one node. It is given transports; it does not listen itself. */
export class Nodes {
  readonly host: Host;
  readonly limits: NodeLimits;
  readonly options: NodesOptions;
  readonly networkId: string;
  readonly stats: NodeStats = { connections: 0, channels: 0, updates: 0, conflicts: 0, violations: 0 };
  readonly #sockets = new Set<Socket>();
  readonly #perIp = new Map<string, number>();
  readonly #channels = new Set<NodeChannel>();
  #isClosing = false;

  constructor(options: NodesOptions) {
    this.options = options;
    this.host = new Host(options);
    this.limits = { ...defaultNodeLimits, ...options.limits };
    this.networkId = options.networkId ?? 'ae_devnet';
  }

  /**
   * Goes on with the channels that the store holds.
   * @returns how many there are
   * @throws StoreFailed
   */
  async restore(): Promise<number> {
    const ids: string[] = [];
    for await (const key of this.options.store.keys(recordPrefix)) ids.push(key.slice(recordPrefix.length));
    for (const id of ids) {
      const restored = new NodeChannel(this, id, this.#input(nobodysTerms));
      this.#keep(restored);
      if (await restored.session.restore(undefined, [{ type: 'left', code: 1006 }])) restored.watchChain();
      else this.ended(restored);
    }
    return ids.length;
  }

  /** Whether a socket may come: `undefined`, or the HTTP status that refuses it. */
  admit({ address }: Pick<ConnectionInfo, 'address'>): number | undefined {
    const { connections, connectionsPerIp } = this.limits;
    if (this.#isClosing || this.#sockets.size >= connections) return 503;
    return connectionsPerIp > 0 && (this.#perIp.get(address) ?? 0) >= connectionsPerIp ? 429 : undefined;
  }

  /** Takes a socket over, until it ends. A query that makes no sense closes it, with the reason. */
  accept(transport: Transport<Frame>, info: Pick<ConnectionInfo, 'address' | 'target'>): void {
    const socket = new Socket(this, transport, info.address);
    this.#sockets.add(socket);
    this.#perIp.set(info.address, (this.#perIp.get(info.address) ?? 0) + 1);
    this.stats.connections += 1;
    const { dialect } = this.options;
    const asked = readQuery(info.target, dialect === undefined ? {} : { dialect });
    socket.speak(asked.dialect);
    if ('refused' in asked) socket.refuse(asked.refused, 1008, asked.reason);
    else if (asked.existing === null) this.#seat(socket, asked);
    else this.#seatAgain(socket, asked, asked.existing);
    transport.attach(socket);
  }

  /** The channels stay in the store; the sockets are closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const channel of this.#channels) channel.session.stop();
    for (const socket of this.#sockets) socket.leave();
  }

  gone(socket: Socket): void {
    if (!this.#sockets.delete(socket)) return;
    const left = (this.#perIp.get(socket.address) ?? 1) - 1;
    if (left === 0) this.#perIp.delete(socket.address);
    else this.#perIp.set(socket.address, left);
    this.stats.connections -= 1;
  }

  ended(channel: NodeChannel): void {
    if (this.#channels.delete(channel)) this.stats.channels -= 1;
  }

  /** Finds the channel that a party speaks of, or begins one. */
  #seat(socket: Socket, asked: Asked): void {
    const { role, terms } = asked;
    const pairs = [...this.#channels].filter(
      (channel) => channel.expects(role) && channel.isFoundBy(asked) && isSamePair(channel.terms, terms),
    );
    const agreeing = pairs.filter((channel) => disagreement(channel.terms, terms) === undefined);
    const free = agreeing.find((channel) => !channel.isTaken(role));
    if (free !== undefined) {
      const depth = free.session.snapshot.context.askedDepth;
      const isDeeper = asked.minimumDepth !== null && depth !== null && depth !== asked.minimumDepth;
      if (isDeeper && free.isWaitingFor(role)) this.#disagree(socket, free, role, 'minimum_depth');
      else free.join(socket, asked);
      return;
    }
    if (agreeing.length > 0) {
      socket.refuse(`the ${role} of this channel is here already`);
      return;
    }
    const waiting = pairs.find((channel) => channel.isWaitingFor(role));
    if (waiting !== undefined) {
      this.#disagree(socket, waiting, role, disagreement(waiting.terms, terms) ?? 'the terms');
      return;
    }
    if (this.#channels.size >= this.limits.channels) {
      socket.refuse('there are too many channels', 1013);
      return;
    }
    const begun = new NodeChannel(this, this.host.freshId(), this.#input(terms));
    this.#keep(begun);
    begun.session.start();
    begun.join(socket, asked);
  }

  /** Gives a party its place in a channel again, by what only it can know: nobody has proved to have its key. */
  #seatAgain(socket: Socket, asked: Asked, existing: Existing): void {
    const { role, terms } = asked;
    const found = [...this.#channels].find(
      (channel) =>
        channel.session.snapshot.context.channelId === existing.channelId &&
        channel.expects(role) &&
        isSamePair({ ...channel.terms, port: terms.port }, terms),
    );
    if (found === undefined) {
      socket.refuse('there is no such channel', 1008, 'not_found');
      return;
    }
    const refusal = found.refusalOf(role, existing);
    if (refusal !== undefined) socket.refuse(refusal.message, 1008, refusal.reason);
    else found.join(socket, asked);
  }

  /** The terms "must agree": neither has the channel that it wants. */
  #disagree(socket: Socket, waiting: NodeChannel, role: Party, term: string): void {
    socket.refuse(`the ${otherParty(role)} says otherwise of ${term}`);
    waiting.tell({ type: 'disagreed', reason: `the ${role} says otherwise of ${term}` });
  }

  #keep(channel: NodeChannel): void {
    this.#channels.add(channel);
    this.stats.channels += 1;
  }

  #freshFsmId(): string {
    return encode('ba', 'modern', this.host.random.bytes(32));
  }

  #input(terms: Asked['terms']): NodeInput {
    const { minimumDepth = 4, createFee = '', closeFee = '', changeFee = '' } = this.options;
    const { postponed, held, waiting, lingerTimeout } = this.limits;
    return {
      terms,
      minimumDepth,
      createFee: `${createFee}`,
      closeFee: `${closeFee}`,
      changeFee: `${changeFee}`,
      fsmIds: { initiator: this.#freshFsmId(), responder: this.#freshFsmId() },
      maxPostponed: postponed,
      maxHeld: held,
      maxWaiting: waiting,
      lingerTimeout,
    };
  }
}

/** Of a channel that is about to be restored: what it really has is in the store. */
const nobodysTerms: Asked['terms'] = {
  initiator: '',
  responder: '',
  initiatorName: '',
  responderName: '',
  era: 'legacy',
  port: 0,
  lockPeriod: '0',
  pushAmount: '0',
  initiatorAmount: '0',
  responderAmount: '0',
  channelReserve: '0',
  ttl: '0',
};

/** One socket. */
class Socket implements TransportEvents<Frame> {
  readonly address: string;
  readonly #nodes: Nodes;
  readonly #transport: Transport<Frame>;
  readonly #bucket: TokenBucket | undefined;
  #resumption: TimerHandle | undefined;
  #seat: { readonly channel: NodeChannel; readonly role: Party } | undefined;
  #violations = 0;
  #isClosing = false;
  #dialect: Dialect = 'text';

  constructor(nodes: Nodes, transport: Transport<Frame>, address: string) {
    this.#nodes = nodes;
    this.#transport = transport;
    this.address = address;
    const { messagesPerSecond } = nodes.limits;
    if (messagesPerSecond > 0)
      this.#bucket = new TokenBucket(messagesPerSecond, 2 * messagesPerSecond, nodes.host.clock.now());
  }

  /** In which dialect frames are read and written from now on. */
  speak(dialect: Dialect): void {
    this.#dialect = dialect;
  }

  sit(channel: NodeChannel, role: Party): void {
    this.#seat = { channel, role };
  }

  frame(frame: Frame): void {
    if (this.#bucket !== undefined) this.#pace(this.#bucket);
    this.#seat?.channel.tell({ ...nodeEvent(frame, this.#dialect), from: this.#seat.role });
  }

  closed({ code }: Closure): void {
    if (this.#resumption !== undefined) this.#nodes.host.clock.clear(this.#resumption);
    this.#seat?.channel.leave(this, this.#seat.role, code);
    this.#nodes.gone(this);
  }

  send(message: FromNode, channelId: string | null): void {
    this.#transport.send(encodeFromNode(message, this.#dialect, channelId));
    if (this.#transport.bufferedAmount > this.#nodes.limits.queue) this.#transport.terminate();
  }

  /** @param why what today's clients are told before, with its code */
  refuse(reason: string, code = 1008, why?: Reason): void {
    if (why !== undefined && this.#dialect === 'rpc') this.send(failure(reason, why), null);
    this.#transport.close(code, short(reason));
  }

  /** Somebody else has taken this place, and could. */
  replaced(): void {
    this.#seat = undefined;
    this.#transport.close(1008, 'another has taken this place');
  }

  close(code: number, reason: string): void {
    this.#isClosing = true;
    this.#transport.close(code, short(reason));
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  leave(): void {
    this.#seat = undefined;
    this.#transport.close(1001, 'The node is going away');
  }

  violated(): void {
    this.#violations += 1;
    if (this.#violations > this.#nodes.limits.violations)
      this.#transport.close(1008, 'too many messages made no sense');
  }

  /** Reads a party that sends too fast more slowly: nothing of it is lost. */
  #pace(bucket: TokenBucket): void {
    const wait = bucket.take(this.#nodes.host.clock.now());
    if (wait === 0 || this.#resumption !== undefined) return;
    this.#transport.pause();
    this.#resumption = this.#nodes.host.clock.set(() => {
      this.#resumption = undefined;
      this.#transport.resume();
    }, wait);
  }
}

type NodeEmitted = EmittedFrom<typeof node>;

/** What a transaction does with a channel that is open; a snapshot leaves it as it is. */
const deeds: Readonly<Partial<Record<ChannelDeed, Deed>>> = {
  deposit: 'change',
  withdraw: 'change',
  closeSolo: 'dispute',
  slash: 'dispute',
  closeMutual: 'end',
  settle: 'end',
};

/** One channel. */
class NodeChannel implements Outside<typeof node> {
  readonly session: Session<typeof node>;
  readonly #nodes: Nodes;
  readonly #sockets: Partial<Record<Party, Socket>> = {};
  readonly #watches = new Set<() => void>();

  constructor(nodes: Nodes, id: string, input: NodeInput) {
    this.#nodes = nodes;
    const { host, options } = nodes;
    this.session = new Session(
      {
        id,
        kernel,
        outside: this,
        clock: host.clock,
        report: host.report,
        store: options.store,
        ...(options.grace === undefined ? {} : { grace: options.grace }),
        ...(host.inspect === undefined ? {} : { inspect: host.inspect }),
      },
      input,
    );
  }

  get terms(): Asked['terms'] {
    return this.session.snapshot.context.terms;
  }

  /** Whether a party is still wanted here: not one that has heard the last words. */
  expects(role: Party): boolean {
    const { ended, unheard } = this.session.snapshot.context;
    return !this.session.ended && (ended === '' || unheard[role]);
  }

  /** Whether somebody who does not name it can mean it: today's clients say so when they come back, and who has left a channel has to. */
  isFoundBy({ role, dialect, takesMore }: Asked): boolean {
    if (this.isWaitingFor(role)) return true;
    return !this.session.snapshot.context.isLeft && (dialect !== 'rpc' || takesMore);
  }

  /** Why somebody who comes back to this channel does not get its place. */
  refusalOf(
    role: Party,
    { fsmId, state }: Existing,
  ): { readonly message: string; readonly reason: Reason } | undefined {
    const { agreed, fsmIds } = this.session.snapshot.context;
    if (fsmId !== undefined && fsmId !== fsmIds[role])
      return { message: 'existing_fsm_id is another one', reason: 'invalid_fsm_id' };
    if (state !== undefined) {
      if (agreed === null) return { message: 'the channel is not open yet', reason: 'not_ready' };
      const seen = see(state);
      const isState = seen.kind !== 'unreadable' && seen.kind !== 'close';
      if (!isState) return { message: 'offchain_tx is no state', reason: 'not_offchain' };
      if (seen.id !== agreed.id) return { message: 'offchain_tx is not the last state', reason: 'rejected' };
      if (state !== agreed.tx) return { message: 'not both have signed offchain_tx', reason: 'bad_signature' };
    }
    const isTaken = fsmId === undefined && this.isTaken(role);
    return isTaken ? { message: `the ${role} of this channel is here already`, reason: 'not_allowed_now' } : undefined;
  }

  /** A socket that was told to close has no place any more, even where its end is still on its way. */
  isTaken(role: Party): boolean {
    return this.#sockets[role]?.isClosing === false;
  }

  /** Whether this party has never come. */
  isWaitingFor(role: Party): boolean {
    return !this.isTaken(role) && this.session.snapshot.matches({ opening: 'awaitingParties' });
  }

  join(socket: Socket, { role, dialect, minimumDepth, timeouts, takesMore, existing }: Asked): void {
    this.#sockets[role]?.replaced();
    this.#sockets[role] = socket;
    socket.sit(this, role);
    const isReestablishing = existing?.isReestablishing ?? false;
    this.tell({ type: 'joined', from: role, dialect, takesMore, minimumDepth, timeouts, isReestablishing });
  }

  /** Is told from now on of what becomes of the channel on the chain, and at once of what has. */
  watchChain(): void {
    const { channelId, agreed } = this.session.snapshot.context;
    if (agreed === null) return;
    const { chain } = this.#nodes.options;
    this.#watches.add(chain.watchChannel(channelId, (event) => this.#included(event)));
    const last = chain.lastOf(channelId);
    if (last !== undefined) this.#included(last);
  }

  #included({ hash, kind, round }: ChannelEvent): void {
    const deed = deeds[kind];
    const found = this.#nodes.options.chain.transaction(encode('th', 'modern', fromHex(hash)));
    if (deed === undefined || found === undefined) return;
    const tx = encode('tx', this.terms.era, decode(found.tx, 'tx').bytes);
    this.tell({ type: 'included', deed, seen: see(tx), tx, round: Number(round) });
  }

  leave(socket: Socket, role: Party, code: number): void {
    if (this.#sockets[role] !== socket) return;
    delete this.#sockets[role];
    this.tell({ type: 'left', from: role, code });
  }

  tell(event: NodeEvent): void {
    this.session.tell(event);
  }

  send({ to, message }: SendsOf<NodeEmitted>): void {
    this.#sockets[to]?.send(message, toldChannel(this.session.snapshot.context));
  }

  request(request: RequestsOf<NodeEmitted>): void {
    const { id } = request;
    const { chain } = this.#nodes.options;
    switch (request.type) {
      case 'consultSignatures': {
        const { about, from } = request;
        void ownSignature(request, this.#nodes.networkId).then((signature) =>
          this.tell({ type: 'verified', id, about, from, signature: signature ?? null }),
        );
        break;
      }
      case 'requestNonce':
        this.#ask(
          chain.reserve(request.account, `${this.session.id}/${id}`).then((nonce) => {
            const balance = chain.balance(encode('ak', 'modern', fromHex(request.account)));
            this.tell({ type: 'reserved', id, nonce: `${nonce}`, balance: `${balance}` });
          }),
        );
        break;
      case 'requestPosting':
        this.#ask(
          chain.post(request.tx).then((refusal) => {
            this.tell(refusal === undefined ? { type: 'posted', id } : { type: 'rejected', id, reason: refusal });
          }),
        );
        break;
      case 'requestDepth': {
        const forget = chain.watch(
          request.tx,
          request.depth,
          () => this.tell({ type: 'reached', id }),
          (reason) => this.tell({ type: 'rejected', id, reason }),
        );
        this.#watches.add(forget);
        break;
      }
    }
  }

  order(order: OrdersOf<NodeEmitted>): void {
    switch (order.type) {
      case 'orderClose':
        this.#sockets[order.to]?.close(order.code, order.reason);
        break;
      case 'orderRelease':
        this.#ask(this.#nodes.options.chain.release(`${this.session.id}/`));
        break;
    }
  }

  notify(notice: NodeNotice): void {
    const { stats, options } = this.#nodes;
    if (notice.type === 'updated') stats.updates += 1;
    if (notice.type === 'opened') this.watchChain();
    if (notice.type === 'conflicted') stats.conflicts += 1;
    if (notice.type === 'violated') {
      stats.violations += 1;
      this.#sockets[notice.from]?.violated();
    }
    options.notify?.(notice);
  }

  ended(): void {
    this.#forget();
  }

  failed(error: MachineFailed | StoreFailed): void {
    this.#nodes.host.report(error);
    for (const socket of Object.values(this.#sockets)) socket.close(1011, 'Internal error');
    this.#forget();
  }

  #forget(): void {
    for (const forget of this.#watches) forget();
    this.#nodes.ended(this);
  }

  /** The chain's store has failed: the channel stands still, and can be restored with it. */
  #ask(answer: Promise<void>): void {
    answer.catch((error: unknown) => {
      this.#nodes.host.report(error);
      this.session.stop();
      for (const socket of Object.values(this.#sockets)) socket.close(1011, 'Internal error');
      this.#forget();
    });
  }
}

interface Judged {
  readonly account: string;
  readonly era: Era;
  readonly bytes: string;
  readonly signatures: readonly string[];
}

/** The signature of the account among those of a reply: of 2018 over the bytes alone, of today over the network's name and the bytes or their hash. */
async function ownSignature(
  { account, era, bytes, signatures }: Judged,
  networkId: string,
): Promise<string | undefined> {
  const signed = fromHex(bytes);
  const name = new TextEncoder().encode(networkId);
  const forms = era === 'legacy' ? [signed] : [joined(name, blake2b256(signed)), joined(name, signed)];
  const key = fromHex(account);
  for (const signature of signatures)
    for (const form of forms) if (await verify(key, form, fromHex(signature))) return signature;
  return undefined;
}
