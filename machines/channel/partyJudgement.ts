/**
 * How a party judges what it is asked to sign: pure functions of its context.
 *
 * A party signs nothing that it has not compared with what was announced: the create transaction with the parameters that it asked for, the next state
 * with the last one and the update, a deposit or a withdrawal with who asks for it and how much, the closing with the last state and its part of the fee.
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
import { isMore } from '../../src/money.ts';
import { otherParty, type Party, subjects, type Update } from './messages.ts';
import {
  type Agreed,
  agreedOf,
  type Commitment,
  channelIdIn,
  type Inspected,
  idIn,
  isOwnTag,
  isSign,
  type PartyContext,
  type PartyEvent,
  type PartyInput,
  type Payments,
  type Shares,
} from './partyRules.ts';

type Sign = Extract<PartyEvent, { readonly type: `received.sign.${string}` }>;
type SeenFunding = Extract<Seen, { readonly kind: 'deposit' | 'withdraw' }>;

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

/** What the other's app says of its update. */
function metaIn(event: PartyEvent): readonly string[] {
  const { updates = [] } = isSign(event) ? event.message.payload : {};
  return updates.flatMap((change) => ('data' in change ? [change.data] : []));
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

/** What is said of a state, whatever led to it. */
const ofChannel = (context: PartyContext, seen: { readonly era: Era; readonly channelId: string }) => [
  context.agreed === null && 'The channel is not open.',
  seen.era !== context.era && 'It is written in another encoding than ours.',
  seen.channelId !== context.channelId && 'It is of another channel.',
];

const ofNextRound = (context: PartyContext, seen: { readonly round: string }) => {
  const round = (context.agreed?.round ?? 0) + 1;
  return seen.round !== `${round}` && `It is of round ${seen.round}; the next one is ${round}.`;
};

const ofFee = ({ maxFee }: PartyContext, { fee }: { readonly fee: string }) =>
  isMore(fee, maxFee) && `Its fee is ${fee}; we pay up to ${maxFee}.`;

const firstOf = (sentences: readonly (string | false)[]): string =>
  sentences.find((sentence) => sentence !== false) || '';

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
  const objection = firstOf([
    create.era !== era && 'It is written in another encoding than ours.',
    create.initiator !== keys.initiator && 'It has another initiator.',
    create.responder !== keys.responder && 'It has another responder.',
    create.initiatorAmount !== context.initiatorAmount && 'The initiator puts in another amount.',
    create.responderAmount !== context.responderAmount && 'The responder puts in another amount.',
    create.channelReserve !== context.channelReserve && 'The reserve is another.',
    create.lockPeriod !== `${context.lockPeriod}` && 'The lock period is another.',
    context.ttl !== null && create.ttl !== `${context.ttl}` && 'The ttl is another.',
    ofFee(context, create),
    shares === undefined && 'Its state hash is not that of the first state.',
  ]);
  return {
    shares: shares ?? firstShares(context, era === 'modern'),
    updates: null,
    fee: create.fee,
    round: 1,
    payments: noPayments,
    objection,
  };
}

function judgeUpdate(context: PartyContext, event: Sign, offchain: SeenOffchain): Judgement {
  const last = context.agreed;
  const base = last ?? nothing;
  const round = (last?.round ?? 0) + 1;
  const own = isOwnTag(event.message.tag) ? (context.started?.update ?? null) : null;
  const said = announced(context, event, offchain);
  const updates = said ?? (own === null ? null : [inKeys(context, own)]);
  const before = last?.payments ?? noPayments;
  const judgement = { shares: sharesOf(base), updates, fee: '0', round, payments: before };
  const wrong = firstOf([
    ...ofChannel(context, offchain),
    ofNextRound(context, offchain),
    updates === null && 'Nobody says what it changes.',
    updates !== null && updates.length !== 1 && 'It is not one update.',
  ]);
  const [update] = updates ?? [];
  if (update === undefined) return { ...judgement, objection: wrong };
  const next = applied(context, base, update);
  if (typeof next === 'string') return { ...judgement, objection: wrong || next };
  const isOther = own !== null && !isSame(update, inKeys(context, own));
  const payer = roleOf(context, update.from) ?? 'initiator';
  const payments = { ...before, [payer]: before[payer] + 1 };
  const isForged = !isHashOf(context, next, payments, offchain.stateHash);
  const objection = isOther
    ? 'It is not the update that we started.'
    : isForged
      ? 'Its state hash is not that of the announced amounts.'
      : '';
  return { ...judgement, shares: next, payments, objection: wrong || objection };
}

/** The shares after more or less is in the channel. */
function funded(base: Shares, party: Party, change: bigint): Shares {
  const more = (of: Party, amount: string) => `${BigInt(amount) + (of === party ? change : 0n)}`;
  return {
    initiatorAmount: more('initiator', base.initiatorAmount),
    responderAmount: more('responder', base.responderAmount),
  };
}

/** A deposit or a withdrawal: of the account of who asks for it, and of nobody else. */
function judgeFunding(context: PartyContext, event: Sign, funding: SeenFunding): Judgement {
  const last = context.agreed;
  const base = last ?? nothing;
  const isOwn = isOwnTag(event.message.tag);
  const party = isOwn ? context.role : otherParty(context.role);
  const { kind, amount, party: account } = funding;
  const shares = funded(base, party, kind === 'deposit' ? BigInt(amount) : -BigInt(amount));
  const left = BigInt(party === 'initiator' ? shares.initiatorAmount : shares.responderAmount);
  const payments = last?.payments ?? noPayments;
  const { started } = context;
  const isOther = isOwn && (started?.kind !== kind || started.amount !== amount);
  const objection = firstOf([
    ...ofChannel(context, funding),
    ofNextRound(context, funding),
    account !== context.keys[party] && 'It is not of the account of the party that asks for it.',
    isOther && `It is not the ${kind} that we started.`,
    ofFee(context, funding),
    left < 0n && 'It takes out more than the party has.',
    kind === 'withdraw' && left < BigInt(context.channelReserve) && 'It takes out what has to be kept in reserve.',
  ]);
  const isForged = objection === '' && !isHashOf(context, shares, payments, funding.stateHash);
  return {
    shares,
    updates: null,
    fee: funding.fee,
    round: (last?.round ?? 0) + 1,
    payments,
    objection: isForged ? 'Its state hash is not that of the new amounts.' : objection,
  };
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
  const objection = firstOf([
    ...ofChannel(context, close),
    ofFee(context, close),
    ours + theirs + fee !== total && 'Its amounts and its fee do not sum to what is in the channel.',
    ours < BigInt(last.initiatorAmount) - part && 'The initiator gets less than its share less its part of the fee.',
    theirs < BigInt(last.responderAmount) - otherPart &&
      'The responder gets less than its share less its part of the fee.',
  ]);
  return {
    shares: sharesOf(close),
    updates: null,
    fee: close.fee,
    round: context.agreed?.round ?? 0,
    payments: context.agreed?.payments ?? noPayments,
    objection,
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
    case 'deposit_tx':
    case 'deposit_ack':
      return seen.kind === 'deposit'
        ? judgeFunding(context, event, seen)
        : { ...none, objection: otherKind('deposit') };
    case 'withdraw_tx':
    case 'withdraw_ack':
      return seen.kind === 'withdraw'
        ? judgeFunding(context, event, seen)
        : { ...none, objection: otherKind('withdrawal') };
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
  return {
    channelId: channelIdIn(event) ?? context.channelId,
    round,
    ...shares,
    updates,
    meta: metaIn(event),
    fee,
    objection,
  };
}

/** The state that we did not know, with what both have in it: as the node says, and as its hash, which both have signed, proves. */
export function learned(context: PartyContext, event: PartyEvent): Agreed | null {
  const { unlearned } = context;
  if (unlearned === null || event.type !== 'received.get' || !('message' in event)) return null;
  const { message } = event;
  if (!('tag' in message) || message.tag !== 'balances') return null;
  const amountOf = (party: Party) =>
    message.payload.find(({ account }) => (keyOf(account) ?? '') === context.keys[party])?.balance;
  const [initiatorAmount, responderAmount] = [amountOf('initiator'), amountOf('responder')];
  if (initiatorAmount === undefined || responderAmount === undefined) return null;
  if (initiatorAmount.startsWith('-') || responderAmount.startsWith('-')) return null;
  const shares = { initiatorAmount, responderAmount };
  const { kind, round, id, tx } = unlearned;
  if (hashOf(context, shares) !== unlearned.stateHash) return null;
  return { kind, round, payments: noPayments, ...shares, id, tx, isCoSigned: true };
}
