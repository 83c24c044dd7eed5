/** The stories of the node: enough for every transition, both outcomes of every guard, and every message in every state. */
import type { Scenario } from '../../../src/testing/paths.ts';
import type { Dialect, Party } from '../messages.ts';
import type { node } from '../node.ts';
import {
  aborts,
  asks,
  asksForState,
  changes,
  closeNonce,
  closes,
  createNonce,
  included,
  joins,
  leaves,
  name,
  noAction,
  noChannel,
  nodeInput,
  notIncluded,
  notJson,
  noUpdate,
  proposals,
  type ReplyType,
  reply,
  says,
  signedBoth,
  signedTx,
  wishes,
} from './examples.ts';
import { both } from './rules/parties.ts';
import type { NodeContext, NodeEvent, NodeInput, Timeouts } from './types.ts';

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
