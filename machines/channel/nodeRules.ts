/**
 * What the node knows and reckons: its types, the transactions that it makes, and pure functions about who is owed which message. The machine is in
 * `node.ts`.
 *
 * What they must never do: take a figure from a party where the channel's own figures give it, or make two transactions where one is under way.
 */
import { fromHex, toHex } from '../../src/bytes.ts';
import { type Era, encode } from '../../src/channel/encoding.ts';
import { blake2b256, channelId, stateHash } from '../../src/channel/hashes.ts';
import { keyOf } from '../../src/channel/seen.ts';
import { withSignature } from '../../src/channel/signatures.ts';
import { decodeUnsigned, encodeTransaction, type Unsigned } from '../../src/channel/transactions.ts';
import type { ToNodeEvent } from '../../src/channel/wire.ts';
import { isMore, minus, plus } from '../../src/money.ts';
import type { Consult, Misused, Request, Send, Violated } from '../../src/role.ts';
import {
  type Dialect,
  type FromNode,
  type Info,
  otherParty,
  type Party,
  type Reason,
  type SignTag,
} from './messages.ts';

/** What both parties have said about the channel that they want. Keys are hexadecimal, amounts canonical decimal strings. */
export interface Terms {
  readonly initiator: string;
  readonly responder: string;
  /** The accounts as they were written. */
  readonly initiatorName: string;
  readonly responderName: string;
  /** How they were written, and so how everything of the channel is. */
  readonly era: Era;
  readonly port: number;
  readonly lockPeriod: string;
  readonly pushAmount: string;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  readonly channelReserve: string;
  readonly ttl: string;
}

/** The timers of the node of its time, by the names that a query gives them (`timeout_sign`). Milliseconds. */
export const timeoutNames = [
  'open',
  'accept',
  'funding_create',
  'funding_sign',
  'funding_lock',
  'idle',
  'sign',
  'awaiting_open',
  'initialized',
] as const;
export type TimeoutName = (typeof timeoutNames)[number];
export type Timeouts = Readonly<Partial<Record<TimeoutName, number>>>;

export interface NodeInput {
  readonly terms: Terms;
  /** Blocks on top of the one that includes the create transaction, where neither party says. */
  readonly minimumDepth: number;
  readonly createFee: string;
  readonly closeFee: string;
  /** Updates and closings that wait while one is under way. */
  readonly maxPostponed: number;
  /** Messages that wait for a party that cannot take them now. */
  readonly maxHeld: number;
  /** Characters of all that waits. */
  readonly maxWaiting: number;
  /** Milliseconds that a party which was not there can come for the last words. */
  readonly lingerTimeout: number;
}

/** A state that both have signed. */
export interface Agreed {
  readonly round: number;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  /** The co-signed transaction. */
  readonly tx: string;
  /** Of what is signed, without the signatures. */
  readonly id: string;
}

/** A change of keys, not of names. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
}

/** The transaction that is being signed: what it says, and how far it is. */
export interface Proposal {
  readonly kind: 'create' | 'update' | 'close';
  /** Who began, and so signs first. */
  readonly starter: Party;
  /** The hash of what is signed. */
  readonly id: string;
  /** What is signed, hexadecimal. */
  readonly bytes: string;
  /** The same as text, as it is sent to be signed. */
  readonly tx: string;
  readonly round: number;
  readonly initiatorAmount: string;
  readonly responderAmount: string;
  readonly update: Transfer | null;
  /** Of the initiator's account; empty for an update. */
  readonly nonce: string;
  /** Whether the one who is asked to sign now has answered, however well. */
  readonly isAnswered: boolean;
  /** The starter's signature, once it was found to be one. */
  readonly signature: string;
  /** With both signatures. */
  readonly whole: string;
  /** Whether the chain has taken it. */
  readonly isPosted: boolean;
}

export interface Attendance {
  /** As the party spoke last. */
  readonly dialect: Dialect;
  readonly isHere: boolean;
}

/** What a party wants next, and has to wait for. */
export interface Postponed {
  readonly from: Party;
  /** Null: a closing. */
  readonly update: { readonly from: string; readonly to: string; readonly amount: string } | null;
  /** The frame, for an error to repeat. */
  readonly request: string;
}

export interface Held {
  readonly from: Party;
  readonly info: string;
  readonly to: string;
}

export interface NodeContext extends NodeInput {
  readonly parties: Readonly<Record<Party, Attendance>>;
  readonly askedDepth: number | null;
  readonly timeouts: Timeouts;
  readonly channelId: string;
  readonly agreed: Agreed | null;
  readonly proposed: Proposal | null;
  /** Who wants to close. */
  readonly closer: Party;
  readonly postponed: readonly Postponed[];
  readonly held: readonly Held[];
  /** By party: the void transaction that it must answer before it can be told so. */
  readonly owing: Readonly<Record<Party, string>>;
  /** Transactions of updates that are void: an answer to one is late, and no fault. */
  readonly voided: readonly string[];
  /** By party: those that were void when it came back, of which it may not have heard. */
  readonly unheardVoid: Readonly<Record<Party, readonly string[]>>;
  /** How it has ended, and who has not heard of it yet. */
  readonly ended: 'mutual' | 'died' | '';
  readonly unheard: Readonly<Record<Party, boolean>>;
  readonly reason: string;
}

export type From<Event> = Event & { readonly from: Party };

/** The verdict on a reply; `signature` is the party's own among those of the reply. */
interface Verified {
  readonly type: 'verified';
  readonly id: string;
  /** Which transaction it is about, and whose reply it was. */
  readonly about: string;
  readonly from: Party;
  readonly signature: string | null;
}

export type NodeEvent =
  | From<ToNodeEvent>
  /** A party has come, or has come back. */
  | {
      readonly type: 'joined';
      readonly from: Party;
      readonly dialect: Dialect;
      readonly minimumDepth: number | null;
      readonly timeouts: Timeouts;
    }
  /** A party's socket is gone, with the code that the WebSocket was closed with; without `from`, both. */
  | { readonly type: 'left'; readonly code: number; readonly from?: Party }
  /** The other party has come with other terms. */
  | { readonly type: 'disagreed'; readonly reason: string }
  | { readonly type: `command.${string}` }
  | Verified
  | { readonly type: 'reserved'; readonly id: string; readonly nonce: string }
  | { readonly type: 'posted'; readonly id: string }
  | { readonly type: 'rejected'; readonly id: string; readonly reason: string }
  | { readonly type: 'reached'; readonly id: string };

export type NodeEmitted =
  | (Send<FromNode> & { readonly to: Party })
  | (Consult & {
      readonly type: 'consultSignatures';
      readonly about: string;
      readonly from: Party;
      /** Whose signature it must be. */
      readonly account: string;
      readonly era: Era;
      /** What is signed, as hexadecimal digits. */
      readonly bytes: string;
      readonly signatures: readonly string[];
    })
  /** The next free nonce of an account; the same request has the same answer. */
  | (Request & { readonly type: 'requestNonce'; readonly account: string })
  /** Posting twice is posting once. */
  | (Request & { readonly type: 'requestPosting'; readonly tx: string })
  /** So many blocks on top of the one that includes the transaction. */
  | (Request & { readonly type: 'requestDepth'; readonly tx: string; readonly depth: number })
  /** What was reserved and not used is free again. */
  | { readonly type: 'orderRelease' }
  | { readonly type: 'orderClose'; readonly to: Party; readonly code: number; readonly reason: string }
  | { readonly type: 'opened'; readonly channel: string }
  | { readonly type: 'updated'; readonly channel: string; readonly agreed: Agreed }
  | { readonly type: 'conflicted'; readonly channel: string; readonly round: number }
  | { readonly type: 'closed'; readonly channel: string; readonly tx: string }
  | { readonly type: 'died'; readonly channel: string; readonly reason: string }
  | (Violated & { readonly from: Party })
  | Misused;

export interface NodeOutput {
  readonly ended: 'mutual' | 'died' | '';
  readonly agreed: Agreed | null;
  readonly reason: string;
}

type Sent = Send<FromNode> & { readonly to: Party };

export const send = (to: Party, message: FromNode): Sent => ({ type: 'send', to, message });
export const info = (to: Party, event: Info): Sent => send(to, { action: 'info', payload: { event } });
export const both: readonly Party[] = ['initiator', 'responder'];

export const dialectOf = ({ parties }: NodeContext, party: Party): Dialect => parties[party].dialect;
const isEpoch = (context: NodeContext, party: Party) => dialectOf(context, party) === 'epoch';
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

const amountOf = (
  { initiatorAmount, responderAmount }: Pick<Agreed, 'initiatorAmount' | 'responderAmount'>,
  party: Party,
) => (party === 'initiator' ? initiatorAmount : responderAmount);

const partyOf = ({ terms }: NodeContext, key: string | undefined): Party | undefined =>
  both.find((party) => terms[party] === key);

/** The change that a party asks for, or why there can be none. */
export function transferOf(context: NodeContext, update: Transfer): Transfer | Reason {
  const { agreed, terms } = context;
  if (update.amount.startsWith('-')) return 'negative_amount';
  const from = partyOf(context, keyOf(update.from));
  const to = partyOf(context, keyOf(update.to));
  if (from === undefined || to === undefined || from === to) return 'invalid_pubkeys';
  if (agreed === null) return 'conflict';
  if (isMore(plus(update.amount, terms.channelReserve), amountOf(agreed, from))) return 'insufficient_balance';
  return { from: terms[from], to: terms[to], amount: update.amount };
}

/**
 * What each gets when the channel is closed: "ceil(fee/2) initiator, floor(fee/2) responder, falls back if one side lacks funds"; undefined where
 * there is less than the fee.
 */
export function closingAmounts({
  agreed,
  closeFee,
}: NodeContext): Pick<Agreed, 'initiatorAmount' | 'responderAmount'> | undefined {
  if (agreed === null) return undefined;
  const [ours, theirs, fee] = [BigInt(agreed.initiatorAmount), BigInt(agreed.responderAmount), BigInt(closeFee)];
  if (ours + theirs < fee) return undefined;
  const least = fee > theirs ? fee - theirs : 0n;
  const half = fee - fee / 2n;
  const wanted = half > ours ? ours : half;
  const share = wanted < least ? least : wanted;
  return { initiatorAmount: `${ours - share}`, responderAmount: `${theirs - (fee - share)}` };
}

// Transactions.

const treesOf = (era: Era) => (era === 'legacy' ? '2018' : 'today');

const stateOf = ({ terms }: NodeContext, amounts: Pick<Agreed, 'initiatorAmount' | 'responderAmount'>): Uint8Array =>
  stateHash(
    both.map((party) => ({ account: fromHex(terms[party]), balance: BigInt(amountOf(amounts, party)) })),
    treesOf(terms.era),
  );

type Draft = Omit<Proposal, 'id' | 'bytes' | 'tx' | 'isAnswered' | 'signature' | 'whole' | 'isPosted'>;

function unsignedCreate(context: NodeContext, draft: Draft): Unsigned {
  const { terms, createFee } = context;
  const common = {
    type: 'channelCreate',
    initiator: fromHex(terms.initiator),
    initiatorAmount: BigInt(terms.initiatorAmount),
    responder: fromHex(terms.responder),
    responderAmount: BigInt(terms.responderAmount),
    channelReserve: BigInt(terms.channelReserve),
    lockPeriod: BigInt(terms.lockPeriod),
    ttl: BigInt(terms.ttl),
    fee: BigInt(createFee),
    nonce: BigInt(draft.nonce),
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
    draft.update === null
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

function unsignedClose({ terms, channelId: id, closeFee }: NodeContext, draft: Draft): Unsigned {
  const common = {
    type: 'channelCloseMutual',
    channelId: fromHex(id),
    initiatorAmount: BigInt(draft.initiatorAmount),
    responderAmount: BigInt(draft.responderAmount),
    ttl: 0n,
    fee: BigInt(closeFee),
    nonce: BigInt(draft.nonce),
  } as const;
  return terms.era === 'legacy'
    ? { ...common, era: '2018' }
    : { ...common, era: 'today', from: fromHex(terms.initiator) };
}

/** What a proposal says, as the transaction that is signed. */
function unsignedOf(context: NodeContext, draft: Draft): Unsigned {
  switch (draft.kind) {
    case 'create':
      return unsignedCreate(context, draft);
    case 'update':
      return unsignedUpdate(context, draft);
    case 'close':
      return unsignedClose(context, draft);
  }
}

function proposal(context: NodeContext, draft: Draft): Proposal {
  const bytes = encodeTransaction(unsignedOf(context, draft));
  return {
    ...draft,
    id: toHex(blake2b256(bytes)),
    bytes: toHex(bytes),
    tx: encode('tx', context.terms.era, bytes),
    isAnswered: false,
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
    update: null,
    nonce,
  });
}

/** "Each subsequent state has a `round` increased with 1"; undefined for what can be no update. */
export function proposedUpdate(context: NodeContext, starter: Party, update: Transfer): Proposal | undefined {
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
    nonce: '',
  });
}

export function proposedClose(context: NodeContext, nonce: string): Proposal | undefined {
  const amounts = closingAmounts(context);
  if (amounts === undefined || context.agreed === null) return undefined;
  return proposal(context, {
    kind: 'close',
    starter: context.closer,
    round: context.agreed.round,
    ...amounts,
    update: null,
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

// Signing: who is asked, under which tag, and what is an answer.

/** Who signs second. */
export const acknowledgerOf = ({ starter }: Proposal): Party => otherParty(starter);

function tagFor(context: NodeContext, { kind, starter }: Proposal, party: Party): SignTag {
  switch (kind) {
    case 'create':
      return `${party}_${isEpoch(context, party) ? 'sign' : 'signed'}`;
    case 'update':
      return party === starter ? 'update' : 'update_ack';
    case 'close':
      return party === starter ? 'shutdown_sign' : 'shutdown_sign_ack';
  }
}

/** A request to sign. Today's off-chain transaction does not say what has changed: that stands beside it. */
export function askFor(context: NodeContext, proposed: Proposal, party: Party): Sent {
  const { tx, update } = proposed;
  const tag = tagFor(context, proposed, party);
  const names = (key: string) => nameOfParty(context, key === context.terms.initiator ? 'initiator' : 'responder');
  const isTold = update !== null && context.terms.era === 'modern';
  const updates = isTold ? [{ from: names(update.from), to: names(update.to), amount: update.amount }] : undefined;
  return send(party, { action: 'sign', tag, payload: updates === undefined ? { tx } : { tx, updates } });
}

/** The event by which a party answers that it has signed. */
function replyTo({ kind, starter }: Proposal, party: Party): NodeEvent['type'] {
  switch (kind) {
    case 'create':
      return `received.${party}_signed`;
    case 'update':
      return party === starter ? 'received.update' : 'received.update_ack';
    case 'close':
      return party === starter ? 'received.shutdown_sign' : 'received.shutdown_sign_ack';
  }
}

type ReplyEvent = Extract<From<ToNodeEvent>, { readonly seen: unknown }>;

export const isReplyEvent = (event: NodeEvent): event is ReplyEvent => 'seen' in event;

/** More signatures than there are parties are not looked at. */
const mostSignatures = 2;

/** Whether this is `party`'s answer to what it was asked to sign. */
export function isReplyOf({ proposed }: NodeContext, event: NodeEvent, party: Party | undefined): boolean {
  if (proposed === null || !isReplyEvent(event) || event.from !== party) return false;
  const { seen } = event;
  return (
    event.type === replyTo(proposed, party) &&
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
  if (!isReplyEvent(event)) return failure('That was not asked for.');
  const { seen, from } = event;
  const { proposed } = context;
  if (seen.kind === 'unreadable') return error('broken_encoding', event.request);
  const isAsked = proposed !== null && event.type === replyTo(proposed, from) && proposed.whole === '';
  if (!isAsked || (proposed.signature === '' && from !== proposed.starter))
    return failure('That signature was not asked for.');
  if (seen.id !== proposed.id) return failure('That is not the transaction that was to be signed.');
  return failure(
    seen.signatures.length === 0 ? 'The transaction is not signed.' : 'Too many have signed the transaction.',
  );
}

export const error = (reason: Reason, request: string): FromNode => ({ action: 'error', payload: { reason, request } });
/** What the node itself has found wrong: the node of its time says that in a shape of its own. */
export const failure = (message: string): FromNode => ({ action: 'error', payload: { message } });

/** A reply is judged once, however often it is made. */
export const aboutVerdict = (from: Party, about: string, signatures: readonly string[]): string =>
  `${from}/${about}/${toHex(blake2b256(fromHex(signatures.join('')))).slice(0, 16)}`;

// What waits.

const lengthOf = ({ postponed, held }: NodeContext) =>
  postponed.reduce((sum, { request }) => sum + request.length, 0) +
  held.reduce((sum, { info: text }) => sum + text.length, 0);

/** The wish that an event is, or `undefined`. */
export function wishIn(event: NodeEvent): Postponed | undefined {
  if (event.type === 'received.shutdown') return { from: event.from, update: null, request: '' };
  if (event.type !== 'received.update.new') return undefined;
  return { from: event.from, update: event.message.payload, request: event.request };
}

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

/** "Then the `receiver` gets an event containing the info being sent and some details". */
export const envelopeOf = (context: NodeContext, { from, to, info: text }: Held): Sent =>
  send(otherParty(from), {
    action: 'message',
    payload: {
      message: { channel_id: channelName(context), from: nameOfParty(context, from), to, info: text },
    },
  });

// Reports.

/** The end of the opening, and of an update: what the acknowledger is told first, and the starter then. */
export const inOrder = ({ proposed }: NodeContext): readonly Party[] =>
  proposed === null ? both : [acknowledgerOf(proposed), proposed.starter];

/** "Corresponding info messages are sent to both parties"; the node of its time sends the state itself. */
export function finished(context: NodeContext, { whole }: Proposal): readonly Sent[] {
  return inOrder(context).map((party) =>
    isEpoch(context, party)
      ? send(party, { action: 'update', payload: { state: whole } })
      : info(party, 'update_finalized'),
  );
}

export const conflictFor = (context: NodeContext, party: Party): Sent =>
  send(party, {
    action: 'conflict',
    payload: { channel_id: channelName(context), round: context.agreed?.round ?? 0 },
  });

/** Ends the channel for a party. */
export function farewell({ ended, proposed, parties }: NodeContext, party: Party): readonly Sent[] {
  const died = info(party, 'died');
  if (ended !== 'mutual' || proposed === null) return [died];
  const onChain = send(party, { action: 'on_chain_tx', payload: { tx: proposed.whole } });
  return parties[party].dialect === 'epoch' ? [onChain, info(party, 'close_mutual'), died] : [onChain, died];
}

/** Who has to hear of a death: before there is anything to sign only those who are here. */
export const whoMustHear = (context: NodeContext): Readonly<Record<Party, boolean>> => {
  const isBegun = context.proposed !== null || context.agreed !== null;
  return { initiator: isBegun || isHere(context, 'initiator'), responder: isBegun || isHere(context, 'responder') };
};

/** What was said to a party while the channel was being opened, as far as it has come. */
function openingAgain(context: NodeContext, party: Party): readonly Sent[] {
  const { proposed } = context;
  const isInitiator = party === 'initiator';
  const told = [info(party, isInitiator ? 'channel_accept' : 'channel_open')];
  if (proposed === null) return told;
  const onChain = proposed.isPosted ? [send(party, { action: 'on_chain_tx', payload: { tx: proposed.whole } })] : [];
  if (isInitiator) {
    if (proposed.signature === '') return [...told, askFor(context, proposed, party)];
    return proposed.whole === '' ? told : [...told, info(party, 'funding_signed'), ...onChain];
  }
  if (proposed.signature === '') return told;
  told.push(info(party, 'funding_created'));
  return proposed.whole === '' ? [...told, askFor(context, proposed, party)] : [...told, ...onChain];
}

/** What a party is to sign now, in an open channel. */
export function askedOf(context: NodeContext, party: Party): readonly Sent[] {
  const { proposed } = context;
  if (proposed === null || proposed.whole !== '') return [];
  if (party === proposed.starter) return [askFor(context, proposed, party)];
  if (proposed.signature === '') return [];
  const announced = proposed.kind === 'update' ? [info(party, 'update')] : [];
  return [...announced, askFor(context, proposed, party)];
}

/** What the state owes a party that has come back: the last co-signed state, and what is to be signed. */
export function owedTo(context: NodeContext, party: Party): readonly Sent[] {
  const { agreed, ended } = context;
  if (ended !== '') return farewell(context, party);
  if (agreed === null) return openingAgain(context, party);
  const told = [info(party, 'open'), send(party, { action: 'update', payload: { state: agreed.tx } })];
  return [...told, ...askedOf(context, party)];
}

// Conflicts.

/**
 * Who can be told of a conflict at once, and who must answer first. An `epoch` client takes a conflict only between its signature and the report of
 * its update; one that is asked to sign must have answered, and one that has begun must be asked first.
 *
 * @param rival the update of the other party that makes the conflict; none where time is up
 */
export function conflictIn(
  context: NodeContext,
  rival: Proposal | undefined,
): { readonly told: readonly Sent[]; readonly owing: Readonly<Record<Party, string>> } {
  const { proposed } = context;
  const owing: Record<Party, string> = { initiator: '', responder: '' };
  if (proposed === null) return { told: [], owing };
  const { starter } = proposed;
  const acknowledger = acknowledgerOf(proposed);
  const isAsked = proposed.signature !== '';
  const told: Sent[] = [];
  if (isEpoch(context, acknowledger) && !isAsked) {
    if (rival !== undefined && isHere(context, acknowledger)) {
      owing[acknowledger] = rival.id;
      told.push(askFor(context, rival, acknowledger));
    }
  } else told.push(conflictFor(context, acknowledger));
  const hasAnswered = proposed.isAnswered || isAsked;
  const mustAnswer = rival !== undefined && isEpoch(context, starter) && !hasAnswered && isHere(context, starter);
  if (mustAnswer) owing[starter] = proposed.id;
  else told.push(conflictFor(context, starter));
  return { told, owing };
}

/** Void transactions that are remembered: two for each conflict, and a conflict or two on their way. */
const mostVoided = 8;

export const withVoided = ({ voided, proposed }: NodeContext, rival: Proposal | undefined): readonly string[] =>
  [...voided, ...[proposed, rival].flatMap((each) => (each == null ? [] : [each.id]))].slice(-mostVoided);

export const none: Readonly<Record<Party, string>> = { initiator: '', responder: '' };
export const nobody: Readonly<Record<Party, boolean>> = { initiator: false, responder: false };

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
