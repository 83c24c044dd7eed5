/**
 * Who is connected and where addresses lead: the text's `sockIdToClient`, `addressToSockId` and `sockIdToAddresses` as one directory, so that no two of
 * them can disagree. An address is unlisted only by the connection that it leads to: the late end of an old socket harms no newer one.
 */

/** A way to find a client: itself, the id of its socket, or one of its addresses. */
export type Target<Client> =
  | { readonly byClient: Client }
  | { readonly bySockId: string }
  | { readonly byAddress: string };

/** Who may have an address that another socket holds. Proven always goes before unproven. */
export type Takeover = 'newest' | 'oldest';

interface Holding<Client> {
  readonly client: Client;
  readonly proven: boolean;
}

/** What became of an attempt to have an address. */
export type Entry<Client> =
  | { readonly taken: true }
  /** `displaced` had it until now. */
  | { readonly taken: false; readonly displaced?: Client };

/** Clients by socket and by address. */
export class Directory<Client extends { readonly id: string }> {
  readonly #takeover: Takeover;
  readonly #clients = new Map<string, Client>();
  readonly #holdings = new Map<string, Holding<Client>>();
  readonly #addresses = new Map<Client, Set<string>>();

  constructor(takeover: Takeover) {
    this.#takeover = takeover;
  }

  /** How many clients there are. */
  get size(): number {
    return this.#clients.size;
  }

  /** How many addresses lead somewhere. */
  get addresses(): number {
    return this.#holdings.size;
  }

  clients(): IterableIterator<Client> {
    return this.#clients.values();
  }

  connect(client: Client): void {
    this.#clients.set(client.id, client);
  }

  /** Forgets the client and all of its addresses. @returns whether it was there */
  disconnect(client: Client): boolean {
    this.release(client, [...this.addressesOf(client)]);
    return this.#clients.get(client.id) === client && this.#clients.delete(client.id);
  }

  /** Lets the address lead to this client, if nobody has it who may keep it. */
  register(address: string, client: Client, proven: boolean): Entry<Client> {
    const holding = this.#holdings.get(address);
    if (holding !== undefined && holding.client !== client) {
      if (holding.proven && !proven) return { taken: true };
      if (this.#takeover === 'oldest' && holding.proven === proven) return { taken: true };
      this.release(holding.client, [address]);
    }
    this.#holdings.set(address, { client, proven: proven || (holding?.client === client && holding.proven) });
    const addresses = this.#addresses.get(client);
    if (addresses === undefined) this.#addresses.set(client, new Set([address]));
    else addresses.add(address);
    return holding === undefined || holding.client === client
      ? { taken: false }
      : { taken: false, displaced: holding.client };
  }

  /** Unlists those of the addresses that still lead to this client. @returns them */
  release(client: Client, addresses: Iterable<string>): string[] {
    const released: string[] = [];
    const own = this.#addresses.get(client);
    for (const address of addresses) {
      if (this.#holdings.get(address)?.client !== client) continue;
      this.#holdings.delete(address);
      own?.delete(address);
      released.push(address);
    }
    if (own?.size === 0) this.#addresses.delete(client);
    return released;
  }

  addressesOf(client: Client): ReadonlySet<string> {
    return this.#addresses.get(client) ?? noAddresses;
  }

  /** "Client objects can be looked up by public address or by the client's unique socket id". */
  find(target: Target<Client>): Client | undefined {
    if ('byClient' in target)
      return this.#clients.get(target.byClient.id) === target.byClient ? target.byClient : undefined;
    if ('bySockId' in target) return this.#clients.get(target.bySockId);
    return this.#holdings.get(target.byAddress)?.client;
  }
}

const noAddresses: ReadonlySet<string> = new Set();
