/**
 * What a party knows and how it judges what it is asked to sign: pure functions of its context. The chart is in `initiator.ts` and `responder.ts`, what
 * both do after the opening in `party.ts`.
 *
 * A party signs nothing that it has not compared with what was announced: the create transaction with the parameters that it asked for, the next state
 * with the last one and the update, the closing with the last state and its part of the fee.
 */
import { fromHex, toHex } from '../../src/bytes.ts';
import type { Era } from '../../src/channel/encoding.ts';
import { stateHash } from '../../src/channel/hashes.ts';
import {
  keyOf,
  type Seen,
  type SeenClose,
  type SeenCreate,
  type SeenOffchain,
  type SeenUpdate,
} from '../../src/channel/seen.ts';
import type { FromNodeEvent } from '../../src/channel/wire.ts';
import { memberText } from '../../src/json.ts';
import { isMore } from '../../src/money.ts';
import type { ConnectionFact, HandedOver, Misused, Request, Send, Violated, Withdraw } from '../../src/role.ts';
import {
  type Envelope,
  type OpeningInfo,
  type Party,
  type Reply,
  type SignTag,
  subjects,
  type ToNode,
  type Update,
} from './messages.ts';

/** What both have: how much each, as canonical decimal strings. */
export interface Shares {
  readonly initiatorAmount: string;
  readonly responderAmount: string;
}

/** How often each has paid: nodes of v0.16 counted a payment as a transaction of the payer, and their state hashes tell. */
export type Payments = Readonly<Record<Party, number>>;

/** A state that both have signed. */
export interface Agreed extends Shares {
  /** 1 for the create transaction's. */
  readonly round: number;
  readonly payments: Payments;
  /** Of the transaction, whoever has signed it. */
  readonly id: string;
  /** The transaction as text. */
  readonly tx: string;
  /** Whether the signatures of both were seen on `tx`; else it has ours, and the node's word for the other. */
  readonly isCoSigned: boolean;
}

/** What we have promised to sign, or have signed: one transaction a round, unless a conflict took the round back. */
export interface Commitment extends Shares {
  readonly tag: SignTag;
  readonly id: string;
  /** The state's; of a closing that of the last state. */
  readonly round: number;
  readonly payments: Payments;
  /** The transaction as it came. */
  readonly unsigned: string;
  /** With our signature; empty until it was given. */
  readonly tx: string;
}

/** What our own app has started, until it is finished or void. */
export interface Started {
  /** The command to settle. */
  readonly command: string;
  /** Null for a shutdown. */
  readonly update: Update | null;
}

export interface PartyInput {
  readonly role: Party;
  /** Which encoding the node is spoken to in, as the keys that came in. */
  readonly era: Era;
  /** Both parties' keys, 32 bytes in lower-case hexadecimal. */
  readonly keys: Readonly<Record<Party, string>>;
  /** Both parties' keys as they are written to the node. */
  readonly accounts: Readonly<Record<Party, string>>;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  readonly pushAmount: string;
  readonly channelReserve: string;
  readonly lockPeriod: number;
  /** The create transaction's; null takes any. */
  readonly ttl: number | null;
  /** The most that opening may cost, and closing, both parts together. */
  readonly maxFee: string;
  /** Puts what is not right to the app's policy, with the reason, instead of refusing it at once. For wires whose transactions say nothing. */
  readonly isLenient: boolean;
  /** Tries to get a lost connection back before giving up. */
  readonly attempts: number;
  /** Milliseconds for the whole opening, with the blocks that it needs. */
  readonly openTimeout: number;
  /** Milliseconds for the node's answer to what we started. */
  readonly answerTimeout: number;
  /** Milliseconds for our signer, and for our app's policy. */
  readonly signTimeout: number;
  /** Milliseconds for the other party, once we have signed. */
  readonly finishTimeout: number;
  /** Milliseconds for each step of ending the connection. */
  readonly closeTimeout: number;
}

export interface PartyContext extends PartyInput {
  /** Empty until the create transaction is known. */
  readonly channelId: string;
  readonly isOpened: boolean;
  readonly agreed: Agreed | null;
  readonly promised: Commitment | null;
  readonly started: Started | null;
  /** The command to open that waits; empty where there is none. */
  readonly opening: string;
  readonly attempt: number;
  readonly ended: PartyOutput['ended'];
  readonly reason: string;
}

/** Why a command came to nothing. */
export type Failure =
  /** Our signer or our policy did not want it. Nothing was signed. */
  | 'refused'
  /** What the node put to us was not what was announced: `detail` says what is wrong. Nothing was signed. */
  | 'wrong'
  /** Both started an update at once; the state is the last one that both signed. */
  | 'conflict'
  /** The node says why: `detail` is its reason. Nothing was signed. */
  | 'rejected'
  /** Nobody answered in time. What was signed before may still be carried out. */
  | 'timeout'
  /** The connection is lost for good. What was signed before may still be carried out. */
  | 'lost'
  /** The node has ended the channel. */
  | 'died'
  /** Our app went away. */
  | 'left';

export type PartyEvent =
  | { readonly type: 'command.open'; readonly id: string }
  | { readonly type: 'command.update'; readonly id: string; readonly update: Update }
  | { readonly type: 'command.message'; readonly id: string; readonly info: string; readonly to: string }
  | { readonly type: 'command.shutdown'; readonly id: string }
  /** Go away; the channel stays, for the next `command.open`. */
  | { readonly type: 'command.leave' }
  | { readonly type: `command.${string}`; readonly id?: string }
  | Exclude<FromNodeEvent, { readonly type: 'received.update' | 'received.on_chain_tx' }>
  /** The host has looked whether both have signed it. */
  | {
      readonly type: 'received.update' | 'received.on_chain_tx';
      readonly seen: Seen;
      readonly isCoSigned: boolean;
    }
  | ConnectionFact
  | HandedOver
  /** Our signature is on it: `tx` is the signed transaction as text. */
  | { readonly type: 'signed'; readonly id: string; readonly tx: string }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string };

/** What was compared, for the app's policy or a person to look at. */
export interface Inspected extends Shares {
  readonly channelId: string;
  readonly round: number;
  /** What has changed; null where the transaction is no update, or nobody says. */
  readonly updates: readonly SeenUpdate[] | null;
  readonly fee: string;
  /** Empty, unless what is not right is to be put to the app. */
  readonly objection: string;
}

export type PartyEmitted =
  | Send<ToNode>
  | (Request & { readonly type: 'requestConnection'; readonly attempt: number })
  /** `id` names the transaction, `tx` is its text without our signature. */
  | (Request & {
      readonly type: 'requestSignature';
      readonly tag: SignTag;
      readonly tx: string;
      readonly inspected: Inspected;
    })
  | Withdraw
  | { readonly type: 'orderClose'; readonly code: number; readonly reason: string }
  /** How far the opening has come. */
  | { readonly type: 'progressed'; readonly step: OpeningInfo | 'on_chain_tx'; readonly tx: string }
  /** The channel is open; `id` is that of the command, empty after a restart. */
  | { readonly type: 'opened'; readonly id: string; readonly channelId: string }
  /** The line is back, and what is owed was said. */
  | { readonly type: 'resumed' }
  /** The next update may be started. */
  | { readonly type: 'readied' }
  /** Both have signed a new state. `id` is empty where the other party began. */
  | { readonly type: 'updated'; readonly id: string; readonly agreed: Agreed }
  /** The closing is on its way to the chain. */
  | { readonly type: 'shutDown'; readonly id: string; readonly tx: string }
  /** A command came to nothing. */
  | { readonly type: 'failed'; readonly id: string; readonly reason: Failure; readonly detail: string }
  /** We did not sign what the node put to us. */
  | { readonly type: 'declined'; readonly tag: SignTag; readonly reason: string }
  /** What was under way is void: the state is that of `round`. */
  | { readonly type: 'conflicted'; readonly round: number }
  | { readonly type: 'messaged'; readonly message: Envelope }
  | { readonly type: 'handed'; readonly id: string; readonly ok: boolean }
  /** The node reports an error; `reason` is empty where it has only a sentence. */
  | { readonly type: 'reported'; readonly reason: string; readonly detail: string }
  /** The node says something that neither dialect has. */
  | { readonly type: 'noticed'; readonly event: string }
  | { readonly type: 'disconnected'; readonly reason: string }
  /** It does not go on for now; the channel stays in the store. */
  | { readonly type: 'stopped'; readonly reason: string }
  | { readonly type: 'left' }
  | { readonly type: 'died' }
  | Violated
  | Misused;

export interface PartyOutput {
  readonly ended: 'not' | 'closed' | 'died' | 'failed';
  readonly reason: string;
  readonly agreed: Agreed | null;
}

/** What a context starts with. */
export const fresh = {
  channelId: '',
  isOpened: false,
  agreed: null,
  promised: null,
  started: null,
  opening: '',
  attempt: 0,
  ended: 'not',
  reason: '',
} as const;

type Sign = Extract<FromNodeEvent, { readonly type: `received.sign.${string}` }>;

export const isSign = (event: PartyEvent): event is Sign => event.type.startsWith('received.sign.');

/** The transaction that an event carries. */
export function seenIn(event: PartyEvent): Seen | undefined {
  return 'seen' in event ? event.seen : undefined;
}

/** The text of the transaction that an event shows with the signatures of both. */
export function proofIn(event: PartyEvent): string | undefined {
  const isShown = event.type === 'received.update' || event.type === 'received.on_chain_tx';
  return isShown && event.isCoSigned && event.seen.kind !== 'unreadable' ? event.seen.tx : undefined;
}

/** Its name, where it can be read. */
export function idIn(event: PartyEvent): string | undefined {
  const seen = seenIn(event);
  return seen === undefined || seen.kind === 'unreadable' ? undefined : seen.id;
}

export const hasSigned = ({ promised }: PartyContext): boolean => promised !== null && promised.tx !== '';

const formOf = (era: Era) => (era === 'legacy' ? '2018' : 'today');

const noPayments: Payments = { initiator: 0, responder: 0 };

/** The hash of a state in which both have these shares. */
function hashOf(
  { keys, era }: PartyContext,
  { initiatorAmount, responderAmount }: Shares,
  { initiator, responder } = noPayments,
): string {
  const balances = [
    { account: fromHex(keys.initiator), balance: BigInt(initiatorAmount), nonce: BigInt(initiator) },
    { account: fromHex(keys.responder), balance: BigInt(responderAmount), nonce: BigInt(responder) },
  ];
  return toHex(stateHash(balances, formOf(era)));
}

/** The first shares: `push_amount` is in favour of the responder, or is only talked of, as the nodes of v0.16 had it. */
function firstShares({ initiatorAmount, responderAmount, pushAmount }: PartyInput, isPushed: boolean): Shares {
  const push = isPushed ? BigInt(pushAmount) : 0n;
  return {
    initiatorAmount: `${BigInt(initiatorAmount) - push}`,
    responderAmount: `${BigInt(responderAmount) + push}`,
  };
}

/** The first shares as the create transaction has them, or undefined where its state hash is of neither way. */
function sharesOfCreate(context: PartyContext, create: SeenCreate): Shares | undefined {
  return [true, false]
    .map((isPushed) => firstShares(context, isPushed))
    .find((shares) => BigInt(shares.initiatorAmount) >= 0n && hashOf(context, shares) === create.stateHash);
}

const roleOf = ({ keys }: PartyContext, key: string | undefined): Party | undefined =>
  key === keys.initiator ? 'initiator' : key === keys.responder ? 'responder' : undefined;

/** An update in keys, whichever way its accounts are written. */
function inKeys({ accounts, keys }: PartyContext, { from, to, amount }: Update): SeenUpdate {
  const keyIn = (account: string) => {
    if (account === accounts.initiator) return keys.initiator;
    if (account === accounts.responder) return keys.responder;
    return keyOf(account) ?? '';
  };
  return { from: keyIn(from), to: keyIn(to), amount };
}

/** What an off-chain transaction says has changed, or else what the node says with it; null where neither does. */
function announced(context: PartyContext, event: Sign, offchain: SeenOffchain): readonly SeenUpdate[] | null {
  if (offchain.updates !== null) return offchain.updates;
  const { updates } = event.message.payload;
  if (updates === undefined) return null;
  return updates.flatMap((change) => ('op' in change ? [] : [inKeys(context, change)]));
}

/** The shares after an update, or what is wrong with it. */
function applied(context: PartyContext, shares: Shares, { from, to, amount }: SeenUpdate): Shares | string {
  const [payer, payee] = [roleOf(context, from), roleOf(context, to)];
  if (payer === undefined || payee === undefined) return 'It pays somebody outside of the channel.';
  if (payer === payee) return 'It pays from a party to itself.';
  if (amount.startsWith('-')) return 'It pays less than nothing.';
  const change = payer === 'initiator' ? -BigInt(amount) : BigInt(amount);
  const next = {
    initiatorAmount: BigInt(shares.initiatorAmount) + change,
    responderAmount: BigInt(shares.responderAmount) - change,
  };
  const left = payer === 'initiator' ? next.initiatorAmount : next.responderAmount;
  if (left < BigInt(context.channelReserve)) return 'It pays from what has to be kept in reserve.';
  return { initiatorAmount: `${next.initiatorAmount}`, responderAmount: `${next.responderAmount}` };
}

const isSame = (one: SeenUpdate, other: SeenUpdate) =>
  one.from === other.from && one.to === other.to && one.amount === other.amount;

/** Whether a state has this hash: in 2018 with the payments counted or not. */
function isHashOf(context: PartyContext, shares: Shares, payments: Payments, hash: string): boolean {
  if (hashOf(context, shares) === hash) return true;
  return context.era === 'legacy' && hashOf(context, shares, payments) === hash;
}

/** A judgement: what a transaction would come to, and what is wrong with it, if anything. */
export interface Judgement {
  readonly shares: Shares;
  readonly updates: readonly SeenUpdate[] | null;
  readonly fee: string;
  readonly round: number;
  readonly payments: Payments;
  readonly objection: string;
}

const nothing: Shares = { initiatorAmount: '0', responderAmount: '0' };

const sharesOf = ({ initiatorAmount, responderAmount }: Shares): Shares => ({ initiatorAmount, responderAmount });

function judgeCreate(context: PartyContext, create: SeenCreate): Judgement {
  const { keys, era } = context;
  const shares = sharesOfCreate(context, create);
  const wrong = [
    create.era !== era && 'It is written in another encoding than ours.',
    create.initiator !== keys.initiator && 'It has another initiator.',
    create.responder !== keys.responder && 'It has another responder.',
    create.initiatorAmount !== context.initiatorAmount && 'The initiator puts in another amount.',
    create.responderAmount !== context.responderAmount && 'The responder puts in another amount.',
    create.channelReserve !== context.channelReserve && 'The reserve is another.',
    create.lockPeriod !== `${context.lockPeriod}` && 'The lock period is another.',
    isMore(create.fee, context.maxFee) && `Its fee is ${create.fee}; we pay up to ${context.maxFee}.`,
    context.ttl !== null && create.ttl !== `${context.ttl}` && 'The ttl is another.',
    isMore(create.fee, context.maxFee) && `Its fee is ${create.fee}; we pay up to ${context.maxFee}.`,
    shares === undefined && 'Its state hash is not that of the first state.',
  ].find((sentence) => sentence !== false);
  return {
    shares: shares ?? firstShares(context, era === 'modern'),
    updates: null,
    fee: create.fee,
    round: 1,
    payments: noPayments,
    objection: wrong ?? '',
  };
}

function judgeUpdate(context: PartyContext, event: Sign, offchain: SeenOffchain): Judgement {
  const last = context.agreed;
  const base = last ?? nothing;
  const round = (last?.round ?? 0) + 1;
  const own = event.type === 'received.sign.update' ? (context.started?.update ?? null) : null;
  const said = announced(context, event, offchain);
  const updates = said ?? (own === null ? null : [inKeys(context, own)]);
  const before = last?.payments ?? noPayments;
  const judgement = { shares: sharesOf(base), updates, fee: '0', round, payments: before };
  const wrong = [
    last === null && 'The channel is not open.',
    offchain.era !== context.era && 'It is written in another encoding than ours.',
    offchain.channelId !== context.channelId && 'It is of another channel.',
    offchain.round !== `${round}` && `It is of round ${offchain.round}; the next one is ${round}.`,
    updates === null && 'Nobody says what it changes.',
    updates !== null && updates.length !== 1 && 'It is not one update.',
  ].find((sentence) => sentence !== false);
  const [update] = updates ?? [];
  if (update === undefined) return { ...judgement, objection: wrong ?? '' };
  const next = applied(context, base, update);
  if (typeof next === 'string') return { ...judgement, objection: wrong ?? next };
  const isOther = own !== null && !isSame(update, inKeys(context, own));
  const payer = roleOf(context, update.from) ?? 'initiator';
  const payments = { ...before, [payer]: before[payer] + 1 };
  const isForged = !isHashOf(context, next, payments, offchain.stateHash);
  const objection = isOther
    ? 'It is not the update that we started.'
    : isForged
      ? 'Its state hash is not that of the announced amounts.'
      : '';
  return { ...judgement, shares: next, payments, objection: wrong ?? objection };
}

/** The parts of a fee: the initiator's is the larger by an odd unit, and who has too little leaves the rest to the other. */
function feeParts({ initiatorAmount, responderAmount }: Shares, fee: bigint): readonly [bigint, bigint] {
  const [has, otherHas] = [BigInt(initiatorAmount), BigInt(responderAmount)];
  const [part, otherPart] = [(fee + 1n) / 2n, fee / 2n];
  if (has < part) return [has, fee - has];
  if (otherHas < otherPart) return [fee - otherHas, otherHas];
  return [part, otherPart];
}

function judgeClose(context: PartyContext, close: SeenClose): Judgement {
  const last = context.agreed ?? nothing;
  const fee = BigInt(close.fee);
  const total = BigInt(last.initiatorAmount) + BigInt(last.responderAmount);
  const [part, otherPart] = feeParts(last, fee);
  const [ours, theirs] = [BigInt(close.initiatorAmount), BigInt(close.responderAmount)];
  const wrong = [
    context.agreed === null && 'The channel is not open.',
    close.era !== context.era && 'It is written in another encoding than ours.',
    close.channelId !== context.channelId && 'It is of another channel.',
    fee > BigInt(context.maxFee) && `Its fee is ${close.fee}; we pay up to ${context.maxFee}.`,
    ours + theirs + fee !== total && 'Its amounts and its fee do not sum to what is in the channel.',
    ours < BigInt(last.initiatorAmount) - part && 'The initiator gets less than its share less its part of the fee.',
    theirs < BigInt(last.responderAmount) - otherPart &&
      'The responder gets less than its share less its part of the fee.',
  ].find((sentence) => sentence !== false);
  return {
    shares: sharesOf(close),
    updates: null,
    fee: close.fee,
    round: context.agreed?.round ?? 0,
    payments: context.agreed?.payments ?? noPayments,
    objection: wrong ?? '',
  };
}

const otherKind = (kind: string) => `It is asked for as a ${kind} transaction, and is another.`;

/** The last judgement of an event: a guard asks, and then the actions; a state hash costs a tenth of a signature. */
const judged = new WeakMap<PartyEvent, { readonly context: PartyContext; readonly judgement: Judgement }>();

/** Judges what the node puts to us for signing. */
export function judge(context: PartyContext, event: PartyEvent): Judgement {
  const known = judged.get(event);
  if (known?.context === context) return known.judgement;
  const judgement = judgeAnew(context, event);
  judged.set(event, { context, judgement });
  return judgement;
}

function judgeAnew(context: PartyContext, event: PartyEvent): Judgement {
  const none: Judgement = {
    shares: nothing,
    updates: null,
    fee: '0',
    round: 0,
    payments: noPayments,
    objection: 'It is no transaction.',
  };
  if (!isSign(event)) return none;
  const { seen, message } = event;
  if (seen.kind === 'unreadable') return { ...none, objection: seen.reason };
  const { promised } = context;
  if (promised !== null && promised.id !== seen.id && promised.tx !== '') {
    return { ...none, objection: 'We have signed another transaction in its place.' };
  }
  switch (subjects[message.tag]) {
    case 'create': {
      if (!message.tag.startsWith(context.role))
        return { ...none, objection: "It asks for the other party's signature." };
      return seen.kind === 'create' ? judgeCreate(context, seen) : { ...none, objection: otherKind('create') };
    }
    case 'update':
    case 'update_ack':
      return seen.kind === 'offchain' ? judgeUpdate(context, event, seen) : { ...none, objection: otherKind('state') };
    default:
      return seen.kind === 'close' ? judgeClose(context, seen) : { ...none, objection: otherKind('closing') };
  }
}

/** Whether we may sign it, or at least ask. What cannot be read can never be signed. */
export function isSignable(context: PartyContext, event: PartyEvent): boolean {
  if (idIn(event) === undefined) return false;
  return context.isLenient || judge(context, event).objection === '';
}

/** Whether it is right once what we have signed is finished. */
export function isNext(context: PartyContext, event: PartyEvent): boolean {
  const { promised } = context;
  if (promised === null || promised.tx === '') return false;
  return judge({ ...context, agreed: agreedOf(promised), promised: null }, event).objection === '';
}

/** What is promised by going to sign it. */
export function promiseOf(context: PartyContext, event: PartyEvent): Commitment | null {
  const id = idIn(event);
  if (!isSign(event) || id === undefined) return null;
  const { shares, round, payments } = judge(context, event);
  const { tag, payload } = event.message;
  return { tag, id, round, payments, ...shares, unsigned: payload.tx, tx: '' };
}

/** What the policy is shown. */
export function inspectedOf(context: PartyContext, event: PartyEvent): Inspected {
  const { shares, updates, fee, round, objection } = judge(context, event);
  return { channelId: channelIdIn(event) ?? context.channelId, round, ...shares, updates, fee, objection };
}

/** The id of the channel that a transaction is of. */
export function channelIdIn(event: PartyEvent): string | undefined {
  const seen = seenIn(event);
  return seen === undefined || seen.kind === 'unreadable' ? undefined : seen.channelId;
}

/** The action by which a signed transaction is sent: that of the tag by which it was asked for. */
export function replyOf({ tag, tx }: Pick<Commitment, 'tag' | 'tx'>): Reply {
  return tag === 'update' ? { action: 'update', payload: { tx } } : { action: tag, payload: { tx } };
}

/** What was promised, as a state that both have signed: with `proof`, or else on the node's word. */
export function agreedOf(promised: Commitment, proof?: string): Agreed {
  const { round, payments, initiatorAmount, responderAmount, id, tx } = promised;
  return { round, payments, initiatorAmount, responderAmount, id, tx: proof ?? tx, isCoSigned: proof !== undefined };
}

/** What a message to the node was about, of which it repeats the text. */
export function isAboutMessage(request: string): boolean {
  return memberText(request, 'action') === '"message"';
}

/** A command that came to nothing, as notices: all that waited, since one thing is under way at a time. */
export function failures(
  { opening, started }: PartyContext,
  reason: Failure,
  detail: string,
): readonly Extract<PartyEmitted, { readonly type: 'failed' }>[] {
  return [opening, started?.command ?? '']
    .filter((id) => id !== '')
    .map((id) => ({ type: 'failed', id, reason, detail }));
}
