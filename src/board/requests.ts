/**
 * What a client may ask about proposals, and how the board answers: it lists one, ends one, and tells a proposer that somebody is interested.
 *
 * What it must never do: announce what the store does not hold, or pass interest to anybody but the proposer.
 */
import { type Fault, type FromServer, keyOf, type Proposal } from '../../machines/board/messages.ts';
import type { Absences } from './absences.ts';
import type { Announcements } from './announcements.ts';
import type { Book } from './book.ts';
import type { Directory } from './directory.ts';
import type { Asked, Asker, Registration } from './registration.ts';
import type { BoardLimits, BoardStats } from './serverOptions.ts';

export interface RequestsOptions<Client extends Asker> {
  readonly book: Book;
  readonly directory: Directory<Client>;
  readonly registration: Registration<Client>;
  readonly absences: Absences;
  readonly announcements: Announcements;
  readonly stats: BoardStats;
  readonly limits: Pick<BoardLimits, 'proposals' | 'proposalsPerClient'>;
  /** Milliseconds after which a proposal ends, at most; 0: never by itself. */
  readonly longest: number;
  readonly report: (error: unknown) => void;
}

/** The requests to one board about proposals. */
export class Requests<Client extends Asker> {
  readonly #options: RequestsOptions<Client>;

  constructor(options: RequestsOptions<Client>) {
    this.#options = options;
  }

  /** Keeps a proposal, and then has it told to everybody. */
  async list(client: Client, { id, proposal, lasts }: Asked<'requestListing'>): Promise<void> {
    const { book, directory, absences, announcements, stats, longest, report } = this.#options;
    const known = book.get(keyOf(proposal.id));
    // Sent again by one who did not hear that it was kept.
    if (known !== undefined && this.#isOf(client, known) && JSON.stringify(known) === JSON.stringify(proposal)) {
      client.tell({ type: 'done', id });
      return;
    }
    const error = this.#listingFault(client, proposal);
    if (error !== undefined) {
      client.tell({ type: 'denied', id, error });
      return;
    }
    try {
      await book.keep(proposal, longest === 0 ? lasts : Math.min(lasts === 0 ? longest : lasts, longest));
    } catch (cause) {
      report(cause);
      client.tell({ type: 'denied', id, error: 'unavailable' });
      return;
    }
    stats.listed += 1;
    announcements.changed();
    if (directory.find({ byAddress: proposal.address }) === undefined) absences.begin(proposal.address);
    // One whose connection is over tells nobody any more.
    if (!client.tell({ type: 'listed', id, proposal })) announcements.announce(proposal);
  }

  /** Ends a proposal of the client's. */
  async withdraw(client: Client, { id, channel }: Asked<'requestWithdrawal'>): Promise<void> {
    const { book, report } = this.#options;
    const known = book.get(channel);
    if (known === undefined || !this.#isOf(client, known)) {
      client.tell({ type: 'denied', id, error: known === undefined ? 'unknownChannel' : 'foreignAddress' });
      return;
    }
    try {
      const removed = await book.remove(channel);
      if (removed === undefined) client.tell({ type: 'denied', id, error: 'unknownChannel' });
      else {
        this.ended(removed, 'withdrawn');
        client.tell({ type: 'done', id });
      }
    } catch (cause) {
      report(cause);
      client.tell({ type: 'denied', id, error: 'unavailable' });
    }
  }

  /** Tells the proposer that somebody is interested. */
  indicate(client: Client, request: Asked<'requestIndication'>): void {
    const { id, fromAddress, otherData } = request;
    const answer = this.#indication(client, request);
    if (typeof answer === 'string') {
      client.tell({ type: 'denied', id, error: answer });
      return;
    }
    const { owner, channel } = answer;
    const takes = owner.tell({ type: 'indicate', fromAddress, otherData, channel });
    if (takes) this.#options.stats.indicated += 1;
    client.tell(takes ? { type: 'done', id } : { type: 'denied', id, error: 'unknownAddress' });
  }

  /** A proposal is gone from the book. */
  ended(proposal: Proposal, reason: FromServer<'channelEnded'>['reason']): void {
    this.#options.stats.ended += 1;
    this.#options.announcements.ended(proposal, reason);
  }

  /** The proposals of an address end: nobody has come back to it. */
  async endAll(address: string): Promise<void> {
    const { book, report } = this.#options;
    for (const proposal of [...book.of(address)]) {
      try {
        const removed = await book.remove(keyOf(proposal.id));
        if (removed !== undefined) this.ended(removed, 'left');
      } catch (error) {
        report(error);
      }
    }
  }

  #isOf(client: Client, { address }: Proposal): boolean {
    return this.#options.directory.find({ byAddress: address }) === client;
  }

  #listingFault(client: Client, proposal: Proposal): Fault | undefined {
    const { book, directory, registration, limits } = this.#options;
    const foreign = registration.foreign(client, proposal.address);
    if (foreign !== undefined) return foreign;
    if (book.has(keyOf(proposal.id))) return 'duplicateId';
    const addresses = new Set([...directory.addressesOf(client), proposal.address]);
    let count = 0;
    for (const address of addresses) count += book.countOf(address);
    if (count >= limits.proposalsPerClient) return 'tooMany';
    return book.claimed >= limits.proposals ? 'boardFull' : undefined;
  }

  #indication(
    client: Client,
    { channel, address, fromAddress }: Asked<'requestIndication'>,
  ): Fault | { readonly owner: Client; readonly channel: Proposal['id'] } {
    const { book, directory, registration } = this.#options;
    const proposal = channel === '' ? book.of(address).next().value : book.get(channel);
    if (proposal === undefined) return 'unknownChannel';
    const foreign = registration.foreign(client, fromAddress);
    if (foreign !== undefined) return foreign;
    const owner = directory.find({ byAddress: proposal.address });
    if (owner === client || fromAddress === proposal.address) return 'ownChannel';
    return owner === undefined ? 'unknownAddress' : { owner, channel: proposal.id };
  }
}
