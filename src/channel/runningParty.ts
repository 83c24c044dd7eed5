/**
 * A party that runs: its machine's session, and whoever carries out what the machine tells. The line to the node, the app's policy and its signer, the
 * commands that wait for their end, and the watch over what was agreed.
 *
 * What it must never do: let the secret key near the machine or the store, or sign without asking the policy.
 */
import { isOfNothing } from '../../machines/channel/party/rules/said.ts';
import type { PartyContext, PartyEmitted, PartyInput } from '../../machines/channel/party/types.ts';
import { endsWith } from '../endsWith.ts';
import { ConnectionLost, LocalMisuse } from '../errors.ts';
import { Host } from '../host.ts';
import { stateName } from '../inspect.ts';
import { Listeners } from '../listeners.ts';
import type { NoticesOf, OrdersOf } from '../role.ts';
import type { Connect } from '../transport.ts';
import { Asking } from './asking.ts';
import { failureError, overError, overtakenError } from './channelErrors.ts';
import { type Command, Commands } from './commands.ts';
import { Confirmations } from './confirmations.ts';
import { CoSigning } from './coSigning.ts';
import { idOf } from './encoding.ts';
import { Guard } from './guard.ts';
import { Line } from './line.ts';
import { type ChannelNotice, type ChannelOptions, inputOf, otherTerms, stateOf } from './options.ts';
import { type PartyOutside, type PartySession, partySession } from './partySession.ts';
import { careful } from './policy.ts';
import { see } from './seen.ts';
import { signingOf } from './signing.ts';
import { isAsAgreed, isOvertaken, suspectsOf } from './suspects.ts';
import { toldOf, toldOfWatch } from './told.ts';
import { Watch, type WatchNotice } from './watch.ts';
import { tellWatches } from './watches.ts';

type Notice = NoticesOf<PartyEmitted>;

/** One party of one channel. */
export class RunningParty {
  readonly host: Host;
  readonly input: PartyInput;
  readonly guard: Guard | undefined;
  readonly listeners: Listeners<ChannelNotice>;
  /** Resolves when nothing more comes, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #options: ChannelOptions;
  readonly #session: PartySession;
  readonly #line: Line;
  readonly #coSigning: CoSigning;
  readonly #commands: Commands;
  readonly #confirmations: Confirmations | undefined;
  readonly #asking: Asking;
  /** The channel's, in the store. */
  readonly #name: string;
  #hasOpened = false;
  /** The transaction by which somebody closes alone, as it was told: nodes say it once for each thing that follows from it. */
  #dispute = '';
  /** What had come to nothing, and was posted after all. */
  readonly #posted = new Set<string>();
  /** Whether this object has had a connection: that of a process before it is no news. */
  #wasConnected = false;
  /** Set once nothing more can come of this object. */
  #over: Error | undefined;
  #settleOpening: (error?: Error) => void = () => {};
  #leaving: Promise<void> | undefined;
  #resolveDeparted = () => {};
  #resolveEnded = () => {};

  /** @throws LocalMisuse */
  constructor(connect: Connect<string | Uint8Array>, options: ChannelOptions) {
    const host = new Host(options);
    const input = inputOf(options);
    this.#options = options;
    this.host = host;
    this.input = input;
    this.listeners = new Listeners(host.report);
    if (options.countConfirmations !== undefined) {
      const tell = (confirmations: number) => this.#tell({ type: 'confirmed', confirmations });
      this.#confirmations = new Confirmations(options.countConfirmations, host.clock, tell);
    }
    this.#coSigning = new CoSigning(input, options.networkId);
    this.#asking = new Asking({
      policy: options.policy ?? careful,
      signer: options.signer,
      form: (era) => signingOf(era, options),
      keep: (id, signature) => this.#coSigning.keep(id, signature),
      tell: (answer) => void this.#session.tell(answer),
    });
    this.#line = new Line({
      connect,
      options,
      input,
      host,
      look: (seen) => this.#coSigning.isCoSigned(seen),
      tell: (event) => {
        this.#wasConnected ||= event.type === 'connection.opened';
        this.#session.tell(event);
      },
    });
    this.#commands = new Commands({
      clock: host.clock,
      most: options.queue ?? 64,
      tell: (command) => this.#session.tell(command),
    });
    this.#name = options.name ?? `${input.keys.initiator}/${input.keys.responder}/${options.port ?? ''}`;
    this.guard = this.#newGuard();
    this.#session = partySession(this.#name, input, this.#outside(), host, options.store);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  get context(): PartyContext {
    return this.#session.snapshot.context;
  }

  get machineState(): string {
    return stateName(this.#session.snapshot.value);
  }

  /** Opens the channel, or comes back to it. Rejects as `Channel.open`. */
  async open(): Promise<void> {
    const { signal, store } = this.#options;
    signal?.throwIfAborted();
    endsWith(signal, () => this.disconnect(), this.ended);
    const opened = new Promise<void>((resolve, reject) => {
      this.#settleOpening = (error) => (error === undefined ? resolve() : reject(error));
    });
    opened.catch(() => {});
    if (await this.#session.restore()) this.#goOn();
    else await this.#begin();
    await this.guard?.takeUpEarlier(store, this.#name, this.context.channelId).catch(this.host.report);
    if (this.context.agreed === null || this.machineState === 'idle') {
      this.#session.tell({ type: 'command.open', id: this.host.freshId() });
    }
    try {
      await opened;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** Tells a command now. */
  atOnce(command: Command): Promise<Notice> {
    return this.#commands.atOnce(command, this.#patience());
  }

  /** Tells a command once nothing else is under way. @param longer milliseconds beside the usual for its end */
  inTurn(command: Command, longer = 0): Promise<Notice> {
    if (this.context.isDisputed) return Promise.reject(failureError('disputed', ''));
    if (this.#isOvertaken) return Promise.reject(overtakenError());
    return this.#commands.inTurn(command, this.#patience() + longer);
  }

  /** Goes away. Never rejects. */
  disconnect(): Promise<void> {
    this.#leaving ??= this.#depart();
    return this.#leaving;
  }

  async #depart(): Promise<void> {
    const { clock } = this.host;
    if (this.#over === undefined) {
      const departed = new Promise<void>((resolve) => {
        this.#resolveDeparted = resolve;
      });
      // A store that hangs keeps nobody here.
      const deadline = clock.set(() => this.#resolveDeparted(), this.input.closeTimeout);
      if (this.#session.tell({ type: 'command.disconnect' })) await Promise.race([departed, this.ended]);
      clock.clear(deadline);
    }
    this.#session.stop();
    this.#line.close(1000, '');
    await this.guard?.stop();
    this.#end(new ConnectionLost('The app has left the channel.', { code: 'left' }));
  }

  #newGuard(): Guard | undefined {
    const { watch, notify: _, ...options } = this.#options;
    if (watch === undefined || watch === false) return undefined;
    return new Guard({
      role: this.input.role,
      begin: (channel, notify) => new Watch({ ...options, ...watch, channel, notify }),
      notify: (notice) => this.#ofWatch(notice),
      report: this.host.report,
    });
  }

  #ofWatch(notice: WatchNotice): void {
    const isOver =
      notice.type === 'buried' || (notice.type === 'overtaken' && isAsAgreed(this.context, notice.suspect));
    if (isOver) {
      this.#session.tell({ type: 'command.bury', rival: notice.suspect });
      return;
    }
    this.#tellOf(toldOfWatch(notice));
    if (notice.type !== 'overtaken') return;
    this.#posted.add(notice.suspect);
    this.#rejectOvertaken();
  }

  get #isOvertaken(): boolean {
    return isOvertaken(this.context, this.#posted);
  }

  /** Nothing will make certain what both have signed, nor what comes after it. */
  #rejectOvertaken(): void {
    if (!this.#isOvertaken) return;
    this.#commands.reject(this.context.held?.command ?? '', overtakenError());
    this.#commands.rejectQueued(overtakenError());
  }

  /** What a process before this one has left. @throws LocalMisuse `otherTerms` */
  #goOn(): void {
    const { isWatched } = this.input;
    const misuse = otherTerms(this.context, this.input);
    if (misuse !== undefined) {
      this.#stopped(misuse);
      throw misuse;
    }
    this.#agreedOn();
    if (this.context.isWatched !== isWatched) this.#session.tell({ type: 'command.guard', isWatched });
  }

  async #begin(): Promise<void> {
    const { existing } = this.#options;
    if (existing !== undefined && !(await this.#coSigning.isCoSigned(see(existing.state)))) {
      throw new LocalMisuse('The state to come back with does not have the signatures of both.', { code: 'badState' });
    }
    this.#session.start();
  }

  /** Milliseconds for a command, with every answer that it may wait for. */
  #patience(): number {
    const { answerTimeout, signTimeout, finishTimeout } = this.input;
    return answerTimeout + signTimeout + finishTimeout;
  }

  #outside(): PartyOutside {
    return {
      send: ({ id, message }) => {
        // What our signature lets the other post, the watch knows of before it leaves.
        this.#suspect();
        // An update that a process which is gone has begun, and perhaps sent: a node takes two for two.
        const begins = 'tag' in message && message.tag === 'new';
        if (begins && !this.#commands.takeBeginning() && !isOfNothing(message)) return;
        const told =
          id === undefined ? undefined : (ok: boolean) => void this.#session.tell({ type: 'handedOver', id, ok });
        this.#line.send(message, told);
      },
      request: (request) => {
        if (request.type === 'requestSignature') void this.#asking.ask(request);
        else this.#line.request(request.attempt, request.comesBack);
      },
      order: (order) => this.#order(order),
      notify: (notice) => this.#notify(notice),
      ended: ({ ended, reason }) => {
        if (ended === 'closed') {
          this.guard?.release();
          this.#tell({ type: 'closed' });
        }
        this.#end(overError(ended, reason));
      },
      failed: (error) => this.#end(error),
    };
  }

  #order(order: OrdersOf<PartyEmitted>): void {
    switch (order.type) {
      case 'orderClose':
        this.#line.close(order.code, order.reason);
        break;
      case 'withdraw':
        if (order.request === 'requestConnection') this.#line.withdraw();
        else this.#asking.withdraw(order.id);
        break;
    }
  }

  #tell(notice: ChannelNotice): void {
    this.listeners.tell(notice);
    try {
      this.#options.notify?.(notice);
    } catch (error) {
      this.host.report(error);
    }
  }

  #tellOf(notice: ChannelNotice | undefined): void {
    if (notice !== undefined) this.#tell(notice);
  }

  #notify(notice: Notice): void {
    switch (notice.type) {
      case 'disconnected':
        this.#commands.hold();
        if (!this.#wasConnected) return;
        break;
      case 'disputed':
        if (notice.tx === this.#dispute) return;
        this.#dispute = notice.tx;
        this.guard?.look();
        this.#commands.rejectQueued(failureError('disputed', ''));
        break;
      case 'resumed':
        if (this.#hasOpened) this.#tell({ type: 'reconnected' });
        break;
    }
    this.#tellOf(toldOf(notice));
    this.#follow(notice);
  }

  /** What comes of a notice, once it is told. */
  #follow(notice: Notice): void {
    switch (notice.type) {
      case 'progressed':
        if (notice.step === 'on_chain_tx' && notice.tx !== '') this.#confirmations?.watch(notice.tx);
        if (/^own_.*_locked$/.test(notice.step)) this.#confirmations?.stop();
        break;
      case 'opened':
        this.#confirmations?.stop();
        this.#opened();
        break;
      case 'resumed':
        this.#opened();
        break;
      case 'readied':
        if (this.#commands.ready()) this.#tell({ type: 'ready' });
        break;
      case 'agreed':
        this.#agreedOn();
        break;
      case 'conflicted':
        this.#suspect();
        break;
      case 'contested':
        this.#confirmations?.stop();
        this.guard?.look();
        this.#rejectOvertaken();
        break;
      case 'updated':
        this.#confirmations?.stop();
        this.#commands.resolve(notice.id, notice);
        break;
      case 'left':
        this.#commands.resolve(notice.id, notice);
        this.#stopped(new ConnectionLost('The channel was left; it can be opened again.', { code: 'left' }));
        break;
      case 'shutDown':
      case 'handed':
        this.#commands.resolve(notice.id, notice);
        break;
      case 'failed': {
        const isCut = this.#commands.isCut(notice.id);
        const error = failureError(notice.reason, notice.detail, notice.code, isCut);
        if (!this.#hasOpened && !this.#commands.has(notice.id)) this.#settleOpening(error);
        this.#commands.reject(notice.id, error);
        break;
      }
      case 'misused':
        this.#commands.misused(notice.id ?? '', notice.state ?? '');
        break;
      case 'stopped':
        this.#stopped(failureError(notice.isTurnedAway ? 'turnedAway' : 'lost', notice.reason));
        break;
      case 'departed':
        this.#resolveDeparted();
        break;
    }
  }

  /** The last state is another, or is proven now. */
  #agreedOn(): void {
    const { channelId, agreed } = this.context;
    const { role, era, keys } = this.input;
    const kept = { name: this.#name, role, era, keys, channelId, agreed };
    this.#suspect();
    this.guard?.keep(kept);
    tellWatches(this.#options.store, kept);
    if (agreed === null) return;
    try {
      this.#options.onAgreed?.(idOf(this.context), stateOf(agreed));
    } catch (error) {
      this.host.report(error);
    }
  }

  #suspect(): void {
    this.guard?.suspect(suspectsOf(this.context));
  }

  #opened(): void {
    this.#hasOpened = true;
    this.#settleOpening();
  }

  /** It does not go on in this object; the channel stays in the store. */
  #stopped(error: Error): void {
    this.#session.stop();
    this.#line.close(1000, '');
    this.#end(error);
  }

  #end(error: Error): void {
    this.#over ??= error;
    this.#confirmations?.stop();
    this.#settleOpening(this.#over);
    this.#asking.withdrawAll();
    this.#line.stop();
    this.#commands.end(this.#over);
    this.#resolveDeparted();
    this.#resolveEnded();
  }
}
