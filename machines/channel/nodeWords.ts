/**
 * What the node says, and to whom: reports, requests to sign, conflicts, answers, and what is owed to a party that has come back.
 *
 * Each party is spoken to in its dialect; what the text does not have only goes to who takes more than the text. What these functions must never do:
 * tell one party of a state that the other is not told of.
 */
import { fromHex } from '../../src/bytes.ts';
import { encode } from '../../src/channel/encoding.ts';
import { proofOfBalances } from '../../src/channel/poi.ts';
import { keyOf, type Seen, see } from '../../src/channel/seen.ts';
import { decodeUnsigned, encodeTransaction } from '../../src/channel/transactions.ts';
import { serializedTrees } from '../../src/channel/trees.ts';
import {
  type Answer,
  type Change,
  conflictCodes,
  type FromNode,
  type Info,
  type OnChainInfo,
  otherParty,
  type Party,
  type Question,
} from './messages.ts';
import {
  acknowledgerOf,
  amountOf,
  balancesOf,
  both,
  channelName,
  dialectOf,
  error,
  isHere,
  isParticular,
  nameOfParty,
  partyOf,
  signerOf,
  tagFor,
  takesMore,
} from './nodeRules.ts';
import type { Held, NodeContext, NodeEvent, Proposal, Sent } from './nodeTypes.ts';

export const send = (to: Party, message: FromNode): Sent => ({ type: 'send', to, message });
export const info = (to: Party, event: Info): Sent => send(to, { action: 'info', payload: { event } });
const state = (to: Party, tx: string): Sent => send(to, { action: 'update', payload: { state: tx } });

/** The end of the opening, and of an update: what the acknowledger is told first, and the starter then. */
export const inOrder = ({ proposed }: NodeContext): readonly Party[] =>
  proposed === null ? both : [acknowledgerOf(proposed), proposed.starter];

// Requests to sign.

/** What a transaction changes, in words: today's off-chain transaction does not say it. */
function changesOf(context: NodeContext, { kind, starter, update, amount, meta }: Proposal): readonly Change[] {
  const name = nameOfParty(context, starter);
  if (kind === 'deposit') return [{ op: 'OffChainDeposit', from: name, amount }];
  if (kind === 'withdraw') return [{ op: 'OffChainWithdrawal', to: name, amount }];
  if (update === null) return [];
  const names = (key: string) => nameOfParty(context, key === context.terms.initiator ? 'initiator' : 'responder');
  const change = { from: names(update.from), to: names(update.to), amount: update.amount };
  return [change, ...meta.map((data) => ({ op: 'OffChainMeta', data }) as const)];
}

/** The transaction in the envelope of a signed one: with no signature for who signs first, and with that for the other. */
function inEnvelope({ terms }: NodeContext, { bytes, starter, signature }: Proposal, party: Party): string {
  const signatures = party === starter ? [] : [fromHex(signature)];
  const signed = { type: 'signed', signatures, transaction: decodeUnsigned(fromHex(bytes)) } as const;
  return encode('tx', terms.era, encodeTransaction(signed));
}

/** A request to sign. */
export function askFor(context: NodeContext, proposed: Proposal, party: Party): Sent {
  const tag = tagFor(context, proposed, party);
  const updates = [...changesOf(context, proposed)];
  if (dialectOf(context, party) === 'rpc')
    return send(party, { action: 'sign', tag, payload: { tx: inEnvelope(context, proposed, party), updates } });
  const isTold = proposed.kind === 'update' && context.terms.era === 'modern';
  const { tx } = proposed;
  return send(party, { action: 'sign', tag, payload: isTold ? { tx, updates } : { tx } });
}

/** What is said before the acknowledger is asked. */
export function announced(to: Party, { kind }: Proposal): readonly Sent[] {
  if (kind === 'update') return [info(to, 'update')];
  return kind === 'deposit' || kind === 'withdraw' ? [info(to, `${kind}_created`)] : [];
}

// Reports.

const transactionTypes = {
  create: 'channel_create_tx',
  offchain: 'channel_offchain_tx',
  deposit: 'channel_deposit_tx',
  withdraw: 'channel_withdraw_tx',
  close: 'channel_close_mutual_tx',
  closeSolo: 'channel_close_solo_tx',
  slash: 'channel_slash_tx',
  settle: 'channel_settle_tx',
  unreadable: undefined,
} as const satisfies Record<Seen['kind'], string | undefined>;

/** What has become of a transaction on the chain; what it is about is told to who takes more. */
export function onChain(context: NodeContext, to: Party, tx: string, about: OnChainInfo): Sent {
  if (!takesMore(context, to)) return send(to, { action: 'on_chain_tx', payload: { tx } });
  const type = transactionTypes[see(tx).kind];
  return send(to, { action: 'on_chain_tx', payload: { tx, info: about, ...(type === undefined ? {} : { type }) } });
}

/** "The transaction is posted": the create transaction, a deposit or a withdrawal. */
export function posted(context: NodeContext, { kind, whole }: Proposal, to: Party): Sent {
  const opened = to === 'initiator' ? 'funding_signed' : 'funding_created';
  const about = kind === 'deposit' || kind === 'withdraw' ? (`${kind}_created` as const) : opened;
  return onChain(context, to, whole, about);
}

/** That it is deep enough. */
export function locked(context: NodeContext, { kind, whole }: Proposal): readonly Sent[] {
  const name = kind === 'deposit' || kind === 'withdraw' ? kind : 'funding';
  const changed = both
    .filter((party) => takesMore(context, party))
    .map((party) => onChain(context, party, whole, 'channel_changed'));
  return [
    ...changed,
    ...both.map((party) => info(party, `own_${name}_locked`)),
    ...both.map((party) => info(party, `${name}_locked`)),
  ];
}

/** The channel is open, with this state; who speaks as nodes do is given it by itself. */
function opened(context: NodeContext, to: Party, tx: string): Sent {
  const isTold = dialectOf(context, to) === 'text' && takesMore(context, to);
  return isTold ? send(to, { action: 'info', payload: { event: 'open', state: tx } }) : info(to, 'open');
}

export function openWords(context: NodeContext): readonly Sent[] {
  const tx = context.agreed?.tx ?? '';
  const particular = both.filter((party) => isParticular(context, party));
  return [...both.map((party) => opened(context, party, tx)), ...particular.map((party) => state(party, tx))];
}

/** "Corresponding info messages are sent to both parties"; the node of its time sends the state itself. */
export function finished(context: NodeContext, { kind, whole }: Proposal): readonly Sent[] {
  return inOrder(context).map((party) => {
    if (isParticular(context, party) || kind !== 'update') return state(party, whole);
    if (!takesMore(context, party)) return info(party, 'update_finalized');
    return send(party, { action: 'info', payload: { event: 'update_finalized', state: whole } });
  });
}

/** A deposit or withdrawal that was made elsewhere is the last state. */
export const adoptedWords = (context: NodeContext, tx: string): readonly Sent[] =>
  both.flatMap((party) => [onChain(context, party, tx, 'channel_changed'), state(party, tx)]);

/** "Then the `receiver` gets an event containing the info being sent and some details". */
export const envelopeOf = (context: NodeContext, { from, to, info: text }: Held): Sent =>
  send(otherParty(from), {
    action: 'message',
    payload: {
      message: { channel_id: channelName(context), from: nameOfParty(context, from), to, info: text },
    },
  });

/** Both are out of the channel, which stays. */
export const leaveFor = (context: NodeContext, to: Party): Sent =>
  send(to, { action: 'leave', channel_id: channelName(context), payload: { state: context.agreed?.tx ?? '' } });

// The end.

/** One party has closed alone: who has a newer state can answer with it until the lock period is over. */
export function disputeWords(context: NodeContext, to: Party): readonly Sent[] {
  const { dispute, agreed } = context;
  if (dispute === null) return [];
  const told = onChain(context, to, dispute.tx, 'solo_closing');
  const canSlash = takesMore(context, to) && agreed !== null && dispute.round < agreed.round;
  return canSlash ? [told, onChain(context, to, dispute.tx, 'can_slash')] : [told];
}

/** The closing transaction is posted. */
export function closingWords(context: NodeContext, to: Party): readonly Sent[] {
  const { ended, closingTx, proposed } = context;
  if (ended === 'settled') return [];
  const tx = closingTx === '' ? (proposed?.whole ?? '') : closingTx;
  const told = onChain(context, to, tx, 'close_mutual');
  return dialectOf(context, to) === 'rpc' ? [told, info(to, 'closing')] : [told];
}

/** Ends the channel for a party. */
export function lastWords(context: NodeContext, to: Party): readonly Sent[] {
  const { ended, closingTx } = context;
  const died = info(to, 'died');
  if (ended === 'died') return [died];
  if (ended === 'timeout') return takesMore(context, to) ? [info(to, 'timeout'), died] : [died];
  const closed = onChain(context, to, closingTx, 'channel_closed');
  if (dialectOf(context, to) === 'rpc') return [closed, info(to, 'closed_confirmed'), died];
  if (ended === 'settled') return [closed, died];
  return dialectOf(context, to) === 'epoch' ? [info(to, 'close_mutual'), died] : [died];
}

/** Who has to hear of a death: before there is anything to sign only those who are here. */
export const whoMustHear = (context: NodeContext): Readonly<Record<Party, boolean>> => {
  const isBegun = context.proposed !== null || context.agreed !== null;
  return { initiator: isBegun || isHere(context, 'initiator'), responder: isBegun || isHere(context, 'responder') };
};

// Coming back.

/** The name by which a party takes its place again. */
export const upFor = (context: NodeContext, to: Party): readonly Sent[] =>
  takesMore(context, to)
    ? [send(to, { action: 'info', payload: { event: 'fsm_up', fsm_id: context.fsmIds[to] } })]
    : [];

/** What was said to a party while the channel was being opened, as far as it has come. */
function openingAgain(context: NodeContext, party: Party): readonly Sent[] {
  const { proposed } = context;
  const isInitiator = party === 'initiator';
  const told = [...upFor(context, party), info(party, isInitiator ? 'channel_accept' : 'channel_open')];
  if (proposed === null) return told;
  const onTheChain = proposed.isPosted ? [posted(context, proposed, party)] : [];
  if (isInitiator) {
    if (proposed.signature === '') return [...told, askFor(context, proposed, party)];
    return proposed.whole === '' ? told : [...told, info(party, 'funding_signed'), ...onTheChain];
  }
  if (proposed.signature === '') return told;
  told.push(info(party, 'funding_created'));
  return proposed.whole === '' ? [...told, askFor(context, proposed, party)] : [...told, ...onTheChain];
}

/** What a party is to sign now, in an open channel; or what it has signed and waits for the chain. */
export function askedOf(context: NodeContext, party: Party): readonly Sent[] {
  const { proposed } = context;
  if (proposed === null) return [];
  if (proposed.whole !== '') {
    const isChange = proposed.kind === 'deposit' || proposed.kind === 'withdraw';
    return isChange && proposed.isPosted ? [posted(context, proposed, party)] : [];
  }
  if (party === proposed.starter) return [askFor(context, proposed, party)];
  return proposed.signature === '' ? [] : [...announced(party, proposed), askFor(context, proposed, party)];
}

/** What the state owes a party that has come back: the last co-signed state, what has happened on the chain, and what is to be signed. */
export function owedTo(context: NodeContext, party: Party, isReestablishing: boolean): readonly Sent[] {
  const { agreed, ended } = context;
  if (ended !== '') {
    const isClosed = ended === 'mutual' || ended === 'settled';
    return [...upFor(context, party), ...(isClosed ? closingWords(context, party) : []), ...lastWords(context, party)];
  }
  if (agreed === null) return openingAgain(context, party);
  return [
    ...upFor(context, party),
    ...(isReestablishing ? [info(party, 'channel_reestablished')] : []),
    info(party, 'open'),
    state(party, agreed.tx),
    ...disputeWords(context, party),
    ...askedOf(context, party),
  ];
}

// Conflicts.

/** Why what is under way is void. */
export interface Cause {
  readonly code: number;
  readonly message: string;
  /** The update of the other party that makes the conflict. */
  readonly rival?: Proposal | undefined;
  /** Who has begun something else than an update instead, or has taken back its own. */
  readonly by?: Party;
  readonly isAbort?: boolean;
}

const causes = {
  conflict: { code: conflictCodes.conflict, message: 'conflict' },
  timeout: { code: conflictCodes.timeout, message: 'timeout' },
  rejected: { code: conflictCodes.rejected, message: 'rejected' },
} as const satisfies Record<string, Cause>;

/** Why an event makes what is under way void. */
export function causeOf(event: NodeEvent, rival: Proposal | undefined): Cause {
  switch (event.type) {
    case 'received.update.new':
    case 'received.malformed':
      return { ...causes.conflict, rival };
    case 'received.deposit':
    case 'received.withdraw':
      return { ...causes.conflict, by: event.from };
    case 'received.abort':
      return { code: event.code, message: 'user-defined', by: event.from, isAbort: true };
    case 'rejected':
      return causes.rejected;
    case 'included':
      return causes.conflict;
    default:
      return causes.timeout;
  }
}

export function conflictFor(context: NodeContext, party: Party, { code, message }: Cause = causes.conflict): Sent {
  const more = takesMore(context, party) ? { error_code: code, error_msg: message } : {};
  return send(party, {
    action: 'conflict',
    payload: { channel_id: channelName(context), round: context.agreed?.round ?? 0, ...more },
  });
}

/**
 * Who can be told of a conflict at once, and who must answer first. A client of old takes a conflict only between its signature and the report of its
 * update; one that is asked to sign must have answered, and one that has begun must be asked first.
 */
export function conflictIn(
  context: NodeContext,
  cause: Cause,
): { readonly told: readonly Sent[]; readonly owing: Readonly<Record<Party, string>> } {
  const { proposed } = context;
  const owing: Record<Party, string> = { initiator: '', responder: '' };
  if (proposed === null) return { told: [], owing };
  const { rival, by } = cause;
  const { starter } = proposed;
  const acknowledger = acknowledgerOf(proposed);
  const isAsked = proposed.signature !== '';
  const told: Sent[] = [];
  const tell = (party: Party) => {
    const isOwn = cause.isAbort === true && by === party && takesMore(context, party);
    told.push(isOwn ? info(party, 'aborted_update') : conflictFor(context, party, cause));
  };
  if (isAsked || by === acknowledger || !isParticular(context, acknowledger)) tell(acknowledger);
  else if (rival !== undefined && isHere(context, acknowledger)) {
    owing[acknowledger] = rival.id;
    told.push(askFor(context, rival, acknowledger));
  }
  const hasAnswered = proposed.isAnswered || isAsked;
  const canOwe = rival !== undefined && proposed.kind === 'update' && isHere(context, starter);
  if (canOwe && isParticular(context, starter) && !hasAnswered) owing[starter] = proposed.id;
  else tell(starter);
  return { told, owing };
}

/** Void transactions that are remembered: two for each conflict, and a conflict or two on their way. */
const mostVoided = 8;

export const withVoided = ({ voided, proposed }: NodeContext, rival: Proposal | undefined): readonly string[] =>
  [...voided, ...[proposed, rival].flatMap((each) => (each == null ? [] : [each.id]))].slice(-mostVoided);

export const none: Readonly<Record<Party, string>> = { initiator: '', responder: '' };
export const nobody: Readonly<Record<Party, boolean>> = { initiator: false, responder: false };

// Questions.

/** The trees of calls that a channel without contracts has. */
const noCalls = 'cs_yYICbgGEwz8BwHtqgWY=';

const numbered = ({ id }: Question) => (id === undefined ? {} : { id });

function balancesFor(context: NodeContext, question: Extract<Question, { tag: 'balances' }>): Answer {
  const { agreed } = context;
  const payload = question.payload.accounts.flatMap((account) => {
    const party = partyOf(context, keyOf(account));
    return party === undefined || agreed === null ? [] : [{ account, balance: amountOf(agreed, party) }];
  });
  return { action: 'get', tag: 'balances', ...numbered(question), payload };
}

/** The answer to a question, or why there is none. */
export function answerOf(context: NodeContext, question: Question, request: string): FromNode {
  const { agreed, terms, proposed } = context;
  if (agreed === null) return error('not_ready', request);
  const balances = balancesOf(context, agreed);
  if (question.tag === 'offchain_state') {
    const trees = encode('ss', terms.era, serializedTrees(balances));
    const isHalfSigned = proposed !== null && proposed.signature !== '' && signerOf(context) !== undefined;
    const half_signed_tx = isHalfSigned ? inEnvelope(context, proposed, acknowledgerOf(proposed)) : '';
    const payload = { calls: noCalls, trees, signed_tx: agreed.tx, half_signed_tx };
    return { action: 'get', tag: 'offchain_state', ...numbered(question), payload };
  }
  const keys = question.payload.accounts.map(keyOf);
  if (keys.includes(undefined)) return error('broken_account', request);
  if (question.tag === 'balances') return balancesFor(context, question);
  const shown = keys.flatMap((key) => (key === undefined || partyOf(context, key) === undefined ? [] : [fromHex(key)]));
  if (shown.length < keys.length) return error('not_found', request);
  const poi = encode('pi', terms.era, proofOfBalances(balances, shown));
  return { action: 'get', tag: 'poi', ...numbered(question), payload: { poi } };
}
