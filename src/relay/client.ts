/**
 * The relay client as an app uses it: an address, `route`, and the deliveries. Everything that it promises settles.
 */
import type { EmittedFrom } from 'xstate';
import { type ClientInput, client, type Outcome } from '../../machines/relay/client.ts';
import { type Backoff, Connector } from '../connector.ts';
import { ConnectionLost, LocalMisuse, type MachineFailed, PeerMisbehaved, type StoreFailed } from '../errors.ts';
import { Host, type HostOptions } from '../host.ts';
import { stateName } from '../inspect.ts';
import { checkJson, type JsonValue, parseJson, toJson } from '../json.ts';
import { Kernel } from '../kernel.ts';
import { Listeners } from '../listeners.ts';
import { AsyncQueue } from '../queue.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Connect } from '../transport.ts';
import { Routes, type Waiting } from './routes.ts';
import { contactText, parseContact, Sealer } from './sealed.ts';
import { clientEvent, relaySecrets, relayWire } from './wire.ts';

type Frame = string | Uint8Array;
type Emitted = EmittedFrom<typeof client>;
type Notice = NoticesOf<Emitted>;

/** A message that has arrived. */
export interface Delivery {
  /** The message. Whole numbers beyond 2^53 are bigint. */
  readonly msg: JsonValue;
  /** The message's JSON text exactly as it was sent. */
  readonly text: string;
  /** Who sealed it, as a 32-byte public key; only on a client with `sealed`. */
  readonly sealedBy?: Uint8Array;
}

/** A delivery that a sealed client did not take: not sealed, altered, for somebody else, or played again. */
export interface Rejected {
  readonly type: 'rejected';
  readonly error: PeerMisbehaved;
}

/** What a client tells beside its deliveries. */
export type RelayNotice = Exclude<Notice, { readonly type: 'delivered' | 'routed' }> | Rejected;

export interface RelayClientOptions extends HostOptions {
  /** Ask for acknowledgements. A server that only knows the text's five messages ignores it. Default: true. */
  readonly ack?: boolean;
  /**
   * Seal what is routed, and take only what is sealed. Messages go to contacts then (`<address>#<key>`), and `relay.contact` is what to hand out.
   * A 32-byte secret key, or `true` for a fresh one.
   */
  readonly sealed?: boolean | Uint8Array;
  /** Tries to get a lost connection back before giving up. Default: 10. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** Routes that may be under way at once on a connection without acknowledgements; further ones wait for their turn. Default: 256. */
  readonly window?: number;
  /** Milliseconds for the oldest route to be answered, where the server acknowledges; then all that are under way end as `unknown`. Default: 60 s. */
  readonly ackTimeout?: number;
  /** Bytes of the largest frame that is sent. Default: 1 MiB, the original server's limit. */
  readonly maxFrame?: number;
  /** Bytes of the largest frame that is taken. Default: 6 MiB: the original server may write a byte that it got as six (`\\u007f`). */
  readonly maxDelivery?: number;
  /**
   * Deliveries that may wait to be taken before reading is paused. Default: 1024. A pause that outlasts the server's patience for pings ends the
   * connection. 0 is for who only sends: what no iterator waits for is dropped.
   */
  readonly backlog?: number;
  /** Milliseconds to wait for the connection, and for the address. Default: 10 s each. */
  readonly timeout?: number;
  /** Milliseconds for each step of closing. Default: 5 s. */
  readonly closeTimeout?: number;
  /** Gives up connecting; once open, closes the client. */
  readonly signal?: AbortSignal;
}

export interface RouteOptions {
  /** Stops waiting: the promise rejects with the signal's reason. What was sent cannot be taken back. */
  readonly signal?: AbortSignal;
}

/** The input of a client's machine that suits most. */
export const clientDefaults: ClientInput = {
  ack: true,
  attempts: 10,
  window: 256,
  ackTimeout: 60_000,
  addressTimeout: 10_000,
  closeTimeout: 5_000,
};

const kernel = new Kernel(client);

/** A client of a relay. Made by `relayClient`. */
export class RelayClient {
  readonly #host: Host;
  readonly #session: Session<typeof client>;
  readonly #connector: Connector<Frame>;
  readonly #listeners: Listeners<RelayNotice>;
  readonly #deliveries: AsyncQueue<Delivery>;
  readonly #sealer: Sealer | undefined;
  readonly #maxFrame: number;
  readonly #routes: Routes;
  readonly #fences = new Map<string, () => void>();
  readonly #closed: Promise<void>;
  /** Whatever waits for the client's end. */
  readonly #atEnd = new Set<() => void>();
  #resolveClosed: () => void = () => {};

  constructor(url: string, connect: Connect<Frame>, options: RelayClientOptions) {
    const {
      sealed = false,
      maxFrame = 1_048_576,
      maxDelivery = 6_291_456,
      timeout = clientDefaults.addressTimeout,
      signal,
    } = options;
    const host = new Host(options);
    this.#host = host;
    this.#maxFrame = maxFrame;
    if (sealed !== false) this.#sealer = sealed === true ? new Sealer(host.random) : new Sealer(host.random, sealed);
    this.#listeners = new Listeners(host.report);
    this.#deliveries = new AsyncQueue({
      high: options.backlog ?? 1_024,
      pause: () => this.#connector.pause(),
      resume: () => this.#connector.resume(),
    });
    this.#connector = new Connector({
      url,
      connect,
      clock: host.clock,
      random: host.random,
      maxFrame: maxDelivery,
      timeout,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      frame: (frame) => this.#session.tell(clientEvent(frame)),
      fact: (fact) => this.#session.tell(fact),
    });
    const input: ClientInput = {
      ack: options.ack ?? clientDefaults.ack,
      attempts: options.attempts ?? clientDefaults.attempts,
      window: options.window ?? clientDefaults.window,
      ackTimeout: options.ackTimeout ?? clientDefaults.ackTimeout,
      addressTimeout: timeout,
      closeTimeout: options.closeTimeout ?? clientDefaults.closeTimeout,
    };
    this.#session = new Session(
      {
        id: `relay.client/${host.freshId().slice(0, 8)}`,
        kernel,
        outside: this.#outside(),
        clock: host.clock,
        report: host.report,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect, secrets: relaySecrets }),
      },
      input,
    ).start();
    this.#routes = new Routes({
      tell: (id, to, msg) => this.#session.tell({ type: 'command.route', id, to, msg }),
      window: () => (this.#session.ended ? Number.POSITIVE_INFINITY : this.#session.snapshot.context.agreedWindow),
    });
    this.#closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    if (signal?.aborted === true) void this.close();
    const abort = () => void this.close();
    signal?.addEventListener('abort', abort, { once: true });
    this.#atEnd.add(() => signal?.removeEventListener('abort', abort));
  }

  /**
   * Connects and gets an address.
   * @throws ConnectionLost `notOpened`: nobody there, no address in time, or closed meanwhile
   */
  async open(signal?: AbortSignal): Promise<this> {
    signal?.throwIfAborted();
    const abort = () => void this.close();
    signal?.addEventListener('abort', abort, { once: true });
    let forget = () => {};
    const opened = new Promise<void>((resolve) => {
      forget = this.on('addressed', () => resolve());
    });
    if (this.state === 'idle') this.#session.tell({ type: 'command.connect' });
    if (!this.#session.snapshot.hasTag('usable')) await Promise.race([opened, this.#closed]);
    forget();
    signal?.removeEventListener('abort', abort);
    signal?.throwIfAborted();
    if (!this.#session.ended) return this;
    throw new ConnectionLost(this.#reason(), { code: 'notOpened' });
  }

  /** Where this client can be reached now. It changes on every reconnect: see `on('addressed')`. */
  get address(): string {
    return this.#session.snapshot.context.address;
  }

  /**
   * What to hand to somebody who shall seal messages for this client: `<address>#<key>`.
   * @throws LocalMisuse `notSealing` on a client without `sealed`
   */
  get contact(): string {
    if (this.#sealer === undefined)
      throw new LocalMisuse('This client has no sealing key: open it with `sealed`.', { code: 'notSealing' });
    return contactText({ address: this.address, key: this.#sealer.publicKey });
  }

  /** The state of the client's machine, as a path: `open.acknowledged.quiet`. */
  get state(): string {
    return stateName(this.#session.snapshot.value);
  }

  /** Resolves when the client has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /**
   * Routes a message to an address, or a contact. The promise tells what is known of it, and always settles:
   * `delivered` (acknowledged), `sent` (nobody will tell), `failed` with the reason, `unknown` when the line broke meanwhile or the server did not answer in time.
   * @param to an address; on a client with `sealed`, a contact
   * @param msg anything that JSON can say; bigint is written as a whole number
   * @throws LocalMisuse `notJson`, `tooLarge`, `noKey`: nothing was sent
   * @throws the signal's reason
   */
  async route(to: string, msg: unknown, options: RouteOptions = {}): Promise<Outcome> {
    return this.#route(to, toJson(msg), options);
  }

  /**
   * Routes a message that is JSON text already, to the letter: `1.10` arrives as `1.10`.
   * @throws LocalMisuse as `route` does
   */
  async routeText(to: string, text: string, options: RouteOptions = {}): Promise<Outcome> {
    checkJson(text);
    return this.#route(to, text.trim(), options);
  }

  /**
   * Resolves once the server has handled everything that was routed before, if it handles a connection in order: a message to oneself has come back.
   * For the text's five messages, where an error names no route: one that was to come has come by then. `false` when the line broke instead.
   */
  async settled({ signal }: RouteOptions = {}): Promise<boolean> {
    if (signal?.aborted === true || !this.#session.snapshot.hasTag('usable')) return false;
    const token = JSON.stringify(this.#host.freshId());
    return new Promise((resolve) => {
      const broke = () => settle(false);
      const forget = this.on('disconnected', broke);
      const settle = (isThere: boolean) => {
        forget();
        this.#fences.delete(token);
        this.#atEnd.delete(broke);
        signal?.removeEventListener('abort', broke);
        resolve(isThere);
      };
      this.#fences.set(token, () => settle(true));
      this.#atEnd.add(broke);
      signal?.addEventListener('abort', broke, { once: true });
      const { address } = this;
      const outcome = ({ outcome }: Outcome) => {
        if (outcome === 'failed' || outcome === 'unknown') settle(false);
      };
      this.#routes.route({ to: address, settle: outcome }, token);
    });
  }

  async #route(to: string, message: string, { signal }: RouteOptions): Promise<Outcome> {
    signal?.throwIfAborted();
    const contact = parseContact(to);
    const address = contact?.address ?? to;
    let text = message;
    if (this.#sealer !== undefined) {
      if (contact === undefined) {
        throw new LocalMisuse('This client only sends sealed messages: route to a contact, <address>#<key>.', {
          code: 'noKey',
        });
      }
      text = this.#sealer.seal(contact, text);
    }
    this.#checkSize(text, address);
    return new Promise((resolve, reject) => {
      const abort = () => {
        waiting.settle = () => {};
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        to: address,
        settle: (outcome: Outcome) => {
          signal?.removeEventListener('abort', abort);
          resolve(outcome);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#routes.route(waiting, text, () => signal?.aborted !== true);
    });
  }

  /**
   * The messages as they arrive, from now on and those that nobody has taken yet. Ends when the client does, or with the signal. While nobody takes
   * them, `backlog` of them are kept and then reading pauses.
   */
  deliveries({ signal }: { readonly signal?: AbortSignal } = {}): AsyncIterableIterator<Delivery> {
    return this.#deliveries.iterate(signal);
  }

  /** Calls `listener` for every notice of this type until the returned function is called. */
  on<Type extends RelayNotice['type']>(
    type: Type,
    listener: (notice: Extract<RelayNotice, { readonly type: Type }>) => void,
  ): () => void {
    return this.#listeners.on(type, listener);
  }

  /** Waits for what is under way, also on its way to us, and closes. Routes that wait for their turn end as `failed: closing`. Never rejects. */
  close(): Promise<void> {
    this.#deliveries.release();
    this.#session.tell({ type: 'command.close' });
    return this.#closed;
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #outside(): Outside<typeof client> {
    return {
      send: (effect) => this.#send(effect),
      request: (request) => this.#request(request),
      order: (order) => this.#order(order),
      notify: (notice) => this.#notify(notice),
      ended: () => this.#ended(),
      failed: (error) => this.#failed(error),
    };
  }

  #send({ message, id }: SendsOf<Emitted>): void {
    const handedOver =
      id === undefined ? undefined : (ok: boolean) => void this.#session.tell({ type: 'handedOver', id, ok });
    this.#connector.send(relayWire.encode(message), handedOver);
  }

  #request({ attempt }: RequestsOf<Emitted>): void {
    this.#connector.request(attempt);
  }

  #order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'withdraw':
        this.#connector.withdraw();
        break;
      case 'orderClose':
        this.#connector.close(order.code, order.reason);
        break;
      case 'orderTermination':
        this.#connector.terminate();
        break;
    }
  }

  #notify(notice: Notice): void {
    switch (notice.type) {
      case 'delivered':
        this.#deliver(notice.msg);
        break;
      case 'routed':
        this.#routes.settle(notice.ids, outcomeOf(notice));
        break;
      case 'addressed':
        // On a new connection the address had to be read first.
        if (this.#deliveries.isPaused) this.#connector.pause();
        this.#listeners.tell(notice);
        break;
      default:
        this.#listeners.tell(notice);
    }
  }

  #ended(): void {
    this.#connector.close(1000, '');
    this.#routes.end();
    this.#deliveries.end();
    this.#resolveClosed();
    for (const end of this.#atEnd) end();
    this.#atEnd.clear();
  }

  #failed(error: MachineFailed | StoreFailed): void {
    this.#host.report(error);
    this.#connector.terminate();
    this.#ended();
  }

  #deliver(text: string): void {
    const fence = this.#fences.get(text);
    if (fence !== undefined) {
      fence();
      return;
    }
    if (this.#sealer === undefined) {
      this.#deliveries.push({ msg: parseJson(text), text });
      return;
    }
    try {
      const { msg, key } = this.#sealer.open(this.address, text);
      this.#deliveries.push({ msg: parseJson(msg), text: msg, sealedBy: key });
    } catch (error) {
      if (error instanceof PeerMisbehaved) this.#listeners.tell({ type: 'rejected', error });
      else this.#host.report(error);
    }
  }

  #checkSize(text: string, address: string): void {
    // The other fields of the frame need less than this.
    const bytes = new TextEncoder().encode(text + JSON.stringify(address)).length + 200;
    if (bytes > this.#maxFrame) {
      throw new LocalMisuse(
        `The message makes a frame of more than ${this.#maxFrame} bytes; the server would close the connection.`,
        {
          code: 'tooLarge',
        },
      );
    }
  }

  #reason(): string {
    const { output } = this.#session.snapshot;
    return output?.reason === undefined || output.reason === '' ? 'The client was closed.' : output.reason;
  }
}

/** The outcome alone, without what makes it a notice. */
function outcomeOf(routed: Outcome): Outcome {
  return routed.outcome === 'failed' ? { outcome: 'failed', reason: routed.reason } : { outcome: routed.outcome };
}
