/**
 * The transactions that the node makes.
 *
 * What they must never do: make two transactions where one is under way.
 */
import { fromHex, toHex } from '../../../../src/bytes.ts';
import { encode } from '../../../../src/channel/encoding.ts';
import { channelId, unsignedHash } from '../../../../src/channel/hashes.ts';
import type { Seen } from '../../../../src/channel/seen.ts';
import { decodeUnsigned, encodeTransaction } from '../../../../src/channel/serialization.ts';
import { withSignature } from '../../../../src/channel/signatures.ts';
import type { Unsigned } from '../../../../src/channel/transactions.ts';
import { isMore, minus, plus } from '../../../../src/money.ts';
import type { Party } from '../../messages.ts';
import type { Agreed, NodeContext, Proposal, Transfer } from '../types.ts';
import { amountOf, changedAmounts, closingAmounts, feeOf, firstAmounts, stateOf, transferOf } from './money.ts';
import { partyOf } from './parties.ts';
import { isChangeWish } from './waiting.ts';

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
