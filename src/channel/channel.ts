/** A channel as an app uses it: opened, paid in both ways, closed; every promise settles, whatever the node, the signer or the line does. */
import { Meta, otherParty, type Party } from '../../machines/channel/messages.ts';
import { ConnectionLost, LimitReached, LocalMisuse } from '../errors.ts';
import { toJson } from '../json.ts';
import type { Connect } from '../transport.ts';
import type { Command } from './commands.ts';
import { idOf } from './encoding.ts';
import { amountOf, badAmount, type ChannelNotice, type ChannelOptions, type State, stateOf } from './options.ts';
import { RunningParty } from './runningParty.ts';
import { keyOf } from './seen.ts';
import type { PaidOut } from './watch.ts';

/** A node cuts the line of who sends a larger frame than 65,536 bytes, of which the rest of the message needs some. */
const maxMessage = 65_000;

/** A payment, either way. */
export interface UpdateOptions {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint | string;
  readonly meta?: readonly string[];
}

/** One party's side of one channel. */
export class Channel {
  readonly #party: RunningParty;

  /** Does not connect yet: see `open`. @throws LocalMisuse `badKey`, `badAmount`, `foreignSigner`, `badUrl`, `badState` */
  constructor(connect: Connect<string | Uint8Array>, options: ChannelOptions) {
    this.#party = new RunningParty(connect, options);
  }

  /** Resolves when nothing more comes, whoever ended it. */
  get ended(): Promise<void> {
    return this.#party.ended;
  }

  /**
   * Opens the channel, or comes back to the one in the store, or to the `existing` one.
   * @throws ConnectionLost `turnedAway`, `lost`, `notOpened`, `died`; PeerMisbehaved `wrongTransaction`; LocalMisuse `refused`, `badState`, `otherTerms`;
   * DeadlinePassed; StoreFailed;
   * and with the signal's reason
   */
  async open(): Promise<this> {
    await this.#party.open();
    return this;
  }

  get role(): Party {
    return this.#party.input.role;
  }

  /** The channel's id as text; empty until the create transaction is known. */
  get id(): string {
    return idOf(this.#party.context);
  }

  /** The last state that both have signed, or `undefined` while there is none. */
  get state(): State | undefined {
    const { agreed } = this.#party.context;
    return agreed === null ? undefined : stateOf(agreed);
  }

  /** Our own account and the other's, as they were given. */
  get accounts(): { readonly own: string; readonly other: string } {
    const { accounts, role } = this.#party.input;
    return { own: accounts[role], other: accounts[otherParty(role)] };
  }

  /** The state of the party's machine, as a path: `open.awaitingSignature`. */
  get machineState(): string {
    return this.#party.machineState;
  }

  /** Calls `listener` for every notice of this type until the returned function is called. */
  on<Type extends ChannelNotice['type']>(
    type: Type,
    listener: (notice: Extract<ChannelNotice, { readonly type: Type }>) => void,
  ): () => void {
    return this.#party.listeners.on(type, listener);
  }

  /**
   * Pays, or asks to be paid: `from` and `to` are the two accounts, either way. Updates wait for their turn. `meta` is what the other's policy is told
   * beside, by nodes that pass it on; nobody signs it.
   * @returns the state that both have signed, once nothing that we had signed before can take its place: see the notice `contested`
   * @throws NotAgreed `conflict`, `aborted`, `rejected`, `disputed`, `overtaken`; LocalMisuse `refused`; PeerMisbehaved `wrongTransaction`; DeadlinePassed;
   * ConnectionLost; LimitReached `queueFull`
   */
  async update({ from, to, amount, meta }: UpdateOptions): Promise<State> {
    const id = this.#party.host.freshId();
    if (!/^-?\d{1,80}$/.test(`${amount}`)) throw badAmount(`${amount}`.slice(0, 100));
    if (meta !== undefined && !Meta.safeParse(meta).success)
      throw new LocalMisuse('`meta` is a list of 16 texts at most, each of 1,024 characters at most.', {
        code: 'badMeta',
      });
    const update = { from: this.#spelled(from), to: this.#spelled(to), amount: `${BigInt(amount)}` };
    return this.#changed({ type: 'command.update', id, update, ...(meta === undefined ? {} : { meta }) });
  }

  /**
   * Puts more of ours into the channel. It takes the blocks that the opening took.
   * @returns the state that both have signed, and the chain has
   * @throws as `update`
   */
  async deposit(amount: bigint): Promise<State> {
    const id = this.#party.host.freshId();
    return this.#changed({ type: 'command.deposit', id, amount: amountOf(amount) }, this.#party.input.openTimeout);
  }

  /** Takes out of what is ours in the channel, all but the reserve. As `deposit`. */
  async withdraw(amount: bigint): Promise<State> {
    const id = this.#party.host.freshId();
    return this.#changed({ type: 'command.withdraw', id, amount: amountOf(amount) }, this.#party.input.openTimeout);
  }

  async #changed(command: Command, longer = 0): Promise<State> {
    const notice = await this.#party.inTurn(command, longer);
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
    const id = this.#party.host.freshId();
    const text = typeof info === 'string' ? info : toJson(info);
    if (new TextEncoder().encode(JSON.stringify(text)).length > maxMessage)
      throw new LimitReached(`A message has ${maxMessage} bytes at most.`, { code: 'tooLong' });
    const notice = await this.#party.atOnce({ type: 'command.message', id, info: text, to: this.accounts.other });
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
    const id = this.#party.host.freshId();
    const notice = await this.#party.inTurn({ type: 'command.shutdown', id });
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
    const closing = this.#party.guard?.closeAlone();
    if (closing !== undefined) return closing;
    throw new LocalMisuse('Nobody watches over a state of this channel that both have signed.', { code: 'noWatch' });
  }

  /**
   * Leaves the channel, and so does the other party; with the last state either comes back: `openChannel` again, with the store or with `existing`.
   * @returns the last state, with both signatures where the node has shown them
   * @throws NotAgreed `rejected`; DeadlinePassed; ConnectionLost; LimitReached `queueFull`
   */
  async leave(): Promise<{ readonly state: string }> {
    const id = this.#party.host.freshId();
    const notice = await this.#party.inTurn({ type: 'command.leave', id });
    return { state: notice.type === 'left' ? notice.tx : '' };
  }

  /** Goes away; the channel stays in the store for the next `openChannel`. Resolves when that is kept. Never rejects. */
  disconnect(): Promise<void> {
    return this.#party.disconnect();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  /** An account as the node is told it. */
  #spelled(account: string): string {
    const key = keyOf(account);
    const { keys, accounts } = this.#party.input;
    if (key === keys.initiator) return accounts.initiator;
    return key === keys.responder ? accounts.responder : account;
  }
}
