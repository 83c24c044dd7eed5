/** What both have: after the opening, a payment, a deposit, a withdrawal or a closing; and the hash of it. */
import { fromHex, toHex } from '../../../../src/bytes.ts';
import type { Era } from '../../../../src/channel/encoding.ts';
import { stateHash } from '../../../../src/channel/hashes.ts';
import { keyOf, type SeenCreate, type SeenUpdate } from '../../../../src/channel/seen.ts';
import type { Party, Update } from '../../messages.ts';
import type { PartyContext, PartyInput, Payments, Shares } from '../types.ts';

const formOf = (era: Era) => (era === 'legacy' ? '2018' : 'today');

export const noPayments: Payments = { initiator: 0, responder: 0 };

export const nothing: Shares = { initiatorAmount: '0', responderAmount: '0' };

export const sharesOf = ({ initiatorAmount, responderAmount }: Shares): Shares => ({
  initiatorAmount,
  responderAmount,
});

/** The hash of a state in which both have these shares. */
export function hashOf(
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
export function firstShares({ initiatorAmount, responderAmount, pushAmount }: PartyInput, isPushed: boolean): Shares {
  const push = isPushed ? BigInt(pushAmount) : 0n;
  return {
    initiatorAmount: `${BigInt(initiatorAmount) - push}`,
    responderAmount: `${BigInt(responderAmount) + push}`,
  };
}

/** The first shares as the create transaction has them, or undefined where its state hash is of neither way. */
export function sharesOfCreate(context: PartyContext, create: SeenCreate): Shares | undefined {
  return [true, false]
    .map((isPushed) => firstShares(context, isPushed))
    .find((shares) => BigInt(shares.initiatorAmount) >= 0n && hashOf(context, shares) === create.stateHash);
}

export const roleOf = ({ keys }: PartyContext, key: string | undefined): Party | undefined =>
  key === keys.initiator ? 'initiator' : key === keys.responder ? 'responder' : undefined;

/** An update in keys, whichever way its accounts are written. */
export function inKeys({ accounts, keys }: PartyContext, { from, to, amount }: Update): SeenUpdate {
  const keyIn = (account: string) => {
    if (account === accounts.initiator) return keys.initiator;
    if (account === accounts.responder) return keys.responder;
    return keyOf(account) ?? '';
  };
  return { from: keyIn(from), to: keyIn(to), amount };
}

/** The shares after an update, or what is wrong with it. */
export function applied(context: PartyContext, shares: Shares, { from, to, amount }: SeenUpdate): Shares | string {
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

/** Whether a state has this hash: in 2018 with the payments counted or not. */
export function isHashOf(context: PartyContext, shares: Shares, payments: Payments, hash: string): boolean {
  if (hashOf(context, shares) === hash) return true;
  return context.era === 'legacy' && hashOf(context, shares, payments) === hash;
}

/** The shares after more or less is in the channel. */
export function funded(base: Shares, party: Party, change: bigint): Shares {
  const more = (of: Party, amount: string) => `${BigInt(amount) + (of === party ? change : 0n)}`;
  return {
    initiatorAmount: more('initiator', base.initiatorAmount),
    responderAmount: more('responder', base.responderAmount),
  };
}

/** The parts of a fee: the initiator's is the larger by an odd unit, and who has too little leaves the rest to the other. */
export function feeParts({ initiatorAmount, responderAmount }: Shares, fee: bigint): readonly [bigint, bigint] {
  const [has, otherHas] = [BigInt(initiatorAmount), BigInt(responderAmount)];
  const [part, otherPart] = [(fee + 1n) / 2n, fee / 2n];
  if (has < part) return [has, fee - has];
  if (otherHas < otherPart) return [fee - otherHas, otherHas];
  return [part, otherPart];
}
