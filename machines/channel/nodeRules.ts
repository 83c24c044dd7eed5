/**
 * What the node reckons: the transactions that it makes, what is an answer to them, what may wait, and how long. The machine is in `node.ts`.
 *
 * What they must never do: take a figure from a party where the channel's own figures give it, or make two transactions where one is under way.
 */
import { fromHex, toHex } from '../../src/bytes.ts';
import { type Era, encode } from '../../src/channel/encoding.ts';
import { type Balance, blake2b256, channelId, stateHash, unsignedHash } from '../../src/channel/hashes.ts';
import { keyOf, type Seen } from '../../src/channel/seen.ts';
import { withSignature } from '../../src/channel/signatures.ts';
import { decodeUnsigned, encodeTransaction, type Unsigned } from '../../src/channel/transactions.ts';
import type { ToNodeEvent } from '../../src/channel/wire.ts';
import { isMore, minus, plus } from '../../src/money.ts';
import {
  type Dialect,
  type FromNode,
  otherParty,
  type Party,
  type Reason,
  type SignTag,
  subjects,
} from './messages.ts';
import {
  type Agreed,
  type ChangeKind,
  type From,
  type Held,
  type NodeContext,
  type NodeEvent,
  type Postponed,
  type Proposal,
  type TimeoutName,
  type Timeouts,
  type Transfer,
  timeoutNames,
  type Wish,
} from './nodeTypes.ts';

export const both: readonly Party[] = ['initiator', 'responder'];

export const dialectOf = ({ parties }: NodeContext, party: Party): Dialect => parties[party].dialect;
const isEpoch = (context: NodeContext, party: Party) => dialectOf(context, party) === 'epoch';
/** Whether a party takes a conflict only in its place: a client of old dies of one that it does not expect, and today's loses its way. */
export const isParticular = (context: NodeContext, party: Party): boolean => dialectOf(context, party) !== 'text';
/** Whether a party knows what the text does not have. */
export const takesMore = ({ parties }: NodeContext, party: Party): boolean =>
  parties[party].takesMore || parties[party].dialect === 'rpc';
export const isHere = ({ parties }: NodeContext, party: Party): boolean => parties[party].isHere;

export const keyOfParty = ({ terms }: NodeContext, party: Party): string => terms[party];
export const nameOfParty = ({ terms }: NodeContext, party: Party): string =>
  party === 'initiator' ? terms.initiatorName : terms.responderName;

// Money.

/** What each has while the channel is as the create transaction says. The node of its time did not apply the push. */
export function firstAmounts(context: NodeContext): Pick<Agreed, 'initiatorAmount' | 'responderAmount'> {
  const { initiatorAmount, responderAmount, pushAmount, era } = context.terms;
  const isApplied = era === 'modern' || both.some((party) => !isEpoch(context, party));
  return isApplied
    ? { initiatorAmount: minus(initiatorAmount, pushAmount), responderAmount: plus(responderAmount, pushAmount) }
    : { initiatorAmount, responderAmount };
}

export const amountOf = (
  { initiatorAmount, responderAmount }: Pick<Agreed, 'initiatorAmount' | 'responderAmount'>,
  party: Party,
) => (party === 'initiator' ? initiatorAmount : responderAmount);

export const partyOf = ({ terms }: NodeContext, key: string | undefined): Party | undefined =>
  both.find((party) => terms[party] === key);

/** The change that a party asks for, or why there can be none. */
export function transferOf(context: NodeContext, update: Transfer): Transfer | Reason {
  const { agreed, terms } = context;
  if (update.amount.startsWith('-')) return 'negative_amount';
  const [payer, payee] = [keyOf(update.from), keyOf(update.to)];
  if (payer === undefined || payee === undefined) return 'no_account';
  const [from, to] = [partyOf(context, payer), partyOf(context, payee)];
  if (from === undefined || to === undefined || from === to) return 'invalid_pubkeys';
  if (agreed === null) return 'conflict';
  if (isMore(plus(update.amount, terms.channelReserve), amountOf(agreed, from))) return 'insufficient_balance';
  return { from: terms[from], to: terms[to], amount: update.amount };
}

/** Why what a party wants cannot be; undefined where it can. A deposit is also a matter of what the account has. */
export function refusedWish(context: NodeContext, { from, wish }: Postponed): Reason | undefined {
  switch (wish.kind) {
    case 'update': {
      const transfer = transferOf(context, wish);
      return typeof transfer === 'string' ? transfer : undefined;
    }
    case 'deposit':
    case 'withdraw': {
      const { agreed, terms } = context;
      if (wish.amount.startsWith('-')) return 'negative_amount';
      if (wish.amount === '0') return 'value_too_low';
      if (agreed === null) return 'not_ready';
      const isTooMuch = isMore(plus(wish.amount, terms.channelReserve), amountOf(agreed, from));
      return wish.kind === 'withdraw' && isTooMuch ? 'insufficient_balance' : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * What each gets when the channel is closed: "ceil(fee/2) initiator, floor(fee/2) responder, falls back if one side lacks funds"; undefined where
 * there is less than the fee.
 */
export function closingAmounts(context: NodeContext): Amounts | undefined {
  const { agreed } = context;
  if (agreed === null) return undefined;
  const [ours, theirs, fee] = [
    BigInt(agreed.initiatorAmount),
    BigInt(agreed.responderAmount),
    BigInt(feeOf(context, context.closeFee)),
  ];
  if (ours + theirs < fee) return undefined;
  const least = fee > theirs ? fee - theirs : 0n;
  const half = fee - fee / 2n;
  const wanted = half > ours ? ours : half;
  const share = wanted < least ? least : wanted;
  return { initiatorAmount: `${ours - share}`, responderAmount: `${theirs - (fee - share)}` };
}

/** What today's clients take for the least that a transaction costs: they do not sign below it. */
const leastToday = '20000000000000';

/** What a transaction costs: as the node was told, or else 1, and as much as a client of today insists on where there is one. */
const feeOf = (context: NodeContext, asked: string): string => {
  if (asked !== '') return asked;
  return both.some((party) => dialectOf(context, party) === 'rpc') ? leastToday : '1';
};

// Transactions.

const treesOf = (era: Era) => (era === 'legacy' ? '2018' : 'today');

type Amounts = Pick<Agreed, 'initiatorAmount' | 'responderAmount'>;

/** What both have, as it lies in the state. */
export const balancesOf = ({ terms }: NodeContext, amounts: Amounts): readonly Balance[] =>
  both.map((party) => ({ account: fromHex(terms[party]), balance: BigInt(amountOf(amounts, party)) }));

const stateOf = (context: NodeContext, amounts: Amounts): Uint8Array =>
  stateHash(balancesOf(context, amounts), treesOf(context.terms.era));

type Draft = Pick<Proposal, 'kind' | 'starter' | 'round' | 'initiatorAmount' | 'responderAmount'> &
  Partial<Pick<Proposal, 'update' | 'amount' | 'meta' | 'nonce'>>;

function unsignedCreate(context: NodeContext, draft: Draft): Unsigned {
  const { terms } = context;
  const common = {
    type: 'channelCreate',
    initiator: fromHex(terms.initiator),
    initiatorAmount: BigInt(terms.initiatorAmount),
    responder: fromHex(terms.responder),
    responderAmount: BigInt(terms.responderAmount),
    channelReserve: BigInt(terms.channelReserve),
    lockPeriod: BigInt(terms.lockPeriod),
    ttl: BigInt(terms.ttl),
    fee: BigInt(feeOf(context, context.createFee)),
    nonce: BigInt(draft.nonce ?? 0),
    stateHash: stateOf(context, draft),
  } as const;
  return terms.era === 'legacy'
    ? { ...common, era: '2018' }
    : { ...common, era: 'today', initiatorDelegates: [], responderDelegates: [] };
}

function unsignedUpdate(context: NodeContext, draft: Draft): Unsigned {
  const common = {
    type: 'channelOffchain',
    channelId: fromHex(context.channelId),
    round: BigInt(draft.round),
    stateHash: stateOf(context, draft),
  } as const;
  if (context.terms.era === 'modern') return { ...common, era: 'today' };
  const updates =
    draft.update == null
      ? []
      : [
          {
            op: 'transfer',
            from: fromHex(draft.update.from),
            to: fromHex(draft.update.to),
            amount: BigInt(draft.update.amount),
          } as const,
        ];
  return { ...common, era: '2018', updates };
}

function unsignedClose(context: NodeContext, draft: Draft): Unsigned {
  const { terms, channelId: id } = context;
  const common = {
    type: 'channelCloseMutual',
    channelId: fromHex(id),
    initiatorAmount: BigInt(draft.initiatorAmount),
    responderAmount: BigInt(draft.responderAmount),
    ttl: 0n,
    fee: BigInt(feeOf(context, context.closeFee)),
    nonce: BigInt(draft.nonce ?? 0),
  } as const;
  return terms.era === 'legacy'
    ? { ...common, era: '2018' }
    : { ...common, era: 'today', from: fromHex(terms.initiator) };
}

function unsignedChange(context: NodeContext, draft: Draft): Unsigned {
  const { terms, channelId: id } = context;
  const account = fromHex(terms[draft.starter]);
  const common = {
    channelId: fromHex(id),
    amount: BigInt(draft.amount ?? 0),
    ttl: 0n,
    fee: BigInt(feeOf(context, context.changeFee)),
    stateHash: stateOf(context, draft),
    round: BigInt(draft.round),
    nonce: BigInt(draft.nonce ?? 0),
  } as const;
  return draft.kind === 'deposit'
    ? { ...common, type: 'channelDeposit', from: account }
    : { ...common, type: 'channelWithdraw', to: account };
}

/** What a proposal says, as the transaction that is signed. */
function unsignedOf(context: NodeContext, draft: Draft): Unsigned {
  switch (draft.kind) {
    case 'create':
      return unsignedCreate(context, draft);
    case 'update':
      return unsignedUpdate(context, draft);
    case 'deposit':
    case 'withdraw':
      return unsignedChange(context, draft);
    case 'close':
      return unsignedClose(context, draft);
  }
}

function proposal(context: NodeContext, draft: Draft): Proposal {
  const bytes = encodeTransaction(unsignedOf(context, draft));
  return {
    update: null,
    amount: '',
    meta: [],
    nonce: '',
    ...draft,
    id: toHex(unsignedHash(bytes)),
    bytes: toHex(bytes),
    tx: encode('tx', context.terms.era, bytes),
    isAnswered: false,
    given: [],
    signature: '',
    whole: '',
    isPosted: false,
  };
}

export function proposedCreate(context: NodeContext, nonce: string): Proposal {
  return proposal(context, {
    kind: 'create',
    starter: 'initiator',
    round: 1,
    ...firstAmounts(context),
    nonce,
  });
}

/** "Each subsequent state has a `round` increased with 1"; undefined for what can be no update. */
export function proposedUpdate(
  context: NodeContext,
  starter: Party,
  update: Transfer,
  meta: readonly string[] = [],
): Proposal | undefined {
  const transfer = transferOf(context, update);
  const { agreed, terms } = context;
  if (typeof transfer === 'string' || agreed === null) return undefined;
  const isFromInitiator = transfer.from === terms.initiator;
  const [less, more] = [minus, plus];
  return proposal(context, {
    kind: 'update',
    starter,
    round: agreed.round + 1,
    initiatorAmount: (isFromInitiator ? less : more)(agreed.initiatorAmount, transfer.amount),
    responderAmount: (isFromInitiator ? more : less)(agreed.responderAmount, transfer.amount),
    update: transfer,
    meta,
  });
}

/** The shares after a deposit or a withdrawal. */
function changedAmounts(
  { initiatorAmount, responderAmount }: Amounts,
  kind: ChangeKind,
  of: Party,
  amount: string,
): Amounts {
  const [change] = [kind === 'deposit' ? plus : minus];
  return of === 'initiator'
    ? { initiatorAmount: change(initiatorAmount, amount), responderAmount }
    : { initiatorAmount, responderAmount: change(responderAmount, amount) };
}

/** More for the channel, or less: "at round + 1" as any other state. */
export function proposedChange(context: NodeContext, nonce: string): Proposal | undefined {
  const { agreed, wanted } = context;
  if (agreed === null || wanted === null || !isChangeWish(wanted.wish)) return undefined;
  const { kind, amount } = wanted.wish;
  return proposal(context, {
    kind,
    starter: wanted.from,
    round: agreed.round + 1,
    ...changedAmounts(agreed, kind, wanted.from, amount),
    amount,
    nonce,
  });
}

type ChangeWish = Extract<Wish, { readonly kind: ChangeKind }>;
export const isChangeWish = (wish: Wish): wish is ChangeWish => wish.kind === 'deposit' || wish.kind === 'withdraw';

/** Whether the account has what a deposit takes out of it; a withdrawal costs its fee before it gives. */
export function canPayChange(context: NodeContext, balance: string): boolean {
  const { wanted } = context;
  if (wanted === null || !isChangeWish(wanted.wish)) return false;
  const { kind, amount } = wanted.wish;
  const fee = feeOf(context, context.changeFee);
  return !isMore(kind === 'deposit' ? plus(amount, fee) : fee, balance);
}

/** The state that a deposit or withdrawal makes which both have signed elsewhere and posted; undefined where it is not the one after the last. */
export function adopted(context: NodeContext, seen: Seen): Agreed | undefined {
  const { agreed } = context;
  if (agreed === null || (seen.kind !== 'deposit' && seen.kind !== 'withdraw')) return undefined;
  const of = partyOf(context, seen.party);
  if (of === undefined || seen.round !== `${agreed.round + 1}`) return undefined;
  if (seen.kind === 'withdraw' && isMore(seen.amount, amountOf(agreed, of))) return undefined;
  const amounts = changedAmounts(agreed, seen.kind, of, seen.amount);
  if (toHex(stateOf(context, amounts)) !== seen.stateHash) return undefined;
  return { round: agreed.round + 1, ...amounts, tx: seen.tx, id: seen.id };
}

export function proposedClose(context: NodeContext, nonce: string): Proposal | undefined {
  const amounts = closingAmounts(context);
  if (amounts === undefined || context.agreed === null) return undefined;
  return proposal(context, {
    kind: 'close',
    starter: context.closer,
    round: context.agreed.round,
    ...amounts,
    nonce,
  });
}

/** The channel that a create transaction opens. */
export const channelOf = ({ terms }: NodeContext, nonce: string): string =>
  toHex(channelId(fromHex(terms.initiator), BigInt(nonce), fromHex(terms.responder)));

/** The proposal with the second signature. */
export function cosigned({ terms }: NodeContext, proposed: Proposal, signature: string): Proposal {
  const half = withSignature(decodeUnsigned(fromHex(proposed.bytes)), fromHex(proposed.signature));
  const whole = withSignature(half, fromHex(signature));
  return { ...proposed, whole: encode('tx', terms.era, encodeTransaction(whole)) };
}

export const agreedOf = ({ round, initiatorAmount, responderAmount, whole, id }: Proposal): Agreed => ({
  round,
  initiatorAmount,
  responderAmount,
  tx: whole,
  id,
});

export const channelName = ({ channelId: id, terms }: NodeContext): string => encode('ch', terms.era, fromHex(id));

/** The channel as the parties are told of it: before the initiator has signed there is none. */
export const toldChannel = (context: NodeContext): string | null => {
  const { channelId: id, agreed, proposed } = context;
  return id === '' || (agreed === null && proposed?.signature === '') ? null : channelName(context);
};

// Signing: who is asked, under which tag, and what is an answer.

/** Who signs second. */
export const acknowledgerOf = ({ starter }: Proposal): Party => otherParty(starter);

/** The tag under which a party is asked to sign. */
export function tagFor(context: NodeContext, { kind, starter }: Proposal, party: Party): SignTag {
  switch (kind) {
    case 'create':
      return `${party}_${dialectOf(context, party) === 'text' ? 'signed' : 'sign'}`;
    case 'update':
      return party === starter ? 'update' : 'update_ack';
    case 'close':
      return party === starter ? 'shutdown_sign' : 'shutdown_sign_ack';
    case 'deposit':
    case 'withdraw':
      return `${kind}_${party === starter ? 'tx' : 'ack'}`;
  }
}

/** The event by which a party answers that it has signed. */
function replyTo(context: NodeContext, proposed: Proposal, party: Party): NodeEvent['type'] {
  const subject = subjects[tagFor(context, proposed, party)];
  return subject === 'create' ? `received.${party}_signed` : `received.${subject}`;
}

/** Who is to sign now; undefined while nobody is. */
export function signerOf({ proposed }: NodeContext): Party | undefined {
  if (proposed === null || proposed.whole !== '') return undefined;
  return proposed.signature === '' ? proposed.starter : acknowledgerOf(proposed);
}

/** Whether a party says that it does not sign what it is asked to sign now. Nobody can take back a channel that is being opened. */
export function isAbort(context: NodeContext, event: NodeEvent): boolean {
  const { proposed } = context;
  return (
    event.type === 'received.abort' &&
    proposed !== null &&
    proposed.kind !== 'create' &&
    signerOf(context) === event.from &&
    event.tag === tagFor(context, proposed, event.from)
  );
}

type ReplyEvent = Extract<From<ToNodeEvent>, { readonly seen: unknown }>;

export const isReplyEvent = (event: NodeEvent): event is ReplyEvent => 'seen' in event;

/** More signatures than there are parties are not looked at. */
const mostSignatures = 2;

/** Whether this is `party`'s answer to what it was asked to sign. */
export function isReplyOf(context: NodeContext, event: NodeEvent, party: Party | undefined): boolean {
  const { proposed } = context;
  if (proposed === null || !isReplyEvent(event) || event.from !== party) return false;
  const { seen } = event;
  return (
    event.type === replyTo(context, proposed, party) &&
    seen.kind !== 'unreadable' &&
    seen.id === proposed.id &&
    seen.signatures.length > 0 &&
    seen.signatures.length <= mostSignatures
  );
}

/** Whether a reply is about something that is over: signed by both already, or void. */
export function isLate({ proposed, agreed, voided }: NodeContext, event: NodeEvent): boolean {
  if (!isReplyEvent(event) || event.seen.kind === 'unreadable') return false;
  const { id, signatures } = event.seen;
  if (signatures.length === 0) return false;
  const isAnsweredAgain =
    proposed !== null && id === proposed.id && proposed.signature !== '' && event.from === proposed.starter;
  return (
    isAnsweredAgain ||
    (proposed !== null && id === proposed.id && proposed.whole !== '') ||
    id === agreed?.id ||
    voided.includes(id)
  );
}

/** Whether a party that has come back says again what is void: what it had signed before, which it can only have kept since nobody told it. */
export function isUnheardVoid({ proposed, agreed, unheardVoid }: NodeContext, event: NodeEvent): boolean {
  if (!isReplyEvent(event) || event.seen.kind === 'unreadable' || event.seen.signatures.length === 0) return false;
  const { id } = event.seen;
  return id !== proposed?.id && id !== agreed?.id && unheardVoid[event.from].includes(id);
}

/** What is wrong with a reply that is none. */
export function refusalOf(context: NodeContext, event: NodeEvent): FromNode {
  if (!isReplyEvent(event)) return failure('That was not asked for.', 'not_allowed_now');
  const { seen, from, request } = event;
  const { proposed } = context;
  if (seen.kind === 'unreadable') return error('broken_encoding', request);
  const isAsked = proposed !== null && event.type === replyTo(context, proposed, from) && proposed.whole === '';
  if (!isAsked || (proposed.signature === '' && from !== proposed.starter))
    return failure('That signature was not asked for.', 'not_allowed_now', request);
  if (seen.id !== proposed.id) {
    const isOfAnotherKind = proposed.kind === 'update' && seen.kind !== 'offchain';
    const code = isOfAnotherKind ? 'not_offchain' : 'rejected';
    return failure('That is not the transaction that was to be signed.', code, request);
  }
  return seen.signatures.length === 0
    ? failure('The transaction is not signed.', 'bad_signature', request)
    : failure('Too many have signed the transaction.', 'bad_signature', request);
}

export const error = (reason: Reason, request: string): FromNode => ({ action: 'error', payload: { reason, request } });
/** What the node itself has found wrong: the node of its time says that in a shape of its own. */
export const failure = (message: string, code: Reason, frame = ''): FromNode => ({
  action: 'error',
  payload: { message, code, frame },
});

/** A reply is judged once, however often it is made. */
export const aboutVerdict = (from: Party, about: string, signatures: readonly string[]): string =>
  `${from}/${about}/${toHex(blake2b256(fromHex(signatures.join('')))).slice(0, 16)}`;

// What waits.

const lengthOf = ({ postponed, held }: NodeContext) =>
  postponed.reduce((sum, { request }) => sum + request.length, 0) +
  held.reduce((sum, { info: text }) => sum + text.length, 0);

/** The wish that an event is, or `undefined`. */
export function wishIn(event: NodeEvent): Postponed | undefined {
  switch (event.type) {
    case 'received.shutdown':
      return { from: event.from, wish: { kind: 'close' }, request: event.request };
    case 'received.leave':
      return { from: event.from, wish: { kind: 'leave' }, request: event.request };
    case 'received.deposit':
      return { from: event.from, wish: { kind: 'deposit', amount: event.amount }, request: event.request };
    case 'received.withdraw':
      return { from: event.from, wish: { kind: 'withdraw', amount: event.amount }, request: event.request };
    case 'received.update.new': {
      const { from, to, amount, meta = [] } = event.message.payload;
      return { from: event.from, wish: { kind: 'update', from, to, amount, meta }, request: event.request };
    }
    default:
      return undefined;
  }
}

/** What a party wants that is to change the state, as against leaving it. */
export const isStateWish = ({ wish }: Postponed): boolean => wish.kind === 'update' || isChangeWish(wish);

export function hasRoomFor(context: NodeContext, event: NodeEvent): boolean {
  const wish = wishIn(event);
  if (wish === undefined) return false;
  const isIn = context.postponed.filter(({ from }) => from === wish.from).length < context.maxPostponed;
  return isIn && lengthOf(context) + wish.request.length <= context.maxWaiting;
}

/** Whether a message can be given to whom it is for while something is under way: an old client dies of one then. */
export function isDeliverable(context: NodeContext, to: Party): boolean {
  return isHere(context, to) && context.channelId !== '' && !isEpoch(context, to);
}

export function heldIn(context: NodeContext, event: NodeEvent): Held | undefined {
  if (event.type !== 'received.message') return undefined;
  const { to, info: text } = event.message.payload;
  return keyOf(to) === keyOfParty(context, otherParty(event.from)) ? { from: event.from, info: text, to } : undefined;
}

export const hasRoomToHold = (context: NodeContext, { from, info: text }: Held): boolean =>
  context.held.filter((held) => held.from === from).length < context.maxHeld &&
  lengthOf(context) + text.length <= context.maxWaiting;

// Time.

/** The timers of the node of its time, as long as it had them. Those that end a channel with money in it run only where a party asks for them. */
const defaults = {
  accept: 120_000,
  initialized: 120_000,
  awaiting_open: 600_000,
  funding_create: 120_000,
  funding_sign: 120_000,
  sign: 500_000,
} as const satisfies Timeouts;

export const shorter = (one: Timeouts, other: Timeouts): Timeouts => {
  const merged: Partial<Record<TimeoutName, number>> = { ...one };
  for (const name of timeoutNames) {
    const value = other[name];
    if (value !== undefined) merged[name] = Math.min(value, merged[name] ?? value);
  }
  return merged;
};

/** The shortest of the named timers. */
export function timeout(
  { timeouts }: Pick<NodeContext, 'timeouts'>,
  ...names: readonly (keyof typeof defaults)[]
): number {
  return Math.min(...names.map((name) => timeouts[name] ?? defaults[name]));
}

/** Beyond what a timer can be set to: it is set, and does nothing. */
const never = 2_147_483_647;

export const askedTimeout = ({ timeouts }: Pick<NodeContext, 'timeouts'>, ...names: readonly TimeoutName[]): number =>
  Math.min(never, ...names.flatMap((name) => timeouts[name] ?? []));

export const isTimed = ({ timeouts }: Pick<NodeContext, 'timeouts'>, ...names: readonly TimeoutName[]): boolean =>
  names.some((name) => timeouts[name] !== undefined);
