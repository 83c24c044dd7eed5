/** One transaction under way: it is made, who starts signs it, and then the other. */
import { assertEvent } from 'xstate';
import type { Party } from '../../messages.ts';
import { canPayChange } from '../rules/money.ts';
import { keyOfParty } from '../rules/parties.ts';
import {
  aboutVerdict,
  acknowledgerOf,
  isAbort,
  isLate,
  isReplyEvent,
  isReplyOf,
  unheardVoidIn,
} from '../rules/signing.ts';
import {
  channelOf,
  cosigned,
  proposedChange,
  proposedClose,
  proposedCreate,
  proposedUpdate,
} from '../rules/transactions.ts';
import { isChangeKind } from '../rules/waiting.ts';
import type { NodeContext, NodeEmitted, NodeEvent, Proposal } from '../types.ts';
import { refusalOf } from '../words/answers.ts';
import { error, failure, info, send } from '../words/frames.ts';
import { announced, askFor } from '../words/requests.ts';
import { bare, keepsInProposed, type Told, tellsAll, tellsOfProposed } from './deed.ts';

const { assign, emit } = bare;

/** One nonce for each purpose: what was given up and is wanted again has the same. */
function nonceId({ agreed, wanted }: NodeContext): string {
  if (agreed === null) return 'nonce/create';
  if (wanted === null) return 'nonce/close';
  return `nonce/${wanted.wish.kind}/${wanted.from}/${agreed.round + 1}`;
}

const payerOf = ({ wanted }: NodeContext) => wanted?.from ?? 'initiator';

/** Which of these signatures is the party's? */
function consult(
  context: NodeContext,
  { bytes }: Proposal,
  from: Party,
  about: string,
  signatures: readonly string[],
): NodeEmitted {
  const { era } = context.terms;
  const account = keyOfParty(context, from);
  const id = aboutVerdict(from, about, signatures);
  return { type: 'consultSignatures', id, about, from, account, era, bytes, signatures };
}

/** What the starter has brought along, as a verdict names it. */
const given = ({ id }: Proposal) => `given/${id}`;

function isSignedByAcknowledger({ proposed }: NodeContext, event: NodeEvent): boolean {
  if (event.type !== 'verified' || event.signature === null || proposed === null) return false;
  const isAbout = event.about === proposed.id || event.about === given(proposed);
  return isAbout && event.from === acknowledgerOf(proposed);
}

export const deeds = {
  requestNonce: emit(({ context }) => ({
    type: 'requestNonce',
    id: nonceId(context),
    account: keyOfParty(context, payerOf(context)),
  })),
  proposeCreate: assign(({ context, event }) => {
    assertEvent(event, 'reserved');
    return { proposed: proposedCreate(context, event.nonce), channelId: channelOf(context, event.nonce) };
  }),
  proposeNext: assign(({ context }) => {
    const [next] = context.postponed;
    if (next === undefined || next.wish.kind !== 'update') return {};
    const { kind, meta, ...update } = next.wish;
    return { proposed: proposedUpdate(context, next.from, update, meta) ?? null };
  }),
  keepWanted: assign(({ context }) => ({ wanted: context.postponed[0] ?? null })),
  forgetWanted: assign({ wanted: null }),
  proposeChange: assign(({ context, event }) => {
    assertEvent(event, 'reserved');
    return { proposed: proposedChange(context, event.nonce) ?? null };
  }),
  refuseFunds: tellsAll(({ context: { wanted } }) =>
    wanted === null ? [] : [send(wanted.from, error('insufficient_balance', wanted.request))],
  ),
  keepCloser: assign(({ context }) => ({ closer: context.postponed[0]?.from ?? context.closer })),
  proposeClose: assign(({ context, event }) => {
    assertEvent(event, 'reserved');
    return { proposed: proposedClose(context, event.nonce) ?? null };
  }),
  refuseFees: emit(({ context }) =>
    send(context.closer, failure('There is not enough in the channel for the fee.', 'insufficient_balance')),
  ),

  askStarter: tellsOfProposed((proposed, { context }) => [askFor(context, proposed, proposed.starter)]),
  askAcknowledger: tellsOfProposed((proposed, { context }) => [askFor(context, proposed, acknowledgerOf(proposed))]),
  sendFundingCreated: emit(info('responder', 'funding_created')),
  sendFundingSigned: emit(info('initiator', 'funding_signed')),
  announce: tellsOfProposed((proposed) => announced(acknowledgerOf(proposed), proposed)),

  keepAnswered: keepsInProposed((proposed, { event }) => {
    const isReadable = isReplyEvent(event) && event.seen.kind !== 'unreadable';
    return { ...proposed, isAnswered: true, given: isReadable ? event.seen.signatures : [] };
  }),
  forgetAnswered: keepsInProposed((proposed) => ({ ...proposed, isAnswered: false })),
  consultSignatures: tellsOfProposed((proposed, { context, event }) => {
    if (!isReplyEvent(event) || event.seen.kind === 'unreadable') return [];
    return [consult(context, proposed, event.from, proposed.id, event.seen.signatures)];
  }),
  /** Who starts may bring the other's signature along: then it need not be there. */
  consultGiven: tellsOfProposed((proposed, { context }) =>
    proposed.given.length === 0
      ? []
      : [consult(context, proposed, acknowledgerOf(proposed), given(proposed), proposed.given)],
  ),
  keepSignature: keepsInProposed((proposed, { event }) => {
    assertEvent(event, 'verified');
    const signature = event.signature ?? '';
    return { ...proposed, signature, given: proposed.given.filter((one) => one !== signature), isAnswered: false };
  }),
  keepWhole: keepsInProposed((proposed, { context, event }) => {
    assertEvent(event, 'verified');
    return cosigned(context, proposed, event.signature ?? '');
  }),
  refuseReply: tellsAll(({ context, event }) =>
    isReplyEvent(event) ? [send(event.from, refusalOf(context, event))] : [],
  ),
  refuseSignature: emit(({ event }) => {
    assertEvent(event, 'verified');
    return send(event.from, failure('That signature is not yours.', 'bad_signature'));
  }),
  refuseAbort: tellsAll(({ event }) =>
    event.type === 'received.abort' ? [send(event.from, error('not_allowed_now', event.request))] : [],
  ),
};

export const facts = {
  answersNonce: ({ context, event }: Told) => event.type === 'reserved' && event.id === nonceId(context),
  canPayFee: ({ context, event }: Told) =>
    event.type === 'reserved' && event.id === nonceId(context) && proposedClose(context, event.nonce) !== undefined,
  canPayChange: ({ context, event }: Told) =>
    event.type === 'reserved' && event.id === nonceId(context) && canPayChange(context, event.balance),

  isStarterReply: ({ context, event }: Told) => isReplyOf(context, event, context.proposed?.starter),
  isAcknowledgerReply: ({ context, event }: Told) =>
    context.proposed !== null && isReplyOf(context, event, acknowledgerOf(context.proposed)),
  isLate: ({ context, event }: Told) => isLate(context, event),
  isUnheardVoid: ({ context, event }: Told) => unheardVoidIn(context, event) !== undefined,
  isAbort: ({ context, event }: Told) => isAbort(context, event),
  isCloser: ({ context, event }: Told) => event.type === 'received.shutdown' && event.from === context.closer,

  isSignedByStarter: ({ context, event }: Told) =>
    event.type === 'verified' &&
    event.signature !== null &&
    event.about === context.proposed?.id &&
    event.from === context.proposed.starter,
  isSignedByAcknowledger: ({ context, event }: Told) => isSignedByAcknowledger(context, event),
  /** What changes the channel goes to the chain first. */
  isChangeSigned: ({ context, event }: Told) =>
    isSignedByAcknowledger(context, event) && context.proposed !== null && isChangeKind(context.proposed.kind),
  isForged: ({ context, event }: Told) =>
    event.type === 'verified' && event.signature === null && event.about === context.proposed?.id,
};
