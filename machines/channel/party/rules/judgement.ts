/**
 * How a party judges what it is asked to sign: pure functions of its context.
 *
 * A party signs nothing that it has not compared with what was announced: the create transaction with the parameters that it asked for, the next state
 * with the last one and the update, a deposit or a withdrawal with who asks for it and how much, the closing with the last state and its part of the fee.
 */
import type { Era } from '../../../../src/channel/encoding.ts';
import type { Seen, SeenClose, SeenCreate, SeenOffchain, SeenUpdate } from '../../../../src/channel/seen.ts';
import { isMore } from '../../../../src/money.ts';
import { otherParty, subjects } from '../../messages.ts';
import type { Commitment, Inspected, PartyContext, PartyEvent, Payments, Shares, SignEvent } from '../types.ts';
import { agreedOf, isOwnTag } from './promised.ts';
import { after, hasRoomForPostable, isFrozen } from './rivals.ts';
import {
  applied,
  feeParts,
  firstShares,
  funded,
  inKeys,
  isHashOf,
  noPayments,
  nothing,
  roleOf,
  sharesOf,
  sharesOfCreate,
} from './shares.ts';
import { channelIdIn, idIn, isSign } from './shown.ts';

type SeenFunding = Extract<Seen, { readonly kind: 'deposit' | 'withdraw' }>;

/** What an off-chain transaction says has changed, or else what the node says with it; null where neither does. */
function announced(context: PartyContext, event: SignEvent, offchain: SeenOffchain): readonly SeenUpdate[] | null {
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

const isSame = (one: SeenUpdate, other: SeenUpdate) =>
  one.from === other.from && one.to === other.to && one.amount === other.amount;

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

const ofRivals = (context: PartyContext) =>
  isFrozen(context) &&
  'A deposit or a withdrawal that is void may still be posted: first the chain has to know the last state.';

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

function judgeUpdate(context: PartyContext, event: SignEvent, offchain: SeenOffchain): Judgement {
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
    ofRivals(context),
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

/** A deposit or a withdrawal: of the account of who asks for it, and of nobody else. */
function judgeFunding(context: PartyContext, event: SignEvent, funding: SeenFunding): Judgement {
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
    ofRivals(context),
    !hasRoomForPostable(context) && 'Too many deposits and withdrawals that are void may still be posted.',
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
  return judge({ ...context, ...after(context, agreedOf(promised)), promised: null }, event).objection === '';
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
