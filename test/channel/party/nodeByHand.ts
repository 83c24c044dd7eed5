/** What a node says in each part of a channel's life, in the dialect of its time. */
import { type Notary, other, type Role, type Shares } from './notary.ts';
import type { Peer } from './peer.ts';

/** A node that speaks one dialect to one party. */
export class Node {
  readonly peer: Peer;
  readonly notary: Notary;
  readonly role: Role;
  readonly dialect: 'text' | 'epoch';
  shares: Shares;
  round = 1;

  constructor(peer: Peer, notary: Notary, role: Role, dialect: 'text' | 'epoch') {
    this.peer = peer;
    this.notary = notary;
    this.role = role;
    this.dialect = dialect;
    this.shares = dialect === 'epoch' && notary.pair.era === 'legacy' ? [10n, 10n] : [7n, 13n];
  }

  get createTag(): string {
    return `${this.role}_${this.dialect === 'text' ? 'signed' : 'sign'}`;
  }

  get accounts() {
    return this.notary.pair.accounts;
  }

  /** As far as our signature on the create transaction, which is returned. */
  async asksForCreate(): Promise<string> {
    const { peer, role, createTag } = this;
    if (role === 'initiator') peer.info('channel_accept');
    else peer.info('channel_open', 'funding_created');
    peer.asks(createTag, this.notary.create(this.shares));
    return peer.reply(createTag);
  }

  /** From `funding_signed` to `open`. */
  async locks(): Promise<void> {
    const { peer, role, dialect } = this;
    const create = await this.notary.cosigned(this.notary.create(this.shares));
    if (role === 'initiator') peer.info('funding_signed');
    peer.onChain(create);
    peer.info('own_funding_locked', 'funding_locked', 'open');
    if (dialect === 'epoch') peer.state(create);
  }

  async opens(): Promise<void> {
    await this.asksForCreate();
    await this.locks();
  }

  /** The state after the next update. */
  next(from: Role, amount: bigint): { readonly tx: string; readonly shares: Shares; readonly round: number } {
    const change = from === 'initiator' ? -amount : amount;
    const shares: Shares = [this.shares[0] + change, this.shares[1] - change];
    const round = this.round + 1;
    return { tx: this.notary.state(round, from, amount, shares), shares, round };
  }

  /** Says that it is finished, as the dialect has it. */
  async finishes({ tx, shares, round }: { tx: string; shares: Shares; round: number }): Promise<void> {
    this.shares = shares;
    this.round = round;
    if (this.dialect === 'text') this.peer.info('update_finalized');
    else this.peer.state(await this.notary.cosigned(tx));
  }

  /** What our extension says beside a transaction of today, which does not say it. */
  updates(from: Role, amount: bigint): readonly unknown[] {
    return [{ from: this.accounts[from], to: this.accounts[other(from)], amount: Number(amount) }];
  }

  /** The party's own update, started with the next frame, as far as our signature. */
  async takesUpdate(from: Role, amount: bigint) {
    const started = await this.peer.hears();
    const next = this.next(from, amount);
    this.peer.asks('update', next.tx, this.updates(from, amount));
    return { started, reply: await this.peer.reply('update'), ...next };
  }

  /** The other's update, as far as our signature. */
  async putsUpdate(from: Role, amount: bigint) {
    const next = this.next(from, amount);
    this.peer.info('update');
    this.peer.asks('update_ack', next.tx, this.updates(from, amount));
    return { reply: await this.peer.reply('update_ack'), ...next };
  }

  /** The channel after a party has put in more, or taken out. */
  funding(kind: 'deposit' | 'withdraw', party: Role, amount: bigint) {
    const change = kind === 'deposit' ? amount : -amount;
    const [initiator, responder] = this.shares;
    const shares: Shares = party === 'initiator' ? [initiator + change, responder] : [initiator, responder + change];
    const round = this.round + 1;
    return { tx: this.notary.funding(kind, round, party, amount, shares), shares, round };
  }

  /** From the signatures of both to the last block, as the node of its time tells it. */
  async puts(kind: 'deposit' | 'withdraw', { tx, shares, round }: { tx: string; shares: Shares; round: number }) {
    const whole = await this.notary.cosigned(tx);
    this.peer.onChain(whole);
    this.peer.info(`own_${kind}_locked`, `${kind}_locked`);
    this.peer.state(whole);
    this.shares = shares;
    this.round = round;
    return whole;
  }

  /** What both have, to who asks. */
  balances([initiator, responder]: Shares): void {
    this.peer.say({
      action: 'get',
      tag: 'balances',
      payload: [
        { account: this.accounts.initiator, balance: Number(initiator) },
        { account: this.accounts.responder, balance: Number(responder) },
      ],
    });
  }

  /** What closing gives, with a fee of 1. */
  get closing(): string {
    return this.notary.close([this.shares[0] - 1n, this.shares[1]]);
  }
}
