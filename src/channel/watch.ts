/**
 * A watch over one channel: nobody closes it with an old state while the watch runs, and it needs no connection to the other party for that. What it must
 * never forget lies in the store: it goes on after a restart where it was.
 */
import type { Agreed, Shares } from '../../machines/channel/party/types.ts';
import { watcher } from '../../machines/channel/watcher.ts';
import type { Suspect, WatcherEmitted, WatcherInput } from '../../machines/channel/watcherRules.ts';
import { toHex } from '../bytes.ts';
import { ConnectionLost, LocalMisuse } from '../errors.ts';
import { Host, type HostOptions } from '../host.ts';
import { stateName } from '../inspect.ts';
import { Kernel } from '../kernel.ts';
import { Listeners } from '../listeners.ts';
import type { NoticesOf } from '../role.ts';
import { Session } from '../session.ts';
import type { Signer } from '../signer.ts';
import type { Store } from '../store.ts';
import type { ChainAccess } from './chainAccess.ts';
import { closeError } from './channelErrors.ts';
import { idOf } from './encoding.ts';
import { Errands } from './errands.ts';
import { type KeptChannel, settledIn, watchName } from './records.ts';
import type { SigningForm } from './signing.ts';
import { enlist } from './watches.ts';

type Notice = NoticesOf<WatcherEmitted>;

/** What the chain has paid out, in its smallest unit. */
export interface PaidOut {
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
}

/** What a watch tells. */
export type WatchNotice =
  /** Somebody closes alone with the state of this round. */
  | { readonly type: 'soloClosed'; readonly round: number }
  /** It was an older one, `stale`: ours, of this round, is the answer. */
  | { readonly type: 'disputed'; readonly round: number; readonly stale: number }
  /** A deposit or a withdrawal that may have come to nothing can be posted no more. */
  | { readonly type: 'buried'; readonly suspect: string }
  /** It was posted after all: what it made is the state that counts, of this round. */
  | { readonly type: 'overtaken'; readonly suspect: string; readonly round: number }
  /** `paid` is undefined where the two have closed it together, or where it was paid out while nobody watched. */
  | { readonly type: 'settled'; readonly paid: PaidOut | undefined }
  /** The chain or the signer could not be asked, or did not want it; it is tried again. */
  | { readonly type: 'hindered'; readonly reason: string }
  /** The store does not keep it, or has kept it wrong: this watch is over, and another has to be begun. */
  | { readonly type: 'unwatched'; readonly reason: string };

/** What hinders a watch: of a chain that cannot be asked is told once, not at every look. */
export class Hindrance {
  #reason = '';

  isNews(notice: WatchNotice): boolean {
    const reason = notice.type === 'hindered' ? notice.reason : '';
    const isKnown = reason !== '' && reason === this.#reason;
    this.#reason = reason;
    return !isKnown;
  }
}

/** What every watch can be told beside its channel. */
export interface WatchTerms {
  /** Of the chain, for modern encodings. Default: `ae_devnet`. */
  readonly networkId?: string;
  /** What is signed. Default: `raw` with legacy encodings, `networkHash` with modern ones. */
  readonly signing?: SigningForm;
  /** What each transaction pays. Default: 1 with legacy encodings, 3 * 10^13 with modern ones. */
  readonly fee?: bigint;
  /** Milliseconds between two looks at the chain. Default: 1 s. */
  readonly every?: number;
  /** Milliseconds for the signer. Default: 8 minutes. */
  readonly signTimeout?: number;
}

export interface WatchOptions extends WatchTerms, HostOptions {
  readonly channel: Omit<KeptChannel, 'agreed'>;
  readonly chain: ChainAccess;
  /** Of the party's own key. */
  readonly signer: Signer;
  readonly store: Store;
  /** Is told everything that `on` tells, from the first moment on. */
  readonly notify?: (notice: WatchNotice) => void;
}

const kernel = new Kernel(watcher);

/** Milliseconds for the store, when the watch is stopped. */
const leavingTimeout = 5_000;

/** A command to close alone that waits for its end. */
interface Waiting {
  readonly resolve: (paid: PaidOut | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Looks after one channel, for one of its parties. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #host: Host;
  readonly #input: WatcherInput;
  readonly #session: Session<typeof watcher>;
  readonly #listeners: Listeners<WatchNotice>;
  readonly #errands: Errands;
  readonly #waiting: Waiting[] = [];
  /** Set once nothing more can come of this object. */
  #over: Error | undefined;
  #hasSettled = false;
  #paid: PaidOut | undefined;
  #stopping: Promise<void> | undefined;
  #delist: () => void = () => {};
  #resolveLeft: () => void = () => {};
  #resolveEnded: () => void = () => {};
  /** Resolves when the watch is over: settled, stopped, or at a standstill. Never rejects. */
  readonly ended: Promise<void>;

  /** Does not look yet: see `start`. @throws LocalMisuse `foreignSigner` */
  constructor(options: WatchOptions) {
    const { channel, store, signer } = options;
    this.#options = options;
    this.#host = new Host(options);
    this.#listeners = new Listeners(this.#host.report);
    if (toHex(signer.publicKey) !== channel.keys[channel.role])
      throw new LocalMisuse(`The signer's key is not that of the ${channel.role}.`, { code: 'foreignSigner' });
    const { role, era, keys, channelId } = channel;
    this.#input = {
      role,
      era,
      keys,
      channelId,
      pollTimeout: options.every ?? 1_000,
      signTimeout: options.signTimeout ?? 480_000,
    };
    this.#errands = new Errands(options, this.#input, (event) => void this.#session.tell(event));
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const { clock, report, inspect } = this.#host;
    this.#session = new Session(
      {
        id: watchName(channel),
        kernel,
        clock,
        store,
        report,
        grace: 0,
        ...(inspect === undefined ? {} : { inspect }),
        outside: {
          send: () => {},
          request: (request) => this.#errands.run(request),
          order: (order) => this.#errands.withdraw(order.id),
          notify: (notice) => this.#notify(notice),
          ended: ({ payout }) => {
            this.#settle(payout);
            this.#end(new ConnectionLost('The channel is settled.', { code: 'settled' }));
          },
          failed: (error) => this.#fail(error),
        },
      },
      this.#input,
    );
  }

  /**
   * Watches from now on, or goes on where it was.
   * @throws StoreFailed
   */
  async start(): Promise<this> {
    this.#delist = enlist(this.#options.store, this.#options.channel, this);
    try {
      if (!(await this.#session.restore())) {
        const settled = await settledIn(this.#options.store, this.#input);
        if (settled === undefined) this.#session.start();
        else this.#endAgain(settled.payout);
      }
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#session.stop();
      this.#fail(cause);
      throw cause;
    }
    return this;
  }

  /** The channel's id as text. */
  get id(): string {
    return idOf(this.#input);
  }

  /** The state of the watcher's machine, as a path: `disputing.awaitingPost`. */
  get machineState(): string {
    return stateName(this.#session.snapshot.value);
  }

  /** The round of the last state that is kept here; 0 while there is none. */
  get round(): number {
    const { shown, posted } = this.#session.snapshot.context;
    return Math.max(shown?.round ?? 0, posted?.round ?? 0);
  }

  /** Calls `listener` for every notice of this type until the returned function is called. */
  on<Type extends WatchNotice['type']>(
    type: Type,
    listener: (notice: Extract<WatchNotice, { readonly type: Type }>) => void,
  ): () => void {
    return this.#listeners.on(type, listener);
  }

  /** Keeps a state: what is older, or what not both have signed, changes nothing. */
  adopt({ kind, round, payments, initiatorAmount, responderAmount, tx, isCoSigned }: Agreed): void {
    if (!isCoSigned) return;
    const evidence = { round, payments, initiatorAmount, responderAmount, tx, isPosted: kind !== 'update' };
    this.#session.tell({ type: 'command.adopt', evidence });
  }

  /** What we have signed and may be posted: these, and nothing else. */
  suspect(suspects: readonly Suspect[]): void {
    this.#session.tell({ type: 'command.suspect', suspects });
  }

  /** Looks at the chain now: something may have happened. */
  look(): void {
    this.#session.tell({ type: 'command.look' });
  }

  /**
   * Closes the channel alone, with the last state; waits until the lock period is over, and settles.
   *
   * @returns what was paid out; `undefined` where the two have closed it together in the meantime
   * @throws LocalMisuse `notOnChain`, `noState`, `refused`, `rejected`: nothing was posted
   * @throws ConnectionLost `left`, StoreFailed: the watch is over; where it was posted, the next one goes on with it
   */
  closeAlone(): Promise<PaidOut | undefined> {
    if (this.#hasSettled) return Promise.resolve(this.#paid);
    if (this.#over !== undefined) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      const isFirst = this.#waiting.length === 0 && this.#session.snapshot.context.closing === '';
      this.#waiting.push({ resolve, reject });
      if (isFirst) this.#session.tell({ type: 'command.close', id: this.#host.freshId() });
    });
  }

  /** Watches no more; what is kept stays in the store. Resolves when all that was adopted is kept. Never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { clock } = this.#host;
    if (this.#over === undefined) {
      const left = new Promise<void>((resolve) => {
        this.#resolveLeft = resolve;
      });
      // A store that hangs keeps nobody here.
      const deadline = clock.set(() => this.#resolveLeft(), leavingTimeout);
      if (this.#session.tell({ type: 'command.leave' })) await Promise.race([left, this.ended]);
      clock.clear(deadline);
    }
    this.#session.stop();
    this.#end(new ConnectionLost('The watch was stopped.', { code: 'left' }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #say(notice: WatchNotice): void {
    this.#listeners.tell(notice);
    try {
      this.#options.notify?.(notice);
    } catch (error) {
      this.#host.report(error);
    }
  }

  #notify(notice: Notice): void {
    switch (notice.type) {
      case 'soloClosed':
      case 'buried':
      case 'overtaken':
      case 'disputed':
      case 'hindered':
        this.#say(notice);
        break;
      case 'left':
        this.#resolveLeft();
        break;
      case 'settled':
        this.#settle(notice.payout);
        this.#say({ type: 'settled', paid: this.#paid });
        break;
      case 'failed':
        for (const { reject } of this.#waiting.splice(0)) reject(closeError(notice.reason, notice.detail));
        break;
    }
  }

  /** A watch before this one has seen the end: there is nothing to look at any more. */
  #endAgain(payout: Shares | null): void {
    this.#session.stop();
    this.#settle(payout);
    this.#say({ type: 'settled', paid: this.#paid });
    this.#end(new ConnectionLost('The channel is settled.', { code: 'settled' }));
  }

  #settle(payout: Shares | null): void {
    this.#hasSettled = true;
    this.#paid = paidOf(payout);
    for (const { resolve } of this.#waiting.splice(0)) resolve(this.#paid);
  }

  #fail(error: Error): void {
    const isNews = this.#over === undefined;
    this.#end(error);
    if (isNews) this.#say({ type: 'unwatched', reason: error.message });
  }

  #end(error: Error): void {
    this.#over ??= error;
    this.#delist();
    this.#errands.withdrawAll();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#over);
    this.#resolveEnded();
  }
}

function paidOf(payout: Shares | null): PaidOut | undefined {
  if (payout === null) return undefined;
  return { initiatorAmount: BigInt(payout.initiatorAmount), responderAmount: BigInt(payout.responderAmount) };
}
