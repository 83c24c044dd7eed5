/** What a party that has come back is told: the last co-signed state, what has happened on the chain, and what is to be signed. */
import type { Party } from '../../messages.ts';
import { isAlone, takesMore } from '../rules/parties.ts';
import { isChangeKind } from '../rules/waiting.ts';
import type { NodeContext, Sent } from '../types.ts';
import { missedConflictFor } from './conflicts.ts';
import { info, send, state } from './frames.ts';
import { closingWords, disputeWords, lastWords, posted } from './reports.ts';
import { announced, askFor } from './requests.ts';

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
    return isChangeKind(proposed.kind) && proposed.isPosted ? [posted(context, proposed, party)] : [];
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
    ...(isAlone(context, party) ? [info(party, 'peer_disconnected')] : []),
    ...disputeWords(context, party),
    ...missedConflictFor(context, party),
    ...askedOf(context, party),
  ];
}
