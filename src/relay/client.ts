/**
 * The relay client as an app uses it: an address, `route`, and the deliveries. Everything that it promises settles.
 */
import type { EmittedFrom } from 'xstate';
import { client, type Outcome } from '../../machines/relay/client.ts';
import { Connector } from '../connector.ts';
import { endsWith } from '../endsWith.ts';
import { ConnectionLost, LocalMisuse, type MachineFailed, PeerMisbehaved, type StoreFailed } from '../errors.ts';
import { Host } from '../host.ts';
import { stateName } from '../inspect.ts';
import { checkJson, parseJson, toJson } from '../json.ts';
import { Kernel } from '../kernel.ts';
import { Listeners } from '../listeners.ts';
import { AsyncQueue } from '../queue.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Connect } from '../transport.ts';
import { Turns } from '../turns.ts';
import {
  clientDefaults,
  type Delivery,
  inputOf,
  type RelayClientOptions,
  type RelayNotice,
  type RouteOptions,
} from './options.ts';
import { contactText, parseContact, Sealer } from './sealed.ts';
import { clientEvent, relaySecrets, relayWire } from './wire.ts';

type Frame = string | Uint8Array;
type Emitted = EmittedFrom<typeof client>;
type Notice = NoticesOf<Emitted>;

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
  /** In a lane for each address: a receiver that is stuck leaves room for others. */
  readonly #routes: Turns<Outcome>;
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
    this.#session = new Session(
      {
        id: `relay.client/${host.freshId().slice(0, 8)}`,
        kernel,
        outside: this.#outside(),
        clock: host.clock,
        report: host.report,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect, secrets: relaySecrets }),
      },
      inputOf(options),
    ).start();
    this.#routes = new Turns<Outcome>({
      window: () => (this.#session.ended ? Number.POSITIVE_INFINITY : this.#session.snapshot.context.agreedWindow),
      share: 1 / 2,
      notOpen: { outcome: 'failed', reason: 'notOpen' },
      unknown: { outcome: 'unknown' },
    });
    this.#closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    endsWith(signal, () => this.close(), this.#closed);
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
      void this.#give(address, token).then(outcome);
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
    return this.#give(address, text, signal);
  }

  #give(to: string, msg: string, signal?: AbortSignal): Promise<Outcome> {
    return this.#routes.take((id) => this.#session.tell({ type: 'command.route', id, to, msg }), { lane: to, signal });
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
