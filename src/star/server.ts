/**
 * The star's server: one small session for each socket, one room for each namespace, the dials between them, and the limits that keep all of it small.
 *
 * What many are told is encoded once. It must never let one client's fault reach another, tell a client of old of an address that would end it, or keep
 * anything of a dial that has ended.
 */
import { directionsOf } from '../../machines/star/dialer.ts';
import { refusals } from '../../machines/star/rendezvousRules.ts';
import { Host } from '../host.ts';
import type { Log } from '../log.ts';
import type { PacketFrame } from '../packets.ts';
import type { ConnectionInfo, Transport } from '../transport.ts';
import { judge, nonceFor } from './challenge.ts';
import { Dial, dialRefusal } from './dials.ts';
import { Holdings } from './holdings.ts';
import { type Pace, RatesByIp, type StarLimits, starLimitsOf } from './limits.ts';
import { Places } from './places.ts';
import { introductionIn, longestNamespace } from './query.ts';
import { type OrderOf, type RequestOf, StarSocket } from './socket.ts';
import type { Leaving, StarOptions, StarStats } from './starOptions.ts';
import { Streams } from './streams.ts';

/** This machine's own. */
const ownIps = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/** All sockets of one star. It is given transports; it does not listen itself. */
export class Star {
  readonly host: Host;
  readonly limits: StarLimits;
  readonly log: Log | undefined;
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
  readonly places: Places;
  /** For sockets. */
  readonly holdings: Holdings;
  readonly #streams: Streams;
  #name: string;
  #openDials = 0;
  #isClosing = false;
  #empty: (() => void) | undefined;
  #emptied: Promise<void> | undefined;

  constructor(options: StarOptions = {}) {
    this.#options = options;
    this.host = new Host(options);
    this.limits = starLimitsOf(options.limits ?? {});
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
    this.ips = new RatesByIp(paceOfIp, options.exempt ?? ownIps);
    this.#name = options.name ?? '';
    this.#streams = new Streams(this.host, limits);
    this.holdings = new Holdings(limits);
    this.places = new Places(options, limits, this.host.clock);
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
    return this.places.size;
  }

  /** How many dials wait or are open. */
  get openDials(): number {
    return this.#openDials;
  }

  /** Bytes that are held for streams now, with what each chunk costs. */
  get heldBytes(): number {
    return this.holdings.size;
  }

  /** The addresses that are joined in a namespace. */
  addresses(namespace = ''): string[] {
    return this.places.addresses(namespace);
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
    this.places.stop();
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

  /** Looks for who holds an address, and starts a dial to it. */
  dial(socket: StarSocket, { id, dialId, from, to }: RequestOf<'requestDial'>): void {
    const target = this.places.find(socket.namespace, to);
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
    // The dialled peer's stream: it has answered.
    if (id !== directionsOf(dial.id).toDialer) return;
    const { dialDuration } = this.limits;
    dial.settle();
    if (dialDuration > 0) dial.after(dialDuration, () => dial.abort('The dial has lasted as long as it may.'));
  }

  stopStream(socket: StarSocket, id: string): void {
    dialOf(socket, id)?.abort('The dial was not answered.');
  }

  /** Whether these bytes may go through a stream, too; where there is no such stream that is not for us to say. */
  carries(socket: StarSocket, stream: string, bytes: number): boolean {
    const { streamBytes } = this.limits;
    if (streamBytes === 0) return true;
    const dial = dialOf(socket, stream);
    if (dial === undefined) return true;
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
}

/** `<dialId>.dialer` and `<dialId>.listener` are of one dial. */
const dialOf = (socket: StarSocket, stream: string): Dial | undefined =>
  socket.dials.get(stream.slice(0, stream.lastIndexOf('.')));
