/** Requests to sign: what is asked of a party, in its dialect. */
import { fromHex } from '../../../../src/bytes.ts';
import { encode } from '../../../../src/channel/encoding.ts';
import { decodeUnsigned, encodeTransaction } from '../../../../src/channel/serialization.ts';
import type { Change, Party } from '../../messages.ts';
import { dialectOf, nameOfParty } from '../rules/parties.ts';
import { tagFor } from '../rules/signing.ts';
import { isChangeKind } from '../rules/waiting.ts';
import type { NodeContext, Proposal, Sent } from '../types.ts';
import { info, send } from './frames.ts';

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
export function inEnvelope({ terms }: NodeContext, { bytes, starter, signature }: Proposal, party: Party): string {
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
  return isChangeKind(kind) ? [info(to, `${kind}_created`)] : [];
}
