/**
 * Examples of what a party is told, in a channel with 10 coins of each. The transactions are real ones of 2018; only their signatures are nobody's. An
 * update moves one coin, so that a path ends.
 */
import { fromHex } from '../../../src/bytes.ts';
import { encode } from '../../../src/channel/encoding.ts';
import { channelId, stateHash } from '../../../src/channel/hashes.ts';
import { type Seen, see } from '../../../src/channel/seen.ts';
import { encodeTransaction } from '../../../src/channel/serialization.ts';
import type { Unsigned } from '../../../src/channel/transactions.ts';
import type { FromNodeEvent } from '../../../src/channel/wire.ts';
import { exampleKeys } from '../exampleKeys.ts';
import { type Info, infos, type OnChainInfo, otherParty, type Party, type SignTag } from '../messages.ts';
import { unlearnedOf } from './rules/learning.ts';
import type { PartyEvent, PartyInput } from './types.ts';

const bytes = { initiator: fromHex(exampleKeys.initiator), responder: fromHex(exampleKeys.responder) };
const accounts = {
  initiator: encode('ak', 'legacy', bytes.initiator),
  responder: encode('ak', 'legacy', bytes.responder),
};
const id = channelId(bytes.initiator, 1n, bytes.responder);

const hashOf = (initiatorAmount: bigint, responderAmount: bigint) =>
  stateHash(
    [
      { account: bytes.initiator, balance: initiatorAmount },
      { account: bytes.responder, balance: responderAmount },
    ],
    '2018',
  );

const create = (responderAmount: bigint): Unsigned => ({
  type: 'channelCreate',
  era: '2018',
  initiator: bytes.initiator,
  initiatorAmount: 10n,
  responder: bytes.responder,
  responderAmount,
  channelReserve: 2n,
  lockPeriod: 10n,
  ttl: 0n,
  fee: 1n,
  stateHash: hashOf(10n, 10n),
  nonce: 1n,
});

const state = (round: bigint, from: Party, initiatorAmount: bigint, total = 20n): Unsigned => ({
  type: 'channelOffchain',
  era: '2018',
  channelId: id,
  round,
  updates: [{ op: 'transfer', from: bytes[from], to: bytes[otherParty(from)], amount: 1n }],
  stateHash: hashOf(initiatorAmount, total - initiatorAmount),
});

const close = (initiatorAmount: bigint): Unsigned => ({
  type: 'channelCloseMutual',
  era: '2018',
  channelId: id,
  initiatorAmount,
  responderAmount: 19n - initiatorAmount,
  ttl: 0n,
  fee: 1n,
  nonce: 2n,
});

interface Funding {
  readonly round?: bigint;
  readonly fee?: bigint;
  /** What both have before it. */
  readonly initiator?: bigint;
  readonly responder?: bigint;
}

/** So much more in the channel, or less, of who asks for it. */
function funding(
  type: 'channelDeposit' | 'channelWithdraw',
  from: Party,
  amount: bigint,
  { round = 2n, fee = 1n, initiator = 10n, responder = 10n }: Funding = {},
): Unsigned {
  const change = type === 'channelDeposit' ? amount : -amount;
  const has = (party: Party, before: bigint) => (party === from ? before + change : before);
  const stateHash = hashOf(has('initiator', initiator), has('responder', responder));
  const common = { channelId: id, amount, ttl: 0n, fee, stateHash, round, nonce: 3n };
  return type === 'channelDeposit' ? { ...common, type, from: bytes[from] } : { ...common, type, to: bytes[from] };
}

const closeSolo = { type: 'channelCloseSolo', channelId: id, from: bytes.initiator } as const;
const alone: Unsigned = { ...closeSolo, payload: new Uint8Array(), poi: new Uint8Array(), ttl: 0n, fee: 1n, nonce: 4n };
const settle: Unsigned = {
  type: 'channelSettle',
  channelId: id,
  from: bytes.initiator,
  initiatorAmount: 10n,
  responderAmount: 10n,
  ttl: 0n,
  fee: 1n,
  nonce: 5n,
};

const text = (transaction: Unsigned, ...signatures: readonly number[]) =>
  encode(
    'tx',
    'legacy',
    encodeTransaction(
      signatures.length === 0
        ? transaction
        : { type: 'signed', signatures: signatures.map((byte) => new Uint8Array(64).fill(byte)), transaction },
    ),
  );

const idOf = (seen: Seen) => (seen.kind === 'unreadable' ? '' : seen.id);

/** What a party of this role may be told. */
export function eventsOf(role: Party) {
  const other = otherParty(role);
  const after = (from: Party, amount: bigint) => (from === 'initiator' ? amount - 1n : amount + 1n);
  const own = state(2n, role, after(role, 10n));
  const its = state(2n, other, after(other, 10n));
  const deposits = { own: funding('channelDeposit', role, 5n), its: funding('channelDeposit', other, 5n) };
  const withdrawals = { own: funding('channelWithdraw', role, 3n), its: funding('channelWithdraw', other, 3n) };
  const transactions = {
    create: create(10n),
    own,
    its,
    close: close(9n),
    ownDeposit: deposits.own,
    itsDeposit: deposits.its,
    ownWithdrawal: withdrawals.own,
    itsWithdrawal: withdrawals.its,
  };
  /** What both have signed while we were away. */
  const missed = state(5n, other, after(other, 10n));
  const asks = <Type extends Extract<FromNodeEvent, { readonly message: { readonly action: 'sign' } }>['type']>(
    type: Type,
    tag: SignTag,
    transaction: Unsigned,
  ) => {
    const tx = text(transaction);
    return { type, message: { action: 'sign', tag, payload: { tx } }, seen: see(tx) } as const;
  };
  const shown = (transaction: Unsigned, isCoSigned: boolean) =>
    ({ seen: see(text(transaction, ...(isCoSigned ? [1, 2] : [1]))), isCoSigned }) as const;
  const shows = (type: 'received.update' | 'received.on_chain_tx', transaction: Unsigned, isCoSigned: boolean) =>
    ({ type, ...shown(transaction, isCoSigned) }) as const;
  const onChain = (info: OnChainInfo, transaction: Unsigned) =>
    ({ type: 'received.on_chain_tx', ...shown(transaction, false), info }) as const;
  const channel = encode('ch', 'legacy', id);
  const conflict = (round: number, code?: number) =>
    ({
      type: 'received.conflict',
      message: {
        action: 'conflict',
        payload: { channel_id: channel, round, ...(code === undefined ? {} : { error_code: code }) },
      },
    }) as const;
  const balances = (initiatorAmount: bigint): PartyEvent => ({
    type: 'received.get',
    message: {
      action: 'get',
      tag: 'balances',
      id: 1,
      payload: [
        { account: accounts.initiator, balance: `${initiatorAmount}` },
        { account: accounts.responder, balance: `${20n - initiatorAmount}` },
      ],
    },
  });
  /** What the other may start once that is finished which leaves the two with so much. */
  const nexts = (initiator: bigint, responder: bigint) => {
    const base = { round: 3n, initiator, responder };
    return [
      asks('received.sign.update_ack', 'update_ack', state(3n, other, after(other, initiator), initiator + responder)),
      asks('received.sign.deposit_ack', 'deposit_ack', funding('channelDeposit', other, 1n, base)),
      asks('received.sign.withdraw_ack', 'withdraw_ack', funding('channelWithdraw', other, 1n, base)),
    ] as const;
  };
  const more = (party: Party) =>
    [10n + (party === 'initiator' ? 5n : 0n), 10n + (party === 'responder' ? 5n : 0n)] as const;
  const [next] = nexts(after(role, 10n), 20n - after(role, 10n));
  const [nextOfIts] = nexts(after(other, 10n), 20n - after(other, 10n));
  const request = `{"action":"update","tag":"new","payload":{"from":"${accounts[role]}","to":"${accounts[other]}","amount":1}}`;
  const signed = (transaction: Unsigned) =>
    ({ type: 'signed', id: idOf(see(text(transaction))), tx: text(transaction, 1) }) as const;
  const refused = (transaction: Unsigned) =>
    ({ type: 'refused', id: idOf(see(text(transaction))), reason: 'The person said no.' }) as const;
  const info = <I extends Info>(name: I) => ({ type: `received.info.${name}` }) as const;
  const told = {
    open: { type: 'command.open', id: 'open' },
    connected: { type: 'connection.opened' },
    lost: { type: 'connection.lost', code: 1006, reason: 'It broke.' },
    failed: { type: 'connection.failed', reason: 'Nobody is there.' },
    accept: info(role === 'initiator' ? 'channel_accept' : 'channel_open'),
    created: info(role === 'initiator' ? 'funding_signed' : 'funding_created'),
    ownLocked: info('own_funding_locked'),
    locked: info('funding_locked'),
    opened: info('open'),
    askCreate: asks('received.sign.create', `${role}_signed`, transactions.create),
    signCreate: signed(transactions.create),
    onChainCreate: shows('received.on_chain_tx', transactions.create, true),
    isChanged: info('update'),
    finalized: info('update_finalized'),
    update: { type: 'command.update', id: 'pay', update: { from: accounts[role], to: accounts[other], amount: '1' } },
    askOwn: asks('received.sign.update', 'update', own),
    signOwn: signed(own),
    refuseOwn: refused(own),
    askIts: asks('received.sign.update_ack', 'update_ack', its),
    signIts: signed(its),
    askNext: next,
    askNextOfIts: nextOfIts,
    deposit: { type: 'command.deposit', id: 'more', amount: '5' },
    askDeposit: asks('received.sign.deposit_tx', 'deposit_tx', deposits.own),
    signDeposit: signed(deposits.own),
    onChainDeposit: shows('received.on_chain_tx', deposits.own, true),
    askItsDeposit: asks('received.sign.deposit_ack', 'deposit_ack', deposits.its),
    signItsDeposit: signed(deposits.its),
    onChainItsDeposit: shows('received.on_chain_tx', deposits.its, true),
    withdraw: { type: 'command.withdraw', id: 'less', amount: '3' },
    askWithdrawal: asks('received.sign.withdraw_tx', 'withdraw_tx', withdrawals.own),
    signWithdrawal: signed(withdrawals.own),
    onChainWithdrawal: shows('received.on_chain_tx', withdrawals.own, true),
    askItsWithdrawal: asks('received.sign.withdraw_ack', 'withdraw_ack', withdrawals.its),
    signItsWithdrawal: signed(withdrawals.its),
    onChainItsWithdrawal: shows('received.on_chain_tx', withdrawals.its, true),
    conflict: conflict(1),
    conflictAfter: conflict(2),
    shutdown: { type: 'command.shutdown', id: 'close' },
    askClose: asks('received.sign.shutdown_sign', 'shutdown_sign', transactions.close),
    signClose: signed(transactions.close),
    onChainClose: shows('received.on_chain_tx', transactions.close, true),
    leave: { type: 'command.leave', id: 'leave' },
    left: { type: 'received.leave', channelId: channel, ...shown(create(10n), true) },
    leftBehind: info('peer_disconnected'),
    missed: shows('received.update', missed, true),
    balances: balances(after(other, 10n)),
    dispute: onChain('solo_closing', alone),
    buryDeposit: { type: 'command.bury', rival: idOf(see(text(deposits.own))) },
  } satisfies Record<string, PartyEvent>;
  const others: readonly PartyEvent[] = [
    { type: 'command.message', id: 'say', info: 'hejsan', to: accounts[other] },
    { type: 'command.disconnect' },
    { type: 'command.guard', isWatched: true },
    { type: 'command.guard', isWatched: false },
    { type: 'command.unknown' },
    { type: 'connection.lost', code: 1008, reason: 'The role is taken.' },
    ...infos.map(info),
    { type: 'received.info.fsm_up', fsmId: 'ba_known' },
    { type: 'received.info.update_finalized', ...shown(its, false) },
    { type: 'received.info.other', event: 'min_depth_achieved' },
    asks('received.sign.create', `${role}_signed`, create(11n)),
    asks('received.sign.update', 'update', state(7n, role, 1n)),
    asks('received.sign.update_ack', 'update_ack', state(7n, other, 1n)),
    asks('received.sign.deposit_tx', 'deposit_tx', funding('channelDeposit', role, 6n)),
    asks('received.sign.deposit_ack', 'deposit_ack', funding('channelDeposit', role, 5n)),
    asks('received.sign.withdraw_tx', 'withdraw_tx', funding('channelWithdraw', role, 3n, { fee: 6n })),
    asks('received.sign.withdraw_ack', 'withdraw_ack', funding('channelWithdraw', other, 9n)),
    ...nexts(after(role, 10n), 20n - after(role, 10n)),
    ...nexts(after(other, 10n), 20n - after(other, 10n)),
    ...nexts(...more(role)),
    ...nexts(...more(other)),
    asks('received.sign.shutdown_sign', 'shutdown_sign', close(1n)),
    asks('received.sign.shutdown_sign_ack', 'shutdown_sign_ack', transactions.close),
    asks('received.sign.shutdown_sign_ack', 'shutdown_sign_ack', close(1n)),
    shows('received.on_chain_tx', transactions.create, false),
    shows('received.on_chain_tx', own, true),
    shows('received.on_chain_tx', deposits.own, false),
    shows('received.on_chain_tx', deposits.its, false),
    shows('received.on_chain_tx', transactions.close, false),
    onChain('channel_closed', settle),
    ...[transactions.create, own, its, deposits.own, deposits.its].map((each) => shows('received.update', each, true)),
    ...[own, its, deposits.own, deposits.its].map((each) => shows('received.update', each, false)),
    {
      type: 'received.error',
      message: { action: 'error', payload: { reason: 'insufficient_balance', request } },
    },
    {
      type: 'received.error',
      message: { action: 'error', payload: { reason: 'unknown_recipient', request: '{"action":"message"}' } },
    },
    { type: 'received.error', message: { action: 'error', payload: { message: 'chain_hash_mismatch' } } },
    {
      type: 'received.error',
      message: { action: 'error', payload: { reason: 'not_allowed_now', request: 'null' } },
    },
    conflict(0),
    conflict(9),
    conflict(1, 200),
    balances(19n),
    { type: 'received.pong' },
    {
      type: 'received.message',
      message: { channel_id: channel, from: accounts[other], to: accounts[role], info: 'svejsan' },
    },
    { type: 'received.malformed', reason: 'not JSON' },
    { type: 'handedOver', id: 'say', ok: true },
    ...Object.values(transactions).map(refused),
    { type: 'signed', id: 'nobody', tx: '' },
    { type: 'refused', id: 'nobody', reason: '' },
  ];
  const all: readonly PartyEvent[] = [...Object.values(told), ...others];
  const first = new Map(all.toReversed().map((event) => [JSON.stringify(event), event]));
  return { told, cases: [...first.values()].toReversed(), existing: unlearnedOf(see(text(transactions.create, 1, 2))) };
}

export const inputOf = (role: Party): PartyInput => ({
  role,
  era: 'legacy',
  keys: exampleKeys,
  accounts,
  initiatorAmount: '10',
  responderAmount: '10',
  pushAmount: '0',
  channelReserve: '2',
  lockPeriod: 10,
  ttl: null,
  maxFee: '5',
  isLenient: false,
  mayAbort: false,
  keepsRunning: false,
  isWatched: false,
  existing: null,
  attempts: 1,
  openTimeout: 60_000,
  answerTimeout: 5_000,
  signTimeout: 10_000,
  finishTimeout: 30_000,
  settleTimeout: 6_000,
  closeTimeout: 4_999,
});
