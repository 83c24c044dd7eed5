/**
 * What the node reports: how far a transaction has come, and how the channel ends.
 *
 * Each party is spoken to in its dialect; what the text does not have only goes to who takes more than the text. What these functions must never do:
 * tell one party of a state that the other is not told of.
 */
import { type Seen, see } from '../../../../src/channel/seen.ts';
import { type OnChainInfo, otherParty, type Party } from '../../messages.ts';
import { both, channelName, dialectOf, isHere, isParticular, nameOfParty, takesMore } from '../rules/parties.ts';
import { acknowledgerOf } from '../rules/signing.ts';
import { isChangeKind } from '../rules/waiting.ts';
import type { Held, NodeContext, Proposal, Sent } from '../types.ts';
import { info, send, state } from './frames.ts';

/** The end of the opening, and of an update: what the acknowledger is told first, and the starter then. */
export const inOrder = ({ proposed }: NodeContext): readonly Party[] =>
  proposed === null ? both : [acknowledgerOf(proposed), proposed.starter];

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
  const about = isChangeKind(kind) ? (`${kind}_created` as const) : opened;
  return onChain(context, to, whole, about);
}

/** That it is deep enough. */
export function locked(context: NodeContext, { kind, whole }: Proposal): readonly Sent[] {
  const name = isChangeKind(kind) ? kind : 'funding';
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
