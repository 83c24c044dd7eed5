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

const createNonce: NodeEvent = { type: 'reserved', id: 'nonce/create', nonce: '1', balance: '100' };
const closeNonce: NodeEvent = { type: 'reserved', id: 'nonce/close', nonce: '2', balance: '100' };

/** What the parties and the host can say in one scenario: what leads on, and what is tried wherever that leads. */
interface Story {
  readonly ways: readonly NodeEvent[];
  readonly tries: readonly NodeEvent[];
}

/** Both come, and a channel is opened. */
function opening(dialect: Dialect, timeouts: Timeouts = {}): readonly NodeEvent[] {
  const { create } = proposals(dialect);
  return [
    joins('initiator', dialect, timeouts),
    joins('responder', dialect),
    createNonce,
    ...signedBoth(create),
    { type: 'posted', id: `posting/${create.id}` },
    { type: 'reached', id: `depth/${create.id}` },
  ];
}

/** One update, and a closing that the initiator begins. */
function updatingAndClosing(dialect: Dialect): readonly NodeEvent[] {
  const { updates, close } = proposals(dialect);
  return [
    asks('initiator', wishes.initiator),
    ...signedBoth(updates.initiator),
    closes('initiator'),
    closeNonce,
    ...signedBoth(close),
    { type: 'posted', id: `posting/${close.id}` },
  ];
}

const notJson: NodeEvent = {
  type: 'received.malformed',
  from: 'responder',
  reason: 'not JSON',
  request: '',
  fault: 'parse_error',
};
const noUpdate: NodeEvent = {
  type: 'received.malformed',
  from: 'responder',
  reason: 'update.new with a wrong or missing payload.from',
  fault: 'broken_account',
  request: '{"action":"update","tag":"new","payload":{"amount":1}}',
};
const noAction: NodeEvent = {
  type: 'received.malformed',
  from: 'initiator',
  reason: 'unknown action',
  request: '{"action":"dance"}',
  fault: 'unknown_request',
};
const noChannel = 'There is no such channel.';
const notIncluded = 'The transaction was not included in time.';

/** Both are here, and stay. */
function stayingIn(dialect: Dialect): Story {
  const { create, updates, close } = proposals(dialect);
  const forged = [create, updates.initiator].map(
    ({ id }): NodeEvent => ({ type: 'verified', id: `initiator/${id}`, about: id, from: 'initiator', signature: null }),
  );
  return {
    ways: [...opening(dialect), ...updatingAndClosing(dialect)],
    tries: [
      { type: 'disagreed', reason: 'the responder says otherwise of ttl' },
      ...forged,
      { type: 'rejected', id: `posting/${create.id}`, reason: 'The initiator has not enough.' },
      { type: 'reached', id: 'depth/another' },
      { type: 'rejected', id: `depth/${create.id}`, reason: notIncluded },
      { type: 'rejected', id: `posting/${close.id}`, reason: noChannel },
      reply('received.initiator_signed', 'initiator', signedTx(create, '1')),
      reply('received.initiator_signed', 'initiator', 'tx_1'),
      reply('received.responder_signed', 'responder', signedTx(create, '2')),
      reply('received.responder_signed', 'responder', signedTx(updates.responder, '2')),
      asks('responder', wishes.responder),
      asks('initiator', { ...wishes.initiator, amount: '100' }),
      asks('responder', { ...wishes.responder, amount: '-1' }),
      reply('received.update', 'initiator', signedTx(updates.initiator, '1')),
      reply('received.update', 'initiator', signedTx(updates.initiator)),
      reply('received.update_ack', 'responder', signedTx(updates.initiator, '1', '2')),
      reply('received.update_ack', 'responder', signedTx(create, '1')),
      reply('received.shutdown_sign', 'initiator', signedTx(close, '1')),
      reply('received.shutdown_sign', 'initiator', signedTx(close, '1', '2', '3')),
      reply('received.shutdown_sign_ack', 'responder', signedTx(close, '2')),
      reply('received.shutdown_sign_ack', 'responder', signedTx(updates.initiator, '2')),
      says('initiator', name('responder')),
      says('initiator', name('stranger')),
      noAction,
      noUpdate,
      notJson,
      { type: 'command.unknown' },
    ],
  };
}

/** Conflicts with clients of old, and the times that they ask for. */
function conflictsIn(dialect: Dialect): Story {
  const { updates, close } = proposals(dialect);
  return {
    ways: [
      ...opening(dialect, { open: 5_000, funding_lock: 5_000 }),
      asks('initiator', wishes.initiator),
      asks('responder', wishes.responder),
      reply('received.update', 'initiator', signedTx(updates.initiator, '1')),
      reply('received.update_ack', 'responder', signedTx(updates.initiator, '1', '2')),
      ...signedBoth(updates.initiator),
      closes('initiator'),
      closeNonce,
      ...signedBoth(close).slice(0, 1),
    ],
    tries: [
      asks('responder', { ...wishes.responder, amount: '-1' }),
      reply('received.update', 'responder', signedTx(updates.responder, '2')),
      says('initiator', name('responder')),
      noUpdate,
      notJson,
    ],
  };
}

/** They come and go, and nobody says anything wrong. */
function leavingIn(dialect: Dialect): Story {
  const { updates } = proposals(dialect);
  return {
    ways: [
      ...opening(dialect),
      { type: 'left', from: 'initiator', code: 1000 },
      { type: 'left', from: 'responder', code: 1006 },
      ...updatingAndClosing(dialect),
    ],
    tries: [
      { type: 'left', from: 'responder', code: 1005 },
      { type: 'left', code: 1006 },
      reply('received.update', 'initiator', signedTx(updates.initiator, '1')),
      says('initiator', name('responder')),
    ],
  };
}

/** A message, and somebody who cannot take it yet. */
function waitingIn(dialect: Dialect): Story {
  const { updates } = proposals(dialect);
  return {
    ways: [
      ...opening(dialect),
      says('initiator', name('responder')),
      asks('initiator', wishes.initiator),
      ...signedBoth(updates.initiator),
    ],
    tries: [closes('initiator')],
  };
}

/** A conflict that is lost with a line, and what was signed before it is said again. */
function unheardIn(dialect: Dialect): Story {
  const { updates } = proposals(dialect);
  return {
    ways: [
      ...opening(dialect),
      asks('initiator', wishes.initiator),
      ...signedBoth(updates.initiator).slice(0, 1),
      asks('responder', wishes.responder),
      { type: 'left', code: 1006 },
    ],
    tries: [
      reply('received.update', 'initiator', signedTx(updates.initiator, '1')),
      reply('received.update_ack', 'responder', signedTx(updates.initiator, '2')),
    ],
  };
}

/** Both want to close. */
function closingIn(dialect: Dialect): Story {
  return { ways: [...opening(dialect), closes('initiator'), closeNonce], tries: [closes('responder')] };
}

/** A channel as today: deposits, aborts, a closing that is confirmed, and what happens on the chain; of each message one. */
function todayIn(): Story {
  const { create, updates, deposit, withdraw, close } = proposals('rpc');
  const late = (type: ReplyType, from: Party) => reply(type, from, signedTx(create, '1'));
  return {
    ways: [
      ...opening('rpc'),
      ...updatingAndClosing('rpc'),
      asks('responder', wishes.responder),
      changes('initiator', 'deposit'),
      { type: 'reserved', id: 'nonce/deposit/initiator/2', nonce: '3', balance: '100' },
      ...signedBoth(deposit),
      { type: 'posted', id: `posting/${deposit.id}` },
      { type: 'reached', id: `depth/${deposit.id}` },
      { type: 'reached', id: `depth/${close.id}` },
      included('dispute', updates.responder),
    ],
    tries: [
      { type: 'reserved', id: 'nonce/deposit/initiator/2', nonce: '3', balance: '5' },
      reply('received.deposit_tx', 'initiator', signedTx(deposit, '1')),
      reply('received.deposit_ack', 'responder', signedTx(deposit, '1', '2')),
      { type: 'rejected', id: `posting/${deposit.id}`, reason: 'The initiator has not enough.' },
      { type: 'rejected', id: `depth/${deposit.id}`, reason: notIncluded },
      aborts('initiator', 'update'),
      aborts('responder', 'update'),
      aborts('responder', 'update_ack'),
      aborts('initiator', 'shutdown_sign'),
      aborts('responder', 'shutdown_sign_ack'),
      { type: 'rejected', id: `depth/${close.id}`, reason: notIncluded },
      included('change', withdraw),
      included('change', deposit),
      included('change', updates.responder),
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
      notJson,
    ],
  };
}

/** Who withdraws, what its counterpart wants meanwhile, and what has no room to wait. */
function withdrawingIn(dialect: Dialect): Story {
  const { withdraw } = proposals(dialect);
  return {
    ways: [
      ...opening(dialect),
      changes('responder', 'withdraw'),
      { type: 'reserved', id: 'nonce/withdraw/responder/2', nonce: '3', balance: '100' },
      reply('received.withdraw_ack', 'initiator', signedTx(withdraw, '2')),
      ...signedBoth(withdraw),
      changes('initiator', 'withdraw'),
    ],
    tries: [
      changes('initiator', 'deposit'),
      reply('received.withdraw_tx', 'responder', signedTx(withdraw, '1')),
      leaves('initiator'),
    ],
  };
}

/** A fee that nobody can pay, and no room for anything to wait. */
function poorIn(dialect: Dialect): Story {
  return {
    ways: [...opening(dialect), { type: 'left', from: 'responder', code: 1006 }, closes('initiator'), closeNonce],
    tries: [says('initiator', name('responder'))],
  };
}

const signedBoth = ({ id, starter }: Proposal): readonly NodeEvent[] =>
  [starter, otherParty(starter)].map((from, index) => ({
    type: 'verified',
    id: `${from}/${id}`,
    about: id,
    from,
    signature: signature(`${index + 1}`),
  }));

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

/** The same, and what waits; what is over is all one. */
const keyWithWaiting = (context: NodeContext): unknown =>
  context.ended === '' ? [key(context), context.postponed.length, context.held.length] : null;

/** The same, and what is void and was not heard of; likewise. */
const keyWithVoid = (context: NodeContext): unknown =>
  context.ended === ''
    ? [key(context), context.voided.length > 0, both.map((party) => context.unheardVoid[party].length > 0)]
    : null;

/** What is under way and how far, and whether one party has closed alone. */
const keyOfToday = ({ proposed, owing, ended, dispute }: NodeContext): unknown => [
  proposed === null || ended !== '' ? null : [proposed.kind, proposed.signature !== '', proposed.whole !== ''],
  both.map((party) => owing[party] !== ''),
  ended,
  dispute !== null,
];

const scenario = (
  name: string,
  { ways, tries }: Story,
  tell = key,
  input: NodeInput = nodeInput,
): Scenario<typeof node> => ({ name, input, ways, cases: [...ways, ...tries], key: tell });

export const nodeScenarios: readonly Scenario<typeof node>[] = [
  scenario('as the text has it', stayingIn('text')),
  scenario('with conflicts of old', conflictsIn('epoch')),
  scenario('with parties that come and go', leavingIn('epoch')),
  scenario('with messages that wait', waitingIn('epoch'), keyWithWaiting),
  scenario('with a conflict that is lost', unheardIn('text'), keyWithVoid),
  scenario('as today', todayIn(), keyOfToday),
  scenario('with a withdrawal', withdrawingIn('text'), keyWithWaiting),
  scenario('with two who want to close', closingIn('text')),
  scenario('with a fee that nobody can pay, and no room', poorIn('text'), key, {
    ...nodeInput,
    closeFee: '1000',
    maxHeld: 0,
  }),
];
