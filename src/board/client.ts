/**
 * The board as an app uses it: what is proposed, `propose`, `indicateInterest`, and the interest of others. Everything that it promises settles.
 */
import type { EmittedFrom } from 'xstate';
import { client, type Outcome } from '../../machines/board/client.ts';
import type { Proposal } from '../../machines/board/messages.ts';
import { Connector } from '../connector.ts';
import { endsWith } from '../endsWith.ts';
import { ConnectionLost, LocalMisuse, type MachineFailed, type StoreFailed } from '../errors.ts';
import { Host } from '../host.ts';
import { stateName } from '../inspect.ts';
import { Kernel } from '../kernel.ts';
import { Listeners } from '../listeners.ts';
import type { PacketFrame } from '../packets.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { Connect } from '../transport.ts';
import { Turns } from '../turns.ts';
import { type ProposalDraft, passable, proposalOf } from './draft.ts';
import { Offers } from './offers.ts';
import type { Interest, Opener } from './opener.ts';
import {
  type BoardClientOptions,
  type BoardNotice,
  type InterestOptions,
  inputOf,
  type OpenOptions,
  type RequestOptions,
} from './options.ts';
import { Proposals } from './proposals.ts';
import { Prover } from './prover.ts';
import { BoardRefused, resultOf } from './refusal.ts';
import { clientEvent, encodeToServer, extend } from './wire.ts';

type Emitted = EmittedFrom<typeof client>;
type Notice = NoticesOf<Emitted>;
type Requests = RequestsOf<Emitted>;

const kernel = new Kernel(client);

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
  readonly #prover: Prover;
  readonly #offers: Offers;
  readonly #requests: Turns<Outcome>;
  #resolveClosed: () => void = () => {};

  /** Does not connect yet: see `join`. */
  constructor(url: string, connect: Connect<PacketFrame>, options: BoardClientOptions) {
    const host = new Host(options);
    this.#host = host;
    this.#listeners = new Listeners(host.report);
    this.#prover = new Prover(options.signers ?? []);
    this.addresses = [...new Set([...this.#prover.addresses, ...(options.addresses ?? [])])];
    this.#offers = new Offers(options.openers ?? [], (answered) => this.#listeners.tell(answered));
    this.proposals = new Proposals({
      proposed: (proposal) => this.#listeners.tell({ type: 'proposed', proposal }),
      ended: (proposal, reason) => {
        this.#offers.forget(proposal);
        this.#listeners.tell({ type: 'ended', proposal, reason });
      },
    });
    const input = inputOf(url, options, this.addresses);
    this.#requests = new Turns<Outcome>({
      window: () => input.window,
      notOpen: { outcome: 'failed', error: 'notOpen', reason: 'The client has ended.' },
      unknown: { outcome: 'unknown' },
    });
    this.#connector = new Connector({
      url: extend(url),
      connect,
      clock: host.clock,
      random: host.random,
      maxFrame: options.maxFrame ?? 16_777_216,
      timeout: input.joinTimeout,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      frame: (packet) => this.#session.tell(clientEvent(packet)),
      fact: (fact) => this.#session.tell(fact),
    });
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
    endsWith(options.signal, () => this.close(), this.closed);
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
    const { lasts, offer } = draft;
    const proposal = proposalOf(draft, { address: this.#address(draft.address), id: this.#host.freshId() });
    const takeBack = this.#offers.keep(proposal, offer);
    try {
      await this.#request(
        (id) => ({ type: 'command.propose', id, proposal, ...(lasts === undefined ? {} : { lasts }) }),
        options,
      );
    } catch (error) {
      // What may be listed all the same keeps its offer.
      if (error instanceof BoardRefused) takeBack();
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
    const { signal } = options;
    const { opener, opening, otherData } = await this.#offers.opens(proposal, options.opener);
    await this.indicateInterest(proposal, { ...options, otherData });
    const ends = this.#offers.signal;
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

  async #request(
    command: (id: string) => Parameters<Session<typeof client>['tell']>[0],
    { signal }: RequestOptions,
  ): Promise<'done' | 'sent'> {
    return resultOf(await this.#requests.take((id) => this.#session.tell(command(id)), { signal }));
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

  async #prove(request: Extract<Requests, { readonly type: 'requestProofs' }>): Promise<void> {
    const proven = await this.#prover.prove(request);
    if (proven !== undefined) this.#session.tell(proven);
  }

  #order(order: OrdersOf<Emitted>): void {
    switch (order.type) {
      case 'withdraw':
        if (order.request === 'requestConnection') this.#connector.withdraw();
        else this.#prover.withdraw();
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
        this.#requests.settle(notice.ids, notice);
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
    this.#offers.answer(interest);
  }

  #ended(): void {
    this.#connector.close(1000, '');
    this.#prover.withdraw();
    this.#requests.end();
    this.proposals.end();
    this.#offers.end();
    this.#resolveClosed();
  }

  #failed(error: MachineFailed | StoreFailed): void {
    this.#host.report(error);
    this.#connector.terminate();
    this.#ended();
  }
}
