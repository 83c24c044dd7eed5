/**
 * A channel as an app uses it: opened, paid in both ways, closed; every promise settles, whatever the node, the signer or the line does.
 *
 * What it must never do: let the secret key near the machine or the store, sign without asking the policy, or leave a command of the app without an end.
 */
import { initiator } from '../../machines/channel/initiator.ts';
import { Meta, otherParty, type Party } from '../../machines/channel/messages.ts';
import {
  type PartyContext,
  type PartyEmitted,
  type PartyEvent,
  type PartyInput,
  type PartyOutput,
  ping,
  type Return,
} from '../../machines/channel/partyRules.ts';
import { responder } from '../../machines/channel/responder.ts';
import { fromHex } from '../bytes.ts';
import type { TimerHandle } from '../clock.ts';
import { Connector } from '../connector.ts';
import { ConnectionLost, DeadlinePassed, LimitReached, LocalMisuse } from '../errors.ts';
import { Host } from '../host.ts';
import { stateName } from '../inspect.ts';
import { toJson } from '../json.ts';
import { Kernel } from '../kernel.ts';
import { Listeners } from '../listeners.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { Session } from '../session.ts';
import type { Connect } from '../transport.ts';
import { Asking } from './asking.ts';
import { failureError, overError } from './channelErrors.ts';
import { Confirmations } from './confirmations.ts';
import { decode, encode } from './encoding.ts';
import { Guard } from './guard.ts';
import {
  amountOf,
  badAmount,
  type ChannelNotice,
  type ChannelOptions,
  inputOf,
  type State,
  stateOf,
  urlOf,
} from './options.ts';
import { careful } from './policy.ts';
import { Pulse } from './pulse.ts';
import { channelsIn } from './records.ts';
import { keyOf, type Seen, see } from './seen.ts';
import { signedBy, signingOf } from './signing.ts';
import { decodeTransaction } from './transactions.ts';
import { type PaidOut, Watch, type WatchNotice } from './watch.ts';
import { encodeToNode, isShowing, partyEvent } from './wire.ts';

type Notice = NoticesOf<PartyEmitted>;
type Frame = string | Uint8Array;

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

/** A node cuts the line of who sends a larger frame than 65,536 bytes, of which the rest of the message needs some. */
const maxMessage = 65_000;

/** By which a node knows a party again: nobody else is to see it. */
const channelSecrets: ReadonlySet<string> = new Set(['fsmId']);

/** How a new state is told, by what has led to it. */
const told = { create: 'updated', update: 'updated', deposit: 'deposited', withdraw: 'withdrawn' } as const;

/** A payment, either way. */
export interface UpdateOptions {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint | string;
  readonly meta?: readonly string[];
}

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
  readonly #asking: Asking;
  readonly #name: string;
  readonly #guard: Guard | undefined;
  /** Only in the dialect that has one. */
  readonly #pulse: Pulse | undefined;
  #comesBack: Return | null = null;
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
  #resolveDeparted = () => {};
  #resolveEnded = () => {};
  /** Resolves when nothing more comes, whoever ended it. */
  readonly ended: Promise<void>;

  /** Does not connect yet: see `open`. @throws LocalMisuse `badKey`, `badAmount`, `foreignSigner`, `badUrl`, `badState` */
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
    this.#asking = new Asking({
      policy: options.policy ?? careful,
      signer: options.signer,
      form: (era) => signingOf(era, options),
      tell: (answer) => void this.#session.tell(answer),
    });
    if (options.dialect === 'rpc') {
      this.#pulse = new Pulse({
        clock: host.clock,
        every: options.pulse ?? 10_000,
        ask: () => this.#connector.send(encodeToNode(ping, 'rpc')),
        dead: () => this.#connector.terminate(),
      });
    }
    urlOf(options, input.era);
    this.#connector = new Connector({
      url: () => urlOf(options, input.era, this.#comesBack),
      connect,
      clock: host.clock,
      random: host.random,
      maxFrame,
      timeout: input.answerTimeout,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      frame: (frame) => this.#arrive(() => this.#frame(frame)),
      fact: (fact) => {
        if (fact.type === 'connection.opened') this.#pulse?.start();
        else this.#pulse?.stop();
        this.#arrive(() => void this.#session.tell(fact));
      },
    });
    this.#name = options.name ?? `${input.keys.initiator}/${input.keys.responder}/${options.port ?? ''}`;
    this.#guard = this.#newGuard();
    const session = {
      id: this.#name,
      outside: this.#outside(),
      clock: host.clock,
      report: host.report,
      store: options.store,
      ...(host.inspect === undefined ? {} : { inspect: host.inspect, secrets: channelSecrets }),
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
   * Opens the channel, or comes back to the one in the store, or to the `existing` one.
   * @throws ConnectionLost `notOpened`, `died`; PeerMisbehaved `wrongTransaction`; LocalMisuse `refused`, `badState`; DeadlinePassed; StoreFailed;
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
    if (await this.#session.restore()) this.#agreedOn();
    else await this.#begin();
    await this.#watchEarlier().catch(this.#host.report);
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

  #newGuard(): Guard | undefined {
    const { watch, notify: _, ...options } = this.#options;
    if (watch === undefined || watch === false) return undefined;
    return new Guard({
      begin: (channel, notify) => new Watch({ ...options, ...watch, channel, notify }),
      notify: (notice) => this.#watched(notice),
      report: this.#host.report,
    });
  }

  /** Channels of this name that lie in the store, and not with this party any more. */
  async #watchEarlier(): Promise<void> {
    const guard = this.#guard;
    if (guard === undefined) return;
    const kept = await channelsIn(this.#options.store);
    const { channelId } = this.#session.snapshot.context;
    for (const each of kept) {
      if (each.name === this.#name && each.role === this.role && each.channelId !== channelId) guard.takeUp(each);
    }
  }

  #watched(notice: WatchNotice): void {
    switch (notice.type) {
      case 'disputed':
        this.#tell({ type: 'slashed', round: notice.round, stale: notice.stale });
        break;
      case 'settled':
        this.#tell({ type: 'paidOut', paid: notice.paid });
        break;
      case 'hindered':
      case 'unwatched':
        this.#tell(notice);
        break;
      case 'soloClosed':
        // The node tells of it, as of everything that the chain has of the channel.
        break;
    }
  }

  async #begin(): Promise<void> {
    const { existing } = this.#options;
    if (existing !== undefined && !(await this.#isCoSigned(see(existing.state)))) {
      throw new LocalMisuse('The state to come back with does not have the signatures of both.', { code: 'badState' });
    }
    this.#session.start();
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
   * Pays, or asks to be paid: `from` and `to` are the two accounts, either way. Updates wait for their turn. `meta` is what the other's policy is told
   * beside, by nodes that pass it on; nobody signs it.
   * @returns the state that both have signed
   * @throws NotAgreed `conflict`, `aborted`, `rejected`, `disputed`; LocalMisuse `refused`; PeerMisbehaved `wrongTransaction`; DeadlinePassed;
   * ConnectionLost; LimitReached `queueFull`
   */
  async update({ from, to, amount, meta }: UpdateOptions): Promise<State> {
    const id = this.#host.freshId();
    if (!/^-?\d{1,80}$/.test(`${amount}`)) throw badAmount(`${amount}`.slice(0, 100));
    if (meta !== undefined && !Meta.safeParse(meta).success)
      throw new LocalMisuse('`meta` is a list of 16 texts at most, each of 1,024 characters at most.', {
        code: 'badMeta',
      });
    const update = { from: this.#spelled(from), to: this.#spelled(to), amount: `${BigInt(amount)}` };
    return this.#changed(id, { type: 'command.update', id, update, ...(meta === undefined ? {} : { meta }) });
  }

  /**
   * Puts more of ours into the channel. It takes the blocks that the opening took.
   * @returns the state that both have signed, and the chain has
   * @throws as `update`
   */
  async deposit(amount: bigint): Promise<State> {
    const id = this.#host.freshId();
    return this.#changed(id, { type: 'command.deposit', id, amount: amountOf(amount) }, this.#input.openTimeout);
  }

  /** Takes out of what is ours in the channel, all but the reserve. As `deposit`. */
  async withdraw(amount: bigint): Promise<State> {
    const id = this.#host.freshId();
    return this.#changed(id, { type: 'command.withdraw', id, amount: amountOf(amount) }, this.#input.openTimeout);
  }

  async #changed(id: string, command: PartyEvent, longer = 0): Promise<State> {
    const notice = await this.#inTurn(id, command, longer);
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

  /**
   * Closes the channel without the other party, with the last state; waits until the lock period is over, and until the chain pays out. It needs no
   * connection to the node's WebSocket.
   * @returns what was paid out; `undefined` where the two have closed it together in the meantime
   * @throws LocalMisuse `noWatch`, `notOnChain`, `noState`, `refused`, `rejected`: nothing was posted
   * @throws ConnectionLost `left`, StoreFailed: what was posted stays posted, and the next process goes on with it
   */
  async closeAlone(): Promise<PaidOut | undefined> {
    const closing = this.#guard?.closeAlone();
    if (closing !== undefined) return closing;
    throw new LocalMisuse('Nobody watches over a state of this channel that both have signed.', { code: 'noWatch' });
  }

  /**
   * Leaves the channel, and so does the other party; with the last state either comes back: `openChannel` again, with the store or with `existing`.
   * @returns the last state, with both signatures where the node has shown them
   * @throws NotAgreed `rejected`; DeadlinePassed; ConnectionLost; LimitReached `queueFull`
   */
  async leave(): Promise<{ readonly state: string }> {
    const id = this.#host.freshId();
    const notice = await this.#inTurn(id, { type: 'command.leave', id });
    return { state: notice.type === 'left' ? notice.tx : '' };
  }

  /** Goes away; the channel stays in the store for the next `openChannel`. Resolves when that is kept. Never rejects. */
  disconnect(): Promise<void> {
    this.#leaving ??= this.#depart();
    return this.#leaving;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  async #depart(): Promise<void> {
    const { clock } = this.#host;
    if (this.#over === undefined) {
      const departed = new Promise<void>((resolve) => {
        this.#resolveDeparted = resolve;
      });
      // A store that hangs keeps nobody here.
      const deadline = clock.set(() => this.#resolveDeparted(), this.#input.closeTimeout);
      if (this.#session.tell({ type: 'command.disconnect' })) await Promise.race([departed, this.ended]);
      clock.clear(deadline);
    }
    this.#session.stop();
    this.#connector.close(1000, '');
    await this.#guard?.stop();
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
  #inTurn(id: string, event: PartyEvent, longer = 0): Promise<Notice> {
    if (this.#queue.length >= (this.#options.queue ?? 64)) {
      return Promise.reject(new LimitReached('Too many commands wait for their turn.', { code: 'queueFull' }));
    }
    if (this.#session.snapshot.context.isDisputed) return Promise.reject(failureError('disputed', ''));
    const notice = this.#settled(id, event, false, longer);
    if (this.#waiting.has(id)) {
      this.#queue.push(id);
      this.#pump();
    }
    return notice;
  }

  #settled(id: string, event: PartyEvent, atOnce: boolean, longer = 0): Promise<Notice> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    const { answerTimeout, signTimeout, finishTimeout } = this.#input;
    const settled = new Promise<Notice>((resolve, reject) => {
      const waiting: Waiting = { event, resolve, reject };
      waiting.deadline = this.#host.clock.set(
        () => this.#reject(id, new DeadlinePassed('The command was not carried out in time.', { code: 'noTurn' })),
        answerTimeout + signTimeout + finishTimeout + longer,
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
        this.#connector.send(encodeToNode(message, this.#options.dialect ?? 'text'), told);
      },
      request: (request) => this.#request(request),
      order: (order) => this.#order(order),
      notify: (notice) => this.#notify(notice),
      ended: ({ ended, reason }) => {
        if (ended === 'closed') {
          this.#guard?.release();
          this.#tell({ type: 'closed' });
        }
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
    this.#pulse?.start();
    const event = partyEvent(frame, this.#options.dialect ?? 'text');
    if (!isShowing(event)) return void this.#session.tell(event);
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
    if (request.type === 'requestSignature') return void this.#asking.ask(request);
    this.#comesBack = request.comesBack;
    this.#connector.request(request.attempt);
  }

  #order(order: OrdersOf<PartyEmitted>): void {
    switch (order.type) {
      case 'orderClose':
        this.#connector.close(order.code, order.reason);
        break;
      case 'withdraw':
        if (order.request === 'requestConnection') this.#connector.withdraw();
        else this.#asking.withdraw(order.id);
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
        if (/^own_.*_locked$/.test(notice.step)) this.#confirmations?.stop();
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
      case 'reestablished':
      case 'leftBehind':
        this.#tell({ type: notice.type });
        break;
      case 'agreed':
        this.#agreedOn();
        break;
      case 'updated':
        this.#confirmations?.stop();
        this.#tell({ type: told[notice.agreed.kind], state: stateOf(notice.agreed), isOwn: notice.id !== '' });
        this.#resolve(notice.id, notice);
        break;
      case 'missed':
        this.#tell({ type: 'missed', state: stateOf(notice.agreed) });
        break;
      case 'left':
        this.#tell({ type: 'left', state: notice.tx, isOwn: notice.id !== '' });
        this.#resolve(notice.id, notice);
        this.#stopped(new ConnectionLost('The channel was left; it can be opened again.', { code: 'left' }));
        break;
      case 'disputed':
        this.#guard?.look();
        for (const id of this.#queue.splice(0)) this.#reject(id, failureError('disputed', ''));
        this.#tell({ type: notice.type, tx: notice.tx });
        break;
      case 'settled':
        this.#tell({ type: notice.type, tx: notice.tx });
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
          this.#settleOpening(failureError(notice.reason, notice.detail, notice.code));
        this.#reject(notice.id, failureError(notice.reason, notice.detail, notice.code));
        break;
      case 'misused':
        this.#misused(notice.id ?? '', notice.state ?? '');
        break;
      case 'declined':
        this.#tell({ type: 'declined', tag: notice.tag, reason: notice.reason });
        break;
      case 'conflicted':
        this.#tell({
          type: 'conflict',
          round: notice.round,
          ...(notice.code === 0 ? {} : { errorCode: notice.code }),
        });
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
      case 'departed':
        this.#resolveDeparted();
        break;
      case 'died':
        this.#tell({ type: 'died' });
        break;
    }
  }

  /** The last state is another, or is proven now. */
  #agreedOn(): void {
    const { state } = this;
    const { channelId, agreed } = this.#session.snapshot.context;
    const { role, era, keys } = this.#input;
    this.#guard?.keep({ name: this.#name, role, era, keys, channelId, agreed });
    if (state === undefined) return;
    try {
      this.#options.onAgreed?.(this.id, state);
    } catch (error) {
      this.#host.report(error);
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
    this.#asking.withdrawAll();
    this.#pulse?.stop();
    for (const id of [...this.#waiting.keys()]) this.#reject(id, this.#over);
    this.#resolveDeparted();
    this.#resolveEnded();
  }
}
