/** What a channel is opened with, what it tells, and how both are put to the node and the machine. */
import { type Dialect, type Envelope, type Party, parties } from '../../machines/channel/messages.ts';
import { unlearnedOf } from '../../machines/channel/party/rules/learning.ts';
import type { Agreed, PartyInput, Return, StateKind, Unlearned } from '../../machines/channel/party/types.ts';
import { fromHex, toHex } from '../bytes.ts';
import type { Backoff } from '../connector.ts';
import { LocalMisuse } from '../errors.ts';
import type { HostOptions } from '../host.ts';
import { isAmount, whatAnAmountIs } from '../money.ts';
import type { Signer } from '../signer.ts';
import type { Store } from '../store.ts';
import type { ChainAccess } from './chainAccess.ts';
import type { CountConfirmations } from './confirmations.ts';
import { decode, type Era, encode } from './encoding.ts';
import type { Policy } from './policy.ts';
import { keyOf, see } from './seen.ts';
import type { SigningForm } from './signing.ts';
import type { PaidOut, WatchTerms } from './watch.ts';

/** A state of the channel that both have signed. Amounts in the chain's smallest unit. */
export interface State {
  /** What has led to it: the opening, a payment, or a change of what is in the channel. All but payments are on the chain. */
  readonly kind: StateKind;
  /** 1 for the state that the channel was opened with. */
  readonly round: number;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  /** The transaction as text. */
  readonly tx: string;
  /** The hash of what is signed, in hexadecimal. */
  readonly id: string;
  /** Whether `tx` was seen with both signatures: the text's node only says that it is finished. */
  readonly isCoSigned: boolean;
}

/** What a channel tells beside the ends of its promises. */
export type ChannelNotice =
  /** An info of the node, or a transaction on its way to the chain: of the opening, a deposit or a withdrawal. */
  | { readonly type: 'progress'; readonly step: string; readonly tx: string }
  /** Of the opening, a deposit or a withdrawal: so many blocks confirm the transaction, the one that includes it counted. */
  | { readonly type: 'confirmed'; readonly confirmations: number }
  /** Both have signed; `isOwn` where our app has started it. */
  | { readonly type: 'updated'; readonly state: State; readonly isOwn: boolean }
  /** More is in the channel, or less: both have signed, and the chain has it. */
  | { readonly type: 'deposited' | 'withdrawn'; readonly state: State; readonly isOwn: boolean }
  /**
   * Both have signed, but another signature of ours, which the other party had refused, could still take the place of this state: it is not certain yet.
   * `updated`, `deposited` or `withdrawn` follows, and ends the command, once a later state or the chain has made it so.
   */
  | { readonly type: 'contested'; readonly state: State; readonly isOwn: boolean }
  /**
   * A deposit or a withdrawal of this round that had come to nothing was posted after all: it is what counts, and no state that was `contested`. What is
   * ours is in it; `closeAlone` pays it out.
   */
  | { readonly type: 'overtaken'; readonly round: number }
  /** Both have signed, and we did not know: the line was cut, or our store is older than our signature. */
  | { readonly type: 'missed'; readonly state: State }
  /** Both have left; with this state, the last, either comes back. `isOwn` where our app has wanted it. */
  | { readonly type: 'left'; readonly state: string; readonly isOwn: boolean }
  /** Both are back, after both had left, or the other had. */
  | { readonly type: 'reestablished' }
  /** The other party has left, and we have not, since we `keepRunning`. What is begun meanwhile waits for it, as long as the node does. */
  | { readonly type: 'leftBehind' }
  /** Somebody closes the channel alone; `tx` is the transaction that does. */
  | { readonly type: 'disputed'; readonly tx: string }
  /** The chain has paid out. */
  | { readonly type: 'settled'; readonly tx: string }
  /** It was closed with an old state, that of round `stale`: the watch answers with ours, that of `round`. */
  | { readonly type: 'slashed'; readonly round: number; readonly stale: number }
  /** The watch has seen the end; `paid` is undefined where the two have closed it together, or where it was paid out while nobody watched. */
  | { readonly type: 'paidOut'; readonly paid: PaidOut | undefined }
  /** The watch could not ask the chain, or the chain did not take what it posted: it tries again. */
  | { readonly type: 'hindered'; readonly reason: string }
  /** The store has failed the watch: nobody watches over the channel in this process any more. */
  | { readonly type: 'unwatched'; readonly reason: string }
  /** All is as in this round: both have started at once (no code, or 2), or the other party does not want it, which its code says. */
  | { readonly type: 'conflict'; readonly round: number; readonly errorCode?: number }
  | { readonly type: 'message'; readonly message: Envelope }
  /** We did not sign what was put to us. */
  | { readonly type: 'declined'; readonly tag: string; readonly reason: string }
  /** The line broke. `end` is why it is not tried again; left out where it is. */
  | { readonly type: 'disconnected'; readonly reason: string; readonly end?: 'lost' | 'turnedAway' }
  | { readonly type: 'reconnected' }
  /** Nothing is under way: the next update would be started at once. */
  | { readonly type: 'ready' }
  /** The closing transaction, with both signatures, is on its way to the chain. */
  | { readonly type: 'closing'; readonly tx: string }
  | { readonly type: 'closed' }
  /** The node has ended the channel. */
  | { readonly type: 'died' }
  /** The node has reported an error, or has said what it may not say now. */
  | { readonly type: 'error'; readonly reason: string; readonly detail: string };

/** How a channel is watched over. */
export interface ChannelWatch extends Omit<WatchTerms, 'networkId' | 'signing'> {
  readonly chain: ChainAccess;
}

/** What is agreed with the other party beforehand, and how to reach the node. */
export interface ChannelOptions extends HostOptions {
  /** The node: `ws://` or `wss://`; `/channel` is appended where it is missing. */
  readonly url: string;
  readonly role: Party;
  /** Both keys, as `ak$…` or `ak_…`. Which of the two decides how everything else is written. */
  readonly initiator: string;
  readonly responder: string;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  /** In favour of the responder, at the beginning. */
  readonly pushAmount: bigint;
  /** What both must keep in the channel. */
  readonly channelReserve: bigint;
  /** Blocks for disputing a solo close. */
  readonly lockPeriod: number;
  /** The height by which the create transaction has to be on the chain. */
  readonly ttl?: number;
  /** Of the responder's node: by both the node finds who belongs together. Default: the node's own. */
  readonly host?: string;
  readonly port?: number;
  /** Blocks on top of the create transaction. */
  readonly minimumDepth?: number;
  /**
   * How the node is to speak: as the text has it, which is the default, as the node of its time, or as nodes do today (`rpc`). The first two are
   * understood always.
   */
  readonly dialect?: Dialect;
  /** Of our own key. */
  readonly signer: Signer;
  /** Of the chain, for modern encodings. Default: `ae_devnet`. */
  readonly networkId?: string;
  /** What is signed. Default: `raw` with legacy encodings, `networkHash` with modern ones. */
  readonly signing?: SigningForm;
  readonly store: Store;
  /** Comes back to this channel without a store: its id (`ch_…`) and the last state that both have signed (`tx_…`). */
  readonly existing?: { readonly id: string; readonly state: string };
  /**
   * Of a responder: stay in the channel when the initiator leaves, until it is back (`leftBehind`, `reestablished`). Default: both leave. A node that does
   * not know of it lets both leave.
   */
  readonly keepRunning?: boolean;
  /** Tells how far the create transaction is confirmed. Default of `openChannel`: the node's HTTP interface. */
  readonly countConfirmations?: CountConfirmations;
  /** The channel's name in the store: one for each of several channels of the same two parties. */
  readonly name?: string;
  /** Default: `careful`. */
  readonly policy?: Policy;
  /** What is not as announced is refused at once, or put to the policy with what is wrong. Default: `refuse`. */
  readonly inspection?: 'refuse' | 'ask';
  /** The most that opening may cost, and closing, both parts together, and each deposit or withdrawal. Default: 10^15. */
  readonly maxFee?: bigint;
  /** Is told everything that `on` tells, from the first moment on. */
  readonly notify?: (notice: ChannelNotice) => void;
  /** Is given the last state as soon as this party has it, when its proof comes, and again after a restart: what a watch answers a cheat with. */
  readonly onAgreed?: (channelId: string, state: State) => void;
  /**
   * The watch over the channel, which answers whoever closes it with an old state. Default of `openChannel`: through the HTTP interface of the node;
   * `false` where another process watches.
   */
  readonly watch?: false | ChannelWatch;
  /** The node's own patience by state, in milliseconds: `{ sign: 60_000 }` is asked for as `timeout_sign`. */
  readonly nodeTimeouts?: Readonly<Record<string, number>>;
  /** Tries to get a lost connection back before giving up. Default: 10. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** Milliseconds without a word from the node before it is asked whether it is there; dialect `rpc` only. Default: 10 s. */
  readonly pulse?: number;
  /** Commands that may wait for their turn. Default: 64. */
  readonly queue?: number;
  /** Milliseconds of rest before an update of nothing makes a `contested` state certain. Default: 1 s; the responder's are twice as long. */
  readonly settleTimeout?: number;
  /** Milliseconds; defaults: 30 minutes, 10 s, 8 minutes, 9 minutes, 5 s. */
  readonly openTimeout?: number;
  readonly answerTimeout?: number;
  readonly signTimeout?: number;
  readonly finishTimeout?: number;
  readonly closeTimeout?: number;
  /** Ends the opening, and later leaves the channel. */
  readonly signal?: AbortSignal;
}

/** As an app sees it. */
export const stateOf = ({ kind, round, initiatorAmount, responderAmount, id, tx, isCoSigned }: Agreed): State => ({
  kind,
  round,
  initiatorAmount: BigInt(initiatorAmount),
  responderAmount: BigInt(responderAmount),
  id,
  tx,
  isCoSigned,
});

/** "We assume the channel's WebSocket listener is set on port 3014 (default one)." */
const defaultPort = 3_014;

export const badAmount = (text: string) =>
  new LocalMisuse(`${text} is no amount: ${whatAnAmountIs}.`, { code: 'badAmount' });

export function amountOf(value: bigint): string {
  const text = `${value}`;
  if (isAmount(text)) return text;
  throw badAmount(text);
}

function keyIn(account: string): string {
  const key = keyOf(account);
  if (key !== undefined) return key;
  throw new LocalMisuse(`${account.slice(0, 80)} is no account.`, { code: 'badKey' });
}

const badState = (reason: string) =>
  new LocalMisuse(`That is no state of this channel to come back with: ${reason}`, { code: 'badState' });

/** @throws LocalMisuse `badState` */
function existingOf({ existing }: ChannelOptions, era: Era): Unlearned | null {
  if (existing === undefined) return null;
  const seen = see(existing.state);
  if (seen.kind === 'unreadable') throw badState(seen.reason);
  const unlearned = unlearnedOf(seen);
  if (unlearned === null) throw badState('it is no state.');
  if (encode('ch', era, fromHex(unlearned.channelId)) !== existing.id) throw badState('it is of another channel.');
  return unlearned;
}

/** @throws LocalMisuse */
export function inputOf(options: ChannelOptions): PartyInput {
  const { role, signer, initiator: one, responder: other } = options;
  const keys = { initiator: keyIn(one), responder: keyIn(other) };
  const eras = new Set([decode(one, 'ak').era, decode(other, 'ak').era]);
  const [era = 'modern'] = eras;
  if (eras.size > 1) throw new LocalMisuse('The two accounts are of different encodings.', { code: 'badKey' });
  if (keys.initiator === keys.responder) throw new LocalMisuse('Both parties are the same.', { code: 'badKey' });
  if (toHex(signer.publicKey) !== keys[role]) {
    throw new LocalMisuse(`The signer's key is not that of the ${role}.`, { code: 'foreignSigner' });
  }
  return {
    role,
    era,
    keys,
    accounts: { initiator: one, responder: other },
    initiatorAmount: amountOf(options.initiatorAmount),
    responderAmount: amountOf(options.responderAmount),
    pushAmount: amountOf(options.pushAmount),
    channelReserve: amountOf(options.channelReserve),
    lockPeriod: options.lockPeriod,
    ttl: options.ttl ?? null,
    maxFee: amountOf(options.maxFee ?? 10n ** 15n),
    isLenient: options.inspection === 'ask',
    mayAbort: options.dialect === 'rpc',
    keepsRunning: keepsRunning(options),
    isWatched: options.watch !== undefined && options.watch !== false,
    existing: existingOf(options, era),
    attempts: options.attempts ?? 10,
    openTimeout: options.openTimeout ?? 1_800_000,
    answerTimeout: options.answerTimeout ?? 10_000,
    signTimeout: options.signTimeout ?? 480_000,
    finishTimeout: options.finishTimeout ?? 540_000,
    settleTimeout: options.settleTimeout ?? 1_000,
    closeTimeout: options.closeTimeout ?? 5_000,
  };
}

/** What two openings of one channel cannot have otherwise, and what their app calls it. */
const terms = [
  ['initiatorAmount', 'initiatorAmount'],
  ['responderAmount', 'responderAmount'],
  ['pushAmount', 'pushAmount'],
  ['channelReserve', 'channelReserve'],
  ['lockPeriod', 'lockPeriod'],
  ['keepsRunning', 'keepRunning'],
] as const;

/** What an app has to be told that comes back to a channel which was opened with other terms than its own. */
export function otherTerms(kept: PartyInput, asked: PartyInput): LocalMisuse | undefined {
  const misuse = (what: string) => new LocalMisuse(`The channel in the store ${what}.`, { code: 'otherTerms' });
  if (parties.some((party) => kept.accounts[party] !== asked.accounts[party]))
    return misuse('is between other accounts');
  for (const [term, name] of terms) {
    if (kept[term] !== asked[term])
      return misuse(`was opened with other terms: \`${name}\` is ${kept[term]} there, not ${asked[term]}`);
  }
  return undefined;
}

const keepsRunning = ({ role, keepRunning }: ChannelOptions) => role === 'responder' && keepRunning === true;

/** Nodes of today let a responder stay where it does not say otherwise; others know nothing of it. */
function stayingIn(options: ChannelOptions): Readonly<Record<string, string>> {
  if (keepsRunning(options)) return { keep_running: 'true' };
  return options.role === 'responder' && options.dialect === 'rpc' ? { keep_running: 'false' } : {};
}

/** How a party names itself when it comes back. */
function returnIn(comesBack: Return | null, era: Era): Readonly<Record<string, string>> {
  if (comesBack === null) return {};
  const existing = { existing_channel_id: encode('ch', era, fromHex(comesBack.channelId)) };
  return 'fsmId' in comesBack
    ? { ...existing, existing_fsm_id: comesBack.fsmId }
    : { ...existing, offchain_tx: comesBack.tx, reestablish: 'true' };
}

/** Where the node is, with the parameters of the text in its order. @throws LocalMisuse `badUrl` */
export function urlOf(options: ChannelOptions, era: Era, comesBack: Return | null = null): string {
  if (!URL.canParse(options.url) || !/^wss?:$/.test(new URL(options.url).protocol)) {
    throw new LocalMisuse(`${options.url} is not the URL of a WebSocket.`, { code: 'badUrl' });
  }
  const url = new URL(options.url);
  if (!url.pathname.endsWith('/channel')) url.pathname = `${url.pathname.replace(/\/$/, '')}/channel`;
  const { dialect = 'text' } = options;
  const isText = dialect === 'text';
  const parameters: Record<string, string | number | bigint | undefined> = {
    [isText ? 'initiator' : 'initiator_id']: options.initiator,
    [isText ? 'responder' : 'responder_id']: options.responder,
    lock_period: options.lockPeriod,
    push_amount: options.pushAmount,
    initiator_amount: options.initiatorAmount,
    responder_amount: options.responderAmount,
    channel_reserve: options.channelReserve,
    ttl: options.ttl,
    host: options.host ?? (options.role === 'initiator' ? url.hostname : undefined),
    port: options.port ?? (url.port || defaultPort),
    minimum_depth: options.minimumDepth,
    role: options.role,
    ...(dialect === 'rpc' ? { protocol: 'json-rpc' } : { dialect: options.dialect }),
    // Ours: with the states that the text's `update_finalized` does not show, and why something is void.
    ...(dialect === 'rpc' ? {} : { states: 'true' }),
    ...stayingIn(options),
    ...returnIn(comesBack, era),
  };
  for (const [state, ms] of Object.entries(options.nodeTimeouts ?? {})) parameters[`timeout_${state}`] = ms;
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, `${value}`);
  }
  return url.href;
}
