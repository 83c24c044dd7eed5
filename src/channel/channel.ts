/**
 * A channel as an app uses it: opened, paid in both ways, closed; every promise settles, whatever the node, the signer or the line does.
 *
 * What it must never do: let the secret key near the machine or the store, sign without asking the policy, or leave a command of the app without an end.
 */
import { initiator } from '../../machines/channel/initiator.ts';
import { type Dialect, type Envelope, otherParty, type Party, subjects } from '../../machines/channel/messages.ts';
import type {
  Agreed,
  Failure,
  PartyContext,
  PartyEmitted,
  PartyEvent,
  PartyInput,
  PartyOutput,
} from '../../machines/channel/partyRules.ts';
import { responder } from '../../machines/channel/responder.ts';
import { fromHex, toHex } from '../bytes.ts';
import type { TimerHandle } from '../clock.ts';
import { type Backoff, Connector } from '../connector.ts';
import {
  ConnectionLost,
  DeadlinePassed,
  LimitReached,
  LocalMisuse,
  PeerMisbehaved,
  StatewireError,
} from '../errors.ts';
import { Host, type HostOptions } from '../host.ts';
import { stateName } from '../inspect.ts';
import { toJson } from '../json.ts';
import { Kernel } from '../kernel.ts';
import { Listeners } from '../listeners.ts';
import { isAmount } from '../money.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { Session } from '../session.ts';
import type { Signer } from '../signer.ts';
import type { Store } from '../store.ts';
import type { Connect } from '../transport.ts';
import { Confirmations, type CountConfirmations } from './confirmations.ts';
import { decode, type Era, encode } from './encoding.ts';
import { careful, type Policy, questionOf } from './policy.ts';
import { keyOf, type Seen } from './seen.ts';
import { type Signing, type SigningForm, sign, signedBy } from './signing.ts';
import { decodeTransaction, encodeTransaction } from './transactions.ts';
import { encodeChannel, isReport, partyEvent } from './wire.ts';

type Notice = NoticesOf<PartyEmitted>;
type Frame = string | Uint8Array;

/** Nobody's fault: the update or the closing did not come about. Nothing has changed. */
export class NotAgreed extends StatewireError {
  /** `conflict`, or the node's reason: `insufficient_balance`, … */
  readonly reason: string;

  constructor(message: string, reason: string) {
    super(message, { code: reason === 'conflict' ? 'conflict' : 'rejected' });
    this.reason = reason;
  }
}

/** A state of the channel that both have signed. Amounts in the chain's smallest unit. */
export interface State {
  /** 1 for the state that the channel was opened with. */
  readonly round: number;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  /** The transaction as text. */
  readonly tx: string;
  /** Whether `tx` was seen with both signatures: the text's node only says that it is finished. */
  readonly isCoSigned: boolean;
}

/** What a channel tells beside the ends of its promises. */
export type ChannelNotice =
  /** Of the opening: an info of the node, or the create transaction on its way to the chain. */
  | { readonly type: 'progress'; readonly step: string; readonly tx: string }
  /** Of the opening: so many blocks confirm the create transaction, the one that includes it counted. */
  | { readonly type: 'confirmed'; readonly confirmations: number }
  /** Both have signed; `isOwn` where our app has started it. */
  | { readonly type: 'updated'; readonly state: State; readonly isOwn: boolean }
  /** Both have started an update at once; all is as in this round. */
  | { readonly type: 'conflict'; readonly round: number }
  | { readonly type: 'message'; readonly message: Envelope }
  /** We did not sign what was put to us. */
  | { readonly type: 'declined'; readonly tag: string; readonly reason: string }
  | { readonly type: 'disconnected'; readonly reason: string }
  | { readonly type: 'reconnected' }
  /** Nothing is under way: the next update would be started at once. */
  | { readonly type: 'ready' }
  /** The closing transaction, with both signatures, is on its way to the chain. */
  | { readonly type: 'closing'; readonly tx: string }
  | { readonly type: 'closed' }
  /** The node has ended the channel. */
  | { readonly type: 'died' }
  /** The node has reported an error, or has said what it may not say now. */
  | { readonly type: 'error'; readonly reason: string; readonly detail: string };

/** What is agreed with the other party beforehand, and how to reach the node. */
export interface ChannelOptions extends HostOptions {
  /** The node: `ws://` or `wss://`; `/channel` is appended where it is missing. */
  readonly url: string;
  readonly role: Party;
  /** Both keys, as `ak$…` or `ak_…`. Which of the two decides how everything else is written. */
  readonly initiator: string;
  readonly responder: string;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  /** In favour of the responder, at the beginning. */
  readonly pushAmount: bigint;
  /** What both must keep in the channel. */
  readonly channelReserve: bigint;
  /** Blocks for disputing a solo close. */
  readonly lockPeriod: number;
  /** The height by which the create transaction has to be on the chain. */
  readonly ttl?: number;
  /** Of the responder's node: by both the node finds who belongs together. Default: the node's own. */
  readonly host?: string;
  readonly port?: number;
  /** Blocks on top of the create transaction. */
  readonly minimumDepth?: number;
  /** How the node is to speak: as the text has it, which is the default, or as the node of its time. Both are understood always. */
  readonly dialect?: Dialect;
  /** Of our own key. */
  readonly signer: Signer;
  /** Of the chain, for modern encodings. Default: `ae_devnet`. */
  readonly networkId?: string;
  /** What is signed. Default: `raw` with legacy encodings, `networkHash` with modern ones. */
  readonly signing?: SigningForm;
  readonly store: Store;
  /** Tells how far the create transaction is confirmed. Default of `openChannel`: the node's HTTP interface. */
  readonly countConfirmations?: CountConfirmations;
  /** The channel's name in the store: one for each of several channels of the same two parties. */
  readonly name?: string;
  /** Default: `careful`. */
  readonly policy?: Policy;
  /** What is not as announced is refused at once, or put to the policy with what is wrong. Default: `refuse`. */
  readonly inspection?: 'refuse' | 'ask';
  /** The most that opening may cost, and closing, both parts together. Default: 10^15. */
  readonly maxFee?: bigint;
  /** Is told everything that `on` tells, from the first moment on. */
  readonly notify?: (notice: ChannelNotice) => void;
  /** The node's own patience by state, in milliseconds: `{ sign: 60_000 }` is asked for as `timeout_sign`. */
  readonly nodeTimeouts?: Readonly<Record<string, number>>;
  /** Tries to get a lost connection back before giving up. Default: 10. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** Commands that may wait for their turn. Default: 64. */
  readonly queue?: number;
  /** Milliseconds; defaults: 30 minutes, 10 s, 8 minutes, 9 minutes, 5 s. */
  readonly openTimeout?: number;
  readonly answerTimeout?: number;
  readonly signTimeout?: number;
  readonly finishTimeout?: number;
  readonly closeTimeout?: number;
  /** Ends the opening, and later leaves the channel. */
  readonly signal?: AbortSignal;
}

/** What both machines' sessions are to this file. */
interface PartySession {
  tell(event: PartyEvent): boolean;
  start(): unknown;
  restore(): Promise<boolean>;
  stop(): void;
  readonly snapshot: { readonly value: unknown; readonly context: PartyContext };
}

/** Who carries out what either machine tells. */
interface PartyOutside {
  send(effect: SendsOf<PartyEmitted>): void;
  request(request: RequestsOf<PartyEmitted>): void;
  order(order: OrdersOf<PartyEmitted>): void;
  notify(notice: Notice): void;
  ended(output: PartyOutput): void;
  failed(error: Error): void;
}

const kernels = { initiator: new Kernel(initiator), responder: new Kernel(responder) };
/** Larger than any transaction, smaller than what could hurt. */
const maxFrame = 262_144;
/** "We assume the channel's WebSocket listener is set on port 3014 (default one)." */
const defaultPort = 3_014;

/** A node cuts the line of who sends a larger frame than 65,536 bytes, of which the rest of the message needs some. */
const maxMessage = 65_000;

/** A command that waits for its end. */
interface Waiting {
  readonly event: PartyEvent;
  readonly resolve: (notice: Notice) => void;
  readonly reject: (error: Error) => void;
  deadline?: TimerHandle;
}

/** One party's side of one channel. */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #host: Host;
  readonly #session: PartySession;
  readonly #connector: Connector<Frame>;
  readonly #listeners: Listeners<ChannelNotice>;
  readonly #input: PartyInput;
  readonly #confirmations: Confirmations | undefined;
  readonly #signing = new Map<string, AbortController>();
  /** Frames and facts in the order in which they came: looking at signatures takes time. */
  readonly #arrived: (() => void | Promise<void>)[] = [];
  #isArriving = false;
  readonly #waiting = new Map<string, Waiting>();
  /** Updates and the closing, one after the other. */
  readonly #queue: string[] = [];
  #isReady = false;
  /** What our app wants has been told, and was not sent. */
  #isBeginning = false;
  #hasOpened = false;
  /** Set once nothing more can come of this object. */
  #over: Error | undefined;
  #settleOpening: (error?: Error) => void = () => {};
  #leaving: Promise<void> | undefined;
  #resolveLeft = () => {};
  #resolveEnded = () => {};
  /** Resolves when nothing more comes, whoever ended it. */
  readonly ended: Promise<void>;

  /** Does not connect yet: see `open`. @throws LocalMisuse `badKey`, `badAmount`, `foreignSigner`, `badUrl` */
  constructor(connect: Connect<Frame>, options: ChannelOptions) {
    this.#options = options;
    const host = new Host(options);
    this.#host = host;
    this.#listeners = new Listeners(host.report);
    const input = inputOf(options);
    this.#input = input;
    if (options.countConfirmations !== undefined) {
      const tell = (confirmations: number) => this.#tell({ type: 'confirmed', confirmations });
      this.#confirmations = new Confirmations(options.countConfirmations, host.clock, tell);
    }
    this.#connector = new Connector({
      url: urlOf(options),
      connect,
      clock: host.clock,
      random: host.random,
      maxFrame,
      timeout: input.answerTimeout,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      frame: (frame) => this.#arrive(() => this.#frame(frame)),
      fact: (fact) => this.#arrive(() => void this.#session.tell(fact)),
    });
    const session = {
      id: options.name ?? `${input.keys.initiator}/${input.keys.responder}/${options.port ?? ''}`,
      outside: this.#outside(),
      clock: host.clock,
      report: host.report,
      store: options.store,
      ...(host.inspect === undefined ? {} : { inspect: host.inspect }),
    };
    this.#session =
      options.role === 'initiator'
        ? new Session({ ...session, kernel: kernels.initiator }, input)
        : new Session({ ...session, kernel: kernels.responder }, input);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /**
   * Opens the channel, or comes back to the one in the store.
   * @throws ConnectionLost `notOpened`, `died`; PeerMisbehaved `wrongTransaction`; LocalMisuse `refused`; DeadlinePassed; StoreFailed;
   * and with the signal's reason
   */
  async open(): Promise<this> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const abort = () => void this.disconnect();
    signal?.addEventListener('abort', abort, { once: true });
    void this.ended.then(() => signal?.removeEventListener('abort', abort));
    const opened = new Promise<void>((resolve, reject) => {
      this.#settleOpening = (error) => (error === undefined ? resolve() : reject(error));
    });
    opened.catch(() => {});
    if (!(await this.#session.restore())) this.#session.start();
    if (this.state === undefined || this.machineState === 'idle') {
      this.#session.tell({ type: 'command.open', id: this.#host.freshId() });
    }
    try {
      await opened;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
    return this;
  }

  get role(): Party {
    return this.#input.role;
  }

  /** The channel's id as text; empty until the create transaction is known. */
  get id(): string {
    const { channelId } = this.#session.snapshot.context;
    return channelId === '' ? '' : encode('ch', this.#input.era, fromHex(channelId));
  }

  /** The last state that both have signed, or `undefined` while there is none. */
  get state(): State | undefined {
    const { agreed } = this.#session.snapshot.context;
    return agreed === null ? undefined : stateOf(agreed);
  }

  /** Our own account and the other's, as they were given. */
  get accounts(): { readonly own: string; readonly other: string } {
    const { accounts, role } = this.#input;
    return { own: accounts[role], other: accounts[otherParty(role)] };
  }

  /** The state of the party's machine, as a path: `open.awaitingSignature`. */
  get machineState(): string {
    return stateName(this.#session.snapshot.value);
  }

  /** Calls `listener` for every notice of this type until the returned function is called. */
  on<Type extends ChannelNotice['type']>(
    type: Type,
    listener: (notice: Extract<ChannelNotice, { readonly type: Type }>) => void,
  ): () => void {
    return this.#listeners.on(type, listener);
  }

  /**
   * Pays, or asks to be paid: `from` and `to` are the two accounts, either way. Updates wait for their turn.
   * @returns the state that both have signed
   * @throws NotAgreed `conflict`, `rejected`; LocalMisuse `refused`; PeerMisbehaved `wrongTransaction`; DeadlinePassed; ConnectionLost; LimitReached `queueFull`
   */
  async update({ from, to, amount }: { from: string; to: string; amount: bigint | string }): Promise<State> {
    const id = this.#host.freshId();
    if (!/^-?\d{1,80}$/.test(`${amount}`)) throw badAmount(`${amount}`.slice(0, 100));
    const update = { from: this.#spelled(from), to: this.#spelled(to), amount: `${BigInt(amount)}` };
    const notice = await this.#inTurn(id, { type: 'command.update', id, update });
    if (notice.type !== 'updated') throw new ConnectionLost('The channel is over.', { code: 'over' });
    return stateOf(notice.agreed);
  }

  /** Pays the other party. As `update`. */
  pay(amount: bigint): Promise<State> {
    return this.update({ from: this.accounts.own, to: this.accounts.other, amount });
  }

  /** Asks the other party to pay. As `update`. */
  request(amount: bigint): Promise<State> {
    return this.update({ from: this.accounts.other, to: this.accounts.own, amount });
  }

  /**
   * Sends the other party a text; anything else is sent as JSON. Resolves when it has left; nobody says whether it arrived.
   * @throws LocalMisuse `notNow`, `notJson`; LimitReached `tooLong`; ConnectionLost `notSent`
   */
  async message(info: unknown): Promise<void> {
    const id = this.#host.freshId();
    const text = typeof info === 'string' ? info : toJson(info);
    if (new TextEncoder().encode(JSON.stringify(text)).length > maxMessage)
      throw new LimitReached(`A message has ${maxMessage} bytes at most.`, { code: 'tooLong' });
    const notice = await this.#settled(id, { type: 'command.message', id, info: text, to: this.accounts.other }, true);
    if (notice.type === 'handed' && !notice.ok) {
      throw new ConnectionLost('The message was not sent: there is no connection.', { code: 'notSent' });
    }
  }

  /**
   * Closes the channel, both agreeing.
   * @returns the transaction with both signatures, on its way to the chain
   * @throws as `update`
   */
  async shutdown(): Promise<{ readonly tx: string }> {
    const id = this.#host.freshId();
    const notice = await this.#inTurn(id, { type: 'command.shutdown', id });
    return { tx: notice.type === 'shutDown' ? notice.tx : '' };
  }

  /** Goes away; the channel stays in the store for the next `openChannel`. Resolves when that is kept. Never rejects. */
  disconnect(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  async #leave(): Promise<void> {
    const { clock } = this.#host;
    if (this.#over === undefined) {
      const left = new Promise<void>((resolve) => {
        this.#resolveLeft = resolve;
      });
      // A store that hangs keeps nobody here.
      const deadline = clock.set(() => this.#resolveLeft(), this.#input.closeTimeout);
      if (this.#session.tell({ type: 'command.leave' })) await Promise.race([left, this.ended]);
      clock.clear(deadline);
    }
    this.#session.stop();
    this.#connector.close(1000, '');
    this.#end(new ConnectionLost('The app has left the channel.', { code: 'left' }));
  }

  /** An account as the node is told it. */
  #spelled(account: string): string {
    const key = keyOf(account);
    const { keys, accounts } = this.#input;
    if (key === keys.initiator) return accounts.initiator;
    return key === keys.responder ? accounts.responder : account;
  }

  /** Tells a command once nothing else is under way. */
  #inTurn(id: string, event: PartyEvent): Promise<Notice> {
    if (this.#queue.length >= (this.#options.queue ?? 64)) {
      return Promise.reject(new LimitReached('Too many commands wait for their turn.', { code: 'queueFull' }));
    }
    const notice = this.#settled(id, event, false);
    if (this.#waiting.has(id)) {
      this.#queue.push(id);
      this.#pump();
    }
    return notice;
  }

  #settled(id: string, event: PartyEvent, atOnce: boolean): Promise<Notice> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    const { answerTimeout, signTimeout, finishTimeout } = this.#input;
    const settled = new Promise<Notice>((resolve, reject) => {
      const waiting: Waiting = { event, resolve, reject };
      waiting.deadline = this.#host.clock.set(
        () => this.#reject(id, new DeadlinePassed('The command was not carried out in time.', { code: 'noTurn' })),
        answerTimeout + signTimeout + finishTimeout,
      );
      this.#waiting.set(id, waiting);
    });
    if (atOnce && !this.#session.tell(event))
      this.#reject(id, new ConnectionLost('The channel is over.', { code: 'over' }));
    return settled;
  }

  #pump(): void {
    while (this.#isReady) {
      const id = this.#queue.shift();
      if (id === undefined) return;
      const next = this.#waiting.get(id);
      if (next === undefined) continue;
      this.#isReady = false;
      this.#isBeginning = true;
      this.#session.tell(next.event);
    }
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting?.deadline !== undefined) this.#host.clock.clear(waiting.deadline);
    return waiting;
  }

  #resolve(id: string, notice: Notice): void {
    this.#take(id)?.resolve(notice);
  }

  #reject(id: string, error: Error): void {
    this.#take(id)?.reject(error);
  }

  #outside(): PartyOutside {
    return {
      send: ({ id, message }) => {
        // An update that a process which is gone has begun, and perhaps sent: a node takes two for two.
        if ('tag' in message && message.tag === 'new') {
          if (!this.#isBeginning) return;
          this.#isBeginning = false;
        }
        const told =
          id === undefined ? undefined : (ok: boolean) => void this.#session.tell({ type: 'handedOver', id, ok });
        this.#connector.send(encodeChannel(message), told);
      },
      request: (request) => this.#request(request),
      order: (order) => this.#order(order),
      notify: (notice) => this.#notify(notice),
      ended: ({ ended, reason }) => {
        if (ended === 'closed') this.#tell({ type: 'closed' });
        this.#end(overError(ended, reason));
      },
      failed: (error) => this.#end(error),
    };
  }

  /** Whatever the line brings, one after the other. */
  #arrive(item: () => void | Promise<void>): void {
    this.#arrived.push(item);
    if (!this.#isArriving) void this.#takeArrived();
  }

  async #takeArrived(): Promise<void> {
    this.#isArriving = true;
    for (let item = this.#arrived.shift(); item !== undefined; item = this.#arrived.shift()) {
      try {
        const done = item();
        if (done !== undefined) await done;
      } catch (error) {
        this.#host.report(error);
      }
    }
    this.#isArriving = false;
  }

  #frame(frame: Frame): void | Promise<void> {
    const event = partyEvent(frame);
    if (!isReport(event)) return void this.#session.tell(event);
    return this.#isCoSigned(event.seen).then((isCoSigned) => void this.#session.tell({ ...event, isCoSigned }));
  }

  /** Whether both have signed it. */
  async #isCoSigned(seen: Seen): Promise<boolean> {
    if (seen.kind === 'unreadable' || seen.signatures.length < 2) return false;
    const signed = decodeTransaction(decode(seen.tx, 'tx').bytes);
    if (signed.type !== 'signed') return false;
    const { keys } = this.#input;
    const networkId = this.#networkId();
    for (const key of [keys.initiator, keys.responder]) {
      if ((await signedBy(signed, fromHex(key), networkId)) === undefined) return false;
    }
    return true;
  }

  /** Legacy chains had none. */
  #networkId(): string | undefined {
    return this.#input.era === 'legacy' ? undefined : (this.#options.networkId ?? 'ae_devnet');
  }

  #request(request: RequestsOf<PartyEmitted>): void {
    if (request.type === 'requestConnection') this.#connector.request(request.attempt);
    else void this.#sign(request);
  }

  async #sign({
    id,
    tag,
    tx,
    inspected,
  }: Extract<RequestsOf<PartyEmitted>, { readonly type: 'requestSignature' }>): Promise<void> {
    const { policy = careful, signer } = this.#options;
    this.#signing.get(id)?.abort();
    const asked = new AbortController();
    this.#signing.set(id, asked);
    const tell = (event: PartyEvent) => {
      if (!asked.signal.aborted) this.#session.tell(event);
    };
    try {
      const verdict = await policy(questionOf(subjects[tag], tx, inspected), asked.signal);
      if (asked.signal.aborted) return;
      if (verdict !== true) {
        const reason = typeof verdict === 'string' ? verdict : 'The policy does not want it.';
        return tell({ type: 'refused', id, reason });
      }
      const { era, bytes } = decode(tx, 'tx');
      const signed = await sign(decodeTransaction(bytes), signer, this.#form(era), asked.signal);
      tell({ type: 'signed', id, tx: encode('tx', era, encodeTransaction(signed)) });
    } catch (error) {
      tell({ type: 'refused', id, reason: sentence(error) });
    } finally {
      if (this.#signing.get(id) === asked) this.#signing.delete(id);
    }
  }

  #form(era: Era): Signing {
    const { signing = era === 'legacy' ? 'raw' : 'networkHash', networkId = 'ae_devnet' } = this.#options;
    return signing === 'raw' ? { form: 'raw' } : { form: signing, networkId };
  }

  #order(order: OrdersOf<PartyEmitted>): void {
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

  #tell(notice: ChannelNotice): void {
    this.#listeners.tell(notice);
    try {
      this.#options.notify?.(notice);
    } catch (error) {
      this.#host.report(error);
    }
  }

  #notify(notice: Notice): void {
    switch (notice.type) {
      case 'progressed':
        this.#tell({ type: 'progress', step: notice.step, tx: notice.tx });
        if (notice.step === 'on_chain_tx' && notice.tx !== '') this.#confirmations?.watch(notice.tx);
        if (notice.step === 'own_funding_locked') this.#confirmations?.stop();
        break;
      case 'opened':
        this.#confirmations?.stop();
        this.#opened();
        break;
      case 'resumed':
        if (this.#hasOpened) this.#tell({ type: 'reconnected' });
        this.#opened();
        break;
      case 'readied':
        this.#isReady = true;
        this.#pump();
        if (this.#isReady) this.#tell({ type: 'ready' });
        break;
      case 'updated':
        this.#tell({ type: 'updated', state: stateOf(notice.agreed), isOwn: notice.id !== '' });
        this.#resolve(notice.id, notice);
        break;
      case 'shutDown':
        this.#tell({ type: 'closing', tx: notice.tx });
        this.#resolve(notice.id, notice);
        break;
      case 'handed':
        this.#resolve(notice.id, notice);
        break;
      case 'failed':
        if (!this.#hasOpened && !this.#waiting.has(notice.id))
          this.#settleOpening(failureError(notice.reason, notice.detail));
        this.#reject(notice.id, failureError(notice.reason, notice.detail));
        break;
      case 'misused':
        this.#misused(notice.id ?? '', notice.state ?? '');
        break;
      case 'declined':
        this.#tell({ type: 'declined', tag: notice.tag, reason: notice.reason });
        break;
      case 'conflicted':
        this.#tell({ type: 'conflict', round: notice.round });
        break;
      case 'messaged':
        this.#tell({ type: 'message', message: notice.message });
        break;
      case 'reported':
        this.#tell({ type: 'error', reason: notice.reason, detail: notice.detail });
        break;
      case 'noticed':
        this.#tell({ type: 'progress', step: notice.event, tx: '' });
        break;
      case 'violated':
        this.#tell({
          type: 'error',
          reason: 'violated',
          detail: `${notice.event} in ${notice.state}: ${notice.reason}`,
        });
        break;
      case 'disconnected':
        this.#isReady = false;
        this.#tell({ type: 'disconnected', reason: notice.reason });
        break;
      case 'stopped':
        this.#stopped(new ConnectionLost(notice.reason, { code: 'lost' }));
        break;
      case 'left':
        this.#resolveLeft();
        break;
      case 'died':
        this.#tell({ type: 'died' });
        break;
    }
  }

  #opened(): void {
    this.#hasOpened = true;
    this.#settleOpening();
  }

  /** The machine was just leaving the state that would have taken the command: it waits for the next turn. What has no turn is refused. */
  #misused(id: string, state: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const hasTurn = waiting.event.type !== 'command.message' && /^(open|closing)\b/.test(state);
    if (hasTurn) this.#queue.unshift(id);
    else this.#reject(id, new LocalMisuse(`The channel is ${state}: not now.`, { code: 'notNow' }));
  }

  /** It does not go on in this object; the channel stays in the store. */
  #stopped(error: Error): void {
    this.#session.stop();
    this.#connector.close(1000, '');
    this.#end(error);
  }

  #end(error: Error): void {
    this.#over ??= error;
    this.#confirmations?.stop();
    this.#isReady = false;
    this.#settleOpening(this.#over);
    for (const asked of this.#signing.values()) asked.abort();
    for (const id of [...this.#waiting.keys()]) this.#reject(id, this.#over);
    this.#resolveLeft();
    this.#resolveEnded();
  }
}

const stateOf = ({ round, initiatorAmount, responderAmount, tx, isCoSigned }: Agreed): State => ({
  round,
  initiatorAmount: BigInt(initiatorAmount),
  responderAmount: BigInt(responderAmount),
  tx,
  isCoSigned,
});

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));

function failureError(reason: Failure, detail: string): StatewireError {
  switch (reason) {
    case 'refused':
      return new LocalMisuse(`It was not signed: ${detail}`, { code: 'refused' });
    case 'wrong':
      return new PeerMisbehaved(`What the node put to us was not what was announced, and not signed: ${detail}`, {
        code: 'wrongTransaction',
      });
    case 'conflict':
      return new NotAgreed('Both parties started at once; try again.', 'conflict');
    case 'rejected':
      return new NotAgreed(`The node rejected it: ${detail}`, detail);
    case 'timeout':
      return new DeadlinePassed('Nobody answered in time.', { code: 'noAnswer' });
    case 'lost':
      return new ConnectionLost(detail === '' ? 'The connection is lost.' : detail, { code: 'lost' });
    case 'died':
      return new ConnectionLost('The node has ended the channel.', { code: 'died' });
    case 'left':
      return new ConnectionLost('The app has left the channel.', { code: 'left' });
  }
}

function overError(ended: 'not' | 'closed' | 'died' | 'failed', reason: string): StatewireError {
  if (ended === 'closed') return new ConnectionLost('The channel is closed.', { code: 'closed' });
  if (ended === 'died') return new ConnectionLost('The node has ended the channel.', { code: 'died' });
  return new ConnectionLost(reason, { code: 'notOpened' });
}

const badAmount = (text: string) =>
  new LocalMisuse(`${text} is no amount: amounts are whole numbers of the smallest unit.`, { code: 'badAmount' });

function amountOf(value: bigint): string {
  const text = `${value}`;
  if (isAmount(text)) return text;
  throw badAmount(text);
}

function keyIn(account: string): string {
  const key = keyOf(account);
  if (key !== undefined) return key;
  throw new LocalMisuse(`${account.slice(0, 80)} is no account.`, { code: 'badKey' });
}

/** @throws LocalMisuse */
function inputOf(options: ChannelOptions): PartyInput {
  const { role, signer, initiator: one, responder: other } = options;
  const keys = { initiator: keyIn(one), responder: keyIn(other) };
  const eras = new Set([decode(one, 'ak').era, decode(other, 'ak').era]);
  const [era = 'modern'] = eras;
  if (eras.size > 1) throw new LocalMisuse('The two accounts are of different encodings.', { code: 'badKey' });
  if (keys.initiator === keys.responder) throw new LocalMisuse('Both parties are the same.', { code: 'badKey' });
  if (toHex(signer.publicKey) !== keys[role]) {
    throw new LocalMisuse(`The signer's key is not that of the ${role}.`, { code: 'foreignSigner' });
  }
  return {
    role,
    era,
    keys,
    accounts: { initiator: one, responder: other },
    initiatorAmount: amountOf(options.initiatorAmount),
    responderAmount: amountOf(options.responderAmount),
    pushAmount: amountOf(options.pushAmount),
    channelReserve: amountOf(options.channelReserve),
    lockPeriod: options.lockPeriod,
    ttl: options.ttl ?? null,
    maxFee: amountOf(options.maxFee ?? 10n ** 15n),
    isLenient: options.inspection === 'ask',
    attempts: options.attempts ?? 10,
    openTimeout: options.openTimeout ?? 1_800_000,
    answerTimeout: options.answerTimeout ?? 10_000,
    signTimeout: options.signTimeout ?? 480_000,
    finishTimeout: options.finishTimeout ?? 540_000,
    closeTimeout: options.closeTimeout ?? 5_000,
  };
}

/** Where the node is, with the parameters of the text in its order. @throws LocalMisuse `badUrl` */
function urlOf(options: ChannelOptions): string {
  if (!URL.canParse(options.url) || !/^wss?:$/.test(new URL(options.url).protocol)) {
    throw new LocalMisuse(`${options.url} is not the URL of a WebSocket.`, { code: 'badUrl' });
  }
  const url = new URL(options.url);
  if (!url.pathname.endsWith('/channel')) url.pathname = `${url.pathname.replace(/\/$/, '')}/channel`;
  const isEpoch = options.dialect === 'epoch';
  const parameters: Record<string, string | number | bigint | undefined> = {
    [isEpoch ? 'initiator_id' : 'initiator']: options.initiator,
    [isEpoch ? 'responder_id' : 'responder']: options.responder,
    lock_period: options.lockPeriod,
    push_amount: options.pushAmount,
    initiator_amount: options.initiatorAmount,
    responder_amount: options.responderAmount,
    channel_reserve: options.channelReserve,
    ttl: options.ttl,
    host: options.host ?? (options.role === 'initiator' ? url.hostname : undefined),
    port: options.port ?? (url.port || defaultPort),
    minimum_depth: options.minimumDepth,
    role: options.role,
    dialect: options.dialect,
  };
  for (const [state, ms] of Object.entries(options.nodeTimeouts ?? {})) parameters[`timeout_${state}`] = ms;
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, `${value}`);
  }
  return url.href;
}
