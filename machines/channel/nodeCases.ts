/**
 * Example events of the node: enough for every transition, both outcomes of every guard, and every message in every state. Transactions are real ones
 * of a small channel; signatures are digits, since the machine does not look at them.
 */
import { fromHex } from '../../src/bytes.ts';
import { decode, encode } from '../../src/channel/encoding.ts';
import { see } from '../../src/channel/seen.ts';
import { withSignature } from '../../src/channel/signatures.ts';
import { decodeTransaction, encodeTransaction } from '../../src/channel/transactions.ts';
import type { ToNodeEvent } from '../../src/channel/wire.ts';
import type { Scenario } from '../../src/testing/paths.ts';
import { type Dialect, otherParty, type Party, type SignTag, type Update } from './messages.ts';
import type { node } from './node.ts';
import {
  both,
  channelOf,
  firstAmounts,
  proposedChange,
  proposedClose,
  proposedCreate,
  proposedUpdate,
} from './nodeRules.ts';
import type { ChangeKind, Deed, NodeContext, NodeEvent, NodeInput, Proposal, Timeouts } from './nodeTypes.ts';
import { nobody, none } from './nodeWords.ts';

const keys: Readonly<Record<Party | 'stranger', string>> = {
  initiator: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  responder: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  stranger: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
};
const name = (who: keyof typeof keys) => encode('ak', 'modern', fromHex(keys[who]));

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

/** Both parties in one dialect, and what they can make the node propose. */
function proposals(dialect: Dialect) {
  const fresh: NodeContext = {
    ...nodeInput,
    parties: {
      initiator: { dialect, takesMore: false, isHere: true },
      responder: { dialect, takesMore: false, isHere: true },
    },
    askedDepth: null,
    timeouts: {},
    channelId: '',
    agreed: null,
    proposed: null,
    closer: 'initiator',
    wanted: null,
    dispute: null,
    closingTx: '',
    isLeft: false,
    postponed: [],
    held: [],
    owing: none,
    voided: [],
    unheardVoid: { initiator: [], responder: [] },
    ended: '',
    unheard: nobody,
    reason: '',
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
const wishes: Readonly<Record<Party, Update>> = {
  initiator: { from: name('initiator'), to: name('responder'), amount: '1' },
  responder: { from: name('responder'), to: name('initiator'), amount: '2' },
};

function sure(proposal: Proposal | undefined): Proposal {
  if (proposal === undefined) throw new Error('The example is no proposal.');
  return proposal;
}

const signature = (digit: string) => digit.repeat(128);

/** The text of a proposal, signed by so many. */
function signedTx({ tx }: Proposal, ...digits: readonly string[]): string {
  const transaction = decodeTransaction(decode(tx, 'tx').bytes);
  const [first, ...more] = digits;
  if (first === undefined) return tx;
  const half = withSignature(transaction, fromHex(signature(first)));
  const whole = more.reduce((signed, digit) => withSignature(signed, fromHex(signature(digit))), half);
  return encode('tx', 'modern', encodeTransaction(whole));
}

type ReplyType = Extract<ToNodeEvent, { readonly seen: unknown }>['type'];

const actions: Readonly<Record<ReplyType, string>> = {
  'received.initiator_signed': 'initiator_signed',
  'received.responder_signed': 'responder_signed',
  'received.update': 'update',
  'received.update_ack': 'update_ack',
  'received.shutdown_sign': 'shutdown_sign',
  'received.shutdown_sign_ack': 'shutdown_sign_ack',
  'received.deposit_tx': 'deposit_tx',
  'received.deposit_ack': 'deposit_ack',
  'received.withdraw_tx': 'withdraw_tx',
  'received.withdraw_ack': 'withdraw_ack',
};

const reply = (type: ReplyType, from: Party, tx: string): NodeEvent => ({
  type,
  from,
  seen: see(tx),
  request: `{"action":"${actions[type]}","payload":{"tx":"${tx}"}}`,
});

function asks(from: Party, { from: payer, to, amount }: Update): NodeEvent {
  const request = `{"action":"update","tag":"new","payload":{"from":"${payer}","to":"${to}","amount":${amount}}}`;
  return {
    type: 'received.update.new',
    from,
    message: { action: 'update', tag: 'new', payload: { from: payer, to, amount } },
    request,
  };
}

const says = (from: Party, to: string): NodeEvent => ({
  type: 'received.message',
  from,
  message: { action: 'message', payload: { info: 'hejsan', to } },
  request: `{"action":"message","payload":{"info":"hejsan","to":"${to}"}}`,
});

const closes = (from: Party): NodeEvent => ({ type: 'received.shutdown', from, request: '{"action":"shutdown"}' });

const leaves = (from: Party): NodeEvent => ({ type: 'received.leave', from, request: '{"action":"leave"}' });

const changes = (from: Party, kind: ChangeKind): NodeEvent => ({
  type: `received.${kind}`,
  from,
  amount: '5',
  request: `{"action":"${kind}","tag":"new","payload":{"amount":5}}`,
});

const aborts = (from: Party, tag: SignTag): NodeEvent => ({
  type: 'received.abort',
  from,
  tag,
  code: 147,
  request: `{"action":"${tag}","payload":{"error":147}}`,
});

const asksForState = (from: Party): NodeEvent => ({
  type: 'received.get',
  from,
  message: { action: 'get', tag: 'offchain_state' },
  request: '{"action":"get","tag":"offchain_state"}',
});

/** A block has a transaction of the channel. */
function included(deed: Deed, { tx }: Proposal): NodeEvent {
  return { type: 'included', deed, seen: see(tx), tx, round: 0 };
}

const joins = (from: Party, dialect: Dialect, timeouts: Timeouts = {}): NodeEvent => ({
  type: 'joined',
  from,
  dialect,
  takesMore: false,
  minimumDepth: null,
  timeouts,
  isReestablishing: false,
});

/** What the host answers, for each of the transactions. */
function answersIn(dialect: Dialect): readonly NodeEvent[] {
  const { create, updates, close } = proposals(dialect);
  const verdicts = [create, updates.initiator, updates.responder, close].flatMap(signedBoth);
  const forged = [create, updates.initiator].map(
    ({ id }): NodeEvent => ({ type: 'verified', id: `initiator/${id}`, about: id, from: 'initiator', signature: null }),
  );
  return [
    ...verdicts,
    ...forged,
    { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
    { type: 'reserved', id: 'nonce/close', nonce: '2', balance: '100' },
    { type: 'posted', id: `posting/${create.id}` },
    { type: 'rejected', id: `posting/${create.id}`, reason: 'The initiator has not enough.' },
    { type: 'reached', id: `depth/${create.id}` },
    { type: 'reached', id: 'depth/another' },
    { type: 'rejected', id: `depth/${create.id}`, reason: 'The transaction was not included in time.' },
    { type: 'posted', id: `posting/${close.id}` },
    { type: 'rejected', id: `posting/${close.id}`, reason: 'There is no such channel.' },
  ];
}

/** What the parties say, well and badly. */
function wordsIn(dialect: Dialect): readonly NodeEvent[] {
  const { create, updates, close } = proposals(dialect);
  return [
    reply('received.initiator_signed', 'initiator', signedTx(create, '1')),
    reply('received.initiator_signed', 'initiator', 'tx_1'),
    reply('received.responder_signed', 'responder', signedTx(create, '2')),
    reply('received.responder_signed', 'responder', signedTx(updates.responder, '2')),
    asks('initiator', wishes.initiator),
    asks('responder', wishes.responder),
    asks('initiator', { ...wishes.initiator, amount: '100' }),
    asks('responder', { ...wishes.responder, amount: '-1' }),
    ...both.flatMap((from) => [
      reply('received.update', from, signedTx(updates[from], '1')),
      reply('received.update_ack', from, signedTx(updates[from === 'initiator' ? 'responder' : 'initiator'], '1', '2')),
      reply('received.shutdown_sign', from, signedTx(close, '1')),
      reply('received.shutdown_sign_ack', from, signedTx(close, '2')),
    ]),
    reply('received.update', 'initiator', signedTx(updates.initiator)),
    reply('received.update_ack', 'responder', signedTx(create, '1')),
    reply('received.shutdown_sign', 'initiator', signedTx(close, '1', '2', '3')),
    reply('received.shutdown_sign_ack', 'responder', signedTx(updates.initiator, '2')),
    closes('initiator'),
    says('initiator', name('responder')),
    says('initiator', name('stranger')),
    {
      type: 'received.malformed',
      from: 'initiator',
      reason: 'unknown action',
      request: '{"action":"dance"}',
      fault: 'unknown_request',
    },
    {
      type: 'received.malformed',
      from: 'responder',
      reason: 'update.new with a wrong or missing payload.from',
      fault: 'broken_account',
      request: '{"action":"update","tag":"new","payload":{"amount":1}}',
    },
    { type: 'received.malformed', from: 'responder', reason: 'not JSON', request: '', fault: 'parse_error' },
    { type: 'command.unknown' },
  ];
}

/** Both are here, and stay. */
function stayingIn(dialect: Dialect): readonly NodeEvent[] {
  return [
    joins('initiator', dialect),
    joins('responder', dialect),
    { type: 'disagreed', reason: 'the responder says otherwise of ttl' },
    ...answersIn(dialect),
    ...wordsIn(dialect),
  ];
}

/** Conflicts with clients of old, and the times that they ask for. */
function conflictsIn(dialect: Dialect): readonly NodeEvent[] {
  const { updates, close } = proposals(dialect);
  return [
    joins('initiator', dialect, { open: 5_000, funding_lock: 5_000 }),
    joins('responder', dialect),
    { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
    ...opened(dialect),
    asks('initiator', wishes.initiator),
    asks('responder', wishes.responder),
    asks('responder', { ...wishes.responder, amount: '-1' }),
    reply('received.update', 'initiator', signedTx(updates.initiator, '1')),
    reply('received.update', 'responder', signedTx(updates.responder, '2')),
    ...signedBoth(updates.initiator),
    closes('initiator'),
    { type: 'reserved', id: 'nonce/close', nonce: '2', balance: '100' },
    ...signedBoth(close).slice(0, 1),
    says('initiator', name('responder')),
    {
      type: 'received.malformed',
      from: 'responder',
      reason: 'update.new with a wrong or missing payload.from',
      fault: 'broken_account',
      request: '{"action":"update","tag":"new","payload":{"amount":1}}',
    },
    { type: 'received.malformed', from: 'responder', reason: 'not JSON', request: '', fault: 'parse_error' },
    reply('received.initiator_signed', 'initiator', signedTx(close, '1')),
    reply('received.responder_signed', 'responder', signedTx(close, '1')),
    reply('received.update_ack', 'responder', signedTx(close, '1')),
    reply('received.shutdown_sign', 'initiator', signedTx(close, '1')),
    reply('received.shutdown_sign_ack', 'responder', signedTx(close, '1')),
  ];
}

/** They come and go, and nobody says anything wrong. */
function leavingIn(dialect: Dialect): readonly NodeEvent[] {
  const { updates, close } = proposals(dialect);
  return [
    joins('initiator', dialect),
    joins('responder', dialect),
    { type: 'left', from: 'initiator', code: 1000 },
    { type: 'left', from: 'responder', code: 1006 },
    { type: 'left', from: 'responder', code: 1005 },
    { type: 'left', code: 1006 },
    { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
    ...opened(dialect),
    asks('initiator', wishes.initiator),
    reply('received.update', 'initiator', signedTx(updates.initiator, '1')),
    ...signedBoth(updates.initiator),
    asks('responder', wishes.responder),
    reply('received.update', 'responder', signedTx(updates.responder, '2')),
    closes('initiator'),
    { type: 'reserved', id: 'nonce/close', nonce: '2', balance: '100' },
    ...signedBoth(close),
    { type: 'posted', id: `posting/${close.id}` },
    says('initiator', name('responder')),
  ];
}

/** A message, and somebody who cannot take it yet. */
function waitingIn(dialect: Dialect): readonly NodeEvent[] {
  const { updates } = proposals(dialect);
  return [
    joins('initiator', dialect),
    joins('responder', dialect),
    { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
    ...opened(dialect),
    says('initiator', name('responder')),
    asks('initiator', wishes.initiator),
    closes('initiator'),
    ...signedBoth(updates.initiator),
  ];
}

/** A conflict that is lost with a line, and what was signed before it is said again. */
function unheardIn(dialect: Dialect): readonly NodeEvent[] {
  const { updates } = proposals(dialect);
  return [
    joins('initiator', dialect),
    joins('responder', dialect),
    { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
    ...opened(dialect),
    asks('initiator', wishes.initiator),
    ...signedBoth(updates.initiator).slice(0, 1),
    asks('responder', wishes.responder),
    { type: 'left', code: 1006 },
    reply('received.update', 'initiator', signedTx(updates.initiator, '1')),
    reply('received.update_ack', 'responder', signedTx(updates.initiator, '2')),
  ];
}

/** Both want to close. */
function closingIn(dialect: Dialect): readonly NodeEvent[] {
  return [
    joins('initiator', dialect),
    joins('responder', dialect),
    { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
    ...opened(dialect),
    closes('initiator'),
    closes('responder'),
    { type: 'reserved', id: 'nonce/close', nonce: '2', balance: '100' },
  ];
}

/** A channel as today: deposits, aborts, a closing that is confirmed, and what happens on the chain; of each message one. */
function todayIn(): readonly NodeEvent[] {
  const { create, updates, deposit, withdraw, close } = proposals('rpc');
  const late = (type: ReplyType, from: Party) => reply(type, from, signedTx(create, '1'));
  return [
    joins('initiator', 'rpc'),
    joins('responder', 'rpc'),
    { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
    ...opened('rpc'),
    asks('initiator', wishes.initiator),
    asks('responder', wishes.responder),
    ...signedBoth(updates.initiator),
    changes('initiator', 'deposit'),
    { type: 'reserved', id: 'nonce/deposit/initiator/2', nonce: '3', balance: '100' },
    { type: 'reserved', id: 'nonce/deposit/initiator/2', nonce: '3', balance: '5' },
    reply('received.deposit_tx', 'initiator', signedTx(deposit, '1')),
    reply('received.deposit_ack', 'responder', signedTx(deposit, '1', '2')),
    ...signedBoth(deposit),
    { type: 'posted', id: `posting/${deposit.id}` },
    { type: 'rejected', id: `posting/${deposit.id}`, reason: 'The initiator has not enough.' },
    { type: 'reached', id: `depth/${deposit.id}` },
    { type: 'rejected', id: `depth/${deposit.id}`, reason: 'The transaction was not included in time.' },
    aborts('initiator', 'update'),
    aborts('responder', 'update'),
    aborts('responder', 'update_ack'),
    aborts('initiator', 'shutdown_sign'),
    aborts('responder', 'shutdown_sign_ack'),
    closes('initiator'),
    { type: 'reserved', id: 'nonce/close', nonce: '2', balance: '100' },
    ...signedBoth(close),
    { type: 'posted', id: `posting/${close.id}` },
    { type: 'reached', id: `depth/${close.id}` },
    { type: 'rejected', id: `depth/${close.id}`, reason: 'The transaction was not included in time.' },
    included('change', withdraw),
    included('change', deposit),
    included('change', updates.responder),
    included('dispute', updates.responder),
    included('end', close),
    included('end', updates.responder),
    leaves('initiator'),
    asksForState('initiator'),
    { type: 'received.ping', from: 'initiator' },
    says('initiator', name('responder')),
    changes('responder', 'withdraw'),
    late('received.deposit_tx', 'initiator'),
    late('received.deposit_ack', 'responder'),
    late('received.withdraw_tx', 'initiator'),
    late('received.withdraw_ack', 'responder'),
    late('received.initiator_signed', 'initiator'),
    late('received.responder_signed', 'responder'),
    late('received.update', 'initiator'),
    late('received.update_ack', 'responder'),
    late('received.shutdown_sign', 'initiator'),
    late('received.shutdown_sign_ack', 'responder'),
    { type: 'received.malformed', from: 'responder', reason: 'not JSON', request: '', fault: 'parse_error' },
  ];
}

/** Who withdraws, what its counterpart wants meanwhile, and what has no room to wait. */
function withdrawingIn(dialect: Dialect): readonly NodeEvent[] {
  const { withdraw } = proposals(dialect);
  return [
    joins('initiator', dialect),
    joins('responder', dialect),
    { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
    ...opened(dialect),
    changes('responder', 'withdraw'),
    changes('initiator', 'withdraw'),
    changes('initiator', 'deposit'),
    { type: 'reserved', id: 'nonce/withdraw/responder/2', nonce: '3', balance: '100' },
    reply('received.withdraw_tx', 'responder', signedTx(withdraw, '1')),
    reply('received.withdraw_ack', 'initiator', signedTx(withdraw, '2')),
    ...signedBoth(withdraw),
    leaves('initiator'),
  ];
}

const signedBoth = ({ id, starter }: Proposal): readonly NodeEvent[] =>
  [starter, otherParty(starter)].map((from, index) => ({
    type: 'verified',
    id: `${from}/${id}`,
    about: id,
    from,
    signature: signature(`${index + 1}`),
  }));

/** From the nonce to the open channel. */
function opened(dialect: Dialect): readonly NodeEvent[] {
  const { create } = proposals(dialect);
  return [
    ...signedBoth(create),
    { type: 'posted', id: `posting/${create.id}` },
    { type: 'reached', id: `depth/${create.id}` },
  ];
}

/** What tells two states apart: not the round, nor what waits, nor what has become of what is over. */
const key = ({ parties, proposed, owing, ended, unheard }: NodeContext): unknown => [
  // Who is here decides nothing while something is being signed; it is told again, whoever it is.
  proposed !== null && ended === '' ? null : both.map((party) => parties[party].isHere),
  proposed === null || ended !== ''
    ? null
    : [proposed.kind, proposed.starter, proposed.isAnswered, proposed.signature !== '', proposed.whole !== ''],
  both.map((party) => owing[party] !== ''),
  ended,
  unheard,
];

/** The same, and what waits. */
const keyWithWaiting = (context: NodeContext): unknown => [key(context), context.postponed.length, context.held.length];

/** The same, and what is void and was not heard of. */
const keyWithVoid = (context: NodeContext): unknown => [
  key(context),
  context.voided.length > 0,
  both.map((party) => context.unheardVoid[party].length > 0),
];

/** What is under way and how far, and whether one party has closed alone. */
const keyOfToday = ({ proposed, owing, ended, dispute }: NodeContext): unknown => [
  proposed === null || ended !== '' ? null : [proposed.kind, proposed.signature !== '', proposed.whole !== ''],
  both.map((party) => owing[party] !== ''),
  ended,
  dispute !== null,
];

export const nodeScenarios: readonly Scenario<typeof node>[] = [
  { name: 'as the text has it', input: nodeInput, cases: stayingIn('text'), key },
  { name: 'with conflicts of old', input: nodeInput, cases: conflictsIn('epoch'), key },
  { name: 'with parties that come and go', input: nodeInput, cases: leavingIn('epoch'), key },
  { name: 'with messages that wait', input: nodeInput, cases: waitingIn('epoch'), key: keyWithWaiting },
  { name: 'with a conflict that is lost', input: nodeInput, cases: unheardIn('text'), key: keyWithVoid },
  { name: 'as today', input: nodeInput, cases: todayIn(), key: keyOfToday },
  { name: 'with a withdrawal', input: nodeInput, cases: withdrawingIn('text'), key: keyWithWaiting },
  { name: 'with two who want to close', input: nodeInput, cases: closingIn('text'), key },
  {
    name: 'with a fee that nobody can pay, and no room',
    input: { ...nodeInput, closeFee: '1000', maxHeld: 0 },
    cases: [
      joins('initiator', 'text'),
      joins('responder', 'text'),
      { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' },
      ...opened('text'),
      closes('initiator'),
      { type: 'reserved', id: 'nonce/close', nonce: '2', balance: '100' },
      { type: 'left', from: 'responder', code: 1006 },
      says('initiator', name('responder')),
    ],
    key,
  },
];
