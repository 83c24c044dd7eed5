/**
 * The payer as an app uses it: it plays a stream, pays for each part within its budget, and gives the parts as they are unlocked.
 *
 * What it must never do: let a key of a part or the key that it signs with near the machine or the store, or leave a promise unsettled.
 */
import type { EmittedFrom } from 'xstate';
import type { Offer } from '../../machines/streaming/messages.ts';
import { type Blamed, type Budget, type PayerInput, payer } from '../../machines/streaming/payer.ts';
import { toHex } from '../bytes.ts';
import { Connector } from '../connector.ts';
import {
  ConnectionLost,
  LimitReached,
  LocalMisuse,
  type MachineFailed,
  PeerMisbehaved,
  type StoreFailed,
} from '../errors.ts';
import { Host } from '../host.ts';
import { stateName } from '../inspect.ts';
import { Kernel } from '../kernel.ts';
import { Listeners } from '../listeners.ts';
import { minus } from '../money.ts';
import type { PacketFrame } from '../packets.ts';
import { AsyncQueue } from '../queue.ts';
import type { OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Connect } from '../transport.ts';
import { judge } from './judge.ts';
import type { Part, PlayerNotice, PlayerOptions } from './playerOptions.ts';
import { affordable, aimOf, amountOf, isByHand } from './purchase.ts';
import type { Scheme } from './scheme.ts';
import { Unlocking } from './unlocking.ts';
import { encodeToPayee, payerEvent, streamingSecrets } from './wire.ts';

export type { Content, Part, PlayerNotice, PlayerOptions } from './playerOptions.ts';

type Emitted = EmittedFrom<typeof payer>;

const kernel = new Kernel(payer);

/** Plays streams of one payee. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #host: Host;
  readonly #session: Session<typeof payer>;
  readonly #connector: Connector<PacketFrame>;
  readonly #listeners: Listeners<PlayerNotice>;
  readonly #parts: AsyncQueue<Part>;
  readonly #unlocking: Unlocking;
  readonly #signing = new Map<string, AbortController>();
  readonly #sessionId: string;
  readonly #budget: Budget;
  #leaving: Promise<void> | undefined;
  #resolveLeft = () => {};
  #offer: Offer | undefined;
  #failure: Error | undefined;
  #resolveEnded = () => {};
  /** Resolves when nothing more comes, whoever ended it. */
  readonly ended: Promise<void>;
  #hasLeft = false;

  /** Does not connect yet: see `open`. */
  constructor(url: string, connect: Connect<PacketFrame>, options: PlayerOptions) {
    this.#options = options;
    const host = new Host(options);
    this.#host = host;
    this.#sessionId = options.session ?? host.freshId();
    this.#listeners = new Listeners(host.report);
    this.#parts = new AsyncQueue({
      high: options.ahead ?? 8,
      pause: () => this.#session.tell({ type: 'command.pause' }),
      resume: () => this.#session.tell({ type: 'command.resume' }),
    });
    this.#unlocking = new Unlocking((stream) => this.#offerOf(stream), options.content);
    this.#connector = new Connector({
      url,
      connect,
      clock: host.clock,
      random: host.random,
      timeout: options.answerTimeout ?? 10_000,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      frame: (packet) => this.#frame(packet),
      fact: (fact) => this.#session.tell(fact),
    });
    const publicKey = toHex(options.signer.publicKey);
    this.#budget = { part: amountOf(options.budget.part), session: amountOf(options.budget.session) };
    const input: PayerInput = {
      payer: { publicKey, wallet: options.wallet ?? publicKey },
      budget: this.#budget,
      terms: options.terms ?? null,
      schemes: options.schemes.map(({ name }) => name),
      attempts: options.attempts ?? 10,
      answerTimeout: options.answerTimeout ?? 10_000,
      secretTimeout: options.secretTimeout ?? 10_000,
      closeTimeout: options.closeTimeout ?? 5_000,
    };
    this.#session = new Session(
      {
        id: `${publicKey}@${placeOf(url)}`,
        kernel,
        outside: this.#outside(),
        clock: host.clock,
        report: host.report,
        store: options.store,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect, secrets: streamingSecrets }),
      },
      input,
    );
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /**
   * Connects, finds or buys a channel, and plays. With a deposit of 0 it resolves as soon as it is known that one must be bought.
   * @throws ConnectionLost `notOpened`: nobody there, or no answer in time
   * @throws PeerMisbehaved `refusedOffer`: what the payee offers or says is not acceptable; `partLost`
   * @throws LimitReached `overBudget`: nothing is left to play with
   * @throws StoreFailed
   */
  async open(): Promise<this> {
    const { signal, stream = '', from = 0 } = this.#options;
    signal?.throwIfAborted();
    signal?.addEventListener('abort', () => void this.leave(), { once: true });
    const opened = new Promise<void>((resolve) => {
      this.on('playing', () => resolve());
      this.on('overBudget', () => resolve());
      this.on('purchaseNeeded', () => {
        if (isByHand(this.#options)) resolve();
      });
    });
    if (!(await this.#session.restore())) this.#session.start();
    this.play(stream, from);
    await Promise.race([opened, this.ended]);
    signal?.throwIfAborted();
    if (this.#failure !== undefined) {
      await this.leave();
      throw this.#failure;
    }
    return this;
  }

  /** What the payee offers. */
  get offer(): Offer {
    if (this.#offer === undefined) throw new LocalMisuse('Nothing plays yet.', { code: 'notOpen' });
    return this.#offer;
  }

  /** What was paid in this channel, and what is left of it. */
  get balance(): { readonly sent: bigint; readonly left: bigint; readonly deposit: bigint } {
    const { agreed, promised, isFunded, deposit: wanted } = this.#session.snapshot.context;
    const { sent } = promised ?? agreed;
    const deposit = isFunded ? wanted : '0';
    return { sent: BigInt(sent), left: BigInt(minus(deposit, sent)), deposit: BigInt(deposit) };
  }

  /** What was paid by this player, all channels together. */
  get spent(): bigint {
    return BigInt(this.#session.snapshot.context.spent);
  }

  /** The state of the payer's machine, as a path: `streaming.awaitingSecret`. */
  get state(): string {
    return stateName(this.#session.snapshot.value);
  }

  /**
   * The parts in order, each decrypted. While nobody takes them, nothing is paid. Ends with the stream, or when the player leaves.
   * @throws PeerMisbehaved `partLost` when the payee does not give what was paid for
   * @throws LimitReached `overBudget`; ConnectionLost
   */
  async *parts(): AsyncGenerator<Part, void, undefined> {
    yield* this.#parts;
    if (this.#failure !== undefined && !this.#hasLeft) throw this.#failure;
  }

  /** Calls `listener` for every notice of this type until the returned function is called. */
  on<Type extends PlayerNotice['type']>(
    type: Type,
    listener: (notice: Extract<PlayerNotice, { readonly type: Type }>) => void,
  ): () => void {
    return this.#listeners.on(type, listener);
  }

  /** Plays another stream of the same payee beside, or the same one from another part on. */
  play(stream: string, from = 0): void {
    const session = this.#sessionId;
    this.#session.tell({ type: 'command.play', stream, part: from, session, budget: this.#budget });
  }

  /** Stops paying: within one part nothing comes any more. */
  pause(): void {
    this.#session.tell({ type: 'command.pause' });
  }

  resume(): void {
    this.#session.tell({ type: 'command.resume' });
  }

  /**
   * Puts more into the channel, or buys one with so much where there is none. Where the scheme does not allow it, a new channel is bought when this one is
   * used up.
   */
  topUp(more: bigint | string): void {
    const { deposit, channel } = this.#session.snapshot.context;
    if (channel === null) {
      this.#buyWith(amountOf(more));
      return;
    }
    this.#session.tell({ type: 'command.topUp', deposit: `${BigInt(deposit) + BigInt(amountOf(more))}` });
  }

  /** Asks the payee to sign what it has got: `receipted` is told. */
  receipt(): void {
    this.#session.tell({ type: 'command.receipt' });
  }

  /** Goes away; the channel stays for the next time. Resolves when that is kept. Never rejects. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    this.#hasLeft = true;
    const left = new Promise<void>((resolve) => {
      this.#resolveLeft = resolve;
    });
    if (this.#session.tell({ type: 'command.leave' })) await left;
    this.#session.stop();
    this.#connector.close(1000, '');
    this.#end();
  }

  /**
   * Ends the channel: what is left comes back.
   * @returns how: with the payee's signature, or alone, as it did not answer
   * @throws ConnectionLost `notSettled`
   */
  async settle(): Promise<'together' | 'alone'> {
    if (this.#session.snapshot.context.channel === null) {
      // Used up to the unit: the last payment was the end.
      await this.leave();
      return 'together';
    }
    const id = this.#host.freshId();
    const how = new Promise<'together' | 'alone' | undefined>((resolve) => {
      this.on('settled', (notice) => {
        if (notice.id === id) resolve(notice.how);
      });
      void this.ended.then(() => resolve(undefined));
    });
    this.#session.tell({ type: 'command.close', id });
    const known = await how;
    this.#end();
    if (known === undefined) throw new ConnectionLost('The channel was not settled.', { code: 'notSettled' });
    return known;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  #outside(): Outside<typeof payer> {
    return {
      send: (effect) => this.#send(effect),
      request: (request) => this.#request(request),
      order: (order) => this.#order(order),
      notify: (notice) => this.#notify(notice),
      ended: ({ reason, blamed }) => this.#fail(reason, blamed),
      failed: (error) => this.#stopped(error),
    };
  }

  #frame(packet: PacketFrame): void {
    const { event, delivered } = payerEvent(packet);
    if (delivered !== undefined) this.#unlocking.keep(delivered);
    this.#session.tell(event);
  }

  #send({ message }: SendsOf<Emitted>): void {
    const packet = encodeToPayee(message, { extended: true });
    if (packet !== undefined) this.#connector.send(packet);
  }

  #request(request: RequestsOf<Emitted>): void {
    const { settlement } = this.#options;
    const { id } = request;
    switch (request.type) {
      case 'requestConnection':
        this.#connector.request(request.attempt);
        break;
      case 'requestSignature':
        void this.#sign(id, () => this.#scheme().bytes(request.statement, request.channel, request.standing));
        break;
      case 'consultSignature': {
        const { statement, publicKey, signature } = request;
        const verdict = judge(this.#scheme(), statement, request, publicKey, signature);
        if (typeof verdict === 'boolean') this.#session.tell({ type: 'verified', id, ok: verdict });
        else void verdict.then((ok) => this.#session.tell({ type: 'verified', id, ok }));
        break;
      }
      case 'requestFunding':
        settlement.fund(request.channel, request.deposit).then(
          () => this.#session.tell({ type: 'funded', id }),
          (error: unknown) => this.#session.tell({ type: 'unfunded', id, reason: sentence(error) }),
        );
        break;
      case 'requestWithdrawal':
        settlement.closeAlone(request.channel, request.proof).then(
          () => this.#session.tell({ type: 'withdrawn', id }),
          (error: unknown) => this.#session.tell({ type: 'unwithdrawn', id, reason: sentence(error) }),
        );
        break;
      case 'consultPart':
        this.#unlocking
          .contentOf(request.stream)
          .have(request.part)
          .then(
            () => this.#session.tell({ type: 'available', id }),
            (error: unknown) => this.#session.tell({ type: 'missing', id, reason: sentence(error) }),
          );
        break;
      case 'consultKey':
        this.#unlocking.open(request.stream, request.part).then(
          () => this.#session.tell({ type: 'opened', id }),
          (error: unknown) => this.#session.tell({ type: 'corrupt', id, reason: sentence(error) }),
        );
        break;
    }
  }

  async #sign(id: string, bytes: () => Uint8Array): Promise<void> {
    const asked = new AbortController();
    this.#signing.set(id, asked);
    try {
      const signature = await this.#options.signer.sign(bytes(), asked.signal);
      this.#session.tell({ type: 'signed', id, signature: toHex(signature) });
    } catch (error) {
      this.#session.tell({ type: 'refused', id, reason: sentence(error) });
    } finally {
      this.#signing.delete(id);
    }
  }

  #order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'orderClose':
        this.#connector.close(order.code, order.reason);
        break;
      case 'withdraw':
        if (order.request === 'requestConnection') this.#connector.withdraw();
        else this.#signing.get(order.id)?.abort();
        break;
    }
  }

  #notify(notice: PlayerNotice): void {
    this.#listeners.tell(notice);
    try {
      this.#options.notify?.(notice);
    } catch (error) {
      this.#host.report(error);
    }
    switch (notice.type) {
      case 'playing':
        this.#offer = notice.offer;
        break;
      case 'unlocked': {
        const opened = this.#unlocking.take(notice.stream, notice.part);
        if (opened !== undefined) this.#parts.push(opened);
        break;
      }
      case 'left':
        this.#resolveLeft();
        break;
      case 'purchaseNeeded':
        this.#offer ??= notice.offer;
        this.#buy(notice.offer, notice.deposit, notice.required);
        break;
      case 'emptied': {
        // The next channel, if anything is still to be played and may be paid.
        const [next] = this.#session.snapshot.context.streams;
        if (next === undefined || this.#failure !== undefined) this.#end();
        else this.play(next.stream, next.next);
        break;
      }
      case 'streamEnded':
        if (this.#session.snapshot.context.streams.length <= 1) this.#parts.end();
        break;
      case 'partLost':
        this.#failure = new PeerMisbehaved(`Part ${notice.part}: ${notice.reason}`, { code: 'partLost' });
        this.#parts.end();
        break;
      case 'overBudget':
        this.#failure = new LimitReached('The budget of this session is spent.', { code: 'overBudget' });
        this.#parts.end();
        break;
      case 'stopped':
        this.#fail(notice.reason, notice.blamed);
        break;
    }
  }

  /** Buys or tops up in whole parts, never more than the session may still spend. */
  #buy(offer: Offer, deposit: string, required: string): void {
    const { spent, channel } = this.#session.snapshot.context;
    const more = affordable(this.#options, spent, offer);
    if (more > 0n && channel !== null) {
      this.#session.tell({ type: 'command.topUp', deposit: `${BigInt(deposit) + more}` });
    } else if (more > 0n) {
      this.#buyWith(`${more}`);
    } else if (aimOf(this.#options) !== '0') {
      this.#notify({ type: 'overBudget', stream: offer.stream, part: 0, required });
    }
  }

  #buyWith(deposit: string): void {
    const fresh = this.#host.freshId();
    const { payee, payer: own } = this.#session.snapshot.context;
    const address = payee === null ? '' : this.#scheme().address({ id: fresh, payer: own, payee });
    this.#session.tell({ type: 'command.buy', deposit, fresh, address });
  }

  #scheme(): Scheme {
    const { schemes } = this.#options;
    const name = this.#session.snapshot.context.streams[0]?.offer.scheme;
    const scheme = schemes.find((each) => each.name === name) ?? schemes[0];
    if (scheme === undefined) throw new LocalMisuse('There is no scheme to sign with.', { code: 'noScheme' });
    return scheme;
  }

  #offerOf(stream: string): Offer | undefined {
    return this.#session.snapshot.context.streams.find((each) => each.stream === stream)?.offer;
  }

  #fail(reason: string, blamed: Blamed): void {
    if (reason === '') this.#stopped(undefined);
    else if (blamed === 'payee') this.#stopped(new PeerMisbehaved(reason, { code: 'refusedOffer' }));
    else this.#stopped(new ConnectionLost(reason, { code: 'notOpened' }));
  }

  #stopped(error: Error | MachineFailed | StoreFailed | undefined): void {
    this.#failure ??= error;
    this.#resolveLeft();
    this.#end();
  }

  #end(): void {
    this.#parts.end();
    this.#resolveEnded();
  }
}

/** What one payee's records are kept under: where it is, and as whom we come there. */
function placeOf(url: string): string {
  const { username, host, pathname } = new URL(url);
  return `${username === '' ? '' : `${username}@`}${host}${pathname.replace(/\/$/, '')}`;
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
