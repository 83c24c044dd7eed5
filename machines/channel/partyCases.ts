/**
 * Example events of the two parties: enough for every transition, both outcomes of every guard, and every message in every state. The transactions are
 * real ones of 2018, of a channel with 10 coins of each; only their signatures are nobody's. An update moves one coin, so that a path ends.
 */
import { fromHex } from '../../src/bytes.ts';
import { encode } from '../../src/channel/encoding.ts';
import { channelId, stateHash } from '../../src/channel/hashes.ts';
import { type Seen, see } from '../../src/channel/seen.ts';
import { encodeTransaction, type Unsigned } from '../../src/channel/transactions.ts';
import type { FromNodeEvent } from '../../src/channel/wire.ts';
import type { Scenario } from '../../src/testing/paths.ts';
import type { initiator } from './initiator.ts';
import { infos, otherParty, type Party, type SignTag } from './messages.ts';
import type { PartyContext, PartyEvent, PartyInput } from './partyRules.ts';
import type { responder } from './responder.ts';

const keys: Readonly<Record<Party, string>> = {
  initiator: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  responder: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
};
const bytes = { initiator: fromHex(keys.initiator), responder: fromHex(keys.responder) };
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

const state = (round: bigint, from: Party, initiatorAmount: bigint): Unsigned => ({
  type: 'channelOffchain',
  era: '2018',
  channelId: id,
  round,
  updates: [{ op: 'transfer', from: bytes[from], to: bytes[otherParty(from)], amount: 1n }],
  stateHash: hashOf(initiatorAmount, 20n - initiatorAmount),
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
function casesOf(role: Party): readonly PartyEvent[] {
  const other = otherParty(role);
  const after = (from: Party, amount: bigint) => (from === 'initiator' ? amount - 1n : amount + 1n);
  const own = state(2n, role, after(role, 10n));
  const its = state(2n, other, after(other, 10n));
  /** What the other may start once ours is finished, or once its own is. */
  const [next, nextOfIts] = [state(3n, other, 10n), state(3n, other, after(other, after(other, 10n)))];
  const transactions = { create: create(10n), own, its, close: close(9n) };
  const asks = <Type extends Extract<FromNodeEvent, { readonly message: { readonly action: 'sign' } }>['type']>(
    type: Type,
    tag: SignTag,
    transaction: Unsigned,
  ) => {
    const tx = text(transaction);
    return { type, message: { action: 'sign', tag, payload: { tx } }, seen: see(tx) } as const;
  };
  const shows = (type: 'received.update' | 'received.on_chain_tx', transaction: Unsigned, isCoSigned: boolean) =>
    ({ type, seen: see(text(transaction, ...(isCoSigned ? [1, 2] : [1]))), isCoSigned }) as const;
  const conflict = (round: number) =>
    ({
      type: 'received.conflict',
      message: { action: 'conflict', payload: { channel_id: encode('ch', 'legacy', id), round } },
    }) as const;
  const request = `{"action":"update","tag":"new","payload":{"from":"${accounts[role]}","to":"${accounts[other]}","amount":1}}`;
  return [
    { type: 'command.open', id: 'open' },
    { type: 'command.update', id: 'pay', update: { from: accounts[role], to: accounts[other], amount: '1' } },
    { type: 'command.shutdown', id: 'close' },
    { type: 'command.message', id: 'say', info: 'hejsan', to: accounts[other] },
    { type: 'command.leave' },
    { type: 'command.unknown' },
    { type: 'connection.opened' },
    { type: 'connection.failed', reason: 'Nobody is there.' },
    { type: 'connection.lost', code: 1006, reason: 'It broke.' },
    { type: 'connection.lost', code: 1008, reason: 'The role is taken.' },
    ...infos.map((info) => ({ type: `received.info.${info}` as const })),
    { type: 'received.info.other', event: 'fsm_up' },
    asks('received.sign.create', `${role}_signed`, transactions.create),
    asks('received.sign.create', `${role}_signed`, create(11n)),
    asks('received.sign.update', 'update', own),
    asks('received.sign.update', 'update', state(7n, role, 1n)),
    asks('received.sign.update_ack', 'update_ack', its),
    asks('received.sign.update_ack', 'update_ack', next),
    asks('received.sign.update_ack', 'update_ack', nextOfIts),
    asks('received.sign.update_ack', 'update_ack', state(7n, other, 1n)),
    asks('received.sign.shutdown_sign', 'shutdown_sign', transactions.close),
    asks('received.sign.shutdown_sign', 'shutdown_sign', close(1n)),
    asks('received.sign.shutdown_sign_ack', 'shutdown_sign_ack', transactions.close),
    asks('received.sign.shutdown_sign_ack', 'shutdown_sign_ack', close(1n)),
    shows('received.on_chain_tx', transactions.create, true),
    shows('received.on_chain_tx', transactions.create, false),
    shows('received.on_chain_tx', own, true),
    shows('received.on_chain_tx', transactions.close, true),
    shows('received.on_chain_tx', transactions.close, false),
    shows('received.update', transactions.create, true),
    shows('received.update', own, true),
    shows('received.update', own, false),
    shows('received.update', its, true),
    shows('received.update', its, false),
    {
      type: 'received.error',
      message: { action: 'error', payload: { reason: 'insufficient_balance', request } },
    },
    {
      type: 'received.error',
      message: { action: 'error', payload: { reason: 'unknown_recipient', request: '{"action":"message"}' } },
    },
    { type: 'received.error', message: { action: 'error', payload: { message: 'chain_hash_mismatch' } } },
    conflict(0),
    conflict(1),
    conflict(2),
    conflict(9),
    {
      type: 'received.message',
      message: { channel_id: encode('ch', 'legacy', id), from: accounts[other], to: accounts[role], info: 'svejsan' },
    },
    { type: 'received.malformed', reason: 'not JSON' },
    { type: 'handedOver', id: 'say', ok: true },
    ...Object.values(transactions).flatMap((transaction) => {
      const unsigned = see(text(transaction));
      return [
        { type: 'signed', id: idOf(unsigned), tx: text(transaction, 1) },
        { type: 'refused', id: idOf(unsigned), reason: 'The person said no.' },
      ] as const;
    }),
    { type: 'signed', id: 'nobody', tx: '' },
    { type: 'refused', id: 'nobody', reason: '' },
  ];
}

const inputOf = (role: Party, changes: Partial<PartyInput> = {}): PartyInput => ({
  role,
  era: 'legacy',
  keys,
  accounts,
  initiatorAmount: '10',
  responderAmount: '10',
  pushAmount: '0',
  channelReserve: '2',
  lockPeriod: 10,
  ttl: null,
  maxFee: '5',
  isLenient: false,
  attempts: 1,
  openTimeout: 60_000,
  answerTimeout: 5_000,
  signTimeout: 10_000,
  finishTimeout: 30_000,
  closeTimeout: 4_999,
  ...changes,
});

/** What is under way. */
const stage = ({ agreed, promised, started, attempt }: PartyContext) => [
  agreed === null ? null : [agreed.round, agreed.isCoSigned],
  promised === null ? null : [promised.id, promised.tx !== ''],
  started === null ? null : started.update !== null,
  attempt,
];

/** The events of these types. */
const some = (events: readonly PartyEvent[], ...types: readonly string[]): PartyEvent[] =>
  types.flatMap((type) => events.filter((event) => event.type === type));

const opening = () => ['command.open', 'connection.opened', 'received.sign.create', 'signed', 'received.info.open'];

/** Leaves out what is refused, and answers to what nobody asked. */
const isRight = (event: PartyEvent) => event.type !== 'refused' && !('id' in event && event.id === 'nobody');

/** Every state with every event, and then the few events by which one context differs from another. */
function scenariosOf(role: Party) {
  const cases = casesOf(role);
  return [
    { name: 'every state', input: inputOf(role), cases, key: () => null },
    {
      name: 'updates',
      input: inputOf(role),
      cases: some(
        cases,
        ...opening(),
        'command.update',
        'received.sign.update',
        'received.sign.update_ack',
        'received.info.update_finalized',
        'received.update',
      ),
      key: stage,
    },
    {
      name: 'closing after an update',
      input: inputOf(role),
      cases: some(
        cases,
        ...opening(),
        'command.shutdown',
        'received.sign.update_ack',
        'received.info.update_finalized',
      ).filter(isRight),
      key: stage,
    },
    {
      name: 'the line',
      input: inputOf(role, { attempts: 2 }),
      cases: some(cases, ...opening(), 'connection.lost', 'connection.failed').filter(isRight),
      key: stage,
    },
  ];
}

/** The initiator, from opening to its end. */
export const initiatorScenarios: readonly Scenario<typeof initiator>[] = scenariosOf('initiator');

/** The responder, likewise. */
export const responderScenarios: readonly Scenario<typeof responder>[] = scenariosOf('responder');
