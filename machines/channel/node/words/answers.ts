/** What the node answers: to a question, and to a reply that is none. */
import { fromHex } from '../../../../src/bytes.ts';
import { encode } from '../../../../src/channel/encoding.ts';
import { proofOfBalances } from '../../../../src/channel/poi.ts';
import { keyOf } from '../../../../src/channel/seen.ts';
import { serializedTrees } from '../../../../src/channel/trees.ts';
import type { Answer, FromNode, Question } from '../../messages.ts';
import { amountOf, balancesOf } from '../rules/money.ts';
import { partyOf } from '../rules/parties.ts';
import { acknowledgerOf, isReplyEvent, replyTo, signerOf } from '../rules/signing.ts';
import type { NodeContext, NodeEvent } from '../types.ts';
import { error, failure } from './frames.ts';
import { inEnvelope } from './requests.ts';

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
