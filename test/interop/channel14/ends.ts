/** Either end of a channel, whoever wrote it: the SDK of today, the SDK of 2019, or ours in one of its dialects. The tests say only what all can do. */

import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { fromHex } from '../../../src/bytes.ts';
import { NotAgreed } from '../../../src/channel/channelErrors.ts';
import { openChannel } from '../../../src/channel/connect.ts';
import { encode } from '../../../src/channel/encoding.ts';
import type { ChannelNotice } from '../../../src/channel/options.ts';
import { see } from '../../../src/channel/seen.ts';
import { alice, bob } from '../../channel/node/world.ts';
import { sdk as sdkOf2019, signerOf } from '../channel/sdk.ts';
import { type Answer, accountOf, networkId, type Role, sdk, terms } from './client.ts';

const people = { initiator: alice, responder: bob } as const;
const seeds = { initiator: 1, responder: 2 } as const;
const other = (role: Role): Role => (role === 'initiator' ? 'responder' : 'initiator');
export const addressOf = (role: Role): string => people[role].modern;

/** What becomes of a change: nothing where `accepted` is false, and then perhaps why. */
export interface Outcome {
  readonly accepted: boolean;
  readonly code?: number | undefined;
}

/** One end, open or opening. */
export interface End {
  readonly role: Role;
  /** Resolves when the channel is open for it. */
  readonly opened: Promise<void>;
  /** Resolves when it knows that the channel is over. */
  readonly over: Promise<void>;
  /** What it does with what the other end wants: signs, or refuses with a code. */
  decide: 'sign' | number;
  readonly heard: string[];
  /** Resolves when it has the state of this round. */
  reaches(round: number): Promise<void>;
  pays(amount: number): Promise<Outcome>;
  asks(amount: number): Promise<Outcome>;
  deposits(amount: number): Promise<Outcome>;
  withdraws(amount: number): Promise<Outcome>;
  says(text: string): Promise<void>;
  hears(count: number): Promise<void>;
  /** Resolves with the state that it is told when both have left. */
  leaves(): Promise<string>;
  /** The last state that it was told by itself. */
  state(): string;
  /** The same party once more, after both have left, with what its client is made to come back with. */
  back(): Promise<End>;
  closes(): Promise<string>;
  gone(): Promise<void>;
}

/** What is waited for until it is so. */
export class Waits {
  readonly #waiting = new Set<() => void>();

  told(): void {
    for (const check of this.#waiting) check();
  }

  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!isSo()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}

export type Kind = 'sdk14' | 'sdk1' | 'rpc' | 'epoch' | 'text';

/** Today's client. */
async function endOfToday(url: string, role: Role, more: object): Promise<End> {
  const { Channel } = await sdk();
  const account = await accountOf(seeds[role]);
  const signs = (tx: string): Promise<string> => account.signTransaction(tx, { networkId });
  const heard: string[] = [];
  const waits = new Waits();
  const state: { decide: 'sign' | number; tx: string } = { decide: 'sign', tx: '' };
  const answer = async (tag: string, tx: string): Promise<Answer> =>
    state.decide === 'sign' || /_sign$/.test(tag) ? signs(tx) : state.decide;
  const channel = await Channel.initialize({
    ...terms,
    minimumDepthStrategy: 'plain',
    url: `${url}/channel`,
    role,
    initiatorId: addressOf('initiator'),
    responderId: addressOf('responder'),
    ...(role === 'initiator' ? { host: 'localhost' } : { keepRunning: false }),
    sign: answer,
    ...more,
  });
  channel.on('statusChanged', () => waits.told());
  channel.on('stateChanged', (tx) => {
    state.tx = tx;
    waits.told();
  });
  channel.on('message', (message) => {
    heard.push(typeof message === 'string' ? message : String(message['info']));
    waits.told();
  });
  const [own, its] = [addressOf(role), addressOf(other(role))];
  const outcome = ({ accepted, errorCode }: { accepted: boolean; errorCode?: number }): Outcome => ({
    accepted,
    code: errorCode,
  });
  return {
    role,
    heard,
    opened: waits.until(() => channel.status() === 'open'),
    over: waits.until(() => /^(closed|died|disconnected)$/.test(channel.status())),
    get decide() {
      return state.decide;
    },
    set decide(decide) {
      state.decide = decide;
    },
    reaches: (round) => waits.until(() => (channel.round() ?? 0) >= round),
    pays: async (amount) => outcome(await channel.update(own, its, amount, signs)),
    asks: async (amount) => outcome(await channel.update(its, own, amount, signs)),
    deposits: async (amount) => outcome(await channel.deposit(amount, signs)),
    withdraws: async (amount) => outcome(await channel.withdraw(amount, signs)),
    says: (text) => channel.sendMessage(text, its),
    hears: (count) => waits.until(() => heard.length >= count),
    leaves: async () => (await channel.leave()).signedTx,
    state: () => state.tx,
    back: () => {
      const [existingChannelId, existingFsmId] = [channel.id(), channel.fsmId()];
      return endOfToday(url, role, { ...more, existingChannelId, existingFsmId, reestablish: true });
    },
    closes: () => channel.shutdown(signs),
    gone: async () => {
      channel.disconnect();
      await waits.until(() => channel.status() === 'disconnected');
    },
  };
}

/** The channel of a state, as its app names it: the client of 2019 does not say it to who is left. */
function channelOf(tx: string): string {
  const seen = see(tx);
  return 'channelId' in seen ? encode('ch', 'modern', fromHex(seen.channelId)) : '';
}

/** The client of 2019. */
async function endOf2019(url: string, role: Role, more: object): Promise<End> {
  const loaded = await sdkOf2019();
  const signs = signerOf(loaded, people[role], seeds[role], 'modern');
  const heard: string[] = [];
  const waits = new Waits();
  const state = { status: '', tx: '' };
  const { pushAmount, initiatorAmount, responderAmount, channelReserve, lockPeriod, port } = terms;
  const channel = await loaded.Channel({
    url,
    role,
    initiatorId: addressOf('initiator'),
    responderId: addressOf('responder'),
    pushAmount,
    initiatorAmount,
    responderAmount,
    channelReserve,
    lockPeriod,
    port,
    ttl: 0,
    host: 'localhost',
    sign: (_, tx) => signs(tx),
    ...more,
  });
  channel.on('statusChanged', (status) => {
    state.status = status;
    waits.told();
  });
  channel.on('stateChanged', (tx) => {
    state.tx = tx;
  });
  channel.on('message', (message) => {
    heard.push(String(message['info']));
    waits.told();
  });
  const [own, its] = [addressOf(role), addressOf(other(role))];
  const outcome = ({ accepted }: { accepted: boolean }): Outcome => ({ accepted });
  const cannot = () => Promise.reject(new Error('The client of 2019 cannot do that.'));
  return {
    role,
    heard,
    opened: waits.until(() => state.status === 'open'),
    over: waits.until(() => /^(died|disconnected)$/.test(state.status)),
    decide: 'sign',
    // It tells no states but those of its own updates; what it starts too early waits in itself.
    reaches: () => Promise.resolve(),
    pays: async (amount) => outcome(await channel.update(own, its, amount, signs)),
    asks: async (amount) => outcome(await channel.update(its, own, amount, signs)),
    deposits: cannot,
    withdraws: cannot,
    says: async (text) => channel.sendMessage(text, its),
    hears: (count) => waits.until(() => heard.length >= count),
    leaves: async () => {
      state.tx = (await channel.leave()).state;
      return state.tx;
    },
    state: () => state.tx,
    back: () => endOf2019(url, role, { existingChannelId: channelOf(state.tx), offchainTx: state.tx }),
    closes: () => channel.shutdown(signs),
    gone: () => Promise.resolve(),
  };
}

async function outcomeOf(change: Promise<unknown>): Promise<Outcome> {
  try {
    await change;
    return { accepted: true };
  } catch (error) {
    if (!(error instanceof NotAgreed)) throw error;
    return { accepted: false, code: error.errorCode };
  }
}

/** Ours. In the text's own dialect it comes back by hand, else from its store. */
function endOfOurs(
  url: string,
  role: Role,
  dialect: 'rpc' | 'epoch' | 'text',
  more: object,
  store = new MemoryStore(),
): End {
  const heard: string[] = [];
  const waits = new Waits();
  const state: { decide: 'sign' | number; isOver: boolean; tx: string } = { decide: 'sign', isOver: false, tx: '' };
  const opening = openChannel({
    url,
    role,
    dialect,
    initiator: addressOf('initiator'),
    responder: addressOf('responder'),
    initiatorAmount: BigInt(terms.initiatorAmount),
    responderAmount: BigInt(terms.responderAmount),
    pushAmount: BigInt(terms.pushAmount),
    channelReserve: BigInt(terms.channelReserve),
    lockPeriod: terms.lockPeriod,
    minimumDepth: terms.minimumDepth,
    port: terms.port,
    host: 'localhost',
    signer: people[role].signer,
    store,
    policy: ({ what }) => state.decide === 'sign' || !what.endsWith('_ack') || { abort: state.decide },
    notify: (notice: ChannelNotice) => {
      if (notice.type === 'message') heard.push(notice.message.info);
      if (notice.type === 'left') state.tx = notice.state;
      if (/^(closed|died|left)$/.test(notice.type)) state.isOver = true;
      waits.told();
    },
    ...more,
  });
  return {
    role,
    heard,
    opened: opening.then(() => {}),
    over: waits.until(() => state.isOver),
    get decide() {
      return state.decide;
    },
    set decide(decide) {
      state.decide = decide;
    },
    reaches: async (round) => {
      const channel = await opening;
      await waits.until(() => (channel.state?.round ?? 0) >= round);
    },
    pays: async (amount) => outcomeOf((await opening).pay(BigInt(amount))),
    asks: async (amount) => outcomeOf((await opening).request(BigInt(amount))),
    deposits: async (amount) => outcomeOf((await opening).deposit(BigInt(amount))),
    withdraws: async (amount) => outcomeOf((await opening).withdraw(BigInt(amount))),
    says: async (text) => (await opening).message(text),
    hears: (count) => waits.until(() => heard.length >= count),
    leaves: async () => (await (await opening).leave()).state,
    state: () => state.tx,
    back: async () => {
      const channel = await opening;
      const { ended, id } = channel;
      await ended;
      // Who has left watches on until then.
      await channel.disconnect();
      if (dialect !== 'text') return endOfOurs(url, role, dialect, more, store);
      return endOfOurs(url, role, dialect, { ...more, existing: { id, state: state.tx } });
    },
    closes: async () => (await (await opening).shutdown()).tx,
    gone: async () => (await opening).disconnect(),
  };
}

export async function endOf(kind: Kind, url: string, role: Role, more: object = {}): Promise<End> {
  if (kind === 'sdk14') return endOfToday(url, role, more);
  return kind === 'sdk1' ? endOf2019(url, role, more) : endOfOurs(url, role, kind, more);
}
