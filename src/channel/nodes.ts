/**
 * The node as an app uses it: sockets come in, pairs are found, channels are kept, and the chain is asked.
 *
 * One session of the node's machine for each channel, whatever the sockets. What it must never do: let what one socket says reach another channel than
 * its own.
 */

import { otherParty, type Party } from '../../machines/channel/messages.ts';
import { type NodeInput, node } from '../../machines/channel/node.ts';
import { Host } from '../host.ts';
import { PerIp } from '../perIp.ts';
import type { ConnectionInfo, Transport } from '../transport.ts';
import { encode } from './encoding.ts';
import { NodeChannel } from './nodeChannel.ts';
import { defaultNodeLimits, type NodeLimits, type NodeStats, type NodesOptions } from './nodeOptions.ts';
import { NodeSocket } from './nodeSocket.ts';
import { type Asked, disagreement, type Existing, isSamePair, readQuery } from './query.ts';

const recordPrefix = `session/${node.id}/`;

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

/** All sockets and channels of one node. It is given transports; it does not listen itself. */
export class Nodes {
  readonly host: Host;
  readonly limits: NodeLimits;
  readonly options: NodesOptions;
  readonly networkId: string;
  readonly stats: NodeStats = { connections: 0, channels: 0, updates: 0, conflicts: 0, violations: 0 };
  readonly #sockets = new Set<NodeSocket>();
  readonly #perIp = new PerIp();
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
    return connectionsPerIp > 0 && this.#perIp.of(address) >= connectionsPerIp ? 429 : undefined;
  }

  /** Takes a socket over, until it ends. A query that makes no sense closes it, with the reason. */
  accept(transport: Transport<string | Uint8Array>, info: Pick<ConnectionInfo, 'address' | 'target'>): void {
    const socket = new NodeSocket(this, transport, info.address);
    this.#sockets.add(socket);
    this.#perIp.add(info.address);
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

  gone(socket: NodeSocket): void {
    if (!this.#sockets.delete(socket)) return;
    this.#perIp.remove(socket.address);
    this.stats.connections -= 1;
  }

  ended(channel: NodeChannel): void {
    if (this.#channels.delete(channel)) this.stats.channels -= 1;
  }

  /** Finds the channel that a party speaks of, or begins one. */
  #seat(socket: NodeSocket, asked: Asked): void {
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
  #seatAgain(socket: NodeSocket, asked: Asked, existing: Existing): void {
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
  #disagree(socket: NodeSocket, waiting: NodeChannel, role: Party, term: string): void {
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
