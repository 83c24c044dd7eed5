/** A state that both have signed and we do not know: which one it is, and what has each in it. */
import { keyOf, type Seen } from '../../../../src/channel/seen.ts';
import type { Party } from '../../messages.ts';
import type { Agreed, PartyContext, PartyEvent, StateKind, Unlearned } from '../types.ts';
import { hasSigned } from './promised.ts';
import { hashOf, noPayments } from './shares.ts';
import { shownIn } from './shown.ts';

type SeenState = Extract<Seen, { readonly stateHash: string }>;
const isState = (seen: Seen): seen is SeenState => 'stateHash' in seen;

/** The round of a state; the create transaction is that of the first. */
export const roundOf = (seen: Seen): bigint | undefined =>
  seen.kind === 'create' ? 1n : isState(seen) && 'round' in seen ? BigInt(seen.round) : undefined;

const kindOf = (seen: SeenState): StateKind => (seen.kind === 'offchain' ? 'update' : seen.kind);

/** A state with the signatures of both, as far as it tells of itself. */
export function unlearnedOf(seen: Seen): Unlearned | null {
  const round = roundOf(seen);
  if (!isState(seen) || round === undefined || round > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  const { channelId, stateHash, id, tx } = seen;
  return { kind: kindOf(seen), channelId, round: Number(round), stateHash, id, tx };
}

/** A newer state than ours, of our channel, that both have signed, and so we have: not instead of another of its round. */
export function newerIn(context: PartyContext, event: PartyEvent): Unlearned | null {
  const { channelId, agreed, unlearned, promised } = context;
  const shown = shownIn(event);
  const newer = shown === undefined ? null : unlearnedOf(shown);
  if (newer === null || newer.channelId !== channelId) return null;
  const last = Math.max(agreed?.round ?? 0, hasSigned(context) ? (promised?.round ?? 0) : 0);
  return newer.round > last && newer.round >= (unlearned?.round ?? 0) ? newer : null;
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
