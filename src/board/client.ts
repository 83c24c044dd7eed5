/**
 * The board as an app uses it: what is proposed, `propose`, `indicateInterest`, and the interest of others. Everything that it promises settles.
 */
import type { EmittedFrom } from 'xstate';
import { type ClientInput, client, type Outcome, type RequestFailure } from '../../machines/board/client.ts';
import { type Fault, keyOf, Proposal } from '../../machines/board/messages.ts';
import { toHex } from '../bytes.ts';
import { type Backoff, Connector } from '../connector.ts';
import {
  ConnectionLost,
  LocalMisuse,
  type MachineFailed,
  PeerMisbehaved,
  StatewireError,
  type StoreFailed,
} from '../errors.ts';
import { Host, type HostOptions } from '../host.ts';
import { stateName } from '../inspect.ts';
import { toJson } from '../json.ts';
import { Kernel } from '../kernel.ts';
import { Listeners } from '../listeners.ts';
import type { PacketFrame } from '../packets.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf, Violated } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Signer } from '../signer.ts';
import type { Connect } from '../transport.ts';
import { type Interest, introductionIn, introductionOf, type Offer, type Opener } from './opener.ts';
import { addressOf, statementOf } from './proof.ts';
import { type EndReason, Proposals } from './proposals.ts';
import { clientEvent, encodeToServer, extend } from './wire.ts';

type Emitted = EmittedFrom<typeof client>;
type Notice = NoticesOf<Emitted>;
type Requests = RequestsOf<Emitted>;

/** The board, or we ourselves, refused a request: nothing was done. `code` is the fault's name. */
export class BoardRefused extends StatewireError {}

/** What a client tells. */
export type BoardNotice =
  /** The board has us, at first or again; `extended`: it knows more than the text. */
  | { readonly type: 'joined'; readonly extended: boolean }
  | { readonly type: 'disconnected'; readonly reason: string }
  | { readonly type: 'proposed'; readonly proposal: Proposal }
  | { readonly type: 'ended'; readonly proposal: Proposal; readonly reason: EndReason }
  /** Somebody is interested in a proposal of ours. */
  | ({ readonly type: 'interest' } & Interest)
  /** The offer of a proposal has answered somebody's interest: this is what it opened. */
  | { readonly type: 'opened'; readonly interest: Interest; readonly opened: unknown }
  | { readonly type: 'openFailed'; readonly interest: Interest; readonly error: unknown }
  /** Interest in this address goes to another client now. */
  | { readonly type: 'displaced'; readonly address: string }
  /** This address was not registered, though others were. */
  | { readonly type: 'addressRefused'; readonly address: string; readonly error: Fault }
  /** The board refuses what no request of ours was. */
  | { readonly type: 'refused'; readonly error: Fault; readonly about: string; readonly reason: string }
  | Violated;

/** Signs for an address that is not the signer's own key. */
export interface AddressSigner {
  readonly address: string;
  readonly signer: Signer;
}

export interface BoardClientOptions extends HostOptions {
  /** The public addresses that are ours and cannot be proven. None at all: the client only watches. */
  readonly addresses?: readonly string[];
  /** Those that we prove, where the board can verify it: addresses that are the signers' own keys, or others that the board knows to be theirs. */
  readonly signers?: readonly (Signer | AddressSigner)[];
  /** The board's name in proofs. Default: the URL's host and port. */
  readonly name?: string;
  /** Open channels of proposals, by protocol. */
  readonly openers?: readonly Opener<unknown>[];
  /** Tries to get a lost connection back before giving up. Default: 10. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** Requests that may be under way at once; further ones wait for their turn. Default: 64. */
  readonly window?: number;
  /** Milliseconds for the connection, and for each step of joining. Default: 10 s. */
  readonly timeout?: number;
  /** Milliseconds without any answer after which what is under way ends as unknown. Default: 10 s. */
  readonly answerTimeout?: number;
  /** Milliseconds for each step of closing. Default: 5 s. */
  readonly closeTimeout?: number;
  /** The largest frame that is taken. Default: 16 MiB: the original sends its whole list at once. */
  readonly maxFrame?: number;
  /** Gives up joining; once joined, closes the client. */
  readonly signal?: AbortSignal;
}

/** What is proposed: the text's fields. Amounts are decimals as text, without signs, exponents or needless zeros: `10`, `2.5`. */
export interface ProposalDraft {
  readonly marginBalance: string;
  readonly quotePrice: string;
  readonly unpublishedTradeSize: string;
  /** Default: our first address. */
  readonly address?: string;
  /** Default: a fresh one. */
  readonly id?: string | number;
  /** Milliseconds after which it ends; the board may say less. Ignored by a board that knows only the text. */
  readonly lasts?: number;
  /** Answers interest by opening a channel. */
  readonly offer?: Offer<unknown>;
}

export interface RequestOptions {
  /** Stops waiting: the promise rejects with the signal's reason. What was sent cannot be taken back. */
  readonly signal?: AbortSignal;
}

export interface InterestOptions extends RequestOptions {
  /** Default: our first address. */
  readonly fromAddress?: string;
  /** JSON for the proposer. Dropped by a board that knows only the text. */
  readonly otherData?: unknown;
}

/** As `InterestOptions`; what the proposer is told is the opener's. */
export type OpenOptions = Omit<InterestOptions, 'otherData'>;

/** The input of a client's machine that suits most; the addresses are the app's. */
export const boardClientDefaults: Omit<ClientInput, 'addresses' | 'proves' | 'name'> = {
  attempts: 10,
  window: 64,
  joinTimeout: 10_000,
  answerTimeout: 10_000,
  closeTimeout: 5_000,
};

const kernel = new Kernel(client);
const isAddressSigner = (signer: Signer | AddressSigner): signer is AddressSigner => 'signer' in signer;

/** A client of a board. Made by `joinBoard`. */
export class BoardClient {
  /** What is proposed now. */
  readonly proposals: Proposals;
  /** Our addresses, those that we prove first. */
  readonly addresses: readonly string[];
  /** Resolves when the client has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #host: Host;
  readonly #session: Session<typeof client>;
  readonly #connector: Connector<PacketFrame>;
  readonly #listeners: Listeners<BoardNotice>;
  readonly #signers: readonly AddressSigner[];
  readonly #openers: ReadonlyMap<string, Opener<unknown>>;
  readonly #offers = new Map<string, Offer<unknown>>();
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  /** Requests that the machine was told, and those that wait for their turn. */
  readonly #underWay = new Set<string>();
  readonly #turns: (() => void)[] = [];
  readonly #window: number;
  readonly #end = new AbortController();
  #signing: AbortController | undefined;
  #requests = 0;
  #resolveClosed: () => void = () => {};

  /** Does not connect yet: see `join`. */
  constructor(url: string, connect: Connect<PacketFrame>, options: BoardClientOptions) {
    const host = new Host(options);
    this.#host = host;
    this.#listeners = new Listeners(host.report);
    this.#signers = (options.signers ?? []).map((signer) =>
      isAddressSigner(signer) ? signer : { address: addressOf(signer), signer },
    );
    const proven = this.#signers.map(({ address }) => address);
    this.addresses = [...new Set([...proven, ...(options.addresses ?? [])])];
    this.#openers = new Map((options.openers ?? []).map((opener) => [opener.protocol, opener]));
    this.proposals = new Proposals({
      proposed: (proposal) => this.#listeners.tell({ type: 'proposed', proposal }),
      ended: (proposal, reason) => {
        this.#offers.delete(keyOf(proposal.id));
        this.#listeners.tell({ type: 'ended', proposal, reason });
      },
    });
    this.#window = options.window ?? boardClientDefaults.window;
    const joinTimeout = options.timeout ?? boardClientDefaults.joinTimeout;
    this.#connector = new Connector({
      url: extend(url),
      connect,
      clock: host.clock,
      random: host.random,
      maxFrame: options.maxFrame ?? 16_777_216,
      timeout: joinTimeout,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      frame: (packet) => this.#session.tell(clientEvent(packet)),
      fact: (fact) => this.#session.tell(fact),
    });
    const input: ClientInput = {
      addresses: this.addresses,
      proves: this.#signers.length > 0,
      name: options.name ?? new URL(url).host,
      attempts: options.attempts ?? boardClientDefaults.attempts,
      window: this.#window,
      joinTimeout,
      answerTimeout: options.answerTimeout ?? boardClientDefaults.answerTimeout,
      closeTimeout: options.closeTimeout ?? boardClientDefaults.closeTimeout,
    };
    this.#session = new Session(
      {
        id: `board.client/${host.freshId().slice(0, 8)}`,
        kernel,
        outside: this.#outside(),
        clock: host.clock,
        report: host.report,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect }),
      },
      input,
    ).start();
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    const { signal } = options;
    if (signal?.aborted === true) void this.close();
    const abort = () => void this.close();
    signal?.addEventListener('abort', abort, { once: true });
    void this.closed.then(() => signal?.removeEventListener('abort', abort));
  }

  /**
   * Connects, registers the addresses and gets the list.
   * @throws ConnectionLost `notOpened`: nobody there, or it did not do its part in time
   * @throws BoardRefused the board refused all of the addresses
   */
  async join(): Promise<this> {
    let forget = () => {};
    const joined = new Promise<void>((resolve) => {
      forget = this.on('joined', () => resolve());
    });
    if (this.state === 'idle') this.#session.tell({ type: 'command.connect' });
    if (!this.#session.snapshot.hasTag('usable')) await Promise.race([joined, this.closed]);
    forget();
    if (!this.#session.ended) return this;
    const { reason = '', error = '' } = this.#session.snapshot.output ?? {};
    if (error !== '') throw new BoardRefused(reason, { code: error });
    throw new ConnectionLost(reason === '' ? 'The client was closed.' : reason, { code: 'notOpened' });
  }

  /** The state of the client's machine, as a path: `open.quiet`. */
  get state(): string {
    return stateName(this.#session.snapshot.value);
  }

  /** Whether the board answers requests. One that knows only the text does not. */
  get isExtended(): boolean {
    return this.#session.snapshot.context.board !== null;
  }

  /**
   * Proposes a channel. Resolves once the board tells everybody, with the proposal as it is listed.
   * @throws LocalMisuse `badProposal`, `noAddress`: nothing was sent
   * @throws BoardRefused why the board does not list it
   * @throws ConnectionLost `unknown`: the line broke, or nobody answered: it may be listed or not; `notOpen`: nothing was sent
   */
  async propose(draft: ProposalDraft, options: RequestOptions = {}): Promise<Proposal> {
    const { lasts, offer, ...fields } = draft;
    const parsed = Proposal.safeParse({
      address: this.#address(fields.address),
      id: this.#host.freshId(),
      ...fields,
      ...(offer === undefined ? {} : { opening: passable(offer.opening) }),
    });
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join('.') ?? '';
      throw new LocalMisuse(`The proposal's ${field} is not what it must be; amounts are decimals as text.`, {
        code: 'badProposal',
      });
    }
    if (lasts !== undefined && !(Number.isSafeInteger(lasts) && lasts > 0))
      throw new LocalMisuse('A proposal lasts a whole number of milliseconds.', { code: 'badProposal' });
    const proposal = parsed.data;
    const key = keyOf(proposal.id);
    const known = this.#offers.get(key);
    if (offer !== undefined) this.#offers.set(key, offer);
    try {
      await this.#request(
        (id) => ({ type: 'command.propose', id, proposal, ...(lasts === undefined ? {} : { lasts }) }),
        options,
      );
    } catch (error) {
      // What may be listed all the same keeps its offer.
      if (error instanceof BoardRefused) {
        if (known === undefined) this.#offers.delete(key);
        else this.#offers.set(key, known);
      }
      throw error;
    }
    return proposal;
  }

  /**
   * Ends a proposal of ours.
   * @throws BoardRefused `notSupported` by a board that knows only the text; `unknownChannel`, `foreignAddress`
   * @throws ConnectionLost `unknown`, `notOpen`
   */
  async withdraw({ id: channel }: Pick<Proposal, 'id'>, options: RequestOptions = {}): Promise<void> {
    await this.#request((id) => ({ type: 'command.withdraw', id, channel }), options);
  }

  /**
   * Tells the proposer that we are interested.
   * @returns `done`: the proposer's connection was given it; `sent`: it has left, and this board tells no more
   * @throws LocalMisuse `noAddress`, `notJson`: nothing was sent
   * @throws BoardRefused `unknownChannel`, `unknownAddress` (the proposer is not there), `ownChannel`, …
   * @throws ConnectionLost `unknown`, `notOpen`
   */
  async indicateInterest(channel: Proposal, options: InterestOptions = {}): Promise<'done' | 'sent'> {
    const fromAddress = this.#address(options.fromAddress);
    const otherData = options.otherData === undefined ? undefined : passable(options.otherData);
    return this.#request(
      (id) => ({
        type: 'command.indicateInterest',
        id,
        channel,
        fromAddress,
        ...(otherData === undefined ? {} : { otherData }),
      }),
      options,
    );
  }

  /**
   * Opens the channel that is proposed: tells the proposer of our interest, then has the opener of the proposal's protocol open it.
   * @throws LocalMisuse `noOpener`: the proposal names no protocol, or one that no opener was given for
   * @throws what `indicateInterest` and the opener throw
   */
  open<Opened>(proposal: Proposal, options: OpenOptions & { readonly opener: Opener<Opened> }): Promise<Opened>;
  open(proposal: Proposal, options?: OpenOptions): Promise<unknown>;
  async open(proposal: Proposal, options: OpenOptions & { readonly opener?: Opener<unknown> } = {}): Promise<unknown> {
    const { opening } = proposal;
    const { opener = this.#openers.get(opening?.protocol ?? ''), signal } = options;
    if (opening === undefined || opener?.protocol !== opening.protocol) {
      const missing = opening === undefined ? 'names no protocol' : `is for "${opening.protocol}"`;
      throw new LocalMisuse(`The proposal ${missing}: no opener was given that could open it.`, { code: 'noOpener' });
    }
    const introduction = await opener.introduce?.(opening, proposal);
    const otherData = introductionOf(opening.protocol, introduction);
    await this.indicateInterest(proposal, { ...options, otherData });
    const ends = this.#end.signal;
    return opener.open(opening, proposal, signal === undefined ? ends : AbortSignal.any([signal, ends]));
  }

  /** Calls `listener` for every notice of this type until the returned function is called. */
  on<Type extends BoardNotice['type']>(
    type: Type,
    listener: (notice: Extract<BoardNotice, { readonly type: Type }>) => void,
  ): () => void {
    return this.#listeners.on(type, listener);
  }

  /** Waits for what is under way, and closes. Never rejects. */
  close(): Promise<void> {
    this.#session.tell({ type: 'command.close' });
    return this.closed;
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #address(given: string | undefined): string {
    const address = given ?? this.addresses[0];
    if (address !== undefined && this.addresses.includes(address)) return address;
    throw new LocalMisuse(
      address === undefined
        ? 'This client has no address: it only watches.'
        : `${address} is no address of this client.`,
      { code: 'noAddress' },
    );
  }

  #request(
    command: (id: string) => Parameters<Session<typeof client>['tell']>[0],
    { signal }: RequestOptions,
  ): Promise<'done' | 'sent'> {
    signal?.throwIfAborted();
    this.#requests += 1;
    const id = `${this.#requests}`;
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting.delete(id);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, (outcome) => {
        this.#waiting.delete(id);
        signal?.removeEventListener('abort', abort);
        if (outcome.outcome === 'failed') reject(refusalOf(outcome.error, outcome.reason));
        else if (outcome.outcome === 'unknown') reject(unknown());
        else resolve(outcome.outcome);
      });
      const begin = () => {
        if (!this.#waiting.has(id)) return;
        this.#underWay.add(id);
        if (this.#session.tell(command(id))) return;
        this.#settle([id], { outcome: 'failed', error: 'notOpen', reason: 'The client has ended.' });
      };
      if (this.#underWay.size < this.#window) begin();
      else this.#turns.push(begin);
    });
  }

  /** These requests have ended; others have their turn. */
  #settle(ids: readonly string[], outcome: Outcome): void {
    for (const id of ids) {
      this.#underWay.delete(id);
      this.#waiting.get(id)?.(outcome);
    }
    while (this.#turns.length > 0 && this.#underWay.size < this.#window) this.#turns.shift()?.();
  }

  #outside(): Outside<typeof client> {
    return {
      send: (effect) => this.#send(effect),
      request: (request) => this.#ask(request),
      order: (order) => this.#order(order),
      notify: (notice) => this.#notify(notice),
      ended: () => this.#ended(),
      failed: (error) => this.#failed(error),
    };
  }

  #send({ message, id }: SendsOf<Emitted>): void {
    const handedOver =
      id === undefined ? undefined : (ok: boolean) => void this.#session.tell({ type: 'handedOver', id, ok });
    this.#connector.send(encodeToServer(message), handedOver);
  }

  #ask(request: Requests): void {
    if (request.type === 'requestConnection') this.#connector.request(request.attempt);
    else void this.#prove(request);
  }

  async #prove({ id, name, nonce }: Extract<Requests, { readonly type: 'requestProofs' }>): Promise<void> {
    const signing = new AbortController();
    this.#signing = signing;
    try {
      const proofs = await Promise.all(
        this.#signers.map(async ({ address, signer }) =>
          toHex(await signer.sign(statementOf({ name, nonce, address }), signing.signal)),
        ),
      );
      if (proofs.some((proof) => proof.length !== 128)) throw new Error('A signature has 64 bytes.');
      this.#session.tell({ type: 'signed', id, proofs });
    } catch (error) {
      if (signing.signal.aborted) return;
      this.#session.tell({ type: 'refused', id, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'withdraw':
        if (order.request === 'requestConnection') this.#connector.withdraw();
        else this.#signing?.abort();
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
      case 'listed':
        this.proposals.listed(notice.proposals, notice.begins, notice.ends);
        break;
      case 'proposed':
        this.proposals.proposed(notice.proposal);
        break;
      case 'ended':
        this.proposals.ended(notice.channel, notice.reason);
        break;
      case 'settled':
        this.#settle(notice.ids, notice);
        break;
      case 'interested': {
        const { fromAddress, otherData, channel } = notice;
        this.#interested({
          fromAddress,
          otherData,
          proposal: channel === null ? undefined : this.proposals.get(channel),
        });
        break;
      }
      case 'addressesRefused':
        for (const each of notice.refused) this.#listeners.tell({ type: 'addressRefused', ...each });
        break;
      case 'misused':
        this.#host.report(new LocalMisuse(`The command ${notice.command} is not for now.`, { code: 'misused' }));
        break;
      default:
        this.#listeners.tell(notice);
    }
  }

  #interested(interest: Interest): void {
    this.#listeners.tell({ type: 'interest', ...interest });
    const { proposal, otherData } = interest;
    const offer = proposal === undefined ? undefined : this.#offers.get(keyOf(proposal.id));
    if (offer !== undefined) void this.#answer(offer, interest, otherData);
  }

  async #answer(offer: Offer<unknown>, interest: Interest, otherData: unknown): Promise<void> {
    try {
      const { protocol } = offer.opening;
      const introduced = introductionIn(protocol, otherData);
      if (introduced === undefined) {
        throw new PeerMisbehaved(`Who is interested has no introduction for "${protocol}".`, {
          code: 'badIntroduction',
        });
      }
      const opened = await offer.answer(introduced.introduction, interest, this.#end.signal);
      this.#listeners.tell({ type: 'opened', interest, opened });
    } catch (error) {
      this.#listeners.tell({ type: 'openFailed', interest, error });
    }
  }

  #ended(): void {
    this.#connector.close(1000, '');
    this.#signing?.abort();
    this.#settle([...this.#underWay], { outcome: 'unknown' });
    this.proposals.end();
    this.#end.abort();
    this.#resolveClosed();
  }

  #failed(error: MachineFailed | StoreFailed): void {
    this.#host.report(error);
    this.#connector.terminate();
    this.#ended();
  }
}

const unknown = () =>
  new ConnectionLost('The line broke, or nobody answered: it may have been done or not.', { code: 'unknown' });

function refusalOf(error: RequestFailure, reason: string): StatewireError {
  if (error === 'notOpen') return new ConnectionLost(reason, { code: error });
  return new BoardRefused(reason, { code: error });
}

/** A value as JSON has it. @throws LocalMisuse `notJson` */
function passable(value: unknown): unknown {
  return JSON.parse(toJson(value));
}
