/**
 * Examples of what the node is told, in a small channel. Transactions are real ones; signatures are digits, since the machine does not look at them.
 */
import { fromHex } from '../../../src/bytes.ts';
import { decode, encode } from '../../../src/channel/encoding.ts';
import { see } from '../../../src/channel/seen.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { withSignature } from '../../../src/channel/signatures.ts';
import type { ToNodeEvent } from '../../../src/channel/wire.ts';
import { exampleKeys } from '../exampleKeys.ts';
import { type Dialect, otherParty, type Party, type SignTag, type Update } from '../messages.ts';
import { firstAmounts } from './rules/money.ts';
import { contextOf } from './rules/start.ts';
import { channelOf, proposedChange, proposedClose, proposedCreate, proposedUpdate } from './rules/transactions.ts';
import type { ChangeKind, Deed, NodeContext, NodeEvent, NodeInput, Proposal, Timeouts } from './types.ts';

const keys: Readonly<Record<Party | 'stranger', string>> = {
  ...exampleKeys,
  stranger: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
};
export const name = (who: keyof typeof keys) => encode('ak', 'modern', fromHex(keys[who]));

/** An input of the node for a channel with 10 on either side, of which 2 have to stay. */
export const nodeInput: NodeInput = {
  terms: {
    initiator: keys.initiator,
    responder: keys.responder,
    initiatorName: name('initiator'),
    responderName: name('responder'),
    era: 'modern',
    port: 1234,
    lockPeriod: '10',
    pushAmount: '3',
    initiatorAmount: '10',
    responderAmount: '10',
    channelReserve: '2',
    ttl: '1000',
  },
  minimumDepth: 4,
  createFee: '1',
  closeFee: '1',
  changeFee: '1',
  fsmIds: { initiator: 'ba_1', responder: 'ba_2' },
  maxPostponed: 1,
  maxHeld: 1,
  maxWaiting: 10_000,
  lingerTimeout: 600_000,
};

const here = { takesMore: false, keepsRunning: false, isHere: true, hasLeft: false, isAlone: false } as const;

/** Both parties in one dialect, and what they can make the node propose. */
export function proposals(dialect: Dialect) {
  const fresh: NodeContext = {
    ...contextOf(nodeInput),
    parties: {
      initiator: { ...here, dialect },
      responder: { ...here, dialect },
    },
  };
  const create = proposedCreate(fresh, '1');
  const open: NodeContext = {
    ...fresh,
    channelId: channelOf(fresh, '1'),
    agreed: { round: 1, ...firstAmounts(fresh), tx: '', id: create.id },
  };
  const update = (starter: Party) => sure(proposedUpdate(open, starter, wishes[starter]));
  const close = sure(proposedClose(open, '2'));
  const change = (from: Party, kind: ChangeKind) =>
    sure(proposedChange({ ...open, wanted: { from, wish: { kind, amount: '5' }, request: '' } }, '3'));
  return {
    create,
    updates: { initiator: update('initiator'), responder: update('responder') },
    deposit: change('initiator', 'deposit'),
    withdraw: change('responder', 'withdraw'),
    close,
  };
}

/** What each pays the other. */
export const wishes: Readonly<Record<Party, Update>> = {
  initiator: { from: name('initiator'), to: name('responder'), amount: '1' },
  responder: { from: name('responder'), to: name('initiator'), amount: '2' },
};

function sure(proposal: Proposal | undefined): Proposal {
  if (proposal === undefined) throw new Error('The example is no proposal.');
  return proposal;
}

const signature = (digit: string) => digit.repeat(128);

/** The text of a proposal, signed by so many. */
export function signedTx({ tx }: Proposal, ...digits: readonly string[]): string {
  const transaction = decodeTransaction(decode(tx, 'tx').bytes);
  const [first, ...more] = digits;
  if (first === undefined) return tx;
  const half = withSignature(transaction, fromHex(signature(first)));
  const whole = more.reduce((signed, digit) => withSignature(signed, fromHex(signature(digit))), half);
  return encode('tx', 'modern', encodeTransaction(whole));
}

export type ReplyType = Extract<ToNodeEvent, { readonly seen: unknown }>['type'];

export const reply = (type: ReplyType, from: Party, tx: string): NodeEvent => ({
  type,
  from,
  seen: see(tx),
  request: `{"action":"${type.slice('received.'.length)}","payload":{"tx":"${tx}"}}`,
});

export function asks(from: Party, { from: payer, to, amount }: Update): NodeEvent {
  const request = `{"action":"update","tag":"new","payload":{"from":"${payer}","to":"${to}","amount":${amount}}}`;
  return {
    type: 'received.update.new',
    from,
    message: { action: 'update', tag: 'new', payload: { from: payer, to, amount } },
    request,
  };
}

export const says = (from: Party, to: string): NodeEvent => ({
  type: 'received.message',
  from,
  message: { action: 'message', payload: { info: 'hejsan', to } },
  request: `{"action":"message","payload":{"info":"hejsan","to":"${to}"}}`,
});

export const closes = (from: Party): NodeEvent => ({
  type: 'received.shutdown',
  from,
  request: '{"action":"shutdown"}',
});

export const leaves = (from: Party): NodeEvent => ({ type: 'received.leave', from, request: '{"action":"leave"}' });

export const changes = (from: Party, kind: ChangeKind): NodeEvent => ({
  type: `received.${kind}`,
  from,
  amount: '5',
  request: `{"action":"${kind}","tag":"new","payload":{"amount":5}}`,
});

export const aborts = (from: Party, tag: SignTag): NodeEvent => ({
  type: 'received.abort',
  from,
  tag,
  code: 147,
  request: `{"action":"${tag}","payload":{"error":147}}`,
});

export const asksForState = (from: Party): NodeEvent => ({
  type: 'received.get',
  from,
  message: { action: 'get', tag: 'offchain_state' },
  request: '{"action":"get","tag":"offchain_state"}',
});

/** A block has a transaction of the channel. */
export function included(deed: Deed, { tx }: Proposal): NodeEvent {
  return { type: 'included', deed, seen: see(tx), tx, round: 0 };
}

export const joins = (from: Party, dialect: Dialect, timeouts: Timeouts = {}): NodeEvent => ({
  type: 'joined',
  from,
  dialect,
  takesMore: false,
  keepsRunning: false,
  minimumDepth: null,
  timeouts,
  isReestablishing: false,
});

export const createNonce: NodeEvent = { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' };
export const closeNonce: NodeEvent = { type: 'reserved', id: 'nonce/close', nonce: '2', balance: '100' };

export const signedBoth = ({ id, starter }: Proposal): readonly NodeEvent[] =>
  [starter, otherParty(starter)].map((from, index) => ({
    type: 'verified',
    id: `${from}/${id}`,
    about: id,
    from,
    signature: signature(`${index + 1}`),
  }));

export const notJson: NodeEvent = {
  type: 'received.malformed',
  from: 'responder',
  reason: 'not JSON',
  request: '',
  fault: 'parse_error',
};
export const noUpdate: NodeEvent = {
  type: 'received.malformed',
  from: 'responder',
  reason: 'update.new with a wrong or missing payload.from',
  fault: 'broken_account',
  request: '{"action":"update","tag":"new","payload":{"amount":1}}',
};
export const noAction: NodeEvent = {
  type: 'received.malformed',
  from: 'initiator',
  reason: 'unknown action',
  request: '{"action":"dance"}',
  fault: 'unknown_request',
};
export const noChannel = 'There is no such channel.';
export const notIncluded = 'The transaction was not included in time.';
